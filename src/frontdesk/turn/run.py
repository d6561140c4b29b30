"""One message through load -> decide -> commit.

`at_once` is the fast path: nothing waits, nobody holds the lane, the engine needs nothing from outside; inbound
row and turn are one commit. `waiting` is the other: the message is in its lane already, the caller holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import structlog

from frontdesk.core.action import Elapsed, Heard, Restarted, Said
from frontdesk.core.conversation import Owner, Strip
from frontdesk.core.errors import Bug, Refused
from frontdesk.core.event import NAMES, ConversationCreated, ConversationUpdated
from frontdesk.core.ids import BotVersionId, ContactId, ConversationId, InboundId, WorkspaceId
from frontdesk.core.message import Part, Text, plain
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.engine import Turn, unheard
from frontdesk.dialog.state import STATE_FORMAT, dump_state, load_state, new_state
from frontdesk.store import turns
from frontdesk.store.bots import PREVIEW
from frontdesk.store.connect import Stale, json_text
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.store.lanes import Waiting
from frontdesk.store.told import Lanes
from frontdesk.store.turns import Author, Conversation, NewEvent, NewMessage, Opening, Outcome, Received
from frontdesk.turn import decide, rating
from frontdesk.turn.act import TOLD, Acting, carry_out, created, outcome
from frontdesk.turn.decide import Decided
from frontdesk.turn.fetching import Reading, kept_by, opens_to
from frontdesk.turn.line import Line
from frontdesk.turn.noticing import Turned, look
from frontdesk.turn.telling import telling_of

log = structlog.get_logger()
SUGGESTS = "ai_suggests"
"""The service mode in which people answer and the bot tells them what it would."""
PEOPLE_ANSWER = frozenset({"people", SUGGESTS})
"""Service modes in which the bot says nothing by itself."""
_heard = msgspec.json.Decoder(Heard)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as a wire hands it in.

    `provider_id` is the sender's own id for it, unique in its channel: the same one again is the same message.
    `body_hash` tells a repeat from another body under the same id. `reading` is None where nothing is fetched.
    """

    entrance: Entrance
    external_id: str
    heard: Heard
    provider_id: str | None = None
    body_hash: bytes | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller gets: the messages of the turn, or as much as is committed at its deadline.

    `external_id` is the customer's name on the channel; of a repeat, the one its first arrival came under.
    `reader`: what the tokens of the conversation are made of, for one who may have such a token; else empty.
    """

    conversation_id: ConversationId
    external_id: str
    messages: tuple[tuple[Part, ...], ...]
    complete: bool = True
    reader: str = ""


def received(arrival: Arrival) -> Received:
    return Received(
        InboundId(mint("in")),
        arrival.entrance.channel_id,
        json_text(arrival.heard),
        arrival.provider_id,
        arrival.body_hash,
    )


def opening(entrance: Entrance, external_id: str) -> Opening:
    return Opening(
        ConversationId(mint("conv")),
        ContactId(mint("vis")),
        entrance.task_id,
        entrance.assistant_id,
        external_id,
    )


def first_owner(entrance: Entrance) -> Owner:
    """Who has a conversation when its customer begins to write, or writes again after it was closed."""
    return "queued" if entrance.service_mode in PEOPLE_ANSWER else "bot"


def refuse_other(entrance: Entrance, found: Conversation | None) -> None:
    """Of several tasks on one channel each customer is one's: what two bots know of a dialog cannot be mixed.

    Raises:
        Refused: The conversation is with the assistant of another task.
    """
    if found is not None and found.assistant_id != entrance.assistant_id:
        raise Refused(
            "in_use",
            f"This customer writes to another task of the channel, {found.task_id}. Send it there, or use another id "
            "for the customer, or another channel.",
            field="task_id",
        )


async def at_once(line: Line, arrival: Arrival) -> Answer | None:
    """The whole turn in one commit; None when it has to go through the lane."""
    try:
        return await _at_once(line, arrival)
    except Bug:
        # The lane counts the tries of a message that breaks something, and parks it.
        log.exception("turn.failed", channel=arrival.entrance.channel_id)
        return None


async def _at_once(line: Line, arrival: Arrival) -> Answer | None:
    entrance = arrival.entrance
    found = await turns.load(entrance.workspace, line.store, entrance.channel_id, arrival.external_id)
    refuse_other(entrance, found)
    if found is not None and found.busy:
        return None
    fresh = opening(entrance, arrival.external_id)
    version, bot = await _bot_of(line, entrance, found, arrival.heard)
    took = received(arrival)
    if found is None:
        acting = starting(line, entrance, fresh, arrival.heard)
        reader: str | None = opens_to(arrival.reading)
    else:
        acting = _continuing(line, entrance, found, arrival.heard)
        reader = kept_by(line, arrival.reading, found)
    if reader is not None:
        acting.learn(reader=reader)
    turn = _turn(line, bot, acting, found, took.id, version=version)
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
    _send(line, entrance.workspace, acting.conversation_id, written, told)
    return Answer(
        ConversationId(acting.conversation_id), arrival.external_id, said(written), reader=reader or ""
    )


async def _decide_now(
    line: Line, bot: Bot, found: Conversation | None, heard: Heard, turn: Turn | None
) -> Decided | None:
    try:
        state = new_state() if found is None else load_state(found.state, found.state_format)
        if turn is None:
            return Decided(unheard(state))
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
    version, bot = await _bot_of(line, entrance, found, heard)
    acting = _continuing(line, entrance, found, heard)
    state = load_state(found.state, found.state_format)
    turn = _turn(line, bot, acting, found, next_.inbound_id, version=version)
    if turn is None:
        decided = Decided(unheard(state))
    else:
        decided = await decide.with_needs(line, entrance, bot, state, heard=heard, turn=turn)
    points, kept = rating.answered(found, heard), "" if found.owner == "bot" else unsent
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


async def park(line: Line, workspace: WorkspaceId, next_: Waiting, token: str, error: str) -> None:
    """Set a message aside that cannot be handled: keep what was said, tell the operators, let the lane move on.

    Its assistant is not asked for: that it was removed may be what is wrong.
    """
    found = next_.conversation
    messages = _aside(found, next_, f"This message could not be handled and was set aside: {error}")
    new = (created(found.id, found.contact_id, message) for message in messages)
    changed = ConversationUpdated(
        found.id,
        found.contact_id,
        _owner(found),
        found.owner,
        found.assistant_id,
        found.team,
        found.assignee_id or "" if _owner(found) == "human" else "",
    )
    readable = _is_readable(found)
    written = Outcome(
        state=_put_aside(found) if readable else dump_state(new_state()).decode(),
        state_format=found.state_format if readable else STATE_FORMAT,
        bot_version_id=found.bot_version_id if readable else None,
        owner=_owner(found),
        team=found.team,
        messages=messages,
        events=(
            *(event for event in new if event is not None),
            NewEvent(mint("evt"), NAMES[ConversationUpdated], changed),
        ),
        deliveries=(),
        trace=json_text({"bot": found.bot_version_id, "steps": [{"parked": error}]}),
        first_seq=found.last_seq + 1,
        last_seq=found.last_seq + len(messages),
    )
    told = await turns.commit_in_lane(
        workspace, line.store, found, next_.inbound_id, written, token=token, status="parked"
    )
    announce(line, workspace, found.id, written, told)


def _aside(found: Conversation, next_: Waiting, note: str) -> tuple[NewMessage, ...]:
    said: list[tuple[Author, str]] = []
    try:
        heard = _heard.decode(next_.heard)
    except msgspec.MsgspecError:
        log.warning("turn.unreadable", conversation=found.id, turn=next_.inbound_id)
    else:
        said += [("contact", heard.text)] if isinstance(heard, Said) else []
    said.append(("note", note))
    return tuple(
        NewMessage(mint("msg"), found.last_seq + number, author, (Text(text),))
        for number, (author, text) in enumerate(said, 1)
    )


def _is_readable(found: Conversation) -> bool:
    """Whether anything can ever be handled on the saved state; else it starts afresh."""
    try:
        load_state(found.state, found.state_format)
    except Bug:
        return False
    return True


def _put_aside(found: Conversation) -> str:
    """The saved state, waiting for no moment: one that cannot be handled must not be due for ever."""
    state = load_state(found.state, found.state_format)
    if not state.wake_at:
        return found.state
    for frame in state.stack:
        frame.wake_at = 0.0
    state.set_wake()
    return dump_state(state).decode()


def announce(line: Line, workspace: WorkspaceId, conversation_id: str, written: Outcome, told: Lanes) -> None:
    """After a commit: wake who waits, here and in other processes, and send what goes out."""
    line.waiting.wake(conversation_id)
    _send(line, workspace, conversation_id, written, told)


def _send(line: Line, workspace: WorkspaceId, conversation_id: str, written: Outcome, told: Lanes) -> None:
    lanes = [*(delivery.lane for delivery in written.deliveries), *told]
    line.hints.touch(workspace)
    line.hints.touch(conversation_id, jobs=bool(lanes) and written.jobs)
    if not written.jobs:
        line.nearby.wake(workspace, lanes)
    if written.owner in {"queued", "human"}:
        line.bell.ring(workspace, ConversationId(conversation_id))


def said(written: Outcome) -> tuple[tuple[Part, ...], ...]:
    """What the customer is told, in order."""
    return tuple(message.parts for message in written.messages if message.author in TOLD and message.parts)


def version_of(entrance: Entrance, found: Conversation | None) -> BotVersionId:
    """A dialog under way stays on its bot's version; between dialogs the published one takes over."""
    if found is not None and found.bot_version_id is not None:
        return found.bot_version_id
    if entrance.published_version is None:
        raise Refused("not_found", "There is no such assistant.")
    return entrance.published_version


