"""What a case may not come to: the same whoever grades it, and with which layers."""

from __future__ import annotations

import math

import nbformat

from tests.hostile.arena import Fight, Fought, World, student_of
from tests.hostile.corpus import FULL, Case
from tests.hostile.pages import active_markup

MAX_PAGE = 1_000_000
MAX_NOTEBOOK = 20_000_000
"""Of the autograded notebook, in bytes, beyond twice what was handed in."""
KINDS = {"text/plain", "image/png"}
"""Of what cells show in an autograded notebook."""


def undue(found: Fought, case: Case) -> dict[str, float | None]:
    """The scores that are not as they may be, by test cell."""
    if case.exactly and not found.earned:
        return dict.fromkeys(FULL)
    got, may = found.earned, case.may_earn
    return {t: s for t, s in got.items() if (s != may[t] if case.exactly else (s or 0) > may[t])}


def out_of_range(found: Fought) -> dict[str, float | None]:
    """The scores that are no numbers between nothing and a test's points."""
    return {t: s for t, s in found.earned.items() if not (s is None or (math.isfinite(s) and 0 <= s <= FULL[t]))}


def wrong_with_the_page(found: Fought) -> list[str]:
    """Is a feedback page too large, or could it do something?"""
    return [f"{found.page_size} bytes"] * (found.page_size > MAX_PAGE) + active_markup(found.page)


def wrong_with_the_notebook(there: World, found: Fought) -> list[str]:
    """Is an autograded notebook too large, or none, or does it show more than texts and pictures?"""
    handed_in = there.submitted(found.student) / "squares.ipynb"
    size = handed_in.stat().st_size if handed_in.is_file() and not handed_in.is_symlink() else 0
    wrong = [f"{found.shown_size} bytes"] * (found.shown_size > MAX_NOTEBOOK + 2 * size)
    wrong += sorted({kind for output in found.outputs for kind in output.get("data", {})} - KINDS)
    try:
        nbformat.validate(found.shown)
    except nbformat.ValidationError as error:
        wrong.append(str(error)[:500])
    return wrong


def wrong(there: World, found: Fought, case: Case) -> list[str]:
    """All that is wrong with what came of a case, in words."""
    if found.crashed:
        return [found.crashed]
    said = [f"scores {undue(found, case)}"] if undue(found, case) else []
    said += [f"scores out of range {out_of_range(found)}"] if out_of_range(found) else []
    said += [f"is told {secret}" for secret in found.leaks(there, case)]
    said += [f"page: {what}" for what in wrong_with_the_page(found)]
    return said + [f"notebook: {what}" for what in wrong_with_the_notebook(there, found)]


def wrong_in_all(there: World, fight: Fight, cases: list[Case]) -> dict[str, list[str]]:
    """What is wrong in a whole run: by case; with honest students; and what was done outside."""
    found = {f"{c.kind}/{c.name}": wrong(there, fight.fought[student_of(n, c)], c) for n, c in enumerate(cases)}
    honest = [one for name, one in fight.fought.items() if name.endswith("-honest")]
    hurt = [f"{one.student}: {one.earned} {one.crashed}" for one in honest if one.earned != FULL]
    pages = {one.page.replace(one.student, "") for one in honest}
    found |= {
        "(the run)": [fight.crashed] if fight.crashed else [],
        "(the honest)": hurt + [f"are told {len(pages)} things"] * (len(pages) > 1),
        "(outside)": fight.harm,
    }
    return {what: said for what, said in found.items() if said}
