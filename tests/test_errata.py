"""Every number of docs/errata.md is computed here anew, from the formula of its row."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chainrule import datasets

Array = NDArray[np.float64]
TEXT = (Path(__file__).parents[1] / "docs" / "errata.md").read_text("utf-8")
ROWS = {row[0]: row[-1] for line in TEXT.splitlines() for row in [line.strip("| ").split(" | ")] if line[:3] != "| #"}
SHOWN = {name: shown for name, shown in ROWS.items() if re.fullmatch(r"[A-Z]\d+", name)}
NUMBER = re.compile(r"`([-−]?[\d.]+(?:e[-−]?\d+)?)`")
COMPUTED: dict[str, Callable[[], list[float]]] = {}


def row(name: str) -> Callable[[Callable[[], list[float]]], Callable[[], list[float]]]:
    def register(compute: Callable[[], list[float]]) -> Callable[[], list[float]]:
        assert name not in COMPUTED
        COMPUTED[name] = compute
        return compute

    return register


def written_like(shown: str, value: float) -> str:
    """A value with as many digits as the document gives."""
    mantissa, e, _ = shown.partition("e")
    decimals = len(mantissa.partition(".")[2])
    text = f"{value:.{decimals}{'e' if e else 'f'}}"
    return re.sub(r"e([+-])0*(\d+)$", lambda m: f"e{m[1].strip('+')}{m[2]}", text).replace("-", "−")


def test_each_row_of_the_errata_is_computed_here_and_each_one_here_stands_there() -> None:
    assert list(SHOWN) == sorted(COMPUTED, key=list(COMPUTED).index)


@pytest.mark.parametrize("name", SHOWN)
def test_the_numbers_of_a_row_are_those_that_come_out(name: str) -> None:
    shown = NUMBER.findall(SHOWN[name])
    values = COMPUTED[name]()
    assert len(values) == len(shown)
    assert [written_like(text, value) for text, value in zip(shown, values, strict=True)] == shown


# What the rows are computed with: the course's formulas, written out once more.


def sigmoid(z: Array | float) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.asarray(z))))


def slope(z: Array | float) -> Array:
    return sigmoid(z) * (1 - sigmoid(z))


def cube(x: Any) -> Any:
    return x * x * x  # products, and no power: the same digits on every machine


def softmax(z: Array) -> Array:
    return np.exp(z) / np.exp(z).sum()


def with_ones(A: Array) -> Array:
    return np.hstack([np.ones((len(A), 1)), A])


def cost(thetas: list[Array], X: Array, y: Array, lam: float, first_penalised: int = 1) -> float:
    """One-vs-all logistic cost with the penalty lam/(2m), from column `first_penalised` on."""
    A = X
    for Theta in thetas:
        Z = with_ones(A) @ Theta.T
        A = sigmoid(Z)
    Y = np.eye(len(thetas[-1]))[y]
    penalty = sum((Theta[:, first_penalised:] ** 2).sum() for Theta in thetas)
    return float((np.logaddexp(0, Z) - Y * Z).sum() / len(X) + lam / (2 * len(X)) * penalty)


def measured(thetas: list[Array], X: Array, y: Array, lam: float, at: tuple[int, int]) -> float:
    """The derivative of the cost with respect to one weight of the last matrix, by a centred difference."""
    above, below = ([Theta.copy() for Theta in thetas] for _ in range(2))
    above[-1][at] += 1e-5
    below[-1][at] -= 1e-5
    return (cost(above, X, y, lam) - cost(below, X, y, lam)) / 2e-5


def from_backprop(thetas: list[Array], X: Array, y: Array, added: float, at: tuple[int, int]) -> float:
    """The same derivative by backpropagation; `added` times the weight stands for the penalty."""
    A1 = sigmoid(with_ones(X) @ thetas[0].T)
    delta = sigmoid(with_ones(A1) @ thetas[1].T) - np.eye(len(thetas[-1]))[y]
    return float((delta.T @ with_ones(A1))[at] / len(X) + added * thetas[-1][at])


def different_gradients(inward: Array, outward: Array) -> int:
    """How many of a layer's tanh units get gradients of their own, below two outputs with squared error."""
    X, Y = np.array([[1.0, -2.0, 0.5], [0.3, 1.0, -1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    A = np.tanh(X @ inward.T)
    gradient = (((A @ outward.T - Y) @ outward) * (1 - A * A)).T @ X
    return len(np.unique(gradient.round(12), axis=0))


def after_ten_layers(draw: Callable[[np.random.Generator], Array]) -> float:
    """The mean square of the activations after ten tanh layers of 256."""
    rng = np.random.default_rng(0)
    A = rng.normal(size=(256, 256))
    for _ in range(10):
        A = np.tanh(A @ draw(rng))
    return float(np.mean(A * A))


SIZES = {"Theta1": (25, 65), "Theta2": (10, 26)}  # of the 64-25-10 network


# UiO, INF 5860


@row("U1")
def _shapes_of_the_gradient() -> list[float]:
    a1, delta2 = np.ones(26), np.ones(10)
    return [*np.outer(delta2, a1).shape, *SIZES["Theta1"]]


@row("U2")
def _transposed_matrix_of_the_wrong_layer() -> list[float]:
    return [SIZES["Theta1"][0], SIZES["Theta2"][0]]


@row("U3")
def _penalty_without_m_at_353() -> list[float]:
    net, at = datasets.debug_network("3-5-3"), (0, 1)
    m = len(net[1])
    return [measured(*net, 3.0, at), from_backprop(*net, 3.0 / m, at), from_backprop(*net, 3.0, at)]


@row("U4")
def _samples_as_rows() -> list[float]:
    Theta1, X = np.ones((4, 4)), np.ones((7, 4))
    assert (X @ Theta1.T).shape == (7, 4)
    with pytest.raises(ValueError, match="aligned"):
        Theta1.dot(X)
    return [Theta1.shape[1], X.shape[0]]


@row("U5")
def _with_respect_to_what() -> list[float]:
    z, y, h = np.log(9), 0.0, 1e-6
    a = sigmoid(z)
    by_a = (-np.log(1 - (a + h)) + np.log(1 - (a - h))) / (2 * h)
    by_z = (np.logaddexp(0, z + h) - np.logaddexp(0, z - h)) / (2 * h)
    return [float(a - y), by_z, float(by_a)]


@row("U6")
def _slice() -> list[float]:
    transposed = np.ones(SIZES["Theta2"]).T
    return [*transposed.shape, *transposed[1:25, 0:9].shape, *transposed[1:].shape]


@row("U7")
def _biases_in_the_penalty() -> list[float]:
    small, larger = datasets.debug_network("3-5-3"), datasets.debug_network("2-4-4")
    return [cost(*small, 3.0), cost(*small, 3.0, 0), cost(*larger, 1.5), cost(*larger, 1.5, 0)]


@row("U8")
def _limits_of_the_penalty() -> list[float]:
    rows, columns = SIZES["Theta1"]
    without_bias = np.ones((rows, columns))[:, 1:]
    return [without_bias.size, without_bias[: SIZES["Theta2"][0], : SIZES["Theta1"][0]].size]


@row("U9")
def _half_the_square() -> list[float]:
    y, a = np.array([1.0]), np.array([0.2])
    return [((y - a) ** 2).mean(), ((y - a) ** 2 / 2).sum()]


@row("U10")
def _kink() -> list[float]:
    h = 1e-3
    return [(abs(h) - abs(-h)) / (2 * h), (abs(h) - 0) / h, (0 - abs(-h)) / h]


@row("U11")
def _equal_within_a_unit() -> list[float]:
    units, outward = np.array([[0.1], [0.2], [0.3]]) * np.ones(3), np.array([[0.5, -0.4, 0.3], [0.2, 0.6, -0.1]])
    alike = np.full((3, 3), 0.1)
    return [
        different_gradients(units, outward),
        different_gradients(alike, np.full((2, 3), 0.1)),
        (256 * 0.01**2) ** 10,
    ]


@row("U12")
def _input_of_the_last_layer() -> list[float]:
    thetas, x = [np.ones((3, 5)), np.ones((2, 4))], np.ones((1, 4))
    return [thetas[-1].shape[1], with_ones(x).shape[1]]


@row("U13")
def _one_letter_for_two() -> list[float]:
    powers, k = np.exp([1.0, 2.0, 3.0]), 0
    return [powers[k] / sum(powers[k] for _ in range(3)), powers[k] / sum(powers[j] for j in range(3))]


# RWTH Aachen


@row("R1")
def _backward_through_a_linear_module() -> list[float]:
    W, dE = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])
    h = 1e-6
    x = np.zeros(2)
    moved = [(W.T @ (x + h * e) - W.T @ (x - h * e)) @ dE / (2 * h) for e in np.eye(2)]
    return [*moved, *(dE @ W.T), *(dE @ W)]


@row("R2")
def _step_at_a_large_negative_number() -> list[float]:
    def error(h: float, x: float = -1e6) -> float:
        return abs((cube(x + h) - cube(x - h)) / (2 * h) / (3 * x * x) - 1)

    root = np.sqrt(np.finfo(float).eps)
    return [error(root * max(-1e6, 1)), error(root * max(abs(-1e6), 1))]


@row("R3")
def _step_of_a_centred_difference() -> list[float]:
    steps = [np.finfo(float).eps ** power for power in (1 / 2, 1 / 3)]
    xs = np.linspace(0.5, 2, 1001)
    return [float(np.max(np.abs((cube(xs + h) - cube(xs - h)) / (2 * h) - 3 * xs * xs))) for h in steps]


@row("R4")
def _index_of_the_output_lost() -> list[float]:
    x, dE, h = np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0]), 1e-3
    W, step = np.ones((3, 2)), np.zeros((3, 2))
    step[0, 1] = h
    by_w12 = (x @ (W + step) @ dE - x @ (W - step) @ dE) / (2 * h)
    return [by_w12, *(dE * x[0])]


