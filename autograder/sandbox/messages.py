"""What a worker says to a zygote and to a student process, and what that answers: the headers of frames (`wire.py`).

A request is the worker's, and is what is written here. A reply should be, but may be anything: the worker reads it
field by field, as a `Claim`. Trees are values written by `chainrule.checks.plain`, or handles.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from chainrule.checks.plain import Json

Claim = dict[str, Any]
"""What a student process says: any keys, any values."""
Output = dict[str, Any]
"""What a cell showed, as nbformat has it."""
Names = dict[str, Any]
"""A namespace."""


class Fork(TypedDict):
    """What a zygote is told: to fork a student process, by a number of its client's, for the descriptors beside it."""

    do: Literal["fork"]
    student: int
    limits: dict[str, Any]
    """Of `Limits`."""


class End(TypedDict):
    """What a zygote is told: to end a student process."""

    do: Literal["end"]
    student: int


class Begun(TypedDict):
    """What a student process says first: whether all its layers are on."""

    ready: bool
    why: NotRequired[str]


class Loan(TypedDict):
    """A name of the grader's that is bound among the student's: a value, or what to import."""

    value: NotRequired[Json]
    imported: NotRequired[tuple[str, str]]
    """A module, and what of it, or ""."""


class StepTree(TypedDict):
    """One step of a run (`outside/steps.py`)."""

    source: str | None
    draw: bool
    place: int
    names: list[str]
    test: bool
    lent: dict[str, Loan] | None


class News(TypedDict):
    """What one side has changed of something that both hold."""

    now: Json


Attribute = tuple[int, str, News | None]
"""An attribute that the test holds: of which handle, by which name, and what it has changed of it."""


class Context(TypedDict):
    """Where a call is made, and what the test has rebound, deleted, changed or seeded since the last one."""

    place: int
    rebound: dict[str, Json]
    deleted: list[str]
    shared: dict[str, News | None]
    lent: list[Attribute]
    random: Json


class Sow(TypedDict):
    """Seed the random numbers; answered by an empty reply."""

    op: Literal["sow"]
    seed: int


class Run(TypedDict):
    """Go through steps; each is answered by itself: `Ran`, `Tested`, `Bound`, or an empty reply for what is lent."""

    op: Literal["run"]
    steps: list[StepTree]
    limit: int
    """Bytes of output that are kept of a cell."""


class Seal(TypedDict):
    """Print nothing from here on; answered by an empty reply."""

    op: Literal["seal"]


class Do(TypedDict):
    """Do something to what is behind a handle; answered by `Done`, after any number of `CallBack`s."""

    op: Literal["do"]
    what: str
    handle: int
    args: list[Json]
    kwargs: dict[str, Json]
    context: Context


Request = Sow | Run | Seal | Do


class Answered(TypedDict, total=False):
    """The worker's answer to a `CallBack`: what the function gave and changed, or the exception that it raised."""

    value: Json
    changed: dict[str, Json]
    raised: str


class Told(TypedDict, total=False):
    """What was printed and warned of since the last message: pairs of a stream, or a class, and a text."""

    printed: list[list[str]]
    warned: list[list[str]]


class Described(TypedDict):
    """An exception: its class, the nearest of Python's, its text and arguments, and the student's line."""

    name: str
    base: str
    text: str
    args: Json
    where: Json
    own: Json
    """A handle, where the class is the student's own."""


class Ran(TypedDict):
    """What came of a cell."""

    outputs: list[Output]
    stopped: str | None
    """The name of the error that stopped it."""


class Tested(TypedDict):
    """What came of a test cell that ran in the student's process."""

    passed: bool
    number: float | None


class Bound(TypedDict):
    """The answers that are bound at a place."""

    bound: dict[str, Json]


class Done(Told, total=False):
    """What came of a `Do`: a value, the argument that came back as it is, or an error; and what was changed by it."""

    value: Json
    argument: str
    error: Described
    unsupported: Literal[True]
    """The object has no such operation."""
    changed: dict[str, Json]
    lent: dict[str, Json]
    shared: dict[str, Json]


class CallBack(Told):
    """Call a function of the test's, by its number."""

    callback: int
    args: list[Json]
    kwargs: dict[str, Json]
