"""The two networks of notebook 09 on all of MNIST, by the solution's own code: errors and CPU seconds of whole runs.

`python -m benchmarks.mnist` trains each with three seeds, on one BLAS thread, in single precision. Where PyTorch is
installed, the same networks are trained with it beside, on one thread. Published: "about 750" and "about 250" errors
of 10,000 (RWTH Aachen, exercise 4); data/published-figures.toml has what this course found.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # before NumPy reads them

import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.course.notebook import grade_id, read
from chainrule import datasets

SOURCE = Path(__file__).parents[1] / "solutions" / "09-digits" / "digits.ipynb"
NETWORKS = {"784-10": ([784, 10], 30), "784-200-tanh-10": ([784, 200, 10], 20)}
"""The sizes of each network, and its epochs."""
SEEDS, ETA, SIZE = (0, 1, 2), 0.1, 100
NEEDED = ("given-modules", "given-loss", "given-network", "errors", "epoch")


def solution() -> dict[str, Any]:
    """The names that the notebook's own cells bind."""
    names: dict[str, Any] = {"np": np}
    for cell in read(SOURCE).cells:
        if grade_id(cell) in NEEDED:
            exec(cell.source, names)
    return names


def by_hand(sizes: list[int], epochs: int, seed: int) -> int:
    """Errors on the test set after so many of the notebook's epochs."""
    code, (X, y, X_test, y_test) = solution(), datasets.mnist()
    generator = np.random.default_rng(seed)
    thetas = code["beginning"](sizes, generator, np.float32)
    for _ in range(epochs):
        _, thetas = code["epoch"](thetas, X, y, np.float32(ETA), SIZE, generator)
    return int(code["errors"](thetas, X_test, y_test, 1000))


def by_pytorch(sizes: list[int], epochs: int, seed: int) -> int:
    """The same with PyTorch's own modules, loss and optimiser."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    X, y, X_test, y_test = (torch.from_numpy(array) for array in datasets.mnist())
    layers: list[Any] = []
    for n, s in pairwise(sizes):
        layers += [torch.nn.Linear(n, s), torch.nn.Tanh()]
        torch.nn.init.xavier_normal_(layers[-2].weight)
        torch.nn.init.zeros_(layers[-2].bias)
    net = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.SGD(net.parameters(), lr=ETA)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(SIZE):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(net(X[rows]), y[rows]).backward()
            optimiser.step()
    with torch.no_grad():
        return int((net(X_test).argmax(1) != y_test).sum())


def main() -> None:
    """Train, and print what came out."""
    datasets.mnist()  # unpacked once, so that the first run doesn't pay for it
    ways: dict[str, Callable[[list[int], int, int], int]] = {"by hand": by_hand}
    if find_spec("torch"):
        ways["PyTorch"] = by_pytorch
    table = Table("network", "epochs", "", "errors of 10,000", "CPU seconds a run")
    for name, (sizes, epochs) in NETWORKS.items():
        for way, train in ways.items():
            began = time.process_time()
            errors = [train(sizes, epochs, seed) for seed in SEEDS]
            spent = (time.process_time() - began) / len(SEEDS)
            table.add_row(name, str(epochs), way, ", ".join(map(str, errors)), f"{spent:.1f}")
    console = Console()
    console.print(table)
    if "PyTorch" not in ways:
        console.print("PyTorch isn't installed, so nothing is measured beside.")


if __name__ == "__main__":
    main()