@row("R5")
def _steps_of_an_epoch() -> list[float]:
    return [20 * len(range(0, 60_000, size)) for size in (100, 1000)]


@row("R6")
def _bounds_exchanged() -> list[float]:
    etas = [0.01, 0.02, 0.05, 0.1]
    return [sum(low <= eta <= high for eta in etas) for low, high in ((0.1, 0.01), (0.01, 0.1))]


@row("R7")
def _deviation_and_variance() -> list[float]:
    variance = 2 / (784 + 200)
    return [variance**0.5, variance, variance**0.5 / variance]


@row("R8")
def _space_of_the_labels() -> list[float]:
    X, y = datasets.digits()
    return [X.shape[1], np.unique(y).size]


@row("R9")
def _who_divides() -> list[float]:
    gradients, eta = np.ones(20), 0.1
    return [eta * gradients.sum(), eta * gradients.mean(), eta * (gradients / 20).mean()]


# Wits, COMS3007


@row("W1")
def _penalty_without_n_at_244() -> list[float]:
    net, at = datasets.debug_network("2-4-4"), (0, 1)
    n = len(net[1])
    return [measured(*net, 1.5, at), from_backprop(*net, 1.5 / n, at), from_backprop(*net, 1.5, at)]


@row("W2")
def _bias_in_the_product() -> list[float]:
    Theta2, delta2 = np.ones(SIZES["Theta2"]), np.ones(10)
    return [*(Theta2.T @ delta2).shape, SIZES["Theta1"][0]]


