"""How often visitors of the site widget have a conversation mailed, and to whom: nobody is flooded with mails through a page.

An address, of mail or of a network, is a keyed sum here, and a row lasts for a day. Called by `web/widget`.
"""

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

OF_VISITOR, TO_ADDRESS = 3, 3
"""In a day."""
OF_WORKSPACE = 100
"""In an hour."""

# Those who ask at the same moment count each other.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('visitor mails ' || :w, 0))")
# Each count reads no more rows than its limit, from an index of its own.
_NOTE = text("""
    INSERT INTO visitor_mails (workspace_id, id, visitor_id, address_sum, network_sum)
    SELECT :w, :id, :visitor, :address, :network
    WHERE (SELECT count(*) FROM (
               SELECT FROM visitor_mails WHERE workspace_id = :w AND visitor_id = :visitor
                 AND asked_at > now() - interval '1 day' LIMIT :of_visitor) a) < :of_visitor
      AND (SELECT count(*) FROM (
               SELECT FROM visitor_mails WHERE workspace_id = :w AND address_sum = :address
                 AND asked_at > now() - interval '1 day' LIMIT :to_address) b) < :to_address
      AND (SELECT count(*) FROM (
               SELECT FROM visitor_mails WHERE workspace_id = :w AND network_sum = :network
                 AND asked_at > now() - interval '1 hour' LIMIT :of_network) d) < :of_network
      AND (SELECT count(*) FROM (
               SELECT FROM visitor_mails WHERE workspace_id = :w
                 AND asked_at > now() - interval '1 hour' LIMIT :of_workspace) c) < :of_workspace
    RETURNING id""")


async def note(
    workspace: WorkspaceId,
    tx: Tx,
    visitor_id: str,
    address_sum: bytes,
    *,
    network_sum: bytes,
    of_network: int,
) -> bool:
    """Whether one more mail may be sent, which is counted then. `of_network`: so many in an hour from one network address."""
    given = {
        "w": workspace,
        "id": mint("vmail"),
        "visitor": visitor_id,
        "address": address_sum,
        "network": network_sum,
        "of_visitor": OF_VISITOR,
        "to_address": TO_ADDRESS,
        "of_network": of_network,
        "of_workspace": OF_WORKSPACE,
    }
    await tx.execute(_LOCK, {"w": workspace})
    return (await tx.execute(_NOTE, given)).first() is not None
