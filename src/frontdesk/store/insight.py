"""Figures about conversations, counted from the rows themselves: nothing is kept beside them. Called by `insight`.

Counted are conversations that began in the span and in which a customer wrote, without those merged into others,
those closed as spam and those of previews. Each one ended in exactly one way (`ENDED`), or is open still.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Literal

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.tx import Tx

Ended = Literal["bot", "person", "nobody", "open"]

OPEN_H = 24
"""A conversation that nobody closed counts as open until so many hours after its last message."""
CONFIRMED = 0.8
"""The share of the points, from which on a rating says that it was solved."""


@dataclass(frozen=True, slots=True)
class Span:
    """Conversations begun from `since` to before `until`, seen in a time zone; empty: of every channel or assistant.

    `within`: the assistants that the reader may see; empty: all.
    """

    since: datetime
    until: datetime
    zone: str
    now: datetime
    channel_id: str = ""
    assistant_id: str = ""
    within: tuple[str, ...] = ()
    promise_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of one lot of conversations.

    `bot`, `person`, `nobody`, `open` add up to `conversations`; `confirmed`, `silent` and `unsolved` to `bot`.
    `handed`: handed over to people; `reached`: of those, answered by one; `kept`: of those, within the promise.
    Waits are seconds from the hand-off to a person's first line; None where nobody waited. `score`: mean share of the points.
    """

    conversations: int = 0
    bot: int = 0
    person: int = 0
    nobody: int = 0
    open: int = 0
    confirmed: int = 0
    silent: int = 0
    unsolved: int = 0
    handed: int = 0
    reached: int = 0
    kept: int = 0
    wait_p50_s: float | None = None
    wait_p90_s: float | None = None
    rated: int = 0
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """All of a span, and the same by day, by hour of the week (0 is Monday) and by what led to a hand-off."""

    total: Counted
    days: dict[date, Counted]
    hours: dict[tuple[int, int], Counted]
    reasons: dict[str, Counted]


@dataclass(frozen=True, slots=True)
class Topic:
    """A flow of the bot, and in how many conversations it said something."""

    flow: str
    conversations: int
    handed: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What models were used for; `cost_micros` by the prices that were set, 0 where none were."""

    answers: int
    tokens: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Behind:
    """Which conversations of a span: the given ones together."""

    ended: str = ""
    solved: str = ""
    handed: str = ""
    rated: bool = False
    day: date | None = None
    weekday: int | None = None
    hour: int | None = None
    reason: str | None = None
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation behind a figure."""

    id: str
    contact: str
    channel: str
    preview: str
    created_at: datetime
    last_message_at: datetime
    ended: str
    wait_s: float | None
    rating: int | None
    rating_max: int | None


_SPAN = f"""
    {IS_NO_PREVIEW} AND c.created_at >= CAST(:since AS timestamptz) AND c.created_at < CAST(:until AS timestamptz)
    AND c.contact_seq > 0 AND c.merged_into IS NULL AND c.outcome <> 'spam'
    AND (:channel_id = '' OR c.channel_id = :channel_id)
    AND (:assistant_id = '' OR c.assistant_id = :assistant_id)
    AND (cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))"""
_TALKS = f"""
    SELECT c.workspace_id, c.id, c.contact_id, c.channel_id, c.created_at, c.last_message_at, c.last_preview, c.rating, c.rating_max,
           c.handed_off_at, coalesce(c.handoff ->> 'reason', '') AS reason,
           (c.created_at AT TIME ZONE :zone) AS here,
           CASE WHEN c.handed_off_at IS NOT NULL THEN extract(epoch FROM p.after - c.handed_off_at) END AS wait_s,
           CASE WHEN p.first IS NOT NULL THEN 'person'
                WHEN c.owner <> 'closed' AND c.last_message_at > CAST(:now AS timestamptz) - interval '{OPEN_H} h' THEN 'open'
                WHEN c.handed_off_at IS NOT NULL OR c.owner IN ('queued', 'human') THEN 'nobody'
                WHEN c.last_author = 'bot' OR EXISTS (
                    SELECT FROM messages m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id
                      AND m.author = 'bot') THEN 'bot'
                ELSE 'nobody' END AS ended,
           CASE WHEN c.outcome = 'solved' OR c.rating >= {CONFIRMED} * c.rating_max THEN 'confirmed'
                WHEN c.outcome = 'not_solved' OR c.rating < {CONFIRMED} * c.rating_max THEN 'unsolved'
                ELSE 'silent' END AS solved
    FROM conversations c
    CROSS JOIN LATERAL (
        SELECT min(m.created_at) AS first, min(m.created_at) FILTER (WHERE m.created_at >= c.handed_off_at) AS after
        FROM messages m
        WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.author = 'operator') p
    WHERE c.workspace_id = :w AND {_SPAN}"""
