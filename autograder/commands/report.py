"""What the command line prints: tables of scores and of what verify found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.commands.check_course import Checked
from autograder.course.folders import Course
from autograder.files import visible
from autograder.gradebook.database import Total
from autograder.outcome import Outcome, TestOutcome, Way

if TYPE_CHECKING:  # each loads what only its own command needs, and every run of `grade` loads this module
    from autograder.commands.collect import Collected
    from autograder.insight.similar import Pair
    from autograder.insight.unnamed import Group

SHOWN = 3
"""Misconceptions named in a row of the table; the feedback pages name all."""
MEANINGS = {
    "inside": "run inside the student's process, as nbgrader runs all tests: apart from it no solution passes. "
    "There a submission could read the test and forge its result, of this test and of no other.",
    "by hand": "left to be graded by hand: the solution doesn't pass.",
}
GROUPS = 20
"""Groups of wrong answers that are printed; the file has all."""
ROWS = 50
"""Students that have a row in the table, and strays that are named."""


class Scores:
    """The table of one assignment: collects what is said of each student, as it comes."""

    def __init__(self, assignment: str) -> None:
        self._assignment = assignment
        self._remarks: dict[str, list[str]] = {}
        self._misconceptions: Counter[str] = Counter()
        self._count, self._unchanged = 0, 0

    def add(self, student: str, notebook: str, outcome: Outcome, *, unchanged: bool = False) -> None:
        """Take in one notebook."""
        self._count += 1
        self._unchanged += unchanged
        self._misconceptions.update(_mistake(test) for test in outcome.tests if test.misconception)
        self._remarks.setdefault(student, []).extend(_remarks(notebook, outcome))

    def show(self, console: Console, totals: Sequence[Total]) -> None:
        """Print a row for each student; of a large class those who wait or struggle most, and a summary."""
        table = Table(title=_plain(self._assignment), title_justify="left", title_style="bold")
        table.add_column("Student")
        table.add_column("Score", justify="right", no_wrap=True)
        table.add_column("Misconceptions, and what could not be graded")
        graded = [total for total in totals if total.student in self._remarks]
        if len(graded) > ROWS:
            graded = sorted(graded, key=lambda total: (not total.manual, total.score))[:ROWS]
        for total in graded:
            remarks = [_plain(remark) for remark in self._remarks[total.student]]
            table.add_row(_plain(total.student), _score(total), Text("\n").join(remarks))
        console.print(table)
        if any(total.manual for total in graded):
            console.print("? waits to be graded by hand, in formgrader")
        if len(totals) > len(graded):
            self._summarise(console, totals, len(graded))
        if self._unchanged:
            console.print(f"{self._unchanged} of {self._count} had been graded before and have not changed")

    def _summarise(self, console: Console, totals: Sequence[Total], shown: int) -> None:
        if shown == ROWS < len(self._remarks):
            console.print(f"Shown are {ROWS} of {len(self._remarks)}: first who waits, then who has the fewest points")
        scores = [total.score for total in totals]
        waiting = sum(total.manual for total in totals)
        console.print(
            f"{len(totals)} students are in the gradebook: mean {mean(scores):.3g}, median {median(scores):.3g} of "
            f"{totals[0].max_score:g} points; {waiting} wait to be graded by hand"
        )
        for name, count in self._misconceptions.most_common(SHOWN):
            console.print(f"{count} × {name}", markup=False)


def _plain(text: str) -> Text:
    """Text that may hold a student's words: nothing in it is markup, nothing moves the terminal."""
    return Text(visible(text))


def _score(total: Total) -> str:
    late = f" (−{total.penalty:g} late)" if total.penalty else ""
    return f"{total.score:g} of {total.max_score:g}{late}" + (" ?" if total.manual else "")


def _mistake(test: TestOutcome) -> str:
    """A misconception with the question that it is about."""
    return f"{', '.join(test.answers) or test.grade_id}: {test.misconception.name if test.misconception else ''}"


def _remarks(notebook: str, outcome: Outcome) -> list[str]:
    tests = outcome.tests
    named = [_mistake(test) for test in tests if test.misconception]
    shown = named[:SHOWN] + ([f"and {len(named) - SHOWN} more"] if len(named) > SHOWN else [])
    words = Counter(test.word.lower() for test in tests if test.status in ("hung", "missing", "raised"))
    failed = [f"{notebook} not graded: {outcome.failed}"] if outcome.failed else []
    counts = [f"{count} × {word}" for word, count in words.items()]
    return [*shown, *failed, *counts, *outcome.notes]


def strays(console: Console, course: Course) -> None:
    """Name what was handed in and belongs to no assignment, so that nobody has looked at it."""
    root = course.root
    found = [str(path.relative_to(root) if path.is_relative_to(root) else path) for path in course.strays()]
    if found:
        console.print("Not graded, for it lies in no assignment's folder:")
        for path in found[:ROWS]:
            console.print(Text(f"  {visible(path)}"), soft_wrap=True)
        if len(found) > ROWS:
            console.print(f"  and {len(found) - ROWS} more")


