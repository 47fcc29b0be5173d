"""Chromium for the browser tests: the one that is installed, or else a new one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
USUAL_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]

# Chromium looks up its maker's hosts at every start unless it is told not to.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(playwright: Playwright) -> Path:
    """Return a Chromium or Chrome that starts, installed first where there is none."""
    if found := _installed(playwright):
        return found
    tried = []
    for commands in _installers():
        for command in commands:
            if subprocess.run(command, check=False).returncode:
                tried.append(" ".join(command))
                break
        if found := _installed(playwright):
            return found
    raise RuntimeError(
        "The browser tests need Chromium or Google Chrome, which is not installed; please install "
        f"one of them and run the tests again (tried without success: {'; '.join(tried)})."
    )


def _installed(playwright: Playwright) -> Path | None:
    on_path = [found for name in NAMES if (found := shutil.which(name))]
    candidates = map(Path, (*on_path, *USUAL_PLACES, playwright.chromium.executable_path))
    return next((candidate for candidate in candidates if _starts(candidate)), None)


def _starts(program: Path) -> bool:
    """Ubuntu's chromium-browser may be no more than a note that a snap is missing."""
    if sys.platform == "win32":  # where Chrome answers --version with a window
        return program.is_file()
    return program.is_file() and not subprocess.run([program, "--version"], check=False, capture_output=True).returncode


def _installers() -> Iterator[list[list[str]]]:
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield [[*APT, "update"], [*APT, "install", "-y", "chromium"]]
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]
