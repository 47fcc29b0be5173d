"""What is handed in beside the text of a notebook: links to what others own, pipes, folders without end."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.hostile.arena import World
from tests.hostile.corpus import Case, gains_nothing, harmless, tries

Plant = Callable[[Path, World], None]
SHOW = """
for folder, folders, names in os.walk(".", followlinks=True):
    for name in names:
        path = os.path.join(folder, name)
        print(path, os.path.islink(path))
        try:
            print(open(path, "rb").read()[:2000])
        except OSError as error:
            print(error)
"""


def _notebook_as_link(target: Callable[[World], Path], *, relative: bool = False) -> Plant:
    def plant(folder: Path, there: World) -> None:
        (folder / "squares.ipynb").unlink()
        path = target(there)
        (folder / "squares.ipynb").symlink_to(os.path.relpath(path, folder) if relative else path)

    return plant


def _link(name: str, target: Callable[[World], Path]) -> Plant:
    def plant(folder: Path, there: World) -> None:
        (folder / name).symlink_to(target(there))

    return plant


def _folder_as_link(folder: Path, there: World) -> None:
    (folder / "squares.ipynb").unlink()
    folder.rmdir()
    folder.symlink_to(there.submitted("0000-honest"))


def _other_links(folder: Path, there: World) -> None:
    (folder / "nowhere").symlink_to(there.folder / "is-not-there")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "itself").symlink_to(folder)
    (folder / "above").symlink_to("../..")
    (folder / "root").symlink_to("/")


def _pipe(folder: Path, there: World) -> None:
    os.mkfifo(folder / "data.txt")


def _notebook_as_pipe(folder: Path, there: World) -> None:
    (folder / "squares.ipynb").unlink()
    os.mkfifo(folder / "squares.ipynb")


def _socket(folder: Path, there: World) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(folder, os.O_RDONLY)
        try:
            listener.bind(f"/proc/self/fd/{here}/data.txt")
        finally:
            os.close(here)


def _unreadable(folder: Path, there: World) -> None:
    (folder / "data.txt").write_text("1")
    (folder / "data.txt").chmod(0)


def _deep(folder: Path, there: World) -> None:
    # deeper than Python's own functions go, and no path is too long
    for depth in range(1, 1200):
        os.mkdir(folder / ("d/" * depth))


def _many(folder: Path, there: World) -> None:
    for i in range(3000):
        (folder / f"{i}.txt").touch()


def _as_folder(folder: Path, there: World) -> None:
    (folder / "squares.ipynb").unlink()
    (folder / "squares.ipynb").mkdir()


def _solution(there: World) -> Path:
    return there.root / "solutions" / "01-squares" / "squares.ipynb"


def _neighbours(there: World) -> Path:
    return there.submitted("0000-honest") / "squares.ipynb"


def shows(name: str, plant: Plant, **more: object) -> Case:
    return tries(name, SHOW, plant=plant, **more)


def _huge(folder: Path, there: World) -> None:
    # three gigabytes that take no room
    (folder / "data.bin").touch()
    os.truncate(folder / "data.bin", 3 << 30)


def _renamed_link(folder: Path, there: World) -> None:
    (folder / "squares.ipynb").unlink()
    (folder / "mine.ipynb").symlink_to(_solution(there))


CASES = [
    harmless("file-of-gigabytes", plant=_huge),
    gains_nothing("another-notebook-that-is-the-solution", plant=_renamed_link),
    gains_nothing("notebook-that-is-the-solution", plant=_notebook_as_link(_solution), representative=True),
    gains_nothing("notebook-that-is-the-solution-by-a-relative-link", plant=_notebook_as_link(_solution, relative=True)),
    gains_nothing("notebook-of-a-neighbour", plant=_notebook_as_link(_neighbours)),
    gains_nothing("notebook-that-is-the-secret", plant=_notebook_as_link(lambda there: there.secret)),
    gains_nothing("notebook-that-is-the-gradebook", plant=_notebook_as_link(lambda there: there.gradebook)),
    gains_nothing("notebook-without-end", plant=_notebook_as_link(lambda _: Path("/dev/zero"))),
    gains_nothing("notebook-that-is-a-folder", plant=_as_folder),
    gains_nothing("notebook-that-is-a-pipe", plant=_notebook_as_pipe),
    gains_nothing("folder-of-a-neighbour", plant=_folder_as_link),
    shows("link-to-the-secret", _link("data.txt", lambda there: there.secret), representative=True),
    shows("link-to-the-gradebook", _link("data.db", lambda there: there.gradebook)),
    shows("link-to-the-secret-of-the-course", _link("key", lambda there: there.root / "chainrule.secret")),
    shows("link-to-the-solutions", _link("data", lambda there: there.root / "solutions"), never=("BEGIN",)),
    shows("link-to-a-neighbour", _link("friend", lambda there: there.submitted("0000-honest"))),
    shows("link-as-timestamp", _link("timestamp.txt", lambda there: there.secret)),
    shows("link-as-a-folder-of-the-course", _link("tables", lambda there: there.letterbox)),
    shows("link-as-a-file-of-the-course", _link("given.txt", lambda there: there.secret)),
    shows("links-to-nowhere", _other_links),
    harmless("pipe", plant=_pipe),
    harmless("socket", plant=_socket),
    harmless("unreadable", plant=_unreadable),
    harmless("folders-in-folders", plant=_deep),
    harmless("thousands-of-files", plant=_many),
]  # fmt: skip
