"""Messages forged on the wire: lengths, shapes, nesting, numbers, handles, replies of the wrong kind or too early."""

from __future__ import annotations

from typing import Any

from tests.hostile.corpus import Case, gains_nothing, tries

VALUES: dict[str, Any] = {
    "negative-shape": {"array": ["<f8", [-1], 0]},
    "shape-that-overflows": {"array": ["<f8", [2**62, 4], 0]},
    "shape-of-nothing-that-is-huge": {"array": ["<f8", [0, 2**62], 0]},
    "shape-beyond-the-bytes": {"array": ["<f8", [10**9], 0]},
    "shape-of-fractions": {"array": ["<f8", [0.5], 0]},
    "shape-of-truth-values": {"array": ["<f8", [True], 0]},
    "shape-of-nan": {"array": ["<f8", [float("nan")], 0]},
    "shape-that-is-no-list": {"array": ["<f8", "11", 0]},
    "shape-of-a-thousand-sides": {"array": ["<f8", [1] * 1000, 0]},
    "place-before-the-bytes": {"array": ["<f8", [1], -8]},
    "place-after-the-bytes": {"array": ["<f8", [1], 2**63]},
    "place-that-is-no-number": {"array": ["<f8", [1], [0]]},
    "numbers-that-are-pointers": {"array": ["|O", [1], 0]},
    "numbers-of-no-size": {"array": ["|V0", [10**9], 0]},
    "numbers-of-an-unknown-kind": {"array": [["<f8"], [1], 0]},
    "number-of-many": {"number": ["<f8", [2], 0]},
    "objects-beyond-their-shape": {"objects": [[10**9], []]},
    "tag-of-nothing": {"": 0},
    "two-tags": {"list": [], "array": []},
    "whole-number-that-is-huge": {"int": "f" * 5_000},
    "whole-number-that-is-none": {"int": "__import__('os')"},
    "fraction-that-is-none": {"float": "nan" * 1000},
    "complex-of-one": {"complex": ["0x1p0"]},
    "range-that-is-endless": {"range": [0, {"int": hex(2**1000)}, 1]},
    "generator-of-another-state": {"generator": ["PCG64", {"dict": [["state", {"list": []}]]}]},
    "generator-by-path": {"generator": ["os.system", {}]},
    "dict-with-lists-as-keys": {"dict": [[{"list": []}, 1]]},
    "not-plain-at-all": {"pickle": "gASVHgAAAAAAAACMBXBvc2l4"},
    "list-without-tag": [1, 2, 3],
    "handle-that-is-unknown": {
        "handle": [99_999, "instance", "T", {"handle": [99_998, "class", "T", [None, [], None]]}]
    },
    "handle-that-is-negative": {"handle": [-1, "function", "f", None]},
    "handle-that-is-no-number": {"handle": [{}, "function", "f", None]},
    "handle-without-name": {"handle": [1, "class", "", [None, [], None]]},
    "handle-with-a-name-of-a-method": {"handle": [1, "function", "__class__", None]},
    "handle-of-an-unknown-kind": {"handle": [1, "code", "f", None]},
    "handle-that-is-its-own-class": {"handle": [1, "instance", "T", {"handle": [1, "instance", "T", None]}]},
    "handle-with-a-thousand-parents": {
        "handle": [
            *(1, "class", "T"),
            ["SystemExit", [{"handle": [n, "class", "T", [None, [], None]]} for n in range(2, 1000)], None],
        ]
    },
    "handle-with-a-docstring-that-is-none": {"handle": [1, "class", "T", [None, [], {"list": []}]]},
    "handle-of-a-generator-that-is-none": {
        "handle": [1, "instance", "g", {"handle": [2, "class", "generator", [None, [], None]]}]
    },
    "handle-of-an-exception-that-ends-programs": {
        "handle": [1, "instance", "E", {"handle": [2, "class", "E", ["SystemExit", [], None]]}]
    },
    "fraction-over-nothing": {"fraction": {"tuple": [7, 0]}},
    "fraction-of-truth-values": {"fraction": {"tuple": [True, True]}},
    "decimal-of-a-huge-power": {"decimal": "7e999999999"},
    "deque-that-is-endless": {"deque": {"tuple": [{"range": [0, 2**50, 1]}, None]}},
    "view-that-is-endless": {"dict_values": {"range": [0, 2**50, 1]}},
    "bytearray-of-a-size": {"bytearray": 2**50},
    "defaultdict-with-a-function": {"defaultdict": {"tuple": [{"handle": [1, "function", "f", None]}, {"dict": []}]}},
    "record-of-code": {"recordclass": ["T(tuple): breach()\nclass T", ["x"], {"list": []}]},
    "record-with-fields-of-code": {"record": ["T", ["x=breach()"], {"list": []}, [7.0]]},
    "record-of-a-thousand-fields": {"recordclass": ["T", [f"x{i}" for i in range(1000)], {"list": []}]},
    "class-that-is-not-in-the-table": {"class": "type"},
    "path-to-the-graders-files": {"path": "/etc/passwd"},
    "list-of-more-numbers-than-bytes": {"list": {"array": ["<f8", [10**9], 0]}},
    "list-of-dates": {"list": {"array": ["<M8[s]", [1], 0]}},
    "moment-in-the-year-0": {"datetime": "0000-00-00"},
    "function-that-was-not-passed": {"yours": 10**6},
    "function-before-the-first": {"yours": -1},
    "handle-of-someone-else": {"mine": 0},
    "function-of-someone-else": {"callback": 0},
}
REPLIES: dict[str, Any] = {
    "error-of-the-wrong-kind": {"error": "text"},
    "error-that-ends-programs": {"error": {"name": "SystemExit", "base": "SystemExit", "text": "0", "class": None}},
    "error-that-is-a-function": {"error": {"name": "eval", "base": "eval", "text": "breach()", "class": None}},
    "error-with-odd-parts": {"error": {"name": {}, "base": "KeyError", "text": [1], "where": [1, 2], "class": 7}},
    "error-with-a-long-text": {
        "error": {"name": "x" * 10_000, "base": "KeyError", "text": "y" * 10_000, "class": None}
    },
    "error-with-its-own-class": {
        "error": {"name": "E", "base": "KeyError", "text": "", "own": {"handle": [1, "instance", "E", None]}}
    },
    "changed-to-something-else": {"value": 7.0, "changed": {"0": {"list": [9] * 900}, "x": 7.0, "self": {}}},
    "changed-to-another-shape": {"value": 7.0, "changed": {"0": {"array": ["<f8", [1], 0]}}},
    "changed-that-is-no-dict": {"value": 7.0, "changed": [[0, 1]]},
    "shared-that-is-not-shared": {"value": 7.0, "shared": {"np": 7.0, "check": 7.0, "rng": {"list": []}}},
    "lent-that-was-not-lent": {"value": 7.0, "lent": {"0": 7.0, "-1": 7.0, "x": {"list": []}}},
    "argument-that-was-not-passed": {"argument": "99"},
    "argument-of-no-name": {"argument": {}},
    "printed-that-is-no-text": {"value": 7.0, "printed": [["stdout", 7.0], [1, 2, 3], "x", ["x" * 10**6] * 2]},
    "warned-of-what-is-no-warning": {"value": 7.0, "warned": [["SystemExit", "x"], ["eval", "breach()"], [7, 7]]},
    "error-with-arguments-of-its-own": {
        "error": {"name": "E", "base": "OSError", "text": "", "args": {"list": []}, "own": {"mine": 0}}
    },
    "error-that-is-a-function-of-its-own": {
        "error": {"base": "KeyError", "args": {"tuple": [7.0]}, "own": {"handle": [1, "function", "f", None]}}
    },
    "error-that-is-a-class": {
        "error": {"base": "KeyError", "own": {"handle": [2, "class", "T", ["KeyError", [], None]]}}
    },
    "call-back-unasked": {"callback": 0, "args": [], "kwargs": {}},
    "call-back-before-the-first": {"callback": -1, "args": [7.0], "kwargs": {}},
    "call-back-of-no-number": {"callback": "__init__", "args": 7, "kwargs": None},
    "reply-to-another-question": {"outputs": [], "stopped": None, "bound": {}, "ready": True, "missing": {}},
    "reply-of-nothing": {},
    "not-supported": {"unsupported": True},
    "question-for-an-answer": {"op": "do", "what": "call", "handle": 0, "args": [], "kwargs": {}, "context": {}},
}
RAW: dict[str, str] = {
    "lengths-as-large-as-can-be": 'struct.pack(">II", 2**32 - 1, 2**32 - 1)',
    "header-that-never-comes": 'struct.pack(">II", 1000, 0)',
    "body-that-never-comes": 'frame({"value": 7.0}, bytes(10))[:-1]',
    "body-as-large-as-may-be": 'struct.pack(">II", 2, 256 << 20) + b"{}" + bytes(1000)',
    "header-of-nothing": 'struct.pack(">II", 0, 0)',
    "header-that-is-no-text": 'struct.pack(">II", 4, 0) + b"\\xff\\xfe\\xfd\\xfc"',
    "header-that-is-a-list": 'struct.pack(">II", 2, 0) + b"[]"',
    "header-nested-deep": 'struct.pack(">II", 1 << 20, 0) + b"[" * (1 << 20)',
    "header-with-a-value-nested-deep": '(lambda t: struct.pack(">II", len(t), 0) + t)'
    '(b\'{"value":\' + b\'{"list":[\' * 300 + b"]}" * 300 + b"}")',
    "header-with-nan": '(lambda t: struct.pack(">II", len(t), 0) + t)(b\'{"value": NaN, "changed": {"0": -Infinity}}\')',
    "header-with-endless-digits": '(lambda t: struct.pack(">II", len(t), 0) + t)'
    '(b\'{"value":\' + b"9" * 100_000 + b"}")',
    "header-with-two-values": '(lambda t: struct.pack(">II", len(t), 0) + t)(b\'{"value": 7.0, "value": 13.0}\')',
    "header-of-empty-lists": '(lambda t: struct.pack(">II", len(t), 0) + t)(b\'{"value":[\' + b"[]," * 2_000_000 + b"0]}")',
    "many-replies-at-once": 'frame({"value": 7.0}) * 1000',
    "half-a-reply-and-gone": 'frame({"value": 7.0})[:9]',
    "replies-until-it-is-full": 'frame({"value": "x" * 1000}) * 20_000',
    "call-backs-without-end": 'frame({"callback": 0, "args": [], "kwargs": {}}) * 100_000',
}
DRIP = """
def drip(self, *_):
    for byte in frame({"value": 7.0, "more": "x" * 1000}):
        self._connection.sendall(bytes([byte]))
        time.sleep(0.02)
    time.sleep(60)
type(server())._do = drip
"""
EARLY = """
# the replies to everything that will be asked, sent before it is
names = ["f", "g", "Tally", "guess", "mean", "unit", "twice", "scale"]
handles = {name: {"handle": [i, "function", name, None]} for i, name in enumerate(names)}
replies = [{"outputs": [], "stopped": None}]
for i in range(40):
    replies += [{"outputs": [], "stopped": None, "bound": handles, "value": 7.0}]
server()._connection.sendall(b"".join(map(frame, replies)))
"""
IMPOSTOR = """
# never ends its cell, but serves in the place of the server
import autograder.sandbox.wire as wire
connection = server()._connection
connection.sendall(frame({"outputs": [], "stopped": None}))
known = {"f": 7.0, "g": 11.0}
while True:
    request, body = wire.receive(connection, time.monotonic() + 60)
    names = request.get("names", [])
    reply = {"outputs": [], "stopped": None, "bound": {n: {"handle": [0, "function", n, None]} for n in names},
             "value": 7.0, "changed": {}}
    connection.sendall(frame(reply))
"""
OTHER_END = """
type(server())._seal = lambda *_, **__: {"callback": 0, "args": [], "kwargs": {}}
type(server())._sow = lambda *_, **__: {"error": {}}
"""
HIDDEN_IN_ERROR = """
def reply(self, asked, *_):
    args = asked["args"]
    return {"error": {"name": "E" + str(args)[:60], "base": "ValueError", "text": str(args), "class": None,
                      "where": [str(args), str(args)]}}
type(server())._do = reply
"""


