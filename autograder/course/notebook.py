"""A notebook as a file, and what nbgrader's metadata say of its cells: their names, their roles, their points."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal, get_args

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.errors import AutograderError

Role = Literal["own", "answer", "test", "text", "task", "edited", "added"]
"""own: the course's; answer, test: code; text: a written answer; edited: an unlocked cell of the course
that the student changed; added: the student's own cell."""

ROLES = get_args(Role)
MAX_FILE = 50 << 20
MAX_CELLS = 5_000


class CannotReadError(AutograderError):
    """A notebook can't be graded; the message says, in one sentence, which, why, and what to do."""


class NotHandedInError(CannotReadError):
    """There is nothing that could be the notebook."""


def read(path: Path) -> NotebookNode:
    """Read a notebook of any format version. Raises CannotReadError where it isn't one."""
    return parse(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """Read a file that may be a notebook. Raises CannotReadError where it is no file, too large, or can't be read."""
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise CannotReadError(f"{path.name} is no file but a link or the like; ask for the file itself")
        if path.stat().st_size > MAX_FILE:
            raise CannotReadError(f"{path.name} is larger than {MAX_FILE >> 20} MB; ask for it without its outputs")
        return path.read_bytes()
    except FileNotFoundError:
        raise CannotReadError(f"{path.name} is missing; ask for the file") from None
    except OSError as error:
        raise CannotReadError(f"{path.name} cannot be read ({error.strerror}); check the file") from None


def parse(data: bytes, name: str) -> NotebookNode:
    """A notebook of any format version, of the bytes of a file. Raises CannotReadError where they are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotReadError(f"{name} is not a text file, so it's no notebook; ask for the .ipynb file") from None
    if not text.strip():
        raise CannotReadError(f"{name} is empty; ask for the file again")
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        text = f"{name} is no notebook: its text is not JSON; ask for the file as Jupyter saved it"
        raise CannotReadError(text) from None
    try:
        notebook = nbformat.from_dict(tree) if tree["nbformat"] == 4 else nbformat.reads(text, 4)
        for cell in notebook.cells:
            _normalise(cell)
    except Exception:
        raise CannotReadError(f"{name} is JSON, but no notebook; ask for the file as Jupyter saved it") from None
    if len(notebook.cells) > MAX_CELLS:
        raise CannotReadError(f"{name} has more than {MAX_CELLS} cells; look at it by hand")
    return notebook


def as_jupyter_stores_it(path: Path) -> str:
    """The text of a notebook file as a save in Jupyter writes it, so that a save changes only what was changed."""
    stored = nbformat.writes(nbformat.read(path, nbformat.NO_CONVERT))
    return f"{stored.rstrip()}\n"


def _normalise(cell: NotebookNode) -> None:
    """Check what is read of a cell, and give it the form that the rest relies on."""
    source = "".join(cell["source"]) if isinstance(cell["source"], list) else cell["source"]
    if not isinstance(source, str) or cell["cell_type"] not in ("code", "markdown", "raw"):
        raise ValueError("not a cell")
    cell["source"] = source.encode("utf-8", "replace").decode()  # half a surrogate pair can't be saved
    attachments = cell.pop("attachments", None)
    if cell["cell_type"] == "markdown" and isinstance(attachments, dict):
        whole = {name: files for name, files in attachments.items() if _is_attachment(files)}
        cell.update({"attachments": whole} if whole else {})
    if not isinstance(cell.get("id", ""), str):
        del cell["id"]
    if not isinstance(cell.get("metadata"), dict):
        cell["metadata"] = NotebookNode()
    if not isinstance(cell["metadata"].get("nbgrader", {}), dict):
        del cell["metadata"]["nbgrader"]
    told = cell["metadata"].get("chainrule")
    if not (isinstance(told, dict) and told.get("role") in ROLES):
        cell["metadata"].pop("chainrule", None)


def _is_attachment(files: object) -> bool:
    """Is it what nbformat has for one: by kind, a text or its lines?"""
    lines = (data if isinstance(data, list) else [data] for data in (files.values() if isinstance(files, dict) else ()))
    return isinstance(files, dict) and all(isinstance(line, str) for data in lines for line in data)


def like(node: NotebookNode, **changes: Any) -> NotebookNode:
    """A copy of a node in which some values are others. NotebookNode makes the same in ten times as long."""
    copy = NotebookNode()
    dict.update(copy, node)
    dict.update(copy, changes)
    return copy


def grade_id(cell: NotebookNode) -> str | None:
    """Nbgrader's name of a cell, if it has one."""
    found = cell["metadata"].get("nbgrader", {}).get("grade_id")  # an attribute takes ten times as long
    return found if isinstance(found, str) else None


def role(cell: NotebookNode) -> Role:
    """What a cell of a source notebook is, or, in a rebuilt notebook, what was found out about it."""
    metadata = cell["metadata"]
    if "role" in metadata.get("chainrule", {}):
        return metadata["chainrule"]["role"]
    mark = metadata.get("nbgrader", {})
    if mark.get("task"):
        return "task"
    if mark.get("solution"):
        return "answer" if cell["cell_type"] == "code" else "text"
    return "test" if mark.get("grade") and cell["cell_type"] == "code" else "own"


def language(source: NotebookNode) -> str:
    """The language of a notebook, in small letters."""
    spec, info = (source.metadata.get(key, {}) for key in ("kernelspec", "language_info"))
    return str(spec.get("language") or info.get("name") or "python").lower()


def where(place: int, name: str) -> str:
    """How a message names a cell of a notebook."""
    return f"cell {place + 1}" + (f" ({name})" if name else "")


def points(cell: NotebookNode) -> float:
    """The points that a test cell, written answer or task gives."""
    return float(cell.metadata.nbgrader.get("points", 0))


def released(source: NotebookNode, config: Config | None = None) -> NotebookNode:
    """The source notebook as students get it: without solutions, hidden tests and mark schemes.

    `config` is of nbgrader, for its stubs.
    """
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

    notebook = deepcopy(source)
    resources: dict[str, Any] = {"nbgrader": {}}
    for preprocessor in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    return notebook


def stubs(source: NotebookNode, config: Config | None = None) -> list[str]:
    """The text of each cell of a source notebook as students get it."""
    return [cell.source for cell in released(source, config).cells]


def hidden_lines(source: str) -> frozenset[int]:
    """The numbers of the lines, from 1, between hidden-test markers, markers included."""
    hidden, inside = set(), False
    for number, line in enumerate(source.split("\n"), start=1):
        inside = inside or "BEGIN HIDDEN TESTS" in line
        if inside:
            hidden.add(number)
        inside = inside and "END HIDDEN TESTS" not in line
    return frozenset(hidden)


def visible_part(source: str) -> str:
    """A test cell as students have it."""
    hidden = hidden_lines(source)
    return "\n".join(line for number, line in enumerate(source.split("\n"), start=1) if number not in hidden)
