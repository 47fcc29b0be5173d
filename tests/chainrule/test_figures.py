"""Figures: a picture with its words, and graphs that say everything without colour."""

from __future__ import annotations

import html
import io
import re
import struct
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from chainrule import figures
from chainrule.graph import Gate, Graph, neuron, product_of_sum

matplotlib.use("Agg")

MEETING = Graph(
    ("x", "y"),
    (Gate("sum", "add", ("x", "y")), Gate("max", "max", ("x", "y")), Gate("f", "multiply", ("sum", "max"))),
)
SQUARE = Graph(("x",), (Gate("f", "multiply", ("x", "x")),))
TRICKY = Graph(
    ("x", "y"),
    (
        Gate("sigy", "sigmoid", ("y",)),
        Gate("num", "add", ("x", "sigy")),
        Gate("sigx", "sigmoid", ("x",)),
        Gate("xpy", "add", ("x", "y")),
        Gate("xpysqr", "square", ("xpy",)),
        Gate("den", "add", ("sigx", "xpysqr")),
        Gate("invden", "reciprocal", ("den",)),
        Gate("f", "multiply", ("num", "invden")),
    ),
)
INPUTS = {
    "product": (product_of_sum(), {"x": -2.0, "y": 5.0, "z": -4.0}),
    "neuron": (neuron(), {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
    "meeting": (MEETING, {"x": 3.0, "y": -4.0}),
    "square": (SQUARE, {"x": 3.0}),
    "tricky": (TRICKY, {"x": 3.0, "y": -4.0}),
}


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    shown: list[Any] = []
    monkeypatch.setattr(figures, "display", shown.append)
    return shown


def texts(fig: Any) -> list[Text]:
    return [text for text in fig.axes[0].texts if text.get_text()]


def test_show_displays_one_image_with_escaped_words_and_closes_the_figure(displayed: list[Any]) -> None:
    before = plt.get_fignums()
    fig, _ = plt.subplots()
    figures.show(fig, alt='x < "y" & z')
    assert plt.get_fignums() == before
    (picture,) = displayed
    page = picture._repr_html_()
    assert html.unescape(re.search(r'alt="([^"]*)"', page)[1]) == 'x < "y" & z'  # type: ignore[index]
    assert page.startswith('<img src="data:image/png;base64,iVBOR')
    assert "max-width:100%" in page
    assert repr(picture) == 'x < "y" & z'


def test_in_a_dark_theme_lines_are_turned_and_greys_that_mean_something_are_not(displayed: list[Any]) -> None:
    fig, ax = plt.subplots()
    ax.plot([0, 1], "k-")
    figures.show(fig, alt="a line")
    fig, ax = plt.subplots()
    ax.imshow([[0, 1]], cmap="Greys")
    figures.show(fig, alt="a digit")
    line, digit = (picture._repr_html_() for picture in displayed)
    assert 'class="chainrule-lines"' in line and 'class="chainrule-greys"' in digit
    assert re.search(r'theme-light="false"\] \.chainrule-lines\{filter:invert', line)


def test_the_same_figure_gives_the_same_bytes(displayed: list[Any]) -> None:
    for _ in range(2):
        graph, inputs = INPUTS["product"]
        figures.show(figures.draw_graph(graph, graph.forward(inputs)), alt="twice")
    assert displayed[0].png == displayed[1].png


def test_the_ground_is_white_whatever_the_theme(displayed: list[Any]) -> None:
    with plt.style.context("dark_background"):
        fig, ax = plt.subplots()
        ax.axis("off")
        figures.show(fig, alt="nothing")
        graph, inputs = INPUTS["product"]
        drawn = figures.draw_graph(graph, graph.forward(inputs))
    pixels = plt.imread(io.BytesIO(displayed[0].png))
    assert pixels[0, 0].tolist() == [1, 1, 1, 1]
    assert drawn.get_facecolor() == (1, 1, 1, 1)
    assert all(text.get_color() != "white" for text in texts(drawn))


@pytest.mark.parametrize("name", INPUTS)
def test_every_edge_carries_its_name_value_and_gradient_told_apart_without_colour(name: str) -> None:
    graph, inputs = INPUTS[name]
    values = graph.forward(inputs)
    fig = figures.draw_graph(graph, values, graph.backward(values))
    forward = [text for text in texts(fig) if text.get_text().startswith("→")]
    backward = [text for text in texts(fig) if text.get_text().startswith("←")]
    assert len(forward) == len(backward) == len(values)
    assert all(FontProperties(weight=t.get_fontweight()).get_weight() == "bold" for t in forward)
    assert all(t.get_fontstyle() == "italic" for t in backward)
    written = [text.get_text() for text in texts(fig)]
    assert all(edge in written for edge in values)
    assert all(gate.symbol in written for gate in graph.gates)


@pytest.mark.parametrize("name", INPUTS)
def test_no_words_lie_on_others_or_leave_the_picture(name: str) -> None:
    graph, inputs = INPUTS[name]
    values = graph.forward(inputs)
    fig = figures.draw_graph(graph, values, graph.backward(values))
    FigureCanvasAgg(fig).draw()
    # The box of the letters alone, without their white ground.
    boxes = [Text.get_window_extent(text).padded(-1.5) for text in texts(fig)]
    for i, box in enumerate(boxes):
        assert fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1
        assert fig.bbox.y0 <= box.y0 and box.y1 <= fig.bbox.y1
        overlapping = [texts(fig)[j].get_text() for j in range(i) if box.overlaps(boxes[j])]
        assert not overlapping, (texts(fig)[i].get_text(), overlapping)


@pytest.mark.parametrize("name", INPUTS)
def test_a_graph_is_cut_to_its_words(displayed: list[Any], name: str) -> None:
    graph, inputs = INPUTS[name]
    figures.show(figures.draw_graph(graph, graph.forward(inputs)), alt="tight")
    dark = plt.imread(io.BytesIO(displayed[0].png))[..., :3].min(axis=2) < 0.9
    height, width = dark.shape
    for along, size in ((dark.any(axis=1), height), (dark.any(axis=0), width)):
        first, last = along.argmax(), size - along[::-1].argmax()
        assert first < 30
        assert size - last < 30


def test_values_and_gradients_may_be_left_out() -> None:
    graph, _ = INPUTS["neuron"]
    written = "".join(text.get_text() for text in texts(figures.draw_graph(graph)))
    assert "→" not in written
    assert "←" not in written


def test_the_words_hold_every_number_of_the_picture() -> None:
    graph, inputs = INPUTS["neuron"]
    values = graph.forward(inputs)
    words = figures.describe_graph(graph, values, graph.backward(values))
    assert "Input w2: value −3, gradient 0.20." in words
    assert "Gate exp takes neg and gives exp: value 0.37, gradient −0.53." in words
    assert "Gate 1/x takes den and gives f: value 0.73, gradient 1." in words
    assert words.count("value") == words.count("gradient") == len(values)
    assert "value" not in figures.describe_graph(graph)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.0, "4"),
        (-0.5344, "−0.53"),
        (0.19661, "0.20"),
        (0.0, "0"),
        (-0.0, "0"),
        (-196.61, "−196.61"),
        (4.5e-05, "4.5e−05"),
        (1e30, "1e+30"),
    ],
)
def test_numbers_are_written_as_the_lectures_do(value: float, text: str) -> None:
    assert figures.number(value) == text


def test_pictures_are_of_readable_size(displayed: list[Any]) -> None:
    graph, inputs = INPUTS["neuron"]
    figures.show(figures.draw_graph(graph, graph.forward(inputs)), alt="the neuron")
    width, height = struct.unpack(">II", displayed[0].png[16:24])
    assert 1000 < width < 2400
    assert 300 < height < 1000
    assert len(displayed[0].png) < 150_000
