"""What a student's code shows is said where it is there, and never of right code."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from chainrule.checks import habits

SHOWN = {
    "a return that ends the loop": ("for t in a:\n        s = t\n        return s", "ends in its first turn"),
    "a comparison that is always true": ('return a if b == "x" or "y" else 0', "`or 'y'` is always true"),
    "a result of an answer thrown away": ("helper(a)\n    return a + b", "What `helper(...)` gives is kept nowhere"),
    "a result of NumPy's thrown away": ("np.append(a, 1)\n    return a + b", "What `np.append(...)` gives is kept"),
    "a loop's name renamed": ("for t in a:\n        t = t + b\n    return a", "`t = t + b` gives the name `t`"),
    "renamed, and the list gone through again": (
        "for t in a:\n        t = t + b\n    return [t / 2 for t in a]",
        "`t = t + b` gives the name `t`",
    ),
    "a second name": ("p = a\n    p[0] += 1\n    return p - a + b", "`p = a` makes no copy"),
    "a mean taken in every turn": ("for t in a:\n        b = (b + t) / 3\n    return b", "again in every turn"),
    "a sum that is scaled in every turn": (
        "for t in a:\n        b += t\n        b *= 0.5\n    return b",
        "`b *= 0.5` stands inside a loop",
    ),
    "pairs that are used up": (
        "pairs = zip(a, a)\n    for _ in range(b):\n        for s, t in pairs:\n            a = s\n    return a",
        "can be gone through once",
    ),
    "a generator that is used up": (
        "few = halves(a)\n    for _ in range(b):\n        a = [t for t in few]\n    return a",
        "can be gone through once",
    ),
    "an argument that is not used": ("return 2 * a", "is given `b`, and nothing in your code reads it"),
    "a value that is not used": ("c = a * b\n    return a + b", "`c` is worked out in your code"),
}
NOT_SHOWN = {
    "a return at the end": "for t in a:\n        b += t\n    return b",
    "a return under a condition": "for t in a:\n        if t > b:\n            return t\n    return 0",
    "a list that grows": "out = []\n    for t in a:\n        out.append(t * b)\n    return out",
    "a loop's name that is read": "s = 0\n    for t in a:\n        t = t * b\n        s += t\n    return s",
    "a copy": "p = a.copy()\n    p[0] += b\n    return p",
    "a mean at the end of an inner loop": (
        "out = []\n    for t in a:\n        s = 0\n        for u in b:\n            s += u * t\n        s /= len(b)\n"
        "        out.append(s)\n    return out"
    ),
    "a mean of each entry": (
        "for i in range(3):\n        for t in b:\n            a[i] += t\n        a[i] /= len(b)\n    return a"
    ),
    "a velocity": "for t in a:\n        b *= 0.9\n        b += t\n    return b",
    "pairs that are made anew": (
        "for _ in range(b):\n        pairs = zip(a, a)\n        for s, t in pairs:\n            a = s\n    return a"
    ),
    "two names of which none is changed": "p = a\n    return p + b",
    "a function that prints": "show(a)\n    return a + b",
    "a function that fills a list": "out = []\n    fill(a + b, out)\n    return out",
    "a function that writes into an array": "double(a)\n    return a + b",
    "an argument that is changed in place": "b *= a\n    a += 1",
    "a result in a place of its own": "np.add(a, b, out=a)\n    return a",
}


def notebook(body: str) -> dict[str, Any]:
    """The names of a notebook with an answer f(a, b) in a cell of its own."""
    helpers = "def helper(a):\n    return 2 * a\n\ndef show(a):\n    print(a)\n\ndef halves(a):\n    yield a\n\n"
    helpers += "def fill(a, out):\n    out.append(a)\n    return out\n\ndef double(a):\n    a[:] *= 2\n    return a\n\n"
    text = f"{helpers}def f(a, b):\n    {body}\n"
    file = f"<ipython-input-{abs(hash(body))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), names)
    return names


@pytest.mark.parametrize("case", SHOWN)
def test_what_the_code_shows_is_said(case: str) -> None:
    body, words = SHOWN[case]
    assert words in habits.said_of(["f"], notebook(body))


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_right_code_shows_nothing(case: str) -> None:
    assert habits.said_of(["f"], notebook(NOT_SHOWN[case])) == ""


def test_a_method_may_leave_an_argument_alone() -> None:
    names = notebook("return a + b")
    text = "class Keep:\n    def bprop(self, dY):\n        return self.given\n"
    linecache.cache["<keep>"] = (len(text), None, text.splitlines(True), "<keep>")
    exec(compile(text, "<keep>", "exec"), names)
    assert habits.said_of(["Keep"], names) == ""


def test_whole_columns_of_labels_are_seen() -> None:
    names = notebook("return a + b")
    text = "class Loss:\n    def fprop(self, A, y):\n        return A[:, y].mean()\n"
    linecache.cache["<loss>"] = (len(text), None, text.splitlines(True), "<loss>")
    exec(compile(text, "<loss>", "exec"), names)
    assert "`A[:, y]` takes all of these columns, in every row" in habits.said_of(["Loss"], names)


def test_data_that_is_read_from_the_notebook_is_named() -> None:
    names = notebook("return a + x")
    names["x"] = np.ones(3)
    assert habits.outside(["f"], names, ()) == "x"
    assert habits.outside(["f"], names, ("x",)) == ""


def test_an_attribute_is_no_data_of_the_notebook() -> None:
    names = notebook("a.grad = b.data\n    return a")
    names |= {"grad": np.ones(3), "data": np.ones(3)}
    assert habits.outside(["f"], names, ()) == ""
