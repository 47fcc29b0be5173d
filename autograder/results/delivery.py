"""What `nbgrader release_feedback` wants beside the pages: when a notebook was handed in, and its owner's secret.

A student fetches pages by a secret that came with the submission. What was handed in by hand has none: it gets one
that nobody knows, so that it keeps nobody's pages back.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from pathlib import Path

from autograder import files

TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
MAX_SIZE = 1_000
"""Characters of either."""


def enclose(submission: Path, graded: Path, pages: Path, key: str) -> None:
    """Put both beside a student's pages: the time of what was graded, the secret of the submission, or one by `key`."""
    made_up = hmac.new(bytes.fromhex(key), b"nobody fetches these pages", hashlib.sha256).hexdigest()
    for name, text in ((TIMESTAMP, _short(graded / TIMESTAMP) or ""), (SECRET, _short(submission / SECRET) or made_up)):
        if _short(pages / name) != text:
            files.write(pages / name, text)


def _short(path: Path) -> str | None:
    """The text of a small file; None where there is none, for it may be anything that a student could make."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(path, encoding="utf-8", errors="replace", opener=lambda name, _: os.open(name, flags)) as file:
            text = file.read(MAX_SIZE + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None
    return text if text is not None and len(text) <= MAX_SIZE else None
