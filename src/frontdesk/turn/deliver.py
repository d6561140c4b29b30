"""Deliveries to the outside world: at least once, in order within a lane, none ever holding up another lane.

The job is only a wake-up for a lane; what is due stands in the deliveries table. A failing head is tried again
on the schedule below while its lane waits behind it, then it is given up and the lane moves on.
"""

from collections.abc import Callable, Mapping

import structlog

from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import enqueue
from frontdesk.ports.outlet import Outgoing, Sent
from frontdesk.store import deliveries
from frontdesk.store.deliveries import Claimed
from frontdesk.store.ids import mint
from frontdesk.turn.line import Line
from frontdesk.turn.targets import Lane, Target

log = structlog.get_logger()

SCHEDULE_S = (5.0, 300.0, 1_800.0)
"""Waits between the tries of one delivery, about 35 minutes in all, before its lane moves on without it."""


async def deliver(
    line: Line, payload: Mapping[str, str], stopping: Callable[[], bool] = lambda: False
) -> None:
    """Send what is due in one lane, oldest first; then in those that waited for a slot of the same target."""
    next_: Lane | None = Lane(WorkspaceId(payload["workspace"]), payload["lane"])
    while next_ is not None and not stopping():
        next_ = await _work_off(line, next_, stopping)


async def sweep(line: Line) -> None:
    """Wake lanes whose head should have left some seconds ago: the wake-up was lost, or the sender died."""
    found = await deliveries.overdue(line.store, by_s=5.0)
    async with line.store.claim_work() as connection:
        for workspace, lane in found:
            await enqueue(connection, "deliver", {"workspace": workspace, "lane": lane})
    if found:
        line.hints.touch(found[0][1], jobs=True)


async def _work_off(line: Line, lane: Lane, stopping: Callable[[], bool]) -> Lane | None:
    """Send until nothing is due or the target has no room; a lane that waits for a slot that is free now."""
    token, target = mint("dlv"), None
    while not stopping():
        target_id = await deliveries.due_head(lane.workspace, line.store, lane.lane)
        if target_id is None:
            break
        target = Target(lane.workspace, target_id)
        if alone_s := line.targets.alone_s(target):
            await deliveries.put_off(lane.workspace, line.store, lane.lane, wait_s=alone_s)
            break
        if not line.targets.enter(target, lane):
            break
        try:
            claimed = await deliveries.claim_head(lane.workspace, line.store, lane.lane, token)
            if claimed is None or not await _attempt(line, lane, target, claimed, token):
                break
        finally:
            line.targets.leave(target)
    return None if target is None else line.targets.next(target)


async def _attempt(line: Line, lane: Lane, target: Target, claimed: Claimed, token: str) -> bool:
    """One try; True when the lane may go on with its next delivery."""
    sent = await _send(line, lane.workspace, claimed)
    log_ = log.bind(delivery=claimed.id, kind=claimed.kind, tries=claimed.tries)
    if sent.retry and not sent.ok:
        line.targets.failed(target)
    else:
        line.targets.worked(target)
    if sent.ok or not sent.retry or claimed.tries > len(SCHEDULE_S):
        if not sent.ok:
            log_.warning("delivery.failed", detail=sent.detail[:80])
        return await deliveries.finish(
            lane.workspace, line.store, claimed.id, token=token, ok=sent.ok, detail=sent.detail
        )
    wait_s = _wait_s(claimed, sent)
    log_.info("delivery.postponed", wait_s=wait_s)
    await deliveries.postpone(
        lane.workspace, line.store, claimed, lane=lane.lane, token=token, wait_s=wait_s, detail=sent.detail
    )
    return False


async def _send(line: Line, workspace: WorkspaceId, claimed: Claimed) -> Sent:
    try:
        settings = await line.outlet_settings(workspace, claimed.target_id)
        if settings is None:
            return Sent(ok=False, detail="the target was removed")
        outlet = line.outlets.get(claimed.kind)
        if outlet is None:
            return Sent(ok=False, retry=True, detail="the plug-in is not loaded")
        return await outlet.send(Outgoing(claimed.id, settings, claimed.body, claimed.seq))
    except Unavailable:
        raise  # the database is away, and with it all that could be written about this try
    except Exception as error:
        log.exception("delivery.broke", delivery=claimed.id, kind=claimed.kind)
        return Sent(ok=False, retry=True, detail=f"it broke: {type(error).__name__}")


def _wait_s(claimed: Claimed, sent: Sent) -> float:
    """The schedule's step, or what the receiver asked for within one to two steps."""
    step = SCHEDULE_S[claimed.tries - 1]
    # Spread by the id, so that many lanes that failed together do not all come back together.
    step *= 0.9 + 0.2 * (int.from_bytes(claimed.id[-4:].encode()) % 1000) / 1000
    if sent.retry_after_s is None:
        return step
    return min(max(sent.retry_after_s, step), 2 * step)
