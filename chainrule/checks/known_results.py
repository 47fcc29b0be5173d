"""Known results: what the reference solution and the misconceptions gave, stored beside the notebook.

The file holds values only, never code. A result is found again by the answer's name and by its
arguments, compared with a tolerance, so that neither the kernel nor the machine matters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks import plain
from chainrule.checks.question import Given, Question
from chainrule.checks.recognise import Cause, Failure, Misconception, Result

FILE_NAME = "known-results.json"
FORMAT = 3
SMALL = 24
"""Arrays of up to this many entries are kept whole in a fingerprint, larger ones as three sums."""


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
    """What the answer cells bind that are asked about."""
    key: str = field(default="", compare=False)
    """Names the question for as long as it is asked in this way."""


class StaleFormatError(ValueError):
    """The file was not written by a release of this version."""


class KnownResults:
    """The known results of one folder of notebooks."""

    def __init__(self, tree: plain.Json) -> None:
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            raise StaleFormatError(f"{FILE_NAME} is of another version of Chainrule")
        self._misconceptions = [Misconception(**m) for m in tree["misconceptions"]]
        self._results = tree["results"]
        self.seconds: float | None = tree.get("seconds")
        """The grader's limit for one call; None where it isn't known."""

    @classmethod
    def beside(cls, folder: Path) -> KnownResults | None:
        """Read those of a folder; None where it has none."""
        path = folder / FILE_NAME
        return cls(json.loads(path.read_text("utf-8"))) if path.exists() else None

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
        print_ = fingerprint(question)
        for entry in self._results:
            if entry["name"] == question.name and alike(entry["arguments"], print_):
                mistaken = [
                    (tuple(self._misconceptions[i] for i in causes), _decoded(tree))
                    for causes, tree in entry["mistaken"]
                ]
                uses, changed = tuple(entry["uses"]), tuple(entry.get("changed", ()))
                signature = Signature(*map(tuple, entry.get("signature", ())))
                value, key = decode(entry["value"]), _key(entry)
                return KnownResult(value, entry["raises"], mistaken, uses, changed, signature, key=key)
        return None


def _key(entry: plain.Json) -> str:
    asked = json.dumps([entry["name"], entry["arguments"]], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def to_json(results: Iterable[tuple[Question, KnownResult]], seconds: float | None = None) -> str:
    """Write known results as the text of their file, a line for each question, in the order given.

    `seconds` is the grader's limit for one call.
    """
    misconceptions: dict[Misconception, int] = {}
    entries = []
    for question, known in results:
        mistaken = [
            [[misconceptions.setdefault(m, len(misconceptions)) for m in cause], _encoded(result)]
            for cause, result in known.mistaken
        ]
        entry = {"name": question.name, "arguments": fingerprint(question), "value": encode(known.value)}
        entry |= {"answer": known.answer} if known.answer not in ("", question.name) else {}
        entry |= {"changed": list(known.changed)} if known.changed else {}
        entry |= {"signature": list(map(list, astuple(known.signature)))} if known.signature.takes else {}
        entries.append(entry | {"raises": known.raises, "mistaken": mistaken, "uses": list(known.uses)})
    table = [{"name": m.name, "says": m.says, "hint": m.hint} for m in misconceptions]
    return _to_text({"seconds": seconds, "misconceptions": table, "results": entries})


def _to_text(tree: plain.Json) -> str:
    def lines(key: str) -> str:
        return ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in tree[key])

    seconds = json.dumps(tree["seconds"])
    head = f'{{"format": {FORMAT}, "seconds": {seconds},\n "misconceptions": [\n  {lines("misconceptions")}],\n'
    return f'{head} "results": [\n  {lines("results")}]}}\n'


def merge(texts: Iterable[str]) -> str:
    """The known results of the notebooks of one folder as one file, each question once.

    Raises ValueError where two checks know different results of the same question.
    """
    misconceptions: list[plain.Json] = []
    results: list[plain.Json] = []
    seconds = None
    for tree in map(json.loads, texts):
        shift, seconds = len(misconceptions), tree["seconds"]
        misconceptions += tree["misconceptions"]
        for entry in tree["results"]:
            entry["mistaken"] = [[[i + shift for i in causes], result] for causes, result in entry["mistaken"]]
            twin = next(
                (e for e in results if e["name"] == entry["name"] and alike(e["arguments"], entry["arguments"])), None
            )
            if twin and not alike(twin["value"], entry["value"]):
                said = f"two checks know different results of {entry['name']} with the same arguments"
                raise ValueError(f"{said}; give what each of them checks a name of its own")
            if not twin:
                results.append(entry)
    return _to_text({"seconds": seconds, "misconceptions": misconceptions, "results": results})


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


def encode(value: object) -> plain.Json:
    """A value as a JSON tree with the numbers of its arrays in it.

    Raises NotPlainError for what is not plain data.
    """
    return plain.encode(value, _numbers, _refuse)


def decode(tree: plain.Json) -> Any:
    """The value of a tree that `encode` wrote."""

    def get_array(dtype: str, shape: tuple[int, ...], place: plain.Json) -> NDArray[Any]:
        numbers = [
            complex(*map(float, x)) if isinstance(x, list) else float(x) if isinstance(x, str) else x for x in place
        ]
        return np.array(numbers, dtype=dtype).reshape(shape)

    return plain.decode(tree, get_array, _refuse)


def _refuse(value: object) -> plain.Json:
    raise plain.NotPlainError(f"a value of type {type(value).__name__} cannot be stored")


def _numbers(array: NDArray[Any]) -> plain.Json:
    """The entries as JSON: what is not finite as text, a complex number as a pair.

    Raises NotPlainError for dates.
    """
    if array.dtype.kind in "mM":
        _refuse(array[()])

    def number(x: Any) -> plain.Json:
        if isinstance(x, complex):
            return [repr(x.real), repr(x.imag)]
        return x if np.isfinite(x) else repr(float(x))

    return [number(x) for x in array.ravel().tolist()]


def fingerprint(question: Question) -> plain.Json:
    """The arguments of a question, shortened: large arrays by dtype kind, shape and three sums."""

    def put_array(array: NDArray[Any]) -> plain.Json:
        if array.size <= SMALL:
            return _numbers(array)
        flat = array.ravel().astype(complex)
        weights = np.cos(np.arange(flat.size))
        sums = [flat.sum(), np.abs(flat).sum(), weights @ flat]
        return [repr(float(f(s))) for s in sums for f in (np.real, np.imag)]

    def other(value: object) -> plain.Json:
        name = value.name if isinstance(value, Given) else getattr(value, "__name__", type(value).__name__)
        return {"function": name}

    return [plain.encode(x, put_array, other) for x in (question.kind, *question.args, dict(question.kwargs))]


def alike(a: plain.Json, b: plain.Json) -> bool:
    """Are two fingerprints the same, but for rounding?"""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    if a == b:
        return True
    if isinstance(a, str) != isinstance(b, str):
        return False
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError):
        return False
    return bool(np.isclose(x, y, rtol=1e-6, atol=1e-9, equal_nan=True))


def _functions(tree: plain.Json) -> Iterator[str]:
    """The functions and classes among arguments."""
    if isinstance(tree, dict) and "function" in tree:
        yield tree["function"]
    elif isinstance(tree, (dict, list)):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _functions(part)
