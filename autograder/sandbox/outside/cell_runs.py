"""What came of the cells: rebuilt field by field of what a student process says, which may be anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.sandbox.messages import Claim, Output
from chainrule.checks.plain import Json


@dataclass(frozen=True)
class Mark:
    """What a student's process says of a test cell that ran in it."""

    passed: bool
    number: float | None = None
    """What its last line gave, where that was a number."""


@dataclass
class CellRun:
    """What running a cell gave: its outputs as nbformat has them, the error's name, or why it was killed."""

    outputs: list[Output] = field(default_factory=list)
    stopped: str | None = None
    killed: str | None = None


def mark(reply: Claim) -> Mark:
    """What came of a test cell."""
    number = reply.get("number")
    return Mark(reply.get("passed") is True, number if type(number) is float else None)


def bound(reply: Claim, names: tuple[str, ...]) -> dict[str, Json]:
    """The answers among `names` that are bound at a place, undecoded."""
    found = _dict(reply, "bound")
    return {name: found[name] for name in names if name in found}


def cell_run(reply: Claim, limit: int) -> CellRun:
    """What came of a cell; a text that it printed is cut a little after `limit` letters."""
    stopped = reply.get("stopped")
    return CellRun(_outputs(reply, limit), stopped[:200] if type(stopped) is str else None)


def _dict(reply: Claim, key: str) -> Claim:
    value = reply.get(key)
    return value if type(value) is dict else {}


def _outputs(reply: Claim, limit: int) -> list[Output]:
    """What a cell showed, as nbformat has it."""
    outputs: list[Output] = []
    claimed = reply.get("outputs")
    for output in claimed[:1000] if type(claimed) is list else []:
        if type(output) is not dict:
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            outputs.append({"output_type": kind, "name": name, "text": str(output.get("text"))[: limit + 100]})
        elif kind == "error":
            lines = output.get("traceback")
            traceback = [str(line)[:2000] for line in lines[:200]] if type(lines) is list else []
            names = {key: str(output.get(key))[:2000] for key in ("ename", "evalue")}
            outputs.append({"output_type": kind, **names, "traceback": traceback})
        elif kind in ("display_data", "execute_result"):
            data = {m: str(x) for m, x in _dict(output, "data").items() if m in ("text/plain", "image/png")}
            shown = {"output_type": kind, "data": data, "metadata": {}}
            outputs.append(shown | ({"execution_count": None} if kind == "execute_result" else {}))
    return outputs
