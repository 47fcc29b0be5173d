"""A course on a machine with things worth attacking, and a run that grades each case between two honest students."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import secrets
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.commands import batch
from autograder.commands.run import Graded
from autograder.course.folders import Course
from autograder.course.notebook import grade_id
from autograder.course.submissions import Submission
from autograder.engine.client import Engine
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME
from tests.hostile.corpus import FULL, HIDDEN, LIMITS, MISCONCEPTIONS, SOLUTION, SOURCE, Case, harmless

TOOLS = (Path(__file__).parent / "tools.py").read_text("utf-8")
BREACH = "BREACH"
"""What an attack prints that worked; the tools spell it in two parts, so that it stands in outputs only."""
Kept = dict[str, tuple[str, bytes]]


@dataclass(repr=False)
class World:
    """What a submission may aim at."""

    folder: Path
    victim: subprocess.Popen[bytes]
    """A process of the grader's user that has nothing to do with grading."""
    listeners: dict[str, tuple[socket.socket, Any]] = field(default_factory=dict)
    """By name: sockets that nobody may reach, and their addresses."""
    words: str = field(default_factory=lambda: f"planted-{secrets.token_hex(8)}")
    """What stands in the planted files."""
    marker: str = field(default_factory=lambda: f"marked-{secrets.token_hex(8)}")
    """What stands in the command line of programs that attacks start."""

    @property
    def root(self) -> Path:
        """The course."""
        return self.folder / "course"

    @property
    def secret(self) -> Path:
        """A file that everybody on this machine may read."""
        return self.folder / "planted" / "secret.txt"

    @property
    def letterbox(self) -> Path:
        """A folder that everybody on this machine may write to."""
        return self.folder / "planted" / "letterbox"

    def facts(self) -> dict[str, Any]:
        """What attackers are told: everything but the contents of files."""
        paths = {"root": self.root, "secret": self.secret, "letterbox": self.letterbox, "gradebook": self.gradebook}
        addresses = {name: address for name, (_, address) in self.listeners.items()}
        known = {"victim": self.victim.pid, "grader": os.getpid(), "marker": self.marker, "python": sys.executable}
        more = {"source": str(maker.source_path(self.root)), "neighbour": str(self.submitted("0000-honest"))}
        return {name: str(path) for name, path in paths.items()} | addresses | known | more

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    def submitted(self, student: str) -> Path:
        return self.root / "submitted" / student / ASSIGNMENT

    def kept(self) -> Kept:
        """What no submission may change: rights, owner, size, age and contents of files (but for the gradebook's)."""
        folders = [self.root / "solutions", self.root / "submitted", self.folder / "planted"]
        return {path: _state(path) for folder in folders for path in _below(str(folder))}

    def heard(self) -> dict[str, bytes]:
        """What came in on the listening sockets."""
        found = {}
        for name, (listener, _) in self.listeners.items():
            with suppress(BlockingIOError):
                if listener.type == socket.SOCK_STREAM:
                    connection, _ = listener.accept()
                    with closing(connection):
                        connection.settimeout(0.2)
                        found[name] = b"connected"
                        with suppress(OSError):
                            found[name] += b": " + connection.recv(100)
                else:
                    found[name] = listener.recv(100)
        return found

    def left_over(self) -> list[str]:
        """Processes that attacks have started, or that are still there of an engine that was closed."""
        marks = (self.marker, f"chainrule-{os.getpid()}-")
        for _ in range(20):
            found = [line for line in _command_lines() if any(mark in line for mark in marks)]
            if not found:
                return []
            time.sleep(0.1)
        return found


def _below(folder: str) -> Iterator[str]:
    """Everything below a folder, however deep it is; links are not followed."""
    folders = [folder]
    while folders:
        for entry in os.scandir(folders.pop()):
            yield entry.path
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)


def _state(path: str) -> tuple[str, bytes]:
    about = os.lstat(path)
    contents = b""
    if stat.S_ISREG(about.st_mode) and about.st_size < 100 << 20:
        with suppress(PermissionError), open(path, "rb") as file:
            contents = hashlib.sha256(file.read()).digest()
    return f"{about.st_mode:o} {about.st_uid} {about.st_size} {about.st_mtime_ns}", contents


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")


@contextmanager
def world() -> Iterator[World]:
    """A course that everybody may read, planted files, listeners on every kind of socket, a process to kill."""
    with ExitStack() as stack:
        # the path of a socket has room for a hundred characters
        folder = Path(tempfile.mkdtemp(prefix="hostile-", dir=_short_folder()))
        # shutil.rmtree doesn't go as deep as some folders that are handed in
        stack.callback(subprocess.run, ["rm", "-rf", str(folder)], check=True)
        folder.chmod(0o755)
        # `sleep` adds up what it is given; as the victim bears no mark, it isn't taken for what an attack started
        victim = subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL, start_new_session=True)
        stack.callback(_end, victim)
        there = World(folder, victim)
        maker.make_course(there.root, SOURCE, MISCONCEPTIONS)
        given = there.root / "solutions" / ASSIGNMENT
        (given / "given.txt").write_text("of the course")
        (given / "tables").mkdir()
        (given / "tables" / "one.csv").write_text("1,2\n")
        there.letterbox.mkdir(parents=True)
        there.letterbox.chmod(0o777)
        there.secret.write_text(there.words)
        for name, (kind, address) in _addresses(folder).items():
            listener = stack.enter_context(closing(socket.socket(*kind)))
            listener.bind(address)
            if listener.type == socket.SOCK_STREAM:
                listener.listen(100)
            listener.setblocking(False)
            there.listeners[name] = listener, listener.getsockname()
        for name in ("unix", "unix_datagram"):
            (folder / name).chmod(0o777)
        yield there


