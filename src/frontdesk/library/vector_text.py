"""Vectors in the spelling that pgvector reads."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy
    from numpy.typing import NDArray


def vector_text(vector: "NDArray[numpy.float32]") -> str:
    """One vector; six digits are more than half precision keeps."""
    return f"[{','.join(['%.6g'] * len(vector))}]" % tuple(vector.tolist())


def vectors_text(vectors: "Iterable[NDArray[numpy.float32]]") -> str:
    """An array of vectors."""
    return "{" + ",".join(f'"{vector_text(vector)}"' for vector in vectors) + "}"
