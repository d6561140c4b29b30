"""Lists of conversations as an inbox shows them, and one of them. Called by `web/v1`.

`within` is the set of assistants that an actor is limited to, empty for no limit. Conversations of previews are in no
list.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Row as SqlRow
from sqlalchemy import text

from frontdesk.core.conversation import Closing, Owner
from frontdesk.core.errors import Refused
from frontdesk.core.ids import BotVersionId, ConversationId, WorkspaceId
from frontdesk.core.message import Author
from frontdesk.store.bots import PREVIEW
from frontdesk.store.stretch import Stretch
from frontdesk.store.tx import Tx

View = Literal["mine", "unassigned", "queue", "bot", "human", "snoozed", "closed", "mentions", "all"]
Order = Literal["newest", "oldest", "waiting"]
MOST_UNREAD = 99
MOST_COUNTED = 1000
"""Of what the bot has and of what is closed no more are counted: there is no end to them, and nobody reads the number."""
LOOKED_AT = 2_500
"""Conversations that one page looks through for words: no index leads to a part of a word in what row security guards."""
_FEW = 2000
"""A label that fewer have leads to its conversations; of one that more have some are soon met in any order."""

_AWAKE = "(c.snoozed_until IS NULL OR c.snoozed_until <= now())"
_VIEWS: dict[View, str] = {
    "mine": f"c.assignee_id = :reader AND c.owner = 'human' AND {_AWAKE}",
    "unassigned": f"c.owner IN ('queued', 'human') AND c.assignee_id IS NULL AND {_AWAKE}",
    "queue": f"c.owner = 'queued' AND {_AWAKE}",
    "bot": "c.owner = 'bot'",
    "human": f"c.owner = 'human' AND {_AWAKE}",
    "snoozed": "c.snoozed_until > now() AND c.owner <> 'closed'",
    "closed": "c.owner = 'closed'",
    "mentions": """c.id = ANY (ARRAY(
        SELECT n.conversation_id FROM mentions n WHERE n.workspace_id = :w AND n.account_id = :reader))""",
    "all": "true",
}
_UNREAD = """c.owner <> 'closed' AND c.contact_seq > coalesce((
    SELECT r.seq FROM reads r
    WHERE r.workspace_id = c.workspace_id AND r.account_id = :reader AND r.conversation_id = c.id), 0)"""
_FILTERS = {
    "since": "c.last_message_at >= :since",
    "until": "c.last_message_at < :until",
    "assistant_id": "c.assistant_id = :assistant_id",
    "channel_id": "c.channel_id = :channel_id",
    "team": "c.team = :team",
    "assignee_id": "c.assignee_id = :assignee_id",
    "contact_id": "c.contact_id = :contact_id",
    "priority": "c.priority = :priority",
    "label": """EXISTS (
        SELECT FROM conversation_labels cl
        WHERE cl.workspace_id = c.workspace_id AND cl.conversation_id = c.id AND cl.label_id = ANY (CAST(:label AS text[])))""",
}
_LABELS = text("""
    SELECT id FROM labels WHERE workspace_id = :w AND deleted_at IS NULL AND lower(name) = lower(:name)""")
_LABELLED = text("""
    SELECT conversation_id FROM conversation_labels
    WHERE workspace_id = :w AND label_id = ANY (CAST(:label AS text[])) LIMIT :few""")
_ODD = "c.priority <> 1"
"""Few have another priority than the normal one, and an index of their own."""
_AMONG = "c.id = ANY (CAST(:among AS text[]))"
_INFINITY = "'infinity'::timestamptz"
_ORDERS: dict[Order, tuple[str, str, str]] = {
    # what it is ordered by, the direction, and how a later row compares with the last one given out
    "newest": ("c.last_message_at", "DESC", "<"),
    "oldest": ("c.last_message_at", "ASC", ">"),
    "waiting": (f"coalesce(c.waiting_since, {_INFINITY})", "ASC", ">"),
}
# The contacts of what was looked at are read in one go, in their order: asked for one by one they cost four times as much.
_LOOK = """
    WITH looked AS MATERIALIZED (
        SELECT c.id, {by} AS at, c.contact_id,
               concat_ws(E'\\n', c.subject, c.last_preview, c.external_id) ILIKE :like AS has
        FROM conversations c WHERE c.workspace_id = :w AND {conditions}
        ORDER BY {by} {direction}, c.id {direction} LIMIT :most),
    people AS MATERIALIZED (
        SELECT q.id FROM contacts q
        WHERE q.workspace_id = :w AND q.id = ANY (ARRAY(SELECT contact_id FROM looked WHERE NOT has))
          AND concat_ws(E'\\n', q.name, q.email, q.phone) ILIKE :like),
    found AS MATERIALIZED (
        SELECT l.id, l.at FROM looked l WHERE l.has OR l.contact_id IN (SELECT id FROM people)
        ORDER BY l.at {direction}, l.id {direction} LIMIT :limit),
    last AS (
        SELECT id, at FROM looked
        WHERE (SELECT count(*) FROM found) < :limit AND (SELECT count(*) FROM looked) = :most
        ORDER BY at {back}, id {back} LIMIT 1)
    SELECT id, nullif(at, 'infinity') AS at, is_found
    FROM (SELECT id, at, true AS is_found FROM found UNION ALL SELECT id, at, false FROM last) known
    ORDER BY is_found DESC, known.at {direction}, id {direction}"""
_COLUMNS = """
    c.id, c.subject, c.owner, c.team, c.assignee_id, c.assistant_id, coalesce(a.name, '') AS assistant_name,
    c.channel_id, ch.type AS channel_type, ch.name AS channel_name, c.task_id, c.contact_id,
    c.external_id, p.name AS contact_name, p.email, p.phone, c.priority, c.snoozed_until, c.outcome, c.rating, c.rating_max,
    c.last_shown_seq, c.last_author, c.last_preview, c.last_message_at, c.waiting_since, c.queued_at, c.created_at,
    c.updated_at, c.version, c.contact_seq,
    ARRAY(SELECT jsonb_build_array(l.name, l.color) FROM conversation_labels cl
          JOIN labels l ON l.workspace_id = cl.workspace_id AND l.id = cl.label_id
          WHERE cl.workspace_id = c.workspace_id AND cl.conversation_id = c.id AND l.deleted_at IS NULL
          ORDER BY lower(l.name)) AS labels,
    CASE WHEN c.owner = 'closed' THEN 0 ELSE (SELECT count(*) FROM (
        SELECT FROM messages m
        WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.author = 'contact'
          AND m.seq > coalesce((SELECT r.seq FROM reads r WHERE r.workspace_id = c.workspace_id
                                AND r.account_id = :reader AND r.conversation_id = c.id), 0)
        LIMIT 99) u) END AS unread"""
_JOINS = """
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    JOIN channels ch ON ch.workspace_id = c.workspace_id AND ch.id = c.channel_id
    LEFT JOIN assistants a ON a.workspace_id = c.workspace_id AND a.id = c.assistant_id"""
# `coalesce` keeps the planner from believing that hardly any row is left, and from sorting all of them.
_SEEN = f"""
    (cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))
    AND coalesce(c.channel_id <> ALL (
            ARRAY(SELECT id FROM channels WHERE workspace_id = :w AND type = '{PREVIEW}')), true)"""
_ONE = text(f"""
    SELECT {_COLUMNS}, c.page_url, c.browser, c.device, c.referrer, c.handoff, c.handed_off_at, c.merged_into, c.state,
           c.state_format, c.bot_version_id, p.language AS contact_language, p.time_zone, w.language
    FROM conversations c {_JOINS} JOIN workspaces w ON w.workspace_id = c.workspace_id
    WHERE c.workspace_id = :w AND c.id = :id
      AND (cardinality(CAST(:within AS text[])) = 0 OR c.assistant_id = ANY (CAST(:within AS text[])))""")
_AT = text(f"""
    SELECT {_COLUMNS} FROM conversations c {_JOINS}
    WHERE c.workspace_id = :w AND c.id = ANY (CAST(:ids AS text[]))""")
_COUNTS = text(f"""
    SELECT count(*) FILTER (WHERE {_VIEWS["mine"]}) AS mine,
           count(*) FILTER (WHERE {_VIEWS["unassigned"]}) AS unassigned,
           count(*) FILTER (WHERE {_VIEWS["queue"]}) AS queue,
           count(*) FILTER (WHERE {_VIEWS["human"]}) AS human,
           count(*) FILTER (WHERE (c.assignee_id IS NULL OR c.assignee_id = :reader) AND {_UNREAD}) AS unread
    FROM conversations c WHERE c.workspace_id = :w AND {_SEEN} AND c.owner IN ('queued', 'human')""")
_COUNT_REST = text(f"""
    SELECT (SELECT count(*) FROM (
                SELECT FROM conversations c WHERE c.workspace_id = :w AND {_SEEN} AND c.owner = 'bot'
                LIMIT {MOST_COUNTED}) counted) AS bot,
           (SELECT count(*) FROM (
                SELECT FROM conversations c WHERE c.workspace_id = :w AND {_SEEN} AND c.owner = 'closed'
                LIMIT {MOST_COUNTED}) counted) AS closed""")
_COUNT_SNOOZED = text(
    f"SELECT count(*) FROM conversations c WHERE c.workspace_id = :w AND {_SEEN} AND {_VIEWS['snoozed']}"
)
_COUNT_TEAMS = text(f"""
    SELECT c.team, count(*) AS number FROM conversations c
    WHERE c.workspace_id = :w AND {_SEEN} AND c.owner IN ('queued', 'human') AND {_AWAKE} AND c.team <> ''
    GROUP BY c.team""")
_COUNT_MENTIONS = text("""
    SELECT count(DISTINCT conversation_id) FROM mentions
    WHERE workspace_id = :w AND account_id = :reader AND read_at IS NULL""")


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as a list shows it."""

    id: ConversationId
    subject: str
    owner: Owner
    team: str
    assignee_id: str | None
    assistant_id: str
    assistant_name: str
    channel_id: str
    channel_type: str
    channel_name: str
    task_id: str
    contact_id: str
    external_id: str
    contact_name: str
    email: str
    phone: str
    priority: int
    snoozed_until: datetime | None
    outcome: Closing
    rating: int | None
    rating_max: int | None
    last_shown_seq: int
    last_author: Author | Literal[""]
    last_preview: str
    last_message_at: datetime
    waiting_since: datetime | None
    queued_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    contact_seq: int
    labels: tuple[tuple[str, str], ...]
    unread: int

    def position(self, order: Order) -> str:
        """Where it stands in a list of this order, for the next page."""
        return _position(self.waiting_since if order == "waiting" else self.last_message_at, self.id)


