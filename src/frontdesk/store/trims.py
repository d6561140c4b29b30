"""Lets go of what has done its duty: traces, events, questions, idempotency keys, rows of received and delivered messages.

Small batches, so that no trim ever holds up a turn. Called by the schedules that `app/wiring.py` sets up.
"""

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store, across_workspaces

BATCH = 2_000
IDEMPOTENCY_HOURS = 24
FAILED_JOB_HOURS = 24
"""For so long a job that was given up is told of."""
BIN_DAYS = 30
"""What was removed can be brought back for so long."""
REMOVED_DAYS = 400
VISITOR_DAYS = 180
"""A visitor's browser that did not come back for so long is not known any more."""
"""A browser whose device was removed so long ago, and that was not opened since, has lost its address."""
_IN_BIN = tuple(
    f"""DELETE FROM {table} WHERE workspace_id = $1 AND id IN (
            SELECT id FROM {table}
            WHERE workspace_id = $1 AND deleted_at < now() - make_interval(days => $2) LIMIT $3)"""
    for table in ("labels", "saved_replies", "teams")
)
# What a message came over in the moment of its removal stays in the bin: conversations would go with it.
_CONNECTIONS_IN_BIN = tuple(
    f"""WITH due AS (
            SELECT id FROM {table} x
            WHERE workspace_id = $1 AND deleted_at < now() - make_interval(days => $2)
              AND NOT EXISTS (SELECT FROM {users} u WHERE u.workspace_id = $1 AND u.{column} = x.id) LIMIT $3),
        sealed AS (DELETE FROM secrets s USING due WHERE s.workspace_id = $1 AND s.owner_id = due.id)
        DELETE FROM {table} WHERE workspace_id = $1 AND id IN (SELECT id FROM due)"""
    for table, users, column in (
        ("tasks", "conversations", "task_id"),
        ("channels", "conversations", "channel_id"),
        ("integrations", "tasks", "integration_id"),
    )
)

# With its tasks, versions and host names; what it told customers stays (decisions/0012). While a conversation with it is
# open, people's answers may still need its task.
_ASSISTANTS_IN_BIN = """DELETE FROM assistants WHERE workspace_id = $1 AND id IN (
        SELECT id FROM assistants a
        WHERE workspace_id = $1 AND deleted_at < now() - make_interval(days => $2)
          AND NOT EXISTS (SELECT FROM tasks t
                          JOIN conversations c ON c.workspace_id = t.workspace_id AND c.task_id = t.id
                          WHERE t.workspace_id = $1 AND t.assistant_id = a.id AND c.owner <> 'closed') LIMIT $3)"""

_WEBHOOKS_IN_BIN = """
    WITH due AS (
        SELECT id FROM webhooks WHERE workspace_id = $1 AND deleted_at < now() - make_interval(days => $2) LIMIT $3),
    sealed AS (DELETE FROM secrets s USING due WHERE s.workspace_id = $1 AND s.owner_id = due.id)
    DELETE FROM webhooks WHERE workspace_id = $1 AND id IN (SELECT id FROM due)"""


