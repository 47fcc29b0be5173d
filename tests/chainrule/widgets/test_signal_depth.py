"""SignalDepth in Python: its signals, what it says of a student's numbers, and the picture that stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from chainrule.widgets.signal_depth import SignalDepth
from chainrule.widgets.signals import ACTIVATIONS, WIDTH, draws, matrices, sent
from tests.chainrule.widgets.node import javascript

DRAWN = draws()
FORMULAS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda Z: Z,
    "tanh": anp.tanh,
    "sigmoid": lambda Z: 1 / (1 + anp.exp(-Z)),
    "ReLU": lambda Z: anp.where(Z > 0, Z, 0),
}


def mean_squares(thetas: Any, X: Any, g: Any) -> Any:
    """As a student writes it."""
    found = []
    for Theta in thetas:
        X = g(np.hstack([np.ones((len(X), 1)), X]) @ Theta.T)
        found.append(np.mean(X**2))
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_of_the_first_layer_is_that_of_autograd(activation: str) -> None:
    thetas, g = matrices(DRAWN, 1.3, 4), FORMULAS[activation]

    def above_times_outputs(Z: Any) -> Any:
        A = g(Z)
        for Theta in thetas[1:]:
            A = g(anp.dot(A, Theta[:, 1:].T))
        return anp.sum(DRAWN.above * A)

    expected = autograd.grad(above_times_outputs)(DRAWN.inputs @ thetas[0][:, 1:].T)
    assert sent(DRAWN, activation, 1.3, 4).gradients[0] == pytest.approx(np.mean(expected**2), rel=1e-9)


def test_relu_halves_the_mean_square_and_two_undoes_it() -> None:
    halved, kept = (
        [float(np.mean(A**2)) for A in sent(DRAWN, "ReLU", spread, 10).activations] for spread in (1, 2**0.5)
    )
    assert (halved[-1] / halved[0]) ** (1 / 9) == pytest.approx(0.5, abs=0.03)
    assert (kept[-1] / kept[0]) ** (1 / 9) == pytest.approx(1.0, abs=0.06)


def test_saturated_units_don_t_make_the_gradient_vanish() -> None:
    signals = sent(DRAWN, "tanh", WIDTH**0.5, 10)  # weights of deviation 1
    assert np.mean(np.abs(signals.activations[-1]) > 0.99) > 0.6
    assert signals.gradients[0] > 1000 * signals.gradients[-1]


def test_javascript_and_python_send_the_same_signals() -> None:
    sent_bytes = np.frombuffer(SignalDepth().draws, np.uint8).tolist()
    states: list[dict[str, Any]] = [
        {"activation": activation, "spread": spread, "depth": depth}
        for activation, spread, depth in zip(ACTIVATIONS, [1.0, 8.0, 2.0, 1.4], [3, 5, 15, 10], strict=True)
    ]
    call = """(module, [bytes, width, states]) => {
        const drawn = module.unpacked(Uint8Array.from(bytes), width);
        return states.map((state) => {
            const { sizes, gradients, activations } = module.sent(drawn, state);
            return [sizes, gradients, module.shares(activations[0])];
        });
    }"""
    found = javascript("signal_depth/model.js", call, [sent_bytes, WIDTH, states])
    for state, (sizes, gradients, shares) in zip(states, found, strict=True):
        signals = sent(DRAWN, state["activation"], state["spread"], state["depth"])
        np.testing.assert_allclose(sizes, [np.mean(A**2) for A in signals.activations], rtol=1e-9)
        np.testing.assert_allclose(gradients, signals.gradients, rtol=1e-9)
        counts, _ = np.histogram(np.clip(signals.activations[0], -1.9999, 1.9999), bins=21, range=(-2, 2))
        np.testing.assert_allclose(shares, counts / WIDTH**2, atol=1e-3)


def test_right_numbers_are_said_to_be_right() -> None:
    result = SignalDepth(mean_squares, activation="ReLU", depth=7).result
    assert result["said"] == "Your mean_squares: all 7 numbers are what is measured here."
    assert result["wrong"] is None


def test_the_first_wrong_layer_is_named_with_both_numbers() -> None:
    def variances(thetas: Any, X: Any, g: Any) -> Any:
        found = mean_squares(thetas, X, g)
        return [found[0], *(0.5 * size for size in found[1:])]

    result = SignalDepth(variances, activation="linear").result
    assert result["wrong"] == 2
    assert result["said"].startswith("Your mean square of layer 2 is 0.")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *_: None, "Not right yet: mean_squares returned nothing; does it end with return?"),
        (lambda *_: "ten", "Not right yet: mean_squares returned something else than numbers: a text."),
        (lambda *_: [1.0, 2.0], "Not right yet: mean_squares returned the shape (2,) for 10 layers."),
        (lambda *_: [np.nan] * 10, "Your mean square of layer 1 is nan, measured"),
        (lambda *_: 1 / 0, "Stopped by an error: ZeroDivisionError: division by zero"),
    ],
)
def test_what_fails_is_said_to(function: Callable[..., Any], words: str) -> None:
    assert SignalDepth(function).result["said"].startswith(words)


def test_the_picture_tells_how_signals_go() -> None:
    alt = SignalDepth(mean_squares, activation="ReLU", spread=2**0.5).picture().alt
    assert "10 layers of 64 units, ReLU, weights with the deviation 1.41 over the root of 64" in alt
    assert "all 10 numbers are what is measured here" in alt


def test_an_activation_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no activation 'relu'; there are linear, tanh"):
        SignalDepth(activation="relu")
