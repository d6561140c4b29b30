"""Changes a conversation from outside a message: slots, a restart, messages to be kept. Called by `web/rasa_api`.

The way is a turn's: load -> change -> one guarded commit, again when somebody was faster. While a message is at
work in the lane the change waits, so that it never lands in the middle of a turn. Nothing is predicted or sent.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from frontdesk.core.action import Restarted
from frontdesk.core.errors import Unavailable
from frontdesk.core.ids import InboundId
from frontdesk.core.message import Text
from frontdesk.dialog import engine
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.slots import set_slots
from frontdesk.dialog.state import State, load_state, new_state
from frontdesk.store import amends, conversations
from frontdesk.store.connect import Stale
from frontdesk.store.conversations import Conversation
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.turn.act import Acting, outcome
from frontdesk.turn.announcing import announce
from frontdesk.turn.decide import Decided
from frontdesk.turn.hearing import facts, version_of
from frontdesk.turn.line import Line
from frontdesk.turn.owners import opening, starting
from frontdesk.turn.receive import NO_ROOM_RETRY_S
from frontdesk.turn.waiting import POLL_S


@dataclass(frozen=True, slots=True)
class SlotsSet:
    """Slots by name; None empties one."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Logged:
    """A message that was said elsewhere and belongs to this conversation."""

    author: Literal["contact", "bot"]
    text: str


Change = SlotsSet | Restarted | Logged


async def amend(line: Line, entrance: Entrance, external_id: str, changes: Sequence[Change]) -> None:
    """Carry out `changes` in their order, in one commit; starts the conversation when there is none.

    Raises:
        Unavailable: The database is away, the disk is full, or the conversation stayed busy; nothing is changed.
    """
    if not line.has_room():
        raise Unavailable("The disk is almost full.", retry_after_s=NO_ROOM_RETRY_S)
    until = time.monotonic() + line.settings.answer_within_s
    while time.monotonic() < until:
        found = await conversations.read(entrance.workspace, line.store, entrance.channel_id, external_id)
        try:
            if found is None:
                await _start(line, entrance, external_id, changes)
                return
            if not found.busy:
                await _change(line, entrance, found, changes)
                return
        except Stale:
            continue
        await _news(line, entrance, external_id, found)
    raise Unavailable("The conversation is busy.")


async def _news(line: Line, entrance: Entrance, external_id: str, found: Conversation) -> None:
    """Wait until something has happened in the conversation since `found` was read, or for a moment."""
    with line.waiting.on(found.id) as news:
        now = await conversations.read(entrance.workspace, line.store, entrance.channel_id, external_id)
        if now is None or not now.busy:
            return
        try:
            async with asyncio.timeout(POLL_S):
                await news.wait()
        except TimeoutError:
            return


async def _start(line: Line, entrance: Entrance, external_id: str, changes: Sequence[Change]) -> None:
    fresh = opening(entrance, external_id)
    version = version_of(entrance, None)
    bot = await line.bots.bot(entrance.workspace, version)
    amending = _Amending(line, bot, starting(line, entrance, fresh), None, new_state())
    written = outcome(amending.acting, amending.carry_out(changes), version=version, first_seq=1)
    told = await amends.start_conversation(
        entrance.workspace, line.store, fresh, written, channel_id=entrance.channel_id
    )
    announce(line, entrance.workspace, fresh.id, written, told)


async def _change(line: Line, entrance: Entrance, found: Conversation, changes: Sequence[Change]) -> None:
    version = version_of(entrance, found)
    bot = await line.bots.bot(entrance.workspace, version)
    seq = found.last_seq
    acting = Acting(
        entrance,
        found.id,
        found.contact_id,
        found.external_id,
        seq,
        found.owner,
        found.team,
        assignee_id=found.assignee_id or "",
    )
    amending = _Amending(line, bot, acting, found, load_state(found.state, found.state_format))
    written = outcome(acting, amending.carry_out(changes), version=version, first_seq=seq + 1)
    told = await amends.amend_conversation(entrance.workspace, line.store, found, written)
    announce(line, entrance.workspace, found.id, written, told)


@dataclass(slots=True)
class _Amending:
    """One attempt: the state as changed so far, and the rows that go with it."""

    line: Line
    bot: Bot
    acting: Acting
    found: Conversation | None
    state: State

    def carry_out(self, changes: Sequence[Change]) -> Decided:
        # What is kept here was sent by somebody else, or never.
        self.acting.push = self.acting.telling = None
        for change in changes:
            match change:
                case SlotsSet(values):
                    self._fill(values)
                case Restarted():
                    self._forget()
                    self.acting.restarted("Started over from outside.")
                    if self.acting.owner == "queued":
                        self.acting.own("bot")
                case Logged(author, text):
                    self.acting.message(author, (Text(text),))
        return Decided(self.state)

    def _fill(self, values: Mapping[str, object]) -> None:
        now_s = self.line.clock.now().timestamp()
        if self.state.last_at and now_s - self.state.last_at > self.bot.session_timeout_s:
            self._forget()  # else the next message would, and take what is filled in now with it
        self.state = set_slots(self.bot, self.state, values)
        self.state.last_at = now_s
        self.acting.changed(self.acting.owner)

    def _forget(self) -> None:
        turn = facts(self.line, self.bot, self.acting, self.found, InboundId(mint("in")))
        self.state = engine.step(self.bot, self.state, Restarted(), turn).state
