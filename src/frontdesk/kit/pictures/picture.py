"""What the readers of all kinds of pictures give back, and what they say when there is none."""

from dataclasses import dataclass

MOST_PARTS = 200_000
"""Of one file, so that a made-up one does not take long."""


MOST_PIXELS = 50_000_000


class NotAPicture(Exception):
    """The content is not what its first bytes say."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture.

    Attributes:
        content: The whole file.
        width: In pixels, as it is shown; of several that it says, the largest.
        height: The same.
    """

    content: bytes
    width: int
    height: int
