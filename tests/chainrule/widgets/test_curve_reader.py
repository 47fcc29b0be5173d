"""CurveReader in Python: the same runs as in JavaScript, slips with faces, and what is said of a student's epoch."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from chainrule import datasets
from chainrule.widgets import training
from chainrule.widgets.curve_reader import CurveReader
from chainrule.widgets.training import SLIPS, Run
from tests.chainrule.widgets.node import javascript

X_ALL, Y_ALL = datasets.digits()
HELD = datasets.held_out_digits()
SEEN = np.setdiff1d(np.arange(len(X_ALL)), HELD)
DIGITS = X_ALL[SEEN], Y_ALL[SEEN], X_ALL[HELD], Y_ALL[HELD]
RIGHT = "Your epoch: with one batch its loss and its step are right, and with uneven batches its mean is."
FEW = X_ALL[:210], Y_ALL[:210], X_ALL[210:260], Y_ALL[210:260]

TRAIN = """(module, { shapes, runs, epochs, ...packed }) => {
    const bytes = (text) => new DataView(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)).buffer);
    const { pixels, labels, draws } = packed;
    const data = module.unpacked(shapes, { pixels: bytes(pixels), labels: bytes(labels), draws: bytes(draws) });
    return runs.map((run) => {
        const training = module.begun(data, run);
        return Array.from({ length: epochs }, () => module.epoch(training));
    });
}"""


def in_javascript(widget: CurveReader, runs: list[Run], epochs: int) -> list[list[dict[str, Any]]]:
    packed = {name: base64.b64encode(getattr(widget, name)).decode() for name in ("pixels", "labels", "draws")}
    asked = [{"eta": run.eta, "size": run.size, "units": run.units, "slips": list(run.slips)} for run in runs]
    given = {"shapes": widget.shapes, "runs": asked, "epochs": epochs, **packed}
    return javascript("curve_reader/model.js", TRAIN, given)  # type: ignore[no-any-return]


def test_javascript_and_python_train_alike_whatever_is_planted() -> None:
    widget = CurveReader(*FEW)
    runs = [Run(0.1, 20, 25), Run(0.3, 7, 5), Run(0.05, 210, 100), *(Run(0.1, 20, 25, [slip]) for slip in SLIPS)]
    for run, found in zip(runs, in_javascript(widget, runs, 4), strict=True):
        losses, mistakes = training.trained(widget._data, run, 4)
        alike = 2 if "pixels" in run.slips else 4  # so large inputs soon amplify what is rounded away
        assert [each["loss"] for each in found][:alike] == pytest.approx(losses[:alike], rel=1e-6), run
        assert [each["misread"] for each in found][:alike] == mistakes[:alike], run


def test_an_epochs_step_is_against_the_gradient_that_differences_measure() -> None:
    data = training.drawn(*FEW, 3)
    thetas, everything = Run(0.1, 20, 4).beginning(data), np.arange(210)
    _, after = training.epoch(thetas, data.X, data.y, 1.0, 210, everything)
    for layer, place in [(0, (1, 0)), (0, (2, 30)), (1, (3, 0)), (1, (7, 2))]:
        pair = []
        for h in (1e-5, -1e-5):
            moved = [Theta.copy() for Theta in thetas]
            moved[layer][place] += h
            pair.append(-training.forward(moved, data.X)[1][everything, data.y].mean())
        assert thetas[layer][place] - after[layer][place] == pytest.approx(
            (pair[0] - pair[1]) / 2e-5, rel=1e-5, abs=1e-9
        )


def test_slips_have_the_faces_that_the_notebook_tells_of() -> None:
    data = training.drawn(*DIGITS, 0)
    slips = ["", "pairs", "sorted", "uphill", "zeros"]
    ends = {slip: training.trained(data, Run(0.1, 20, 25, [slip] if slip else []), 5) for slip in slips}
    right_losses, right_mistakes = ends[""]
    assert right_losses[-1] < 0.4 and right_mistakes[-1] < 40
    assert min(ends["pairs"][0]) > 2.25
    assert ends["sorted"][0][0] < right_losses[0] and ends["sorted"][1][0] > 250
    assert ends["uphill"][0][-1] > 100
    assert min(ends["zeros"][0]) > 2.2


def right(thetas: list[np.ndarray], X: np.ndarray, y: np.ndarray, eta: float, size: int, generator: Any) -> Any:
    return training.epoch(thetas, X, y, eta, size, generator.permutation(len(X)))


def mean_of_means(thetas: Any, X: np.ndarray, y: np.ndarray, eta: float, size: int, generator: Any) -> Any:
    order, losses = generator.permutation(len(X)), []
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        loss, thetas = training.epoch(thetas, X[rows], y[rows], eta, size, np.arange(len(rows)))
        losses.append(loss)
    return np.mean(losses), thetas


def after_the_step(thetas: Any, X: np.ndarray, y: np.ndarray, *args: Any) -> Any:
    _, after = right(thetas, X, y, *args)
    return training.epoch(after, X, y, 0.0, len(X), np.arange(len(X)))[0], after


def uphill(thetas: Any, X: np.ndarray, y: np.ndarray, eta: float, *args: Any) -> Any:
    return right(thetas, X, y, -eta, *args)


@pytest.mark.parametrize(
    ("epoch", "text", "wrong"),
    [
        (
            right,
            "Your epoch: with one batch its loss and its step are right, and with uneven batches its mean is.",
            False,
        ),
        (mean_of_means, "Your epoch: with the rate 0 and batches of 20 its loss is ", True),
        (after_the_step, "Your epoch: with one batch of 203 samples its loss is ", True),
        (uphill, "Your epoch: after one batch with the rate 0.5, matrix 1 is not where a step leads.", True),
        (
            lambda *args: None,
            "Not right yet: epoch should return two things, the loss and the list of matrices.",
            False,
        ),
        (lambda *args: (1.0, [np.ones(2)]), "Not right yet: the second thing should be a list of 2 matrices.", False),
        (
            lambda t, *_: (1.0, [t[0], t[0]]),
            "Not right yet: matrix 2 has the shape (6, 65) after an epoch",
            False,
        ),
        (lambda *args: 1 / 0, "Stopped by an error: ZeroDivisionError: division by zero", False),
    ],
)
def test_a_students_epoch_is_held_against_what_must_hold_in_any_order(epoch: Any, text: str, wrong: bool) -> None:
    judged = CurveReader(*DIGITS, epoch)._answer_judge({})
    assert judged["text"].startswith(text)
    assert judged["wrong"] is wrong


def test_a_students_epochs_are_run_one_by_one_and_go_on_where_the_last_ended() -> None:
    widget = CurveReader(*DIGITS, right)
    found = [widget._answer_epoch({**widget.state, "epoch": number}) for number in range(3)]
    assert found[0]["loss"] > found[1]["loss"] > found[2]["loss"]
    assert found[2]["misread"] < 60
    assert widget._answer_epoch({**widget.state, "epoch": 0})["loss"] == pytest.approx(found[0]["loss"])


def test_slips_are_planted_around_a_students_epoch_too() -> None:
    seen = []

    def noting(thetas: Any, X: np.ndarray, y: np.ndarray, eta: float, size: int, generator: Any) -> Any:
        seen.append((X.max(), eta, y[generator.permutation(len(X))].tolist()))
        return 1.0, thetas

    widget = CurveReader(*DIGITS, noting)
    widget._answer_epoch({**widget.state, "epoch": 0, "slips": ["sorted", "summed", "pixels"]})
    top, eta, labels = seen[0]
    assert (top, eta) == (16.0, 2.0)
    assert labels == sorted(DIGITS[1].tolist())


def test_an_error_of_a_students_is_said_and_ends_the_run() -> None:
    def raising(*args: Any) -> Any:
        raise KeyError("much")

    widget = CurveReader(*DIGITS, raising)
    assert widget._answer_epoch({**widget.state, "epoch": 0})["said"].startswith(
        "Stopped by an error: KeyError: 'much'"
    )


def test_the_picture_tells_where_the_curves_begin_and_end() -> None:
    widget = CurveReader(*FEW)
    drawn = widget.picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt.startswith("Training with the rate 0.1, batches of 20 and 25 hidden units. The loss goes from ")
    state = {**widget.state, "slips": ["uphill"]}
    widget.curves = {"state": state, "losses": [3.0, None], "misread": [45, 46]}
    assert widget.picture().alt.endswith(
        "Planted: a sign lost: uphill. The loss goes from 3 to nan in 2 epochs; in the end 46 of 50 are misread."
    )


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="rows of the same length"):
        CurveReader(FEW[0], FEW[1], FEW[2][:, :9], FEW[3])
    with pytest.raises(ValueError, match="a label for each row"):
        CurveReader(FEW[0], FEW[1][:9], FEW[2], FEW[3])


def test_two_curves_are_read_for_what_is_seen() -> None:
    shapes = {"classes": 10, "tests": 360}
    runs = [
        ([1.65, 0.5], [60, 20]),
        ([2.31, 2.3], [330, 324]),
        ([4.0, 90.0], [350, 350]),
        ([1.0, None], [9, 9]),
        ([2.0, 5.0, 1.0], [9, 8, 7]),
    ]
    call = """(module, { shapes, runs }) => runs.map(([losses, misread]) =>
        module.read({ losses: losses.map((each) => each ?? NaN), misread }, shapes))"""
    assert javascript("curve_reader/words.js", call, {"shapes": shapes, "runs": runs}) == [
        "The loss begins at 1.65 (log 10 is 2.30) and falls to 0.50. 20 of 360 are misread after epoch 2.",
        "The loss stays at log 10, 2.30. 324 of 360 are misread after epoch 2.",
        "The loss begins at 4 (log 10 is 2.30) and rises to 90. 350 of 360 are misread after epoch 2.",
        "From epoch 2 on the loss is no number. 9 of 360 are misread after epoch 2.",
        "The loss begins at 2 (log 10 is 2.30), jumps as high as 5 and ends at 1. 7 of 360 are misread after epoch 3.",
    ]
