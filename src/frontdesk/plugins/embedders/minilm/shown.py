"""Has a model in ONNX form show what one of its inner nodes gives, besides its own outputs.

Such a file is a protocol buffer, and of those two written one after the other are one: what may be there once is taken
from the latter, lists are appended. So naming a value as an output is a matter of a few bytes at the end.

Source: onnx.proto (ModelProto.graph = 7, GraphProto.output = 12, ValueInfoProto.name = 1) and the encoding of protocol
buffers, "Last One Wins" and length-delimited fields.
"""

_LENGTH_DELIMITED = 2
_GRAPH, _OUTPUT, _NAME = 7, 12, 1
_MOST = 0x7F
"""Lengths up to here are one byte."""


def with_output(model: bytes, name: str) -> bytes:
    """The model with the value `name` as its last output.

    Raises:
        ValueError: The name is too long.
    """
    return model + _field(_GRAPH, _field(_OUTPUT, _field(_NAME, name.encode())))


def _field(number: int, content: bytes) -> bytes:
    if len(content) > _MOST:
        raise ValueError(f"{len(content)} bytes do not fit into a field of one length byte")
    return bytes((number << 3 | _LENGTH_DELIMITED, len(content))) + content
