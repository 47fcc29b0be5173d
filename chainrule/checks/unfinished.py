"""In a notebook: short words in place of a traceback, where an answer isn't written or its cell hasn't run.

`check(sigmoid, 0.0)` fails before `check` is called when sigmoid doesn't exist, and an untouched answer
cell raises NotImplementedError. IPython lets us say what to do instead of showing the bare error.
"""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from IPython.core.getipython import get_ipython

from chainrule.checks import card, runs, verdict
from chainrule.checks.known_results import KnownResults
from chainrule.checks.where import called


def speak_of_what_is_unfinished() -> None:
    """From now on explain these two errors in the running IPython, if there is one."""
    runs.follow()
    shell = get_ipython()
    if shell is not None and set(shell.custom_exceptions) <= {NameError}:  # jupyter/kernel_startup.py's, or none
        shell.set_custom_exc((NameError, NotImplementedError), _explain)


def _explain(
    shell: Any, kind: type, error: Exception, traceback: TracebackType, tb_offset: int | None = None
) -> list[str]:
    found = _of_name(error, traceback) if isinstance(error, NameError) else _of_stub(traceback, shell.user_ns)
    if found is None:
        lines: list[str] = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset=tb_offset)
    elif found.status in ("missing", "raised"):
        card.show(found)
        lines = card.CheckFailed(found)._render_traceback_()
    else:
        lines = [found.text]
    shell._showtraceback(kind, error, lines)
    return lines


def _of_name(error: NameError, traceback: TracebackType) -> verdict.Verdict | None:
    """What is said when a cell itself uses an answer's name that isn't defined."""
    in_cell = traceback.tb_next is not None and traceback.tb_next.tb_next is None
    known = KnownResults.beside(Path.cwd()) if in_cell else None
    if not known or error.name not in known.asked_about():
        return None
    stopped = runs.last(error.name)
    return verdict.of_stopped(error.name, stopped) if stopped and stopped.before else verdict.of_missing(error.name)


def _of_stub(traceback: TracebackType, names: Mapping[str, Any]) -> verdict.Verdict | None:
    """What is said when the error comes from an answer cell that is as it was handed out."""
    while traceback.tb_next:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    lines = linecache.getlines(code.co_filename)
    if not any(runs.STUB in line for line in lines):
        return None
    if code.co_name == "<module>" and any(names.get(name, ...) is not ... for name in runs.set_by("".join(lines))):
        return verdict.Verdict("untouched", "your answer is there; the line that raises this can go.")
    if code.co_name == "<module>":
        return verdict.Verdict("untouched", "write your code in this cell, in place of its last line.")
    return verdict.Verdict("untouched", f"this cell needs {called(code)}, which is still to be written.")
