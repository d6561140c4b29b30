"""What a webhook endpoint has besides other targets: a longer schedule, a log, and an end to patience.

The first tries of a delivery hold up its lane, like anybody's. Then it steps aside, into a lane of its own, and is
tried for three days more, while its conversation goes on. Called by `turn/deliver.py`.
"""

from http import HTTPStatus

import structlog

from frontdesk.core import mail_address
from frontdesk.core.ids import WorkspaceId
from frontdesk.ports.outlet import Sent
from frontdesk.store import accounts, audit, webhooks
from frontdesk.store.deliveries import Claimed
from frontdesk.store.tx import Tx
from frontdesk.turn import mails
from frontdesk.turn.letters import Letter
from frontdesk.turn.line import Line
from frontdesk.turn.targets import Lane

log = structlog.get_logger()

ASIDE_S = (7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Waits between the further tries, beside the lane; with those in it about 75 hours."""
PATIENCE_S = 5 * 86_400.0
"""An endpoint that did nothing but fail for so long is switched off."""
MOST_WAITING = 100_000
"""Deliveries that wait for one endpoint, give or take what comes within `LOOKED_S`; more go to its log at once."""
LOOKED_S = 10.0
BY = "program"
"""Who stands in the audit log for what the program does by itself."""
TOLD_ROLES = frozenset({"owner", "admin"})


def is_one(claimed: Claimed) -> bool:
    return claimed.kind == webhooks.KIND


def aside(lane: Lane, claimed: Claimed) -> str:
    """The lane of a delivery that waits alone."""
    return f"{lane.target.id}:{claimed.id}"


async def failed(line: Line, lane: Lane, sent: Sent) -> None:
    """After an attempt that failed: switch the endpoint off when it asks for that, or has failed for too long."""
    if sent.took_ms is None:
        return
    gone = sent.status == HTTPStatus.GONE
    tired = await webhooks.failed(lane.workspace, line.store, lane.target.id, patience_s=PATIENCE_S)
    if gone or tired:
        await _switch_off(line, lane, "gone" if gone else "failing", sent)


async def _switch_off(line: Line, lane: Lane, because: str, sent: Sent) -> None:
    """It, the entry in the audit log and the mails to administrators are one transaction."""
    workspace, webhook_id = lane.workspace, lane.target.id
    async with line.store.unit_of_work(workspace) as tx:
        name = await webhooks.switch_off(workspace, tx, webhook_id, because=because, detail=sent.detail)
        if name is None:
            return
        await _tell(
            line, workspace, tx, Letter(f"webhook_{because}", {"webhook": name}, _page(line, webhook_id))
        )
        # Not what it answered: that may quote customers, and this log forgets nothing.
        after = {"enabled": False, "because": because, "status": sent.status}
        entry = audit.Entry(line.clock.now(), BY, "webhook.switched_off", webhook_id, after=after)
        await audit.append(workspace, tx, entry)
    log.warning("webhook.switched_off", webhook=webhook_id, because=because)


async def _tell(line: Line, workspace: WorkspaceId, tx: Tx, letter: Letter) -> None:
    if line.mailing is None or not await mails.can_send(workspace, tx):
        return
    for account in await accounts.list_accounts(workspace, tx):
        is_told = account.role in TOLD_ROLES and account.is_active
        if is_told and mail_address.read(account.email) is not None:
            language = account.language or ""
            await mails.post(line.mailing, workspace, tx, letter, to=account.email, language=language)


def _page(line: Line, webhook_id: str) -> str:
    return f"{line.links.public_url}/panel/settings/webhooks/{webhook_id}"
