"""The start page of a course: `python -m chainrule.start FOLDER` writes start.ipynb, with how far one is in it.

It is written anew each time, so that it is up to date when JupyterLab opens it; its one cell renews the table.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from chainrule.widgets.course import Course

NAME = "start.ipynb"
WELCOME = """# Chainrule

Backpropagation by hand: you write it in NumPy, notebook by notebook, and see gradients flow through your own code.
Each notebook stands alone and gives what it takes from the earlier ones; in this order each prepares the next.

Click a title to open its notebook. To see how far you are by now, click the table and press Shift+Enter."""
CELL = "from chainrule import widgets\n\nwidgets.Course()"


def page(folder: Path) -> str:
    """The start page of a folder of notebooks, as the text of a notebook."""
    course = Course(folder)
    shown = {"text/html": course._repr_html_(), "text/plain": repr(course)}
    output = {"output_type": "execute_result", "execution_count": 1, "data": shown, "metadata": {}}
    about = {"jupyter": {"source_hidden": True}}
    cells = [
        {"cell_type": "markdown", "id": "welcome", "metadata": {}, "source": WELCOME},
        {
            "cell_type": "code", "id": "course", "metadata": about,
            "execution_count": 1, "source": CELL, "outputs": [output],
        },
    ]  # fmt: skip
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


if __name__ == "__main__":
    where = Path(sys.argv[1])
    (where / NAME).write_text(page(where), "utf-8")
