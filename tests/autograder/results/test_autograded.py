"""What of a notebook's outputs is kept for who grades it."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook

from autograder.outcome import MAX_SAID, Outcome, bounded
from autograder.results import autograded
from autograder.results.autograded import MAX_OUTPUTS
from chainrule.checks.verdict import Verdict

KEY = "00" * 32


def png(width: int, height: int) -> str:
    """A picture of one colour, in base64; it takes a bit for each pixel before it is packed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height))
    data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


def kept(*outputs: dict[str, Any]) -> list[dict[str, Any]]:
    """What is kept of a cell's outputs."""
    found = Outcome(outputs={0: list(outputs)})
    shown = autograded.with_outcome(new_notebook(cells=[new_code_cell("x")]), found, KEY)
    return list(shown.cells[0].outputs)


def displayed(picture: str, **more: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"image/png": picture, **more}, "metadata": {}}


def test_a_figure_is_kept() -> None:
    assert kept(displayed(png(1200, 800)))[0]["data"] == {"image/png": png(1200, 800)}


def test_a_picture_of_a_few_bytes_that_a_browser_would_need_gigabytes_for_is_left_out() -> None:
    picture = png(30_000, 30_000)
    assert len(picture) < 200_000
    (output,) = kept(displayed(picture, **{"text/plain": "Figure"}))
    assert output["data"] == {"text/plain": "Figure"}


def test_what_only_claims_to_be_a_picture_is_left_out_and_said_so() -> None:
    gif = base64.b64encode(b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(10)).decode()
    for claim in (gif, "<script>", "", base64.b64encode(b"<svg onload='x'/>").decode()):
        assert list(kept(displayed(claim))[0]["data"].values()) == [autograded.NO_PICTURE]


def test_so_many_outputs_are_kept_as_a_page_can_show() -> None:
    line = {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}}
    assert len(kept(*[line] * 100_000)) == MAX_OUTPUTS


def test_a_value_in_a_message_has_an_end_wherever_the_message_is_kept() -> None:
    long = "x" * 7_000_000
    said = bounded(Verdict("wrong", long, (("Came back", long),), None, (long,), long, long))
    for text in (said.headline, said.parts[0][1], said.notes[0], said.pattern, said.folded):
        assert len(text) < MAX_SAID + 50 and text.endswith("more characters")
    short = Verdict("wrong", "short", (("Came back", "3"),))
    assert bounded(short) == short
