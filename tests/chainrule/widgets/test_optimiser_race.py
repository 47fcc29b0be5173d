"""OptimiserRace in Python: its rules, what it says of a student's steps, and the picture that stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from autograd.misc import optimizers

from chainrule.widgets.optimiser_race import ETAS, OptimiserRace
from chainrule.widgets.races import RULES, Valley, run
from tests.chainrule.widgets.node import javascript

START = np.array([1.5, 1.0])
Step = Callable[..., Any]


def adam(theta: Any, v: Any, s: Any, t: int, grad: Any, eta: float) -> Any:
    """As a student writes it."""
    v, s = 0.9 * v + 0.1 * grad, 0.999 * s + 0.001 * grad**2
    return theta - eta * (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), v, s


def uncorrected(theta: Any, v: Any, s: Any, t: int, grad: Any, eta: float) -> Any:
    v, s = 0.9 * v + 0.1 * grad, 0.999 * s + 0.001 * grad**2
    return theta - eta * v / (np.sqrt(s) + 1e-8), v, s


def momentum(theta: Any, v: Any, grad: Any, eta: float, mu: float) -> Any:
    v = mu * v - eta * grad
    return theta + v, v


def answer(rule: str, step: Step, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = OptimiserRace({rule: step}, **options).result["runs"][rule]
    return found


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, -45.0])
def test_the_gradient_is_what_differences_measure(angle: float) -> None:
    valley, theta = Valley(7.0, angle), np.array([0.3, -1.2])
    measured = [(valley.value(theta + h) - valley.value(theta - h)) / 2e-6 for h in 1e-6 * np.eye(2)]
    np.testing.assert_allclose(valley.gradient(theta), measured, rtol=1e-8)


def test_momentum_and_adam_go_as_those_of_autograd() -> None:
    valley = Valley(20.0, 30.0)

    def gradient(theta: Any, t: int) -> Any:
        return valley.gradient(theta)

    walked = run(*RULES["momentum"], valley, START.tolist(), 0.01).states[50][0]
    expected = optimizers.sgd(gradient, START, num_iters=50, step_size=0.1, mass=0.9)
    np.testing.assert_allclose(walked, expected, rtol=1e-9, atol=1e-12)
    walked = run(*RULES["Adam"], valley, START.tolist(), 0.1).states[50][0]
    np.testing.assert_allclose(walked, optimizers.adam(gradient, START, num_iters=50, step_size=0.1), rtol=1e-9)


def test_javascript_and_python_walk_the_same_paths() -> None:
    rng = np.random.default_rng(3)
    cases = [
        {"k": k, "angle": angle, "start": rng.uniform(-2, 2, 2).tolist(), "etas": ETAS}
        for k, angle in zip(rng.uniform(1, 60, 12).tolist(), rng.uniform(0, 90, 12).tolist(), strict=True)
    ]
    call = """(module, cases) => cases.map((state) => Object.keys(module.RULES).map((rule) => {
        const { path, needed } = module.raced(rule, state);
        return [rule, path[Math.min(20, path.length - 1)], needed, module.valleyOf(state).value(state.start)];
    }))"""
    for state, rules in zip(cases, javascript("optimiser_race/model.js", call, cases), strict=True):
        valley = Valley(state["k"], state["angle"])
        assert [name for name, *_ in rules] == list(RULES)
        for rule, place, needed, height in rules:
            walked = run(*RULES[rule], valley, state["start"], ETAS[rule])
            if rule != "RMSProp":  # it trembles about the bottom, and when it touches is a matter of round-off
                assert needed == walked.needed
            at = walked.states[min(20, len(walked.states) - 1)][0]
            np.testing.assert_allclose(np.array(place, dtype=float), at, rtol=1e-7, atol=1e-12)
            assert height == pytest.approx(float(valley.value(state["start"])), rel=1e-12)


def test_only_the_rules_that_rescale_coordinates_feel_the_angle() -> None:
    for rule, (move, remembered) in RULES.items():
        u, w = START.tolist()
        turned = [(u - w) / np.sqrt(2), (u + w) / np.sqrt(2)]
        along = run(move, remembered, Valley(20.0, 0.0), [u, w], ETAS[rule]).needed
        askew = run(move, remembered, Valley(20.0, 45.0), turned, ETAS[rule]).needed
        assert (along == askew) == (rule in ("plain", "momentum", "Nesterov")), rule


def test_right_steps_are_said_to_be_right() -> None:
    found = answer("Adam", adam, steps=30)
    assert found["wrong"] is None
    assert found["said"] == f"Your Adam: all {found['needed']} steps are the rule's."
    assert len(found["path"]) == 31


def test_the_first_wrong_step_is_named_with_both_places() -> None:
    found = answer("Adam", uncorrected)
    assert found["wrong"] == 1
    assert found["said"].startswith("Your step 1 is not that of Adam: from (1.50, 1) yours leads to (1.18, 0.68)")
    assert np.abs(np.array(found["path"][1]) - START).max() / ETAS["Adam"] == pytest.approx(3.16, abs=0.01)


def test_a_step_that_remembers_the_wrong_thing_is_said_to() -> None:
    def forgetful(theta: Any, v: Any, grad: Any, eta: float, mu: float) -> Any:
        return theta + mu * v - eta * grad, v

    found = answer("momentum", forgetful)
    assert found["wrong"] == 1
    assert "leads to the right place, but remembers (0, 0)" in found["said"]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda *_: None, "Not right yet: the step of momentum returned nothing; does it end with return?"),
        (lambda theta, *_: theta, "Not right yet: the step of momentum returned not 2 arrays."),
        (lambda theta, v, *_: (theta, "v"), "Not right yet: the step of momentum returned something else than numbers"),
        (lambda theta, v, *_: (theta[:1], v), "Not right yet: the step of momentum returned other than two finite"),
        (lambda theta, v, *_: (theta * np.nan, v), "Not right yet: the step of momentum returned other than two"),
        (lambda theta, v, *_: 1 / 0, "Stopped by an error: ZeroDivisionError: division by zero"),
    ],
)
def test_a_step_that_fails_is_said_to_and_no_path_of_it_is_drawn(step: Step, words: str) -> None:
    widget = OptimiserRace({"momentum": step})
    assert widget.result["runs"]["momentum"]["said"].startswith(words)
    assert widget.result["runs"]["momentum"]["path"] == []
    assert "momentum 1" in widget.picture().alt  # the rule's own path stands in


def test_a_step_that_changes_its_argument_changes_no_place_behind_it() -> None:
    def in_place(theta: Any, v: Any, grad: Any, eta: float, mu: float) -> Any:
        v *= mu
        v -= eta * grad
        theta += v
        return theta, v

    assert answer("momentum", in_place)["wrong"] is None


def test_the_picture_tells_how_long_each_rule_needs() -> None:
    alt = OptimiserRace({"Adam": adam, "momentum": momentum}, angle=45).picture().alt
    assert "20 times as steep across as along, turned by 45 degrees" in alt
    assert "RMSProp not in 1000" in alt
    assert alt.count("steps are the rule's.") == 2


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no rule 'adam'; there are plain, momentum"):
        OptimiserRace({"adam": adam})
