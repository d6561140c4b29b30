"""Which keys and sessions still open something: asked for those of all open streams of a workspace at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import KIND_SCOPES, ROLE_SCOPES
from frontdesk.store.connect import Store

_SESSIONS = """
    SELECT s.id, s.account_id, a.role FROM account_sessions s
    JOIN accounts a ON a.workspace_id = s.workspace_id AND a.id = s.account_id
    WHERE s.workspace_id = $1 AND s.id = ANY($2::text[]) AND s.stage = 'open' AND a.status = 'active'
      AND s.expires_at > $3 AND s.seen_at > $4
"""
_KEYS = """
    SELECT id, kind, scopes, assistant_ids FROM api_keys
    WHERE workspace_id = $1 AND id = ANY($2::text[]) AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > $3)
"""


async def still_admitted(
    workspace: WorkspaceId, store: Store, ids: Collection[str], *, now: datetime, seen_since: datetime
) -> Mapping[str, Actor]:
    """Of these keys and sessions those that open something, with what they open by now."""
    given = list(ids)
    async with store.turn_work(workspace) as connection:
        sessions = await connection.fetch(_SESSIONS, workspace, given, now, seen_since)
        keys = await connection.fetch(_KEYS, workspace, given, now)
    found = {
        row["id"]: Actor("session", workspace, row["account_id"], ROLE_SCOPES[row["role"]])
        for row in sessions
    }
    for row in keys:
        scopes = KIND_SCOPES.get(row["kind"], frozenset()) | frozenset(row["scopes"])
        found[row["id"]] = Actor("key", workspace, row["id"], scopes, frozenset(row["assistant_ids"]))
    return found
