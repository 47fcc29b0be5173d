"""The solution of notebook 10's first part against autograd and its optimisers, published figures, and its words."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.misc import optimizers
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "solutions" / "10-training" / "beginning-and-stepping.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))


def linspaced(entry: dict[str, list[float]]) -> Any:
    low, high, *shape = entry["linspace"]
    sizes = [int(size) for size in shape]
    return np.linspace(low, high, int(np.prod(sizes))).reshape(sizes)


def numbers(pattern: str, text: str) -> list[float]:
    found = re.search(pattern, text)
    assert found, pattern
    return [float(number) for number in found.groups()]


def bowl(theta: Any, t: int = 0) -> Any:
    """The gradient of a bowl that isn't round, in a form that autograd's optimisers take."""
    return np.array([0.4, 3.0, 0.05]) * theta - np.array([0.1, 0.0, 1.0])


# --- the given code


@pytest.mark.parametrize(("m", "sizes"), [(6, (3, 4)), (5, (2, 5, 3)), (7, (4, 3, 5, 2))])
def test_the_given_gradients_are_those_of_autograd(code: SimpleNamespace, m: int, sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(m)
    thetas = [rng.normal(size=(s, n + 1)) for n, s in pairwise(sizes)]
    X, y = rng.normal(size=(m, sizes[0])), rng.integers(sizes[-1], size=m)

    def loss(thetas: list[Any]) -> Any:
        A = X
        for number, Theta in enumerate(thetas):
            Z = anp.dot(A, Theta[:, 1:].T) + Theta[:, 0]
            A = anp.where(Z > 0, Z, 0) if number < len(thetas) - 1 else Z
        return anp.mean(anp.log(anp.sum(anp.exp(A), axis=1)) - A[np.arange(m), y])

    found, gradients = code.loss_and_gradients(thetas, X, y)
    assert found == pytest.approx(loss(thetas), rel=1e-12)
    for G, expected in zip(gradients, autograd.grad(loss)(thetas), strict=True):
        np.testing.assert_allclose(G, expected, rtol=1e-9, atol=1e-13)


# --- first weights


@pytest.mark.parametrize(("kind", "n", "s"), [("lecun", 300, 40), ("he", 300, 40), ("glorot", 300, 500)])
def test_the_spread_does_what_it_is_for(code: SimpleNamespace, kind: str, n: int, s: int) -> None:
    """LeCun's keeps the mean square through a linear layer, He's through ReLU, Glorot's on the mean of both ways."""
    rng = np.random.default_rng(0)
    forward, back = [], []
    for _ in range(40):
        (Theta,) = code.first_weights([rng.normal(size=(s, n))], kind)
        assert not Theta[:, 0].any()
        z = rng.normal(size=(50, n)) @ Theta[:, 1:].T
        forward.append(np.mean((np.maximum(z, 0) if kind == "he" else z) ** 2))
        back.append(np.mean((rng.normal(size=(50, s)) @ Theta[:, 1:]) ** 2))
    if kind == "glorot":
        assert np.mean(forward) * s + np.mean(back) * n == pytest.approx(2 * n * s * 2 / (n + s), rel=0.02)
    else:
        assert np.mean(forward) == pytest.approx(1, rel=0.02)


def test_glorots_spread_for_mnist_is_the_figure_of_the_errata(code: SimpleNamespace) -> None:
    assert round(float(code.spread("glorot", 784, 200)), 4) == 0.0451


def test_signals_go_through_ten_layers_as_the_text_says(code: SimpleNamespace) -> None:
    rows = [line.split() for line in code.printed.splitlines() if re.match(r"(linear|tanh|ReLU) +deviation", line)]
    factor, after, variance, gradient = ({(r[0], r[2]): float(r[i]) for r in rows} for i in (4, 5, 6, 7))
    assert after["tanh", "0.010"] == pytest.approx(1e-16, rel=0.5)
    assert after["tanh", "0.062"] == pytest.approx(0.05, rel=0.2)
    assert after["tanh", "1.000"] == pytest.approx(0.95, rel=0.1)
    assert gradient["tanh", "1.000"] > 1e4  # saturated, and yet it grows
    assert factor["linear", "0.062"] == pytest.approx(1, abs=0.02)
    assert factor["ReLU", "0.062"] == pytest.approx(0.5, abs=0.01)  # halved
    assert factor["ReLU", "0.088"] == pytest.approx(1, abs=0.02)  # and undone
    assert variance["ReLU", "0.088"] < 0.75 * after["ReLU", "0.088"]