async def _bot_of(
    line: Line, entrance: Entrance, found: Conversation | None, heard: Heard
) -> tuple[BotVersionId, Bot]:
    """The bot that hears this. A dialog whose session is over is under way no more: the published version begins."""
    version = version_of(entrance, found)
    bot = await line.bots.bot(entrance.workspace, version)
    newer = entrance.published_version
    if found is None or newer in {None, version} or isinstance(heard, Elapsed):
        return version, bot
    if not (isinstance(heard, Restarted) or _expired(found, bot, line.clock.now().timestamp())):
        return version, bot
    return newer, await line.bots.bot(entrance.workspace, newer)


def _expired(found: Conversation, bot: Bot, now_s: float) -> bool:
    last_at = load_state(found.state, found.state_format).last_at
    return now_s - last_at > bot.session_timeout_s


def _owner(found: Conversation) -> Owner:
    """Who has the conversation once the customer writes: a closed one goes where whoever closed it said."""
    return found.reopens_to if found.owner == "closed" else found.owner


def _continuing(line: Line, entrance: Entrance, found: Conversation, heard: Heard) -> Acting:
    push, first = line.channels.get(entrance.channel_type), first_owner(entrance)
    acting = Acting(
        entrance,
        found.id,
        found.contact_id,
        found.external_id,
        found.last_seq,
        found.owner,
        found.team,
        push,
        telling_of(line, entrance, found),
        entrance.service_mode == SUGGESTS,
        found.known,
        found.marks,
        assignee_id=found.assignee_id or "",
    )
    if found.owner == "queued" and first == "bot" and isinstance(heard, Restarted):
        acting.own("bot")
    elif found.owner == "closed" and not isinstance(heard, Elapsed) and rating.answered(found, heard) is None:
        _reopen(acting, _owner(found) if first == "bot" else first)
    elif found.snoozed and isinstance(heard, Said):
        acting.mark(Strip("woken", reason="customer"))
    return acting


