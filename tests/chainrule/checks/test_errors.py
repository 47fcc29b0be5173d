"""Each row of the table, met by code that a beginner writes: the line, what went into it, and the question."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from chainrule.checks.errors import advice
from chainrule.checks.question import Answered, Question
from chainrule.checks.where import where_raised

A, THETA = np.ones((4, 2)), np.ones((3, 3))
EARLIER = "def layer(A, Theta):\n    return np.hstack([np.ones((len(A), 1)), A]) @ Theta.T\n"


def run(source: str, *args: Any) -> Answered:
    """What a function `f`, defined in a cell of its own, makes of its arguments; `layer` is of an earlier cell."""
    names: dict[str, Any] = {"np": np}
    for text, label in ((EARLIER, "<earlier>"), (source, "<answer>")):
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
        exec(compile(text, label, "exec"), names)
    return Question("f", "call", args).put_to(names)


def said(answered: Answered) -> str:
    assert answered.raised is not None
    return advice(answered.error_name or "", str(answered.raised), answered.where)


CASES: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "a method that isn't called, among arrays": ("np.concatenate([A.ravel, A])", (np.ones(2), 0), "brackets that call"),
    "a generator's old name": ("A.randn(2)", (np.random.default_rng(0), 0), "A generator has no `.randn`"),
    "two dicts": ("A + Theta", ({"x": 1.0}, {"x": 2.0}), "Which of its entries is meant"),
    "a dict and a number": ("0.5 * A", ({"x": 1.0}, 0), "`*` meets a whole dict"),
    "several things for one": ("A.append(1, 2, 3)", ([], 0), "`append` takes one thing and was given 3"),
    "three arguments for two": ("np.subtract(A, A, 3)", (A, 0), "which argument is one too many"),
    "a vector given on": ("layer(A[0], Theta)", (A, THETA), "a vector is no matrix"),
    "several arrays given on": ("layer((A, A), Theta)", (A, THETA), "several arrays, in a list or a tuple"),
    "a function of NumPy's without its np": ("maximum(A, 0)", (A, 0), "`np.maximum`"),
    "max of lists of arrays": ("max([A, Theta])", (A, THETA), "`max` and `min`"),
    "a function that isn't there": (
        "numerical_derivative(A, 2)",
        (A, 0),
        "No function is called `numerical_derivative`",
    ),
    "NumPy's name for unroll": ("np.unroll(A)", (A, 0), "makes one vector of a matrix"),
    "an index with a point": ("A[1.0]", (A, 0), "An index is a whole number"),
    "what append gave for the list": ("A.append(1).append(2)", ([], 0), "`.append` changes the list itself"),
    "a list's append called otherwise": ("A.add(1)", ([1], 0), "A list has no `.add`"),
    "a function that isn't called, and an attribute": ("layer.T", (A, 0), "Are the brackets missing"),
    "a method that isn't called": ("A.sum * 2", (A, 0), "What does it have to be called with"),
    "sizes that don't fit in @": ("A @ Theta", (A, np.ones((5, 2))), "A has 2 columns, Theta has 5 rows"),
    "a bias is missing": ("A @ Theta.T", (A, THETA), "is it the 1 of the bias"),
    "dot in place of outer": ("np.dot(A, Theta)", (np.ones(2), np.ones(4)), "np.outer"),
    "* in place of @": ("A * Theta", (A, np.ones((2, 5))), "matrix product meant"),
    "a sum without keepdims": ("A / np.sum(A, axis=1)", (A, 0), "keepdims"),
    "a bias column that is kept": ("A * Theta", (A, np.ones((4, 3))), "column 0 of a matrix of weights"),
    "two sizes as two arguments": ("np.ones(len(A), 1)", (A, 0), "How are two sizes given as one argument"),
    "if on an array": ("1 if A >= 0 else 0", (A, 0), "np.where"),
    "max of arrays": ("max(A, Theta)", (A, A), "np.maximum"),
    "a power written ^": ("A ^ 2", (2.5, 0), "How is a power written"),
    "lists that are subtracted": ("A - Theta", ([1.0], [2.0]), "calculate with a list as a whole"),
    "a list times a number": ("0.5 * A", ([1.0], 0), "calculate with a list as a whole"),
    "a function that returned None": ("print(A) + 1", (1.0, 0), "without `return`"),
    "an entry that is None": ("A[0] @ Theta", ([None, THETA], THETA), "`A[0]` is None here"),
    "a function that isn't called": ("A * 2", (np.exp, 0), "What does it have to be called with"),
    "a name like another": ("Thetas[0]", (A, THETA), "Is `Theta` meant"),
    "a name that isn't there": ("lecture + 1", (A, 0), "Nothing is called `lecture` where this line runs"),
    "a module that isn't there": ("math.exp(A)", (1.0, 0), "has not been imported"),
    "a function that NumPy hasn't": ("np.ravle(A)", (A, 0), "Is `ravel` meant"),
    "an index one too far": ("A[2]", ([1, 2], 0), "what is its last index"),
    "a slice that ends between": ("A[: 2.5]", (A, 0), "What makes a whole number of it"),
    "vectors of different lengths in a product": ("A * Theta", (np.ones(2), np.ones(3)), "np.outer"),
    "vectors of different lengths": ("A + Theta", (np.ones(2), np.ones(3)), "What does each of the two numbers count"),
    "a bias that is kept in a product": ("A * Theta", (np.ones(4), np.ones(3)), "column 0 of a matrix of weights"),
    "a loop through a number": ("[A for _ in Theta]", (0, 3), "Should the loop run so many times"),
    "a key that isn't there, added to another": ('A.__setitem__("x", A["y"])', ({}, 0), "no entry 'y' at this point"),
    "an entry of a dict as an attribute": ("A.z1", ({"z1": 1.0}, 0), "How is an entry asked for by its name"),
    "Math of another language": ("Math.pow(A, 2)", (2.0, 0), "a power is written `**`"),
    "a row too far": ("A[4]", (A, 0), "no index 4 along axis 0"),
    "wrong number of returned values": ("layer(A, Theta, 0)", (A, THETA), "takes 2 argument"),
    "a list where an array was meant": ("A.T @ Theta", ([A], THETA), "only arrays have"),
    "the shape of a plain number": ("A.shape", (2.0, 0), "Should a number do here too"),
    "a matrix for an index": ("A[Theta]", ([1], THETA), "one index, a whole number"),
    "the wrong shape given on": ("layer(A, Theta)", (A, np.ones((3, 5))), "Which shapes does `layer` ask for"),
    "a vector in a list": ("np.array([1.0, A])", (np.ones(2), 0), "np.concatenate"),
    "a vector beside a matrix": ("np.hstack([np.ones(4), A])", (A, 0), "What is a column of a matrix"),
    "a fixed number of rows": ("np.hstack([np.ones((3, 1)), A])", (A, 0), "as many rows"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_python_says_becomes_a_question(case: str) -> None:
    body, args, words = CASES[case]
    answered = run(f"def f(A, Theta):\n    return {body}\n", *args)
    assert words in said(answered)
    assert "?" in said(answered)
    assert answered.where is not None and answered.where.function == "f" and body in answered.where.line


STATEMENTS: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "a first +=": ("d = {}\n    d['x'] += A", (1.0, 0), "first contribution"),
    "a name set on one way only": ("if A < 0: dx = 1\n    return dx", (1.0, 0), "For which inputs is it set"),
    "a local name that begins with +=": ("total += A", (1.0, 0), "Where should it begin"),
    "an integer array and a fraction": ("A -= 0.5", (np.array([1, 2]), 0), "whole numbers"),
    "too few values for the names": ("a, b = A", ([1], 0), "2 names stand on the left"),
    "one number for two names": ("a, b = A", (1.5, 0), "Several names stand on the left"),
    "a list that += should make longer": (
        "parts = []\n    parts += A.ravel()",
        (A, 0),
        "doesn't make the list `parts` longer",
    ),
    "and one that begins with None": ("parts = [None]\n    parts += A", (A, 0), "doesn't make the list `parts` longer"),
    "a place of another shape": ("A[:, 0] = Theta", (A, np.ones(3)), "place of shape"),
}


@pytest.mark.parametrize("case", STATEMENTS)
def test_so_does_what_it_says_of_a_statement(case: str) -> None:
    body, args, words = STATEMENTS[case]
    assert words in said(run(f"def f(A, Theta):\n    {body}\n", *args))


def test_the_line_is_the_students_and_what_went_into_it_is_told() -> None:
    where = run("def f(A, Theta):\n    B = A[1:]\n    return B @ Theta\n", A, THETA).where
    assert where is not None
    assert (where.line, where.function, where.operation, where.inside) == ("return B @ Theta", "f", "@", "")
    assert where.operands == (("B", "an array of shape (3, 2)"), ("Theta", "an array of shape (3, 3)"))


def test_an_error_inside_an_earlier_function_is_shown_at_the_line_that_called_it() -> None:
    where = run("def f(A, Theta):\n    Z = layer(A, Theta)\n    return Z\n", A, np.ones((3, 5))).where
    assert where is not None
    assert (where.line, where.function, where.inside) == ("Z = layer(A, Theta)", "f", "layer")
    assert where.operands == (("A", "an array of shape (4, 2)"), ("Theta", "an array of shape (3, 5)"))


def test_a_helper_in_the_same_cell_is_the_students_own() -> None:
    where = run("def help(a):\n    return a['x']\n\ndef f(A, Theta):\n    return help({})\n", A, THETA).where
    assert where is not None and (where.line, where.function, where.inside) == ("return a['x']", "help", "")


def test_looking_at_what_went_in_runs_no_code_of_the_student() -> None:
    loud = (
        "class Loud(list):\n    def __getitem__(self, i):\n        seen.append(i)\n        return self\n\nseen = []\n"
    )
    answered = run(f"{loud}def f(A, Theta):\n    A = Loud()\n    A.seen = seen\n    return A[0] @ Theta\n", A, "x")
    where = answered.where
    assert where is not None and where.operation == "@" and dict(where.operands) == {"Theta": "a text"}
    assert answered.raised is not None and answered.raised.__traceback__ is not None
    assert answered.raised.__traceback__.tb_next.tb_frame.f_locals["A"].seen == [0]  # by the line itself


def test_what_calls_the_answer_is_the_courses_and_not_shown() -> None:
    answered = run("def f(A, Theta):\n    return layer(A, Theta)\n", A, np.ones((3, 5)))
    assert answered.raised is not None
    where = where_raised(answered.raised, None, {"<earlier>"})
    assert where is not None and (where.function, where.operation, where.inside) == ("layer", "@", "")


def test_an_error_of_no_notebook_has_no_place() -> None:
    assert where_raised(ValueError("never raised")) is None


CLASS = """
class Linear:
    def __init__(self, W):
        self.W = W

    def fprop(self, X):
        self.X = X
        return {fprop}

    def bprop(self, dY):
        return dY.T @ self.X

    def twice():
        return 2