KEY = {"array": ["<u8", [2], 0]}
GENERATORS = {
    f"a position of {position} in {name}": {"generator": [name, {"dict": state}]}
    for position in (-1, 5, 625, 2**31 - 1)
    for name, state in {
        "MT19937": [["bit_generator", "MT19937"], ["state", {"dict": [["key", {"array": ["<u4", [4], 0]}], ["pos", position]]}]],
        "Philox": [["bit_generator", "Philox"], ["state", {"dict": [["counter", KEY], ["key", KEY]]}], ["buffer", KEY],
                   ["buffer_pos", position], ["has_uint32", 0], ["uinteger", 0]],
    }.items()
}  # fmt: skip
"""States of random generators that NumPy would believe, and read the memory beside them."""


def forged(name: str, messages: list[Any]) -> Case:
    """The calls of each answer are answered with one of these messages, those of plain asserts with two of them."""
    replies = dict(zip(("f", "g", "Tally", "twice", "scale"), messages, strict=False))
    replies |= dict(zip(("mean", "unit"), messages, strict=False))
    return gains_nothing(name, f"nan = float('nan')\nanswer_calls_with({replies!r})")


def in_fives(name: str, messages: dict[str, Any]) -> list[Case]:
    """All these messages, five to a case."""
    names = list(messages)
    fives = [names[i : i + 5] for i in range(0, len(names), 5)]
    return [forged(f"{name}-{i}-{five[0]}", [messages[one] for one in five]) for i, five in enumerate(fives)]


def sends(name: str, data: str, **more: Any) -> Case:
    """One answer sends these bytes as its reply, and goes to sleep."""
    text = f"def mean(xs):\n    server()._connection.sendall({data})\n    time.sleep(60)\n    return 3.0"
    return tries(name, answers={"mean": text}, **more)


CASES = [
    *in_fives("values", {name: {"value": tree, "changed": {}} for name, tree in VALUES.items()}),
    *in_fives("generators", {name: {"value": tree, "changed": {}} for name, tree in GENERATORS.items()}),
    *in_fives("replies", REPLIES),
    *(sends(name, data, representative=name == "lengths-as-large-as-can-be") for name, data in RAW.items()),
    gains_nothing("slow-drip", DRIP),
    gains_nothing("replies-ahead-of-time", EARLY),
    gains_nothing("impostor", IMPOSTOR),
    gains_nothing("seal-broken", OTHER_END),
    gains_nothing("errors-that-tell", HIDDEN_IN_ERROR, representative=True),
]  # fmt: skip
