"""NetworkFlow in Python: both passes against numerical derivatives, what it refuses, and the picture that stands in."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from chainrule import datasets
from chainrule.widgets.network_flow import NetworkFlow, passes
from tests.chainrule.kernel import Kernel
from tests.chainrule.widgets.node import javascript

DEEP = [np.array([[0.1, -0.5], [0.4, 0.3]]), np.array([[-0.2, 0.6, 0.9]]), np.array([[0.2, -0.7], [0.5, 0.8]])]
X, Y = np.array([[0.5], [-1.0], [2.0]]), np.eye(2)[[1, 0, 1]]


def cost(thetas: list[np.ndarray], X: np.ndarray, Y: np.ndarray) -> float:
    """The logistic cost, from Z of the output layer."""
    A = X
    for Theta in thetas:
        Z = np.hstack([np.ones((len(A), 1)), A]) @ Theta.T
        A = 1 / (1 + np.exp(-Z))
    return float(np.sum(np.logaddexp(0, Z) - Y * Z) / len(X))


@pytest.mark.parametrize("sizes", [(2, 3), (1, 2, 1, 2), (4, 5, 3), (3, 2, 4, 2)])
def test_delta_and_activations_make_the_gradient_that_differences_measure(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(sum(sizes))
    thetas = [rng.normal(size=(n, k + 1)) for k, n in itertools.pairwise(sizes)]
    X, Y = rng.normal(size=(6, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=6)]
    A, delta = passes(thetas, X, Y)
    for l, Theta in enumerate(thetas, start=1):
        gradient = delta[l].T @ np.hstack([np.ones((6, 1)), A[l - 1]]) / 6
        measured = np.empty(Theta.shape)
        for place in np.ndindex(Theta.shape):
            pair = []
            for h in (1e-5, -1e-5):
                moved = [each.copy() for each in thetas]
                moved[l - 1][place] += h
                pair.append(cost(moved, X, Y))
            measured[place] = (pair[0] - pair[1]) / 2e-5
        assert gradient == pytest.approx(measured, abs=1e-8)


def test_javascript_and_python_agree_on_random_networks() -> None:
    rng = np.random.default_rng(8)
    networks = []
    for _ in range(40):
        m, *sizes = rng.integers(1, 8, size=rng.integers(3, 6)).tolist()
        thetas = [3 * rng.normal(size=(n, k + 1)) for k, n in itertools.pairwise(sizes)]
        networks.append(
            (thetas, 2 * rng.normal(size=(m, sizes[0])), rng.integers(2, size=(m, sizes[-1])).astype(float))
        )
    cases = [[[Theta.tolist() for Theta in thetas], X.tolist(), Y.tolist()] for thetas, X, Y in networks]
    call = """(module, cases) => cases.map(([thetas, X, Y]) => {
        const flow = module.passes(thetas, X, Y);
        const gradients = thetas.map((Theta, l) => Theta.map((row, i) => row.map((_, j) =>
            module.meanOf(module.products(flow, l + 1, i + 1, j)))));
        return [flow.A, flow.delta.slice(1), gradients];
    })"""
    for (thetas, X, Y), found in zip(networks, javascript("network_flow/model.js", call, cases), strict=True):
        A, delta = passes(thetas, X, Y)
        gradients = [d.T @ np.hstack([np.ones((len(X), 1)), a]) / len(X) for d, a in zip(delta[1:], A, strict=False)]
        for ours, theirs in zip([A, delta[1:], gradients], found, strict=True):
            for one, other in zip(ours, theirs, strict=True):
                assert np.array(other) == pytest.approx(one, rel=1e-9, abs=1e-12)


def test_the_published_gradient_of_the_network_3_5_3() -> None:
    thetas, X, y = datasets.debug_network("3-5-3")
    _, delta = passes(thetas, X, np.eye(3)[y])
    assert delta[1].mean(axis=0)[:3] == pytest.approx([-0.0092783, 0.0088991, -0.0083601], abs=1e-7)


def test_the_input_has_no_error_and_without_targets_no_layer_has() -> None:
    assert passes(DEEP, X, Y)[1][0].size == 0
    assert all(delta.size == 0 for delta in passes(DEEP, X, None)[1])


def test_the_picture_tells_activations_errors_and_the_chosen_gradient() -> None:
    drawn = NetworkFlow(DEEP, X, Y, edge=(1, 1, 1)).picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt == (
        "A network of 1-2-1-2 units, sample 0. Layer 0: a 0.50. Layer 1: a 0.46, 0.63; δ −0.02, −0.02. "
        "Layer 2: a 0.66; δ −0.12. Layer 3: a 0.44, 0.74; δ 0.44, −0.26. The gradient of thetas[0][0, 1] is −0.01."
    )


def test_over_a_batch_it_is_the_mean_of_the_products_and_not_the_product_of_the_means() -> None:
    widget = NetworkFlow(DEEP, X, Y, edge=(1, 1, 1))
    widget.state = {**widget.state, "mean": True}
    A, delta = passes(DEEP, X, Y)
    assert np.mean(delta[1][:, 0] * A[0][:, 0]) == pytest.approx(-0.0226, abs=1e-4)
    assert np.mean(delta[1][:, 0]) * np.mean(A[0][:, 0]) == pytest.approx(-0.0002, abs=1e-4)
    assert "means over 3 samples" in widget.picture().alt
    assert widget.picture().alt.endswith("The gradient of thetas[0][0, 1] is −0.02.")


def test_a_large_layer_is_told_by_its_range() -> None:
    digits, _ = datasets.digits()
    alt = NetworkFlow(datasets.given_network(), digits[:3]).picture().alt
    assert re.search(r"64-25-10 units, sample 0\. Layer 0: a from 0 to 0\.94\. Layer 1: a from 0\.\d+ to 0\.\d+\.", alt)
    assert "δ" not in alt


def test_shapes_that_do_not_fit_are_refused_with_those_that_would() -> None:
    with pytest.raises(ValueError, match=r"must have the shapes \[\(2, 3\), \(1, 3\), \(2, 2\)\]"):
        NetworkFlow(DEEP, np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"Y has the shape \(3, 1\), and must have \(3, 2\)"):
        NetworkFlow(DEEP, X, Y[:, :1])


SHOWN = """
import numpy as np
from chainrule import datasets, widgets
thetas, X, y = datasets.debug_network("2-4-4")
widgets.NetworkFlow(thetas, X, np.eye(4)[y])
"""


def test_a_picture_with_its_words_is_displayed_above_the_widget(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        shown = kernel.run(SHOWN)
    assert re.search(r'<img src="data:image/png;base64,[^"]*" alt="A network of 2-4-4 units, sample 0\.', shown.html)
    assert shown.error is None
