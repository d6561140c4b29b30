"""A notice to somebody's browser: what it tells of a conversation, and the delivery that carries it.

Called by `turn.pushes`, which has it written, and by `desk.push_sending`, which makes its text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import DeliveryId, WorkspaceId
from frontdesk.store.tx import Tx

_ABOUT = text("""
    SELECT c.owner, c.team, c.assignee_id,
           coalesce(nullif(p.name, ''), nullif(p.email, ''), p.phone, '') AS customer,
           coalesce((SELECT name FROM accounts WHERE workspace_id = :w AND id = :by),
                    (SELECT name FROM api_keys WHERE workspace_id = :w AND id = :by), '') AS by_name,
           coalesce((SELECT r.seq FROM reads r
                     WHERE r.workspace_id = :w AND r.account_id = :account AND r.conversation_id = c.id), 0) AS read_seq,
           :seq > 0 AND EXISTS (
                   SELECT FROM messages m
                   WHERE m.workspace_id = :w AND m.conversation_id = c.id AND m.seq > :seq
                     AND (m.author = 'operator' OR m.event ->> 'kind' IN ('taken', 'assigned'))) AS is_followed,
           (SELECT m.parts FROM messages m
            WHERE m.workspace_id = :w AND m.conversation_id = c.id
              AND m.seq = CASE WHEN :seq = 0 THEN c.contact_seq ELSE :seq END) AS parts
    FROM conversations c JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE c.workspace_id = :w AND c.id = :conversation AND c.merged_into IS NULL""")
_ADD = text("""
    INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, conversation_id, body)
    SELECT :w, n.id, n.lane, :kind, n.target, :conversation, n.body
    FROM unnest(CAST(:ids AS text[]), CAST(:lanes AS text[]), CAST(:targets AS text[]), CAST(:bodies AS bytea[]))
         AS n (id, lane, target, body)
    ON CONFLICT (workspace_id, id) DO NOTHING RETURNING lane""")


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What is sent to one device; `id` names what happened there, so that it is written once."""

    id: DeliveryId
    lane: str
    target: str
    body: bytes


@dataclass(frozen=True, slots=True)
class About:
    """A conversation as a notice tells of it.

    `read_seq`: how far its reader has read. `is_followed`: after what it is about somebody has answered, or has been given
    the conversation. `parts`: what was said.
    """

    owner: str
    team: str
    assignee_id: str | None
    customer: str
    by_name: str
    read_seq: int
    is_followed: bool
    parts: list[dict[str, object]] | None


async def about(
    workspace: WorkspaceId, tx: Tx, conversation_id: str, *, reader: str, by: str, seq: int
) -> About | None:
    """None when the conversation is gone or went on in another. `seq`: of what was said; 0 for the customer's last."""
    values = {"w": workspace, "conversation": conversation_id, "account": reader, "by": by, "seq": seq}
    row = (await tx.execute(_ABOUT, values)).first()
    return None if row is None else About(*row)


async def add(
    workspace: WorkspaceId, tx: Tx, notices: Sequence[NewNotice], *, kind: str, conversation_id: str
) -> list[str]:
    """Have notices about one conversation sent; gives the lanes of those that were not written before."""
    values = {
        "w": workspace,
        "kind": kind,
        "conversation": conversation_id,
        "ids": [notice.id for notice in notices],
        "lanes": [notice.lane for notice in notices],
        "targets": [notice.target for notice in notices],
        "bodies": [notice.body for notice in notices],
    }
    return [row.lane for row in await tx.execute(_ADD, values)]