_COUNTS = """
    count(*) AS conversations,
    count(*) FILTER (WHERE ended = 'bot') AS bot,
    count(*) FILTER (WHERE ended = 'person') AS person,
    count(*) FILTER (WHERE ended = 'nobody') AS nobody,
    count(*) FILTER (WHERE ended = 'open') AS open,
    count(*) FILTER (WHERE ended = 'bot' AND solved = 'confirmed') AS confirmed,
    count(*) FILTER (WHERE ended = 'bot' AND solved = 'silent') AS silent,
    count(*) FILTER (WHERE ended = 'bot' AND solved = 'unsolved') AS unsolved,
    count(*) FILTER (WHERE handed_off_at IS NOT NULL) AS handed,
    count(wait_s) AS reached,
    count(*) FILTER (WHERE wait_s <= CAST(:promise_s AS float8)) AS kept,
    CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY wait_s) AS float8) AS wait_p50_s,
    CAST(percentile_cont(0.9) WITHIN GROUP (ORDER BY wait_s) AS float8) AS wait_p90_s,
    count(rating) AS rated,
    CAST(avg(CAST(rating AS float8) / nullif(rating_max, 0)) AS float8) AS score"""
_SUMMARY = text(f"""
    WITH talks AS MATERIALIZED (
        SELECT *, CAST(here AS date) AS day, CAST(extract(isodow FROM here) AS int) - 1 AS weekday,
               CAST(extract(hour FROM here) AS int) AS hour
        FROM ({_TALKS}) t)
    SELECT grouping(day, weekday, reason) AS by, day, weekday, hour, reason, {_COUNTS}
    FROM talks WHERE workspace_id = :w GROUP BY GROUPING SETS ((), (day), (weekday, hour), (reason))""")
_TOTAL = text(f"SELECT {_COUNTS} FROM ({_TALKS}) t")
_TOPICS = text(f"""
    SELECT flow, count(*) AS conversations, count(*) FILTER (WHERE handed) AS handed
    FROM (SELECT DISTINCT c.id, split_part(m.step, '/', 1) AS flow, c.handed_off_at IS NOT NULL AS handed
          FROM conversations c
          JOIN messages m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
          WHERE c.workspace_id = :w AND {_SPAN} AND m.author = 'bot' AND m.step <> '') said
    GROUP BY flow ORDER BY conversations DESC, flow LIMIT :most""")
_EVER = text(f"""
    SELECT count(*) FROM (
        SELECT FROM conversations c WHERE c.workspace_id = :w AND c.contact_seq > 0 AND {IS_NO_PREVIEW}
          AND (cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))
        LIMIT :most) counted""")
_SPENT = text("""
    SELECT coalesce(sum(answers), 0), coalesce(sum(prompt_tokens + answer_tokens), 0), coalesce(sum(cost_micros), 0)
    FROM ai_days WHERE workspace_id = :w AND day >= :first AND day < :end""")
