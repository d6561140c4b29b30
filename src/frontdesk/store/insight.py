"""Figures about conversations, from what `store.tallies` keeps of them: sums by day, and a row for each. Called by `insight`.

Counted are conversations that began on the days of the span and in which a customer wrote, without those merged into
others, those closed as spam and those of previews. Each one ended in exactly one way (`Ended`), or is open still.
What is open depends on the hour, so it is not in the sums: it is told from the rows, and taken off what they say.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import insight_times
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.insight_span import IN_SPAN, Span, given_by
from frontdesk.store.insight_times import Times, middle
from frontdesk.store.tallies import EVERY
from frontdesk.store.tx import Tx

Ended = Literal["bot", "person", "nobody", "open"]


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of one lot of conversations.

    `bot`, `person`, `nobody`, `open` add up to `conversations`; `confirmed`, `silent` and `unsolved` to `bot`.
    `handed`: handed over to people; `reached`: of those, answered by one; `kept`: of those, within the promise.
    Waits are seconds from the hand-off to a person's first line; None where nobody waited. `score`: mean share of the points.
    `closed`: conversations that somebody or something closed.
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
    closed: int = 0
    rated: int = 0
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answered: in how many conversations, and the ratings of these.

    `first`: conversations in which theirs was the first line of a person, `first_p50_s` the median time to it.
    """

    account_id: str
    conversations: int
    rated: int
    score: float | None
    first: int = 0
    first_p50_s: float | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A flow of the bot, and in how many conversations it said something."""

    flow: str
    conversations: int
    handed: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A span taken apart by day, channel, assistant and team (the empty one: no team)."""

    total: Counted = field(default_factory=Counted)
    days: dict[date, Counted] = field(default_factory=dict)
    channels: dict[str, Counted] = field(default_factory=dict)
    assistants: dict[str, Counted] = field(default_factory=dict)
    teams: dict[str, Counted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """By hour of the week (0 is Monday) the conversations; by reason the hand-offs; flows and people, the most first."""

    hours: dict[tuple[int, int], int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    topics: list[Topic] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


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
    operator: str = ""
    closed: bool = False


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
    rating_comment: str | None


_IS_OPEN = "coalesce(f.open_until > CAST(:now AS timestamptz), false)"
_PARTS = "grouping(day, channel_id, assistant_id, team) AS by, day, channel_id, assistant_id, team"
_SETS = "GROUP BY GROUPING SETS ((), (day), (channel_id), (assistant_id), (team))"
_COUNTS = f"""
    WITH counted AS (
        SELECT f.day, f.channel_id, f.assistant_id, f.team, conversations, bot, person, nobody, 0 AS open, confirmed,
               silent, unsolved, handed, reached, closed, rated, score
        FROM figure_sums f WHERE f.workspace_id = :w AND f.kind = {{level}} AND {IN_SPAN}
        UNION ALL
        SELECT f.day, f.channel_id, f.assistant_id, f.team, 0, -CAST(ended = 'bot' AS int), 0,
               -CAST(ended = 'nobody' AS int), 1, -CAST(ended = 'bot' AND solved = 'confirmed' AS int),
               -CAST(ended = 'bot' AND solved = 'silent' AS int), -CAST(ended = 'bot' AND solved = 'unsolved' AS int),
               0, 0, 0, 0, 0
        FROM conversation_figures f WHERE f.workspace_id = :w AND f.open_until > CAST(:now AS timestamptz) AND {IN_SPAN})
    SELECT {{by}}coalesce(sum(conversations), 0) AS conversations, coalesce(sum(bot), 0) AS bot,
           coalesce(sum(person), 0) AS person, coalesce(sum(nobody), 0) AS nobody, coalesce(sum(open), 0) AS open,
           coalesce(sum(confirmed), 0) AS confirmed, coalesce(sum(silent), 0) AS silent,
           coalesce(sum(unsolved), 0) AS unsolved, coalesce(sum(handed), 0) AS handed,
           coalesce(sum(reached), 0) AS reached, coalesce(sum(closed), 0) AS closed, coalesce(sum(rated), 0) AS rated,
           sum(score) / nullif(sum(rated), 0) AS score
    FROM counted {{sets}}"""
_COUNTS_OF_PARTS = text(_COUNTS.format(by=f"{_PARTS}, ", sets=_SETS, level="'all'"))
_COUNTS_OF_ALL = text(_COUNTS.format(by="", sets="", level="CAST(:level AS text) || 'all'"))
_LISTS = text(f"""
    SELECT kind, value, CASE WHEN kind LIKE '%hour' THEN CAST(extract(isodow FROM day) AS int) - 1 END AS weekday,
           sum(conversations) AS conversations, sum(handed) AS handed, sum(rated) AS rated,
           sum(score) / nullif(sum(rated), 0) AS score
    FROM figure_sums f
    WHERE f.workspace_id = :w AND f.kind = ANY (CAST(:kinds AS text[])) AND {IN_SPAN}
    GROUP BY kind, value, weekday""")
_EVER = text(f"""
    SELECT count(*) FROM (
        (SELECT FROM conversations c WHERE c.workspace_id = :w AND c.contact_seq > 0 AND {IS_NO_PREVIEW}
           AND (cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))
         LIMIT :most)
        UNION ALL
        (SELECT FROM kept_figures f WHERE f.workspace_id = :w
           AND (cardinality(CAST(:within AS text[])) = 0 OR f.assistant_id = ANY (CAST(:within AS text[])))
         LIMIT :most) LIMIT :most) counted""")
_SPENT = text("""
    SELECT coalesce(sum(answers), 0), coalesce(sum(prompt_tokens + answer_tokens), 0), coalesce(sum(cost_micros), 0)
    FROM ai_days WHERE workspace_id = :w AND day >= :first AND day < :end""")
_BEHIND = text(f"""
    WITH listed AS MATERIALIZED (
        SELECT f.conversation_id, f.begun_at, f.wait_s, CASE WHEN {_IS_OPEN} THEN 'open' ELSE f.ended END AS ended
        FROM conversation_figures f
        WHERE f.workspace_id = :w AND {IN_SPAN}
          AND (CAST(:before AS timestamptz) IS NULL
               OR (f.begun_at, f.conversation_id) < (CAST(:before AS timestamptz), :before_id))
          AND (:ended = '' OR CASE WHEN {_IS_OPEN} THEN 'open' ELSE f.ended END = :ended)
          AND (:solved = '' OR (f.ended = 'bot' AND NOT {_IS_OPEN} AND f.solved = :solved))
          AND (:handed = '' OR f.is_handed AND CASE :handed
                   WHEN 'unreached' THEN f.wait_s IS NULL
                   WHEN 'reached' THEN f.wait_s IS NOT NULL
                   ELSE true END)
          AND (NOT CAST(:rated AS bool) OR f.score IS NOT NULL)
          AND (NOT CAST(:closed AS bool) OR f.closed_s IS NOT NULL)
          AND (CAST(:day AS date) IS NULL OR f.day = :day)
          AND (CAST(:weekday AS int) IS NULL
               OR extract(isodow FROM f.day) - 1 = :weekday AND f.hour = :hour)
          AND (CAST(:reason AS text) IS NULL OR f.is_handed AND f.reason = :reason)
          AND (:flow = '' OR :flow = ANY (f.flows))
          AND (:operator = '' OR :operator = ANY (f.operators))
        ORDER BY f.begun_at DESC, f.conversation_id DESC LIMIT :limit)
    SELECT c.id, coalesce(nullif(k.name, ''), k.email) AS contact, h.name AS channel, c.last_preview, c.created_at,
           c.last_message_at, l.ended, l.wait_s, c.rating, c.rating_max, c.rating_comment
    FROM listed l
    JOIN conversations c ON c.workspace_id = :w AND c.id = l.conversation_id
    JOIN contacts k ON k.workspace_id = :w AND k.id = c.contact_id
    JOIN channels h ON h.workspace_id = :w AND h.id = c.channel_id
    ORDER BY l.begun_at DESC, c.id DESC""")
# The column that each of the sets is grouped by, by what `grouping` says.
_BY = {0b1111: "", **insight_times.BY}
_SUMMED = tuple(
    one.name for one in fields(Counted) if one.name not in {"kept", "wait_p50_s", "wait_p90_s", "score"}
)


async def parts(workspace: WorkspaceId, tx: Tx, span: Span) -> Parts:
    given = given_by(workspace, span)
    found: dict[int, dict[Any, Counted]] = {by: {} for by in _BY}
    for row in (await tx.execute(_COUNTS_OF_PARTS, given)).mappings():
        counted = _counted(row)
        if counted.conversations:
            found[row["by"]][_key(row)] = counted
    for (by, key), waits in (await insight_times.waits_of_parts(workspace, tx, span)).items():
        of = found[by]
        if key in of:
            of[key] = _waited(of[key], waits, span.promise_s)
    all_of_it, days, channels, assistants, teams = found.values()
    return Parts(all_of_it.get(None, Counted()), days, channels, assistants, teams)


async def total(workspace: WorkspaceId, tx: Tx, span: Span) -> tuple[Counted, Times]:
    """The span as a whole and its times, for less work than its parts."""
    given = given_by(workspace, span)
    counted = _counted((await tx.execute(_COUNTS_OF_ALL, given)).mappings().one())
    waits, times = await insight_times.of_all(workspace, tx, span)
    return _waited(counted, waits, span.promise_s), times


def _counted(row: RowMapping) -> Counted:
    return Counted(**{name: int(row[name]) for name in _SUMMED}, score=row["score"])


def _waited(counted: Counted, waits: Sequence[float], promise_s: float) -> Counted:
    """`waits` are in order."""
    median, most = middle(waits)
    return replace(counted, wait_p50_s=median, wait_p90_s=most, kept=bisect_right(waits, promise_s))


def _key(row: RowMapping) -> object:
    """What a row is about: a day, say, or None for the total."""
    name = _BY[row["by"]]
    return row[name] if name else None


async def lists(workspace: WorkspaceId, tx: Tx, span: Span) -> Listed:
    found = Listed()
    given = given_by(workspace, span)
    kinds = [f"{given['level']}{kind}" for kind in ("hour", "reason", "flow", "operator")]
    for row in await tx.execute(_LISTS, {**given, "kinds": kinds}):
        match row.kind.removeprefix(EVERY):
            case "hour":
                found.hours[row.weekday, int(row.value)] = row.conversations
            case "reason":
                found.reasons[row.value] = row.conversations
            case "flow":
                found.topics.append(Topic(row.value, row.conversations, row.handed))
            case _:
                found.people.append(Person(row.value, row.conversations, row.rated, row.score))
    firsts = await insight_times.firsts(workspace, tx, span)
    people = [_first(one, *firsts.get(one.account_id, (0, None))) for one in found.people]
    people.sort(key=lambda one: (-one.conversations, one.account_id))
    found.topics.sort(key=lambda one: (-one.conversations, one.flow))
    return replace(found, people=people)


def _first(person: Person, count: int, median: float | None) -> Person:
    return replace(person, first=count, first_p50_s=median)


async def ever(workspace: WorkspaceId, tx: Tx, *, within: Sequence[str], most: int) -> int:
    """How many conversations there ever were that count; counted up to `most`."""
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
    given = {
        **given_by(workspace, span),
        **asdict(which),
        "before": at,
        "before_id": before_id,
        "limit": limit,
    }
    return [Row(*row) for row in await tx.execute(_BEHIND, given)]