class Row:
    def __init__(self, module):
        self.module = module

    def bprop(self, dY):
        return self.module.bprop(dY)

def f(A, Theta):
    {body}
"""
OBJECTS = {
    "self left out before an attribute": ("X @ W", "Linear(Theta).fprop(A)", "Is `self.W` meant"),
    "self left out where it's defined": ("X", "Linear(Theta).twice()", "Is `self` missing where it is defined"),
    "a class in place of an object": ("X", "Linear.bprop(dY=A)", "Are brackets missing after the class's name"),
    "a method that the class hasn't": ("X", "Linear(Theta).forward(A)", "What are its methods called"),
    "an object given where an array is wanted": ("X", "layer(A, Linear(Theta))", "which a Linear doesn't have"),
    "an array where an object is wanted": ("X", "Linear(Theta).fprop(A).back", "what makes one"),
    "nothing stored, and another class calls it": ("X", "Row(Linear(Theta)).bprop(A)", "should store it on `self`"),
    "nothing stored for the way back": ("X", "Linear(Theta).bprop(A)", "Which method should store it on `self`"),
    "a name that was stored otherwise": ("self.V", "Linear(Theta).fprop(A)", "Which method should store it on `self`"),
}


@pytest.mark.parametrize("case", OBJECTS)
def test_so_does_what_is_said_of_classes(case: str) -> None:
    fprop, body, words = OBJECTS[case]
    assert words in said(run(CLASS.replace("{fprop}", fprop).replace("{body}", body), A, THETA))


def test_a_function_of_the_answers_own_that_is_called_from_elsewhere_is_where_the_error_is() -> None:
    body = "def g(v):\n        return layer(v, 1.0)\n    return np.apply_along_axis(g, 0, A)"
    where = run(f"def f(A, Theta):\n    {body}\n", A, THETA).where
    assert where is not None and (where.line, where.function, where.inside) == ("return layer(v, 1.0)", "g", "layer")


def test_numpy_that_meets_an_object_of_the_course_is_asked_about() -> None:
    value = "class Value:\n    __array_ufunc__ = None\n\ndef f(A, Theta):\n    return np.exp(Value())\n"
    assert "a Value here, and doesn't know" in said(run(value, A, THETA))


def test_a_function_that_comes_back_to_itself_by_another_is_asked_about() -> None:
    answered = run("def f(A, Theta):\n    return layer(A, f(A, Theta))\n", A, THETA)
    assert "without end" in said(answered)
