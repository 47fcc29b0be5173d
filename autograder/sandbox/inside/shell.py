"""The IPython shell that runs student cells, made once in the warm process."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stderr, redirect_stdout, suppress
from typing import Any

import traitlets
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.sandbox.inside.figures import Figures
from autograder.sandbox.inside.stream import Stream
from autograder.sandbox.inside.transcript import Transcript
from autograder.sandbox.messages import Names, Output
from autograder.undrawn import undrawn
from chainrule import widgets

DEFINITION = re.compile(r"(def|class) |[^\W\d]\w*(, [^\W\d]\w*)* = ")
"""How a statement begins that shows nothing."""
NOT_RUN = ("bash", "sh", "script", "pip", "conda", "system", "sx", "load", "edit")
EVERYDAY_CELLS = (
    "import numpy as np\nnp.eye(2)",
    "def f(x):\n    return x.missing\nf(3)",
    "def f(:",
    "%time 1",
)
WITH_FIGURES = (
    "import matplotlib.pyplot as plt",
    "plt.plot([0, 1], label='a'); plt.title('$x$'); plt.legend(); plt.show()",
)


class _Publisher(DisplayPublisher):
    def publish(self, data: dict[str, Any], *_: Any, **__: Any) -> None:
        if self.shell is not None:
            self.shell.transcript.add_data("display_data", data)


class _Hook(DisplayHook):
    value: object = None
    """What the last line of the cell gave."""

    def __call__(self, result: object = None) -> None:
        if result is not None and self.shell is not None and not self.quiet():
            self.value = result
            self.update_user_ns(result)
            data, _ = self.shell.display_formatter.format(result)
            self.shell.transcript.add_data("execute_result", data)


class _Interactive(InteractiveShell):
    """IPython's shell, with a transcript for a screen and without the operating system."""

    displayhook_class = traitlets.Type(_Hook)
    display_pub_class = traitlets.Type(_Publisher)
    transcript = traitlets.Any()

    def transform_cell(self, raw_cell: str) -> str:
        """Turn magics into Python; what is Python already stays (finding that out takes a quarter of the time)."""
        try:
            ast.parse(raw_cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return str(super().transform_cell(raw_cell))
        return raw_cell

    def _showtraceback(self, etype: Any, evalue: BaseException, stb: list[str]) -> None:
        self.transcript.add_error(evalue, "\n".join(stb))

    def enable_gui(self, gui: str | None = None) -> None:
        """There is none; `%matplotlib inline` asks."""

    def system(self, cmd: str) -> None:
        _not_run()

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> list[str]:
        _not_run()
        return []


class Shell:
    """Runs cells as a notebook would: magics, display, figures, errors that don't end the run."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Plain"
        self.transcript = Transcript()
        self.ip = _Interactive.instance(config=config, transcript=self.transcript)
        for magic in NOT_RUN:
            self.ip.magics_manager.register_function(lambda *_: _not_run(), "line_cell", magic)
        self._figures = Figures(self.ip)
        self._own_hooks = self._hooks()
        widgets.leave_out()  # a feedback page has no kernel to move them
        self._warm_up(EVERYDAY_CELLS)

    @property
    def names(self) -> Names:
        """The student's namespace."""
        return self.ip.user_ns

    def run(self, source: str, *, draw: bool) -> tuple[list[Output], str | None]:
        """Run a cell: its outputs as nbformat has them, and the name of the error that stopped it.

        Without `draw`, figures stay undrawn.
        """
        self.transcript.start()
        if self._figures.are_needed_by(source):
            self._load_figures()
        out, err = (Stream(self.transcript.add_text, name) for name in ("stdout", "stderr"))
        with redirect_stdout(out), redirect_stderr(err), nullcontext() if draw else undrawn():
            error = self._define(source) if self._only_defines(source) else self._run_cell(source)
        self._figures.close()
        return self.transcript.outputs, type(error).__name__ if error else None

    def test(self, source: str) -> tuple[bool, float | None]:
        """Run a test cell as a notebook would: did nothing stop it, and the number that its last line gave."""
        hook: Any = self.ip.displayhook
        hook.value = None
        _, stopped = self.run(source, draw=False)
        value = hook.value
        return stopped is None, float(value) if type(value) in (int, float) else None

    def _run_cell(self, source: str) -> BaseException | None:
        result = self.ip.run_cell(source, store_history=True)
        return result.error_before_exec or result.error_in_exec

    def _only_defines(self, source: str) -> bool:
        """Does a cell end by defining something, as most answers do, in a shell that nobody has hooked into?"""
        lines = reversed(source.split("\n"))
        last = next((line for line in lines if line and not line[0].isspace() and line[0] != "#"), "")
        return bool(DEFINITION.match(last)) and self._hooks() == self._own_hooks

    def _hooks(self) -> list[Any]:
        ip = self.ip
        transformers = ip.input_transformers_cleanup, ip.input_transformers_post, ip.ast_transformers
        hooks = [len(hooks) for hooks in (*transformers, *ip.events.callbacks.values())]
        return [*hooks, ip.custom_exceptions, ip.ast_node_interactivity]

    def _define(self, source: str) -> BaseException | None:
        """Do what IPython does with such a cell, which takes it five times as long."""
        ip = self.ip
        code = None
        with suppress(Exception):  # else there are magics in it, or something wrong
            # with its own compiler: this module's `from __future__` is no cell's, one of a cell is that of the next
            code = ip.compile(source, ip.compile.cache(source, ip.execution_count, raw_code=source), "exec")
        if code is None:
            return self._run_cell(source)
        if ip.history_manager:
            ip.history_manager.store_inputs(ip.execution_count, source, source)
        ip.execution_count += 1
        try:
            with ip.builtin_trap, ip.display_trap:
                exec(code, ip.user_ns)
        except BaseException as error:
            ip.showtraceback(exception_only=isinstance(error, SystemExit), running_compiled_code=True)
            return error
        finally:
            if self._figures.are_open:
                ip.events.trigger("post_execute")
        return None

    def load_figures(self) -> None:
        """Have matplotlib ready for each fork, unless it is."""
        if self._load_figures():
            self._warm_up(WITH_FIGURES)

    def _load_figures(self) -> bool:
        untouched = self._hooks() == self._own_hooks
        loaded = self._figures.load()
        if untouched:
            self._own_hooks = self._hooks()
        return loaded

    def _warm_up(self, cells: Sequence[str]) -> None:
        """Go once through what every notebook does, so that each fork finds it done."""
        self.transcript.limit = 1 << 20
        for cell in cells:
            self.run(cell, draw=True)
        self.ip.reset(new_session=True)
        self.ip.execution_count = 1


def _not_run() -> None:
    print("[not run while grading: a command of the operating system]")


def silence() -> None:
    """From here on nothing that is printed leaves the process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