def test_what_relu_leaves_of_a_variance_is_a_third(code: SimpleNamespace) -> None:
    z = np.random.default_rng(0).normal(size=1_000_000)
    assert np.mean(code.relu(z) ** 2) == pytest.approx(1 / 2, abs=0.005)
    assert np.var(code.relu(z)) == pytest.approx(1 / 2 - 1 / (2 * np.pi), abs=0.005)


def test_equal_units_don_t_learn_and_equal_weights_do(code: SimpleNamespace) -> None:
    rows = re.findall(r"^(A|B|C|D) .*?(\d+) of 360 misread, +(\d+) different", code.printed, re.MULTILINE)
    assert {name for name, wrong, _ in rows if int(wrong) < 60} == set(code.equal_guess)
    assert [int(units) for _, _, units in rows] == [1, 1, 25, 25]


# --- features


def test_features_are_standardised_as_by_scikit_learn(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(1)
    X_train, X = rng.normal(4, 3, size=(20, 5)), rng.normal(size=(7, 5))
    X_train[:, 2] = 0.1  # its deviation is 1e-17, not 0
    expected = StandardScaler().fit(X_train).transform(X)
    expected[:, 2] = 0
    np.testing.assert_allclose(code.standardise(X_train, X), expected, rtol=1e-12)


def test_what_is_divided_by_the_variance_explodes(code: SimpleNamespace) -> None:
    rows = re.findall(r"^(.+?) +loss of the first epoch +(\S+), +(\d+) of 360", code.printed, re.MULTILINE)
    loss = {name: float(number) for name, number, _ in rows}
    wrong = {name: int(number) for name, _, number in rows}
    assert loss["divided by the variance"] > 1e20
    assert loss["standardised"] < loss["pixels from 0 to 1"] < loss["pixels from 0 to 16"]
    assert wrong["standardised"] < 18 and wrong["pixels from 0 to 16"] > 100


# --- steps


def test_momentum_at_the_other_rate_is_autograd_s_which_keeps_a_mean(code: SimpleNamespace) -> None:
    start = np.array([1.0, -2.0, 0.5])
    theta, v = start, np.zeros(3)
    for _ in range(30):
        theta, v = code.momentum_step(theta, v, bowl(theta), 0.01, 0.9)
    expected = optimizers.sgd(bowl, start, num_iters=30, step_size=code.average_eta, mass=0.9)
    np.testing.assert_allclose(theta, expected, rtol=1e-12)


def test_rmsprop_and_adam_are_autograd_s(code: SimpleNamespace) -> None:
    start = np.array([1.0, -2.0, 0.5])
    theta, s = start, np.ones(3)
    for _ in range(30):
        theta, s = code.rmsprop_step(theta, s, bowl(theta), 0.1, 0.9)
    np.testing.assert_allclose(theta, optimizers.rmsprop(bowl, start, num_iters=30), rtol=1e-12)
    theta, v, s = start, np.zeros(3), np.zeros(3)
    for t in range(1, 31):
        theta, v, s = code.adam_step(theta, v, s, t, bowl(theta), 0.001)
    np.testing.assert_allclose(theta, optimizers.adam(bowl, start, num_iters=30), rtol=1e-12)


def test_nesterov_walks_by_the_gradient_at_the_place_ahead(code: SimpleNamespace) -> None:
    walk, v = np.array([1.0, -2.0, 0.5]), np.array([0.1, 0.3, -0.2])
    theta, own = walk + 0.8 * v, v
    for _ in range(10):
        v = 0.8 * v - 0.1 * bowl(walk + 0.8 * v)
        walk = walk + v
        theta, own = code.nesterov_step(theta, own, bowl(theta), 0.1, 0.8)
    np.testing.assert_allclose(theta, walk + 0.8 * v, rtol=1e-12)


def test_steps_have_the_published_figures(code: SimpleNamespace) -> None:
    p = PUBLISHED["momentum"]
    w, v = code.momentum_step(linspaced(p["w"]), linspaced(p["v"]), linspaced(p["g"]), p["eta"], p["mu"])
    np.testing.assert_allclose([*w[0], w[-1, -1]], [*p["next_w_0"], p["next_w_last"]], atol=6e-9)
    np.testing.assert_allclose([*v[0], v[-1, -1]], [*p["next_v_0"], p["next_v_last"]], atol=6e-9)
    p = PUBLISHED["rmsprop"]
    w, _ = code.rmsprop_step(linspaced(p["w"]), linspaced(p["s"]), linspaced(p["g"]), p["eta"], p["rho"])
    np.testing.assert_allclose([*w[0], w[-1, -1]], [*p["next_w_0"], p["next_w_last"]], atol=6e-9)
    p = PUBLISHED["adam"]
    w, v, s = code.adam_step(
        linspaced(p["w"]), linspaced(p["m"]), linspaced(p["v"]), p["t"], linspaced(p["g"]), p["eta"]
    )
    np.testing.assert_allclose([*w[0], w[-1, -1]], [*p["next_w_0"], p["next_w_last"]], atol=6e-9)
    np.testing.assert_allclose([v[0, 0], v[-1, -1]], p["next_m_ends"], atol=6e-9)
    np.testing.assert_allclose([s[0, 0], s[-1, -1]], p["next_v_ends"], atol=6e-9)


@pytest.mark.parametrize(("rule", "key"), [("nesterov_step", "path"), ("momentum_step", "plain")])
def test_paths_are_those_of_pytorch(code: SimpleNamespace, rule: str, key: str) -> None:
    theta, v, found = np.array([1.0, 1.0]), np.zeros(2), []
    for _ in range(5):
        theta, v = getattr(code, rule)(theta, v, np.array([0.2, 4.0]) * theta, 0.1, 0.9)
        found.append(theta)
    np.testing.assert_allclose(found, PUBLISHED["nesterov"][key], atol=6e-7)


@pytest.mark.parametrize(("mu", "key"), [(0.5, "momentum_0_6_0_5"), (0.25, "momentum_0_6_0_25")])
def test_a_trace_of_momentum_ends_where_published(code: SimpleNamespace, mu: float, key: str) -> None:
    theta, v = np.array([-5.0, -2.0]), np.zeros(2)
    for _ in range(20):
        theta, v = code.momentum_step(theta, v, np.array([0.2, 4.0]) * theta, 0.6, mu)
    np.testing.assert_allclose(theta, PUBLISHED["trace"][key], atol=6e-7)


def test_where_the_published_check_is_blind_ours_isn_t(code: SimpleNamespace) -> None:
    """On CS231n's numbers 1e-8 may stand inside the root; the checks have small gradients as well."""
    p = PUBLISHED["adam"]
    w, g, v, s = (linspaced(p[name]) for name in ("w", "g", "m", "v"))
    right, v, s = code.adam_step(w, v, s, 6, g, 1e-2)
    inside = w - 1e-2 * v / (1 - 0.9**6) / np.sqrt(s / (1 - 0.999**6) + 1e-8)
    np.testing.assert_allclose(inside, right, rtol=1e-6)
    assert "1e-6" in SOURCES["adam-step-test"] and "1e-6" in SOURCES["rmsprop-step-test"]


def test_the_first_steps_of_adam_are_as_said(code: SimpleNamespace) -> None:
    zero = np.zeros(1)
    for g in (1e-3, 1e3):
        theta, *_ = code.adam_step(zero, zero, zero, 1, np.array([g]), 1.0)
        assert -theta[0] == pytest.approx(1, abs=2e-5)
    v = s = 0.0
    steps = []
    for _ in range(20):
        v, s = 0.9 * v + 0.1, 0.999 * s + 0.001
        steps.append(v / np.sqrt(s))
    assert steps[0] == pytest.approx(code.first_step_guess[2], abs=5e-3)
    assert steps[9] == pytest.approx(6.5, abs=0.05)
    assert steps[:10] == sorted(steps[:10])


def test_the_ease_of_adam_is_gone_when_the_valley_is_turned(code: SimpleNamespace) -> None:
    def needed(rule: str) -> list[float]:
        return numbers(rf"{rule} +along an axis: +(\d+) steps +turned by 45 degrees: +(\d+) steps", code.printed)

    for rule in ("plain", "momentum", "Nesterov"):
        assert needed(rule)[0] == needed(rule)[1]
    along, turned = needed("Adam")
    assert along < needed("plain")[0] / 3 and turned > 5 * along


def test_the_rate_rises_in_a_line_and_falls_along_half_a_wave(code: SimpleNamespace) -> None:
    etas = [code.eta_at(t, 30, 0.4, 6) for t in range(1, 31)]
    np.testing.assert_allclose(np.diff(etas[:6]), 0.4 / 6)
    fall = 0.2 + 0.2 * np.exp(1j * np.linspace(0, np.pi, 25)).real
    np.testing.assert_allclose(etas[5:], fall, atol=1e-15)
    assert find_largest(etas) == 5 and etas[-1] == pytest.approx(0, abs=1e-15)


def find_largest(values: list[Any]) -> int:
    return int(np.argmax(values))


@pytest.mark.parametrize(
    ("gradients", "said"),
    [([[1.0]], "one array"), ([[0.0, 0.0]], "All gradients"), ([], "no step"), ([1.0], "not a list of steps")],
)
def test_what_doesn_t_show_the_bug_is_said_to(code: SimpleNamespace, gradients: Any, said: str) -> None:
    shows: Callable[[Any], Any] = code.shows_the_bug
    assert said in shows(gradients)
    assert shows(code.tells_apart) is True