@row("W3")
def _divided_by_the_variance() -> list[float]:
    x = np.array([0.0, 100.0, 200.0])
    return [((x - x.mean()) / x.var()).var(), ((x - x.mean()) / x.std()).var()]


@row("W4")
def _dropout_without_scaling() -> list[float]:
    a, p = np.ones(10), 0.5
    kept = np.array([[(n >> j) & 1 for j in range(10)] for n in range(2**10)])  # every choice, each as likely
    return [(kept * a).sum(axis=1).mean(), a.sum(), ((1 - p) * a).sum()]


@row("W5")
def _never_quite_right() -> list[float]:
    a = float(sigmoid(2.0))
    return [a, a - 1]


@row("W6")
def _shares_of_blame() -> list[float]:
    weights, delta = np.array([4.0, -2.0]), 0.3
    shares = np.abs(weights) / np.abs(weights).sum() * delta
    return [*(weights * delta), *shares]


@row("W7")
def _limits_that_fit_the_other_layer() -> list[float]:
    return [SIZES["Theta2"][0] * (SIZES["Theta2"][1] - 1), 64 * 25]


@row("W8")
def _shape_of_the_draws() -> list[float]:
    sigma, size = 1 / 16, (256, 256)
    draws: list[Callable[[np.random.Generator], Array]] = [
        lambda rng: sigma * rng.normal(size=size),
        lambda rng: sigma * 3**0.5 * rng.uniform(-1, 1, size=size),
        lambda rng: sigma * rng.choice([-1.0, 1.0], size=size),
    ]
    return [after_ten_layers(draw) for draw in draws]


