"""The data are what README.md in `data/` says, are found wherever the package lies, and can be made again."""

from __future__ import annotations

import hashlib
import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from chainrule import datasets

DATA = Path(__file__).parents[2] / "data"
PUBLISHED = tomllib.loads((DATA / "published-figures.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_data", DATA / "make_data.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def plain_cost(thetas: list[Any], X: Any, y: Any, lam: float = 0.0, penalise_biases: bool = False) -> float:
    """The one-vs-all logistic cost as the formula of exercise 4 has it, by sample and by class."""
    total, m = 0.0, len(X)
    for x, label in zip(X, y, strict=True):
        a = x
        for Theta in thetas:
            a = 1 / (1 + np.exp(-(Theta[:, 0] + Theta[:, 1:] @ a)))
        for k, a_k in enumerate(a):
            total -= np.log(a_k) if k == label else np.log(1 - a_k)
    penalty = sum(np.sum(Theta[:, 0 if penalise_biases else 1 :] ** 2) for Theta in thetas)
    return float(total / m + lam / (2 * m) * penalty)


def test_the_digits_are_1797_rows_of_64_pixels_between_0_and_1() -> None:
    X, y = datasets.digits()
    assert X.shape == (1797, 64)
    assert X.dtype == np.float64
    assert (X.min(), X.max()) == (0, 1)
    assert np.array_equal(X * 16, np.round(X * 16))
    assert y.shape == (1797,)
    assert y.dtype == np.int64
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_digits_are_those_of_scikit_learn() -> None:
    original = load_digits()
    X, y = datasets.digits()
    assert np.array_equal(X * 16, original.data)
    assert np.array_equal(y, original.target)


def test_each_call_gives_arrays_of_its_own() -> None:
    datasets.digits()[0][:] = -1
    datasets.given_network()[0][:] = 0
    assert datasets.digits()[0].min() == 0
    assert np.any(datasets.given_network()[0])


def test_the_given_network_has_the_shapes_of_64_25_10() -> None:
    assert [Theta.shape for Theta in datasets.given_network()] == [(25, 65), (10, 26)]
    assert all(Theta.dtype == np.float64 for Theta in datasets.given_network())


def test_the_given_network_is_as_good_as_the_readme_says(recipe: ModuleType) -> None:
    X, y = datasets.digits()
    held_out = datasets.held_out_digits()
    trained_on = np.setdiff1d(np.arange(1797), held_out)
    thetas = datasets.given_network()
    assert held_out.shape == (360,)
    assert np.all(np.diff(held_out) > 0)
    assert round(360 * recipe.accuracy(thetas, X[held_out], y[held_out])) == 346
    assert round(1437 * recipe.accuracy(thetas, X[trained_on], y[trained_on])) == 1417


def test_the_given_network_can_be_made_again(recipe: ModuleType) -> None:
    X, y = datasets.digits()
    rows, held_out = recipe.split(len(y))
    assert np.array_equal(held_out, datasets.held_out_digits())
    for again, given in zip(recipe.train(X[rows], y[rows]), datasets.given_network(), strict=True):
        np.testing.assert_allclose(again, given, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "shapes", "X_shape", "labels"),
    [
        ("2-4-4", [(4, 3), (4, 5)], (16, 2), [1, 2, 3, 0] * 4),
        ("3-5-3", [(5, 4), (3, 6)], (5, 3), [1, 2, 0, 1, 2]),
    ],
)
def test_the_debug_networks_have_the_shapes_of_their_names(
    name: Any, shapes: list[tuple[int, int]], X_shape: tuple[int, int], labels: list[int]
) -> None:
    thetas, X, y = datasets.debug_network(name)
    assert [Theta.shape for Theta in thetas] == shapes
    assert X.shape == X_shape
    assert y.tolist() == labels


def test_the_debug_networks_are_filled_column_by_column() -> None:
    (Theta1, Theta2), X, _ = datasets.debug_network("3-5-3")
    assert Theta1[2, 0] == np.sin(3) / 10
    assert Theta1[0, 1] == np.sin(6) / 10
    assert Theta2[1, 1] == np.sin(5) / 10
    assert X[1, 2] == np.sin(12) / 10
    (Theta1, Theta2), X, _ = datasets.debug_network("2-4-4")
    assert Theta1[1, 1] == np.sin(11)
    assert Theta2[0, 1] == np.cos(9)
    assert X[0, 1] == np.sin(17) / 5


@pytest.mark.parametrize(
    ("name", "table", "lam", "figure"),
    [("3-5-3", "debug-353", 3.0, "cost_lam_3"), ("2-4-4", "debug-244", 1.5, "cost_lam_1_5")],
)
def test_the_debug_networks_have_their_published_costs(name: Any, table: str, lam: float, figure: str) -> None:
    thetas, X, y = datasets.debug_network(name)
    published = PUBLISHED[table]
    assert plain_cost(thetas, X, y) == pytest.approx(published["cost"], rel=1e-13)
    assert plain_cost(thetas, X, y, lam) == pytest.approx(published[figure], rel=1e-13)
    with_biases = plain_cost(thetas, X, y, lam, penalise_biases=True)
    assert with_biases == pytest.approx(published[f"{figure}_biases_penalised"], abs=5e-7)


def test_an_unknown_debug_network_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="There is no network '4-4-4'; there are '2-4-4' and '3-5-3'"):
        datasets.debug_network("4-4-4")  # type: ignore[arg-type]


