"""What the holder of a worker and the worker say to each other: JSON, a line each, between trusted processes.

First the holder says what the notebook is (`About`), and the worker what came of preparing it (`Ready`); then each
`Job` has a `Reply`.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Any, Literal, NotRequired, TypedDict

from autograder.outcome import TriedTree


class About(TypedDict):
    """A source notebook, and how it is graded."""

    source: str
    """Its file."""
    stubs: list[str]
    """The sources of its cells as students get them."""
    limits: dict[str, Any]
    """Of `Limits`."""
    unsafe: bool
    """Is it graded though its sandbox is open?"""
    book: Any
    """The notebook where it is not, or not only, what stands in the file; else None."""
    tried: TriedTree | None
    """Where that is known."""


class Ready(TypedDict, total=False):
    """What came of preparing: `tried`, or one of the others."""

    tried: TriedTree
    error: str
    unsafe: str
    """What the sandbox leaves open."""


class Job(TypedDict):
    """What to do with the notebook: `grade` goes with a task, `verify` with a number of seeds."""

    do: Literal["grade", "record", "verify"]
    task: NotRequired[dict[str, Any]]
    """Of `Task`."""
    seeds: NotRequired[int]


class Reply(TypedDict, total=False):
    """What came of a job: `done`, or why it could not be done."""

    done: Any
    error: str


def next_job(jobs: socket.socket) -> tuple[str, socket.socket | None]:
    """The kind of the next job and the connection for it; None when there are no more."""
    kind, descriptors, _, _ = socket.recv_fds(jobs, 1 << 10, 1)
    return kind.decode(), socket.socket(fileno=descriptors[0]) if descriptors else None


def read(connection: socket.socket) -> dict[str, Any]:
    """The message that comes over a connection."""
    with connection.makefile("rb") as stream:
        return dict(json.loads(stream.readline()))


def say(connection: socket.socket, message: Ready | Reply) -> None:
    """Answer, if somebody still waits for it."""
    with suppress(OSError):
        connection.sendall(json.dumps(message).encode() + b"\n")
