"""Tests the tests: full marks for the solution and its right variants, none for the untouched notebook.

No mistake slips through, and each is told from the others.

Runs in the worker. The answers here are the course's own (the solution and its edits), so no sandbox is
needed; grading itself is tested with one.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from autograder import seeds
from autograder.course import same_values, variants
from autograder.course.misconceptions import EditedSolution
from autograder.course.variants import Variant, WrongAnswer
from autograder.grading import constants, mutation, trusted
from autograder.grading.judge import Judge
from autograder.grading.reference import Reference, is_deliberate
from autograder.grading.tested import Test
from autograder.outcome import Way
from chainrule.checks.check import judged_by
from chainrule.checks.recognise import in_words

CALL_SECONDS = 5.0
VARIANT_SECONDS = 60.0
"""For running a right variant; plenty, so that a busy machine refuses none."""
AGAIN = 2
"""How many more times a misconception is tried that has got through with one draw of the inputs."""
VARIANT_SEEDS = 3
"""How many times a right variant is graded, each with other inputs."""


@dataclass
class Report:
    """What `autograder verify` found in one notebook."""

    notebook: str
    questions: int = 0
    points: float = 0.0
    misconceptions: int = 0
    caught: int = 0
    recognised: int = 0
    variants: int = 0
    accepted: int = 0
    wrong: int = 0
    named: int = 0
    slips: int = 0
    found_out: int = 0
    """Of the small slips in the solution, but for those of which the course says that they are none."""
    survivors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What an author may want to know, though nothing is wrong."""
    ways: dict[str, Way] = field(default_factory=dict)
    """How each test is run, by grade_id."""

    def to_json(self) -> dict[str, Any]:
        """As a JSON tree."""
        return asdict(self)


def verify(reference: Reference, seeds: int) -> Report:
    """Check every test cell of a notebook against its solution, right variants of it, and its misconceptions.

    Raises VariantError.
    """
    written = variants.load(reference.path.parent, reference.source.cells)
    refused = variants.load_wrong(reference.path.parent, reference.source.cells)
    same = same_values.load(reference.path.parent, reference.source.cells)
    points = sum(t.points for t in reference.tests)
    report = Report(reference.path.stem, len(reference.tests), points, ways=reference.ways)
    for test in reference.tests:
        if reference.ways[test.grade_id].kind == "inside" and test.cell in reference.problems:
            continue  # only IPython can run it
        judge, error = run_test(reference, test, reference.untouched_at(test), secrets.token_bytes(8))
        if error is None and judge.all_right:
            report.problems.append(f"{test.grade_id}: the untouched notebook passes")
        _solution_earns_full_marks(reference, test, seeds, report)
        report.warnings += constants.warnings(reference, test)
        answers = {cell.name for cell in test.answers}
        for variant in written:
            if variant.answer in answers:
                report.variants += 1
                said = _refused(reference, test, variant)
                report.accepted += said is None
                report.problems += [f"{test.grade_id}: the right variant {variant.name!r} {said}"] if said else []
        for wrong in refused:
            if wrong.answer in answers:
                report.wrong += 1
                said = _misnamed(reference, test, wrong)
                report.named += said is None
                report.problems += (
                    [f"{test.grade_id}: the wrong answer that gets {wrong.gets!r} {said}"] if said else []
                )
        _slips_are_found_out(reference, test, same, report)
        for edited in reference.misconceptions_of(test):
            report.misconceptions += 1
            _mistake_is_found_out(reference, test, edited, report)
    return report


def _solution_earns_full_marks(reference: Reference, test: Test, seeds: int, report: Report) -> None:
    for _ in range(seeds):
        judge, error = run_test(reference, test, reference.solution_at(test), secrets.token_bytes(8))
        if error is not None or not judge.all_right:
            said = f"{type(error).__name__}: {error}" if error else judge.verdict().text
            report.problems.append(f"{test.grade_id}: the solution does not pass: {said}")
            return
        for call in judge.calls:
            raised = call.question.put_to(reference.solution_at(test)).raised if call.known.raises else None
            if raised is not None and not is_deliberate(raised):
                said = f"{call.question.call_text()} fails with {type(raised).__name__}: {raised}"
                report.problems.append(f"{test.grade_id}: the solution does not pass: {said}")
                return


