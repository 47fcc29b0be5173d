"""Frames: whatever the other side sends, it is a message in time, or the connection is broken."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.sandbox import wire
from autograder.sandbox.wire import Broken
from chainrule.checks import plain
from chainrule.checks.plain import NotPlainError

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def received(pair: Pair, data: bytes) -> tuple[dict[str, object], bytes]:
    """What is made of these bytes, after which the other side hangs up."""
    ours, theirs = pair
    sender = threading.Thread(target=lambda: (theirs.sendall(data), theirs.shutdown(socket.SHUT_WR)))
    sender.start()
    try:
        return wire.receive(ours, soon())
    finally:
        sender.join(5)


def broken(pair: Pair, data: bytes) -> str:
    with pytest.raises(Broken) as error:
        received(pair, data)
    return error.value.why


def framed(header: bytes, body: bytes = b"") -> bytes:
    return wire.LENGTHS.pack(len(header), len(body)) + header + body


def refuse(value: object) -> None:
    raise NotPlainError(str(value))


def test_a_message_arrives_with_its_arrays(pair: Pair) -> None:
    out = wire.Outgoing()
    sent = {"a": np.arange(200_000.0), "b": np.zeros((0, 3)), "c": np.float32(2), "d": np.array([[True], [False]])}
    frame = out.frame({"value": plain.encode(sent, out.put_array, refuse)})
    header, body = received(pair, frame)
    back = plain.decode(header["value"], wire.array_reader(body), refuse)
    for name, array in sent.items():
        assert back[name].dtype == array.dtype and back[name].shape == np.shape(array)
        np.testing.assert_array_equal(back[name], array)


def test_an_empty_array_travels_alone() -> None:
    out = wire.Outgoing()
    tree = plain.encode(np.zeros((0, 4)), out.put_array, refuse)
    assert plain.decode(tree, wire.array_reader(b""), refuse).shape == (0, 4)


def test_an_array_that_arrived_can_be_written_to() -> None:
    out = wire.Outgoing()
    tree = plain.encode(np.zeros(3), out.put_array, refuse)
    array = plain.decode(tree, wire.array_reader(bytes(24)), refuse)
    array += 1
    assert array.tolist() == [1, 1, 1]


def test_a_message_that_comes_ahead_of_its_turn_is_none(pair: Pair) -> None:
    assert broken(pair, framed(b'{"n": 1}', b"xy") + framed(b'{"n": 2}')) == "protocol"


WHOLE = framed(b'{"value": 1}', b"12345678")


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_message_cut_off_anywhere_is_broken(pair: Pair, length: int) -> None:
    assert broken(pair, WHOLE[:length]) == "gone"


@pytest.mark.parametrize("lengths", [(2**32 - 1, 0), (0, 2**32 - 1), (wire.MAX_HEADER + 1, 0), (2, wire.MAX_BODY + 1)])
def test_a_length_over_the_limit_is_broken_at_once_and_allocates_nothing(pair: Pair, lengths: tuple[int, int]) -> None:
    ours, theirs = pair
    theirs.sendall(wire.LENGTHS.pack(*lengths))  # and nothing more: waiting for it would take until the deadline
    with pytest.raises(Broken, match="protocol"):
        wire.receive(ours, soon(30))


@pytest.mark.parametrize(
    "header",
    [b"", b"{", b"[]", b"1", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 100_000, b"9" * 10_000],
    ids=range(10),
)
def test_a_header_that_is_no_json_object_is_broken(pair: Pair, header: bytes) -> None:
    assert broken(pair, framed(header)) == "protocol"


def drip(connection: socket.socket, data: bytes, stop: threading.Event) -> None:
    for i in range(len(data)):
        if stop.wait(0.02):
            return
        connection.send(data[i : i + 1])


def test_a_slow_drip_does_not_extend_the_deadline(pair: Pair) -> None:
    ours, theirs = pair
    stop = threading.Event()
    dripping = threading.Thread(target=drip, args=(theirs, framed(b'{"a": 1}', b"x" * 1000), stop))
    dripping.start()
    with pytest.raises(Broken, match="time"):
        wire.receive(ours, soon(0.4))
    assert dripping.is_alive()  # the message was still coming
    stop.set()
    dripping.join()


def test_a_reader_that_does_not_read_does_not_hold_up_the_sender(pair: Pair) -> None:
    with pytest.raises(Broken, match="time"):
        wire.send(pair[0], b"x" * (50 << 20), soon(0.3))


def test_a_reader_that_is_gone_breaks_the_connection(pair: Pair) -> None:
    pair[1].close()
    with pytest.raises(Broken, match="gone"):
        wire.send(pair[0], b"x" * (1 << 20), soon())
    with pytest.raises(Broken, match="gone"):
        wire.receive(pair[0], soon())


def test_a_connection_that_was_closed_here_is_broken_too(pair: Pair) -> None:
    pair[0].close()
    with pytest.raises(Broken, match="gone"):
        wire.send(pair[0], b"x", soon())
    with pytest.raises(Broken, match="gone"):
        wire.receive(pair[0], soon())


def test_a_deadline_that_has_passed_is_kept_even_when_everything_is_there(pair: Pair) -> None:
    pair[1].sendall(WHOLE)
    with pytest.raises(Broken, match="time"):
        wire.receive(pair[0], time.monotonic() - 1)


@pytest.mark.parametrize("place", [-1, -8, 1, 8, 2**63, 2**200, 0.0, True, "0", None, [0]])
def test_a_forged_offset_is_refused(place: object) -> None:
    with pytest.raises((NotPlainError, ValueError)):
        wire.array_reader(b"\0" * 8)("<f8", (1,), place)
    with pytest.raises(NotPlainError):
        plain.decode({"array": ["<f8", [1], place]}, wire.array_reader(b"\0" * 8), refuse)


@given(shape=st.lists(st.integers(0, 2**64), max_size=5), place=st.integers(-20, 40), size=st.integers(0, 24))
def test_no_array_holds_more_than_the_bytes_that_came(shape: list[int], place: int, size: int) -> None:
    try:
        array = plain.decode({"array": ["<f8", shape, place]}, wire.array_reader(b"\1" * size), refuse)
    except NotPlainError:
        return
    assert array.nbytes <= size and place >= 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=80) | st.builds(framed, st.binary(max_size=20), st.binary(max_size=20)))
def test_any_bytes_are_a_message_or_broken(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        try:
            header, _ = received((ours, theirs), data)
        except Broken as error:
            assert error.why in ("gone", "protocol")
        else:
            assert type(header) is dict


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=4), st.binary())
def test_what_is_framed_is_received(header: dict[str, object], body: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert received((ours, theirs), framed(json.dumps(header).encode(), body)) == (header, body)


def test_a_message_that_may_not_be_sent_is_refused_before_it_is() -> None:
    out = wire.Outgoing()
    with pytest.raises(NotPlainError, match="too large"):
        out.frame({"text": "x" * (wire.MAX_HEADER + 1)})
