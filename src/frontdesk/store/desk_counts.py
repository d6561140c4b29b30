"""How many conversations each view of the inbox has, for many readers at once; of one reader it is `desk_lists.counts`.

Called by the live feed.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.bots import IS_NO_PREVIEW
from frontdesk.store.tx import Tx

_AWAKE = "(c.snoozed_until IS NULL OR c.snoozed_until <= now())"
_OF_ALL = text(f"""
    SELECT count(*) FILTER (WHERE c.owner IN ('queued', 'human') AND c.assignee_id IS NULL AND {_AWAKE}) AS unassigned,
           count(*) FILTER (WHERE c.owner = 'queued' AND {_AWAKE}) AS queue,
           count(*) FILTER (WHERE c.owner = 'bot') AS bot,
           count(*) FILTER (WHERE c.owner = 'human' AND {_AWAKE}) AS human,
           count(*) FILTER (WHERE c.snoozed_until > now() AND c.owner <> 'closed') AS snoozed,
           count(*) FILTER (WHERE c.owner = 'closed') AS closed
    FROM conversations c WHERE c.workspace_id = :w AND {IS_NO_PREVIEW}""")
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
    of_all = (await tx.execute(_OF_ALL, {"w": workspace})).one()._asdict()
    teams = {row.team: row.number for row in await tx.execute(_BY_TEAM, {"w": workspace})}
    found: dict[str, dict[str, object]] = {
        reader: {"mine": 0, **of_all, "unread": 0, "mentions": 0, "teams": teams} for reader in readers
    }
    for name, statement in _BY_READER.items():
        for row in await tx.execute(statement, given):
            found[row.reader][name] = row.number
    return found
