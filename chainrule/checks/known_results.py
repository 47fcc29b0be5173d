"""Known results: what the reference solution and the misconceptions gave, stored beside the notebook.

The file holds values only, never code. A result is found again by the answer's name and by its
arguments, compared with a tolerance, so that neither the kernel nor the machine matters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainrule.checks import plain
from chainrule.checks.question import Question
from chainrule.checks.recognise import Cause, Failure, Misconception, Result
from chainrule.checks.stored import abridged, alike, decode, encode

FILE_NAME = "known-results.json"
FORMAT = 3


@dataclass(frozen=True)
class Signature:
    """What the solution calls the parts of a call, so that words can."""

    takes: tuple[str, ...] = ()
    """Its parameters."""
    gives: tuple[str, ...] = ()
    """The names in the tuple that it returns; none where it returns something else."""


@dataclass(frozen=True)
class KnownResult:
    """The reference's value (or the name of what it raises) for one question; other results, by misconception."""

    value: Any = None
    raises: str | None = None
    mistaken: list[tuple[Cause, Result]] = field(default_factory=list)
    uses: tuple[str, ...] = ()
    """Earlier answers that the solution uses here, in their order in the notebook."""
    changed: tuple[str, ...] = ()
    """Arguments that the solution changes in place."""
    signature: Signature = field(default_factory=Signature)
    answer: str = field(default="", compare=False)
    """What the answer cells bind that are asked about: "Linear", "exp_forward and exp_backward"."""
    otherwise: str = ""
    """What to ask where nothing is known of a wrong result."""
    slips: dict[str, list[float]] = field(default_factory=dict)
    """What small slips give; see `slips`."""
    given: tuple[str, ...] = ()
    """The lines of code that students are given in its answer cells."""
    key: str = field(default="", compare=False)
    """Names the question for as long as it is asked in this way."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The names that the answer cells bind."""
        return tuple(self.answer.split(" and "))


class StaleFormatError(ValueError):
    """The file was not written by a release of this version."""


class KnownResults:
    """The known results of one folder of notebooks."""

    def __init__(self, tree: plain.Json) -> None:
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            raise StaleFormatError(f"{FILE_NAME} is of another version of Chainrule")
        self._misconceptions = [Misconception(**m) for m in tree["misconceptions"]]
        self._slips = tree.get("slips", [])
        self._results = tree["results"]
        self.seconds: float | None = tree.get("seconds")
        """The grader's limit for one call; None where it isn't known."""

    @classmethod
    def beside(cls, folder: Path) -> KnownResults | None:
        """Read those of a folder; None where it has none."""
        path = (folder / FILE_NAME).absolute()
        if not path.exists():
            return None
        state = path.stat()
        return cls._read(path, state.st_mtime_ns, state.st_size)

    @classmethod
    @lru_cache(2)
    def _read(cls, path: Path, _written: int, _size: int) -> KnownResults:
        """Read a file once, as long as it isn't written anew: at each check it would be much garbage to be found."""
        return cls(json.loads(path.read_text("utf-8")))

    def names(self) -> set[str]:
        """The answers that have known results."""
        return {entry["name"] for entry in self._results}

    def asked_about(self) -> set[str]:
        """The answers that have known results, and the functions and classes that they were asked with."""
        return self.names() | {name for entry in self._results for name in _functions(entry["arguments"])}

    def answers(self) -> list[tuple[str, str]]:
        """For each known result, in the notebook's order: what its answer cells bind, and the result's key."""
        return [(entry.get("answer", entry["name"]), _key(entry)) for entry in self._results]

    def find(self, question: Question) -> KnownResult | None:
        """The known result of a question, or None where its arguments are not those of the notebook."""
        asked = abridged(question)
        fits = (e for e in self._results if e["name"] == question.name and alike(e["arguments"], asked))
        entry = next(fits, None)
        return self._known(entry) if entry else None

    def _known(self, entry: plain.Json) -> KnownResult:
        causes = [(tuple(self._misconceptions[i] for i in of), _decoded(tree)) for of, tree in entry["mistaken"]]
        return KnownResult(
            decode(entry["value"]),
            entry["raises"],
            causes,
            tuple(entry["uses"]),
            tuple(entry.get("changed", ())),
            Signature(*map(tuple, entry.get("signature", ()))),
            answer=entry.get("answer", entry["name"]),
            otherwise=entry.get("otherwise", ""),
            slips={self._slips[int(i)]: numbers for i, numbers in entry.get("slips", {}).items()},
            given=tuple(entry.get("given", ())),
            key=_key(entry),
        )