@row("W9")
def _equal_in_and_out() -> list[float]:
    alike, outward = np.full((3, 3), 0.1), np.array([[0.5, -0.4, 0.3], [0.2, 0.6, -0.1]])
    return [different_gradients(alike, np.full((2, 3), 0.1)), different_gradients(alike, outward)]


@row("W10")
def _a_pixel_that_hardly_varies() -> list[float]:
    x = np.zeros(1000)
    x[0] = 1 / 16
    return [(x[0] - x.mean()) / x.var(), (x[0] - x.mean()) / x.std()]


@row("W11")
def _a_weight_of_a_negative_input() -> list[float]:
    theta, x, y, h, alpha = 1.0, -1.0, 1.0, 0.0, 1.0
    return [theta + alpha * (y - h) * x]


@row("W12")
def _down_to_a_saddle() -> list[float]:
    place = np.array([1.0, 0.0])
    for _ in range(50):
        place = place - 0.1 * np.array([2.0, -2.0]) * place
    return [place[0], abs(place[1])]


def places(n: int, k: int, stride: int, p: int) -> list[int]:
    """Where the windows begin that fit into n inputs with p zeros at each end."""
    return [begin for begin in range(-p, n + p, stride) if begin + k <= n + p]


@row("W13")
def _places_of_a_kernel() -> list[float]:
    return [len(places(8, 3, stride, p)) for stride, p in ((1, 0), (1, 1), (2, 0), (2, 1))]


@row("W14")
def _neurons_of_one_kernel() -> list[float]:
    return [len(places(8, 3, 1, 0)) ** 2, 1]


@row("W15")
def _steps_that_add_up() -> list[float]:
    step, steps = 0.0, []
    for _ in range(100):
        step = 0.01 * 1 + 0.9 * step
        steps.append(step)
    return [steps[0], steps[-1]]


# Dong


@row("D1")
def _descent_on_the_wrong_sign() -> list[float]:
    z, y, eta = 0.0, 1.0, 1.0
    h = 1e-6

    def slides_cost(z: float) -> Array:
        return y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z))

    up = (slides_cost(z + h) - slides_cost(z - h)) / (2 * h)
    return [sigmoid(z), sigmoid(z - eta * up), sigmoid(z + eta * up)]


@row("D2")
def _base_of_the_recursion() -> list[float]:
    z, y, h = np.log(9), 0.0, 1e-6
    a = sigmoid(z)
    by_z = (np.logaddexp(0, z + h) - np.logaddexp(0, z - h)) / (2 * h)
    return [by_z, float((a - y) / (a * (1 - a)) * slope(z)), float((a - y) / (a * (1 - a)))]


