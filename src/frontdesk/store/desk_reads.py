"""How far each person has read each conversation, and which notes that name them they have seen. Called by `web/v1`."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import text

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.tx import Tx

_READ = text("""
    INSERT INTO reads (workspace_id, account_id, conversation_id, seq)
    SELECT :w, :who, c.id, least(CAST(:seq AS bigint), c.last_seq) FROM conversations c
    WHERE c.workspace_id = :w AND c.id = :id
    ON CONFLICT (workspace_id, account_id, conversation_id)
    DO UPDATE SET seq = CASE WHEN :back THEN excluded.seq ELSE greatest(reads.seq, excluded.seq) END""")
MOST = 99
_POSITIONS = text("""
    SELECT account_id, conversation_id, seq FROM reads
    WHERE workspace_id = :w AND account_id = ANY (CAST(:readers AS text[]))
      AND conversation_id = ANY (CAST(:ids AS text[]))""")
_THEIRS = text(f"""
    SELECT c.id, ARRAY(
        SELECT m.seq FROM (
            SELECT m.seq FROM messages m
            WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.author = 'contact'
            ORDER BY m.seq DESC LIMIT {MOST}) m ORDER BY m.seq) AS seqs
    FROM conversations c
    WHERE c.workspace_id = :w AND c.id = ANY (CAST(:ids AS text[])) AND c.owner <> 'closed'""")
_SEEN = text("""
    UPDATE mentions SET read_at = now()
    WHERE workspace_id = :w AND account_id = :who AND conversation_id = :id AND seq <= :seq AND read_at IS NULL""")
_UNREAD = text("SELECT greatest(contact_seq - 1, 0) FROM conversations WHERE workspace_id = :w AND id = :id")


async def read_up_to(
    workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, *, who: str, seq: int
) -> None:
    """Everything up to number `seq` was read; never less than before."""
    given = {"w": workspace, "id": conversation_id, "who": who, "seq": seq}
    await tx.execute(_READ, given | {"back": False})
    await tx.execute(_SEEN, given)


async def unread_of(
    workspace: WorkspaceId, tx: Tx, conversation_ids: Sequence[str], readers: Collection[str]
) -> Mapping[str, Mapping[str, int]]:
    """By conversation and reader: how many of the customer's lines the reader has not read; `MOST` is that or more."""
    given = {"w": workspace, "ids": list(conversation_ids), "readers": list(readers)}
    read = {(row.conversation_id, row.account_id): row.seq for row in await tx.execute(_POSITIONS, given)}
    found: dict[str, dict[str, int]] = {}
    for row in await tx.execute(_THEIRS, given):
        found[row.id] = {
            reader: len(row.seqs) - bisect_right(row.seqs, read.get((row.id, reader), 0))
            for reader in readers
        }
    return found


async def unread(workspace: WorkspaceId, tx: Tx, conversation_id: ConversationId, *, who: str) -> None:
    """The customer's last line was not read after all."""
    place = {"w": workspace, "id": conversation_id}
    seq = (await tx.execute(_UNREAD, place)).scalar_one()
    await tx.execute(_READ, place | {"who": who, "seq": seq, "back": True})
