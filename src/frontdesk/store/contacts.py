"""People who write: finding one, forgetting one. Conversations and all that is stored of them go with their contact."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ContactId, WorkspaceId
from frontdesk.store import forgetting
from frontdesk.store.tx import Tx

_THEIRS = "SELECT id FROM conversations WHERE workspace_id = :w AND contact_id = :contact"
_FIND = text("""
    SELECT c.id, c.name, array_agg(DISTINCT v.external_id) FILTER (WHERE v.id IS NOT NULL) AS external_ids,
           count(v.id) AS conversations, max(v.updated_at) AS last_at
    FROM contacts c
    LEFT JOIN conversations v ON v.workspace_id = c.workspace_id AND v.contact_id = c.id
    WHERE c.workspace_id = :w AND (c.id = :wanted OR EXISTS (
        SELECT FROM conversations x
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND x.external_id = :wanted))
    GROUP BY c.id, c.name ORDER BY c.id""")
_TALKS = text(_THEIRS)
_COUNTS = ", ".join(
    f"(SELECT count(*) FROM {table} WHERE workspace_id = :w AND conversation_id IN ({_THEIRS})) AS {table}"
    for table in ("messages", "inbound", "events", "deliveries", "traces", "knowledge_questions")
)
_COUNT = text(f"SELECT (SELECT count(*) FROM ({_THEIRS}) AS theirs) AS conversations, {_COUNTS}")
# A turn holds its conversation, then writes what it learned of the contact: whoever holds both takes them in this order, and
# several of a kind in the order of their ids. A turn that is about to commit waits for its conversation, and finds none
# after erasing; else what it writes beside would stay.
_HOLD_TALKS = text("""
    SELECT id FROM conversations
    WHERE workspace_id = :w AND contact_id = ANY (CAST(:contacts AS text[])) ORDER BY id FOR UPDATE""")
_HOLD = text("""
    SELECT id FROM contacts
    WHERE workspace_id = :w AND id = ANY (CAST(:contacts AS text[])) ORDER BY id FOR UPDATE""")
_CAME = text("""
    SELECT EXISTS (
        SELECT FROM conversations
        WHERE workspace_id = :w AND contact_id = ANY (CAST(:contacts AS text[])) AND id <> ALL (CAST(:held AS text[])))""")
_MERGED = text("DELETE FROM contacts WHERE workspace_id = :w AND merged_into = :contact")
_ERASE = text("DELETE FROM contacts WHERE workspace_id = :w AND id = :contact")


@dataclass(frozen=True, slots=True)
class Contact:
    """`external_ids`: what channels call them."""

    id: ContactId
    name: str
    external_ids: tuple[str, ...]
    conversations: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows there were of each kind; answers of actions and moves of models go with what was `received`."""

    conversations: int
    messages: int
    received: int
    events: int
    deliveries: int
    traces: int
    questions: int
    files: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


async def find(workspace: WorkspaceId, tx: Tx, wanted: str) -> list[Contact]:
    """Those with this id, or whom a channel calls so: the same word may mean others on another channel."""
    rows = await tx.execute(_FIND, {"w": workspace, "wanted": wanted})
    return [
        Contact(row.id, row.name, tuple(row.external_ids or ()), row.conversations, row.last_at)
        for row in rows
    ]


async def hold(workspace: WorkspaceId, tx: Tx, *contacts: ContactId) -> None:
    """Nobody else changes these contacts, or a conversation of theirs, until the transaction ends; none comes to them.

    Raises:
        Refused: A conversation of theirs began just now.
    """
    given = {"w": workspace, "contacts": list(contacts)}
    held = [row.id for row in await tx.execute(_HOLD_TALKS, given)]
    await tx.execute(_HOLD, given)
    # Waiting for it with the contacts held, this act and its turn could wait for each other.
    if await tx.scalar(_CAME, given | {"held": held}):
        raise Refused("conflict", "A conversation of this contact began just now; try again.")


async def erase(workspace: WorkspaceId, tx: Tx, contact_id: ContactId) -> Erased:
    """A contact with every conversation, message, question and event of theirs, for good.

    Raises:
        Refused: There is no such contact, or a conversation of theirs began just now.
    """
    await hold(workspace, tx, contact_id)
    given = {"w": workspace, "contact": contact_id}
    row = (await tx.execute(_COUNT, given)).one()
    talks = list((await tx.execute(_TALKS, given)).scalars())
    files = await forgetting.forget_beside(workspace, tx, talks)
    await tx.execute(_MERGED, given)
    if (await tx.execute(_ERASE, given)).rowcount == 0:
        raise Refused("not_found", "There is no such contact.")
    return Erased(
        row.conversations,
        row.messages,
        row.inbound,
        row.events,
        row.deliveries,
        row.traces,
        row.knowledge_questions,
        files,
    )