async def trim_workspace(workspace: WorkspaceId, store: Store, *, traces_days: int, events_days: int) -> int:
    """Old traces, events, questions, what was removed and idempotency keys of one workspace; how many rows went."""
    gone = 0
    async with store.turn_work(workspace) as connection:
        for sql, age in (
            (
                """DELETE FROM traces WHERE workspace_id = $1 AND inbound_id IN (
                       SELECT inbound_id FROM traces
                       WHERE workspace_id = $1 AND created_at < now() - make_interval(days => $2) LIMIT $3)""",
                traces_days,
            ),
            (
                # The oldest are found by their number: age has no index.
                """DELETE FROM events WHERE workspace_id = $1 AND created_at < now() - make_interval(days => $2)
                   AND seq IN (SELECT seq FROM events WHERE workspace_id = $1 ORDER BY seq LIMIT $3)""",
                events_days,
            ),
            (
                """DELETE FROM knowledge_questions WHERE workspace_id = $1 AND key IN (
                       SELECT key FROM knowledge_questions
                       WHERE workspace_id = $1 AND asked_at < now() - make_interval(days => $2)
                       ORDER BY asked_at LIMIT $3)""",
                events_days,
            ),
            (
                """DELETE FROM articles WHERE workspace_id = $1 AND id IN (
                       SELECT id FROM articles
                       WHERE workspace_id = $1 AND status = 'removed' AND indexed_version IS NULL
                         AND updated_at < now() - make_interval(days => $2) LIMIT $3)""",
                BIN_DAYS,
            ),
            (
                """DELETE FROM idempotency_keys WHERE workspace_id = $1 AND ctid IN (
                       SELECT ctid FROM idempotency_keys
                       WHERE workspace_id = $1 AND created_at < now() - make_interval(hours => $2) LIMIT $3)""",
                IDEMPOTENCY_HOURS,
            ),
            (
                """DELETE FROM push_removed WHERE workspace_id = $1 AND id IN (
                       SELECT id FROM push_removed
                       WHERE workspace_id = $1 AND removed_at < now() - make_interval(days => $2) LIMIT $3)""",
                REMOVED_DAYS,
            ),
            (
                """DELETE FROM visitor_sessions WHERE workspace_id = $1 AND id IN (
                       SELECT id FROM visitor_sessions
                       WHERE workspace_id = $1 AND seen_at < now() - make_interval(days => $2) LIMIT $3)""",
                VISITOR_DAYS,
            ),
            (
                # Who began and never wrote: looked for while that is fresh, not among all there are.
                """DELETE FROM visitor_sessions WHERE workspace_id = $1 AND id IN (
                       SELECT s.id FROM visitor_sessions s
                       WHERE s.workspace_id = $1 AND s.seen_at < now() - make_interval(days => $2)
                         AND s.seen_at > now() - make_interval(days => $2 + 7)
                         AND NOT EXISTS (SELECT FROM conversations c WHERE c.workspace_id = s.workspace_id
                                         AND c.channel_id = s.channel_id AND c.external_id = s.external_id) LIMIT $3)""",
                1,
            ),
            (
                """DELETE FROM visitor_mails WHERE workspace_id = $1 AND id IN (
                       SELECT id FROM visitor_mails
                       WHERE workspace_id = $1 AND asked_at < now() - make_interval(days => $2) LIMIT $3)""",
                1,
            ),
            (
                """DELETE FROM visitor_bytes WHERE workspace_id = $1 AND (counted, from_at) IN (
                       SELECT counted, from_at FROM visitor_bytes
                       WHERE workspace_id = $1 AND from_at < now() - make_interval(days => $2) LIMIT $3)""",
                1,
            ),
            *(
                (sql, BIN_DAYS)
                for sql in (*_IN_BIN, *_CONNECTIONS_IN_BIN, _ASSISTANTS_IN_BIN, _WEBHOOKS_IN_BIN)
            ),
        ):
            count = BATCH
            while count == BATCH:
                count = int((await connection.execute(sql, workspace, age, BATCH)).split()[1])
                gone += count
    return gone


@across_workspaces("age alone decides, and the claiming role sees nothing else")
async def trim_line(store: Store, *, inbound_days: int, deliveries_days: int, job_log_hours: int = 1) -> int:
    """Old inbound rows that were handled or parked, deliveries and the job log; how many rows went.

    A delivery that still waits goes at the same age: its target was down all the while.
    """
    gone = 0
    async with store.claim_work() as connection:
        for sql, age in (
            (
                """DELETE FROM inbound WHERE ctid IN (
                       SELECT ctid FROM inbound
                       WHERE status <> 'waiting' AND received_at < now() - make_interval(days => $1)
                       LIMIT $2)""",
                inbound_days,
            ),
            (
                """DELETE FROM deliveries WHERE ctid IN (
                       SELECT ctid FROM deliveries
                       WHERE finished_at < now() - make_interval(days => $1) LIMIT $2)""",
                deliveries_days,
            ),
            (
                """DELETE FROM deliveries WHERE ctid IN (
                       SELECT ctid FROM deliveries
                       WHERE status = 'waiting' AND created_at < now() - make_interval(days => $1) LIMIT $2)""",
                deliveries_days,
            ),
            (
                """DELETE FROM pgqueuer_log WHERE ctid IN (
                       SELECT ctid FROM pgqueuer_log
                       WHERE created < now() - make_interval(hours => $1) LIMIT $2)""",
                job_log_hours,
            ),
            (
                """DELETE FROM pgqueuer WHERE ctid IN (
                       SELECT ctid FROM pgqueuer
                       WHERE status = 'failed' AND updated < now() - make_interval(hours => $1) LIMIT $2)""",
                FAILED_JOB_HOURS,
            ),
        ):
            count = BATCH
            while count == BATCH:
                count = int((await connection.execute(sql, age, BATCH)).split()[1])
                gone += count
    return gone
