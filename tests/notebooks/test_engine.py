"""The solution of notebook 12 against autograd, mpmath, complex steps, published figures, and what its words claim."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

from chainrule import datasets

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "solutions" / "12-engine" / "engine.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
RNG = np.random.default_rng(12)

Way = Callable[[SimpleNamespace, Any], None]


def gradients(code: SimpleNamespace, function: Callable[..., Any], *data: Any, way: Way | None = None) -> list[Any]:
    """The gradients of a function of Values, by the engine's backward or another way of going back."""
    leaves = [code.Value(x) for x in data]
    root = function(*leaves)
    (way or (lambda code, root: code.backward(root)))(code, root)
    return [leaf.grad for leaf in leaves]


# Other ways of going back, each of them wrong.


def breadth_first(code: SimpleNamespace, root: Any) -> None:
    root.grad = np.ones_like(root.data)
    for node in code.breadth_first(root):
        node.back()


def depth_first(_: SimpleNamespace, root: Any) -> None:
    root.grad = np.ones_like(root.data)
    seen = set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            node.back()
            for parent in node.parents:
                visit(parent)

    visit(root)


def path_by_path(_: SimpleNamespace, root: Any) -> None:
    """All that a node holds, handed on each time that it is reached."""
    root.grad = np.ones_like(root.data)

    def fire(node: Any) -> None:
        node.back()
        for parent in node.parents:
            fire(parent)

    fire(root)


def overwriting(code: SimpleNamespace, root: Any) -> None:
    """What a node sends takes the place of what stood in its parents before; what it sends twice to one adds."""
    root.grad = np.ones_like(root.data)
    for node in reversed(code.topological_order(root)):
        before = {id(parent): (parent, np.array(parent.grad)) for parent in node.parents}
        node.back()
        for parent, old in before.values():
            parent.grad = parent.grad - old


WRONG = [breadth_first, depth_first, path_by_path, overwriting]


# --- operations


def program(code: Any, a: Any, b: Any, c: Any) -> Any:
    """An expression that uses every operation, and every inner value more than once."""
    d = a * b + code.tanh(c)
    e = code.exp(d * 0.3) - d / 2
    f = code.relu(e + a) * d + 2 / (1 + code.exp(-e))
    return f * e - (1 - f) ** 3 + code.power(d**2 + 1, -0.5)


PLAIN = SimpleNamespace(
    exp=anp.exp, tanh=anp.tanh, relu=lambda z: anp.maximum(z, 0), power=lambda z, n: z**n, softplus=anp.log1p
)


def test_gradients_through_every_operation_agree_with_autograd(code: SimpleNamespace) -> None:
    for _ in range(20):
        data = RNG.normal(size=3).tolist()
        found = gradients(code, lambda a, b, c: program(code, a, b, c), *data)
        expected = [autograd.grad(lambda *x: program(PLAIN, *x), i)(*data) for i in range(3)]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_gradients_of_arrays_that_are_broadcast_agree_with_autograd(code: SimpleNamespace) -> None:
    for shapes in ([(4, 3), (3,), (4, 1)], [(1, 3), (4, 3), ()], [(2, 1, 3), (4, 1), (1, 1, 3)]):
        data = [RNG.normal(size=shape) for shape in shapes]
        found = gradients(code, lambda a, b, c: code.total(program(code, a, b, c)), *data)
        for i, gradient in enumerate(found):
            expected = autograd.grad(lambda *x: anp.sum(program(PLAIN, *x)), i)(*data)
            np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-12)


def test_products_of_matrices_agree_with_autograd(code: SimpleNamespace) -> None:
    A, B = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5))
    found = gradients(code, lambda a, b: code.total(code.tanh(a @ b) * (a @ b)), A, B)
    expected = [autograd.grad(lambda a, b: anp.sum(anp.tanh(a @ b) * (a @ b)), i)(A, B) for i in (0, 1)]
    for gradient, right in zip(found, expected, strict=True):
        np.testing.assert_allclose(gradient, right, rtol=1e-12)