def _key(entry: plain.Json) -> str:
    asked = json.dumps([entry["name"], entry["arguments"]], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def to_json(results: Iterable[tuple[Question, KnownResult]], seconds: float | None = None) -> str:
    """Write known results as the text of their file, a line for each question, in the order given.

    `seconds` is the grader's limit for one call.
    """
    misconceptions: dict[Misconception, int] = {}
    slips: dict[str, int] = {}
    entries = []
    for question, known in results:
        mistaken = [
            [[misconceptions.setdefault(m, len(misconceptions)) for m in cause], _encoded(result)]
            for cause, result in known.mistaken
        ]
        entry = {"name": question.name, "arguments": abridged(question), "value": encode(known.value)}
        entry |= {"answer": known.answer} if known.answer not in ("", question.name) else {}
        entry |= {"changed": list(known.changed)} if known.changed else {}
        entry |= {"signature": list(map(list, astuple(known.signature)))} if known.signature.takes else {}
        slipped = {str(slips.setdefault(said, len(slips))): numbers for said, numbers in known.slips.items()}
        entry |= {"slips": slipped} if slipped else {}
        entry |= {"given": list(known.given)} if slipped and known.given else {}
        entry |= {"otherwise": known.otherwise} if known.otherwise else {}
        entries.append(entry | {"raises": known.raises, "mistaken": mistaken, "uses": list(known.uses)})
    table = [{"name": m.name, "says": m.says, "hint": m.hint} for m in misconceptions]
    return _to_text({"seconds": seconds, "misconceptions": table, "slips": list(slips), "results": entries})


def _to_text(tree: plain.Json) -> str:
    def lines(key: str) -> str:
        return ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in tree[key])

    seconds = json.dumps(tree["seconds"])
    head = f'{{"format": {FORMAT}, "seconds": {seconds},\n "misconceptions": [\n  {lines("misconceptions")}],\n'
    return f'{head} "slips": [\n  {lines("slips")}],\n "results": [\n  {lines("results")}]}}\n'


def merge(texts: Iterable[str]) -> str:
    """The known results of the notebooks of one folder as one file, each question once.

    Raises ValueError where two checks know different results of the same question.
    """
    misconceptions: list[plain.Json] = []
    slips: list[str] = []
    results: list[plain.Json] = []
    seconds = None
    for tree in map(json.loads, texts):
        shift, seconds = len(misconceptions), tree["seconds"]
        misconceptions += tree["misconceptions"]
        slips += [said for said in tree.get("slips", ()) if said not in slips]
        for entry in tree["results"]:
            slipped = entry.get("slips", {}).items()
            entry |= {"slips": {str(slips.index(tree["slips"][int(i)])): numbers for i, numbers in slipped}}
            entry["mistaken"] = [[[i + shift for i in causes], result] for causes, result in entry["mistaken"]]
            twin = next(
                (e for e in results if e["name"] == entry["name"] and alike(e["arguments"], entry["arguments"])), None
            )
            if twin and not alike(twin["value"], entry["value"]):
                said = f"two checks know different results of {entry['name']} with the same arguments"
                raise ValueError(f"{said}; give what each of them checks a name of its own")
            if not twin:
                results.append(entry)
    return _to_text({"seconds": seconds, "misconceptions": misconceptions, "slips": slips, "results": results})


def _encoded(result: Result) -> plain.Json:
    """A mistake's result: its value, or the parts of its failure; what it changed and warned of, if it did."""
    if result.failure:
        return {"raises": list(astuple(result.failure))}
    besides = {"changed": list(result.changed), "warned": list(result.warned)}
    return {"value": encode(result.value)} | {key: texts for key, texts in besides.items() if texts}


def _decoded(tree: plain.Json) -> Result:
    if "raises" in tree:
        return Result(failure=Failure(*tree["raises"]))
    return Result(decode(tree["value"]), None, tuple(tree.get("changed", ())), tuple(tree.get("warned", ())))


def _functions(tree: plain.Json) -> Iterator[str]:
    """The functions and classes among arguments."""
    if isinstance(tree, dict) and "function" in tree:
        yield tree["function"]
    elif isinstance(tree, (dict, list)):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _functions(part)
