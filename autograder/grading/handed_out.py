"""The lines of code that students are given in an answer's cell: what stands in them tells nothing of the student."""

from __future__ import annotations

import ast

from autograder.grading.names import parsed


def code_lines(handed_out: str) -> list[str]:
    """The lines of a cell in which a piece of code begins; a text that only describes is none.

    None where the cell is no Python.
    """
    nodes = list(ast.walk(parsed(handed_out)))
    texts = [node for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    described = {id(part) for text in texts for part in (text, text.value)}
    code = [node for node in nodes if isinstance(node, (ast.expr, ast.arg, ast.stmt)) and id(node) not in described]
    begun = {node.lineno for node in code}
    return [line.rstrip() for number, line in enumerate(handed_out.splitlines(), start=1) if number in begun]
