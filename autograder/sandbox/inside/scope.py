"""The names that answers see while a cell's tests run: those at its place, with what the test has done to them."""

from __future__ import annotations

from collections.abc import Callable

from autograder.sandbox.in_place import kept
from autograder.sandbox.inside.shell import Shell
from autograder.sandbox.messages import Context, Names
from chainrule.checks.plain import Json


class Scope:
    """Changes the shell's names from call to call."""

    def __init__(self, shell: Shell, places: dict[int, Names]) -> None:
        """`places` are the names as the cells left them at each place."""
        self._shell, self._places = shell, places
        self._place = -1
        self._left: dict[int, tuple[Names, set[str]]] = {}
        """Where the tests of a place were left for another: the names, and those that the test had overridden."""
        self._overridden: set[str] = set()
        """Answers that the test has deleted or rebound."""

    def enter(self, context: Context, decode: Callable[[Json], object]) -> None:
        """Put the names into the state of the test cell's place; take over what the test rebound."""
        names = self._shell.names
        if context["place"] != self._place:
            self._left[self._place] = dict(names), self._overridden
            self._place = context["place"]
            left, self._overridden = self._left.get(self._place, (self._places[self._place], set()))
            names.update(left)
        for name in self._overridden - {*context["deleted"], *context["rebound"]}:
            names.pop(name, None)  # the test has put it back
            names.update({k: x for k, x in self._places[self._place].items() if k == name})
        for name in context["deleted"]:
            names.pop(name, None)
        for name, tree in context["rebound"].items():
            names[name] = decode(tree)
        self._overridden = {*context["deleted"], *context["rebound"]}
        for name, news in context["shared"].items():
            if news is not None:
                now = decode(news["now"])
                if not kept(names.get(name), now):
                    names[name] = now

    def shared(self, context: Context) -> Names:
        """What the names that both sides may change are bound to."""
        return {name: self._shell.names[name] for name in context["shared"] if name in self._shell.names}
