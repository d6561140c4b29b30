"""Medians of the times that sums of figures hold. Called by `store.insight` and `insight`.

The times are put in order here and not in SQL: they come as a few lists, which takes a fifth of the work. That of a busy
year is too much for the event loop, so it is done beside it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.insight_span import IN_SPAN, Span, given_by
from frontdesk.store.tx import Tx

BY = {0b0111: "day", 0b1011: "channel_id", 0b1101: "assistant_id", 0b1110: "team"}
"""What a span is taken apart by, under the number that `grouping` of these four gives."""
ALL = 0b1111


@dataclass(frozen=True, slots=True)
class Times:
    """Median seconds, and what nine in ten did not exceed; None where there were none.

    `first`: from the customer's first line to the first line of a person. `closed`: from the beginning to the end.
    """

    first_p50_s: float | None = None
    first_p90_s: float | None = None
    closed_p50_s: float | None = None
    closed_p90_s: float | None = None


_OF_PARTS = text(f"""
    SELECT f.day, f.channel_id, f.assistant_id, f.team, f.waits FROM figure_sums f
    WHERE f.workspace_id = :w AND f.kind = 'all' AND f.reached > 0 AND {IN_SPAN}""")
_OF_ALL = text(f"""
    SELECT f.waits, f.firsts, f.closes FROM figure_sums f
    WHERE f.workspace_id = :w AND f.kind = CAST(:level AS text) || 'all' AND {IN_SPAN}""")
_FIRSTS = text(f"""
    SELECT f.value, f.firsts FROM figure_sums f
    WHERE f.workspace_id = :w AND f.kind = CAST(:level AS text) || 'first' AND {IN_SPAN}""")


async def waits_of_parts(workspace: WorkspaceId, tx: Tx, span: Span) -> dict[tuple[int, Any], list[float]]:
    """In order, by what the span is taken apart by (`BY`, or `ALL` and None) and the part."""
    return await asyncio.to_thread(_by_part, (await tx.execute(_OF_PARTS, given_by(workspace, span))).all())


def _by_part(rows: Iterable[Sequence[Any]]) -> dict[tuple[int, Any], list[float]]:
    found: dict[tuple[int, Any], list[float]] = {}
    for *parts, waits in rows:
        for key in ((ALL, None), *zip(BY, parts, strict=True)):
            found.setdefault(key, []).extend(waits or ())
    for of_part in found.values():
        of_part.sort()
    return found


async def of_all(workspace: WorkspaceId, tx: Tx, span: Span) -> tuple[list[float], Times]:
    """Of the span as a whole: how long customers waited, in order, and its times."""
    rows = (await tx.execute(_OF_ALL, given_by(workspace, span))).all()
    waits, firsts, closes = await asyncio.to_thread(_columns, rows)
    return waits, Times(*middle(firsts), *middle(closes))


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[float]]:
    return [sorted(chain.from_iterable(row[n] or () for row in rows)) for n in range(3)]


async def times(workspace: WorkspaceId, tx: Tx, span: Span) -> Times:
    return (await of_all(workspace, tx, span))[1]


async def firsts(workspace: WorkspaceId, tx: Tx, span: Span) -> dict[str, tuple[int, float | None]]:
    """Of each account, in how many conversations theirs was the first line of a person, and the median time to it."""
    return await asyncio.to_thread(_by_account, (await tx.execute(_FIRSTS, given_by(workspace, span))).all())


def _by_account(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[int, float | None]]:
    found: dict[str, list[float]] = {}
    for account_id, seconds in rows:
        found.setdefault(account_id, []).extend(seconds or ())
    return {
        account_id: (len(all_of_it), middle(sorted(all_of_it))[0]) for account_id, all_of_it in found.items()
    }


def middle(ordered: Sequence[float]) -> tuple[float | None, float | None]:
    """The median, and what nine in ten do not exceed; between two numbers as PostgreSQL's `percentile_cont`."""
    return _at(ordered, 0.5), _at(ordered, 0.9)


def _at(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
