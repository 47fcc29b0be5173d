"""ModuleFlow in Python: Jacobians twice, the first wrong module with its line, and shapes that don't fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chainrule.widgets.module_flow import ModuleFlow
from tests.chainrule.widgets.node import javascript

THETAS = [np.sin(np.arange(1, 17)).reshape(4, 4), np.sin(np.arange(30, 45)).reshape(3, 5)]
X, Y = np.sin(np.arange(15)).reshape(5, 3), np.array([0, 2, 1, 1, 0])


def with_ones(A: np.ndarray) -> np.ndarray:
    return np.hstack([np.ones((len(A), 1)), A])


def linear_bprop(Theta: np.ndarray, X: np.ndarray, dZ: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dTheta = dZ.T @ with_ones(X)
    dX = dZ @ Theta[:, 1:]
    return dTheta, dX


class Linear:
    def __init__(self, Theta: np.ndarray) -> None:
        self.Theta = Theta

    def fprop(self, X: np.ndarray) -> np.ndarray:
        self.X = X
        return with_ones(X) @ self.Theta.T

    def bprop(self, dZ: np.ndarray) -> np.ndarray:
        self.dTheta, dX = linear_bprop(self.Theta, self.X, dZ)
        return dX


class ConstantPassedOn(Linear):
    def bprop(self, dZ: np.ndarray) -> np.ndarray:
        return dZ @ self.Theta


class Tanh:
    def fprop(self, Z: np.ndarray) -> np.ndarray:
        self.A = np.tanh(Z)
        return self.A

    def bprop(self, dA: np.ndarray) -> np.ndarray:
        return dA * (1 - self.A**2)


class TanhOfZ(Tanh):
    def bprop(self, dA: np.ndarray) -> np.ndarray:
        slope = 1 - self.A
        return dA * slope


class Softmax:
    def fprop(self, Z: np.ndarray) -> np.ndarray:
        powers = np.exp(Z - Z.max(axis=1, keepdims=True))
        self.A = powers / powers.sum(axis=1, keepdims=True)
        return self.A

    def bprop(self, dA: np.ndarray) -> np.ndarray:
        return self.A * (dA - np.sum(self.A * dA, axis=1, keepdims=True))


class DiagonalOnly(Softmax):
    def bprop(self, dA: np.ndarray) -> np.ndarray:
        return dA * self.A * (1 - self.A)


class Loss:
    def fprop(self, A: np.ndarray, y: np.ndarray) -> float:
        self.A, self.Y = A, np.eye(A.shape[1])[y]
        return float(-np.sum(self.Y * np.log(A)) / len(A))

    def bprop(self) -> np.ndarray:
        return -self.Y / self.A / len(self.A)


class NotDivided(Loss):
    def bprop(self) -> np.ndarray:
        return -self.Y / self.A


def flow(*modules: Any, labels: bool = False) -> dict[str, Any]:
    return ModuleFlow(lambda: list(modules), X, Y if labels else None).result


def whole(linear: type = Linear, tanh: type = Tanh, softmax: type = Softmax, loss: type = Loss) -> dict[str, Any]:
    return flow(linear(THETAS[0]), tanh(), linear(THETAS[1]), softmax(), loss(), labels=True)


def test_right_modules_are_said_to_be_right_with_their_shapes() -> None:
    result = whole()
    assert [each["text"] for each in result["said"]] == [
        "Your modules: all 5 Jacobians are what differences measure here."
    ]
    assert result["first"] is None
    assert [(each["given"], each["back"]) for each in result["modules"]] == [
        ([5, 3], [5, 3]),
        ([5, 4], [5, 4]),
        ([5, 4], [5, 4]),
        ([5, 3], [5, 3]),
        ([5, 3], [5, 3]),
    ]


def test_the_jacobians_are_those_of_the_formulas() -> None:
    linear, tanh, _, softmax, _ = whole()["modules"]
    z = with_ones(X)[0] @ THETAS[0].T
    assert np.array(linear["by_bprop"]) == pytest.approx(THETAS[0][:, 1:])
    assert np.array(linear["by_differences"]) == pytest.approx(THETAS[0][:, 1:], abs=1e-9)
    assert np.array(tanh["by_bprop"]) == pytest.approx(np.diag(1 - np.tanh(z) ** 2))
    assert np.array(softmax["by_differences"]).sum(axis=1) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("changed", "first", "text", "lines"),
    [
        ({"tanh": TanhOfZ}, 1, "Tanh", ["return dA * slope"]),
        ({"softmax": DiagonalOnly}, 3, "entry [0, 1] by bprop is 0,", ["return dA * self.A * (1 - self.A)"]),
        ({"loss": NotDivided}, 4, "5 of 15 entries differ.", ["return -self.Y / self.A"]),
    ],
)
def test_the_first_wrong_module_on_the_way_back_is_named_with_its_line(
    changed: dict[str, type], first: int, text: str, lines: list[str]
) -> None:
    result = whole(**changed)
    assert result["first"] == first
    assert text in result["said"][0]["text"]
    assert result["said"][0]["lines"] == lines


def test_of_two_wrong_modules_the_first_on_the_way_back_is_shown_and_the_other_mentioned() -> None:
    result = whole(tanh=TanhOfZ, loss=NotDivided)
    assert result["first"] == 4
    assert result["said"][1]["text"] == "Farther back something is wrong as well: TanhOfZ 2."


def test_a_gradient_that_does_not_fit_is_a_plug_with_both_shapes() -> None:
    result = whole(linear=ConstantPassedOn)
    (said,) = result["said"]
    assert said["text"] == (
        "ConstantPassedOn 3 passes back (5, 5), and its input was (5, 4). "
        "One column too many: does the constant 1 get a gradient here?"
    )
    assert said["lines"] == ["return dZ @ self.Theta"]
    assert [each["fits"] for each in result["modules"]] == [True, True, False, True, True]
    assert result["modules"][1]["back"] is None


def test_the_line_is_looked_for_in_the_helper_that_made_the_gradient() -> None:
    class Wrong(Linear):
        def bprop(self, dZ: np.ndarray) -> np.ndarray:
            self.dTheta, dX = wrong_bprop(self.Theta, self.X, dZ)
            return dX

    assert flow(Wrong(THETAS[0]))["said"][0]["lines"] == ["dX = 2 * dZ @ Theta[:, 1:]"]


def wrong_bprop(Theta: np.ndarray, X: np.ndarray, dZ: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dTheta = dZ.T @ with_ones(X)
    dX = 2 * dZ @ Theta[:, 1:]
    return dTheta, dX


class Changing(Tanh):
    def bprop(self, dA: np.ndarray) -> np.ndarray:
        dA *= 1 - self.A**2
        return dA


def test_a_module_that_changes_what_it_is_given_harms_no_other() -> None:
    assert flow(Linear(THETAS[0]), Changing())["first"] is None


class Raising(Tanh):
    def bprop(self, dA: np.ndarray) -> np.ndarray:
        raise ZeroDivisionError("by A")


class Nothing(Tanh):
    def fprop(self, Z: np.ndarray) -> None:  # type: ignore[override]
        self.A = Z


class Unwritten:
    def fprop(self, Z: np.ndarray) -> np.ndarray:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (Raising(), "Raising 2, bprop: Stopped by an error: ZeroDivisionError: by A"),
        (Nothing(), "Nothing 2, fprop: Not right yet: fprop of Nothing 2 returned nothing; does it end with return?"),
        (Unwritten(), "Unwritten 2, fprop: Not answered yet: fprop is still to be written."),
        (object(), "object 2 has no fprop."),
        (Linear(np.ones((3, 9))), "Linear 2, fprop: Stopped by an error: ValueError"),
    ],
)
def test_a_module_that_gives_nothing_is_said_to_and_those_before_it_are_shown(module: Any, text: str) -> None:
    result = flow(Linear(THETAS[0]), module)
    assert result["said"][0]["text"].startswith(text)
    assert result["modules"][0]["out"] == [5, 4]


def test_what_makes_no_list_is_said_to() -> None:
    (said,) = ModuleFlow(lambda: None, X).result["said"]  # type: ignore[arg-type, return-value]
    assert said["text"] == "Not right yet: what makes the modules should return a list of them."


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"y has the shape \(2,\), and must have \(5,\)"):
        ModuleFlow(list, X, Y[:2])
    with pytest.raises(ValueError, match="must have a row for each sample"):
        ModuleFlow(list, X[0])


def test_the_picture_tells_the_shapes_and_what_is_wrong() -> None:
    drawn = ModuleFlow(lambda: [Linear(THETAS[0]), TanhOfZ()], X).picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt.startswith(
        "Modules in a row: Linear 1 takes (5, 3) and passes back (5, 3), "
        "TanhOfZ 2 takes (5, 4) and passes back (5, 4). "
        "TanhOfZ 2 is the first wrong one on the way back: entry [0, 0]"
    )


def test_steps_are_told_module_by_module() -> None:
    modules = whole(linear=ConstantPassedOn)["modules"]
    call = "(module, modules) => Array.from({ length: 11 }, (_, step) => module.told(modules, step))"
    told = javascript("module_flow/model.js", call, modules)
    assert told[0] == "The input, (5, 3). Step goes forward, module by module."
    assert told[1] == "Forward: ConstantPassedOn 1 takes (5, 3) and gives (5, 4)."
    assert told[5].startswith("Forward: Loss 5 takes (5, 3) and the labels, and gives the loss 1.")
    assert told[8] == "Back: ConstantPassedOn 3 passes back (5, 5), but its input was (5, 4)."
    assert told[9] == "Back: nothing comes through Tanh 2."
    assert told[10] == "Every module forward and back."