def _short_folder() -> str | None:
    return None if len(tempfile.gettempdir()) < 50 else "/tmp"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _addresses(folder: Path) -> dict[str, tuple[tuple[int, ...], Any]]:
    internet = {
        "tcp": ((socket.AF_INET, socket.SOCK_STREAM), ("127.0.0.1", 0)),
        "udp": ((socket.AF_INET, socket.SOCK_DGRAM), ("127.0.0.1", 0)),
    }
    if Path("/proc/net/if_inet6").exists():
        internet |= {
            "tcp6": ((socket.AF_INET6, socket.SOCK_STREAM), ("::1", 0)),
            "udp6": ((socket.AF_INET6, socket.SOCK_DGRAM), ("::1", 0)),
        }
    return internet | {
        "unix": ((socket.AF_UNIX, socket.SOCK_STREAM), str(folder / "unix")),
        "unix_datagram": ((socket.AF_UNIX, socket.SOCK_DGRAM), str(folder / "unix_datagram")),
        "abstract": ((socket.AF_UNIX, socket.SOCK_STREAM), f"\0{folder.name}"),
        "abstract_datagram": ((socket.AF_UNIX, socket.SOCK_DGRAM), f"\0{folder.name}-datagram"),
    }


@dataclass(repr=False)
class Fought:
    """What came of one submission."""

    student: str
    crashed: str | None = None
    """What stopped the whole run, where this submission did."""
    failed: str | None = None
    """Why it wasn't graded."""
    earned: dict[str, float | None] = field(default_factory=dict)
    """By test cell, as the gradebook has it."""
    comments: str = ""
    page: str = ""
    page_size: int = 0
    shown: NotebookNode | None = None
    """The autograded notebook."""
    shown_size: int = 0

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What the cells show in the autograded notebook, verdicts of test cells included."""
        return [output for cell in self.shown.cells for output in cell.get("outputs", [])] if self.shown else []

    @property
    def seen(self) -> str:
        """Everything that a student could get to see of it: page, comments, outputs, outcome, cells but for tests."""
        page = re.sub(r"<style>.*?</style>", "", self.page, flags=re.DOTALL)
        cells = [c for c in self.shown.cells if str(grade_id(c)) not in FULL] if self.shown else []
        about = str(self.shown.metadata.get("chainrule", "")) if self.shown else ""
        return "\n".join([page, self.comments, str(self.outputs), about, *(c.source for c in cells), self.failed or ""])

    def leaks(self, there: World, case: Case) -> list[str]:
        """The secrets that are seen."""
        seen = self.seen
        return [secret for secret in (*HIDDEN, *SOLUTION, there.words, BREACH, *case.never) if secret in seen]


HONEST = harmless("honest")
THE_RUN = ""
AT_ONCE = 3
"""Submissions that are graded at once: more than two, as many of them sleep."""


@dataclass(frozen=True, repr=False)
class Fight:
    """What came of one run."""

    fought: dict[str, Fought]
    """By student."""
    harm: list[str]
    """What was done to the world, in words."""
    crashed: str | None
    """What stopped the run."""


def fight(there: World, cases: Sequence[Case], off: Collection[str] = ()) -> Fight:
    """Grade the cases, each between two honest students, in one run.

    Where the run as a whole is stopped, it's tried again in halves, to find out by whom.
    """
    tools = TOOLS.replace("WORLD", repr(there.facts()))
    for number, case in enumerate(cases):
        _hand_in(there, f"{2 * number:04}-honest", HONEST, "")
        _hand_in(there, student_of(number, case), case, tools)
    _hand_in(there, f"{2 * len(cases):04}-honest", HONEST, "")
    course = Course(there.root)
    course.limits = LIMITS
    course.unsafe = bool(off)
    crashed: dict[str, str] = {}
    graded: dict[str, Graded] = {}
    before = there.kept()
    with little_room(), closing(Engine(off)) as engine:
        _grade(course, course.submissions(ASSIGNMENT), engine, graded, crashed)
    harm = _harm(there, before)
    scores, comments = maker.grades(there.root), _comments(there)
    students = [submission.student for submission in course.submissions(ASSIGNMENT)]
    fought = {name: _fought(there, name, graded, crashed, scores, comments) for name in students}
    return Fight(fought, harm, crashed.get(THE_RUN))


@contextmanager
def little_room() -> Iterator[None]:
    """Let this process, which grades, grow by no more than two gigabytes, and write no file larger than one."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {resource.RLIMIT_AS: size + (2 << 30), resource.RLIMIT_FSIZE: 1 << 30}
    before = {what: resource.getrlimit(what) for what in limits}
    for what, value in limits.items():
        hard = before[what][1]
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    try:
        yield
    finally:
        for what, both in before.items():
            resource.setrlimit(what, both)


