"""Points come from work: who copies what cards show and texts write down earns next to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notebooks.copyist import all_texts, earned, reference_of
from tests.notebooks.lessons import SOURCES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_copying_earns_next_to_nothing(path: Path) -> None:
    reference = reference_of(path)
    points = earned(reference, all_texts(path))
    most = sum(test.points for test in reference.tests)
    print(f"{path.parent.name} {path.stem}: {sum(points.values()):g} of {most:g}")  # to be seen with pytest -rP
    assert sum(points.values()) <= most / 20, points