def test_the_files_inside_an_installed_package_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    np.savez(tmp_path / "data" / "digits.npz", X=np.full((1, 64), 16, np.uint8), y=np.array([7]))
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path)
    X, y = datasets.digits()
    assert X.tolist() == [[1.0] * 64]
    assert y.tolist() == [7]


def test_the_files_of_the_repository_come_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path)
    assert datasets.digits()[0].shape == (1797, 64)


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path)
    monkeypatch.setattr(datasets, "__file__", str(tmp_path / "chainrule" / "datasets.py"))
    with pytest.raises(FileNotFoundError, match=r"'digits\.npz' is missing"):
        datasets.digits()


def test_the_files_hold_plain_arrays_only() -> None:
    for name in ("digits.npz", "given-network.npz", "mnist.npz"):
        with np.load(DATA / name, allow_pickle=False) as stored:
            assert all(stored[key].dtype.kind in "iuf" for key in stored.files)


def test_every_data_file_is_accounted_for_in_the_readme() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    files = {path.name for path in DATA.iterdir() if path.is_file() and path.name != "README.md"}
    assert all(f"`{name}`" in readme for name in files)
    assert sum((DATA / name).stat().st_size for name in files - {"mnist.npz"}) < 200_000
    assert (DATA / "mnist.npz").stat().st_size < 12_000_000


def test_every_published_figure_names_its_source() -> None:
    assert all(table["source"] for table in PUBLISHED.values())


IDX = {
    "X_train": ((60_000, 28, 28), "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    "y_train": ((60_000,), "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    "X_test": ((10_000, 28, 28), "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    "y_test": ((10_000,), "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
}
"""The shapes of MNIST's arrays, and the SHA-256 of each of its files when unpacked."""


def test_mnist_is_what_its_authors_published() -> None:
    X_train, y_train, X_test, y_test = datasets.mnist(np.uint8)
    for (shape, sha256), array in zip(IDX.values(), (X_train, y_train, X_test, y_test), strict=True):
        header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">i4").tobytes()
        assert hashlib.sha256(header + array.astype(np.uint8).tobytes()).hexdigest() == sha256


def test_mnist_comes_as_rows_of_784_pixels_between_0_and_1() -> None:
    X_train, y_train, X_test, y_test = datasets.mnist()
    assert (X_train.shape, X_test.shape, y_train.shape, y_test.shape) == (
        (60_000, 784),
        (10_000, 784),
        (60_000,),
        (10_000,),
    )
    assert X_train.dtype == X_test.dtype == np.float32
    assert (X_train.min(), X_train.max()) == (0, 1)
    assert y_train.dtype == y_test.dtype == np.int64
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9]


def test_files_that_are_not_mnists_are_refused(recipe: ModuleType, tmp_path: Path) -> None:
    for name, *_ in recipe.MNIST.values():
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte.gz is not the file"):
        recipe.read_mnist(tmp_path)
