"""What was committed since a moment: the messages and conversations that changed, none of them missed or told twice.

A moment is the number of the database and a snapshot of it, as PostgreSQL writes one (`xmin:xmax:in progress`).
Transactions do not become visible in the order in which they began, so no number given out at their start could stand
for "up to here"; a row is news when its transaction is visible now and was not at that moment. Called by the live feed
of `web`.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NewType

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import Store

Moment = NewType("Moment", str)

_MOMENT = re.compile(r"\d{1,10}-(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)", re.ASCII)
BATCH = 2_000
MOST_MOMENT = 4_000
"""Characters; PostgreSQL writes twenty for each transaction that is under way."""

NOW = """(SELECT oid FROM pg_database WHERE datname = current_database()) || '-' || pg_current_snapshot()"""
"""The moment of a statement, as its SQL says it."""
_IS_NEW = """
    {row}.workspace_id = $1
    AND {row}.written_in >= pg_snapshot_xmin($2::text::pg_snapshot)
    AND {row}.written_in < pg_snapshot_xmax(at.upto)
    AND NOT pg_visible_in_snapshot({row}.written_in, $2::text::pg_snapshot)
    AND pg_visible_in_snapshot({row}.written_in, at.upto)
    ORDER BY {row}.written_in LIMIT $4
"""
_NEWS = f"""
    WITH at AS MATERIALIZED (
        SELECT pg_current_snapshot() AS now, coalesce($3::text::pg_snapshot, pg_current_snapshot()) AS upto)
    SELECT {NOW} AS now, pg_snapshot_xmax($2::text::pg_snapshot) > pg_snapshot_xmax(at.now) AS is_ahead,
           news.conversation_id, news.seq, news.assistant_id
    FROM at LEFT JOIN LATERAL (
        SELECT said.conversation_id, said.seq, c.assistant_id FROM (
            SELECT m.conversation_id, m.seq FROM messages m WHERE {_IS_NEW.format(row="m")}) said
        JOIN conversations c ON c.workspace_id = $1 AND c.id = said.conversation_id
        UNION ALL
        (SELECT c.id, NULL, c.assistant_id FROM conversations c WHERE {_IS_NEW.format(row="c")})
    ) news ON true
"""


_SINCE = "CAST(split_part(CAST(:moment AS text), '-', 2) AS pg_snapshot)"
_IS_LATER = f"""
    {{row}}.written_in >= pg_snapshot_xmin({_SINCE}) AND {{row}}.written_in < pg_snapshot_xmax(at.now)
    AND NOT pg_visible_in_snapshot({{row}}.written_in, {_SINCE}) AND pg_visible_in_snapshot({{row}}.written_in, at.now)
"""
_AT = "(SELECT pg_current_snapshot() AS now) at"
IS_FOREIGN = f"""
    (pg_snapshot_xmax({_SINCE}) > pg_snapshot_xmax(pg_current_snapshot())
     OR split_part(CAST(:moment AS text), '-', 1) <> split_part({NOW}, '-', 1))"""
"""SQL that says whether `:moment` is of another database, or of a time to come."""
CHANGED_SOME = f"""
    SELECT (SELECT count(*) FROM (SELECT FROM messages m, {_AT} WHERE m.workspace_id = :w AND {_IS_LATER.format(row="m")}
                                  LIMIT :most) said)
         + (SELECT count(*) FROM (SELECT FROM conversations c, {_AT}
                                  WHERE c.workspace_id = :w AND {_IS_LATER.format(row="c")} LIMIT :most) changed)"""
"""SQL that counts the messages and the conversations that changed since `:moment`, each up to `:most`."""
CHANGED_IDS = f"""
    SELECT m.conversation_id AS id FROM messages m, {_AT} WHERE m.workspace_id = :w AND {_IS_LATER.format(row="m")}
    UNION SELECT c.id FROM conversations c, {_AT} WHERE c.workspace_id = :w AND {_IS_LATER.format(row="c")}"""
"""SQL that gives the ids of the conversations that changed since `:moment`."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation with news: `seqs` are its new or changed messages; `row` says that it changed itself."""

    conversation_id: ConversationId
    assistant_id: str
    seqs: tuple[int, ...]
    row: bool


@dataclass(frozen=True, slots=True)
class News:
    """What came between two moments; `upto` is the later one. `lost`: too much to tell, or of another database."""

    upto: Moment
    changed: tuple[Changed, ...]
    lost: bool


def parse_moment(text: str) -> Moment | None:
    """A moment that came from outside; None when it cannot be one."""
    found = _MOMENT.fullmatch(text) if len(text) <= MOST_MOMENT else None
    if found is None:
        return None
    first, end = int(found[1]), int(found[2])
    under_way = [int(number) for number in found[3].split(",")] if found[3] else []
    bounds = [first - 1, *under_way, end]
    rising = all(low < high for low, high in pairwise(bounds))
    return Moment(text) if 0 < first <= end and rising else None


def _database(at: Moment) -> str:
    return at.partition("-")[0]


def _snapshot(at: Moment) -> str:
    return at.partition("-")[2]


async def moment(workspace: WorkspaceId, store: Store) -> Moment:
    """Now."""
    async with store.turn_work(workspace) as connection:
        return Moment(await connection.fetchval(f"SELECT {NOW}"))


async def news_since(
    workspace: WorkspaceId, store: Store, after: Moment, *, upto: Moment | None = None, most: int
) -> News:
    """What came after `after`: until `upto`, or until now. More than `most` messages or conversations are `lost`."""
    async with store.turn_work(workspace) as connection:
        end = None if upto is None else _snapshot(upto)
        rows = await connection.fetch(_NEWS, workspace, _snapshot(after), end, most + 1)
    now = Moment(rows[0]["now"])
    seqs: dict[ConversationId, list[int]] = {}
    assistants: dict[ConversationId, str] = {}
    changed: set[ConversationId] = set()
    messages = 0
    for row in rows:
        id_ = row["conversation_id"]
        if id_ is None:
            continue
        assistants[id_] = row["assistant_id"]
        if row["seq"] is None:
            changed.add(id_)
        else:
            messages += 1
            seqs.setdefault(id_, []).append(row["seq"])
    is_foreign = rows[0]["is_ahead"] or _database(now) != _database(after)
    lost = is_foreign or messages > most or len(changed) > most
    found = (
        Changed(id_, assistant, tuple(sorted(seqs.get(id_, ()))), id_ in changed)
        for id_, assistant in assistants.items()
    )
    return News(now if upto is None else upto, () if lost else tuple(found), lost)


_FROM_ELSEWHERE = tuple(
    f"""UPDATE {table} SET written_in = '3' WHERE workspace_id = $1 AND id IN (
            SELECT id FROM {table}
            WHERE workspace_id = $1 AND written_in >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT $2)"""
    for table in ("messages", "conversations")
)


async def settle(workspace: WorkspaceId, store: Store) -> None:
    """Rows that were brought from another server carry its numbers: they are as old as can be here."""
    for sql in _FROM_ELSEWHERE:
        while True:
            async with store.turn_work(workspace) as connection:
                done = await connection.execute(sql, workspace, BATCH)
            if int(done.split()[1]) < BATCH:
                break
