"""People of the desk: what their accounts are called, who of them can be given conversations, who wants to hear of them.

Accounts themselves are kept by `accounts.py`. Called by `web/v1` and `desk`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import ContactId, ConversationId, WorkspaceId
from frontdesk.store.accounts import answers
from frontdesk.store.tx import Tx

# A program that acts with a key has the key's name.
_NAMES = text("""
    SELECT id, name FROM accounts WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))
    UNION ALL SELECT id, name FROM api_keys WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))""")
# Kept until the commit from being switched off, or from a role that answers nobody: see `desk.leaving`.
_ANSWERING = text(f"""
    SELECT a.id FROM accounts a
    WHERE a.workspace_id = :w AND a.id = ANY (CAST(:ids AS text[])) AND {answers("a")}
    ORDER BY a.id FOR KEY SHARE""")
_ALL_ANSWERING = text(
    f"SELECT a.id FROM accounts a WHERE a.workspace_id = :w AND {answers('a')} ORDER BY a.id"
)
_HOLDS = text("""
    SELECT id FROM conversations
    WHERE workspace_id = :w AND assignee_id = :account AND owner = 'human' ORDER BY id""")
_KNOWN = text("SELECT id FROM accounts WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[]))")
_CALLED = text("""
    SELECT id FROM accounts
    WHERE workspace_id = :w AND id = ANY (CAST(:ids AS text[])) AND lower(:word) IN (id, lower(email), lower(name))
    ORDER BY id LIMIT 2""")
_READERS = text("""
    SELECT a.id, a.email, coalesce(nullif(a.language, ''), w.language) AS language
    FROM accounts a JOIN workspaces w ON w.workspace_id = a.workspace_id
    WHERE a.workspace_id = :w AND a.id = ANY (CAST(:ids AS text[])) AND a.status = 'active'
      AND coalesce((a.settings ->> :wish)::boolean, :otherwise)
    ORDER BY a.id""")
_CUSTOMER = text("""
    SELECT coalesce(nullif(name, ''), nullif(email, ''), phone) FROM contacts
    WHERE workspace_id = :w AND id = :id""")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told something by mail; `language` is theirs, or the workspace's."""

    id: str
    email: str
    language: str


async def names(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """The name of each account or key that there is."""
    rows = await tx.execute(_NAMES, {"w": workspace, "ids": sorted(set(ids))})
    return {row.id: row.name for row in rows}


async def answering(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> set[str]:
    """Those of these accounts that may answer customers, and may until the transaction ends."""
    rows = await tx.execute(_ANSWERING, {"w": workspace, "ids": sorted(set(ids))})
    return {row.id for row in rows}


async def all_answering(workspace: WorkspaceId, tx: Tx) -> list[str]:
    """Everybody who may answer customers."""
    return [row.id for row in await tx.execute(_ALL_ANSWERING, {"w": workspace})]


async def holds(workspace: WorkspaceId, tx: Tx, account_id: str) -> list[ConversationId]:
    """The open conversations that somebody has, the oldest first."""
    return [row.id for row in await tx.execute(_HOLDS, {"w": workspace, "account": account_id})]


async def known(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> set[str]:
    """Those of these accounts that are of this workspace, in use or not."""
    rows = await tx.execute(_KNOWN, {"w": workspace, "ids": sorted(set(ids))})
    return {row.id for row in rows}


async def called(workspace: WorkspaceId, tx: Tx, ids: Iterable[str], word: str) -> str | None:
    """The one of these accounts that has this id, address or name; None where none or several have."""
    rows = (await tx.execute(_CALLED, {"w": workspace, "ids": sorted(set(ids)), "word": word})).all()
    return rows[0].id if len(rows) == 1 else None


async def readers(
    workspace: WorkspaceId, tx: Tx, ids: Iterable[str], *, wish: str, otherwise: bool
) -> list[Reader]:
    """Those of these accounts that are in use and want it: their setting `wish`, or `otherwise` where it is not set."""
    values = {"w": workspace, "ids": sorted(set(ids)), "wish": wish, "otherwise": otherwise}
    return [Reader(row.id, row.email, row.language) for row in await tx.execute(_READERS, values)]


async def customer(workspace: WorkspaceId, tx: Tx, contact_id: ContactId) -> str:
    """What a customer is called among people: the name, or the address that is known; empty where nothing is."""
    return str(await tx.scalar(_CUSTOMER, {"w": workspace, "id": contact_id}) or "")
