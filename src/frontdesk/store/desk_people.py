"""People of the desk: what their accounts are called, and who of them can be given conversations.

Accounts themselves are kept by `accounts.py`. Called by `web/v1` and `desk`.
"""

from collections.abc import Iterable

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

# A program that acts with a key has the key's name.
_NAMES = text("""
    SELECT id, name FROM accounts WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))
    UNION ALL SELECT id, name FROM api_keys WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))""")
_ANSWERING = text("""
    SELECT id FROM accounts
    WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[])) AND status = 'active'
      AND role IN ('owner', 'admin', 'manager', 'operator')""")


async def names(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """The name of each account or key that there is."""
    rows = await tx.execute(_NAMES, {"w": workspace, "ids": sorted(set(ids))})
    return {row.id: row.name for row in rows}


async def answering(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> set[str]:
    """Those of these accounts that may answer customers."""
    rows = await tx.execute(_ANSWERING, {"w": workspace, "ids": sorted(set(ids))})
    return {row.id for row in rows}
