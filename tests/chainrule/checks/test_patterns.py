"""What is said of a wrong result is true of it, and nothing is said where nothing is plain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chainrule.checks import patterns
from chainrule.checks.accept import Accept

X = np.array([[0.5, -1.5, 2.5], [3.25, 0.75, -4.5]])
V = np.array([0.3, -1.2, 2.2, 0.9])
COLUMN, ROW = X.copy(), X.copy()
COLUMN[:, 0] = 7
ROW[1] = 7
D = {"x": 1.5, "y": -2.5, "z": 4.0}

SAID: dict[str, tuple[Any, Any, str]] = {
    "a text for a number": ("0.5", 0.5, "A text came"),
    "a text for a pair": ("0.5, 1", (0.5, 1), "A text came"),
    "one value of two": (0.5, (0.5, 1.0), "2 values are wanted, and one came"),
    "the reverse order": ([3, 1, 2], (2, 1, 3), "in the reverse order"),
    "one of them wrong": ((0.5, 2.0), (0.5, 1.5), "Entry 0 is right (counted from 0), and entry 1 isn't"),
    "one too few": ([X], [X, V], "1 came where 2 are wanted"),
    "a set": ({1, 2}, (1, 2), "A set has no order"),
    "an entry left out": ({"x": 1.5, "y": -2.5}, D, "Nothing is stored under 'z'"),
    "an entry by another name": ({"x": 1.5, "y": -2.5, "s": 4.0}, D, "Is 's' another name for it?"),
    "a wrong entry": ({"x": 1.5, "y": 9.0, "z": 8.0}, D, "'x' is right; of those that aren't, 'y' comes first"),
    "a sum that is missing": (V, 0.7, "Is a sum or a mean missing"),
    "a sum too many": (np.sum(V), V, "What came is the sum (and the largest entry) of what was expected"),
    "a mean along the rows too many": (X.mean(axis=1), X, "the mean along axis 1 of what was expected"),
    "a sum that is missing, along an axis": (X, X.sum(axis=1, keepdims=True), "The sum along axis 1 of what came"),
    "the largest that is missing": (X, 3.25, "The largest entry of what came is what was expected"),
    "one row of all": (X[1], X, "What came is entry 1 of what was expected"),
    "one number for all": (9.5, V, "Which axis is gone"),
    "everything with everything": (np.ones((8, 16)), np.ones((2, 4)), "Each size is 4 times what it should be"),
    "rows with rows": (np.ones((4, 4)), np.ones((4, 2)), "where `*` goes entry by entry?"),
    "rows with rows, or a bias": (np.ones((4, 4)), np.ones((4, 3)), "one entry more than it should. Is it the bias"),
    "the places of what is true": ([0, 2], np.array([True, False, True]), "the places where it should be True"),
    "truth values in a list": ([True, False, True], np.array([True, False, True]), "What it holds is right"),
    "the bound of a logarithm": (18.42058, 27.63, "minus the logarithm of 1e-8, and it should be larger"),
    "turned, and one short": (np.ones((3, 2)), np.ones((2, 4)), "one entry less then. Is that the bias"),
    "one array of a list of them": (X, [X, V], "One array came, where 2 are wanted"),
    "another order": ((2, 1, 3), (1, 2, 3), "in another order"),
    "two places in different rows": (
        X + np.eye(2, 3),
        X,
        "2 of 6 are wrong: [0, 0], [1, 1]. Each of them is 1 too large",
    ),
    "a text in a pair": (("a", 1.5), (0.5, 1.5), "A text came"),
    "counts in place of truth values": (np.array([3, 3, 4]), np.array([True, True, False]), "Truth values are wanted"),
    "the diagonal alone": (np.array([0.5, 0.75]), X[:, :2], "What came is the diagonal"),
    "of a later entry more can be said": (
        (X * 1.3 + V[0], 2.5),
        (X, V),
        "Of entry 1 (counted from 0)",
    ),
    "per cent for a share": (62.5, 0.625, "Is it in per cent, where a share from 0 to 1 is wanted"),
    "per cent, rounded": (99.1, 0.99123, "about 100 times what was expected. Is it in per cent"),
    "per cent for half": (50, 0.5, "Is it in per cent"),
    "a share for per cent": (0.991, 99.1, "about a hundredth of what was expected. Is it a share"),
    "shares as per cent": (100 * V[[0, 3]], V[[0, 3]], "Is it in per cent"),
    "per cent in a row of a list": ([(2, 1.5, 62.5)], [(2, 1.5, 0.625)], "Is it in per cent"),
    "a sum of differences for a count": (-2, 6, "does a difference stand where each should count as one"),
    "sums for all that was summed": (np.array([21.0, 24.0]), np.arange(1.0, 10.0), "What is added up that should stay"),
    "what should be summed": (np.arange(1.0, 10.0), np.array([21.0, 24.0]), "What stays apart that should be added up"),
    "truth values for what they choose": (V > 0, V, "Is something missing with which they should be multiplied"),
    "the right one among two": ((V, X), X, "2 came where one is wanted, and that is among them"),
    "a fraction": (0.7734 * 2 / 3, 0.7734, "2/3 of what was expected"),
    "whole numbers": (np.array([1, -1, 2, 1]), V, "Whole numbers came"),
    "all of them wrong": ({"x": 4.5, "y": 9.1, "z": 3.7}, D, "'x' comes first. What came is 3 times"),
    "an entry that is None": ({"x": None, "y": -2.5, "z": 4.0}, D, "'x' is None"),
    "a flat matrix": (X.ravel(), X, "The numbers are right, their shape isn't"),
    "exchanged sizes": (np.ones((3, 2)), X, "Rows and columns are exchanged"),
    "an entry less": (np.zeros(3), np.ones(4), "What does an entry stand for"),
    "a column more": (np.hstack([np.ones((2, 1)), X]), X, "one entry more"),
    "truth values": (V > 0, (V > 0) * 1.0, "True and False"),
    "one minus": (1 - V, V, "1 minus what was expected"),
    "one over": (1 / V, V, "1 over what was expected"),
    "the sign lost": (np.abs(V), V, "the sign is lost"),
    "something added": (V + 0.25, V, "0.25 too large"),
    "a column": (COLUMN, X, "Only column 0 is wrong"),
    "a row": (ROW, X, "Only row 1 is wrong"),
    "an entry": (V * [1, 1, 3, 1], V, "Only entry 2 is wrong"),
    "rounded": (0.51, 0.51214445, "right to about 2 digits"),
    "rounded a little": (X * 1.0001, X, "right to about 4 digits"),
    "nearly zero": (np.array([1e-8, -1e-8]), np.zeros(2), "nearly 0 where it should be 0"),
    "a ceiling": (-2 * np.log(1e-15), 2000.0, "minus the logarithm of 1e-30"),
    "not divided": (3.3, 1.1, "3 times what was expected"),
    "the wrong one inside a list": ([X, V[:2]], [X, V], "Entry 0 is right (counted from 0), and entry 1 isn't"),
}
UNCLEAR: list[tuple[Any, Any]] = [
    (0.37, 1.91),
    (-6, 6),
    (-2.5, 6.5),
    (100, 1),
    (1.3, 130.0),
    (4, 2),
    (0.0, 1.5),
    (X * [1, 2, 3] + 0.1, X),
    (np.full(3, np.nan), np.ones(3)),
    (None, X),
    ("B", "A"),
]


@pytest.mark.parametrize("case", SAID)
def test_what_is_plain_is_said(case: str) -> None:
    got, expected, words = SAID[case]
    assert words in patterns.of(got, expected, Accept())


@pytest.mark.parametrize(("got", "expected"), UNCLEAR)
def test_where_nothing_is_plain_nothing_is_said(got: Any, expected: Any) -> None:
    assert patterns.of(got, expected, Accept()) == ""


def test_any_two_values_can_be_looked_at() -> None:
    values: list[Any] = [None, True, 3, 2.5, "a", (), (1, 2), [[1], [2, 3]], {}, D, {1}, X, V, np.array([]), 1j]
    for got in values:
        for expected in values:
            assert isinstance(patterns.of(got, expected, Accept()), str)


def test_parts_are_called_by_their_names_where_they_have_some() -> None:
    said = patterns.of((0.5, 2.0), (0.5, 1.5), Accept(), names=("dx", "dw"))
    assert said.startswith("`dx` is right, and `dw` isn't.")
