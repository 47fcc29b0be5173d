"""Which operators and functions are taken for one another, and which take their arguments in either order."""

import ast

SIGNS: dict[type, tuple[str, str, str]] = {
    ast.Add: ("+", "-", "sign"),
    ast.Sub: ("-", "+", "sign"),
    ast.Mult: ("*", "/", "quotient"),
    ast.Div: ("/", "*", "quotient"),
    ast.MatMult: ("@", "*", "product"),
    ast.Pow: ("**", "*", "power"),
}
"""An operator, what is written for it, and the kind of the slip."""
COMPARED: dict[type, tuple[str, str]] = {
    ast.Gt: (">", ">= < <= =="),
    ast.GtE: (">=", "> < <= =="),
    ast.Lt: ("<", "<= > >= =="),
    ast.LtE: ("<=", "< > >= =="),
    ast.Eq: ("==", "!= >= <="),
    ast.NotEq: ("!=", "== > <"),
}
ZEROS = ("zeros", "zeros_like")
COMMUTATIVE = ("maximum", "minimum", "logaddexp", "add", "multiply", "allclose", "isclose")
TAKEN_FOR = {
    "sum": "mean max cumsum prod",
    "mean": "sum max median",
    "max": "min sum mean abs",
    "min": "max",
    "maximum": "minimum add",
    "minimum": "maximum",
    "exp": "log exp2 expm1",
    "log": "exp log2 log10 log1p",
    "logaddexp": "maximum logaddexp2",
    "argmax": "argmin max argsort",
    "argmin": "argmax",
    "zeros": "ones",
    "ones": "zeros",
    "hstack": "vstack",
    "vstack": "hstack",
    "sqrt": "square abs",
    "square": "sqrt abs",
    "abs": "square",
    "tanh": "sinh sin arctanh",
    "cosh": "sinh",
    "eye": "ones_like",
    "std": "var",
    "unique": "sort",
    "sort": "unique",
    "permutation": "arange",
    "append": "insert",
    "arange": "zeros",
}
