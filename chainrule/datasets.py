"""The data that the notebooks compute with: digits small and large, a trained network, networks built by formula.

Nothing is downloaded. Where each file comes from and how it was made stands in ``data/README.md``.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
AnyArray = NDArray[Any]


def digits() -> tuple[FloatArray, IntArray]:
    """1,797 handwritten digits of 8 x 8 pixels.

    Returns X (1797, 64), from 0 (paper) to 1 (ink), one digit a row, its pixels row by row; and y (1797,),
    the labels 0 to 9.

    Source: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI, doi 10.24432/C50P49,
    CC BY 4.0; as exported by scikit-learn. The pixels are divided by 16 here.
    """
    with np.load(_data_file("digits.npz"), allow_pickle=False) as stored:
        return stored["X"].astype(np.float64) / 16, stored["y"].astype(np.int64)


def mnist(dtype: type[np.float32 | np.uint8] = np.float32) -> tuple[AnyArray, IntArray, AnyArray, IntArray]:
    """70,000 handwritten digits of 28 x 28 pixels: those to learn from, and those to be tested with.

    Returns X_train (60000, 784), y_train (60000,), X_test (10000, 784), y_test (10000,). One digit a row, its
    pixels row by row: as float32 from 0 (paper) to 1 (ink), or as uint8 from 0 to 255; labels 0 to 9.

    Source: LeCun, Cortes and Burges (1998), The MNIST database of handwritten digits, CC BY-SA 3.0. As float32
    the pixels are divided by 255.
    """
    with np.load(_data_file("mnist.npz"), allow_pickle=False) as stored:
        X_train, X_test = stored["X_train"], stored["X_test"]
        y_train, y_test = stored["y_train"].astype(np.int64), stored["y_test"].astype(np.int64)
    if dtype is np.uint8:
        return X_train, y_train, X_test, y_test
    return X_train / np.float32(255), y_train, X_test / np.float32(255), y_test


def given_network() -> list[FloatArray]:
    """Return a network that has learnt the digits: [Theta^(1) (25, 65), Theta^(2) (10, 26)].

    Column 0 of each holds the biases. Sigmoid units in both layers, one output for each digit
    (one-vs-all). It has never seen the rows `held_out_digits()`.

    Source: trained for this course by ``data/make_data.py``.
    """
    with np.load(_data_file("given-network.npz"), allow_pickle=False) as stored:
        return [stored["theta1"].astype(np.float64), stored["theta2"].astype(np.float64)]


def held_out_digits() -> IntArray:
    """Rows of `digits()` (360,), in order, that the given network was not trained on."""
    with np.load(_data_file("given-network.npz"), allow_pickle=False) as stored:
        rows: IntArray = stored["held_out"].astype(np.int64)
    return rows


def debug_network(name: Literal["2-4-4", "3-5-3"]) -> tuple[list[FloatArray], FloatArray, IntArray]:
    """Build a small network and its data by formula, so that its costs can be compared across courses.

    Returns (thetas, X, y), labels from 0:

    - "2-4-4": thetas (4, 3) and (4, 5), X (16, 2), y (16,). Each array is filled column by column:
      sin(1), sin(3), ... and cos(1), cos(3), ...; X is sin(1), sin(2), ... over 5; y is 1, 2, 3, 0, 1, ...
    - "3-5-3": thetas (5, 4) and (3, 6), X (5, 3), each sin(1), sin(2), ... over 10, column by column;
      y is 1, 2, 0, 1, 2.

    Source: the networks that exercise 4 of Coursera's Machine Learning course is graded and debugged with.
    There labels begin with 1, so each is one more than here.
    """
    if name == "2-4-4":
        thetas = [_by_column(np.sin(np.arange(1, 25, 2)), 4), _by_column(np.cos(np.arange(1, 41, 2)), 4)]
        return thetas, _by_column(np.sin(np.arange(1, 33)), 16) / 5, np.arange(1, 17, dtype=np.int64) % 4
    if name == "3-5-3":
        sizes = [(5, 20), (3, 18), (5, 15)]  # rows and entries of Theta^(1), Theta^(2) and X
        Theta1, Theta2, X = (_by_column(np.sin(np.arange(1, n + 1)), rows) / 10 for rows, n in sizes)
        return [Theta1, Theta2], X, np.arange(1, 6, dtype=np.int64) % 3
    raise ValueError(f"There is no network {name!r}; there are '2-4-4' and '3-5-3'.")


def _by_column(values: FloatArray, rows: int) -> FloatArray:
    """Fill a matrix of so many rows column by column, as MATLAB and Octave do; stored row by row."""
    return np.ascontiguousarray(values.reshape(rows, -1, order="F"))


def _data_file(name: str) -> Path:
    """Find a data file: carried inside the installed package, or in the repository's folder `data`."""
    inside = Path(str(resources.files("chainrule"))) / "data"
    repository = Path(__file__).resolve().parent.parent / "data"
    for folder in (inside, repository):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f"The data file {name!r} is missing: it is neither in the installed package chainrule nor in the "
        "repository's folder data. Install the package again, or fetch the repository again."
    )