def _harm(there: World, before: Kept) -> list[str]:
    after = there.kept()
    harm = [f"{name} came or went" for name in sorted(after.keys() ^ before.keys())]
    harm += [f"{name} was changed" for name in after.keys() & before.keys() if after[name] != before[name]]
    harm += [f"{name} heard {said!r}" for name, said in there.heard().items()]
    harm += [f"still running: {line[:200]}" for line in there.left_over()]
    return harm + (["the victim was ended"] if there.victim.poll() is not None else [])


def student_of(number: int, case: Case) -> str:
    """The student who hands in the case of this number."""
    return f"{2 * number + 1:04}-{case.name}"


def _hand_in(there: World, student: str, case: Case, tools: str) -> None:
    folder = maker.hand_in(there.root, student, case.notebook(tools))
    for name, contents in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    if case.plant:
        case.plant(folder, there)


def _grade(
    course: Course, submissions: list[Submission], engine: Engine, graded: dict[str, Graded], crashed: dict[str, str]
) -> None:
    def keep(one: Graded) -> None:
        graded[one.submission.student] = one

    try:
        batch.grade_assignment(course, ASSIGNMENT, submissions, engine, keep, at_once=AT_ONCE)
    except Exception as error:
        crashed.setdefault(THE_RUN, f"{type(error).__name__}: {error}"[:500])
        if len(submissions) == 1:
            crashed[submissions[0].student] = f"{type(error).__name__}: {error}"[:500]
            return
        half = len(submissions) // 2
        for part in (submissions[:half], submissions[half:]):
            _grade(course, part, engine, graded, crashed)


def _comments(there: World) -> dict[str, str]:
    query = """
        SELECT s.student_id, c.auto_comment FROM comment c JOIN submitted_notebook n ON c.notebook_id = n.id
        JOIN submitted_assignment s ON n.assignment_id = s.id WHERE c.auto_comment IS NOT NULL"""
    found: dict[str, str] = {}
    with closing(sqlite3.connect(there.gradebook)) as database:
        for student, text in database.execute(query):
            found[student] = f"{found.get(student, '')}{text}\n"
    return found


def _fought(
    there: World,
    student: str,
    graded: dict[str, Graded],
    crashed: dict[str, str],
    scores: dict[str, dict[str, tuple[Any, ...]]],
    comments: dict[str, str],
) -> Fought:
    if student in crashed or student not in graded:
        return Fought(student, crashed=crashed.get(student, "it was left out"))
    page = there.root / "feedback" / student / ASSIGNMENT / f"{NAME}.html"
    path = there.root / "autograded" / student / ASSIGNMENT / f"{NAME}.ipynb"
    return Fought(
        student,
        failed=graded[student].outcome.failed,
        earned={test: scores[student][test][0] for test in FULL} if student in scores else {},
        comments=comments.get(student, ""),
        page=page.read_text("utf-8"),
        page_size=page.stat().st_size,
        shown=nbformat.from_dict(_read_json(path)),
        shown_size=path.stat().st_size,
    )


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


TAGS = frozenset(
    """html head meta title style body h1 h2 p strong table tr th td a section div pre span code details summary
    math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd
    mstyle mpadded mphantom menclose""".split()  # noqa: SIM905 - a list of words reads better
)
ATTRIBUTES = frozenset(
    """lang charset name content http-equiv scope class id href open display xmlns stretchy fence form separator accent
    accentunder mathvariant movablelimits linethickness width height depth lspace rspace minsize maxsize columnalign
    rowspacing columnspacing displaystyle scriptlevel symmetric largeop""".split()  # noqa: SIM905
)


class _Markup(HTMLParser):
    """Collects what stands on a page that could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES or (name == "href" and not str(value).startswith("#")):
                self.found.append(f"<{tag} {name}={value!r}>")


def active_markup(page: str) -> list[str]:
    """What stands on a page besides text, tables, code and formulas."""
    parser = _Markup()
    parser.feed(page)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return parser.found + ([] if policy in page else ["no content security policy"])


class _Scripts(HTMLParser):
    """Collects what the attackers' scripts would be run by: they all say alert."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"<{tag} {name}={value!r}>" for name, value in attrs if _runs(name, value or "")]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and "alert(" in data:
            self.found.append(data[:100])


def _runs(name: str, value: str) -> bool:
    begins = name.startswith("on") or name == "srcdoc" or value.strip().lower().startswith("javascript:")
    return begins and "alert(" in value


def scripts(page: str) -> list[str]:
    """The attackers' scripts that a browser would run on a page that has scripts of its own."""
    parser = _Scripts()
    parser.feed(page)
    return parser.found
