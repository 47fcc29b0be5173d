"""SlidingWindow in Python: the right numbers, a student's beside them, the first wrong one, and what is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.signal import correlate2d

from chainrule.widgets.sliding import arriving, slide
from chainrule.widgets.sliding_window import SlidingWindow
from tests.chainrule.widgets.node import javascript

THETA = (np.arange(10.0) * 5 % 17 - 8)[None]
X = (np.arange(25.0) * 3 % 11 - 5).reshape(1, 1, 5, 5)
LOOKS = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (4, 2)]
RIGHT = "Your functions: every number here is right."


def fprop(Theta: np.ndarray, X: np.ndarray, k: int, stride: int, p: int) -> np.ndarray:
    whole = correlate2d(np.pad(X[0, 0], p), Theta[0, 1:].reshape(k, k), mode="valid") + Theta[0, 0]
    return np.asarray(whole[::stride, ::stride][None, None])


def bprop(
    Theta: np.ndarray, X: np.ndarray, dZ: np.ndarray, k: int, stride: int, p: int
) -> tuple[np.ndarray, np.ndarray]:
    found, _ = slide(Theta[0], X[0, 0], stride, p)
    assert found.dTheta is not None and found.dX is not None
    return found.dTheta[None].copy(), found.dX[None, None].copy()


def window(forward: Any = fprop, backward: Any = bprop, stride: int = 1, p: int = 0) -> SlidingWindow:
    return SlidingWindow(THETA, X, forward, backward, k=3, stride=stride, p=p)


def test_the_right_numbers_are_scipys_and_what_differences_measure() -> None:
    for stride, p in LOOKS:
        found, dZ = slide(THETA[0], X[0, 0], stride, p)
        np.testing.assert_allclose(found.Z, fprop(THETA, X, 3, stride, p)[0, 0])

        def loss(Theta: np.ndarray, X: np.ndarray) -> float:
            return float(np.sum(dZ * fprop(Theta, X, 3, stride, p)))  # noqa: B023

        for n in range(10):
            step = np.eye(10)[n][None]
            measured = (loss(THETA + step, X) - loss(THETA - step, X)) / 2
            assert found.dTheta is not None and found.dTheta[n] == pytest.approx(measured)
        for place in np.ndindex(5, 5):
            step = np.zeros(X.shape)
            step[(0, 0, *place)] = 1
            assert found.dX is not None
            assert found.dX[place] == pytest.approx((loss(THETA, X + step) - loss(THETA, X - step)) / 2)


@pytest.mark.parametrize(("stride", "p"), LOOKS)
def test_javascript_computes_the_same(stride: int, p: int) -> None:
    found, dZ = slide(THETA[0], X[0, 0], stride, p)
    given = {"setup": window().setup, "look": {"stride": stride, "p": p}}
    theirs = javascript("sliding_window/model.js", "(m, {setup, look}) => m.slid(setup, look)", given)
    np.testing.assert_allclose(theirs["Z"], found.Z)
    np.testing.assert_allclose(theirs["dZ"], dZ)
    *weights, bias = theirs["dkernel"]
    assert found.dTheta is not None
    np.testing.assert_allclose([*bias, *np.ravel(weights)], found.dTheta)
    inner = np.array(theirs["dX"])[p : p + 5, p : p + 5]
    np.testing.assert_allclose(inner, found.dX)


def test_nothing_that_arrives_is_0() -> None:
    assert arriving(9, 9).all()


def test_right_functions_are_said_to_be_right() -> None:
    assert [said["text"] for said in window().result["said"]] == [RIGHT]
    assert window().result["first"] is None
    assert SlidingWindow(THETA, X).result["said"] == []


def test_the_first_wrong_number_is_named_output_before_kernel_before_picture() -> None:
    def no_bias(*args: Any) -> Any:
        return fprop(*args) - THETA[0, 0]

    def last_use(*args: Any) -> Any:
        dTheta, dX = bprop(*args)
        dTheta[0, 5] += 2
        dX[0, 0, 2, 1] += 3
        return dTheta, dX

    both = window(no_bias, last_use).result
    assert both["first"] == ["output", 0, 0]
    assert both["said"][0]["text"].startswith("The first wrong number is z[0, 0]: yours is ")
    assert both["said"][0]["text"].endswith("11 numbers are wrong.")
    back = window(fprop, last_use).result
    assert back["first"] == ["kernel", 1, 1]
    assert "dw[1, 1]" in back["said"][0]["text"]
    assert back["wrong"] == {"output": [], "kernel": [[1, 1]], "input": [[2, 1]]}


def by_windows(Theta: Any, X: Any, k: int, stride: int, p: int) -> Any:
    Z = np.zeros(fprop(Theta, X, k, stride, p).shape)
    for i, j in np.ndindex(Z.shape[2:]):
        Z[0, 0, i, j] = np.sum(X[0, 0, i : i + k, j : j + k])
    return Z


def back_by_windows(Theta: Any, X: Any, dZ: Any, k: int, stride: int, p: int) -> Any:
    dkernel, dX = np.zeros((k, k)), np.zeros(X.shape)
    for i, j in np.ndindex(dZ.shape[2:]):
        dkernel = dkernel + X[0, 0, i : i + k, j : j + k]
        dX[0, 0, i : i + k, j : j + k] += Theta[0, 1:].reshape(k, k)
    dTheta = np.append(dZ.sum(), dkernel)[None]
    return dTheta, dX


def test_the_students_lines_that_make_the_first_wrong_number_are_shown() -> None:
    def lines(forward: Any, backward: Any) -> list[str]:
        found: list[str] = window(forward, backward).result["said"][0]["lines"]
        return found

    assert lines(by_windows, bprop) == ["Z[0, 0, i, j] = np.sum(X[0, 0, i : i + k, j : j + k])"]
    assert lines(fprop, back_by_windows) == ["dkernel = dkernel + X[0, 0, i : i + k, j : j + k]"]

    def no_loop(*args: Any) -> Any:
        return fprop(*args) + 1

    def right_kernel(*args: Any) -> Any:
        dX = back_by_windows(*args)[1]
        dX[0, 0] += 1
        return bprop(*args)[0], dX

    assert lines(fprop, right_kernel) == ["dX[0, 0] += 1"]
    assert lines(no_loop, bprop) == ["return fprop(*args) + 1"]
    assert lines(lambda *args: fprop(*args) + 1, bprop) == []  # typed in the middle of a line


def test_the_bias_stands_below_the_kernel() -> None:
    def no_bias(*args: Any) -> Any:
        dTheta, dX = bprop(*args)
        dTheta[0, 0] = 0
        return dTheta, dX

    result = window(fprop, no_bias).result
    assert result["first"] == ["kernel", 3, 0]
    assert result["said"][0]["text"].startswith("The first wrong number is the gradient of the bias: yours is 0, right")
    assert result["said"][0]["text"].endswith("It is the only wrong number.")


def test_a_forgotten_stride_shows_as_soon_as_it_is_not_1() -> None:
    def forgotten(Theta: Any, X: Any, dZ: Any, k: int, stride: int, p: int) -> Any:
        dkernel = sum(dZ[0, 0, i, j] * X[0, 0, i : i + k, j : j + k] for i, j in np.ndindex(dZ.shape[2:]))
        return np.append(dZ.sum(), dkernel)[None], bprop(Theta, X, dZ, k, stride, p)[1]

    assert window(fprop, forgotten).result["first"] is None
    assert window(fprop, forgotten, stride=2).result["first"][0] == "kernel"


@pytest.mark.parametrize(
    ("forward", "backward", "said"),
    [
        (lambda *_: np.zeros((1, 1, 2, 2)), bprop, "the output has the shape (1, 1, 2, 2), and should have"),
        (lambda *_: None, bprop, "the output returned nothing; does it end with return?"),
        (lambda *_: 1 / 0, bprop, "Stopped by an error: ZeroDivisionError"),
        (fprop, lambda *_: 3.0, "the way back should return two arrays, dTheta and dX."),
        (fprop, lambda *_: (np.zeros((1, 9)), X), "dTheta has the shape (1, 9), and should have (1, 10)."),
        (fprop, lambda *args: (bprop(*args)[0], np.zeros((1, 1, 7, 7))), "dX has the shape (1, 1, 7, 7)"),
    ],
)
def test_what_gives_nothing_to_show_is_said_and_the_right_numbers_stand(forward: Any, backward: Any, said: str) -> None:
    result = window(forward, backward).result
    assert said in " ".join(each["text"] for each in result["said"])
    assert result["first"] is None
    assert None in (result["Z"], result["dX"])


def test_an_answer_that_is_still_to_be_written_is_named() -> None:
    def conv_fprop(*_: Any) -> Any:
        raise NotImplementedError

    (said,) = window(conv_fprop).result["said"]
    assert said["text"] == "Not answered yet: conv_fprop is still to be written."


def test_what_both_passes_wait_for_is_said_once() -> None:
    def padded(*_: Any) -> Any:
        raise NotImplementedError

    (said,) = window(padded, padded).result["said"]
    assert said["text"] == "Not answered yet: padded is still to be written."


def test_a_function_cannot_change_what_the_widget_holds() -> None:
    def greedy(Theta: Any, X: Any, k: int, stride: int, p: int) -> Any:
        right = fprop(Theta, X, k, stride, p)
        Theta[:] = X[:] = 0
        return right

    assert [said["text"] for said in window(greedy).result["said"]] == [RIGHT]


def test_nan_is_wrong_and_travels() -> None:
    result = window(lambda *args: fprop(*args) * np.nan).result
    assert result["Z"][0][0] == "NaN"
    assert result["first"] == ["output", 0, 0]


def test_the_picture_tells_what_there_is_to_see() -> None:
    alt = window(lambda *args: fprop(*args) + 1, stride=2, p=1).picture().alt
    assert alt.startswith("A kernel of 3 by 3 slides over a picture of 5 by 5 with stride 2 and a border of 1. ")
    assert "each of its weights is used 9 times" in alt
    assert "The first wrong number is z[0, 0]" in alt


@pytest.mark.parametrize(
    ("theta", "x", "more", "said"),
    [
        (np.zeros((2, 10)), X, {}, "for one kernel of 3 x 3 it is (1, 10)"),
        (THETA, X[0], {}, "must be one picture, (1, 1, H, W)"),
        (THETA, X[:, :, :2], {}, "no smaller than 3"),
        (THETA, X, {"stride": 0}, "The stride is at least 1"),
    ],
)
def test_what_cannot_be_shown_is_refused(theta: Any, x: Any, more: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(").replace(")", r"\)")):
        SlidingWindow(theta, x, **more)
