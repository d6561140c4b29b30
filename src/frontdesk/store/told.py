"""Events in the statement that writes them: kept, and given to the endpoints that want them, in one with the rest.

Parts of the statements of `turns`, `amends` and `desk_acts`: $1 is the workspace, $2 the conversation, $6 the events;
`lane` is the guarded write of the conversation.
"""

Lanes = tuple[str, ...]
"""Lanes of endpoints that what was written gave something to send."""
# `told` are the deliveries to endpoints: the bytes of `core.event.envelope`, kept as they are sent.
EVENTS = """
    told_of AS MATERIALIZED (
        SELECT e.* FROM lane, ROWS FROM (json_to_recordset($6::json) AS (id text, type text, data json))
             WITH ORDINALITY AS e (id, type, data, place)),
    happened AS (
        INSERT INTO events (workspace_id, id, type, conversation_id, data)
        SELECT $1, e.id, e.type, $2, e.data::jsonb FROM told_of e ORDER BY e.place),
    told AS (
        INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, conversation_id, event, body, status, detail,
                                finished_at)
        SELECT $1, 'dlv_' || substr(e.id, 5, 10) || left(md5(e.id || w.id), 16), w.id || ':' || $2, 'webhook', w.id, $2,
               e.type,
               convert_to('{"event":"' || e.type || '","timestamp":"'
                          || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '","data":'
                          || e.data::text || '}', 'UTF8'),
               CASE WHEN w.held THEN 'failed' ELSE 'waiting' END,
               CASE WHEN w.held THEN 'not sent: too many wait for this endpoint' ELSE '' END,
               CASE WHEN w.held THEN now() END
        FROM told_of e
        JOIN webhooks w ON w.workspace_id = $1 AND w.enabled AND w.deleted_at IS NULL AND e.type = ANY (w.events)
        ORDER BY e.place
        RETURNING lane, status)
"""
_TOLD = "SELECT lane, now() AS due_at FROM told WHERE status = 'waiting'"
_LANES = f"ARRAY(SELECT DISTINCT t.lane FROM ({_TOLD}) t) AS lanes"
_WAKE = """,
    woken AS MATERIALIZED (
        SELECT enqueue_job('deliver', convert_to(json_build_object('workspace', $1, 'lane', s.lane)::text, 'UTF8'),
                           s.due_at - now()) AS job
        FROM ({due}) s)
"""
_WOKEN = f" SELECT lane.done, {_LANES}, (SELECT count(job) FROM woken) FROM lane"
SENT_HERE = f" SELECT lane.done, {_LANES} FROM lane"
WOKEN = _WAKE.format(due=f"SELECT DISTINCT lane, due_at FROM sent UNION {_TOLD}") + _WOKEN
TOLD_WOKEN = _WAKE.format(due=_TOLD.replace("SELECT", "SELECT DISTINCT", 1)) + _WOKEN
