"""Works off the lanes of conversations in this process: one task a lane, messages in arrival order.

The rows are the truth; a task here only makes it happen now. What a process leaves behind when it dies is found
by `sweep` in another, once the lane's time has run out.
"""

import asyncio
import time
from contextlib import AbstractContextManager
from types import TracebackType

import structlog

from frontdesk.core import spans
from frontdesk.core.action import Elapsed
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import AssistantId, ConversationId, InboundId, WorkspaceId
from frontdesk.core.meter import TURN_SECONDS, TURNS
from frontdesk.core.spans import Span
from frontdesk.store import lanes, wakes
from frontdesk.store.alerts import whose
from frontdesk.store.audit import asked_from
from frontdesk.store.beside import beside
from frontdesk.store.connect import Duplicate, Stale, json_text
from frontdesk.store.ids import mint
from frontdesk.store.lanes import LANE_S, Waiting
from frontdesk.store.outcomes import Received
from frontdesk.turn import run
from frontdesk.turn.line import Line
from frontdesk.turn.parking import park

log = structlog.get_logger()

STUCK_AFTER_S = 3.0
RETRY_S = 0.2
AWAY_S = 1.0
FINISH_S = 3.0

Key = tuple[WorkspaceId, ConversationId]


class Lanes:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._asked_again: dict[Key, bool] = {}
        self._parents: dict[Key, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def __aenter__(self) -> "Lanes":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Finish the messages at work, within `FINISH_S`, and let go.

        What still waits is another process's, or the next start's. A call that is cut off here counts as one cut
        off by a crash.
        """
        self._closing = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FINISH_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def work(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        """See to it that the lane is worked off; harmless when it is already, here or elsewhere."""
        key = (workspace, conversation_id)
        if self._closing:
            return
        if parent := spans.here():
            self._parents[key] = parent
        if key in self._asked_again:
            self._asked_again[key] = True
            return
        self._asked_again[key] = False
        task = asyncio.create_task(self._until_empty(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def sweep(self) -> None:
        """Wake the conversations whose moment has come, and take up lanes whose holder died.

        Those are the lanes in which a message has waited for longer than any working holder would let it.
        """
        await self._wake()
        for workspace, conversation_id in await lanes.stuck(self._line.store, older_than_s=STUCK_AFTER_S):
            self.work(WorkspaceId(workspace), ConversationId(conversation_id))

    async def _wake(self) -> None:
        for due in await wakes.due(self._line.store):
            moment = Received(InboundId(mint("in")), due.channel_id, json_text(Elapsed()), due.provider_id)
            try:
                await lanes.join(due.workspace, self._line.store, due.conversation_id, moment)
            except (Duplicate, Stale):
                continue  # another process was faster, or the conversation is gone
            self.work(due.workspace, due.conversation_id)

    async def _until_empty(self, key: Key) -> None:
        asked_from.set(None)
        structlog.contextvars.bind_contextvars(workspace=key[0], conversation=key[1])
        try:
            while True:
                self._asked_again[key] = False
                await self._hold(*key)
                if not self._asked_again[key]:
                    break
        except Unavailable:
            log.warning("lane.left", conversation=key[1])
        except Exception:
            log.exception("lane.broke", conversation=key[1])
        finally:
            del self._asked_again[key]
            self._parents.pop(key, None)

    async def _hold(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        line, token, unsent = self._line, mint("in"), dict[InboundId, str]()
        whose.set(workspace)
        if not await lanes.take(workspace, line.store, conversation_id, token):
            return
        try:
            async with beside(self._renew(workspace, conversation_id, token)):
                while not self._closing:
                    next_ = await lanes.next_waiting(workspace, line.store, conversation_id, token)
                    if next_ is not None:
                        with self._span(workspace, conversation_id, next_) as span:
                            outcome = await self._handle(workspace, next_, token, unsent)
                            span.tell(outcome=outcome)
                    elif await lanes.release(workspace, line.store, conversation_id, token):
                        self._free(conversation_id)
                        return
                    elif not await lanes.renew(workspace, line.store, conversation_id, token):
                        return  # somebody else holds it by now
        except BaseException:
            await self._abandon(workspace, conversation_id, token)
            raise
        await self._abandon(workspace, conversation_id, token)

    def _span(
        self, workspace: WorkspaceId, conversation_id: ConversationId, next_: Waiting
    ) -> AbstractContextManager[Span]:
        return spans.span(
            "turn",
            span_kind="consumer",
            parent=self._parents.get((workspace, conversation_id), ""),
            workspace=workspace,
            conversation=conversation_id,
            turn=next_.inbound_id,
            way="lane",
        )

    async def _abandon(self, workspace: WorkspaceId, conversation_id: ConversationId, token: str) -> None:
        try:
            await lanes.abandon(workspace, self._line.store, conversation_id, token)
            self._free(conversation_id)
        except Unavailable:
            log.warning("lane.not_released", conversation=conversation_id)  # its time runs out by itself

    def _free(self, conversation_id: ConversationId) -> None:
        """Wake who waits for a lane that nobody holds, as a change from outside does."""
        self._line.waiting.wake(conversation_id)
        self._line.hints.touch(conversation_id)

    async def _renew(self, workspace: WorkspaceId, conversation_id: ConversationId, token: str) -> None:
        while True:
            await asyncio.sleep(LANE_S / 3)
            try:
                await lanes.renew(workspace, self._line.store, conversation_id, token)
            except Unavailable:
                log.warning("lane.not_renewed", conversation=conversation_id)

    async def _handle(
        self, workspace: WorkspaceId, next_: Waiting, token: str, unsent: dict[InboundId, str]
    ) -> str:
        """One try at one message, and what came of it; failures are counted, and the last one parks it.

        `unsent` is what a bot that was overtaken had to say, by message; the next try keeps it.
        """
        line, found = self._line, next_.conversation
        log_ = log.bind(conversation=found.id, turn=next_.inbound_id)
        began, outcome = time.perf_counter(), "cut_off"
        try:
            if next_.tries >= line.settings.tries:
                await park(line, workspace, next_, token, "it failed each time it was tried.")
                log_.error("turn.parked")
                outcome = "parked"
                return outcome
            entrance = await line.bots.entrance_of(
                workspace, found.channel_id, AssistantId(found.assistant_id), found.external_id
            )
            await run.waiting(line, entrance, next_, token, unsent.get(next_.inbound_id, ""))
            outcome = "answered"
        except run.Overtaken as overtaken:
            unsent[next_.inbound_id] = overtaken.unsent or unsent.get(next_.inbound_id, "")
            log_.info("turn.stale")
            outcome = "stale"
        except Stale:
            log_.info("turn.stale")
            outcome = "stale"
        except Unavailable:
            log_.warning("turn.postponed")
            outcome = "postponed"
            await asyncio.sleep(AWAY_S)
        except Exception as error:
            outcome = "failed"
            tries = await lanes.count_try(workspace, line.store, next_.inbound_id, type(error).__name__)
            log_.exception("turn.failed", tries=tries)
            await asyncio.sleep(RETRY_S * tries)
        finally:
            TURNS.add(outcome)
            TURN_SECONDS.took("lane", seconds=time.perf_counter() - began)
        return outcome
