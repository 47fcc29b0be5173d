"""Submissions whose answers are alike beyond what the release and the question explain: a hint for a human.

Winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003) by copydetect, on the code as it was typed. What stands
in the release, in the solution or in a known misconception says nothing, and what many students wrote says little:
each shared fingerprint counts by how rare it is in this class.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from copydetect.utils import get_copied_slices, hashed_kgrams, winnow
from markupsafe import Markup, escape

LENGTH = 20
"""Characters of a fingerprint; spaces don't count."""
WINDOW = 5
RARE = 0.05
"""Share of the class beyond which a fingerprint says nothing."""
MIN_CLASS = 3
"""Students who may share a fingerprint in any class, however small."""
TELLING = 30.0
"""Bits from which on a pair is shown: as much as six fingerprints that nobody else of 30 students has."""
MAX_TEXT = 50_000
"""Characters of one student's answers that are compared."""


@dataclass(frozen=True)
class Pair:
    """Two students whose answers share what others don't have."""

    first: str
    second: str
    bits: float
    """How much less likely than by chance, if answers were written from the class's own stock; a measure, no proof."""
    shown: tuple[Markup, Markup]
    """Their answers, what is shared marked."""


class _Text:
    """Answers without their spaces, and where each character of it stood."""

    def __init__(self, text: str) -> None:
        self.typed = text[:MAX_TEXT]
        self.places = [i for i, char in enumerate(self.typed) if not char.isspace()]
        bare = "".join(self.typed[i] for i in self.places)
        hashes = hashed_kgrams(bare, LENGTH)
        self.every: set[int] = set(hashes.tolist())
        if len(hashes) > WINDOW:
            chosen, at = winnow(hashes, WINDOW, remove_duplicates=False)
        else:
            chosen, at = hashes, np.arange(len(hashes))
        self.fingerprints: dict[int, list[int]] = {}
        for fingerprint, place in zip(chosen.tolist(), at.tolist(), strict=True):
            self.fingerprints.setdefault(fingerprint, []).append(place)

    def marked(self, shared: set[int]) -> Markup:
        """The text as HTML, with what is shared marked."""
        places = [place for fingerprint in shared for place in self.fingerprints[fingerprint]]
        parts, here = [], 0
        for start, end in zip(*get_copied_slices(np.array(places), LENGTH).astype(int).tolist(), strict=True):
            first, last = self.places[start], self.places[min(end, len(self.places)) - 1] + 1
            if last > here:
                first = max(first, here)
                parts += [escape(self.typed[here:first]), Markup("<mark>%s</mark>") % self.typed[first:last]]
                here = last
        return Markup("").join([*parts, escape(self.typed[here:])])


def pairs(answers: dict[str, str], given: Iterable[str]) -> list[Pair]:
    """The pairs of students, by id, whose answers share more than chance explains, the most telling first.

    `answers` are all answers of a student as one text; `given` is what everybody has, or may well write: the release,
    the solutions, the known mistakes.
    """
    texts = {student: _Text(text) for student, text in answers.items()}
    known: set[int] = set().union(*(_Text(text).every for text in given))
    having: dict[int, list[str]] = {}
    for student, text in texts.items():
        for fingerprint in text.fingerprints.keys() - known:
            having.setdefault(fingerprint, []).append(student)
    most = max(MIN_CLASS, RARE * len(texts))
    shared: dict[tuple[str, str], dict[int, float]] = {}
    for fingerprint, students in having.items():
        if 2 <= len(students) <= most:
            bits = math.log2(max(2.0, len(texts) / (len(students) - 1)))
            for two in combinations(sorted(students), 2):
                shared.setdefault(two, {})[fingerprint] = bits
    telling = [(two, found) for two, found in shared.items() if sum(found.values()) >= TELLING]
    return sorted((_pair(*two, texts, found) for two, found in telling), key=lambda pair: -pair.bits)


def _pair(first: str, second: str, texts: dict[str, _Text], found: dict[int, float]) -> Pair:
    shown = texts[first].marked(set(found)), texts[second].marked(set(found))
    return Pair(first, second, sum(found.values()), shown)
