"""Functions of the tests and of the grader's, as answers call them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.messages import Answered, Claim
from autograder.sandbox.outside.heard import repeat
from autograder.sandbox.outside.values import Values
from chainrule.checks import plain


@dataclass(frozen=True)
class Lent:
    """A function of the grader's that student code may call; what it changes in its arguments is changed there."""

    function: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        return self.function(*args, **kwargs)


def answer(request: Claim, body: bytes, values: Values) -> bytes:
    """Call the function that a request names; the frame of what it gave or raised, and of what it changed."""
    out = wire.Outgoing()
    try:
        repeat(request)
        function = values.function(request.get("callback"))
        args = [values.decode(x, body) for x in request["args"]]
        kwargs = {str(k): values.decode(x, body) for k, x in request["kwargs"].items()}
        passed = {**{str(i): x for i, x in enumerate(args)}, **kwargs} if isinstance(function, Lent) else {}
        before = {k: values.state(x) for k, x in passed.items() if plain.is_mutable(x)}
        value = values.encode(function(*args, **kwargs), out)
        changed = {k: values.encode(passed[k], out) for k in before if values.state(passed[k]) != before[k]}
        answered: Answered = {"value": value, "changed": changed}
    except Exception as error:
        name = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
        out, answered = wire.Outgoing(), {"raised": name}
    return out.frame(answered)
