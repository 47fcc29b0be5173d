"""While a test runs apart, nothing that an answer has given is run as code in the trusted process.

A course may write `exec(text)`, run the examples of a docstring, unpickle bytes, hand a query to a database. In the
trusted process what an answer gives would then do as it likes. So these raise there, and as the solution is tried in
the same way, a test that does such things runs inside.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

REFUSED = frozenset(
    [
        *("pickle.find_class", "marshal.loads", "sqlite3.connect", "ctypes.dlopen", "code.__new__"),
        *("socket.connect", "socket.bind", "webbrowser.open", "os.system", "os.exec", "os.posix_spawn", "os.spawn"),
        *("os.fork", "os.forkpty", "subprocess.Popen", "pty.spawn"),
    ]
)
"""What Python's audit calls things that run, load or reach what a value names."""
CHANGES = frozenset(
    [
        *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.truncate", "os.link"),
        *("os.symlink", "os.utime", "shutil.rmtree"),
    ]
)
"""What it calls changes to files."""
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OF_ITS_OWN = (
    *("collections/__init__.py", "dataclasses.py", "_distn_infrastructure.py", "assertion/rewrite.py"),
    "chainrule/checks/again.py",
)
"""The ends of files that run code which they have made of names, or read off a module, or cells of the course again."""


class NotRunHereError(PermissionError):
    """A test would do in the trusted process what an answer says."""


class _Guard:
    """What Python's audit asks, for as long as the process lives."""

    armed = False
    known = False
    """Is the text that was compiled last one that stands in the test cell?"""

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.armed:
            return
        if event == "compile":
            self.known = _stands_in(args[0], sys._getframe(1))
        elif event == "exec":
            known, self.known = self.known, False
            if not known and not _is_of_the_course(sys._getframe(1)):
                raise NotRunHereError("what an answer may have given is not run as code here")
        elif event in REFUSED:
            raise NotRunHereError(f"{event} is not done here, for an answer may have named what")
        elif event == "open" and _writes(args) and not _may_change(args[0]):
            raise NotRunHereError("a test writes into its own folder only")
        elif event in CHANGES and not all(_may_change(path) for path in args[:2] if isinstance(path, (str, bytes))):
            raise NotRunHereError("a test changes files in its own folder only")


_guard = _Guard()


@cache
def _watch() -> None:
    sys.addaudithook(_guard)


@contextmanager
def guarded() -> Iterator[None]:
    """Run a test, or a cell of the course that uses answers. What is refused raises NotRunHereError there."""
    _watch()
    before, _guard.armed = _guard.armed, True
    try:
        yield
    finally:
        _guard.armed = before


def _stands_in(text: object, frame: FrameType) -> bool:
    """Is a text that is compiled a constant of the cell that asks for it?"""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return isinstance(text, str) and _is_cell(frame) and text in frame.f_code.co_consts


def _is_cell(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return name.startswith("<") and not name.startswith("<frozen ")


def _is_of_the_course(frame: FrameType | None) -> bool:
    """Is it a cell that is begun, a module that is imported, a class that is made?"""
    assert frame is not None
    name = frame.f_code.co_filename.replace(os.sep, "/")
    if name.endswith(("grading/trusted.py", *OF_ITS_OWN)):
        return True
    while frame is not None and not _is_cell(frame):
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _writes(args: tuple[Any, ...]) -> bool:
    _, mode, flags = args
    return bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & WRITE_FLAGS)


def _may_change(path: object) -> bool:
    if isinstance(path, int):
        return True
    there = Path(os.path.realpath(os.fsdecode(path)))  # type: ignore[arg-type]
    return any(there.is_relative_to(root) for root in (os.getcwd(), tempfile.gettempdir(), "/dev"))