@row("D3")
def _which_cost_is_descended() -> list[float]:
    w, eta, lam, n = 1.0, 0.1, 3.0, 5
    return [w - eta * lam * w, w - eta * lam / n * w]


@row("D4")
def _row_of_a_matrix() -> list[float]:
    W, X = np.ones((10, 64)), np.ones((64, 1))
    changed = X.copy()
    changed[0] += 1
    reached = np.flatnonzero((W @ changed - W @ X)[:, 0])
    return [W[0].size, reached.size]


@row("D5")
def _products_on_the_way_back() -> list[float]:
    W = np.ones(SIZES["Theta2"])[:, 1:]
    return [W.size, W.shape[1]]


@row("D6")
def _huber_of_both_signs() -> list[float]:
    return [z * z / 2 if abs(z) <= 1 else abs(z) - 0.5 for z in (-2.0, 2.0)]


# COMP417


@row("C1")
def _sign_of_delta() -> list[float]:
    z, d, h = np.log(9), 0.0, 1e-6
    above, below = ((sigmoid(z + step) - d) ** 2 / 2 for step in (h, -h))
    return [float((above - below) / (2 * h)), float((d - sigmoid(z)) * slope(z))]


@row("C2")
def _rule_with_and_without_the_slope() -> list[float]:
    z, d, x, h = 2.0, 0.0, 1.0, 1e-6
    linear = ((z + h - d) ** 2 - (z - h - d) ** 2) / 2 / (2 * h) * x
    return [-linear, -float((sigmoid(z) - d) * slope(z) * x)]


@row("C3")
def _relu_from_both_sides() -> list[float]:
    relu, h = lambda z: max(0.0, z), 1e-3
    return [(relu(0.0) - relu(-h)) / h, (relu(h) - relu(0.0)) / h]


@row("C4")
def _leaky_relu_from_both_sides() -> list[float]:
    leaky, h = lambda z: z if z >= 0 else 0.01 * z, 1e-3
    return [(leaky(0.0) - leaky(-h)) / h, (leaky(h) - leaky(0.0)) / h]


@row("C5")
def _softmax_is_not_the_largest() -> list[float]:
    return [*softmax(np.array([1.8, 0.9, 0.68]))]


@row("C6")
def _softmax_is_not_made_of_sigmoids() -> list[float]:
    s = sigmoid(np.array([1.8, 0.9, 0.68]))
    return [*s, *(s / s.sum())]


@row("C7")
def _cross_entropy_at_its_minimum() -> list[float]:
    d = Y = 0.3
    entropy = -d * np.log(Y) - (1 - d) * np.log(1 - Y)
    return [d * np.log(d / Y) + (1 - d) * np.log((1 - d) / (1 - Y)), entropy]


@row("C8")
def _with_and_without_the_half() -> list[float]:
    y, d, h = 0.9, 0.0, 1e-6
    square = ((y + h - d) ** 2 - (y - h - d) ** 2) / (2 * h)
    return [square / 2, square]


def steps_of_a_perceptron(gap: float) -> int:
    """Until two samples with the inputs 1 and 1 - gap, beside the bias, are told apart."""
    X, y, w, steps = np.array([[1.0, 1.0], [1.0, 1.0 - gap]]), np.array([1.0, -1.0]), np.zeros(2), 0
    while (wrong := y * (X @ w) <= 0).any():
        w = w + y[wrong][0] * X[wrong][0]
        steps += 1
    return steps


@row("C9")
def _steps_that_the_margin_asks_for() -> list[float]:
    return [steps_of_a_perceptron(gap) for gap in (0.5, 0.1, 0.03, 0.01)]


@row("C10")
def _five_answers() -> list[float]:
    outputs = np.array([0.8, 0.9, 0.7, 0.8, 0.6])
    return [outputs.sum(), outputs.argmax()]


