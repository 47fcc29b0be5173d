"""Which known results a student's answers have given: one small file beside the notebooks, and nothing more personal.

It is kept where somebody looks at it: the widget `Progress` listens to `in_notebook.outcomes`, and without it nothing
is written.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from chainrule.checks.known_results import KnownResults

FILE_NAME = ".chainrule-progress.json"


def right_keys(folder: Path) -> set[str]:
    """The keys of the known results that were given at their last check; none where the file can't be read."""
    try:
        keys = json.loads((folder / FILE_NAME).read_text("utf-8"))["right"]
        return {key for key in keys if isinstance(key, str)}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def record(folder: Path, key: str, *, right: bool) -> None:
    """Remember how a check has ended. The file is replaced as a whole, so that no reader finds half of it."""
    keys = right_keys(folder)
    if right == (key in keys):
        return
    keys = keys | {key} if right else keys - {key}
    handle, name = tempfile.mkstemp(dir=folder, prefix=FILE_NAME)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"right": sorted(keys)}, file)
    os.replace(name, folder / FILE_NAME)


def of_folder(folder: Path) -> dict[str, bool]:
    """For the answers of each test that has known results, in the notebook's order: have all its checks passed?"""
    known = KnownResults.beside(folder)
    right = right_keys(folder)
    passed: dict[str, bool] = {}
    for name, key in known.answers() if known else ():
        passed[name] = passed.get(name, True) and key in right
    return passed
