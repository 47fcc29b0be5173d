"""Messages between the grader's worker and a sandbox: a JSON header and the raw bytes of arrays.

A frame is two big-endian 32-bit lengths, the header, the body. Every size is checked before anything
is allocated, and one deadline covers a whole message, so that a slow drip cannot extend it.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks import plain

MAX_HEADER = 8 << 20
MAX_BODY = 256 << 20
CHUNK = 1 << 16
MAX_COMMAND = 1 << 16
"""Of what a zygote is told."""
SECONDS_TO_START = 5.0
"""For a fork to be ready; a process that is started afresh has `SECONDS_TO_START_AFRESH`."""
SECONDS_TO_START_AFRESH = 60.0
LENGTHS = struct.Struct(">II")


class Broken(Exception):
    """The other side is gone, took too long, or sent what is no message. `why` is a short word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Outgoing:
    """Collects the arrays of one message while its header is made."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def put_array(self, array: NDArray[Any]) -> plain.Json:
        """Keep an array's bytes; its place is their offset in the body."""
        offset, data = self._size, array.tobytes()
        self._parts.append(data)
        self._size += len(data)
        return offset

    def frame(self, header: Mapping[str, Any]) -> bytes:
        """The whole message. Raises NotPlainError where it's larger than a message may be."""
        text = json.dumps(header).encode()
        if len(text) > MAX_HEADER or self._size > MAX_BODY:
            raise plain.NotPlainError("too large to be handed over")
        return b"".join([LENGTHS.pack(len(text), self._size), text, *self._parts])


def array_reader(body: bytes) -> Callable[[str, tuple[int, ...], plain.Json], NDArray[Any]]:
    """Makes the function that finds an array in a message's body and checks that it lies inside."""

    def get_array(dtype: str, shape: tuple[int, ...], place: plain.Json) -> NDArray[Any]:
        count = math.prod(shape)
        if type(place) is not int or place < 0 or place + count * np.dtype(dtype).itemsize > len(body):
            raise plain.NotPlainError("an array that is larger than its bytes")
        return np.frombuffer(body, dtype, count, place).reshape(shape).copy()

    return get_array


def send(connection: socket.socket, frame: bytes, deadline: float) -> None:
    """Send a whole message before the deadline (of time.monotonic). Raises Broken."""
    try:
        _set_deadline(connection, deadline)
        connection.sendall(frame)
    except OSError as error:
        raise _broken(error) from error


def receive(connection: socket.socket, deadline: float, ahead: bytearray | None = None) -> tuple[dict[str, Any], bytes]:
    """Read a whole message before the deadline: its header and its body. Raises Broken.

    The two sides take turns: what comes after a message breaks the rules. Where several are expected,
    `ahead` keeps what has come of the next.
    """
    data = bytearray(ahead or b"")
    _read(connection, data, LENGTHS.size, CHUNK, deadline)
    head, size = LENGTHS.unpack_from(data)
    if head > MAX_HEADER or size > MAX_BODY:
        raise Broken("protocol")
    end = LENGTHS.size + head + size
    _read(connection, data, end, 0, deadline)
    if ahead is not None:
        ahead[:] = data[end:]
    elif len(data) > end:
        raise Broken("protocol")
    try:
        header = json.loads(data[LENGTHS.size : LENGTHS.size + head].decode())
    except (ValueError, RecursionError) as error:
        raise Broken("protocol") from error
    if type(header) is not dict:
        raise Broken("protocol")
    return header, bytes(data[LENGTHS.size + head : end])


def _read(connection: socket.socket, data: bytearray, size: int, more: int, deadline: float) -> None:
    """Read on until there are `size` bytes; up to `more` are taken along where they are there already."""
    try:
        while len(data) < size:
            _set_deadline(connection, deadline)
            some = connection.recv(max(more, min(size - len(data), 1 << 20)))
            if not some:
                raise Broken("gone")
            data += some
    except OSError as error:
        raise _broken(error) from error


def _set_deadline(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Broken("time")
    connection.settimeout(left)


def _broken(error: OSError) -> Broken:
    return Broken("time" if isinstance(error, TimeoutError) else "gone")