def _reopen(acting: Acting, owner: Owner) -> None:
    acting.mark(Strip("reopened", before="closed", after=owner, reason="customer"))
    acting.own(owner, acting.team if owner == "queued" else "")


def starting(line: Line, entrance: Entrance, fresh: Opening, heard: Heard | None = None) -> Acting:
    owner: Owner = first_owner(entrance)
    push = line.channels.get(entrance.channel_type)
    acting = Acting(
        entrance,
        fresh.id,
        fresh.contact_id,
        fresh.external_id,
        0,
        owner,
        "",
        push,
        telling_of(line, entrance, None),
        entrance.service_mode == SUGGESTS,
    )
    text, url = (heard.text, heard.page.url) if isinstance(heard, Said) else ("", "")
    acting.event(ConversationCreated(fresh.id, fresh.contact_id, url, initial_message=text))
    return acting


def _turn(
    line: Line,
    bot: Bot,
    acting: Acting,
    found: Conversation | None,
    inbound_id: InboundId,
    *,
    version: BotVersionId,
) -> Turn | None:
    """What the engine is told about this turn; None while it stays silent: people own it, or nobody does."""
    suggesting = acting.suggests and acting.owner in {"queued", "human"}
    if acting.owner != "bot" and not suggesting:
        return None
    return msgspec.structs.replace(facts(line, bot, acting, found, inbound_id), version=version)


def facts(line: Line, bot: Bot, acting: Acting, found: Conversation | None, key: InboundId) -> Turn:
    """Time, place and people of a turn, as the engine wants them."""
    entrance = acting.entrance
    contact = {} if found is None else _attributes(found)
    return Turn(
        now=line.clock.now(),
        channel="web" if entrance.channel_type == PREVIEW else entrance.channel_type,
        preview=entrance.channel_type == PREVIEW,
        key=key,
        language=_language(bot, contact),
        env=entrance.env,
        conversation_id=acting.conversation_id,
        contact_id=acting.contact_id,
        contact=contact,
        assistant_id=entrance.assistant_id,
        workspace_id=entrance.workspace,
        environment="dev" if entrance.channel_type == PREVIEW else line.settings.environment,
    )


def _language(bot: Bot, contact: Mapping[str, str]) -> str:
    """The customer's where it is known and the bot has it, with or without its region; else the bot's."""
    theirs = contact.get("language", "")
    return next((tag for tag in (theirs, theirs.partition("-")[0]) if tag in bot.languages), bot.language)


def _attributes(found: Conversation) -> dict[str, str]:
    attributes = (
        {} if found.attributes == "{}" else msgspec.json.decode(found.attributes, type=dict[str, str])
    )
    return {"name": found.contact_name, **attributes} if found.contact_name else attributes


def _hear(acting: Acting, heard: Heard) -> None:
    match heard:
        case Said(text, page=page):
            acting.message("contact", (Text(text),))
            if page.url:
                acting.learn(page_url=page.url)
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
    here = line.nearby.is_there
    return outcome(acting, decided, version=turned.version, first_seq=first_seq, here=here)
