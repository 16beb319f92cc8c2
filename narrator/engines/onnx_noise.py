"""A model's own random noise, given from outside instead, so that it makes the same sound each time.

onnxruntime draws the numbers of `RandomNormalLike` from a generator that goes on from run to run, so what is
made depends on what was made before. Here each such node of a model becomes two, `Shape` and `Slice`, which
take the first corner, of the shape that is wanted, out of a new input `noise`. A model is a message of
Protocol Buffers: fields of a key and a value, and what is added at the end of a message is added to it.
Source of the field numbers: onnx.proto3 of ONNX.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

INPUT = "noise"
"""Name of the new input: float32, of as many dimensions as what the noise is added to."""
DIMENSIONS = 3
"""Batch, channels, time: those of all noise in VITS, of which Piper's models are."""
_BYTES = 2
"""Wire type of a value with a length before it; all that is changed here is of this type."""
_GRAPH = 7
_NODE, _INITIALIZER, _GRAPH_INPUT = 1, 5, 11
_NODE_INPUT, _NODE_OUTPUT, _NODE_TYPE = 1, 2, 4
_FLOAT, _INT64 = 1, 7
_ORIGIN = f"{INPUT}/origin"


class _Field(NamedTuple):
    number: int
    wire: int
    value: bytes
    """Without the length before it."""
    whole: bytes
    """With key and length."""


def with_noise_from_outside(model: bytes) -> bytes:
    """Return a model that takes its noise as an input; the same model where it makes none.

    Raises:
        ValueError: It is no ONNX model.
    """
    changed = []
    for field in _fields(model):
        if (field.number, field.wire) == (_GRAPH, _BYTES):
            changed.append(_message(_GRAPH, _graph(field.value)))
        else:
            changed.append(field.whole)
    return b"".join(changed)


def _graph(graph: bytes) -> bytes:
    parts: list[bytes] = []
    count = 0
    for field in _fields(graph):
        if field.number == _NODE and field.wire == _BYTES:
            # Most of a model's bytes are numbers; its nodes are small.
            node = list(_fields(field.value))
            if _text(node, _NODE_TYPE) == b"RandomNormalLike":
                parts += _taken(_text(node, _NODE_INPUT), _text(node, _NODE_OUTPUT), count)
                count += 1
                continue
        parts.append(field.whole)
    if not count:
        return graph
    origin = _number(1, DIMENSIONS) + _number(2, _INT64) + _message(8, _ORIGIN.encode())
    parts.append(_message(_INITIALIZER, origin + _message(9, bytes(8 * DIMENSIONS))))
    shape = b"".join(_message(1, _message(2, f"{INPUT}/{axis}".encode())) for axis in range(DIMENSIONS))
    tensor = _number(1, _FLOAT) + _message(2, shape)
    parts.append(_message(_GRAPH_INPUT, _message(1, INPUT.encode()) + _message(2, _message(1, tensor))))
    return b"".join(parts)


def _taken(like: bytes, output: bytes, number: int) -> list[bytes]:
    """Return the two nodes that stand for a random one: the shape of what it is like, and so much noise."""
    shape = f"{INPUT}/shape/{number}".encode()
    return [
        _node(b"Shape", (like,), shape),
        _node(b"Slice", (INPUT.encode(), _ORIGIN.encode(), shape), output),
    ]


def _node(kind: bytes, inputs: tuple[bytes, ...], output: bytes) -> bytes:
    names = b"".join(_message(_NODE_INPUT, name) for name in inputs)
    return _message(_NODE, names + _message(_NODE_OUTPUT, output) + _message(_NODE_TYPE, kind))


def _text(fields: list[_Field], number: int) -> bytes:
    return next((field.value for field in fields if field.number == number and field.wire == _BYTES), b"")


# ---------------------------------------------------------------- Protocol Buffers
def _fields(message: bytes) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        start = at
        key, at = _read_number(message, at)
        wire = key & 7
        if wire == 0:
            _, end = _read_number(message, at)
        elif wire == _BYTES:
            length, at = _read_number(message, at)
            end = at + length
        elif wire in {1, 5}:
            end = at + (8 if wire == 1 else 4)
        else:
            raise ValueError("it is no ONNX model")
        if end > len(message):
            raise ValueError("it is no whole ONNX model")
        yield _Field(key >> 3, wire, message[at:end], message[start:end])
        at = end


def _read_number(message: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and where it ends."""
    number = 0
    for place in range(at, min(at + 10, len(message))):
        number |= (message[place] & 127) << 7 * (place - at)
        if message[place] < 128:
            return number, place + 1
    raise ValueError("it is no whole ONNX model")


def _varint(number: int) -> bytes:
    content = bytearray()
    while number > 127:
        content.append(number & 127 | 128)
        number >>= 7
    content.append(number)
    return bytes(content)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _message(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content