@row("C11")
def _zero_times_its_logarithm() -> list[float]:
    d, y = (1.0, 0.0), (0.5, 0.5)
    return [sum(d_i * np.log(d_i / y_i) for d_i, y_i in zip(d, y, strict=True) if d_i)]


@row("C12")
def _no_divergence_for_soft_targets() -> list[float]:
    d = Y = 0.3
    return [-d * np.log(Y) - (1 - d) * np.log(1 - Y)]


@row("C13")
def _jumps_of_value_and_slope() -> list[float]:
    relu, h = lambda z: max(0.0, z), 2.0**-20
    return [relu(h) - relu(-h), (relu(2 * h) - relu(h)) / h - (relu(-h) - relu(-2 * h)) / h]


@row("C14")
def _slopes_of_l2_and_kl() -> list[float]:
    d, y = 0.0, 0.999
    in_y = [y - d, (1 - d) / (1 - y)]
    return [*in_y, *(s * y * (1 - y) for s in in_y)]


@row("C15")
def _risk_of_what_was_fitted() -> list[float]:
    coin = np.array([1.0, -1.0])
    throws = np.array([(a, b) for a in coin for b in coin])
    chosen = throws.mean(axis=1, keepdims=True)
    return [((throws - chosen) ** 2 / 2).mean(), ((coin - chosen) ** 2 / 2).mean()]


@row("C16")
def _elu_from_both_sides() -> list[float]:
    elu, h = lambda z: z if z > 0 else 2 * np.expm1(z), 1e-6
    return [(elu(0.0) - elu(-h)) / h, (elu(h) - elu(0.0)) / h]


# Published tests that see too little


@row("P1")
def _maxima_of_windows_that_overlap_and_do_not() -> list[float]:
    found = []
    for numbers, stride in (([1, 5, 2], 1), ([1, 5, 2, 3], 2)):
        maxima = [begin + int(np.argmax(numbers[begin : begin + 2])) for begin in places(len(numbers), 2, stride, 0)]
        found += [maxima.count(1), len({1} & set(maxima))]
    return found


@row("P2")
def _the_bias_in_every_product() -> list[float]:
    drawn = np.random.RandomState(1)
    window, kernel, bias = drawn.randn(4, 4, 3), drawn.randn(4, 4, 3), drawn.randn(1).item()
    return [float(np.sum(window * kernel) + bias), float(np.sum(window * kernel + bias))]


@row("P3")
def _a_stride_forgotten_on_the_way_back() -> list[float]:
    inputs = [1, 2, 3, 4]
    right = {stride: [inputs[begin] for begin in places(4, 2, stride, 0)] for stride in (1, 2)}
    forgotten = {stride: inputs[: len(right[stride])] for stride in (1, 2)}
    return [sum(found[stride]) for stride in (1, 2) for found in (right, forgotten)]


# A small engine for the figures of other courses: nodes with their parents and the slopes towards them.


class Node:
    def __init__(self, value: float, *towards: tuple[Node, float]) -> None:
        self.value, self.towards, self.gradient = value, towards, 0.0

    def __add__(self, other: Node) -> Node:
        return Node(self.value + other.value, (self, 1.0), (other, 1.0))

    def __mul__(self, other: Node) -> Node:
        return Node(self.value * other.value, (self, other.value), (other, self.value))

    def relu(self) -> Node:
        return Node(max(self.value, 0.0), (self, float(self.value > 0)))

    def tanh(self) -> Node:
        return Node(np.tanh(self.value), (self, 1 - np.tanh(self.value) ** 2))


def back(root: Node, way: str = "right", arrived: float = 1.0) -> None:
    """Gradients by a way: "right", "breadth first", "path by path", or "set" (in the right order)."""
    nodes = paths(root)
    if way != "path by path":
        nodes = [root]
        for node in nodes:
            nodes += dict.fromkeys(each for each, _ in node.towards if each not in nodes)
    if way in ("right", "set"):
        nodes.sort(key=depth, reverse=True)
    root.gradient = arrived
    for node in nodes:
        for each, slope_ in node.towards:
            each.gradient = slope_ * node.gradient + (0.0 if way == "set" else each.gradient)


