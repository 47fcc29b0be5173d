"""The solution of notebook 10's second part against autograd, complex steps, published figures, and its words."""

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

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "solutions" / "10-training"
CELLS = json.loads((FOLDER / "normalising-and-leaving-out.ipynb").read_text("utf-8"))["cells"]
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
SHAPES = [(5, 3), (2, 4), (8, 1)]


def normalised(Z: Any, gamma: Any, beta: Any) -> Any:
    """Batch normalisation as one formula, for autograd and for complex numbers alike."""
    centred = Z - anp.mean(Z, axis=0)
    return gamma * centred / anp.sqrt(anp.mean(centred * centred, axis=0) + 1e-5) + beta


def drawn(m: int, s: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(10 * m + s)
    return rng.normal(3, 2, size=(m, s)), rng.normal(size=s), rng.normal(size=s), rng.normal(size=(m, s))


# --- dropout


def test_dropout_has_the_published_figures(code: SimpleNamespace) -> None:
    p = PUBLISHED["dropout"]
    random = np.random.RandomState(231)
    A = random.randn(500, 500) + 10
    assert A.mean() == pytest.approx(p["mean_in"], abs=1e-10)
    for keep, mean, zeros in zip(p["keep"], p["mean_out"], p["zeros"], strict=True):
        out, mask = code.dropout_fprop(A, keep, random.rand(500, 500))
        assert out.mean() == pytest.approx(mean, abs=1e-10)
        assert np.mean(mask == 0) == pytest.approx(zeros, abs=1e-6)


def test_dropout_goes_back_as_it_came(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(3)
    A, draws, dA = rng.normal(size=(4, 6)), rng.random((4, 6)), rng.normal(size=(4, 6))
    expected = autograd.grad(lambda A: anp.sum(dA * anp.where(draws < 0.7, A / 0.7, 0 * A)))(A)
    np.testing.assert_allclose(code.dropout_bprop(dA, code.dropout_fprop(A, 0.7, draws)[1]), expected, rtol=1e-13)


def test_the_sum_of_ten_units_is_the_same_in_training_and_in_testing(code: SimpleNamespace) -> None:
    draws = np.random.default_rng(0).random((100_000, 10))
    sums = code.dropout_fprop(np.ones((100_000, 10)), 0.5, draws)[0].sum(axis=1)
    assert sums.mean() == pytest.approx(code.sum_guess[0], abs=0.05)
    assert code.sum_guess[1] == 10


def test_of_three_numbers_the_loss_in_testing_shows_a_missing_scaling(code: SimpleNamespace) -> None:
    pattern = r"^(?:scaled, yours|not scaled) +([\d.]+) +([\d.]+) +\[(\d+), (\d+)\]$"
    right, slip = ([float(x) for x in row] for row in re.findall(pattern, code.printed, re.MULTILINE))
    ratios = {"A": sum(slip[2:]) / sum(right[2:]), "B": slip[0] / right[0], "C": slip[1] / right[1]}
    assert ratios["C"] > 1.8
    assert max(ratios["A"], ratios["B"]) < 1.5
    assert code.shows_guess == "C"


def test_dropout_helps_against_wrong_labels_and_gains_nothing_on_clean_digits(code: SimpleNamespace) -> None:
    rows = re.findall(r"^([AB]) .*?(\[.+?\]) +(\[.+?\])$", code.printed, re.MULTILINE)
    ratio = {name: sum(json.loads(after)) / sum(json.loads(before)) for name, before, after in rows}
    assert {name for name, value in ratio.items() if value < 0.75} == set(code.helps_guess)
    assert ratio["A"] > 0.85


# --- batch normalisation


@pytest.mark.parametrize(("m", "s"), SHAPES)
def test_the_way_back_is_that_of_autograd(code: SimpleNamespace, m: int, s: int) -> None:
    Z, gamma, beta, dA = drawn(m, s)
    out, normal, deviation = code.batchnorm_fprop(Z, gamma, beta)
    np.testing.assert_allclose(out, normalised(Z, gamma, beta), rtol=1e-12)
    expected = autograd.grad(lambda *given: anp.sum(dA * normalised(*given)), (0, 1, 2))(Z, gamma, beta)
    for found, right in zip(code.batchnorm_bprop(dA, normal, deviation, gamma), expected, strict=True):
        np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("m", "s"), SHAPES)
def test_the_way_back_is_what_complex_steps_measure(code: SimpleNamespace, m: int, s: int) -> None:
    Z, gamma, beta, dA = drawn(m, s)
    measured = np.zeros((m, s))
    for place in np.ndindex(m, s):
        step = np.zeros((m, s), complex)
        step[place] = 1e-30j
        moved = Z + step
        centred = moved - moved.mean(axis=0)
        out = gamma * centred / np.sqrt((centred * centred).mean(axis=0) + 1e-5) + beta
        measured[place] = np.sum(dA * out).imag / 1e-30
    _, normal, deviation = code.batchnorm_fprop(Z, gamma, beta)
    found, *_ = code.batchnorm_bprop(dA, normal, deviation, gamma)
    np.testing.assert_allclose(found, measured, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-12)  # so a bias before it gets no gradient


def test_batch_normalisation_has_the_published_figures(code: SimpleNamespace) -> None:
    p, random = PUBLISHED["batch-norm"], np.random.RandomState(231)
    X, W1, W2 = random.randn(200, 50), random.randn(50, 60), random.randn(60, 3)
    Z = np.maximum(0, X @ W1) @ W2
    np.testing.assert_allclose(Z.mean(axis=0), p["mean_before"], atol=1e-7)
    np.testing.assert_allclose(Z.std(axis=0), p["std_before"], atol=1e-7)
    out, *_ = code.batchnorm_fprop(Z, np.ones(3), np.zeros(3))
    np.testing.assert_allclose(out.std(axis=0), p["std_after"], atol=1e-7)
    random = np.random.RandomState(231)
    Z, gamma, beta, dA = 5 * random.randn(4, 5) + 12, random.randn(5), random.randn(5), random.randn(4, 5)
    _, normal, deviation = code.batchnorm_fprop(Z, gamma, beta)
    dZ, *_ = code.batchnorm_bprop(dA, normal, deviation, gamma)
    np.testing.assert_allclose(dZ[0], PUBLISHED["batch-norm-backward"]["dx_0"], atol=6e-9)


def test_in_testing_it_has_the_published_figures(code: SimpleNamespace) -> None:
    p, random = PUBLISHED["batch-norm-testing"], np.random.RandomState(231)
    W1, W2 = random.randn(50, 60), random.randn(60, 3)
    kept = np.zeros(3), np.zeros(3)
    for _ in range(50):
        kept = code.running(*kept, np.maximum(0, random.randn(200, 50) @ W1) @ W2, 0.9)
    Z = np.maximum(0, random.randn(200, 50) @ W1) @ W2
    out = code.batchnorm_predict(Z, *kept, np.ones(3), np.zeros(3))
    np.testing.assert_allclose(out.mean(axis=0), p["mean"], atol=6e-9)
    np.testing.assert_allclose(out.std(axis=0), p["std"], atol=6e-9)


def test_running_values_are_the_published_ones(code: SimpleNamespace) -> None:
    p = PUBLISHED["batch-norm-running"]
    kept = np.zeros(3), np.ones(3)
    for number in range(10):
        Z = np.random.RandomState(24 * number).randint(0, 100, (4, 3)) / 20
        kept = code.running(*kept, Z, 0.9)
    np.testing.assert_allclose(kept[0], p["mean"], atol=1e-6)
    np.testing.assert_allclose(kept[1], p["variance"], atol=1e-6)


def test_which_checks_are_blind(code: SimpleNamespace) -> None:
    assert code.gets_past(code.blind) is True
    assert "miss a path through the mean" in code.gets_past(lambda normal: 2 * normal)
    assert "with this dA" in code.gets_past(lambda normal: np.cos(np.arange(normal.size)).reshape(normal.shape))
    assert "0 for a whole unit" in code.gets_past(np.zeros_like)


def test_it_forgives_first_weights_that_are_too_small(code: SimpleNamespace) -> None:
    found = re.findall(r"^first weights [^:]*? +(\d+) +(\d+)$", code.printed, re.MULTILINE)
    (he, he_with), (small, small_with) = [[int(n) for n in row] for row in found]
    assert small > 300 and small_with < 90
    assert max(he, he_with) < 60


# --- when to stop


def stopped(losses: list[float], patience: int) -> tuple[int, int]:
    """By the definition, from the end: the first epoch after which `patience` in a row are no better than before."""
    for last in range(patience + 1, len(losses) + 1):
        before = [loss for loss in losses[: last - patience] if loss == loss]
        if not any(loss < min(before) for loss in losses[last - patience : last]):
            return losses.index(min(before)) + 1, last
    return losses.index(min(loss for loss in losses if loss == loss)) + 1, len(losses)


@pytest.mark.parametrize("seed", range(40))
def test_training_stops_where_the_definition_says(code: SimpleNamespace, seed: int) -> None:
    rng = np.random.default_rng(seed)
    losses = (rng.integers(1, 8, size=rng.integers(1, 15)) / 4).tolist()
    losses = [losses[0]] + [float("nan") if rng.random() < 0.2 else loss for loss in losses[1:]]
    patience = int(rng.integers(1, 5))
    assert code.stop_at(losses, patience) == stopped(losses, patience)


def test_the_best_matrices_are_not_those_of_the_end(code: SimpleNamespace) -> None:
    best = code.best_matrices([np.zeros(2)], [[np.ones(2)]] * 5, [5.0, 2.0, 3.0, 2.0, 4.0])
    np.testing.assert_array_equal(best, [np.full(2, 2.0)])


def test_loss_and_mistakes_need_not_agree_on_the_best_epoch(code: SimpleNamespace) -> None:
    assert code.by_loss[0] != code.by_mistakes[0]
    assert code.testing[-1] > code.testing[code.by_loss[0] - 1]
    assert code.mistakes[-1] > code.mistakes[code.by_mistakes[0] - 1]
