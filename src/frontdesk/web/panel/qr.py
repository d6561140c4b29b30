"""A QR code as a drawing: one path over its dark modules, for an inline SVG that needs neither styles nor images.

Called by the page that sets up one-time codes, which loads it when it is opened: the library takes 0.2 s. The ground and the colours are the page's.
"""

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Empty modules around it, by ISO/IEC 18004: without them cameras do not find its edge."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """`size`: modules a side, with the quiet zone; `path`: the `d` of an SVG path, a module being one unit."""

    size: int
    path: str


def drawn(text: str) -> Drawn:
    """`text` in the smallest code that a camera still reads with 15 % of it dirty."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    path = "".join(_runs(row, y) for y, row in enumerate(rows, QUIET))
    return Drawn(len(rows) + 2 * QUIET, path)


def _runs(row: bytearray, y: int) -> str:
    """The dark modules of a row, those beside each other as one bar."""
    bars, x = "", QUIET
    for is_dark, run in groupby(row):
        width = sum(1 for _ in run)
        bars += f"M{x} {y}h{width}v1h-{width}z" if is_dark else ""
        x += width
    return bars
