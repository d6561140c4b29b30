"""OpenAI's /v1/embeddings, from the vendor's description: what is asked, and vectors out of what comes back."""

import base64
import binascii
import struct
from collections.abc import Sequence

import msgspec

from frontdesk.core import strict_json
from frontdesk.core.errors import Unavailable

LARGEST = 1e15
"""Of larger ones a vector's length would overflow."""


class _Item(msgspec.Struct, frozen=True):
    index: int
    embedding: str | list[float]


class _Answer(msgspec.Struct, frozen=True):
    data: list[_Item]


def question(model: str, texts: Sequence[str]) -> bytes:
    # An empty input is refused there; a blank says as little.
    return msgspec.json.encode(
        {"model": model, "input": [text or " " for text in texts], "encoding_format": "base64"}
    )


def vectors(body: bytes, count: int, dim: int) -> list[list[float]]:
    """The vectors in the order of the texts.

    Raises:
        Unavailable: The answer is not what the service's description says, of another size, or of numbers that are not finite.
    """
    try:
        answer = msgspec.convert(strict_json.loads(body), _Answer)
        found = {item.index: _numbers(item.embedding) for item in answer.data}
    except (strict_json.NotJson, msgspec.ValidationError, binascii.Error, struct.error) as error:
        raise Unavailable("The embedding service gave an answer that cannot be read.") from error
    if sorted(found) != list(range(count)):
        raise Unavailable(f"The embedding service gave {len(found)} vectors for {count} texts.")
    sizes = {len(each) for each in found.values()}
    if sizes != {dim}:
        raise Unavailable(
            f"The embedding service's vectors have {min(sizes)} numbers: set FRONTDESK_EMBEDDER_DIM to that."
        )
    # No comparison with a NaN is true.
    if not all(abs(number) <= LARGEST for each in found.values() for number in each):
        raise Unavailable("The embedding service gave a vector with numbers that cannot be reckoned with.")
    return [found[at] for at in range(count)]


def _numbers(given: str | list[float]) -> list[float]:
    if isinstance(given, list):
        return given
    raw = base64.b64decode(given, validate=True)
    return list(struct.unpack(f"<{len(raw) // 4}f", raw))
