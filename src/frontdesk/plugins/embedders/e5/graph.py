"""The model as an ONNX graph, written byte by byte: its weights stay four bits wide, so that it stays small and fast.

A graph is a protocol buffer; of that format only what is needed here is written.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontdesk.plugins.embedders.e5.weights import BLOCK, Packed, Weights

_FLOAT, _UINT8, _INT64 = 1, 2, 7
_TYPES = {"float32": _FLOAT, "uint8": _UINT8, "int64": _INT64}
_OPSET, _IR = 17, 8
_OTHER = "com.microsoft"
_INT8_ACTIVATIONS = 4


def graph(weights: Weights) -> bytes:
    """A model with the inputs `x` (texts, tokens, hidden) and `mask` (texts, 1, 1, tokens) and the output `y`."""
    made = _Graph()
    x = made.node(
        "LayerNormalization", ["x", *made.norm(weights, "emb.ln")], axis=-1, epsilon=weights.epsilon
    )
    for layer in range(weights.layers):
        x = _layer(made, weights, f"l{layer}", x)
    made.node("Identity", [x], output="y")
    return made.model(weights.hidden)


def _layer(made: "_Graph", weights: Weights, name: str, x: str) -> str:
    size = weights.hidden // weights.heads
    split = made.constant(np.array([0, 0, weights.heads, size], np.int64))
    parts = [
        made.node("Reshape", [made.linear(weights, f"{name}.{part}", x), split]) for part in ("q", "k", "v")
    ]
    q = made.node("Transpose", [parts[0]], perm=[0, 2, 1, 3])
    k = made.node("Transpose", [parts[1]], perm=[0, 2, 3, 1])
    v = made.node("Transpose", [parts[2]], perm=[0, 2, 1, 3])
    scale = made.constant(np.array(size**-0.5, np.float32))
    scores = made.node("Add", [made.node("Mul", [made.node("MatMul", [q, k]), scale]), "mask"])
    seen = made.node("MatMul", [made.node("Softmax", [scores], axis=-1), v])
    joined = made.constant(np.array([0, 0, weights.hidden], np.int64))
    seen = made.node("Reshape", [made.node("Transpose", [seen], perm=[0, 2, 1, 3]), joined])
    x = made.added(weights, f"{name}.aln", x, made.linear(weights, f"{name}.ao", seen))
    inner = made.node("Gelu", [made.linear(weights, f"{name}.fi", x)], domain=_OTHER)
    return made.added(weights, f"{name}.oln", x, made.linear(weights, f"{name}.fo", inner))


class _Graph:
    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._count = 0

    def _name(self) -> str:
        self._count += 1
        return f"n{self._count}"

    def node(
        self, kind: str, inputs: Sequence[str], *, output: str = "", domain: str = "", **attributes: object
    ) -> str:
        output = output or self._name()
        body = b"".join(_text(1, each) for each in inputs) + _text(2, output) + _text(4, kind)
        body += b"".join(_part(5, _attribute(name, value)) for name, value in attributes.items())
        self._nodes.append(body + (_text(7, domain) if domain else b""))
        return output

    def constant(self, values: NDArray[Any]) -> str:
        name = self._name()
        body = b"".join(_number(1, size) for size in values.shape)
        body += _number(2, _TYPES[values.dtype.name]) + _text(8, name)
        self._constants.append(body + _part(9, np.ascontiguousarray(values).tobytes()))
        return name

    def norm(self, weights: Weights, name: str) -> list[str]:
        return [self.constant(weights.plain[f"{name}.{part}"].astype(np.float32)) for part in ("w", "b")]

    def linear(self, weights: Weights, name: str, x: str) -> str:
        matrix = weights.packed[f"{name}.w"]
        packed, scales = self.constant(_repacked(matrix)), self.constant(matrix.scales.reshape(-1))
        product = self.node(
            "MatMulNBits",
            [x, packed, scales],
            domain=_OTHER,
            K=matrix.columns,
            N=matrix.rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=_INT8_ACTIVATIONS,
        )
        return self.node("Add", [product, self.constant(weights.plain[f"{name}.b"].astype(np.float32))])

    def added(self, weights: Weights, name: str, x: str, y: str) -> str:
        both = self.node("Add", [x, y])
        return self.node(
            "LayerNormalization", [both, *self.norm(weights, name)], axis=-1, epsilon=weights.epsilon
        )

    def model(self, hidden: int) -> bytes:
        body = b"".join(_part(1, node) for node in self._nodes) + _text(2, "e5")
        body += b"".join(_part(5, constant) for constant in self._constants)
        body += _part(11, _declared("x", ("texts", "tokens", hidden)))
        body += _part(11, _declared("mask", ("texts", 1, 1, "tokens")))
        body += _part(12, _declared("y", ("texts", "tokens", hidden)))
        opsets = ((_text(1, domain) + _number(2, version)) for domain, version in (("", _OPSET), (_OTHER, 1)))
        return _number(1, _IR) + _part(7, body) + b"".join(_part(8, each) for each in opsets)


def _repacked(matrix: Packed) -> NDArray[np.uint8]:
    """Two neighbours to a byte, the first in its lower half."""
    nibbles = matrix.nibbles
    return (nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)).astype(np.uint8)


def _declared(name: str, sizes: Iterable[str | int]) -> bytes:
    dimensions = (_text(2, size) if isinstance(size, str) else _number(1, size) for size in sizes)
    shape = b"".join(_part(1, each) for each in dimensions)
    return _text(1, name) + _part(2, _part(1, _number(1, _FLOAT) + _part(2, shape)))


def _attribute(name: str, value: object) -> bytes:
    match value:
        case float():
            return _text(1, name) + b"\x15" + np.float32(value).tobytes() + _number(20, 1)
        case int():
            return _text(1, name) + _number(3, value) + _number(20, 2)
        case list():
            return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, 7)
    raise TypeError(type(value))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value & (2**64 - 1))


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _part(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:  # noqa: PLR2004 - seven bits to a byte
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