def _position(at: datetime | None, conversation_id: str) -> str:
    return f"{'infinity' if at is None else at.isoformat()} {conversation_id}"


@dataclass(frozen=True, slots=True)
class Full:
    """The row, and what stands beside the messages of a conversation that is open."""

    row: Row
    page_url: str
    browser: str
    device: str
    referrer: str
    handoff: dict[str, object] | None
    handed_off_at: datetime | None
    merged_into: str | None
    state: str
    state_format: int
    bot_version_id: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `filters` hold values by the names of `_FILTERS`, and the words under `q`."""

    reader: str
    view: View = "all"
    order: Order = "newest"
    unread: bool = False
    filters: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _Query:
    """Which conversations, in which order; `given` are the values of `conditions`."""

    by: str
    direction: str
    conditions: str
    given: dict[str, Any]


async def list_rows(
    workspace: WorkspaceId,
    tx: Tx,
    asked: Asked,
    *,
    within: AbstractSet[str],
    after: str,
    limit: int,
    most: int = LOOKED_AT,
) -> Stretch[Row]:
    """The rows after the position `after`; of words those alone that the next `most` have."""
    given = {"w": workspace, "reader": asked.reader, "within": sorted(within), "limit": limit + 1}
    query = await _query(workspace, tx, asked, after, given)
    if "like" in query.given:
        return await _look(workspace, tx, asked, query, limit=limit, most=most)
    order = f"{query.by} {query.direction}, c.id {query.direction}"
    statement = f"""
        WITH c AS MATERIALIZED (
            SELECT * FROM conversations c WHERE c.workspace_id = :w AND {query.conditions}
            ORDER BY {order} LIMIT :limit)
        SELECT {_COLUMNS} FROM c {_JOINS} ORDER BY {order}"""
    rows = [_row(row) for row in await tx.execute(text(statement), query.given)]
    upto = rows[limit - 1].position(asked.order) if len(rows) > limit else ""
    return Stretch(rows[:limit], upto)


async def _look(
    workspace: WorkspaceId, tx: Tx, asked: Asked, query: _Query, *, limit: int, most: int
) -> Stretch[Row]:
    statement = _LOOK.format(
        by=query.by,
        direction=query.direction,
        back="DESC" if query.direction == "ASC" else "ASC",
        conditions=query.conditions,
    )
    known = (await tx.execute(text(statement), {**query.given, "most": most})).all()
    found = [row for row in known if row.is_found]
    rows = await rows_at(workspace, tx, [row.id for row in found[:limit]], reader=asked.reader)
    # With more than a page of them the last of the page, else the last that was looked at.
    upto = found[limit - 1 :][:1] if len(found) > limit else known[len(found) :]
    return Stretch(
        [rows[row.id] for row in found[:limit] if row.id in rows],
        "".join(_position(row.at, row.id) for row in upto),
    )


async def _query(workspace: WorkspaceId, tx: Tx, asked: Asked, after: str, given: dict[str, Any]) -> _Query:
    by, direction, later = _ORDERS[asked.order]
    filters = {name: value for name, value in (asked.filters or {}).items() if value is not None}
    if "q" in filters:
        given["like"] = f"%{_escaped(str(filters.pop('q')))}%"
    conditions = [_SEEN, _VIEWS[asked.view], *(_FILTERS[name] for name in filters)]
    if "label" in filters:
        filters["label"] = await _called(workspace, tx, str(filters["label"]))
        among = await _labelled(workspace, tx, filters["label"])
        if among is not None:
            conditions.append(_AMONG)
            given["among"] = among
    if filters.get("priority", 1) != 1:
        conditions.append(_ODD)
    if asked.unread:
        conditions.append(_UNREAD)
    if after:
        at, _, last = after.partition(" ")
        conditions.append(f"({by}, c.id) {later} (CAST(CAST(:at AS text) AS timestamptz), :last)")
        given |= {"at": at, "last": last}
    return _Query(by, direction, " AND ".join(conditions), given | filters)


async def _called(workspace: WorkspaceId, tx: Tx, name: str) -> list[str]:
    return list((await tx.execute(_LABELS, {"w": workspace, "name": name})).scalars())


async def _labelled(workspace: WorkspaceId, tx: Tx, labels: object) -> list[str] | None:
    """All conversations that have one of these labels; None when that is no few."""
    found = list((await tx.execute(_LABELLED, {"w": workspace, "label": labels, "few": _FEW})).scalars())
    return found if len(found) < _FEW else None


async def read_one(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, *, reader: str, within: AbstractSet[str]
) -> Full:
    """One conversation, whatever its channel."""
    given = {"w": workspace, "id": conversation_id, "reader": reader, "within": sorted(within)}
    row = (await tx.execute(_ONE, given)).first()
    if row is None:
        raise Refused("not_found", "There is no such conversation.")
    return Full(
        _row(row),
        row.page_url,
        row.browser,
        row.device,
        row.referrer,
        row.handoff,
        row.handed_off_at,
        row.merged_into,
        msgspec.json.encode(row.state).decode(),
        row.state_format,
        row.bot_version_id,
        row.contact_language or row.language,
    )


async def rows_at(
    workspace: WorkspaceId, tx: Tx, conversations: Sequence[ConversationId], *, reader: str
) -> dict[ConversationId, Row]:
    """The rows of these conversations, by id, as `reader` sees them."""
    given = {"w": workspace, "ids": list(conversations), "reader": reader}
    return {row.id: _row(row) for row in await tx.execute(_AT, given)}


async def counts(workspace: WorkspaceId, tx: Tx, *, reader: str, within: AbstractSet[str]) -> dict[str, Any]:
    """How many conversations each view has, and in `teams` each team that has some with people."""
    given = {"w": workspace, "reader": reader, "within": sorted(within)}
    at_desk = (await tx.execute(_COUNTS, given)).one()
    rest = (await tx.execute(_COUNT_REST, given)).one()
    return {
        **at_desk._asdict(),
        **rest._asdict(),
        "snoozed": (await tx.execute(_COUNT_SNOOZED, given)).scalar_one(),
        "mentions": (await tx.execute(_COUNT_MENTIONS, given)).scalar_one(),
        "teams": {row.team: row.number for row in await tx.execute(_COUNT_TEAMS, given)},
    }


def _row(row: SqlRow[Any]) -> Row:
    values = {name: getattr(row, name) for name in Row.__dataclass_fields__}
    values["labels"] = tuple((name, color) for name, color in row.labels)
    return Row(**values)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def published_version(workspace: WorkspaceId, tx: Tx, assistant_id: str) -> BotVersionId | None:
    """The version of the bot that new dialogs run on."""
    found: BotVersionId | None = await tx.scalar(
        text(
            "SELECT published_version FROM assistants WHERE workspace_id = :w AND id = :id AND deleted_at IS NULL"
        ),
        {"w": workspace, "id": assistant_id},
    )
    return found
