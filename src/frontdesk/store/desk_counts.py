"""How many conversations each view of the inbox has, for many readers at once; of one reader it is `desk_lists.counts`.

Called by the live feed.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.desk_lists import MOST_COUNTED
from frontdesk.store.tx import Tx

_AWAKE = "(c.snoozed_until IS NULL OR c.snoozed_until <= now())"
_AT_DESK = text(f"""
    SELECT count(*) FILTER (WHERE c.assignee_id IS NULL AND {_AWAKE}) AS unassigned,
           count(*) FILTER (WHERE c.owner = 'queued' AND {_AWAKE}) AS queue,
           count(*) FILTER (WHERE c.owner = 'human' AND {_AWAKE}) AS human
    FROM conversations c WHERE c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.owner IN ('queued', 'human')""")
# Each by an index of its own, and none of them to an end that is far.
_REST = text(f"""
    SELECT (SELECT count(*) FROM (
                SELECT FROM conversations c WHERE c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.owner = 'bot'
                LIMIT {MOST_COUNTED}) counted) AS bot,
           (SELECT count(*) FROM conversations c
            WHERE c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.snoozed_until > now() AND c.owner <> 'closed') AS snoozed,
           (SELECT count(*) FROM (
                SELECT FROM conversations c WHERE c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.owner = 'closed'
                LIMIT {MOST_COUNTED}) counted) AS closed""")
_BY_TEAM = text(f"""
    SELECT c.team, count(*) AS number FROM conversations c
    WHERE c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.owner IN ('queued', 'human') AND {_AWAKE} AND c.team <> ''
    GROUP BY c.team""")
_READERS = "CAST(:readers AS text[])"
_BY_READER = {
    "mine": text(f"""
        SELECT c.assignee_id AS reader, count(*) AS number FROM conversations c
        WHERE c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.owner = 'human' AND {_AWAKE} AND c.assignee_id = ANY ({_READERS})
        GROUP BY c.assignee_id"""),
    "unread": text(f"""
        SELECT asked.reader, count(*) AS number
        FROM unnest({_READERS}) AS asked (reader)
        JOIN conversations c ON c.workspace_id = :w AND {IS_NO_PREVIEW} AND c.owner IN ('queued', 'human')
             AND (c.assignee_id IS NULL OR c.assignee_id = asked.reader)
        LEFT JOIN reads r ON r.workspace_id = :w AND r.account_id = asked.reader AND r.conversation_id = c.id
        WHERE c.contact_seq > coalesce(r.seq, 0)
        GROUP BY asked.reader"""),
    "mentions": text(f"""
        SELECT account_id AS reader, count(DISTINCT conversation_id) AS number FROM mentions
        WHERE workspace_id = :w AND account_id = ANY ({_READERS}) AND read_at IS NULL GROUP BY account_id"""),
}


async def counts_of(
    workspace: WorkspaceId, tx: Tx, readers: Collection[str]
) -> Mapping[str, Mapping[str, object]]:
    """The counts of each reader, by the names of the views; in `teams` by team."""
    given = {"w": workspace, "readers": list(readers)}
    at_desk, rest = [(await tx.execute(sql, {"w": workspace})).one() for sql in (_AT_DESK, _REST)]
    of_all = {**at_desk._asdict(), **rest._asdict()}
    teams = {row.team: row.number for row in await tx.execute(_BY_TEAM, {"w": workspace})}
    found: dict[str, dict[str, object]] = {
        reader: {"mine": 0, **of_all, "unread": 0, "mentions": 0, "teams": teams} for reader in readers
    }
    for name, statement in _BY_READER.items():
        for row in await tx.execute(statement, given):
            found[row.reader][name] = row.number
    return found
