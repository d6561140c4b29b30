"""What a webhook endpoint has besides other targets: a longer schedule, a log, and an end to patience.

The first tries of a delivery hold up its lane, like anybody's. Then it steps aside, into a lane of its own, and is
tried for three days more, while its conversation goes on. Called by `turn/deliver.py`.
"""

from http import HTTPStatus

import structlog

from frontdesk.ports.outlet import Sent
from frontdesk.store import webhooks
from frontdesk.store.connect import Store
from frontdesk.store.deliveries import Claimed
from frontdesk.turn.targets import Lane

log = structlog.get_logger()

ASIDE_S = (7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Waits between the further tries, beside the lane; with those in it about 75 hours."""
PATIENCE_S = 5 * 86_400.0
"""An endpoint that did nothing but fail for so long is switched off."""
MOST_WAITING = 100_000
"""Deliveries that wait for one endpoint, give or take what comes within `LOOKED_S`; more go to its log at once."""
LOOKED_S = 10.0


def is_one(claimed: Claimed) -> bool:
    return claimed.kind == webhooks.KIND


def aside(lane: Lane, claimed: Claimed) -> str:
    """The lane of a delivery that waits alone."""
    return f"{lane.target.id}:{claimed.id}"


async def failed(store: Store, lane: Lane, sent: Sent) -> None:
    """After an attempt that failed: switch the endpoint off when it asks for that, or has failed for too long."""
    if sent.took_ms is None:
        return
    off = await webhooks.failed(
        lane.workspace,
        store,
        lane.target.id,
        gone=sent.status == HTTPStatus.GONE,
        detail=sent.detail,
        patience_s=PATIENCE_S,
    )
    if off:
        log.warning("webhook.switched_off", webhook=lane.target.id, status=sent.status)
