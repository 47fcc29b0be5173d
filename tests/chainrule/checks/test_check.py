"""Whoever judges answers every check."""

from __future__ import annotations

import numpy as np

from chainrule.checks.check import check, judged_by


def test_another_judge_answers_inside_its_block_only() -> None:
    asked: list[str] = []
    with judged_by(lambda question, names, line: asked.append(f"{question.name} {line > 0} {'check' in names}")):
        check(np.exp, 1.0)
        check.accepting(shape="any")("anything")
    assert asked == ["exp True True", "anything True True"]
