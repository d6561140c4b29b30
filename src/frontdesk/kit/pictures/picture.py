"""A picture as it is kept, and how the child that draws it anew gives it back."""

import struct
from dataclasses import dataclass
from typing import Self

JOB = "frontdesk.kit.pictures.redraw:redraw"
MOST_PIXELS = 25_000_000
"""Of one picture, and of all those together of one that moves: whoever looks at it has to draw them."""
MOST_OF_PHOTOGRAPH = 50_000_000
"""Of one in JPEG, which can be drawn at half its width and height for less than all of it costs."""
MOST_PICTURES = 200
"""Of one that moves."""
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
