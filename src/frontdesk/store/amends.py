"""Changes to a conversation that no message of its customer caused: one guarded statement each, like a turn's.

The guard is the turn's own: the version that was read, and nobody at work in the lane. Called by `turn/amend.py`.
"""

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import marks
from frontdesk.store.connect import Stale, Store
from frontdesk.store.conversations import Conversation
from frontdesk.store.outcomes import Opening, Outcome
from frontdesk.store.told import TOLD_WOKEN, Lanes
from frontdesk.store.turn_statements import CHANGED, FREE, OPENED, ROWS, changed_to, opened_by

# $14 and more as they stand here; `turn_statements.py` says what comes before.
_AMEND = f"""
    WITH lane AS (
        {CHANGED} WHERE workspace_id = $1 AND id = $2 AND version = $14 AND {FREE} RETURNING true AS done),
    {ROWS} {TOLD_WOKEN}
"""
_START = f"""
    WITH lane AS (
        {OPENED}, $14, $15, $16, $17, 0, 0)
        ON CONFLICT (workspace_id, channel_id, external_id) DO NOTHING
        RETURNING true AS done),
    met AS (
        INSERT INTO contacts (workspace_id, id) SELECT $1, $16 FROM lane),
    {ROWS} {TOLD_WOKEN}
"""


async def amend_conversation(
    workspace: WorkspaceId, store: Store, found: Conversation, outcome: Outcome
) -> Lanes:
    """Write a change of a conversation whose lane is empty; `outcome` has no deliveries.

    Raises:
        Stale: The conversation changed since `found` was read, or its lane is taken.
    """
    keys = (found.id, None, found.channel_id)  # no message came in
    return await _write(workspace, store, _AMEND, outcome, *keys, *changed_to(outcome), found.version)


async def start_conversation(
    workspace: WorkspaceId, store: Store, opening: Opening, outcome: Outcome, *, channel_id: str
) -> Lanes:
    """Make a conversation in which its customer has written nothing yet; `outcome` has no deliveries.

    Raises:
        Stale: There is such a conversation meanwhile.
    """
    keys = (opening.id, None, channel_id)
    return await _write(workspace, store, _START, outcome, *keys, *changed_to(outcome), *opened_by(opening))


async def _write(
    workspace: WorkspaceId, store: Store, sql: str, outcome: Outcome, id_: str, *values: object
) -> Lanes:
    async with store.turn_work(workspace) as connection:
        done = await marks.written(workspace, connection, sql, id_, *values, noticed=outcome.noticed)
    if done is None:
        raise Stale
    return tuple(done["lanes"])
