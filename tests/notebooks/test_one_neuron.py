"""The solution of notebook 04, one neuron, against autograd, mpmath and plain reasoning."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

from chainrule.graph import OPERATIONS

NOTEBOOK = Path(__file__).parents[2] / "solutions" / "04-delta-rule" / "one-neuron.ipynb"
CELLS = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def sigmoid(z: Any) -> Any:
    return 0.5 * (1 + anp.tanh(z / 2))


def squared_error(z: Any, y: Any) -> Any:
    return 0.5 * (sigmoid(z) - y) ** 2


def logistic_loss(z: Any, y: Any) -> Any:
    return -(y * anp.log(sigmoid(z)) + (1 - y) * anp.log(1 - sigmoid(z)))


def softmax_loss(z: Any, y: Any) -> Any:
    return -anp.sum(y * anp.log(anp.exp(z) / anp.sum(anp.exp(z))))


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_four_cases_of_the_perceptron(code: SimpleNamespace, y: float) -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 5):
        theta, x = rng.normal(size=n + 1), rng.normal(size=n)
        z = theta[0] + sum(t * value for t, value in zip(theta[1:], x, strict=True))
        new = code.perceptron_step(theta, x, y, 0.3)
        step = {(0, True): -0.3, (1, False): 0.3}.get((int(y), z >= 0), 0.0)
        np.testing.assert_allclose(new - theta, step * np.array([1, *x]), rtol=1e-12, atol=1e-15)
        if step:
            assert (new @ np.array([1, *x]) - z) * step > 0, "z moves towards its target"


def test_the_perceptron_of_the_picture_finds_a_line(code: SimpleNamespace) -> None:
    assert [int(n) for n in re.findall(r"(\d+) of 10 on the wrong side", code.printed)] == [7, 5, 4, 2, 0]


def test_the_perceptron_follows_the_gradient_of_the_distance_on_the_wrong_side(code: SimpleNamespace) -> None:
    def how_far_wrong(z: Any, y: float) -> Any:
        return anp.maximum(0.0, -z if y else z)

    for z, y in product((-2.0, -0.3, 0.4, 1.7), (0.0, 1.0)):
        assert code.perceptron_delta(z, y) == pytest.approx(autograd.grad(how_far_wrong)(z, y))
        assert code.widrow_hoff_delta(z, y) == pytest.approx(autograd.grad(lambda z, y: (z - y) ** 2 / 2)(z, y))


def test_errors_agree_with_autograd(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(2)
    for z, y in zip(3 * rng.normal(size=50), rng.uniform(size=50), strict=True):
        assert float(code.squared_delta(z, y)) == pytest.approx(autograd.grad(squared_error)(z, y), rel=1e-9)
        assert float(code.logistic_delta(z, y)) == pytest.approx(autograd.grad(logistic_loss)(z, y), rel=1e-9)


@pytest.mark.parametrize(("kind", "loss"), [("squared", squared_error), ("logistic", logistic_loss)])
def test_errors_of_a_batch_of_sigmoids_agree_with_autograd(code: SimpleNamespace, kind: str, loss: Any) -> None:
    rng = np.random.default_rng(3)
    for m, K in [(1, 4), (5, 3), (3, 6)]:
        Z, Y = rng.normal(size=(m, K)), np.eye(K)[rng.integers(K, size=m)]
        expected = autograd.grad(lambda Z, Y=Y: anp.sum(loss(Z, Y)))(Z)
        np.testing.assert_allclose(code.output_delta(Z, Y, kind), expected, rtol=1e-9)


def test_errors_of_softmax_agree_with_autograd_and_have_the_sum_zero(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(4)
    for m, K in [(1, 4), (5, 3), (3, 6)]:
        Z, Y = 2 * rng.normal(size=(m, K)), np.eye(K)[rng.integers(K, size=m)]
        delta = code.output_delta(Z, Y, "softmax")
        expected = [autograd.grad(softmax_loss)(z, y) for z, y in zip(Z, Y, strict=True)]
        np.testing.assert_allclose(delta, expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(delta.sum(axis=1), 0, atol=1e-14)


@pytest.mark.parametrize("z", [-1000.0, -745.0, -30.0, 0.0, 30.0, 700.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_logistic_error_survives_extremes(code: SimpleNamespace, z: float, y: float) -> None:
    with mpmath.workdps(500):
        expected = float(mpmath.diff(lambda t: mpmath.log(1 + mpmath.exp(t)) - y * t, mpmath.mpf(z)))
    with np.errstate(all="raise", under="ignore"):
        assert float(code.logistic_delta(z, y)) == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_the_softmax_error_survives_extremes(code: SimpleNamespace) -> None:
    z = [1000.0, 999.0, -1000.0]
    with mpmath.workdps(60):
        powers = [mpmath.exp(mpmath.mpf(value)) for value in z]
        shares = [float(power / sum(powers)) for power in powers]
    delta = code.output_delta(np.array([z]), np.eye(3)[[1]], "softmax")
    np.testing.assert_allclose(delta[0], np.array(shares) - [0, 1, 0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_step_goes_against_the_gradient_of_the_loss(code: SimpleNamespace, n: int) -> None:
    rng = np.random.default_rng(n)
    theta, x, y, eta = rng.normal(size=n + 1), rng.normal(size=n), 1.0, 0.3
    for delta, loss in [(code.squared_delta, squared_error), (code.logistic_delta, logistic_loss)]:
        slope = autograd.grad(lambda theta, loss=loss: loss(theta[0] + anp.dot(theta[1:], x), y))(theta)
        np.testing.assert_allclose(code.delta_step(theta, x, y, eta, delta), theta - eta * slope, rtol=1e-10)
    new = code.delta_step(theta, x, y, eta, code.perceptron_delta)
    np.testing.assert_allclose(new, code.perceptron_step(theta, x, y, eta))


def test_two_neurons_in_a_row_agree_with_autograd(code: SimpleNamespace) -> None:
    def error(theta1: Any, theta2: Any, x: float, y: float) -> Any:
        return 0.5 * (y - sigmoid(theta2 * sigmoid(theta1 * x))) ** 2

    for theta1, theta2, x, y in np.random.default_rng(5).normal(size=(30, 4)).tolist():
        v = code.simple_forward(theta1, theta2, x, y)
        d = code.simple_backward(v)
        assert v["E"] == pytest.approx(error(theta1, theta2, x, y))
        for i, name in enumerate(("theta1", "theta2")):
            assert d[name] == pytest.approx(autograd.grad(error, i)(theta1, theta2, x, y), rel=1e-9)
        assert d["z2"] == pytest.approx(autograd.grad(squared_error)(v["z2"], y), rel=1e-9)
        from_a1 = autograd.grad(lambda a, weight, y: squared_error(weight * a, y))
        from_z1 = autograd.grad(lambda z, weight, y: squared_error(weight * sigmoid(z), y))
        assert d["a1"] == pytest.approx(from_a1(v["a1"], theta2, y), rel=1e-9)
        assert d["z1"] == pytest.approx(from_z1(v["z1"], theta2, y), rel=1e-9)


def test_the_picture_of_two_neurons_is_the_net(code: SimpleNamespace) -> None:
    v = code.simple_forward(0.5, -3.0, 2.0, 1.0)
    drawn = code.simple_net.forward({name: v[name] for name in ("theta1", "x", "theta2", "y")})
    d, graph = code.simple_backward(v), code.simple_net.backward(drawn)
    for name in ("z1", "a1", "z2", "a2", "E"):
        assert drawn[name] == pytest.approx(v[name])
    for name in d:
        assert graph[name] == pytest.approx(d[name])


def test_the_output_on_the_way_is_that_of_the_steps(code: SimpleNamespace) -> None:
    theta, x = np.array([0.3, -0.8, 0.5]), np.array([1.2, -0.4])
    outputs = code.learn(theta, x, 1.0, 0.7, 5, code.logistic_delta)
    z, length = float(theta @ [1, *x]), 1 + float(x @ x)
    expected = [float(sigmoid(z))]
    for _ in range(5):  # one sample: z itself follows z - eta delta [1, x]·[1, x]
        z -= 0.7 * length * (float(sigmoid(z)) - 1.0)
        expected.append(float(sigmoid(z)))
    np.testing.assert_allclose(outputs, expected, rtol=1e-12)


def test_the_saturated_neuron_learns_with_one_cost_only(code: SimpleNamespace) -> None:
    start, x = np.array([4.0, 4.0]), np.array([1.0])
    slow = code.learn(start, x, 0.0, 0.5, 4000, code.squared_delta)
    fast = code.learn(start, x, 0.0, 0.5, 100, code.logistic_delta)
    assert slow[100] > 0.999
    assert int(np.argmax(np.array(slow) < 0.5)) == pytest.approx(3000, rel=0.02), "about three thousand steps"
    assert fast[20] < 0.1 < fast[15]


def test_the_predictions_are_true(code: SimpleNamespace) -> None:
    theta = np.array([0.5, 1.0, -2.0])
    change = code.perceptron_step(theta, np.array([2.0, -1.0]), 0.0, 0.5) - theta
    assert code.perceptron_guess == pytest.approx(change)
    flat = OPERATIONS["max-constant"].derivatives(-2.0, 0.0)[0]  # like the threshold: nothing passes
    assert code.threshold_guess == flat == 0
    z = float(np.log(0.8 / 0.2))
    assert code.translate_guess == pytest.approx((1 - 0.8, autograd.grad(squared_error)(z, 1.0)))
    slopes = code.sigmoid(np.linspace(-5, 5, 1001))
    assert code.part_guess == pytest.approx(np.max(slopes * (1 - slopes)) ** 2)
    to_a = autograd.grad(lambda a: -anp.log(a))(0.01)
    to_z = autograd.grad(logistic_loss)(float(np.log(0.01 / 0.99)), 1.0)
    assert code.sure_guess == pytest.approx((to_a, to_z / to_a, to_z))
    assert code.softmax_guess == pytest.approx(autograd.grad(softmax_loss)(np.zeros(3), np.array([1.0, 0, 0])))
    ratio = float(code.logistic_delta(8.0, 0.0) / code.squared_delta(8.0, 0.0))
    assert code.factor_guess == min((4, 30, 300, 3000), key=lambda guess: abs(np.log(guess / ratio)))
    assert f"{float(code.sigmoid(8.0)):.5f}" == "0.99966"


def test_the_staircase_is_flat_and_the_valley_is_not(code: SimpleNamespace) -> None:
    steps = np.diff(code.squared_errors["threshold"].mean(axis=1))
    assert np.mean(steps == 0) > 0.98
    assert np.mean(np.diff(code.squared_errors["sigmoid"].mean(axis=1)) == 0) == 0


def test_the_bug_shows_on_every_sample_that_is_right_but_not_yet_certain(code: SimpleNamespace) -> None:
    assert code.shows_the_bug(code.telling_sample) is True
    for z, y in product((-3.0, -0.1, 0.1, 2.0), (0, 1)):
        expected = (z > 0) == (y == 1) or "on this sample the function is right."
        assert code.shows_the_bug((z, y)) == expected
        assert code.shows_the_bug([z, float(y)]) == code.shows_the_bug(np.array([z, y]))


@pytest.mark.parametrize("junk", [3, None, "ab", (1.0,), (1, 2, 3), (np.nan, 1), (np.inf, 1), (0.5, 2), ("b", 1), 1j])
def test_only_a_sum_and_a_target_tell_of_the_bug(code: SimpleNamespace, junk: object) -> None:
    assert code.shows_the_bug(junk) in (
        "a pair is wanted: the sum z and the target y.",
        "z is any number, and the target y is 0 or 1.",
    )


def test_the_second_opinions_agree(code: SimpleNamespace) -> None:
    lines = re.findall(r"backward +(\S+) +measured +(\S+)", code.printed)
    assert len(lines) == 2
    for ours, measured in lines:
        assert float(ours) == pytest.approx(float(measured), rel=1e-6)
    rows = re.findall(r"softmax(?:   delta =|, measured:) *\[(.*?)\]", code.printed)
    ours, measured = (np.array(row.split(), dtype=float) for row in rows)
    np.testing.assert_allclose(ours, measured, atol=1e-4)
