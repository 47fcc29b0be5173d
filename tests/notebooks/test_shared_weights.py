"""The solution of notebook 11 against SciPy, autograd, complex steps, published figures, and what its words claim."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from scipy.signal import correlate2d

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "solutions" / "11-shared-weights" / "shared-weights.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
RNG = np.random.default_rng(11)
SIZES = [(2, 3, 5, 7, 2, 3, 1, 0), (1, 2, 6, 4, 3, 3, 2, 1), (3, 1, 7, 8, 2, 2, 3, 0), (2, 2, 4, 5, 3, 4, 3, 2)]
"""m, C, H, W, F, k, stride, p: no two of them alike, rows that are never read, windows that overlap and don't."""


def drawn(sizes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Theta, X and what arrives, for these sizes."""
    m, C, H, W, F, k, stride, p = sizes
    down, across = ((n + 2 * p - k) // stride + 1 for n in (H, W))
    return RNG.normal(size=(F, 1 + C * k * k)), RNG.normal(size=(m, C, H, W)), RNG.normal(size=(m, F, down, across))


def plain_convolution(Theta: Any, X: Any, k: int, stride: int, p: int) -> Any:
    """A convolution without a word of the notebook's code: one matrix, made of shifted pictures, for autograd."""
    _, C, H, W = X.shape
    wide = anp.pad(X, [(0, 0), (0, 0), (p, p), (p, p)], mode="constant")
    down, across = H + 2 * p - k + 1, W + 2 * p - k + 1
    total = anp.reshape(Theta[:, 0], (1, -1, 1, 1))
    for number in range(C * k * k):
        c, a, b = np.unravel_index(number, (C, k, k))
        total = (
            total + anp.reshape(Theta[:, 1 + number], (1, -1, 1, 1)) * wide[:, c : c + 1, a : a + down, b : b + across]
        )
    return total[:, :, ::stride, ::stride]


def plain_pool(X: Any, k: int, stride: int) -> Any:
    """Max pooling for autograd: right where no two numbers of a window are equal."""
    down, across = X.shape[2] - k + 1, X.shape[3] - k + 1
    parts = [X[:, :, a : a + down, b : b + across] for a in range(k) for b in range(k)]
    return anp.max(anp.stack(parts), axis=0)[:, :, ::stride, ::stride]


def linspaced(entry: dict[str, list[float]]) -> Any:
    low, high, *shape = entry["linspace"]
    sizes = [int(size) for size in shape]
    return np.linspace(low, high, int(np.prod(sizes))).reshape(sizes)


def with_biases(kernels: Any, biases: Any) -> Any:
    """Theta, from kernels (F, C, k, k) and biases (F,)."""
    return np.hstack([np.reshape(biases, (-1, 1)), kernels.reshape(len(kernels), -1)])


# --- one weight, many places


@pytest.mark.parametrize(("k", "n"), [(2, 3), (3, 5), (4, 9), (1, 4)])
def test_the_matrix_slides_the_kernel_and_its_gradient_is_that_of_autograd(
    code: SimpleNamespace, k: int, n: int
) -> None:
    w, x, dz = RNG.normal(size=k), RNG.normal(size=n), RNG.normal(size=n - k + 1)
    np.testing.assert_allclose(code.as_matrix(w, n) @ x, np.correlate(x, w), atol=1e-14)
    slope = autograd.grad(lambda w: sum(dz[i] * anp.dot(w, x[i : i + k]) for i in range(n - k + 1)))
    np.testing.assert_allclose(code.tied_gradient(np.outer(dz, x), k), slope(w), atol=1e-13)


def test_the_prediction_is_what_complex_steps_measure(code: SimpleNamespace) -> None:
    def loss(w: Any) -> Any:
        return np.array([1, 10]) @ code.np.array([w[0] * 1 + w[1] * 2, w[0] * 2 + w[1] * 3])

    measured = [loss(np.array([0.3, -0.7]) + 1e-30j * np.eye(2)[i]).imag / 1e-30 for i in range(2)]
    assert measured == pytest.approx(code.shared_guess, rel=1e-14)


# --- convolution


@pytest.mark.parametrize("sizes", SIZES)
def test_a_convolution_is_scipys_correlation_with_every_stride_and_padding(
    code: SimpleNamespace, sizes: tuple[int, ...]
) -> None:
    Theta, X, _ = drawn(sizes)
    m, C, _, _, F, k, stride, p = sizes
    expected = np.array(
        [
            [
                sum(correlate2d(np.pad(X[n, c], p), Theta[f, 1:].reshape(C, k, k)[c], mode="valid") for c in range(C))[
                    ::stride, ::stride
                ]
                + Theta[f, 0]
                for f in range(F)
            ]
            for n in range(m)
        ]
    )
    np.testing.assert_allclose(code.conv_fprop(Theta, X, k, stride, p), expected, atol=1e-13)
    np.testing.assert_allclose(code.Conv(Theta, k, stride, p).fprop(X), expected, atol=1e-13)


@pytest.mark.parametrize("sizes", SIZES)
def test_both_ways_back_are_those_of_autograd(code: SimpleNamespace, sizes: tuple[int, ...]) -> None:
    Theta, X, dZ = drawn(sizes)
    *_, k, stride, p = sizes

    def weighted(Theta: Any, X: Any) -> Any:
        return anp.sum(dZ * plain_convolution(Theta, X, k, stride, p))

    expected = [autograd.grad(weighted, which)(Theta, X) for which in (0, 1)]
    for found, right in zip(code.conv_bprop(Theta, X, dZ, k, stride, p), expected, strict=True):
        np.testing.assert_allclose(found, right, atol=1e-13)
    module = code.Conv(Theta, k, stride, p)
    module.fprop(X)
    np.testing.assert_allclose(module.bprop(dZ), expected[1], atol=1e-13)
    np.testing.assert_allclose(module.linear.dTheta, expected[0], atol=1e-13)


def test_what_a_stride_never_reads_gets_no_gradient(code: SimpleNamespace) -> None:
    _, dX = code.conv_bprop(np.ones((1, 5)), RNG.normal(size=(1, 1, 6, 5)), np.ones((1, 1, 2, 2)), 2, 3, 0)
    assert np.flatnonzero(~dX[0, 0].any(axis=1)).tolist() == [2, 5]
    assert np.flatnonzero(~dX[0, 0].any(axis=0)).tolist() == [2]


def test_the_published_convolution_comes_out(code: SimpleNamespace) -> None:
    known, own = PUBLISHED["conv"], PUBLISHED["conv-backward"]
    Theta, X = with_biases(linspaced(known["w"]), linspaced(known["b"])), linspaced(known["x"])
    np.testing.assert_array_equal(Theta, code.Theta_known)
    np.testing.assert_array_equal(X, code.X_known)
    np.testing.assert_allclose(code.conv_fprop(Theta, X, 4, known["stride"], known["pad"]), known["out"], atol=1e-8)
    dTheta, dX = code.conv_bprop(Theta, X, linspaced(own["dout"]), 4, known["stride"], known["pad"])
    np.testing.assert_allclose(dX[0, 0, 0], own["dx_000"], atol=1e-8)
    np.testing.assert_allclose(dTheta[0, 1:5], own["dw_000"], atol=1e-8)
    np.testing.assert_allclose(dTheta[:, 0], own["db"], atol=1e-8)
    assert dX.sum() == pytest.approx(own["sum_dx"], rel=1e-10)
    assert dTheta[:, 1:].sum() == pytest.approx(own["sum_dw"], rel=1e-10)
    assert "$-0.0876$" in SOURCES["conv-back-text"]


def test_the_published_means_come_out_and_the_withdrawn_ones_are_the_slip_that_is_recognised(
    code: SimpleNamespace,
) -> None:
    known = PUBLISHED["conv-means"]
    legacy = np.random.RandomState(1)
    A, kernels, biases = legacy.randn(10, 4, 4, 3), legacy.randn(2, 2, 3, 8), legacy.randn(1, 1, 1, 8)
    X, Theta = A.transpose(0, 3, 1, 2), with_biases(kernels.transpose(3, 2, 0, 1), biases)
    Z = code.conv_fprop(Theta, X, 2, 2, 2)
    dTheta, dX = code.conv_bprop(Theta, X, Z, 2, 2, 2)
    assert dX.mean() == pytest.approx(known["mean_dA"], abs=1e-10)
    assert dTheta[:, 1:].mean() == pytest.approx(known["mean_dW"], abs=1e-10)
    assert dTheta[:, 0].mean() == pytest.approx(known["mean_db"], abs=1e-10)
    legacy = np.random.RandomState(1)
    window, kernel, bias = legacy.randn(4, 4, 3), legacy.randn(4, 4, 3), legacy.randn(1, 1, 1).item()
    Theta = with_biases(kernel.transpose(2, 0, 1)[None], np.array([bias]))
    once = code.conv_fprop(Theta, window.transpose(2, 0, 1)[None], 4, 1, 0).item()
    assert once == pytest.approx(known["single_step"], abs=1e-10)
    assert once + (kernel.size - 1) * bias == pytest.approx(known["single_step_withdrawn"], abs=1e-9)


def test_the_small_published_correlation_comes_out(code: SimpleNamespace) -> None:
    known = PUBLISHED["corr2d"]
    X = np.arange(9.0).reshape(1, 1, 3, 3)
    assert code.conv_fprop(np.array([[0.0, 0, 1, 2, 3]]), X, 2, 1, 0)[0, 0].tolist() == known["out"]
    assert code.conv_fprop(np.array([[0.0, 3, 2, 1, 0]]), X, 2, 1, 0)[0, 0].tolist() == known["convolution"]


@pytest.mark.parametrize(("n", "k", "stride", "p"), [(8, 3, 1, 0), (8, 3, 2, 1), (16, 7, 3, 2), (7, 3, 2, 0)])
def test_as_many_windows_fit_as_are_found_by_going_through_them(
    code: SimpleNamespace, n: int, k: int, stride: int, p: int
) -> None:
    begins = [begin for begin in range(0, n + 2 * p, stride) if begin + k <= n + 2 * p]
    assert code.output_size(n, k, stride, p) == len(begins)


# --- pooling


@pytest.mark.parametrize(("shape", "k", "stride"), [((2, 3, 5, 6), 2, 1), ((1, 2, 7, 5), 3, 2), ((3, 1, 7, 8), 2, 3)])
def test_pooling_and_its_way_back_are_those_of_autograd(
    code: SimpleNamespace, shape: tuple[int, ...], k: int, stride: int
) -> None:
    X = RNG.normal(size=shape)
    A = code.max_pool(X, k, stride)
    np.testing.assert_array_equal(A, plain_pool(X, k, stride))
    dA = RNG.normal(size=A.shape)
    expected = autograd.grad(lambda X: anp.sum(dA * plain_pool(X, k, stride)))(X)
    np.testing.assert_allclose(code.max_pool_bprop(X, dA, k, stride), expected, atol=1e-14)


def test_pooling_meets_the_published_figures_with_and_without_overlap(code: SimpleNamespace) -> None:
    apart, overlapping = PUBLISHED["max-pool"], PUBLISHED["pool-backward"]
    A = code.max_pool(linspaced(apart["x"]), 2, 2)
    np.testing.assert_allclose(A[0, 0], apart["first"], atol=1e-8)
    np.testing.assert_allclose(A[-1, -1], apart["last"], atol=1e-8)
    legacy = np.random.RandomState(1)
    X, dA = legacy.randn(5, 5, 3, 2).transpose(0, 3, 1, 2), legacy.randn(5, 4, 2, 2).transpose(0, 3, 1, 2)
    dX = code.max_pool_bprop(X, dA, 2, 1)
    np.testing.assert_allclose(dX.transpose(0, 2, 3, 1)[1, 1], overlapping["max"], atol=1e-8)


@pytest.mark.parametrize(("k", "stride"), [(2, 1), (3, 2), (2, 2), (2, 3)])
def test_the_pooling_of_the_network_is_the_one_of_the_question_at_ties_too(
    code: SimpleNamespace, k: int, stride: int
) -> None:
    X = RNG.integers(-1, 2, size=(2, 3, 7, 6)).astype(float)
    module = code.MaxPool(k, stride)
    np.testing.assert_array_equal(module.fprop(X), code.max_pool(X, k, stride))
    dA = RNG.normal(size=code.max_pool(X, k, stride).shape)
    np.testing.assert_allclose(module.bprop(dA), code.max_pool_bprop(X, dA, k, stride), atol=1e-14)


def test_the_planted_bug_passes_the_printed_examples_and_fails_where_the_answer_says(code: SimpleNamespace) -> None:
    def right(numbers: Any, k: int, stride: int) -> list[float]:
        x, dx = np.array(numbers, dtype=float), np.zeros(len(numbers))
        for begin in range(0, len(x) - k + 1, stride):
            dx[begin + np.argmax(x[begin : begin + k])] += 1
        return dx.tolist()

    for example in [([3, 1, 2, 5], 2, 2), ([1, 2, 3, 4], 2, 1)]:
        assert code.wrong_pool_bprop(np.array(example[0]), *example[1:]).tolist() == right(*example)
        assert code.shows_the_bug(example) is not True
    for _ in range(200):
        k, stride = (int(n) for n in RNG.integers(1, 4, size=2))
        example = (RNG.integers(0, 5, size=6).tolist(), k, stride)
        wrong = code.wrong_pool_bprop(np.array(example[0]), k, stride).tolist() != right(*example)
        assert (code.shows_the_bug(example) is True) == wrong


# --- what is counted, and the network


def test_the_lectures_counts_are_those_of_the_words(code: SimpleNamespace) -> None:
    dense, local, shared = code.parameters(1, 1000, 1000, 64, 3)
    assert (shared, local) == (640, 64 * 998 * 998 * 10)
    assert dense == 64 * 998 * 998 * (10**6 + 1)
    assert "640" in SOURCES["moves-text"] and "10^{10}" in SOURCES["moves-text"]


def test_pictures_are_moved_by_one_and_only_the_convolution_moves_along(code: SimpleNamespace) -> None:
    X = np.pad(RNG.normal(size=(1, 1, 4, 4)), [(0, 0), (0, 0), (2, 2), (2, 2)])
    moved = code.moved(X, 0, 1)
    np.testing.assert_array_equal(moved[..., 1:], X[..., :-1])
    Theta = RNG.normal(size=(2, 10))
    np.testing.assert_allclose(
        code.conv_fprop(Theta, moved, 3, 1, 1)[..., 1:], code.conv_fprop(Theta, X, 3, 1, 1)[..., :-1], atol=1e-14
    )
    before, after = code.max_pool(X, 2, 2), code.max_pool(moved, 2, 2)
    assert not np.array_equal(after, before) and not np.array_equal(after[..., 1:], before[..., :-1])


def test_the_gradients_of_the_whole_network_are_those_of_autograd(code: SimpleNamespace) -> None:
    modules = code.network("shared", np.random.default_rng(3))
    X, d = RNG.normal(size=(3, 1, 8, 8)), RNG.normal(size=(3, 10))
    thetas = [modules[0].linear.Theta, modules[-1].Theta]

    def weighted(thetas: Any) -> Any:
        maps = plain_pool(anp.maximum(plain_convolution(thetas[0], X, 3, 1, 1), 0), 2, 2)
        return anp.sum(d * (anp.dot(anp.reshape(maps, (3, -1)), thetas[1][:, 1:].T) + thetas[1][:, 0]))

    code.scores(modules, X)
    back = d
    for module in reversed(modules):
        back = module.bprop(back)
    for found, expected in zip(
        [modules[0].linear.dTheta, modules[-1].dTheta], autograd.grad(weighted)(thetas), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_without_sharing_the_same_weights_give_the_same(code: SimpleNamespace) -> None:
    Theta, X = RNG.normal(size=(3, 10)), RNG.normal(size=(2, 1, 8, 8))
    local = code.Local(np.repeat(Theta[None], 64, axis=0), 3, 1)
    np.testing.assert_allclose(local.fprop(X), code.conv_fprop(Theta, X, 3, 1, 1), atol=1e-13)
    dZ = RNG.normal(size=(2, 3, 8, 8))
    local.bprop(dZ)
    np.testing.assert_allclose(local.dTheta.sum(axis=0), code.conv_bprop(Theta, X, dZ, 3, 1, 1)[0], atol=1e-12)


def test_the_table_of_networks_is_what_the_words_say(code: SimpleNamespace) -> None:
    rows = re.findall(r"^(32 units|not shared|shared) +(\d+) +(\d+) +(\d+) ", code.printed, re.MULTILINE)
    found = {name: (int(count), int(wrong), int(moved)) for name, count, wrong, moved in rows}
    assert [found[name][0] for name in ("32 units", "not shared", "shared")] == [2410, 6410, 1370]
    assert found["shared"][1] <= 13 and found["shared"][1] <= found["not shared"][1] <= found["32 units"][1]
    assert 120 < found["shared"][2] < found["not shared"][2] < found["32 units"][2] < 240
    assert "2,410, 6,410 and 1,370" in SOURCES["sentence-text"]


def test_all_three_ways_to_convolve_gave_the_same(code: SimpleNamespace) -> None:
    assert code.printed.count("all the same") == 2 and "NOT the same" not in code.printed
