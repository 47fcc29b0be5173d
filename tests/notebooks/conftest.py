from __future__ import annotations

import io
from contextlib import redirect_stdout
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import pytest

from chainrule.checks.check import judged_by


@pytest.fixture(scope="module")
def code(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The names of the module's notebook (its `CELLS`) when all code cells have run, its checks answered by nobody."""
    mpl.use("Agg")
    names: dict[str, Any] = {}
    with judged_by(lambda question, names, line: None), redirect_stdout(io.StringIO()) as printed:
        for cell in request.module.CELLS:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    return SimpleNamespace(printed=printed.getvalue(), **{k: v for k, v in names.items() if k.isidentifier()})
