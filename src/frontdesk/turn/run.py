"""One message through load -> decide -> commit.

`at_once` is the fast path: nothing waits, nobody holds the lane, the engine needs nothing from outside; inbound
row and turn are one commit. `waiting` is the other: the message is in its lane already, the caller holds it.
"""

import time

import msgspec
import structlog

from frontdesk.core import spans
from frontdesk.core.action import Heard, Restarted, Said
from frontdesk.core.conversation import Strip
from frontdesk.core.errors import Bug
from frontdesk.core.ids import ConversationId
from frontdesk.core.message import plain
from frontdesk.core.meter import TURN_SECONDS, TURNS
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import Turn, unheard
from frontdesk.dialog.state import load_state, new_state
from frontdesk.store import conversations, turns
from frontdesk.store.connect import Stale
from frontdesk.store.conversations import Conversation
from frontdesk.store.directory import Entrance
from frontdesk.store.lanes import Waiting
from frontdesk.store.outcomes import Outcome
from frontdesk.turn import decide, rating
from frontdesk.turn.act import Acting, carry_out, outcome
from frontdesk.turn.announcing import announce, send
from frontdesk.turn.arrival import Answer, Arrival, received, said
from frontdesk.turn.decide import Decided
from frontdesk.turn.fetching import kept_by, opens_to
from frontdesk.turn.hearing import bot_of, turn_of
from frontdesk.turn.line import Line
from frontdesk.turn.noticing import Turned, ask, look
from frontdesk.turn.owners import begun, continuing, opening, refuse_other, starting

log = structlog.get_logger()
_heard = msgspec.json.Decoder(Heard)


async def at_once(line: Line, arrival: Arrival) -> Answer | None:
    """The whole turn in one commit; None when it has to go through the lane."""
    began = time.perf_counter()
    try:
        with spans.span("turn", workspace=arrival.entrance.workspace, way="at_once") as span:
            answer = await _at_once(line, arrival)
            span.tell(
                outcome="to_lane" if answer is None else "answered",
                conversation="" if answer is None else answer.conversation_id,
            )
    except Bug:
        # The lane counts the tries of a message that breaks something, and parks it.
        log.exception("turn.failed", channel=arrival.entrance.channel_id)
        return None
    if answer is not None:
        TURNS.add("answered")
        TURN_SECONDS.took("at_once", seconds=time.perf_counter() - began)
    return answer


async def _found(line: Line, arrival: Arrival) -> Conversation | None:
    entrance, is_proved = arrival.entrance, not arrival.named
    return await conversations.load(
        entrance.workspace, line.store, entrance.channel_id, arrival.external_id, is_proved=is_proved
    )


async def _at_once(line: Line, arrival: Arrival) -> Answer | None:
    entrance = arrival.entrance
    found = await _found(line, arrival)
    refuse_other(entrance, found)
    if found is not None and found.busy:
        return None
    fresh = opening(entrance, arrival.external_id, arrival.met)
    version, bot = await bot_of(line, entrance, found, arrival.heard)
    took = received(arrival)
    if found is None:
        acting = starting(line, entrance, fresh, arrival.heard)
        reader: str | None = opens_to(arrival.reading)
    else:
        acting = continuing(line, entrance, found, arrival.heard)
        reader = kept_by(line, arrival.reading, found)
    if reader is not None:
        acting.learn(reader=reader)
    turn = turn_of(line, bot, acting, found, took.id, version=version)
    decided = await _decide_now(line, bot, found, arrival.heard, turn)
    if decided is None:
        return None
    points = None if found is None else rating.answered(found, arrival.heard)
    turned = Turned(bot, version, found)
    written = _outcome(line, acting, turned, arrival.heard, decided, points=points)
    try:
        if found is None:
            told = await turns.open_conversation(entrance.workspace, line.store, fresh, took, written)
        else:
            told = await turns.continue_conversation(entrance.workspace, line.store, found, took, written)
    except Stale:
        return None
    send(line, entrance.workspace, acting.conversation_id, written, told)
    return Answer(
        ConversationId(acting.conversation_id), arrival.external_id, said(written), reader=reader or ""
    )


async def _decide_now(
    line: Line, bot: Bot, found: Conversation | None, heard: Heard, turn: Turn | None
) -> Decided | None:
    try:
        state = new_state() if found is None else load_state(found.state, found.state_format)
        if turn is None:
            return Decided(unheard(state, heard))
        return await decide.at_once(line, bot, state, heard=heard, turn=turn)
    except Exception:
        # The lane counts the tries of a message that breaks the engine, and parks it.
        log.exception("turn.failed", conversation=None if found is None else found.id)
        return None


class Overtaken(Stale):
    """Somebody changed the conversation, or took the lane; nothing was written. `unsent`: what the bot had to say."""

    def __init__(self, unsent: str) -> None:
        super().__init__()
        self.unsent = unsent


async def waiting(line: Line, entrance: Entrance, next_: Waiting, token: str, unsent: str = "") -> None:
    """Handle the waiting message and commit it as the lane's holder.

    `unsent` is what the bot had to say to it when it was overtaken; kept, if people have the conversation by now.

    Raises:
        Overtaken: Nothing was written.
    """
    found, heard = next_.conversation, _heard.decode(next_.heard)
    version, bot = await bot_of(line, entrance, found, heard)
    acting = continuing(line, entrance, found, heard, opens=next_.opens)
    if next_.begins:
        acting.event(begun(found.id, found.contact_id, heard))
    state = load_state(found.state, found.state_format)
    turn = turn_of(line, bot, acting, found, next_.inbound_id, version=version)
    if turn is None:
        decided = Decided(unheard(state, heard))
    else:
        decided = await decide.with_needs(line, entrance, bot, state, heard=heard, turn=turn)
    points = rating.answered(found, heard) if next_.opens else None
    kept = "" if found.owner == "bot" else unsent
    turned = Turned(bot, version, found)
    written = _outcome(line, acting, turned, heard, decided, unsent=kept, points=points)
    try:
        told = await turns.commit_in_lane(
            entrance.workspace, line.store, found, next_.inbound_id, written, token=token
        )
    except Stale:
        lines = (message.parts for message in written.messages if message.author == "bot")
        raise Overtaken("\n".join(plain(parts) for parts in lines)) from None
    announce(line, entrance.workspace, found.id, written, told)


def _hear(acting: Acting, heard: Heard) -> None:
    match heard:
        case Said(files=files, page=page, visit=visit):
            if files:
                links = {file.file_id: file.url for file in files}
                acting.file_link = lambda file_id: links.get(file_id, "")
            acting.message("contact", heard.parts)
            if page.url:
                acting.learn(page_url=page.url)
            if visit.browser:
                acting.learn(browser=visit.browser, device=visit.device)
            if visit.referrer:
                acting.learn(referrer=visit.referrer)
        case Restarted():
            acting.restarted("The customer started over.")
        case _:
            pass  # a moment that came, which nobody has said


def _outcome(
    line: Line,
    acting: Acting,
    turned: Turned,
    heard: Heard,
    decided: Decided,
    *,
    unsent: str = "",
    points: rating.Given | rating.Missed | None = None,
) -> Outcome:
    first_seq = acting.seq + 1 - len(acting.messages)
    _hear(acting, heard)
    if points is not None:
        rating.answer(acting, points)
    if unsent:
        acting.mark(Strip("not_sent", before="bot", after=acting.owner, text=unsent))
    look(line, acting, turned, heard, decided)
    carry_out(acting, decided)
    ask(line, acting, turned, heard)
    here = line.nearby.is_there
    return outcome(acting, decided, version=turned.version, first_seq=first_seq, here=here)
