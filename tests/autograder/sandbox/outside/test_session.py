"""Whatever student code does, it ends in time, and what it doesn't touch still works."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox.outside.doer import Hung
from autograder.sandbox.outside.session import Sandbox, Session
from autograder.sandbox.outside.steps import Step
from tests.autograder.sandbox.room import LIMITS, TEST, room

FINE = "def fine(x): return x + 1"


def run(sandbox: Sandbox, *cells: str) -> Session:
    """The session after its cells ran."""
    session = Session(sandbox, [Step(i, source) for i, source in enumerate(cells)])
    session.ensure()
    session.close()
    return session


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("while True: pass", "took too long"),
        ("import time; time.sleep(60)", "took too long"),
        ("import os; os._exit(0)", "ended the Python process"),
        ("import ctypes; ctypes.string_at(0)", "ended the Python process"),
    ],
)
def test_a_cell_that_hangs_or_ends_its_process_is_left_out_and_the_others_run(
    sandbox: Sandbox, cell: str, why: str
) -> None:
    with room(sandbox, "before = 1", cell, FINE) as it:
        assert it.test("before, fine(1)") == (1, 2)
        assert why in str(it.session.cells[1].killed)
        assert it.session.cells[0].killed is None and it.session.cells[2].killed is None


@pytest.mark.parametrize(
    "cell",
    ["raise SystemExit", "exit()", "quit()", "import sys; sys.exit(3)", "raise KeyboardInterrupt", "1 / 0", "def f(:"],
)
def test_a_cell_that_stops_with_an_error_stops_no_other(sandbox: Sandbox, cell: str) -> None:
    session = run(sandbox, cell, "print('still here')")
    assert session.cells[1].outputs[0]["text"] == "still here\n"
    assert session.generation == 1 and session.cells[0].killed is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("while True: pass", "took too long"),
        ("import os; os._exit(0)", "ended the process"),
        ("import ctypes; ctypes.string_at(0)", "ended the process"),
    ],
)
def test_a_call_that_hangs_or_ends_its_process_ends_its_test_only(sandbox: Sandbox, body: str, why: str) -> None:
    with room(sandbox, f"def bad():\n    {body}", FINE, TEST, TEST) as it:
        with pytest.raises(Hung, match=why):
            it.test("bad()", 0)
        assert it.test("fine(1)", 1) == 2


def test_an_answer_that_hangs_inside_a_callback_ends_its_test_only(sandbox: Sandbox) -> None:
    for body in ("while True: pass", "import os; os._exit(0)"):
        with room(sandbox, f"def bad():\n    {body}\ndef apply(f): return f()", FINE, TEST, TEST) as it:
            with pytest.raises(Hung):
                it.test("apply(lambda: bad())", 0)
            assert it.test("fine(1)", 1) == 2


def test_recursion_without_end_is_an_error_and_no_more(sandbox: Sandbox) -> None:
    with room(sandbox, "def down(n): return down(n + 1)", FINE) as it:
        with pytest.raises(RecursionError):
            it.test("down(0)")
        assert it.test("fine(1)") == 2


def test_a_broadcast_that_asks_for_27_gigabytes_is_a_memory_error(sandbox: Sandbox) -> None:
    with room(sandbox, "def cost(a, y): return ((a - y) ** 2).sum()", FINE) as it:
        with pytest.raises(MemoryError):
            it.test("cost(np.zeros((60000, 1)), np.zeros(60000))")
        assert it.test("fine(1)") == 2


def test_too_many_calls_in_one_test_end_it(sandbox: Sandbox) -> None:
    with room(sandbox, FINE) as it:
        with pytest.raises(Hung, match="more than 500 calls"):
            it.test("x = 0\nwhile x >= 0: x = fine(x)")
        assert it.test("fine(1)") == 2


def test_a_value_that_cannot_travel_hides_no_other_answer(sandbox: Sandbox) -> None:
    ring = "nodes = [{}]\nnodes[0]['all'] = nodes\ndef size(): return len(nodes)"
    deep = "deep = 1\nfor _ in range(60): deep = [deep]"
    large = "many = [0] * 400_000"
    for cell in (ring, deep, large, "odd = [print, object(), np, iter([])]", "import sys as everything"):
        with room(sandbox, cell, FINE) as it:
            assert it.test("fine(1)") == 2, cell
    with room(sandbox, ring) as it:
        assert it.test("size()") == 1


def test_a_call_that_gives_back_what_cannot_travel_is_no_crash_and_no_success(sandbox: Sandbox) -> None:
    ring = "def ring():\n    x = []; x.append(x); return x"
    odd = f"{ring}\ndef many(): return [0] * 400_000\ndef huge(): return np.zeros(40_000_000)"
    with room(sandbox, odd, FINE, TEST, TEST, TEST, TEST) as it:
        for place, call in enumerate(["ring()", "many()", "huge()"]):
            with pytest.raises(Exception):  # noqa: B017
                it.test(f"assert {call} is None", place)
        assert it.test("fine(1)", 3) == 2


TAMPER = "import autograder.sandbox.inside.student as student, autograder.sandbox.wire as wire\n"
DO, MARK, RUN = (f"student.Student._{name} = lambda *_, **__: " for name in ("do", "mark", "run"))


@pytest.mark.parametrize(
    "cell",
    [
        DO + "{}",
        DO + "{'value': {'handle': 5}}",
        DO + "{'value': {'handle': [0, 'instance', 'x', 3]}, 'changed': 1}",
        DO + "{'value': {'array': ['<f8', [2**40], 0]}}",
        DO + "{'value': 1, 'changed': {'0': {'list': [{'what': 1}]}}}",
        DO + "{'callback': 7, 'args': [], 'kwargs': {}}",
        DO + "{'callback': [], 'args': 3}",
        DO + "{'error': 5}",
        DO + "{'error': {'base': 'StopIteration', 'class': 5}}",
        DO + "{'error': {'base': 'SystemExit', 'text': 0, 'line': []}}",
        DO + "{'error': {'base': '__import__', 'class': {'handle': [0, 'class', 'X', 'KeyboardInterrupt']}}}",
        MARK + "{'bound': {'bad': {'handle': [-1, 'function', 'f', None]}}}",
        MARK + "{'bound': [1, 2]}",
        MARK + "{'bound': {'np': 1, 'check': 2, '__builtins__': 3, 'bad': 4}}",
        "student.Student._seal = lambda *_, **__: __import__('os')._exit(0)",
        "student.Student._seal = lambda *_, **__: __import__('time').sleep(60)",
        RUN + "{'outputs': [1, {'output_type': 'error', 'traceback': 3}, {}], 'stopped': 9}",
        "wire.Outgoing.frame = lambda self, header: b'\\xff' * 8",
        "wire.Outgoing.frame = lambda self, header: b'\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x00[]'",
    ],
)
def test_a_process_that_forges_its_replies_gets_an_exception_at_most(sandbox: Sandbox, cell: str) -> None:
    with room(sandbox, "def bad(x): return x", TAMPER + cell, "later = 1") as it:
        with pytest.raises(Exception) as error:
            it.test("assert bad([1]) == [1, 1] and bad([1]) is None")
        assert not isinstance(error.value, StopIteration)
        assert it.names["__builtins__"] != 3 and it.names["np"] is np


def test_what_a_cell_prints_shows_and_raises_is_kept_as_a_notebook_has_it(sandbox: Sandbox) -> None:
    import nbformat

    cells = (
        "print('hello')\n6 * 7",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
        "from IPython.display import HTML, display\ndisplay(HTML('<script>evil()</script>'))",
        "print('x' * 5_000_000)",
        "%time 1\n!echo not run\n%matplotlib inline",
        "1 / 0",
        "import sys; print('aside', file=sys.stderr)",
    )
    runs = run(sandbox, *cells).cells
    for i, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source, outputs=[nbformat.from_dict(o) for o in runs[i].outputs])
        nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    assert runs[0].outputs[0]["text"] == "hello\n" and runs[0].outputs[1]["data"] == {"text/plain": "42"}
    assert "image/png" in runs[1].outputs[0]["data"]
    assert "script" not in str(runs[2].outputs)
    assert len(str(runs[3].outputs)) < LIMITS.output + 1000 and "left out" in str(runs[3].outputs)
    assert "not run while grading" in str(runs[4].outputs)
    assert runs[5].stopped == "ZeroDivisionError" and runs[5].outputs[0]["ename"] == "ZeroDivisionError"
    assert runs[6].outputs[0]["name"] == "stderr"


def test_files_beside_the_notebook_can_be_read_and_no_submission_sees_anothers(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "numbers.txt").write_text("1 2 3")
    read = "import os; print(open('numbers.txt').read(), sorted(os.listdir()))\nopen('mine.txt', 'w').write('x')"
    for _ in range(2):
        session = Session(sandbox, [Step(0, read)], tmp_path)
        session.ensure()
        session.close()
        assert session.cells[0].outputs[0]["text"] == "1 2 3 ['numbers.txt']\n"
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.txt"]


def test_the_environment_of_the_grader_stays_with_the_grader(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.sandbox.walls import process

    monkeypatch.setenv("GRADER_TOKEN", "secret")
    assert "secret" not in str(process.clean_environment("/tmp"))
    shown = run(sandbox, "import os; print(dict(os.environ))").cells[0].outputs[0]["text"]
    assert "PATH" in shown and "PYTEST_CURRENT_TEST" not in shown


def test_a_cell_known_to_hang_is_not_run_again(sandbox: Sandbox) -> None:
    steps = [Step(0, "while True: pass"), Step(1, "x = 2"), Step(2, names=("x",))]
    with closing(Session(sandbox, steps)) as first, closing(Session(sandbox, steps, killed={})) as same:
        first.ensure()
        assert first.generation == 2 and set(first.killed) == {0}
        same.killed.update(first.killed)
        same.ensure()
        assert same.generation == 1 and same.cells[0].killed == first.cells[0].killed
        assert same.bound[2][0] == {"x": 2}


def test_sessions_of_one_submission_share_its_time(sandbox: Sandbox) -> None:
    with closing(Session(sandbox, [Step(0, "x = 1")], deadline=time.monotonic())) as late:
        late.ensure()
        assert late.expired and not late.alive
