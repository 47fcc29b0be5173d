"""How long a widget takes from a slider's step to the redrawn numbers, in JupyterLab and Chromium; and a fast drag.

    python -m benchmarks.widgets [NAME ...]

Measures all widgets, or those named, and prints the median and the slowest of 40 steps, and for a drag of 40 events at
60 a second how long after its last event the numbers were still behind. The wishes: 5 ms in JavaScript, 50 ms with the
student's functions.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.jupyterlab import jupyterlab
from tests.browser.lesson import Lesson
from tests.browser.notebook import tab

STEPS = 40


@dataclass(frozen=True)
class Case:
    """A widget in its notebook, a slider of it, and what is redrawn."""

    what: str
    lesson: Lesson
    cell: str
    slider: str
    redrawn: str
    wish: float
    """Milliseconds, the median."""


CASES = [
    Case(
        "GraphFlow, in JavaScript",
        Lesson("02-sigmoid-gate", "sigmoid-gate"),
        "widgets.GraphFlow(graph",
        "z",
        "svg .chainrule-gradient",
        5,
    ),
    Case(
        "GraphFlow, the student's functions",
        Lesson("03-tricky-function", "tricky-function"),
        "widgets.GraphFlow(circuit",
        "x",
        "svg .chainrule-gradient",
        50,
    ),
    Case(
        "GradientCheck, 38 parameters measured",
        Lesson("06-gradient-checking", "gradient-checking"),
        "lambda thetas: gradients(thetas, X_353, y_353, lam=0.0)",
        "log10 h",
        ".chainrule-maps",
        50,
    ),
    Case(
        "NetworkFlow, 64-25-10 units",
        Lesson("01-forward-pass", "forward-pass"),
        "widgets.NetworkFlow(given",
        "sample",
        "svg .chainrule-value",
        5,
    ),
    Case(
        "ActivationExplorer, in JavaScript",
        Lesson("07-activations", "activations"),
        "widgets.ActivationExplorer(",
        "z",
        "svg .chainrule-curve",
        5,
    ),
    Case(
        "ModuleFlow, four Jacobians of the student's",
        Lesson("08-modules", "modules"),
        "widgets.ModuleFlow(",
        "sample",
        ".chainrule-maps",
        50,
    ),
    Case(
        "CurveReader, an epoch of the student's",
        Lesson("09-digits", "digits"),
        "widgets.CurveReader(",
        "rate",
        "svg .chainrule-curve",
        200,
    ),
    Case(
        "SignalDepth, in JavaScript",
        Lesson("10-training", "beginning-and-stepping"),
        "widgets.SignalDepth(",
        "σ √n",
        "svg .chainrule-curve",
        5,
    ),
    Case(
        "SignalDepth, the student's mean squares",
        Lesson("10-training", "beginning-and-stepping"),
        "widgets.SignalDepth(",
        "σ √n",
        ".chainrule-verdict",
        50,
    ),
    Case(
        "OptimiserRace, four rules of the student's",
        Lesson("10-training", "beginning-and-stepping"),
        "widgets.OptimiserRace(",
        "angle",
        "svg .chainrule-path",
        50,
    ),
    Case(
        "SlidingWindow, in JavaScript",
        Lesson("11-shared-weights", "shared-weights"),
        "widgets.SlidingWindow(",
        "stride",
        "svg .chainrule-value",
        5,
    ),
    Case(
        "SlidingWindow, there and back by the student's",
        Lesson("11-shared-weights", "shared-weights"),
        "widgets.SlidingWindow(",
        "stride",
        ".chainrule-verdict",
        50,
    ),
    Case(
        "EngineFlow, four orders of the student's nodes",
        Lesson("12-engine", "engine"),
        "widgets.EngineFlow(",
        "a",
        "svg .chainrule-value",
        50,
    ),
    Case(
        "Descent, 50 steps of the student's",
        Lesson("05-regularization", "regularization"),
        "widgets.Descent(x_few",
        "η",
        "svg .chainrule-path",
        50,
    ),
]

# One step at a time: from the event until what is redrawn has changed, or has come: a verdict comes with the answer.
ONE_BY_ONE = """async (widget, [slider, redrawn, steps]) => {
    const input = widget.querySelector(`input[type=range][aria-label="${slider}"]`);
    const times = [];
    for (let i = 0; i < steps; i++) {
        const changed = new Promise((resolve) => {
            const observer = new MutationObserver(() => {
                if (!widget.querySelector(redrawn)) return;
                observer.disconnect();
                resolve();
            });
            observer.observe(widget.querySelector(redrawn).closest('.chainrule-picture') ?? widget,
                {subtree: true, childList: true, characterData: true});
        });
        const began = performance.now();
        input[i % 4 < 2 ? 'stepUp' : 'stepDown'](); // two up, two down: no end of the slider is reached
        input.dispatchEvent(new Event('input', {bubbles: true}));
        await changed;
        times.push(performance.now() - began);
        await new Promise(resolve => setTimeout(resolve, 30));
    }
    return times;
}"""
DRAG = """async (widget, [slider, redrawn, steps]) => {
    const input = widget.querySelector(`input[type=range][aria-label="${slider}"]`);
    let drawn = 0, last = 0;
    const observer = new MutationObserver(() => { drawn += 1; last = performance.now(); });
    observer.observe(widget.querySelector(redrawn).closest('.chainrule-picture') ?? widget,
        {subtree: true, childList: true, characterData: true});
    for (let i = 0; i < steps; i++) {
        input[i % 4 < 2 ? 'stepUp' : 'stepDown']();
        input.dispatchEvent(new Event('input', {bubbles: true}));
        await new Promise(resolve => setTimeout(resolve, 16));
    }
    const end = performance.now();
    await new Promise(resolve => setTimeout(resolve, 600));
    observer.disconnect();
    return [drawn, Math.max(0, last - end)];
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder) / "served"
        root.mkdir()
        executable = find_chromium(playwright)
        with (
            playwright.chromium.launch(executable_path=executable, args=ARGUMENTS) as browser,
            jupyterlab(root, Path(folder) / "home") as server,
        ):
            print(f"{'':46} {'median':>8} {'slowest':>8}   {'wish':>6}   a drag of {STEPS} events")
            chosen = [case for case in CASES if case.what.startswith(tuple(sys.argv[1:] or [""]))]
            for number, case in enumerate(chosen):
                with tab(browser, server) as notebook:
                    notebook.open(case.lesson.hand_out(root / str(number), solved=True))
                    notebook.run_all()
                    widget = notebook.cell(case.cell).locator(".chainrule-widget")
                    given = [case.slider, case.redrawn, STEPS]
                    times = widget.evaluate(ONE_BY_ONE, given)
                    drawn, behind = widget.evaluate(DRAG, given)
                median = statistics.median(times)
                print(
                    f"{case.what:46} {median:5.1f} ms {max(times):5.1f} ms   {case.wish:3.0f} ms   "
                    f"{drawn} drawn, the last {behind:.0f} ms after it ended",
                    flush=True,
                )


if __name__ == "__main__":
    main()
