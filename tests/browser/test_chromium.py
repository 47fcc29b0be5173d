from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.browser import chromium

NONE = SimpleNamespace(chromium=SimpleNamespace(executable_path="nowhere"))


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(chromium, "USUAL_PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_browser_on_path_is_taken_and_one_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    script(tmp_path / "chromium", "exit 1")
    script(tmp_path / "google-chrome", "exit 0")
    assert chromium.find_chromium(NONE) == tmp_path / "google-chrome"


def test_a_missing_browser_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write = f"open({str(tmp_path / 'chromium')!r}, 'w').write('#!/bin/sh')"
    install = [sys.executable, "-c", f"import os; {write}; os.chmod({str(tmp_path / 'chromium')!r}, 0o755)"]
    monkeypatch.setattr(chromium, "_installers", lambda: iter([[["false"]], [install]]))
    script(tmp_path / "false", "exit 1")
    assert chromium.find_chromium(NONE) == tmp_path / "chromium"


def test_where_none_can_be_installed_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path / "installer", "exit 1")
    monkeypatch.setattr(chromium, "_installers", lambda: iter([[["installer"]]]))
    with pytest.raises(RuntimeError, match=r"^The browser tests need Chromium .*without success: installer\)\.$"):
        chromium.find_chromium(NONE)
