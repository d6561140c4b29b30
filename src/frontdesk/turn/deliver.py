"""Deliveries to the outside world: at least once, in order within a lane, none ever holding up another lane.

The job is only a wake-up for a lane; what is due stands in the deliveries table. A failing head is tried again
on the schedule below while its lane waits behind it, then it is given up and the lane moves on.
"""

import asyncio
import time
from collections.abc import Callable, Mapping

import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.ports.outlet import Outgoing, Sent
from frontdesk.store import deliveries
from frontdesk.store.deliveries import Claimed
from frontdesk.store.ids import mint
from frontdesk.turn.line import Line

log = structlog.get_logger()

SCHEDULE_S = (5.0, 300.0, 1_800.0)
"""Waits between the tries of one delivery, about 35 minutes in all, before its lane moves on without it."""


SWEEP_S = 10.0
"""How long one sweep begins deliveries; what is left is found by the next."""
SWEEP_LANES = 20


def _always() -> bool:
    return True


async def deliver(line: Line, payload: Mapping[str, str], *, going: Callable[[], bool] = _always) -> None:
    """Send what is due in one lane, oldest first, until nothing is or it is no longer `going`."""
    workspace, lane = WorkspaceId(payload["workspace"]), payload["lane"]
    token = mint("dlv")
    while going():
        claimed = await deliveries.claim_head(workspace, line.store, lane, token)
        if claimed is None:
            return
        if not await _attempt(line, workspace, lane, claimed, token):
            return


async def sweep(line: Line) -> None:
    """Deliver what should have left some seconds ago: its wake-up was lost, or its sender died."""
    until = time.monotonic() + SWEEP_S
    places = asyncio.Semaphore(SWEEP_LANES)

    async def one(workspace: WorkspaceId, lane: str) -> None:
        payload = {"workspace": workspace, "lane": lane}
        async with places:
            try:
                await deliver(line, payload, going=lambda: time.monotonic() < until)
            except Unavailable:
                log.warning("delivery.left", lane=lane)

    async with asyncio.TaskGroup() as group:
        for workspace, lane in await deliveries.overdue(line.store, by_s=5.0):
            group.create_task(one(workspace, lane))


async def _attempt(line: Line, workspace: WorkspaceId, lane: str, claimed: Claimed, token: str) -> bool:
    """One try; True when the lane may go on with its next delivery."""
    sent = await _send(line, workspace, claimed)
    log_ = log.bind(delivery=claimed.id, kind=claimed.kind, tries=claimed.tries)
    if sent.ok or not sent.retry or claimed.tries > len(SCHEDULE_S):
        if not sent.ok:
            log_.warning("delivery.failed", detail=sent.detail[:80])
        return await deliveries.finish(
            workspace, line.store, claimed.id, token=token, ok=sent.ok, detail=sent.detail
        )
    wait_s = _wait_s(claimed, sent)
    log_.info("delivery.postponed", wait_s=wait_s)
    await deliveries.postpone(
        workspace, line.store, claimed, lane=lane, token=token, wait_s=wait_s, detail=sent.detail
    )
    return False


async def _send(line: Line, workspace: WorkspaceId, claimed: Claimed) -> Sent:
    try:
        outlet = line.outlets.get(claimed.kind)
        settings = await line.outlet_settings(workspace, claimed.target_id)
        if outlet is None or settings is None:
            return Sent(ok=False, detail="the target was removed")
        return await outlet.send(Outgoing(claimed.id, settings, claimed.body, claimed.seq))
    except Unavailable:
        raise  # the database's trouble: the claim runs out, and it is sent again
    except Exception as error:
        log.exception("delivery.broke", delivery=claimed.id, kind=claimed.kind)
        return Sent(ok=False, retry=True, detail=f"it broke here: {type(error).__name__}")


def _wait_s(claimed: Claimed, sent: Sent) -> float:
    """The schedule's step, or what the receiver asked for within one to two steps."""
    step = SCHEDULE_S[claimed.tries - 1]
    # Spread by the id, so that many lanes that failed together do not all come back together.
    step *= 0.9 + 0.2 * (int.from_bytes(claimed.id[-4:].encode()) % 1000) / 1000
    if sent.retry_after_s is None:
        return step
    return min(max(sent.retry_after_s, step), 2 * step)
