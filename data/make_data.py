"""Make the files beside this script again: ``python data/make_data.py [folder of MNIST's four files]``.

digits.npz and given-network.npz need scikit-learn; mnist.npz is made where the folder is named.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

SEED, HIDDEN, STEPS, ETA, LAM, HELD_OUT = 20170303, 25, 300, 2.0, 0.1, 360

MNIST = {
    "X_train": ("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", (60_000, 784), 16),
    "y_train": ("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", (60_000,), 8),
    "X_test": ("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", (10_000, 784), 16),
    "y_test": ("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", (10_000,), 8),
}
"""Each array's file as its authors published it: its name, its MD5 sum, the array's shape, the bytes before it."""


def read_mnist(folder: Path) -> dict[str, np.ndarray]:
    """MNIST's four arrays of bytes, from its authors' IDX files. Raises ValueError for a file that isn't theirs."""
    arrays = {}
    for name, (file, md5, shape, header) in MNIST.items():
        packed = (folder / file).read_bytes()
        if hashlib.md5(packed).hexdigest() != md5:
            raise ValueError(f"{folder / file} is not the file that MNIST's authors published")
        arrays[name] = np.frombuffer(gzip.decompress(packed), np.uint8, offset=header).reshape(shape)
    return arrays


def split(m: int, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Rows to train on and rows held out, both sorted; no row is in both."""
    order = np.random.default_rng(seed).permutation(m)
    return np.sort(order[HELD_OUT:]), np.sort(order[:HELD_OUT])


def train(X: np.ndarray, y: np.ndarray, seed: int = SEED) -> list[np.ndarray]:
    """A 64-25-10 network of sigmoid units, one-vs-all logistic cost, full-batch gradient descent.

    X is (m, 64) in 0..1, y is (m,) in 0..9. Returns Theta^(1) (25, 65) and Theta^(2) (10, 26), column 0
    the bias. The penalty is lam/(2m) times the sum of squares of all weights but the biases.
    """
    rng = np.random.default_rng(seed)
    m, Y = len(X), np.eye(10)[y]
    thetas = [rng.normal(0, 0.1, (HIDDEN, 65)), rng.normal(0, 0.1, (10, HIDDEN + 1))]
    ones = np.ones((m, 1))
    for _ in range(STEPS):
        A0 = np.hstack([ones, X])
        A1 = np.hstack([ones, 1 / (1 + np.exp(-A0 @ thetas[0].T))])
        A2 = 1 / (1 + np.exp(-A1 @ thetas[1].T))
        delta2 = A2 - Y
        delta1 = (delta2 @ thetas[1] * A1 * (1 - A1))[:, 1:]
        for Theta, delta, A in zip(thetas, (delta1, delta2), (A0, A1), strict=True):
            gradient = delta.T @ A / m
            gradient[:, 1:] += LAM / m * Theta[:, 1:]
            Theta -= ETA * gradient
    return thetas


def accuracy(thetas: list[np.ndarray], X: np.ndarray, y: np.ndarray) -> float:
    """The fraction of the rows of X whose largest output is the one of their label."""
    A = X
    for Theta in thetas:
        A = 1 / (1 + np.exp(-np.hstack([np.ones((len(A), 1)), A]) @ Theta.T))
    return float(np.mean(A.argmax(axis=1) == y))


def main() -> None:
    """Write the files beside this script and print what the network reaches."""
    from sklearn.datasets import load_digits

    here = Path(__file__).parent
    for folder in sys.argv[1:]:
        np.savez_compressed(here / "mnist.npz", **read_mnist(Path(folder)))
    digits = load_digits()
    X, y = digits.data.astype(np.uint8), digits.target.astype(np.int64)
    np.savez_compressed(here / "digits.npz", X=X, y=y)
    train_rows, held_out = split(len(y))
    thetas = train(X[train_rows] / 16, y[train_rows])
    np.savez_compressed(here / "given-network.npz", theta1=thetas[0], theta2=thetas[1], held_out=held_out)
    for name, rows in (("train", train_rows), ("held out", held_out)):
        print(f"{name}: {len(rows)} digits, {accuracy(thetas, X[rows] / 16, y[rows]):.4f} right")


if __name__ == "__main__":
    main()
