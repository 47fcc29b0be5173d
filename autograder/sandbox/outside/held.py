"""What a test and the answers both hold and may change: either side is told what the other has changed of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.in_place import kept, overwrite
from autograder.sandbox.messages import Attribute, Claim, Names, News
from autograder.sandbox.outside.values import Values
from chainrule.checks.plain import Json

MAX_LENT = 16
"""Attributes that a test has been given and whose changes are followed."""
MAX_STATE = 1 << 20
"""Bytes of an attribute or a name whose changes are followed."""


class Held:
    """What both sides hold while one cell's tests run, with what the student's process is known to hold of it."""

    def __init__(self, shared: Iterable[str] = ()) -> None:
        """`shared` are names whose values the answers change when they are called."""
        self.shared: dict[str, bytes | None] = dict.fromkeys(shared)
        """Names that both sides may change."""
        self._lent: list[tuple[int, str, Any, bytes]] = []
        """Attributes that the test holds: of which handle, by which name, the value, and what it is known to hold."""

    def lend(self, handle: int, name: str, value: Any, values: Values) -> None:
        """Follow an attribute that a test has been given, unless it is too large or can't be written."""
        state = values.state(value)
        if state is not None and len(state) <= MAX_STATE:
            self._lent = [*self._lent, (handle, name, value, state)][-MAX_LENT:]

    def news(self, names: Names, values: Values, out: wire.Outgoing) -> tuple[dict[str, News | None], list[Attribute]]:
        """What the test has changed since the last call, of names and of attributes; `names` are the test's."""
        shared = {name: self._news(names[name], name, values, out) for name in self.shared if name in names}
        return shared, [self._news_of_lent(i, values, out) for i in range(len(self._lent))]

    def _news(self, value: Any, name: str, values: Values, out: wire.Outgoing) -> News | None:
        """A shared name's value, where the student's process doesn't hold it yet; else None."""
        state = values.state(value)
        if state is None or len(state) > MAX_STATE or state == self.shared[name]:
            return None
        self.shared[name] = state
        return {"now": values.encode(value, out)}

    def _news_of_lent(self, i: int, values: Values, out: wire.Outgoing) -> Attribute:
        handle, name, value, known = self._lent[i]
        state = values.state(value)
        if state is None or state == known:
            return handle, name, None
        self._lent[i] = handle, name, value, state
        return handle, name, {"now": values.encode(value, out)}

    def take(self, reply: Claim, body: bytes, names: Names, bound: Names, values: Values) -> None:
        """Change in place, or bind anew in `names` and `bound`, what the answer has changed. Raises NotPlainError."""
        for key, tree in items(reply, "lent"):
            if key.isdecimal() and int(key) < len(self._lent):
                handle, name, old, _ = self._lent[int(key)]
                overwrite(old, values.decode(tree, body))
                self._lent[int(key)] = handle, name, old, values.state(old) or b""
        for name, tree in items(reply, "shared"):
            if name in self.shared:
                new = values.decode(tree, body)
                if name not in names or not kept(names[name], new):
                    names[name] = new
                bound[name] = names[name]
                self.shared[name] = values.state(names[name])


def items(reply: Claim, key: str) -> list[tuple[str, Json]]:
    """What a reply has under a key, by name; nothing where that is no dict."""
    found = reply.get(key)
    return list(found.items()) if type(found) is dict else []
