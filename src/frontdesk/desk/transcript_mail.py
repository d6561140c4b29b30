"""A conversation as a mail, in its customer's language: its last lines. Called by `web/v1` and `web/widget`."""

from frontdesk.core.errors import Refused
from frontdesk.core.ids import DeliveryId, WorkspaceId
from frontdesk.desk import transcripts
from frontdesk.store.desk_lists import Full
from frontdesk.store.tx import Tx
from frontdesk.turn import mails
from frontdesk.turn.letters import Entry, Letter
from frontdesk.turn.mails import Mailing


async def post(mailing: Mailing | None, workspace: WorkspaceId, tx: Tx, full: Full, *, to: str) -> DeliveryId:
    """Have it sent when the transaction commits.

    Raises:
        Refused: The workspace has no mail server, or `to` is no address.
    """
    lines = await transcripts.latest(workspace, tx, full)
    entries = tuple(Entry(line.who, line.text, transcripts.moment(line)) for line in lines)
    letter = Letter("transcript", {"date": full.row.created_at.date().isoformat()}, entries=entries)
    sent = None
    if mailing is not None:
        sent = await mails.post(
            mailing, workspace, tx, letter, to=to, language=full.language, conversation_id=full.row.id
        )
    if sent is None:
        raise Refused("invalid", "This workspace has no mail server; set one up first.")
    return sent
