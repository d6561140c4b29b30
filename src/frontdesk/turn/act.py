"""Turns what was decided into rows: messages, events and what has to be delivered. Pure; commits nothing.

The only place that makes deliveries out of what happened: messages of operators and of the API pass here too.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

import msgspec

from frontdesk.core.action import Action, Alert, Close, Handoff, Note, Rated, Say, Unanswered
from frontdesk.core.contact import NOBODY, Known
from frontdesk.core.conversation import MOVES, PREVIEW_CHARS, PRIORITIES, Mark, Owner, Strip
from frontdesk.core.errors import Bug
from frontdesk.core.event import (
    NAMES,
    ConversationUpdated,
    Event,
    FeedbackReceived,
    HandoffRequested,
    KnowledgeBaseQueryFailed,
    MessageCreated,
)
from frontdesk.core.ids import BotVersionId
from frontdesk.core.message import Author, Part, Text, file_ids, plain, with_links
from frontdesk.core.script import Logged
from frontdesk.dialog.state import STATE_FORMAT, dump_state
from frontdesk.ports.listener import Speaker, Told
from frontdesk.ports.outlet import ChannelOutlet
from frontdesk.store.connect import json_text
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.store.marks import Noticed
from frontdesk.store.messages import RESTART, SUGGESTION
from frontdesk.store.outcomes import NewDelivery, NewEvent, NewMessage, Outcome, Shown
from frontdesk.turn.decide import Decided
from frontdesk.turn.telling import Telling

TOLD: frozenset[Author] = frozenset({"bot", "operator", "event"})
"""Whose messages the customer gets; of events, those that have words for them."""
SAID: frozenset[Author] = TOLD | {"contact"}
"""Whose messages an integration is told of."""
AT_A_LOSS = "service_mode/ai_then_people"
"""The place that hand-offs are said to come from where the bot had no answer and the task wants people then."""


@dataclass(slots=True)
class Acting:
    """One turn in the making. `seq` is the number of the conversation's last message so far.

    `attributes`: of a customer who never wrote before, what they were introduced with.
    `marks` and `known`: what was noticed of the conversation and is known of the person, with what this turn adds,
    which is in `new` and in `met`. `judge`: a language model is to look for more. `assignee_id`: who of us has it.
    `file_link` makes the address of a file that is sent. `suggests`: what the bot says is for colleagues, who send what
    they like of it.
    """

    entrance: Entrance
    conversation_id: str
    contact_id: str
    external_id: str
    seq: int
    owner: Owner
    team: str
    push: ChannelOutlet | None = None
    telling: Telling | None = None
    suggests: bool = False
    known: Known = NOBODY
    marks: frozenset[Mark] = frozenset()
    new: frozenset[Mark] = frozenset()
    met: bool = False
    judge: bool = False
    file_link: Callable[[str], str] | None = None
    assignee_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    messages: list[NewMessage] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    deliveries: list[NewDelivery] = field(default_factory=list)
    later_s: float = 0.0
    """How much later than now the next message is sent: the delays of those so far."""
    shown: Shown = field(default_factory=Shown)
    """What lists learn besides the messages: a rating, a hand-off, the page."""

    def event(self, event: Event) -> None:
        self.events.append(NewEvent(mint("evt"), NAMES[type(event)], event))

    def message(
        self,
        author: Author,
        parts: tuple[Part, ...],
        step: str = "",
        *,
        sender_id: str | None = None,
        client_id: str | None = None,
        event: Strip | None = None,
    ) -> NewMessage:
        self.seq += 1
        message = NewMessage(mint("msg"), self.seq, author, parts, step, sender_id, client_id, event)
        self.messages.append(message)
        told = created(self.conversation_id, self.contact_id, message)
        if told is not None:
            self.events.append(told)
        if self.push is not None and parts and author in TOLD:
            self._deliver(self.push, message)
        if self.telling is not None and parts and author in SAID:
            self.telling.said.append((message, self.later_s))
        return message

    def messages_of(self, authors: Collection[Author]) -> list[NewMessage]:
        """Those of the turn's messages so far that these have written."""
        return [message for message in self.messages if message.author in authors]

    def says(self, parts: tuple[Part, ...], step: str) -> None:
        """What the bot says: to the customer, or to colleagues as a suggestion."""
        if self.suggests:
            self.message("note", parts, SUGGESTION)
        else:
            self.message("bot", parts, step)

    def notice(self, known: Known, new: frozenset[Mark]) -> None:
        """Of the person and the conversation something is known that was not."""
        self.met = known != self.known
        self.known, self.new, self.marks = known, new, self.marks | new

    def mark(self, strip: Strip, told: tuple[Part, ...] = ()) -> NewMessage:
        """Keep among the messages that something happened; `told` is what the customer hears of it."""
        return self.message("event", told, sender_id=strip.who or None, event=strip)

    def restarted(self, text: str) -> None:
        """Mark where the conversation began anew, among its messages; only people on our side see it."""
        self.message("note", (Text(text),), RESTART)

    def own(self, owner: Owner, team: str = "") -> None:
        if owner != self.owner and owner not in MOVES[self.owner]:
            raise Bug(f"a conversation cannot go from {self.owner} to {owner}")
        if owner in {"bot", "queued"}:
            self.assignee_id = ""
        if (owner, team) != (self.owner, self.team):
            previous, self.owner, self.team = self.owner, owner, team
            self.changed(previous)

    def changed(self, previous_owner: Owner) -> None:
        """Tell that the conversation is another than before, whoever owns it now."""
        self.event(
            ConversationUpdated(
                self.conversation_id,
                self.contact_id,
                self.owner,
                previous_owner,
                self.entrance.assistant_id,
                self.team,
                self.assignee_id,
            )
        )

    def learn(self, **facts: object) -> None:
        """What lists show changes in these ways, see `Shown`."""
        self.shown = msgspec.structs.replace(self.shown, **facts)

    def _linked(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        return parts if self.file_link is None else with_links(parts, self.file_link)

    def _deliver(self, push: ChannelOutlet, message: NewMessage) -> None:
        channel, kind = self.entrance.channel_id, self.entrance.channel_type
        lane = f"{channel}:{self.conversation_id}"
        parts = self._linked(message.parts)
        for body in push.bodies(self.external_id, parts):
            self.deliveries.append(
                NewDelivery(mint("dlv"), lane, kind, channel, body.decode(), self.later_s, message.id)
            )

    def tell(self) -> Noticed | None:
        """Make the deliveries to the task's integration; what has to be written besides, if anything."""
        told = frozenset(self._told()) if self.telling is not None else frozenset()
        share = None if self.telling is None or not self.telling.tells else self.telling.fresh
        files = tuple(id_ for heard in self.messages_of({"contact"}) for id_ in file_ids(heard.parts))
        if not self.new and not self.met and share is None and not self.judge and not files:
            return None
        return Noticed(self.new, told, self.known if self.met else None, share, self.judge, files)

    def _told(self) -> Iterator[Mark]:
        telling, entrance = cast("Telling", self.telling), self.entrance
        lane = f"{telling.integration_id}:{self.conversation_id}"
        for occasion, message, delay_s in telling.occasions(self.new):
            told = Told(
                occasion=occasion,
                workspace_id=entrance.workspace,
                channel_id=entrance.channel_id,
                task_id=entrance.task_id,
                manager_id=entrance.manager_id,
                conversation_id=self.conversation_id,
                external_id=self.external_id,
                known=self.known,
                owner=self.owner,
                marks=self.marks,
                message_id=message.id,
                author="bot" if message.author == "event" else cast("Speaker", message.author),
                parts=self._linked(message.parts),
                panel_url=telling.links.panel(self.conversation_id),
                share_url=telling.links.share(telling.share_id),
            )
            for body in telling.listener.bodies(telling.settings, told):
                target, kind = telling.integration_id, telling.kind
                said = message.id if occasion == "message" else None
                carries, tells_of = (said, None) if self.push is None else (None, said)
                self.deliveries.append(
                    NewDelivery(mint("dlv"), lane, kind, target, body.decode(), delay_s, carries, tells_of)
                )
                if occasion != "message":
                    yield occasion


def created(conversation_id: str, contact_id: str, message: NewMessage) -> NewEvent | None:
    """What the world is told of a new message; nothing of what only people on our side see."""
    author = _AUTHORS.get(message.author)
    if author is None or not message.parts:
        return None
    text = plain(message.parts)
    told = MessageCreated(conversation_id, contact_id, message.id, message.seq, author, text)
    return NewEvent(mint("evt"), NAMES[MessageCreated], told)


_AUTHORS: dict[Author, Literal["visitor", "bot", "operator"]] = {
    "contact": "visitor",
    "bot": "bot",
    "operator": "operator",
    "event": "bot",
}


def carry_out(acting: Acting, decided: Decided) -> None:
    """Add what the engine wants done, in its order."""
    at_a_loss = _at_a_loss(decided)
    for action in decided.actions:
        # That it knows nothing is no answer which a colleague could send.
        if not (acting.suggests and at_a_loss and isinstance(action, Say)):
            _carry_out(acting, decided, action)
    if acting.entrance.service_mode == "ai_then_people" and acting.owner == "bot" and at_a_loss:
        _hand_off(acting, Handoff("", step=AT_A_LOSS), decided.state.last_intent)


def _at_a_loss(decided: Decided) -> bool:
    """Whether the bot had no answer: neither its flows nor the knowledge base nor a model."""
    if any(isinstance(action, Unanswered) for action in decided.actions):
        return True
    answered = any("knowledge" in fact or "model" in fact for fact in decided.trace)
    return not answered and any(fact.get("fact") == "fallback" for fact in decided.trace)


def _carry_out(acting: Acting, decided: Decided, action: Action) -> None:
    conversation, contact = acting.conversation_id, acting.contact_id
    match action:
        case Say(parts, step, delay_s):
            acting.later_s += delay_s
            acting.says(parts, step)
        case Note(text, step):
            acting.message("note", (Text(text),), step)
        case Handoff():
            _hand_off(acting, action, decided.state.last_intent)
        case Rated(score, most, comment):
            acting.learn(rating=score, rating_max=most, rating_comment=comment or None)
            acting.event(FeedbackReceived(conversation, contact, score, most, comment))
        case Close():
            if not acting.suggests:  # whether it is over is for people to say
                acting.own("closed")
        case Unanswered(query, language, score):
            acting.event(KnowledgeBaseQueryFailed(conversation, contact, query, language, score))
        case Logged(name, message, detail):
            decided.trace.append({"logged": name, "message": message, "detail": detail})
        case Alert(code, message, step):
            decided.trace.append({"alert": code, "message": message, "step": step})


def _hand_off(acting: Acting, handoff: Handoff, intent: str) -> None:
    said = next((m for m in reversed(acting.messages) if m.author == "contact"), None)
    last = "" if said is None else plain(said.parts)
    acting.learn(
        priority=PRIORITIES.index(handoff.priority),
        handoff={
            "team": handoff.team,
            "reason": handoff.step,
            "last_message": last,
            "priority": handoff.priority,
            "intent": intent,
            "person": handoff.person,
            "share": handoff.share,
        },
    )
    if acting.owner != "human":
        acting.mark(
            Strip("handoff", before=acting.owner, after="queued", reason=handoff.step, team=handoff.team)
        )
        acting.own("queued", handoff.team)
    acting.event(
        HandoffRequested(
            acting.conversation_id,
            acting.contact_id,
            handoff.team,
            handoff.step,
            last,
            handoff.share,
            handoff.person,
            handoff.priority,
        )
    )


def outcome(
    acting: Acting, decided: Decided, *, version: BotVersionId, first_seq: int, here: bool = False
) -> Outcome:
    """Everything the turn writes. Its deliveries wait for jobs, unless they are sent `here`, in this process."""
    noticed = acting.tell()
    # What goes out later needs a job to be remembered by, also where the sender is in this process.
    jobs = not here or any(delivery.delay_s for delivery in acting.deliveries)
    return Outcome(
        state=dump_state(decided.state).decode(),
        state_format=STATE_FORMAT,
        bot_version_id=version if decided.state.stack else None,
        owner=acting.owner,
        team=acting.team,
        messages=tuple(acting.messages),
        events=tuple(acting.events),
        deliveries=tuple(acting.deliveries),
        trace=json_text({"bot": version, "steps": decided.trace}),
        first_seq=first_seq,
        last_seq=acting.seq,
        jobs=jobs,
        noticed=noticed,
        shown=_shown(acting),
    )


def _shown(acting: Acting) -> Shown:
    heard = acting.messages_of({"contact"})
    if heard:
        acting.learn(contact_seq=heard[-1].seq)
        if heard[0].seq == 1:
            acting.learn(subject=preview(heard[0]))
    lines = acting.messages_of(LINES)
    if lines:
        acting.learn(author=lines[-1].author, preview=preview(lines[-1]), seq=lines[-1].seq)
    return acting.shown


LINES: frozenset[Author] = frozenset({"contact", "bot", "operator"})
"""Who takes part in a conversation."""


def preview(message: NewMessage) -> str:
    """The head of a message in one line."""
    return head(message.parts)


def head(parts: tuple[Part, ...]) -> str:
    """The same of what a message says."""
    return " ".join(plain(parts)[: 4 * PREVIEW_CHARS].split())[:PREVIEW_CHARS]
