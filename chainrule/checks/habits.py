"""What can be read off the student's own code, where what it gave is wrong: each is a fact, said as a question.

Nothing is run here. Only what hardly ever stands in right code is looked for, and the first that is found is said.
"""

from __future__ import annotations

import ast
import linecache
import re
import types
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from chainrule.checks import loops
from chainrule.checks.loops import Function, Names
from chainrule.checks.reached import names_read
from chainrule.checks.where import parsed

MAKE_NEW = re.compile(
    r"np\.(append|insert|delete|concatenate|[hv]?stack|(max|min)imum|exp|log|sqrt|reshape|ravel|transpose|copy|sum|mean"
    r"|clip|where|add|subtract|multiply|divide)"
)
"""Functions of NumPy that change nothing, but give something new."""

LABELS = ("y", "self.y")
"""What labels are called in this course, one for each sample."""


def said_of(answers: Iterable[str], names: Names, looks: Iterable[Look] | None = None) -> str:
    """What the code of some answers, functions or classes, shows; empty where nothing."""
    looks = LOOKS if looks is None else looks
    for answer in answers:
        for function in _functions(names.get(answer)):
            node = definition(function)
            for look in looks if node else ():
                if node and (said := next(look(node, names), "")):
                    return said
    return ""


def _functions(value: object) -> Iterator[types.FunctionType]:
    if isinstance(value, types.FunctionType):
        yield value
    elif isinstance(value, type):
        yield from (each for each in vars(value).values() if isinstance(each, types.FunctionType))


def definition(function: types.FunctionType) -> Function | None:
    """The definition of a function that stands in a cell of the notebook."""
    code = function.__code__
    tree = parsed("".join(linecache.getlines(code.co_filename)))
    found = (node for node in ast.walk(tree) if isinstance(node, Function) and node.name == code.co_name)
    return next((node for node in found if node.lineno >= code.co_firstlineno), None)


def _always_true(function: Function, _: Names) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            for before, part in pairwise(node.values):
                text_alone = isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value
                if text_alone and isinstance(before, ast.Compare):
                    text = ast.unparse(part)
                    yield f"`or {text}` is always true, for {text} is no empty text. With what should it be compared?"


def _thrown_away(function: Function, names: Names) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = ast.unparse(node.value.func)
            in_place = any(each.arg == "out" for each in node.value.keywords)
            if (MAKE_NEW.fullmatch(called) and not in_place) or _gives_something(names.get(called)):
                said = f"What `{called}(...)` gives is kept nowhere: it changes nothing by itself."
                yield f"{said} Which name should have it?"


def _gives_something(value: object) -> bool:
    node = definition(value) if isinstance(value, types.FunctionType) else None
    if node is None or _changes_an_argument(node):
        return False
    return any(isinstance(each, ast.Return) and each.value is not None for each in ast.walk(node))


def _changes_an_argument(function: Function) -> bool:
    """Does it call a method of an argument for its effect, or write into one? Then a call alone does something."""
    arguments = {each.arg for each in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            changed: ast.expr | None = node.value.func
        else:
            changed = node if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), ast.Store) else None
        if isinstance(changed, (ast.Attribute, ast.Subscript)) and ast.unparse(changed.value) in arguments:
            return True
    return False


def _second_name(function: Function, _: Names) -> Iterator[str]:
    """`p = theta`, and then `p[i] += h`: what is changed is the one array that both names have."""
    written = {
        node.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    }
    for node in ast.walk(function):
        names = [node.targets[0], node.value] if isinstance(node, ast.Assign) else []
        if names and all(isinstance(each, ast.Name) for each in names):
            a, b = map(ast.unparse, names)
            if a in written:
                yield f"`{a} = {b}` makes no copy: both are names of one thing, and `{a}[...]` changes it. What copies?"


def _not_used(function: Function, _: Names) -> Iterator[str]:
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    in_place = {ast.unparse(node.target) for node in ast.walk(function) if isinstance(node, ast.AugAssign)}
    arguments = [each.arg for each in function.args.args]
    for argument in arguments if "self" not in arguments else ():  # a module's methods take what each of them takes
        if argument not in read | in_place and not argument.startswith("_"):
            yield f"`{function.name}` is given `{argument}`, and nothing in your code reads it. What is it for?"
    stored: dict[str, ast.Name] = {}
    for line in ast.walk(function):
        if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
            stored.setdefault(line.targets[0].id, line.targets[0])
    for node in ast.walk(function):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            read |= set(node.names)
    for name in stored:
        if name not in read and not name.startswith("_"):
            yield f"`{name}` is worked out in your code, and nothing reads it afterwards. Where does it belong?"


def _whole_columns(function: Function, _: Names) -> Iterator[str]:
    """`A[:, y]` with labels `y`, where the entry of each sample's own label is meant."""
    for node in ast.walk(function):
        index = node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(index, ast.Tuple) and [ast.unparse(each) for each in index.elts] in [[":", y] for y in LABELS]:
            said = f"`{ast.unparse(node)}` takes all of these columns, in every row."
            yield f"{said} If one entry of each row is meant: which two lists, taken in pairs, say where these stand?"


Look = Callable[[Function, Names], Iterator[str]]
SURE: tuple[Look, ...] = (
    loops.returns_at_once,
    _always_true,
    _thrown_away,
    loops.scaled_in_every_turn,
    loops.used_up,
)
"""What is hardly ever meant: worth a word beside a mistake that is known, too."""
LOOKS: tuple[Look, ...] = (*SURE, _whole_columns, loops.only_renamed, _second_name, _not_used)
"""Those that are surer to be the cause come first."""


def outside(answers: Iterable[str], names: Names, known: Iterable[str]) -> str:
    """Which data of the notebook's a function reads that it isn't given; empty where none, or one of the `known`."""
    for answer in answers:
        function = names.get(answer)
        if not isinstance(function, types.FunctionType):
            continue
        for name in names_read(function):
            if name not in known and _is_data(names.get(name)) and not name.isupper():
                return name
    return ""


def _is_data(value: object) -> bool:
    return type(value).__module__ == "numpy" or isinstance(value, (int, float, list, tuple, dict))
