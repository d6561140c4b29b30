"""What the desk does by itself with conversations that wait for people: gives them out, tells customers where they stand,
wakes those that were snoozed, gives on what somebody has let lie.

A conversation says when it has to be looked at (`desk_due_at`); whoever looks holds it, does what is to be done, and says
when to look again. Several processes may look: the second finds nothing left to do.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from types import TracebackType

import structlog

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.desk import leaving, notices, queueing
from frontdesk.desk.doing import Act, Doing, hold, write
from frontdesk.desk.queueing import LOOK_AGAIN_S
from frontdesk.store import desk_due, desk_teams
from frontdesk.store.audit import asked_from
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line

log = structlog.get_logger()

FINISH_S = 3.0
IN_A_ROW = 10
"""Conversations of one workspace before others have their turn."""
AT_ONCE = 4
"""Workspaces that are looked at together."""
HELD_S = 2.0
"""How long what has to be looked at may be held by others, before the others have their turn."""
Key = tuple[WorkspaceId, ConversationId]


class Dispatching:
    """Looks at conversations in this process, one task each."""

    def __init__(self, line: Line, lanes: Lanes) -> None:
        self._line = line
        self._lanes = lanes
        self._again: dict[Key, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def __aenter__(self) -> "Dispatching":
        self._line.bell.begin(self.work)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._line.bell.end(self.work)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FINISH_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def work(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        """Look at this conversation soon; harmless when there is nothing to do."""
        key = (workspace, conversation_id)
        if self._closing:
            return
        if key in self._again:
            self._again[key] = True
            return
        self._again[key] = False
        task = asyncio.create_task(self._until_done(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def sweep(self) -> None:
        """Look at everything whose moment has come, in each workspace the longest due first.

        Workspaces take turns, and what has come due meanwhile has its turn too: nobody waits until the long queue of
        another is looked through.
        """
        looked: set[Key] = set()
        while turns := _turns(each for each in await desk_due.due(self._line.store) if each not in looked):
            looked.update(*turns)
            places = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._look_at(turn, places) for turn in turns))

    async def _look_at(self, turn: Sequence[Key], places: asyncio.Semaphore) -> None:
        async with places:
            for key in turn:
                await self._look(*key)

    async def _until_done(self, key: Key) -> None:
        asked_from.set(None)
        try:
            while not self._closing:
                self._again[key] = False
                await self._look(*key)
                if not self._again[key]:
                    break
        finally:
            del self._again[key]

    async def _look(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        try:
            for older in await self._older(workspace, conversation_id):
                await self._attend(workspace, older)
            await self._attend(workspace, conversation_id)
        except Unavailable:
            log.warning("desk.postponed", conversation=conversation_id)
        except Refused:
            log.info("desk.gone", conversation=conversation_id)
        except Exception:
            log.exception("desk.failed", conversation=conversation_id)
            await self._put_off(workspace, conversation_id)

    async def _put_off(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        later = self._line.clock.now() + timedelta(seconds=LOOK_AGAIN_S)
        try:
            async with self._line.store.unit_of_work(workspace) as tx:
                await desk_due.put_off(workspace, tx, conversation_id, later)
        except Unavailable:
            log.warning("desk.not_put_off", conversation=conversation_id)

    async def _older(self, workspace: WorkspaceId, conversation_id: ConversationId) -> list[ConversationId]:
        """Who has waited longer is given out first."""
        async with self._line.store.unit_of_work(workspace) as tx:
            team = await desk_due.queued_for(workspace, tx, conversation_id)
            if team is None:
                return []
            return await desk_teams.older_due(workspace, tx, conversation_id, team)

    async def _attend(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        async with self._line.store.unit_of_work(workspace, held_s=HELD_S) as tx:
            doing = Doing(self._line, self._lanes, workspace, tx)
            act = await hold(doing, conversation_id)
            due_at = act.standing.desk_due_at
            if due_at is None or due_at > act.now:
                return
            await attend(act)
            if _is_changed(act):
                await write(act)
                await notices.assigned(act)
            else:
                await desk_due.put_off(workspace, tx, act.id, act.standing.desk_due_at)
            await notices.queued(act, since=act.standing.queued_at)
            if due_at <= act.held.contact_at:  # it is due because the customer has written
                await notices.written(act)
        for tell in doing.after:
            tell()


def _is_changed(act: Act) -> bool:
    """Whether there is more to write than when to look again: also what a customer sees without a word."""
    before, told = act.held.conversation, act.held.standing.queue_told
    return bool(act.acting.messages) or (act.acting.team, act.standing.queue_told) != (before.team, told)


def _turns(due: Iterable[Key]) -> list[list[Key]]:
    """The first few of each workspace."""
    turns: dict[WorkspaceId, list[Key]] = {}
    for key in due:
        turn = turns.setdefault(key[0], [])
        if len(turn) < IN_A_ROW:
            turn.append(key)
    return list(turns.values())


async def attend(act: Act) -> None:
    """Do what is due, and say when to look again."""
    standing = act.standing
    standing.desk_due_at = None
    if standing.snoozed_until is not None and standing.snoozed_until <= act.now:
        act.mark("woken", reason="time")
        standing.snoozed_until = None
    await queueing.leave_gone(act)
    ends_at = await leaving.leave_ended(act)
    standing.desk_due_at = standing.snoozed_until
    if act.owner == "human" and standing.snoozed_until is None:
        await queueing.pass_on(act)
    if act.owner == "queued" and standing.snoozed_until is None and not act.is_preview:
        await queueing.queue(act)
    if ends_at is not None and act.owner == "human":
        standing.desk_due_at = min(ends_at, standing.desk_due_at or ends_at)
