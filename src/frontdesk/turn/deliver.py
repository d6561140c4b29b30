"""Deliveries to the outside world: at least once, in order within a lane, none ever holding up another lane.

What is due stands in the deliveries table; a job, or a word from a commit in this process, only wakes a lane. A
failing head is tried again on the schedule below while its lane waits behind it, then it is given up (or steps aside,
see `endpoints`) and the lane moves on.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType

import structlog

from frontdesk.core import spans
from frontdesk.core.errors import FrontdeskError, Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.meter import DELIVERIES, DELIVERY_SECONDS
from frontdesk.core.spans import Span
from frontdesk.jobs.queue import enqueue
from frontdesk.ports.outlet import Outgoing, Outlet, Sent
from frontdesk.store import deliveries
from frontdesk.store.alerts import whose
from frontdesk.store.audit import asked_from
from frontdesk.store.deliveries import CLAIM_S, Claimed, Finished, Wanted
from frontdesk.store.ids import mint
from frontdesk.turn import endpoints
from frontdesk.turn.ledger import Ledger
from frontdesk.turn.line import Line
from frontdesk.turn.targets import JOB, Lane, Target, Targets

log = structlog.get_logger()

SCHEDULE_S = (5.0, 300.0, 1_800.0)
"""Waits between the tries of one delivery, about 35 minutes in all, before its lane moves on without it."""
NOT_LOADED = Sent(ok=False, retry=True, detail="the plug-in is not loaded")
CUT_OFF = Sent(ok=False, retry=True, detail="the program was stopped meanwhile")
AWAY = Sent(ok=False, retry=True, detail="the database was away")
UNTRIED = {NOT_LOADED: 300.0, CUT_OFF: 0.0, AWAY: 5.0}
"""What says nothing of the target, so that no try is counted, and the wait before the next one in seconds."""
REMOVED = Sent(ok=False, detail="the target was removed")
DIED = Sent(ok=False, detail="given up: every try ended before it could be recorded")
OVERDUE_S = 5.0
IN_A_ROW = 10
"""Deliveries of one lane before others that wait for the same target have their turn."""
FINISH_S = 5.0
PUT_BACK_S = 2.0
SEND_S = CLAIM_S - 15.0
"""The longest one attempt may take: a claim never runs out under it, so nobody else sends the same meanwhile."""


async def sweep(line: Line) -> None:
    """Wake lanes whose head should have left some seconds ago: the wake-up was lost, or the sender died."""
    found = await deliveries.overdue(line.store, by_s=OVERDUE_S)
    if found:
        async with line.store.claim_work() as connection, connection.transaction():
            for workspace, lane in found:
                await enqueue(connection, JOB, {"workspace": workspace, "lane": lane})
        line.hints.touch(found[0][1], jobs=True)


class Delivering:
    """The lanes of deliveries that this process works off: one task a lane, bounded by `Targets`."""

    def __init__(self, line: Line, targets: Targets | None = None) -> None:
        self._line = line
        self._targets = targets or Targets()
        self._ledger = Ledger(line.store)
        self._asked_again: dict[Lane, bool] = {}
        self._parents: dict[Lane, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._probes: dict[Target, asyncio.TimerHandle] = {}
        self._closing = False

    async def __aenter__(self) -> "Delivering":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def begin(self) -> None:
        """Hear from this process's commits what there is to send, which saves a job each."""
        self._line.nearby.begin(self.work)

    async def close(self) -> None:
        """Finish the deliveries at hand, within `FINISH_S`; one that is cut off is put back for another process."""
        self._closing = True
        self._line.nearby.end(self.work)
        for probe in self._probes.values():
            probe.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FINISH_S)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=PUT_BACK_S)
        await self._ledger.close(PUT_BACK_S)

    async def wake(self, payload: Mapping[str, str]) -> None:
        """See to it that a lane is worked off; returns at once, so that no target holds up the jobs."""
        lane = Lane(WorkspaceId(payload["workspace"]), payload["lane"])
        if "asked_for" in payload:
            self._targets.bother(lane.target)
        self.work(lane)

    def work(self, lane: Lane) -> None:
        """Begin with `lane`, or remember it until there is a place at its target."""
        if self._closing:
            return
        if lane in self._asked_again:
            self._asked_again[lane] = True
        elif self._targets.enter(lane):
            self._start(lane)
        else:
            self._probe_later(lane.target)
        if (parent := spans.here()) and self._is_kept(lane):
            self._parents[lane] = parent

    def _is_kept(self, lane: Lane) -> bool:
        """Whether it is worked off here, now or later; one that found its target crowded is the net's."""
        return lane in self._asked_again or self._targets.waits(lane)

    def _start(self, lane: Lane) -> None:
        self._asked_again[lane] = False
        task = asyncio.create_task(self._keep(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep(self, lane: Lane) -> None:
        more = True
        asked_from.set(None)
        structlog.contextvars.bind_contextvars(workspace=lane.workspace)
        try:
            while more and not self._closing:
                self._asked_again[lane] = False
                more = await self._work_off(lane)
                if more and self._targets.crowded(lane.target):
                    break
                more = more or self._asked_again[lane]
        except Unavailable:
            more = False
            log.warning("delivery.left", lane=lane.name)  # the net finds it when the database is back
        except Exception:
            more = False
            log.exception("delivery.lane_broke", lane=lane.name)
        finally:
            del self._asked_again[lane]
            if more:
                self._targets.queue(lane)
            if not self._is_kept(lane):
                self._parents.pop(lane, None)
            self._targets.leave(lane.target)
            self._go_on(lane.target)
            for target in self._targets.turned_away():
                self._go_on(target)

    def _go_on(self, target: Target) -> None:
        """Give the places that are free to the lanes that wait for them."""
        if (probe := self._probes.pop(target, None)) is not None:
            probe.cancel()
        while not self._closing and (lane := self._targets.next(target)) is not None:
            self._start(lane)
        self._probe_later(target)

    def _probe_later(self, target: Target) -> None:
        alone_s = self._targets.alone_s(target)
        if alone_s and not self._closing and target not in self._probes:
            self._probes[target] = asyncio.get_running_loop().call_later(alone_s, self._go_on, target)

    async def _work_off(self, lane: Lane) -> bool:
        """Send what is due, oldest first; True when there may be more."""
        token = mint("dlv")
        claimed = await self._ledger.want(Wanted(lane.workspace, lane.name, token))
        count = 0
        while claimed is not None:
            count += 1
            with self._span(lane, claimed) as span:
                claimed = await self._attempt(lane, claimed, token, span, last=count == IN_A_ROW)
        return count == IN_A_ROW

    async def _attempt(
        self, lane: Lane, claimed: Claimed, token: str, span: Span, *, last: bool
    ) -> Claimed | None:
        """One try; the lane's next delivery, claimed, when it may go on and this was not the `last`."""
        log_ = log.bind(delivery=claimed.id, kind=claimed.kind, tries=claimed.tries)
        schedule = schedule_of(claimed)
        try:
            sent = DIED if claimed.tries > len(schedule) + 1 else await self._send(lane, claimed)
        except asyncio.CancelledError:
            await self._postpone(lane, claimed, token, CUT_OFF, wait_s=UNTRIED[CUT_OFF])
            raise
        outcome = _outcome(sent, claimed, schedule)
        DELIVERIES.add(claimed.kind, outcome)
        span.tell(outcome=outcome, status=sent.status or "")
        if sent.took_ms:
            DELIVERY_SECONDS.took(claimed.kind, seconds=sent.took_ms / 1000)
        if sent in UNTRIED:
            log_.warning("delivery.not_tried", detail=sent.detail)
            await self._postpone(lane, claimed, token, sent, wait_s=UNTRIED[sent])
            return None
        more = not last and not self._closing
        if sent.ok or not sent.retry or claimed.tries > len(schedule):
            if not sent.ok:
                # The detail, which may quote what was sent, is kept with the delivery; a log is not the place.
                log_.warning("delivery.failed", status=sent.status)
            # First, so that nothing more is claimed for one that is switched off.
            await self._look_at_endpoint(lane, claimed, sent)
            attempt = (sent.took_ms, sent.status, sent.answer)
            return await self._ledger.finish(
                Finished(lane.workspace, claimed.id, token, sent.ok, sent.detail, more, *attempt)
            )
        wait_s = _wait_s(claimed, sent)
        log_.info("delivery.postponed", wait_s=wait_s, status=sent.status)
        await self._postpone(lane, claimed, token, sent, wait_s=wait_s)
        await self._look_at_endpoint(lane, claimed, sent)
        if claimed.tries == len(SCHEDULE_S) + 1 and more:  # it has stepped aside
            return await self._ledger.want(Wanted(lane.workspace, lane.name, token))
        return None

    def _span(self, lane: Lane, claimed: Claimed) -> AbstractContextManager[Span]:
        return spans.span(
            "delivery",
            span_kind="producer",
            parent=self._parents.get(lane, ""),
            workspace=lane.workspace,
            delivery=claimed.id,
            kind=claimed.kind,
            tries=claimed.tries,
        )

    async def _look_at_endpoint(self, lane: Lane, claimed: Claimed, sent: Sent) -> None:
        if not sent.ok and endpoints.is_one(claimed):
            await endpoints.failed(self._line, lane, sent)

    async def _send(self, lane: Lane, claimed: Claimed) -> Sent:
        outlet = self._line.outlets.get(claimed.kind)
        if outlet is None:
            return NOT_LOADED
        whose.set(lane.workspace)
        began = time.monotonic()
        try:
            async with asyncio.timeout(SEND_S):
                sent = await self._ask(outlet, lane, claimed)
        except Exception as error:
            log.exception("delivery.broke", delivery=claimed.id, kind=claimed.kind)
            # Our own words hold nothing of what was to be sent.
            what = error.message if isinstance(error, FrontdeskError) else type(error).__name__
            sent = Sent(ok=False, retry=True, detail=f"it broke here: {what}")
        if sent is REMOVED or sent is AWAY:
            return sent
        if sent.retry and not sent.ok:
            self._targets.failed(lane.target)
        else:
            self._targets.worked(lane.target)
        took_ms = round((time.monotonic() - began) * 1000)
        return replace(sent, ok=bool(sent.ok), detail=_storable(sent.detail), took_ms=took_ms)

    async def _ask(self, outlet: Outlet, lane: Lane, claimed: Claimed) -> Sent:
        try:
            settings = await self._line.outlet_settings(lane.workspace, lane.target.id)
        except Unavailable:
            return AWAY
        if settings is None:
            return REMOVED
        return await outlet.send(Outgoing(claimed.id, settings, claimed.body, claimed.seq))

    async def _postpone(self, lane: Lane, claimed: Claimed, token: str, sent: Sent, *, wait_s: float) -> None:
        """Put a delivery back for later, with the wake-up that goes with it, in one transaction."""
        is_aside = claimed.tries > len(SCHEDULE_S) and sent not in UNTRIED
        name = endpoints.aside(lane, claimed) if is_aside else lane.name
        async with self._line.store.turn_work(lane.workspace) as connection, connection.transaction():
            if await deliveries.postpone(
                lane.workspace,
                connection,
                claimed.id,
                token=token,
                wait_s=wait_s,
                detail=sent.detail,
                counted=sent not in UNTRIED,
                lane=name,
            ):
                if endpoints.is_one(claimed) and sent.took_ms is not None:
                    await deliveries.note_attempt(
                        lane.workspace, connection, lane.target.id, claimed.id, sent
                    )
                payload = {"workspace": lane.workspace, "lane": name}
                await enqueue(connection, JOB, payload, delay_s=wait_s)


def _storable(detail: str) -> str:
    """What an outlet tells, without what PostgreSQL keeps in no text."""
    return str(detail).replace("\0", "").encode(errors="replace").decode()


def schedule_of(claimed: Claimed) -> tuple[float, ...]:
    """The waits between the tries of a delivery, those beside its lane included."""
    return SCHEDULE_S + endpoints.ASIDE_S if endpoints.is_one(claimed) else SCHEDULE_S


def _wait_s(claimed: Claimed, sent: Sent) -> float:
    """The schedule's step, or what the receiver asked for within one to two steps."""
    step = schedule_of(claimed)[claimed.tries - 1]
    # Spread by the id, so that many lanes that failed together do not all come back together.
    step *= 0.9 + 0.2 * (int.from_bytes(claimed.id[-4:].encode()) % 1000) / 1000
    if sent.retry_after_s is None:
        return step
    return min(max(sent.retry_after_s, step), 2 * step)


def _outcome(sent: Sent, claimed: Claimed, schedule: Sequence[float]) -> str:
    """What measures call how a try went."""
    if sent in UNTRIED:
        return "not_tried"
    if sent.ok:
        return "sent"
    return "again" if sent.retry and claimed.tries <= len(schedule) else "failed"