def paths(root: Node) -> list[Node]:
    return [root, *(below for each, _ in root.towards for below in paths(each))]


def depth(node: Node) -> int:
    return 1 + max((depth(each) for each, _ in node.towards), default=0)


def slopes_of(function: Callable[..., Node], *data: float, ways: tuple[str, ...], arrived: float = 1.0) -> list[float]:
    found = []
    for way in ways:
        leaves = [Node(x) for x in data]
        back(function(*leaves), way, arrived)
        found += [leaf.gradient for leaf in leaves]
    return found


@row("P4")
def _a_test_that_is_blind_to_breadth_first() -> list[float]:
    def its_test(x: Node) -> Node:
        z = Node(2.0) * x + Node(2.0) + x
        q = z.relu() + z * x
        return (z * z).relu() + q + q * x

    def diamond(a: Node) -> Node:
        c = a + a * a
        return c * (a * c)

    ways = ("right", "breadth first")
    return slopes_of(its_test, -4.0, ways=ways) + slopes_of(diamond, 3.0, ways=ways)


@row("P5")
def _a_polynomial_that_is_blind_to_any_order() -> list[float]:
    def polynomial(a: Node, b: Node) -> Node:
        return Node(3.0) * a * a + Node(4.0) * a * b + Node(-1.0) * a

    return slopes_of(polynomial, 0.88282157, 0.90170084, ways=("right", "breadth first", "path by path"))[::2]


@row("P6")
def _a_product_and_a_sum_that_are_blind_to_any_order() -> list[float]:
    return slopes_of(lambda x, y: x * y + x, 10.0, 5.0, ways=("right", "path by path"), arrived=5.0)


@row("P7")
def _a_neuron_that_is_blind_to_what_is_set() -> list[float]:
    def neuron(x1: Node) -> Node:
        return (x1 * Node(-3.0) + Node(0.0) * Node(1.0) + Node(6.8813735870195432)).tanh()

    ways = ("right", "set")
    return slopes_of(neuron, 2.0, ways=ways) + slopes_of(lambda a: a + a, 3.0, ways=ways)


@row("P8")
def _inside_the_root() -> list[float]:
    def stepped(w: float, g: float, v: float, s: float, t: int, eta: float, inside: bool) -> float:
        mean, square = (0.9 * v + 0.1 * g) / (1 - 0.9**t), (0.999 * s + 0.001 * g * g) / (1 - 0.999**t)
        return w - eta * mean / (np.sqrt(square + 1e-8) if inside else np.sqrt(square) + 1e-8)

    published = [stepped(-0.4, -0.6, 0.6, 0.7, 6, 1e-2, inside) for inside in (False, True)]
    return published + [-stepped(0.0, 1e-6, 0.0, 0.0, 1, 1.0, inside) for inside in (False, True)]


@row("P9")
def _which_running_variance() -> list[float]:
    kept = np.ones(2)
    for number in range(10):
        column = (np.random.RandomState(24 * number).randint(0, 100, (4, 3)) / 20)[:, 0]
        kept = 0.9 * kept + 0.1 * np.array([column.var(), column.var(ddof=1)])
    return [*kept]


@row("P10")
def _a_sum_that_never_changes() -> list[float]:
    def normalised(z: Array) -> Array:
        return (z - z.mean()) / np.sqrt(z.var() + 1e-5)

    z, h, found = np.array([1.0, 2.0, 4.0]), np.array([1e-6, 0.0, 0.0]), []
    for above in (np.ones(3), np.array([1.0, 0.0, 0.0])):
        measured = float(above @ (normalised(z + h) - normalised(z - h)) / 2e-6)
        found += [abs(measured), float((above - above.mean())[0] / np.sqrt(z.var() + 1e-5))]
    return found


@row("P11")
def _scaled_by_what_is_kept() -> list[float]:
    return [1 / 0.8, 1 * 0.8]
