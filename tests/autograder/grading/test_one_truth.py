"""What is right in a notebook is right in the grader: what a student's cells set up or define makes no difference."""
# ruff: noqa: E501  one case a line

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.engine.client import Worker
from autograder.limits import Limits
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from tests.autograder.making import answer, checks, grade, save, source, submission, working

SOURCE = source(
    answer("f", "def f(x):\n    return {'y': x * 2.0, 'name': 'double'}"),
    checks("f-test", "check(f, 3.0)", "check(f, 4.0)"),
)
RETURN = "def f(x): return {}(y=x * 2.0, name='double')"


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with working(save(SOURCE, tmp_path_factory.mktemp("course")), Limits()) as worker:
        yield worker


@pytest.mark.parametrize(
    "written",
    [
        "import warnings\nwarnings.filterwarnings('error')\n\ndef f(x):\n    np.exp(np.float64(1000.0))\n    return dict(y=x * 2.0, name='double')",
        "def f(x: float):\n    return dict(y=f.__annotations__['x'](x) * 2.0, name='double')",
        "from __future__ import annotations\n\ndef f(x: Undefined):\n    return dict(y=x * 2.0, name='double')",
        "class Own(dict):\n    __getattr__ = dict.__getitem__\n\n" + RETURN.format("Own"),
        "from collections import OrderedDict\n\n" + RETURN.format("OrderedDict"),
        "from types import MappingProxyType\n\n" + RETURN.format("MappingProxyType(dict") + ")",
        "from collections import UserDict\n\n" + RETURN.format("UserDict"),
        "class Text(str): pass\nclass Number(float): pass\n\ndef f(x): return {'y': Number(x * 2), 'name': Text('double')}",
        "%matplotlib widget\n\ndef f(x): return dict(y=x * 2.0, name='double')",
        "%matplotlib qt\n\ndef f(x): return dict(y=x * 2.0, name='double')",
        "import matplotlib\nmatplotlib.use('TkAgg')\n\ndef f(x): return dict(y=x * 2.0, name='double')",
        "import matplotlib.pyplot as plt\nplt.switch_backend('qtagg')\nplt.plot([1])\n\ndef f(x): return dict(y=x * 2.0, name='double')",
    ],
)  # fmt: skip
def test_a_right_answer_is_right_in_both(worker: Worker, written: str) -> None:
    (found,) = grade(worker, submission(SOURCE, f=written)).tests
    assert found.score == 2, found.verdict.text


def test_a_mapping_with_other_values_is_wrong(worker: Worker) -> None:
    own = "class Own(dict):\n    def __eq__(self, other): return True\n\ndef f(x): return Own(y=x, name='double')"
    (found,) = grade(worker, submission(SOURCE, f=own)).tests
    assert found.score == 0


def test_a_text_of_a_subclass_is_compared_as_a_text() -> None:
    class Text(str):
        __slots__ = ()

    assert difference(Text("a"), "a", Accept()) is None
    assert difference(Text("b"), "a", Accept()) is not None
