"""Files of a run: written whole, and removed whatever student code has made of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from autograder import files

DEEP = "import os\nfor _ in range(3000):\n    os.mkdir('down')\n    os.chdir('down')"


def test_a_folder_is_removed_however_deep_it_is(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DEEP], cwd=tmp_path, check=True)
    files.remove(tmp_path)
    assert not tmp_path.exists()


def test_what_a_link_leads_to_is_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "folder").mkdir()
    os.symlink(tmp_path / "kept", tmp_path / "folder" / "link")
    files.remove(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").exists()
