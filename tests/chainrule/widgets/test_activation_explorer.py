"""ActivationExplorer in Python: the right curves, where a student's parts from them, and the picture that stands in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chainrule.widgets.activation_explorer import A, ActivationExplorer, Z
from chainrule.widgets.activations import ACTIVATIONS, LOSSES
from tests.chainrule.widgets.node import javascript

KINKS = {name: [0.0] for name in ("step", "ReLU", "leaky ReLU", "ELU")}


def said(functions: dict[str, Any]) -> list[str]:
    return [each["text"] for each in ActivationExplorer(functions).result["said"]]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_what_differences_measure_away_from_kinks(name: str) -> None:
    z = np.array([each for each in Z if each not in KINKS.get(name, [])])
    value, slope = ACTIVATIONS[name].value, ACTIVATIONS[name].slope
    assert slope(z) == pytest.approx((value(z + 1e-6) - value(z - 1e-6)) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
def test_a_divergences_slope_is_what_differences_measure(name: str, y: float) -> None:
    value, slope = LOSSES[name].value, LOSSES[name].slope
    assert slope(A, y) == pytest.approx((value(A + 1e-7, y) - value(A - 1e-7, y)) / 2e-7, rel=1e-5, abs=1e-6)


def test_at_a_kink_the_left_piece_counts() -> None:
    zero = np.array([0.0])
    assert {name: float(ACTIVATIONS[name].slope(zero)[0]) for name in ("ReLU", "leaky ReLU", "ELU", "step")} == {
        "ReLU": 0.0,
        "leaky ReLU": 0.01,
        "ELU": 1.0,
        "step": 0.0,
    }


def test_kl_is_the_cross_entropy_without_the_targets_entropy() -> None:
    a, y = np.array([0.2, 0.5, 0.9]), 0.3
    both = [(a, y), (1 - a, 1 - y)]
    assert LOSSES["KL divergence"].value(a, y) == pytest.approx(sum(t * np.log(t / p) for p, t in both))
    assert LOSSES["KL divergence"].value(np.array([0.3]), y) == pytest.approx(0.0, abs=1e-15)
    assert LOSSES["KL divergence"].value(a, 0.0) == pytest.approx(LOSSES["cross-entropy"].value(a, 0.0))


def test_javascript_and_python_draw_the_same_curves() -> None:
    call = """(module) => {
        const activations = Object.entries(module.ACTIVATIONS).map(([name, pair]) =>
            [name, pair.map((each) => module.Z.map((z) => each(z)))]);
        const losses = Object.entries(module.LOSSES).map(([name, pair]) =>
            [name, [0, 0.3, 1].map((y) => pair.map((each) => module.A.map((a) => each(a, y))))]);
        return { Z: module.Z, A: module.A, activations, losses };
    }"""
    found = javascript("activation_explorer/model.js", call, None)
    assert found["Z"] == Z.tolist()
    assert found["A"] == A.tolist()
    assert [name for name, _ in found["activations"]] == list(ACTIVATIONS)
    assert [name for name, _ in found["losses"]] == list(LOSSES)
    for name, (values, slopes) in found["activations"]:
        assert values == pytest.approx(ACTIVATIONS[name].value(Z), rel=1e-12, abs=1e-15)
        assert slopes == pytest.approx(ACTIVATIONS[name].slope(Z), rel=1e-12, abs=1e-15)
    for name, cases in found["losses"]:
        for y, (values, slopes) in zip([0.0, 0.3, 1.0], cases, strict=True):
            assert values == pytest.approx(LOSSES[name].value(A, y), rel=1e-12, abs=1e-15)
            assert slopes == pytest.approx(LOSSES[name].slope(A, y), rel=1e-12, abs=1e-15)


def right_leaky(z: np.ndarray) -> np.ndarray:
    return np.where(z > 0, z, 0.01 * z)


def test_right_functions_are_said_to_be_right() -> None:
    slope = lambda z: np.where(z > 0, 1.0, 0.01)  # noqa: E731
    assert said({"leaky ReLU": (right_leaky, slope)}) == [
        "Your leaky ReLU: right at all 321 places from −8 to 8.",
        "Your slope of leaky ReLU: right at all 321 places from −8 to 8.",
    ]


@pytest.mark.parametrize(
    ("slope", "first"),
    [
        (lambda z: np.where(z > 0, 1.0, 0.0), "z = −8: yours is 0, right is 0.01. It is wrong at 161 of 321"),
        (lambda z: np.where(z >= 0, 1.0, 0.01), "z = 0: yours is 1, right is 0.01. It is wrong at 1 of 321"),
        (lambda z: np.where(z > 0, z, 0.01), "z = 0.05: yours is 0.05, right is 1. It is wrong at 159 of 321"),
        (lambda z: np.where(z > 5, np.nan, right_leaky(z)), "z = −8: yours is −0.08, right is 0.01."),
    ],
)
def test_the_first_place_where_a_slope_is_wrong_is_named(slope: Any, first: str) -> None:
    _, text = said({"leaky ReLU": (right_leaky, slope)})
    assert text.startswith(f"Your slope of leaky ReLU first parts from the right one at {first}")


def test_a_divergence_is_called_with_rows_of_two_outputs() -> None:
    def kl(A: np.ndarray, Y: np.ndarray) -> np.ndarray:
        assert A.shape == Y.shape == (len(A), 2)
        ratio = np.where(Y > 0, Y, 1.0) / np.where(Y > 0, A, 1.0)
        return np.sum(Y * np.log(ratio), axis=1)

    widget = ActivationExplorer({"KL divergence": kl})
    assert widget.result["said"][0]["text"].startswith("Your KL divergence: right at all 199 places")
    assert widget._run({**widget.state, "target": 0.4})["said"][0]["wrong"] is False
    assert widget.result["measured"] == pytest.approx(10, rel=1e-4)


def test_the_squared_error_is_called_with_one_output() -> None:
    right = lambda A, Y: 0.5 * np.sum((A - Y) ** 2, axis=1)  # noqa: E731
    assert ActivationExplorer({"squared error": right}).result["said"][0]["wrong"] is False
    wrong = lambda A, Y: np.sum((A - Y) ** 2, axis=1)  # noqa: E731
    assert "It is wrong at 199 of 199 places." in said({"squared error": wrong})[0]


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda z: None, "Not right yet: the function returned nothing; does it end with return?"),
        (lambda z: z.mean(), "Not right yet: from (321,) the function made () and not (321,)."),
        (lambda z: "much", "Not right yet: the function returned something else than numbers: a text."),
        (lambda z: 1 / 0, "Stopped by an error: ZeroDivisionError: division by zero"),
    ],
)
def test_a_function_that_gives_no_curve_is_said_to(function: Any, text: str) -> None:
    assert said({"ELU": function})[0].startswith(text)


def test_a_name_that_is_none_of_these_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"'relu' is none of these: linear, step, sigmoid, tanh, ReLU"):
        ActivationExplorer({"relu": np.abs})


def test_the_picture_tells_the_place_and_what_is_wrong() -> None:
    drawn = ActivationExplorer({"ReLU": (lambda z: np.maximum(z, 0), np.ones_like)}, z=2.0).picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt.startswith("ReLU above its slope. At z = 2: value 2, slope 1. Your ReLU: right at all")
    assert drawn.alt.endswith("It is wrong at 161 of 321 places.")
