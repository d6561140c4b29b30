"""Where the marks of a chart stand: numbers in, coordinates out; templates draw them as SVG without style or script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE = 760.0
LEFT = 34.0
TOP, BOTTOM = 12.0, 180.0
GAP = 0.28
"""The part of a day's place that stays empty between bars."""
MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A hairline with its number."""

    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a bar; `series` numbers its colour from 1."""

    y: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The parts of one place on the axis, and whether its label is written."""

    x: float
    width: float
    blocks: tuple[Block, ...]
    labelled: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Stacked:
    bars: tuple[Bar, ...]
    grid: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """`pieces`: runs of points without a hole, as `x,y x,y`; `dots`: every point; `promise`: the height of a line."""

    pieces: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    grid: tuple[Line, ...]
    promise: float | None


def stacked(rows: Sequence[Sequence[int]]) -> Stacked:
    """A bar for each row, its numbers upon each other."""
    top = _round_up(max((sum(row) for row in rows), default=0))
    place = (WIDE - LEFT) / max(len(rows), 1)
    every = -(-len(rows) // MOST_LABELS)
    bars: list[Bar] = []
    for n, row in enumerate(rows):
        blocks: list[Block] = []
        y = BOTTOM
        for series, number in enumerate(row, start=1):
            height = round((BOTTOM - TOP) * number / top, 1)
            y = round(y - height, 1)
            if height:
                blocks.append(Block(y, height, series))
        x = LEFT + place * (n + GAP / 2)
        bars.append(Bar(round(x, 1), round(place * (1 - GAP), 1), tuple(blocks), n % max(every, 1) == 0))
    return Stacked(tuple(bars), _grid(top))


def curve(values: Sequence[float | None], promise: float = 0.0) -> Curve:
    """A line through the values, broken where there are none."""
    top = _round_up(max((*(value for value in values if value is not None), promise), default=0.0))
    place = (WIDE - LEFT) / max(len(values), 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(LEFT + place * (n + 0.5), 1), _height(value, top)))
    dots = tuple(dot for run in runs for dot in run)
    pieces = tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1)
    return Curve(pieces, dots, _grid(top), _height(promise, top) if promise else None)


def _height(value: float, top: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)


def _grid(top: float) -> tuple[Line, ...]:
    return tuple(Line(_height(top * n / 4, top), top * n / 4) for n in range(5))


def _round_up(most: float) -> float:
    """A number of which a quarter is round."""
    if most <= 4:  # noqa: PLR2004 - four steps of one
        return 4.0
    step = 1.0
    while step * 10 < most / 4:
        step *= 10
    return next(4 * step * factor for factor in (1, 2, 2.5, 5, 10) if 4 * step * factor >= most)
