"""Figures kept beside the conversations: a row for each that counts, and sums of these by day. Read by `store.insight`.

news --noted--> changed conversations --written again--> their rows --mark--> their days --summed again--> sums
Which changed is told by the numbers of the transactions that wrote them (`store.news`), so nothing on the way of a
message does more for it. They are worked off in batches: every step is one transaction and may be done twice; one that
broke off has done nothing. A workspace's first time, and a change of its time zone, go through all its conversations.
Of conversations that were deleted after their time, what they counted for stays in rows that name none (`kept_figures`).
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.connect import Store, across_workspaces
from frontdesk.store.news import CHANGED_IDS, CHANGED_SOME, IS_FOREIGN, NOW
from frontdesk.store.tx import Tx

OPEN_H = 24
"""A conversation that nobody closed counts as open until so many hours after its last message."""
CONFIRMED = 0.8
"""The share of the points, from which on a rating says that it was solved."""
BATCH = 1_000
"""Conversations written by one step."""
DAYS = 31
"""Summed by one step."""
MOST_NAME = 200

Step = Literal["done", "more", "held"]

_MARK = text("SELECT zone, moment, built_upto, is_built FROM figure_marks WHERE workspace_id = :w")
_BEGIN = text(f"""
    INSERT INTO figure_marks (workspace_id, zone, moment, built_upto, is_built) VALUES (:w, :zone, {NOW}, '', false)
    ON CONFLICT (workspace_id) DO NOTHING""")
_HOLD = text(
    "SELECT zone, moment, built_upto, is_built FROM figure_marks WHERE workspace_id = :w FOR NO KEY UPDATE"
)
_AFRESH = text(f"""
    UPDATE figure_marks SET zone = :zone, moment = {NOW}, built_upto = '', is_built = false WHERE workspace_id = :w""")
_BUILT = text("UPDATE figure_marks SET built_upto = :upto, is_built = :is_built WHERE workspace_id = :w")
_LOOK = text(f"""
    SELECT {IS_FOREIGN} AS is_foreign, ({CHANGED_SOME}) AS news,
           (SELECT count(*) FROM (
               SELECT FROM figure_changes WHERE workspace_id = :w LIMIT :most) waiting) AS waiting""")
# What is noted, and up to where, is of one snapshot.
_NOTE = text(f"""
    WITH noted AS (
        INSERT INTO figure_changes (workspace_id, conversation_id) SELECT :w, changed.id FROM ({CHANGED_IDS}) changed
        ON CONFLICT DO NOTHING)
    UPDATE figure_marks SET moment = {NOW} WHERE workspace_id = :w""")
_NEXT = text("SELECT id FROM conversations WHERE workspace_id = :w AND id > :after ORDER BY id LIMIT :most")
# One that is being erased, or given another address, is not waited for: two could wait for each other.
_FREE = text("""
    SELECT id FROM conversations WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))
    ORDER BY id FOR KEY SHARE SKIP LOCKED""")
_THERE = text(
    "SELECT count(*) FROM conversations WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))"
)
_TAKE = text("""
    SELECT c.id FROM figure_changes f
    JOIN conversations c ON c.workspace_id = f.workspace_id AND c.id = f.conversation_id
    WHERE f.workspace_id = :w ORDER BY f.conversation_id LIMIT :most FOR KEY SHARE OF c SKIP LOCKED""")
_DONE = text(
    "DELETE FROM figure_changes WHERE workspace_id = :w AND conversation_id = ANY (CAST(:ids AS text[]))"
)
_GONE = text("""
    DELETE FROM figure_changes f WHERE f.workspace_id = :w
      AND NOT EXISTS (SELECT FROM conversations c WHERE c.workspace_id = :w AND c.id = f.conversation_id)""")
_WAITING = text("SELECT EXISTS (SELECT FROM figure_changes WHERE workspace_id = :w)")
_FORGET_CHANGES = text("DELETE FROM figure_changes WHERE workspace_id = :w")
_FORGET = text(
    "DELETE FROM conversation_figures WHERE workspace_id = :w AND conversation_id = ANY (CAST(:ids AS text[]))"
)
# The line of the customer and the bot's answer are written at once: how fast a bot is cannot be seen from them.
_WRITE = text(f"""
    INSERT INTO conversation_figures (workspace_id, conversation_id, begun_at, day, hour, assistant_id, channel_id, team,
        ended, solved, open_until, is_handed, reason, wait_s, first_s, closed_s, score, first_by, operators, flows)
    SELECT c.workspace_id, c.id, c.created_at, CAST(c.created_at AT TIME ZONE :zone AS date),
           CAST(extract(hour FROM c.created_at AT TIME ZONE :zone) AS smallint), c.assistant_id, c.channel_id, c.team,
           CASE WHEN said.person_at IS NOT NULL THEN 'person'
                WHEN c.handed_off_at IS NOT NULL OR c.owner IN ('queued', 'human') THEN 'nobody'
                WHEN c.last_author = 'bot' OR said.by_bot THEN 'bot'
                ELSE 'nobody' END,
           CASE WHEN c.outcome = 'solved' OR c.rating >= {CONFIRMED} * c.rating_max THEN 'confirmed'
                WHEN c.outcome = 'not_solved' OR c.rating < {CONFIRMED} * c.rating_max THEN 'unsolved'
                ELSE 'silent' END,
           CASE WHEN said.person_at IS NULL AND c.owner <> 'closed'
                THEN c.last_message_at + interval '{OPEN_H} h' END,
           c.handed_off_at IS NOT NULL,
           CASE WHEN c.handed_off_at IS NULL THEN ''
                ELSE left(coalesce(c.handoff ->> 'reason', ''), {MOST_NAME}) END,
           extract(epoch FROM said.after_at - c.handed_off_at),
           CASE WHEN said.person_at >= said.asked_at THEN extract(epoch FROM said.person_at - said.asked_at) END,
           CASE WHEN c.owner = 'closed' THEN extract(epoch FROM c.closed_at - c.created_at) END,
           CASE WHEN c.rating_max > 0 THEN CAST(c.rating AS float8) / c.rating_max END,
           said.first_by, coalesce(said.operators, '{{}}'), coalesce(said.flows, '{{}}')
    FROM conversations c
    CROSS JOIN LATERAL (
        SELECT min(m.created_at) FILTER (WHERE m.author = 'contact') AS asked_at,
               min(m.created_at) FILTER (WHERE m.author = 'operator') AS person_at,
               min(m.created_at) FILTER (WHERE m.author = 'operator' AND m.created_at >= c.handed_off_at) AS after_at,
               coalesce(bool_or(m.author = 'bot'), false) AS by_bot,
               (array_agg(m.sender_id ORDER BY m.seq) FILTER (WHERE m.author = 'operator'))[1] AS first_by,
               array_agg(DISTINCT m.sender_id)
                   FILTER (WHERE m.author = 'operator' AND m.sender_id IS NOT NULL) AS operators,
               array_agg(DISTINCT left(split_part(m.step, '/', 1), {MOST_NAME}))
                   FILTER (WHERE m.author = 'bot' AND m.step <> '') AS flows
        FROM messages m WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id) said
    WHERE c.workspace_id = :w AND c.id = ANY (CAST(:ids AS text[])) AND c.contact_seq > 0 AND c.merged_into IS NULL
      AND c.outcome <> 'spam' AND {IS_NO_PREVIEW}""")
_STALE = "SELECT day FROM figure_sums WHERE workspace_id = :w AND kind = 'all' AND waits IS NULL"
_DUE = text(f"SELECT EXISTS (SELECT FROM figure_days_due WHERE workspace_id = :w) OR EXISTS ({_STALE})")
_IS_STALE = text(f"SELECT EXISTS ({_STALE})")
_TAKE_DUE = text(f"""
    WITH due AS MATERIALIZED (
        SELECT day FROM figure_days_due WHERE workspace_id = :w UNION {_STALE} ORDER BY 1 LIMIT :most),
    taken AS (DELETE FROM figure_days_due WHERE workspace_id = :w AND day IN (SELECT day FROM due))
    SELECT day FROM due""")
_KINDS = ("all", "hour", "reason", "flow", "operator", "first")
EVERY = "every_"
"""Before the kind of sums that are of every assistant, channel and team at once."""
_UNSUM = text(f"""
    DELETE FROM figure_sums
    WHERE workspace_id = :w AND kind IN ({", ".join(f"'{kind}', '{EVERY}{kind}'" for kind in _KINDS)})
      AND day = ANY (CAST(:days AS date[]))""")
_SAID = """workspace_id, day, hour, assistant_id, channel_id, team, ended, solved, is_handed, reason, score, first_by,
        operators, flows"""
_KEPT = f"{_SAID}, wait_s, first_s, closed_s"
# Whole seconds, as microseconds would tell one conversation from all others; up, so what broke the promise still does.
_KEEP = text(f"""
    INSERT INTO kept_figures ({_KEPT})
    SELECT {_SAID}, ceil(wait_s), ceil(first_s), ceil(closed_s)
    FROM conversation_figures WHERE workspace_id = :w AND conversation_id = ANY (CAST(:ids AS text[]))""")
_SUM = text(f"""
    INSERT INTO figure_sums (workspace_id, kind, day, value, assistant_id, channel_id, team, conversations, bot, person,
        nobody, confirmed, silent, unsolved, handed, reached, closed, rated, score, waits, firsts, closes)
    SELECT :w, CASE WHEN grouping(f.team) = 0 THEN part.kind ELSE '{EVERY}' || part.kind END, f.day, part.value,
           coalesce(f.assistant_id, ''), coalesce(f.channel_id, ''), coalesce(f.team, ''), count(*),
           count(*) FILTER (WHERE ended = 'bot'), count(*) FILTER (WHERE ended = 'person'),
           count(*) FILTER (WHERE ended = 'nobody'), count(*) FILTER (WHERE ended = 'bot' AND solved = 'confirmed'),
           count(*) FILTER (WHERE ended = 'bot' AND solved = 'silent'),
           count(*) FILTER (WHERE ended = 'bot' AND solved = 'unsolved'),
           count(*) FILTER (WHERE is_handed), count(wait_s), count(closed_s), count(score), coalesce(sum(score), 0),
           coalesce(array_agg(wait_s) FILTER (WHERE wait_s IS NOT NULL AND part.kind = 'all'), '{{}}'),
           coalesce(array_agg(first_s) FILTER (WHERE first_s IS NOT NULL AND part.kind IN ('all', 'first')), '{{}}'),
           coalesce(array_agg(closed_s) FILTER (WHERE closed_s IS NOT NULL AND part.kind = 'all'), '{{}}')
    FROM (SELECT {_KEPT} FROM conversation_figures WHERE workspace_id = :w AND day = ANY (CAST(:days AS date[]))
          UNION ALL
          SELECT {_KEPT} FROM kept_figures WHERE workspace_id = :w AND day = ANY (CAST(:days AS date[]))) f
    CROSS JOIN LATERAL (
        SELECT 'all' AS kind, '' AS value
        UNION ALL SELECT 'hour', CAST(f.hour AS text)
        UNION ALL SELECT 'reason', f.reason WHERE f.is_handed
        UNION ALL SELECT 'flow', unnest(f.flows)
        UNION ALL SELECT 'operator', unnest(f.operators)
        UNION ALL SELECT 'first', f.first_by WHERE f.first_by IS NOT NULL) part
    GROUP BY GROUPING SETS ((part.kind, f.day, part.value, f.assistant_id, f.channel_id, f.team),
                            (part.kind, f.day, part.value))""")


async def is_built(workspace: WorkspaceId, tx: Tx, *, zone: str) -> bool | None:
    """Whether all conversations were gone through, in days of `zone`; None when that was never begun.

    Sums of an older release lack what is asked of them: as long as there are any, it is not built.
    """
    mark = (await tx.execute(_MARK, {"w": workspace})).one_or_none()
    if mark is None:
        return None
    return mark.is_built and mark.zone == zone and not await tx.scalar(_IS_STALE, {"w": workspace})


async def is_current(workspace: WorkspaceId, tx: Tx, *, zone: str) -> bool:
    """Whether everything is counted that was committed before."""
    mark = (await tx.execute(_MARK, {"w": workspace})).one_or_none()
    if mark is None or not mark.is_built or mark.zone != zone:
        return False
    look = (await tx.execute(_LOOK, {"w": workspace, "moment": mark.moment, "most": 1})).one()
    return not (look.is_foreign or look.news or look.waiting or await tx.scalar(_DUE, {"w": workspace}))


@across_workspaces("asks once where something is not counted; it is counted inside each workspace")
async def uncounted(store: Store) -> list[WorkspaceId]:
    """Those that are not current, and in which somebody ever wrote."""
    async with store.claim_work() as connection:
        rows = await connection.fetch("SELECT * FROM uncounted()")
    return [WorkspaceId(row["workspace_id"]) for row in rows]


async def step(
    workspace: WorkspaceId, tx: Tx, *, zone: str, most: int | None = None, batch: int = BATCH
) -> Step:
    """Count what changed, in days of `zone`: `batch` conversations of it.

    At most `DAYS` days are summed on the way. done: everything is counted. more: there is more of it; commit, and go on. held: somebody else holds a conversation;
    try again later. Where more than `most` messages and conversations are new, nothing is counted and nobody waited
    for: whoever keeps somebody waiting leaves so much to the job.
    """
    if most is not None and await _is_much(workspace, tx, most):
        return "more"
    await tx.execute(_BEGIN, {"w": workspace, "zone": zone})
    mark = (await tx.execute(_HOLD, {"w": workspace})).one()
    if mark.zone != zone:
        return await _build_afresh(workspace, tx, zone, batch)
    if not mark.is_built:
        return await _build(workspace, tx, zone, mark.built_upto, batch)
    look = (await tx.execute(_LOOK, {"w": workspace, "moment": mark.moment, "most": 1})).one()
    if look.is_foreign:
        return await _build_afresh(workspace, tx, zone, batch)
    if look.news:
        await tx.execute(_NOTE, {"w": workspace, "moment": mark.moment})
    return await _work_off(workspace, tx, zone, batch)


async def _is_much(workspace: WorkspaceId, tx: Tx, most: int) -> bool:
    mark = (await tx.execute(_MARK, {"w": workspace})).one_or_none()
    if mark is None or not mark.is_built:
        return False
    look = (await tx.execute(_LOOK, {"w": workspace, "moment": mark.moment, "most": most + 1})).one()
    if look.is_foreign or look.news + look.waiting > most:
        return True
    return bool(await tx.scalar(_IS_STALE, {"w": workspace}))


async def _work_off(workspace: WorkspaceId, tx: Tx, zone: str, batch: int) -> Step:
    ids = list((await tx.execute(_TAKE, {"w": workspace, "most": batch})).scalars())
    await _write(workspace, tx, zone, ids)
    await tx.execute(_DONE, {"w": workspace, "ids": ids})
    if len(ids) < batch:
        await tx.execute(_GONE, {"w": workspace})
    if await _sum(workspace, tx):
        return "more"
    if not await tx.scalar(_WAITING, {"w": workspace}):
        return "done"
    return "more" if ids else "held"


async def keep(workspace: WorkspaceId, tx: Tx, conversations: Sequence[str], *, zone: str) -> None:
    """What these say stays in the figures when they are gone, without anything that leads to them.

    Called by whoever holds them and deletes them in this transaction, which has their days summed again.
    """
    given = {"w": workspace, "ids": list(conversations)}
    await tx.execute(_FORGET, given)
    await tx.execute(_WRITE, {**given, "zone": zone})
    await tx.execute(_KEEP, given)


async def _build_afresh(workspace: WorkspaceId, tx: Tx, zone: str, batch: int) -> Step:
    await tx.execute(_AFRESH, {"w": workspace, "zone": zone})
    await tx.execute(_FORGET_CHANGES, {"w": workspace})
    return await _build(workspace, tx, zone, "", batch)


async def _build(workspace: WorkspaceId, tx: Tx, zone: str, after: str, batch: int) -> Step:
    ids = list((await tx.execute(_NEXT, {"w": workspace, "after": after, "most": batch})).scalars())
    given = {"w": workspace, "ids": ids}
    free = list((await tx.execute(_FREE, given)).scalars())
    await _write(workspace, tx, zone, free)
    if await tx.scalar(_THERE, given) != len(free):
        return "held"
    is_built = len(ids) < batch
    upto = ids[-1] if ids else after
    await tx.execute(_BUILT, {"w": workspace, "upto": upto, "is_built": is_built})
    while is_built and await _sum(workspace, tx):
        pass
    # What changed since the beginning is looked for by the next step.
    return "more"


async def _write(workspace: WorkspaceId, tx: Tx, zone: str, ids: list[str]) -> None:
    given = {"w": workspace, "ids": ids}
    await tx.execute(_FORGET, given)
    await tx.execute(_WRITE, {**given, "zone": zone})


async def _sum(workspace: WorkspaceId, tx: Tx) -> bool:
    """Sum `DAYS` of the days that are due; whether others still are."""
    days = list((await tx.execute(_TAKE_DUE, {"w": workspace, "most": DAYS})).scalars())
    given = {"w": workspace, "days": days}
    if days:
        await tx.execute(_UNSUM, given)
        await tx.execute(_SUM, given)
    return len(days) == DAYS and bool(await tx.scalar(_DUE, {"w": workspace}))
