"""Gradescope's export of submissions, and what its autograder harness gives and takes.

The export is a folder for each submission beside submission_metadata.yml, which says who sent it (a group has several)
and when. The harness: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

import yaml

from autograder.outcome import Outcome, TestOutcome
from autograder.platforms.archive import ArchiveError, Entry
from autograder.platforms.handed_in import Download, HandedIn, Sender

METADATA = "submission_metadata.yml"
MAX_METADATA = 50 << 20


def read(entries: Iterable[Entry]) -> Download | None:
    """Whose each file is; None where there is no metadata. Raises ArchiveError where they can't be read."""
    entries = list(entries)
    metadata = next((entry for entry in entries if entry.name.name == METADATA), None)
    if metadata is None:
        return None
    try:
        tree = yaml.load(metadata.read(MAX_METADATA).decode("utf-8-sig"), _Loader)
        found = {str(folder): _handed_in(about) for folder, about in tree.items()}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, LookupError, TypeError) as error:
        raise ArchiveError(f"{metadata.name} is not what Gradescope writes: {error}") from None
    above, strays = metadata.name.parent, []
    for entry in entries:
        if entry is metadata:
            continue
        inside = entry.name.relative_to(above).parts if entry.name.is_relative_to(above) else ("",)
        if len(inside) > 1 and inside[0] in found:
            found[inside[0]].files[PurePosixPath(*inside[1:])] = entry
        else:
            strays.append(entry)
    return Download("gradescope", [one for one in found.values() if one.files], strays)


def _handed_in(about: dict[str, Any]) -> HandedIn:
    senders = (
        Sender(
            name=str(each.get(":name") or ""), number=str(each.get(":sid") or ""), email=str(each.get(":email") or "")
        )
        for each in about[":submitters"]
    )
    when = about.get(":created_at")
    when = when.get("utc") if isinstance(when, dict) else when
    return HandedIn(tuple(senders), when=when if isinstance(when, datetime.datetime) else None)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads what Ruby has written: its objects are taken for what they consist of."""


def _plain(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!ruby/", _plain)


def results(outcomes: Iterable[tuple[str, Outcome]], missing: Iterable[str]) -> dict[str, Any]:
    """What the harness wants in results.json, of an assignment's notebooks by name and outcome.

    What the visible checks say is shown at once; the points, which hidden tests decide too, after grades are published.
    `missing` are the layers of isolation that this container lacks, for the instructor.
    """
    outcomes = list(outcomes)
    tests = [part for name, outcome in outcomes for test in outcome.tests for part in _parts(name, test)]
    refused = [f"{name}: {outcome.failed}" for name, outcome in outcomes if outcome.failed]
    notes = [note for _, outcome in outcomes for note in outcome.notes]
    return {
        "output": "\n".join([*refused, *notes]),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {"missing_layers": list(missing), "refused": refused},
        **({} if tests else {"score": 0.0}),
    }


def _parts(notebook: str, test: TestOutcome) -> list[dict[str, Any]]:
    title = ", ".join(test.answers) or test.grade_id
    right = test.status == "right" or test.failed_hidden
    hint = f"\nHint: {test.misconception.hint}" if test.misconception and not test.failed_hidden else ""
    visible = {
        "name": f"{title}: the visible checks",
        "status": "passed" if right else "failed",
        "output": "" if right else test.says + hint,
        "output_format": "text",
        "visibility": "visible",
        "tags": [notebook],
    }
    points = {
        "name": title,
        "score": test.score,
        "max_score": test.points,
        "status": "passed" if test.score == test.points else "failed",
        "output": test.says if test.failed_hidden else "",
        "output_format": "text",
        "visibility": "after_published",
        "tags": [notebook],
    }
    return [visible, points]