_BEHIND = text(f"""
    WITH talks AS (
        SELECT *, CAST(here AS date) AS day, CAST(extract(isodow FROM here) AS int) - 1 AS weekday,
               CAST(extract(hour FROM here) AS int) AS hour
        FROM ({_TALKS} AND (CAST(:before AS timestamptz) IS NULL
                            OR (c.created_at, c.id) < (CAST(:before AS timestamptz), :before_id))) t)
    SELECT t.id, coalesce(nullif(k.name, ''), k.email) AS contact, h.name AS channel, t.last_preview, t.created_at,
           t.last_message_at, t.ended, CAST(t.wait_s AS float8) AS wait_s, t.rating, t.rating_max
    FROM talks t
    JOIN contacts k ON k.workspace_id = :w AND k.id = t.contact_id
    JOIN channels h ON h.workspace_id = :w AND h.id = t.channel_id
    WHERE (:ended = '' OR ended = :ended)
      AND (:solved = '' OR (ended = 'bot' AND solved = :solved))
      AND (:handed = '' OR handed_off_at IS NOT NULL AND CASE :handed
               WHEN 'unreached' THEN wait_s IS NULL
               WHEN 'reached' THEN wait_s IS NOT NULL
               ELSE true END)
      AND (NOT CAST(:rated AS bool) OR rating IS NOT NULL)
      AND (CAST(:day AS date) IS NULL OR day = :day)
      AND (CAST(:weekday AS int) IS NULL OR weekday = :weekday AND hour = :hour)
      AND (CAST(:reason AS text) IS NULL OR handed_off_at IS NOT NULL AND reason = :reason)
      AND (:flow = '' OR EXISTS (
          SELECT FROM messages m WHERE m.workspace_id = :w AND m.conversation_id = t.id AND m.author = 'bot'
             AND split_part(m.step, '/', 1) = :flow))
    ORDER BY t.created_at DESC, t.id DESC LIMIT :limit""")
_COUNTED = tuple(field.name for field in fields(Counted))


async def summary(workspace: WorkspaceId, tx: Tx, span: Span) -> Summary:
    found = Summary(Counted(), {}, {}, {})
    total = found.total
    for row in await tx.execute(_SUMMARY, _given(workspace, span)):
        counted = Counted(**{name: getattr(row, name) for name in _COUNTED})
        match row.by:
            case 0b111:
                total = counted
            case 0b011:
                found.days[row.day] = counted
            case 0b101:
                found.hours[row.weekday, row.hour] = counted
            case _:
                found.reasons[row.reason] = counted
    return Summary(total, found.days, found.hours, found.reasons)


async def total(workspace: WorkspaceId, tx: Tx, span: Span) -> Counted:
    row = (await tx.execute(_TOTAL, _given(workspace, span))).mappings().one()
    return Counted(**row)


async def topics(workspace: WorkspaceId, tx: Tx, span: Span, *, most: int) -> list[Topic]:
    """Flows by the number of conversations in which they said something."""
    rows = await tx.execute(_TOPICS, {**_given(workspace, span), "most": most})
    return [Topic(*row) for row in rows]


async def ever(workspace: WorkspaceId, tx: Tx, *, within: Sequence[str], most: int) -> int:
    """How many conversations there are at all; counted up to `most`."""
    found = await tx.scalar(_EVER, {"w": workspace, "within": list(within), "most": most})
    return int(found or 0)


async def spent(workspace: WorkspaceId, tx: Tx, first: date, end: date) -> Spent:
    """What models were used for from `first` to before `end`, in days of UTC."""
    row = (await tx.execute(_SPENT, {"w": workspace, "first": first, "end": end})).one()
    return Spent(*map(int, row))


async def behind(
    workspace: WorkspaceId,
    tx: Tx,
    span: Span,
    which: Behind,
    *,
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[Row]:
    """The conversations of a figure, latest first; `before` is where the former page ended."""
    at, before_id = before or (None, "")
    given = {**_given(workspace, span), **asdict(which), "before": at, "before_id": before_id, "limit": limit}
    return [Row(*row) for row in await tx.execute(_BEHIND, given)]


def _given(workspace: WorkspaceId, span: Span) -> dict[str, object]:
    return {"w": workspace, **asdict(span), "within": list(span.within)}