def test_gradients_agree_with_pytorch_where_it_is_installed(code: SimpleNamespace) -> None:
    torch = pytest.importorskip("torch")
    data = RNG.normal(size=(3, 4, 2))
    leaves = [torch.tensor(x, requires_grad=True) for x in data]
    theirs = SimpleNamespace(exp=torch.exp, tanh=torch.tanh, relu=torch.relu, power=torch.pow)
    program(theirs, *leaves).sum().backward()
    found = gradients(code, lambda a, b, c: code.total(program(code, a, b, c)), *data)
    for gradient, leaf in zip(found, leaves, strict=True):
        np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("z", [-800.0, -40.0, 0.0, 3.0, 40.0, 800.0])
def test_softplus_holds_at_both_ends(code: SimpleNamespace, z: float) -> None:
    (slope,) = gradients(code, code.softplus, z)
    with mpmath.workdps(60):
        expected = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        assert float(slope) == pytest.approx(float(expected), rel=1e-12)
        assert float(code.softplus(code.Value(z)).data) == pytest.approx(float(mpmath.log1p(mpmath.exp(z))), rel=1e-12)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (4, 1), (1, 1), (), (4, 3), (1,)])
def test_unbroadcast_undoes_what_numpy_did(code: SimpleNamespace, shape: tuple[int, ...]) -> None:
    """Against the transposed Jacobian of broadcasting, made from what NumPy does to each unit array."""
    for whole in [(4, 3), (2, 4, 3)]:
        grad = RNG.normal(size=whole)
        expected = np.zeros(shape)
        for place in np.ndindex(shape):
            unit = np.zeros(shape)
            unit[place] = 1
            expected[place] = np.sum(np.broadcast_to(unit, whole) * grad)
        np.testing.assert_allclose(code.unbroadcast(grad, shape), expected, atol=1e-13)


# --- the order


def test_only_an_order_that_waits_gives_648(code: SimpleNamespace) -> None:
    exact = mpmath.diff(lambda a: (a + a**2) ** 2 * a, 3)
    assert float(exact) == pytest.approx(648)

    def by_products(a: Any) -> Any:
        c = a + a * a
        return c * (a * c)

    assert gradients(code, by_products, 3.0) == [648]
    assert gradients(code, code.diamond_of, 3.0) == [648]
    assert [float(gradients(code, by_products, 3.0, way=way)[0]) for way in WRONG] == [396, 396, 1116, 216]
    assert "648" in SOURCES["order-text"]


def test_the_orders_of_the_prediction_give_what_is_said(code: SimpleNamespace) -> None:
    lines = re.findall(r"^- \*\*([ABC])\*\* ((?:\$\w\$(?:, )?)+)", SOURCES["order-text"], re.MULTILINE)
    right = []
    for letter, order in lines:
        a = code.Value(3.0)
        nodes = {"s": a * a}
        nodes["c"] = a + nodes["s"]
        nodes["d"] = a * nodes["c"]
        nodes["f"] = nodes["c"] * nodes["d"]
        nodes["f"].grad = np.array(1.0)
        for name in re.findall(r"\w", order):
            nodes[name].back()
        right += [letter] if a.grad == 648 else []
    assert len(lines) == 3
    assert right == [code.order_guess[0]]


def test_handing_on_each_share_at_once_takes_as_many_calls_as_is_said() -> None:
    def fired(doublings: int) -> int:
        return 1 + (2 * fired(doublings - 1) if doublings else 0)

    assert fired(18) == 524_287 == 2**19 - 1
    assert "**D** 524,287" in SOURCES["order-text"]


@pytest.mark.parametrize("n", [900, 5_000, 30_000])
def test_a_chain_may_be_as_deep_as_it_likes(code: SimpleNamespace, n: int) -> None:
    one, x = code.Value(1.0), code.Value(0.0)
    node = x
    for _ in range(n):
        node = node + one
    code.backward(node)
    assert (one.grad, x.grad) == (n, 1)
    assert len(code.topological_order(node)) == n + 2


def test_what_is_said_of_an_order_is_the_same_for_every_right_one(code: SimpleNamespace) -> None:
    """Drawn graphs, in the solution's order and in one by counting."""
    for n in (4, 6, 9, 12):
        graph = code.drawn_graph(n)
        expected = code.said_of_order(code.Value, code.topological_order, graph)
        assert expected == {
            "nodes in it": n,
            "missing": "nobody",
            "more than once": "nobody",
            "before a parent": "nobody",
        }
        other = code.said_of_order(code.Value, lambda root: code.when_all_has_arrived(root)[::-1], graph)
        assert other == expected


