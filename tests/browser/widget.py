"""A widget in a notebook, used as a student uses it: with the mouse, or with the keyboard alone."""

from __future__ import annotations

import io
from pathlib import Path

import nbformat
import numpy as np
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import Locator, Page

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
PICTURES = Path(__file__).parent / "pictures"
KEYBOARD = "() => window.jupyterapp.shell.currentWidget.content.mode"


def written(path: Path, *sources: str) -> Path:
    """Write a notebook with these code cells."""
    nbformat.write(new_notebook(cells=[new_code_cell(x) for x in sources], metadata={"kernelspec": SPEC}), path)
    return path


def violations(page: Page, where: str = ".chainrule-widget") -> list[str]:
    """What axe-core finds wrong with the widgets of a page."""
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:200]}" for found in Axe().run(page, where).response["violations"]
    ]


def texts(widget: Locator, kind: str) -> list[str]:
    """The texts of one kind in a widget's picture: "value", "gradient", "wrong"."""
    return [text for text in widget.locator(f"svg .chainrule-{kind}").all_text_contents() if text]


def rows(widget: Locator) -> dict[str, list[str]]:
    """The table view's rows, by their first cell."""
    found = {}
    for row in widget.locator("tbody tr").all():
        first, *others = row.locator("th, td").all_inner_texts()
        found[first] = others
    return found


def differs_from(picture: str, widget: Locator) -> float:
    """How much a widget looks other than a stored picture: the mean difference of grey, 0 to 1, of coarse squares.

    Coarse, as letters are drawn a little otherwise on each machine.
    """
    seen = Image.open(io.BytesIO(widget.screenshot(animations="disabled"))).convert("L")
    stored = Image.open(PICTURES / f"{picture}.png").convert("L")
    size = (stored.width // 12, stored.height // 12)
    pair = [np.asarray(image.resize(size, Image.Resampling.BOX), dtype=float) / 255 for image in (seen, stored)]
    return float(np.abs(pair[0] - pair[1]).mean())
