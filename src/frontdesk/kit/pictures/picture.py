"""A picture as it is kept, and how the child that draws it anew gives it back."""

import struct
from dataclasses import dataclass
from typing import Self

JOB = "frontdesk.kit.pictures.redraw:redraw"
MOST_PIXELS = 50_000_000
"""Of one picture: whoever looks at it has to draw them."""
MOST_DRAWN = 100_000_000
"""Of all the pictures of one that moves."""
_SIZE = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew.

    Attributes:
        content: The whole file.
        width: In pixels, as it is shown.
        height: The same.
    """

    content: bytes
    width: int
    height: int

    def packed(self) -> bytes:
        return _SIZE.pack(self.width, self.height) + self.content

    @classmethod
    def unpacked(cls, answer: bytes) -> Self:
        width, height = _SIZE.unpack_from(answer)
        return cls(answer[_SIZE.size :], width, height)