def test_a_second_run_without_care_is_what_is_said(code: SimpleNamespace) -> None:
    found = {}
    for name in ("nothing", "leaf", "all"):
        a = code.Value(3.0)
        f = (a * a) * a
        code.backward(f)
        found["first"] = float(a.grad)
        if name == "leaf":
            a.grad = np.zeros(())
        if name == "all":
            code.zero_grad(f)
        code.backward(f)
        found[name] = float(a.grad)
    assert found == {"first": 27, "nothing": 72, "leaf": 45, "all": 27}
    assert all(number in SOURCES["zero-grad-text"] for number in ("27", "72", "45"))


def test_the_functions_made_in_a_loop_do_what_is_said(code: SimpleNamespace) -> None:
    shown = re.search(r"```python\n(.*?)```", SOURCES["late-text"], re.DOTALL)
    assert shown
    names: dict[str, Any] = {"Value": code.Value}
    exec(shown[1], names)
    gradients = ", ".join(f"{names[name].grad:g}" for name in "abc")
    assert f"**{code.late_guess}** {gradients}\n" in SOURCES["late-text"]


# --- published figures, and what they are blind to


def test_the_figures_of_micrograds_page(code: SimpleNamespace) -> None:
    page = PUBLISHED["micrograd"]
    with mpmath.workdps(40):
        exact = SimpleNamespace(relu=lambda x: max(x, mpmath.mpf(0)))
        names = {"relu": exact.relu}
        exec(SOURCES["first-run"].split("a = Value")[0], names)
        slopes = [mpmath.diff(names["micrograd"], (-4, 2), partial) for partial in ((1, 0), (0, 1))]
        value = names["micrograd"](mpmath.mpf(-4), mpmath.mpf(2))
    assert [round(float(x), page["digits"]) for x in (value, *slopes)] == [page["g"], page["da"], page["db"]]
    found = gradients(code, code.micrograd, -4.0, 2.0)
    np.testing.assert_allclose(found, [float(x) for x in slopes], rtol=1e-12)
    assert f"g = {page['g']}, dg/da = {page['da']}, dg/db = {page['db']}" in code.printed
    for way in WRONG:  # this one tells all of them
        assert not np.allclose(gradients(code, code.micrograd, -4.0, 2.0, way=way), found, rtol=1e-3)


def test_published_tests_that_are_blind_to_an_order_are_as_the_words_say(code: SimpleNamespace) -> None:
    def its_test(x: Any) -> Any:
        z = 2 * x + 2 + x
        q = code.relu(z) + z * x
        return code.relu(z * z) + q + q * x

    page, cmu, rule = PUBLISHED["micrograd-test"], PUBLISHED["topological-order"], PUBLISHED["chain-rule"]
    assert float(its_test(code.Value(-4.0)).data) == page["y"]
    seen = {way.__name__: float(gradients(code, its_test, -4.0, way=way)[0]) for way in WRONG}
    assert gradients(code, its_test, -4.0) == [page["dx"]] == [seen.pop("breadth_first")]
    assert page["dx"] not in seen.values()

    def polynomial(a: Any, b: Any) -> Any:
        return 3 * a * a + 4 * a * b - a

    expected = [cmu["da"], cmu["db"]]
    for way in (None, breadth_first, depth_first, path_by_path):
        np.testing.assert_allclose(gradients(code, polynomial, cmu["a"], cmu["b"], way=way), expected, atol=1e-7)
    assert not np.allclose(gradients(code, polynomial, cmu["a"], cmu["b"], way=overwriting), expected)

    for point, expected in zip(rule["points"], rule["gradients"], strict=True):
        for way in (None, breadth_first, depth_first, path_by_path):
            found = np.array(gradients(code, lambda x, y: x * y + x, *point, way=way))
            np.testing.assert_allclose(5 * found, expected)

    neuron = gradients(code, lambda x, w: code.tanh(x * w + 6.88), 2.0, -3.0)
    for way in WRONG:
        np.testing.assert_allclose(gradients(code, lambda x, w: code.tanh(x * w + 6.88), 2.0, -3.0, way=way), neuron)


