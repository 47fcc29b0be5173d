"""What the loops of a student's code show, where what it gave is wrong: each is a fact, said as a question."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

Function = ast.FunctionDef
Names = Mapping[str, Any]
LOOPS = (ast.For, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ONCE = frozenset(["zip", "map", "filter", "enumerate", "reversed", "iter"])
"""Functions of Python whose result can be gone through once."""


def returns_at_once(function: Function, _: Names) -> Iterator[str]:
    """A loop whose own last line is a return: it never comes to its second turn."""
    for loop in ast.walk(function):
        ends = isinstance(loop, LOOPS) and isinstance(loop.body[-1], ast.Return)
        if ends and not any(isinstance(each, ast.Continue) for each in ast.walk(loop)):
            said = "`return` stands inside the loop, which ends in its first turn."
            yield f"{said} How far to the right should it stand?"


def only_renamed(function: Function, _: Names) -> Iterator[str]:
    """A loop's own name that is given a new value which nobody reads: the list that is gone through stays as it is."""
    for loop in ast.walk(function):
        if not isinstance(loop, ast.For):
            continue
        own = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        for line in loop.body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id in own:
                name = line.targets[0].id
                if not _read_after(name, line, function):
                    text = ast.unparse(line)[:60]
                    said = f"`{text}` gives the name `{name}` to something new: what is gone through stays as it is."
                    yield f"{said} What should be changed there?"


def _read_after(name: str, line: ast.stmt, function: Function) -> bool:
    """Is a name read below a line, but for where a list comprehension has a name of its own?"""
    later = [node for node in ast.walk(function) if getattr(node, "lineno", 0) > (line.end_lineno or line.lineno)]
    own = {id(node) for each in later if isinstance(each, COMPREHENSIONS) for node in _bound_in(each, name)}
    read = (node for node in later if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return any(node.id == name and id(node) not in own for node in read)


def _bound_in(comprehension: ast.AST, name: str) -> Iterator[ast.AST]:
    """What stands in a list comprehension that goes through its list by this name."""
    nodes = [node for node in ast.walk(comprehension) if isinstance(node, ast.Name) and node.id == name]
    return iter(nodes if any(isinstance(node.ctx, ast.Store) for node in nodes) else [])


def scaled_in_every_turn(function: Function, _: Names) -> Iterator[str]:
    """`total = (total + t) / m` in a loop, or `total += t` and then `total /= m`: what is there is divided again."""
    for loop in ast.walk(function):
        if not isinstance(loop, LOOPS):
            continue
        for line in ast.walk(loop):
            grown = _scaled(line, loop)
            if grown and not _begins_anew(grown, loop):
                done = "divided" if isinstance(_operator(line), ast.Div) else "multiplied"
                said = f"`{ast.unparse(line)[:60]}` stands inside a loop: what it holds already is {done} again"
                yield f"{said} in every turn. How often should that be done, and where does it belong?"


def _operator(line: ast.AST) -> ast.operator | None:
    if isinstance(line, ast.Assign) and isinstance(line.value, ast.BinOp):
        return line.value.op
    return line.op if isinstance(line, ast.AugAssign) else None


def _scaled(line: ast.AST, loop: ast.For | ast.While) -> ast.expr | None:
    """What a line scales that has grown in this loop; None where it does nothing of the kind."""
    operator = _operator(line)
    if isinstance(line, ast.Assign) and isinstance(line.value, ast.BinOp) and isinstance(operator, ast.Div):
        target, above = line.targets[0], line.value.left
        added = [above.left, above.right] if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Add) else []
        return target if ast.unparse(target) in map(ast.unparse, added) else None
    if isinstance(line, ast.AugAssign) and isinstance(operator, (ast.Div, ast.Mult)):
        grows = (
            each.lineno < line.lineno and ast.unparse(each.target) == ast.unparse(line.target)
            for each in ast.walk(loop)
            if isinstance(each, ast.AugAssign) and isinstance(each.op, ast.Add)
        )
        return line.target if any(grows) else None
    return None


def _begins_anew(grown: ast.expr, loop: ast.For | ast.While) -> bool:
    """Is it another thing in each turn: one that the loop's own name picks, or one that is made in the loop?"""
    names = {node.id for node in ast.walk(grown) if isinstance(node, ast.Name)}
    made = {
        node.id
        for line in ast.walk(loop)
        if isinstance(line, ast.Assign) and not _scaled(line, loop)
        for target in line.targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    own = (
        {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        if isinstance(loop, ast.For)
        else set()
    )
    return bool(names & (made | own))


def used_up(function: Function, names: Names) -> Iterator[str]:
    """A generator, or a `zip`, that is made before a loop and gone through in each of its turns."""
    once = dict(_given_once(function, names))
    for loop in ast.walk(function):
        for inner in ast.walk(loop) if isinstance(loop, LOOPS) else ():
            through = inner.iter if isinstance(inner, (ast.For, ast.comprehension)) and inner is not loop else None
            name = through.id if isinstance(through, ast.Name) else ""
            if name in once and all(once[name] is not each for each in ast.walk(loop)):
                text = ast.unparse(once[name])[:60]
                said = f"`{text}` stands before a loop that goes through `{name}` in each turn."
                yield f"{said} This can be gone through once; then it is empty. Where should it be made?"


def _given_once(function: Function, names: Names) -> Iterator[tuple[str, ast.Assign]]:
    """The names of what can be gone through once, and the lines that make it."""
    for line in ast.walk(function):
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            called = ast.unparse(line.value.func) if isinstance(line.value, ast.Call) else ""
            python = called in ONCE and called not in names
            if python or isinstance(line.value, ast.GeneratorExp) or inspect.isgeneratorfunction(names.get(called)):
                yield line.targets[0].id, line
