"""A stretch of a list: what one page shows of it, and where the next one begins."""

from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[R]):
    """`upto`: the position behind which the list goes on, empty at its end.

    Where words are looked for it may lie behind the last of the rows, and there may be no row at all: so much was looked
    through, and a reader who wants more asks again.
    """

    rows: list[R]
    upto: str