def test_the_expression_that_shows_the_bug_does_and_the_usual_ones_do_not(code: SimpleNamespace) -> None:
    def power_of_four(a: Any) -> Any:
        b = a * a
        return b * b

    assert code.told_apart(code.Value, code.shows, 3.0) is True
    said = [
        code.told_apart(code.Value, hides, 3.0) for hides in (lambda a: a + a, power_of_four, lambda a: (a + 2) * 3)
    ]
    assert said == ["both orders give 2", "both orders give 108", "both orders give 3"]


# --- the functions of earlier notebooks


def test_the_tricky_function_has_the_gradients_that_were_found_by_hand(code: SimpleNamespace) -> None:
    def plain(x: Any, y: Any) -> Any:
        sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
        return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)

    h = 1e-30
    by_steps = [plain(3 + h * 1j, -4.0).imag / h, plain(3.0, -4 + h * 1j).imag / h]
    np.testing.assert_allclose(gradients(code, code.tricky, 3.0, -4.0), by_steps, rtol=1e-12)
    told = ", ".join(f"{x:.4f}" for x in by_steps)
    assert told == "2.0596, 1.5922"
    assert told.replace(", ", " and ") in SOURCES["tricky-read"]
    assert f"the tricky function of notebook 03: {told}" in code.printed


@pytest.mark.parametrize(("m", "sizes"), [(1, (3, 2)), (5, (3, 5, 3)), (4, (2, 4, 3, 1))])
def test_a_network_has_the_gradients_of_notebook_04_and_of_autograd(
    code: SimpleNamespace, m: int, sizes: tuple[int, ...]
) -> None:
    thetas = [RNG.normal(size=(s, n + 1)) for n, s in pairwise(sizes)]
    X, Y = RNG.normal(size=(m, sizes[0])), RNG.integers(2, size=(m, sizes[-1])).astype(float)

    def plain(thetas: Any) -> Any:
        A = X
        for Theta in thetas:
            Z = anp.dot(A, Theta[:, 1:].T) + Theta[:, 0]
            A = 1 / (1 + anp.exp(-Z))
        return anp.sum(anp.logaddexp(0, Z) - Y * Z) / m

    found = gradients(code, lambda *leaves: code.network_loss(list(leaves), X, Y), *thetas)
    for gradient, hand, expected in zip(found, code.by_hand(thetas, X, Y), autograd.grad(plain)(thetas), strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(gradient, hand, rtol=1e-10, atol=1e-14)
    differences = re.findall(r"Theta \d: largest difference .*: (\S+)", code.printed)
    assert len(differences) == 2
    assert max(map(float, differences)) < 1e-14


def test_steps_leave_the_leaves_and_no_graph_grows(code: SimpleNamespace) -> None:
    thetas = [code.Value(RNG.normal(size=(3, 4))), code.Value(RNG.normal(size=(1, 4)))]
    X, Y = RNG.normal(size=(6, 3)), RNG.integers(2, size=(6, 1)).astype(float)
    sizes, costs = set(), []
    for _ in range(20):
        loss = code.network_loss(thetas, X, Y)
        sizes.add(len(code.topological_order(loss)))
        costs.append(float(loss.data))
        code.backward(loss)
        code.step(thetas, 0.5)
    assert len(sizes) == 1
    assert np.all(np.diff(costs) < 0)


def test_what_is_trained_tells_odd_from_even_and_a_hidden_layer_is_worth_something(code: SimpleNamespace) -> None:
    rows = re.findall(r"^(64\S+) +\d+ nodes in a step, loss \S+, misread (\d+) of (\d+)$", code.printed, re.MULTILINE)
    misread = {sizes: int(count) for sizes, count, _ in rows}
    assert {int(of) for _, _, of in rows} == {len(datasets.held_out_digits())}
    assert misread["64-25-1"] <= 12
    assert misread["64-1"] >= misread["64-25-1"] + 5


def test_one_number_in_a_node_is_the_same_and_takes_far_more_nodes(code: SimpleNamespace) -> None:
    found = re.search(r"numbers: +([\d,]+) nodes, arrays: (\d+) nodes; gradients differ by (\S+)", code.printed)
    assert found
    assert int(found[1].replace(",", "")) > 100 * int(found[2])
    assert float(found[3]) < 1e-13