def _slips_are_found_out(reference: Reference, test: Test, same: same_values.Same, report: Report) -> None:
    if reference.ways[test.grade_id].kind != "apart" or not test.points:
        return
    score = mutation.score(reference, test, same)
    report.slips += score.slips - score.same
    report.found_out += score.found_out
    report.warnings += [f"{test.grade_id}: {name} takes too long for its slips to be tried" for name in score.untried]
    report.survivors += [f"{test.grade_id}: {change}" for change in score.survivors]


def _refused(reference: Reference, test: Test, variant: Variant) -> str | None:
    """Why a right variant does not earn full marks, in words; None where it does."""
    try:
        names = reference.answered_at(test, variant.source, f"{variant.answer} {variant.name}", VARIANT_SECONDS)
    except Exception as error:
        return f"does not run: {type(error).__name__}: {error}"
    for _ in range(VARIANT_SEEDS):
        judge, stopped = run_test(reference, test, names, secrets.token_bytes(8))
        if stopped is not None:
            return f"is refused: {type(stopped).__name__}: {stopped}"
        if not judge.all_right:
            return f"is refused: {judge.verdict().text}"
    return None


def _misnamed(reference: Reference, test: Test, wrong: WrongAnswer) -> str | None:
    """Why a wrong answer isn't taken for what it is, in words; None where it is."""
    try:
        names = reference.answered_at(test, wrong.source, f"{wrong.answer} taken for {wrong.gets}", VARIANT_SECONDS)
    except Exception as error:
        return f"does not run: {type(error).__name__}: {error}"
    judge, _ = run_test(reference, test, names, secrets.token_bytes(8))
    visible = [call for call in judge.calls if not call.hidden]
    if all(call.right for call in visible):
        return "passes every visible check"
    words = in_words(edited.cause for edited in judge.recognised_in_the_notebook())
    name = words.name if words else ""
    return None if name == wrong.gets else f"gets {name!r} in the notebook"


def _mistake_is_found_out(reference: Reference, test: Test, edited: EditedSolution, report: Report) -> None:
    """Count a misconception as caught and recognised. What only bad luck with the inputs lets through is a warning."""
    names = reference.edited_at(test, edited)
    if names is None:
        report.problems.append(f"{test.grade_id}: {edited.name!r} does not run: its edited cell raises an error")
        return
    found = _try(reference, test, edited, names)
    if found.problems:
        again = [_try(reference, test, edited, names) for _ in range(AGAIN)]
        by_luck = not any(other.problems for other in again)
        said = [f"{test.grade_id}: {edited.name!r} {problem}" for problem in found.problems]
        if by_luck:
            report.warnings += [f"{line} (with one of {1 + AGAIN} draws of the inputs)" for line in said]
            found = again[0]
        else:
            report.problems += said
    report.caught += found.caught
    report.recognised += found.recognised


class _Tried(NamedTuple):
    """What came of a misconception with one draw of the hidden inputs."""

    caught: bool
    recognised: bool
    problems: list[str]
    """The ways in which it gets through, in words."""


def _try(reference: Reference, test: Test, edited: EditedSolution, names: dict[str, Any]) -> _Tried:
    judge, error = run_test(reference, test, names, secrets.token_bytes(8))
    visible = [call for call in judge.calls if not call.hidden]
    hidden = [call for call in judge.calls if call.hidden]
    problems = []
    seen = any(not call.right for call in visible) or (error is not None and not hidden)
    if not seen:
        problems.append("passes every visible check: a student would see only green and then lose points")
    unseen = bool(hidden) and all(call.right for call in hidden) and error is None
    if unseen:
        problems.append("passes every hidden test")
    found = [each.name for each in judge.recognised()]
    recognised = found == [edited.twin_of or edited.name]
    if found and not recognised:
        problems.append(f"is taken for {' or '.join(map(repr, found))}")
    elif not recognised:
        problems.append(
            "is not recognised: what it gives explains nothing (zeros, inf, nan, an error that anything may lead to)"
        )
    return _Tried(seen and not unseen, recognised, problems)


def run_test(
    reference: Reference, test: Test, names: dict[str, Any], seed: bytes
) -> tuple[Judge, BaseException | None]:
    """Run a test cell on a namespace of answers: the judge that saw it, and the exception that ended it."""
    judge = Judge(reference, test, CALL_SECONDS)
    seeds.sow(seeds.number(seed, test.grade_id))
    with judged_by(judge), trusted.quietly():
        try:
            test.code.run(dict(names))
        except trusted.STOPS as error:
            return judge, error
    return judge, None
