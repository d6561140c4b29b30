"""Whose a conversation is when its customer writes: the bot's or people's, and of which task.

Called by the stations that begin a turn; what happens to the message is `run`'s.
"""

import msgspec

from frontdesk.core.action import Begun, Elapsed, Heard, Restarted, Said
from frontdesk.core.contact import UNINTRODUCED, Introduced
from frontdesk.core.conversation import Owner, Strip
from frontdesk.core.errors import Refused
from frontdesk.core.event import ConversationCreated
from frontdesk.core.ids import ContactId, ConversationId
from frontdesk.store.conversations import Conversation
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.store.outcomes import Opening
from frontdesk.turn import rating
from frontdesk.turn.act import Acting
from frontdesk.turn.line import Line
from frontdesk.turn.telling import telling_of

SUGGESTS = "ai_suggests"
"""The service mode in which people answer and the bot tells them what it would."""
PEOPLE_ANSWER = frozenset({"people", SUGGESTS})
"""Service modes in which the bot says nothing by itself."""


def opening(entrance: Entrance, external_id: str, met: Introduced = UNINTRODUCED) -> Opening:
    return Opening(
        ConversationId(mint("conv")),
        ContactId(mint("vis")),
        entrance.task_id,
        entrance.assistant_id,
        external_id,
        met,
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


def owner_of(found: Conversation) -> Owner:
    """Who has the conversation once the customer writes: a closed one goes where whoever closed it said."""
    return found.reopens_to if found.owner == "closed" else found.owner


def continuing(
    line: Line, entrance: Entrance, found: Conversation, heard: Heard, *, opens: bool = True
) -> Acting:
    """The turn as it begins; unless it `opens`, a conversation that was closed stays so."""
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
    elif found.owner == "closed" and opens and _may_open(heard) and rating.opens(found, heard):
        _reopen(acting, owner_of(found) if first == "bot" else first)
    elif found.snoozed and isinstance(heard, Said):
        acting.mark(Strip("woken", reason="customer"))
    return acting


def _may_open(heard: Heard) -> bool:
    """A moment that comes, or people who hand back, open nothing that was closed meanwhile."""
    return not isinstance(heard, Elapsed) and not (isinstance(heard, Begun) and heard.handed_back)


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
        fresh.met.known,
        attributes=fresh.met.attributes,
    )
    acting.event(begun(fresh.id, fresh.contact_id, heard))
    return acting


def begun(conversation_id: ConversationId, contact_id: ContactId, heard: Heard | None) -> ConversationCreated:
    """What is told of a conversation that begins with `heard`."""
    said = heard if isinstance(heard, Said) else Said("")
    browser, device = said.visit.browser, said.visit.device
    referrer = said.visit.referrer or msgspec.UNSET
    return ConversationCreated(
        conversation_id, contact_id, said.page.url, browser, device, said.text, referrer
    )