def ways(console: Console, notebook: str, found: Mapping[str, Way]) -> None:
    """Say which tests of a notebook can't be run apart from the student's code, why, and what that means."""
    for kind, meaning in MEANINGS.items():
        tests = [(name, way.why) for name, way in found.items() if way.kind == kind]
        if tests:
            number = "1 test is" if len(tests) == 1 else f"{len(tests)} tests are"
            console.print(f"{notebook}: {number} {meaning}", markup=False, soft_wrap=True)
            for name, why in tests:
                console.print(f"  {name}: {why}", markup=False, highlight=False, soft_wrap=True)
    for name, way in found.items():
        if way.slow:
            said = f"a call of the solution takes {way.slow:.1f} s, more than an answer has; set c.Limits.call_seconds"
            console.print(f"{notebook}: {name}: {said}", markup=False, highlight=False, soft_wrap=True)


def checked(console: Console, notebooks: Iterable[Checked], options: Iterable[str]) -> None:
    """Print how the tests of each notebook of a course can be graded, a row for each; then why some not apart."""
    table = Table(title="How each test can be run", title_justify="left", title_style="bold")
    for column in ("Notebook", "Tests", "Apart", "Inside", "By hand", "Written"):
        table.add_column(column, justify="left" if column == "Notebook" else "right")
    notebooks = list(notebooks)
    for one in notebooks:
        counts = [sum(way.kind == kind for way in one.ways.values()) for kind in ("apart", "inside", "by hand")]
        table.add_row(Text(one.name), *map(str, (len(one.ways), *counts, one.written)))
    console.print(table)
    for one in notebooks:
        if one.refused:
            console.print(Text(f"{one.name} cannot be graded: {one.refused}"), soft_wrap=True)
        ways(console, one.name, one.ways)
    for line in options:
        console.print(Text(line), soft_wrap=True)


def feedback(console: Console, folder: Path) -> None:
    """Say where the pages are."""
    console.print(f"Feedback pages: {folder}/<student>/<assignment>/<notebook>.html", soft_wrap=True, markup=False)


def verified(console: Console, reports: Iterable[Mapping[str, Any]]) -> None:
    """Print what verify found, a row for each notebook, then each problem."""
    title = "Misconceptions caught and recognised, right variants accepted, wrong answers named, slips found out"
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in ("Notebook", "Questions", "Points", "Caught", "Recognised", "Accepted", "Named", "Slips"):
        table.add_column(column, justify="left" if column == "Notebook" else "right")
    reports = list(reports)
    for r in reports:
        known = [f"{r[key]} of {r['misconceptions']}" for key in ("caught", "recognised")]
        written = [f"{r['accepted']} of {r['variants']}", f"{r['named']} of {r['wrong']}"]
        score = f"{r['found_out'] / r['slips']:.1%} of {r['slips']}" if r["slips"] else ""
        table.add_row(r["notebook"], str(r["questions"]), f"{r['points']:g}", *known, *written, score)
    console.print(table)
    for r in reports:
        ways(console, r["notebook"], {name: Way(**way) for name, way in r["ways"].items()})
        for warning in r["warnings"]:
            console.print(f"{r['notebook']}: {warning}", style="yellow", markup=False)
        for survivor in r["survivors"]:
            console.print(f"{r['notebook']}: no hidden check finds out {survivor}", style="yellow", markup=False)
        for problem in r["problems"]:
            console.print(f"{r['notebook']}: {problem}", style="red", markup=False)


def groups(console: Console, found: Sequence[Group]) -> None:
    """Print the largest groups of wrong answers without a name, each with its shortest answer."""
    students = sum(len(group.students) for group in found)
    console.print(f"{students} wrong answers have no name; they are {len(found)} groups by what they do")
    for group in found[:GROUPS]:
        count = len(group.students)
        said = f"\n{count} × {group.question.title} ({group.question.notebook}): {group.said.splitlines()[0]}"
        console.print(Text(visible_lines(said)), soft_wrap=True, style="bold")
        console.print(Text(visible_lines(group.shortest)), soft_wrap=True)
        if not group.is_plain:
            console.print("(No entry is written: it reaches beyond its own values.)", style="yellow")
    if len(found) > GROUPS:
        console.print(f"\nand {len(found) - GROUPS} smaller groups")


def alike(console: Console, pairs: Sequence[Pair]) -> None:
    """Print the pairs of submissions that are most alike."""
    table = Table(title="Alike beyond chance: a hint, no proof", title_justify="left", title_style="bold")
    for column in ("One", "The other", "Bits"):
        table.add_column(column, justify="right" if column == "Bits" else "left")
    for pair in pairs[:ROWS]:
        table.add_row(_plain(pair.first), _plain(pair.second), f"{pair.bits:.0f}")
    console.print(table if pairs else "No two submissions share more than chance explains")
    if len(pairs) > ROWS:
        console.print(f"and {len(pairs) - ROWS} more, in the page")


def visible_lines(text: str) -> str:
    """A text of several lines for a terminal, without what would control it."""
    return "\n".join(visible(line) for line in text.expandtabs(4).split("\n"))


def collected(console: Console, path: Path, found: Collected) -> None:
    """Print what became of the files of one archive."""
    assignments = Counter(assignment for _, assignment in found.taken)
    console.print(Text(f"{visible(str(path))} ({found.platform}):"), soft_wrap=True)
    for assignment, count in assignments.items():
        console.print(f"  {count} submissions of {assignment}", markup=False, highlight=False)
    if found.unchanged:
        console.print(f"  {found.unchanged} of them were there already, the same", highlight=False)
    for note in found.notes:
        console.print(Text(f"  {visible(note)}"), soft_wrap=True)
    for why in found.unmatched:
        console.print(Text(f"  not matched: {visible(why)}"), style="red", soft_wrap=True)
