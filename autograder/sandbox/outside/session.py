"""One submission's sandbox, as the grader's worker sees it: start it, run its cells, exchange messages.

A cell that hangs or kills the process is skipped in a fresh fork, so that the rest still earns its points.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from autograder.limits import Limits, Took
from autograder.sandbox import wire
from autograder.sandbox.messages import Claim, Request, Run
from autograder.sandbox.outside import cell_runs
from autograder.sandbox.outside.cell_runs import CellRun, Mark
from autograder.sandbox.outside.steps import Lend, Step, written
from chainrule.checks.plain import Json

MAX_RESTARTS = 5
KILLED = {"time": "took too long and was stopped", "gone": "ended the Python process", "protocol": "broke the rules"}

Callback = Callable[[Claim, bytes], bytes]
"""Answers a call of a function that the test passed in, or the grader lent; takes a message, gives a frame."""


class Sandbox(Protocol):
    """Makes student processes for one submission (link.ZygoteSandbox, fresh.FreshSandbox)."""

    limits: Limits

    def fork(self, files: Path | None) -> tuple[int, socket.socket]:
        """A process for student code, which finds a copy of the folder `files`: its number, its connection."""

    def end(self, student: int) -> None:
        """End it."""

    def close(self) -> None:
        """End all of them."""


class Session:
    """Runs one submission's cells, then carries the requests of its tests."""

    def __init__(
        self,
        sandbox: Sandbox,
        steps: list[Step],
        files: Path | None = None,
        deadline: float | None = None,
        killed: Mapping[int, CellRun] | None = None,
        seed: int = 0,
        *,
        lazy: bool = False,
    ) -> None:
        """`files` is a folder that is copied into the working folder; `deadline`, of time.monotonic, is for everything.

        Cells in `killed` are known to hang or to end the process, and aren't run. `seed` is for the random
        numbers that the cells draw. A lazy session runs no cell below the place that is asked for; what its
        cells show is not for anybody's eyes, as tests have run before some of them.
        """
        self._seed = seed
        self._lazy = lazy
        self._sandbox = sandbox
        self._files = files
        self._steps = steps
        self._done = 0
        """Steps that this process has gone through."""
        self.killed = dict(killed or {})
        self._deadline = deadline or time.monotonic() + sandbox.limits.notebook_seconds
        self.cells: dict[int, CellRun] = {}
        self.bound: dict[int, tuple[dict[str, Json], bytes]] = {}
        """By place: the answers bound there, undecoded, with the bytes of their arrays."""
        self.marks: dict[str, Mark] = {}
        """By name: what came of the test cells that ran there."""
        self.generation = 0
        """Grows with each restart: what an earlier process handed over is no longer there."""
        self.took = Took()
        """How long cells and answers took that came to their end."""
        self.alive = False
        self._hopeless = False
        self._call_back: Callback | None = None

    @property
    def expired(self) -> bool:
        """Has the submission used up the time that a whole notebook may take?"""
        return time.monotonic() > self._deadline

    def ensure(self, place: int | None = None) -> None:
        """Start the sandbox and run the cells, unless that is done already or there's no time left.

        `place` is that of the test that is to run next.
        """
        end = len(self._steps)
        if self._lazy and place is not None:
            end = sum(step.index <= place for step in self._steps)
        while (not self.alive or self._done < end) and not self.expired and not self._hopeless:
            if not self.alive:
                self._start()
                continue
            try:
                self._run(self._steps[self._done : end])
            except wire.Broken:
                continue  # the cell that did it is left out next time
            self._done = end
            if not self._lazy:
                self._tell({"op": "seal"})

    def lend(self, index: int, write: Lend, call_back: Callback, *, below: bool = False) -> None:
        """Bind names of the grader's where a cell stands, in its place or `below` it, and now where that is passed.

        `write` makes the message's tree of them; `call_back` answers when functions among them are called.
        """
        cells = ((i, step) for i, step in enumerate(self._steps) if step.source is not None)
        position = next(i for i, step in cells if step.index == index)
        step = self._steps[position] = Step(index, self._steps[position].source if below else "", lend=write)
        self._call_back = call_back
        self.killed.pop(index, None)
        if self.alive and position < self._done:
            with suppress(wire.Broken):
                self._run([step])

    def _tell(self, request: Request) -> None:
        try:
            self.exchange(wire.Outgoing().frame(request), self._sandbox.limits.call_seconds, None)
        except wire.Broken:
            self._hopeless = True  # it would end so each time

    def _start(self) -> None:
        self._child, self._connection = self._sandbox.fork(self._files)
        self.alive = True
        self.generation += 1
        self._done = 0
        self._tell({"op": "sow", "seed": self._seed})

    def _run(self, steps: list[Step]) -> None:
        """Run some steps: asked for at once, answered one by one. Raises Broken where one of them broke it."""
        self.cells.update({step.index: self.killed[step.index] for step in steps if step.index in self.killed})
        steps = [step for step in steps if step.index not in self.killed]
        limits = self._sandbox.limits
        out = wire.Outgoing()
        asked: Run = {"op": "run", "steps": [written(step, out) for step in steps], "limit": limits.output}
        request = out.frame(asked)
        ahead = bytearray()
        for number, step in enumerate(steps):
            began = time.monotonic()
            deadline = min(began + limits.cell_seconds, self._deadline)
            try:
                if number == 0:
                    wire.send(self._connection, request, deadline)
                reply, body = wire.receive(self._connection, deadline, ahead)
                while "callback" in reply and self._call_back and not ahead:
                    wire.send(self._connection, self._call_back(reply, body), deadline)
                    reply, body = wire.receive(self._connection, deadline, ahead)
                self._keep(step, reply, body)
                self._note("cell_seconds", time.monotonic() - began)
            except wire.Broken as broken:
                self.close()
                self._give_up(step, KILLED[broken.why])
                raise
        if ahead:
            self.close()
            raise wire.Broken("protocol")

    def _keep(self, step: Step, reply: Claim, body: bytes) -> None:
        if step.test:
            self.marks[step.name] = cell_runs.mark(reply)
        elif step.source is None:
            self.bound[step.index] = (cell_runs.bound(reply, step.names), body)
        else:
            self.cells[step.index] = cell_runs.cell_run(reply, self._sandbox.limits.output)

    def _give_up(self, step: Step, why: str) -> None:
        """Never run a step again; after too many of them, none of those that have not run yet."""
        if step.source is None:
            self.bound[step.index] = ({}, b"")
        run = CellRun(killed=why)
        self.killed[step.index] = self.cells[step.index] = run
        if len(self.killed) > MAX_RESTARTS:
            self.killed.update({s.index: run for s in self._steps if s.index not in self.cells})

    def exchange(self, frame: bytes, seconds: float, callback: Callback | None) -> tuple[Claim, bytes]:
        """Send a request and wait for its reply, answering calls back meanwhile. Raises Broken.

        Whatever breaks the connection ends the process behind it.
        """
        began = time.monotonic()
        deadline = min(began + seconds, self._deadline)
        try:
            wire.send(self._connection, frame, deadline)
            while True:
                reply, body = wire.receive(self._connection, deadline)
                if "callback" not in reply:
                    self._note("call_seconds", time.monotonic() - began)
                    return reply, body
                if callback is None:
                    raise wire.Broken("protocol")
                wire.send(self._connection, callback(reply, body), deadline)
        except wire.Broken:
            self.close()
            raise

    def _note(self, kind: str, seconds: float) -> None:
        longest, together = max(seconds, getattr(self.took, kind)), self.took.notebook_seconds + seconds
        self.took = replace(self.took, **{kind: longest, "notebook_seconds": together})

    def close(self) -> None:
        """End the sandbox; `ensure` starts another."""
        if self.alive:
            self.alive = False
            self._connection.close()
            self._sandbox.end(self._child)
