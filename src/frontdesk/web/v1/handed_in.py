"""What customers say through the API, and what they are answered: used by the endpoints of conversations and messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import AnyHttpUrl, Field, TypeAdapter, ValidationError

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.core.message import MAX_TEXT
from frontdesk.desk import handing_in
from frontdesk.desk.handing_in import Once, Place
from frontdesk.store import assistants, channels, desk_messages
from frontdesk.turn.arrival import Answer
from frontdesk.web.typed import Ask
from frontdesk.web.v1.conversation_views import ConversationDetail, MessageView
from frontdesk.web.v1.desk_doing import lines_shown

MOST_LINES = 50
MOST_URL = 2_000
_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)

Spoken = Annotated[str, Field(max_length=MAX_TEXT)]


class ConversationBegun(ConversationDetail):
    """A conversation, with what was said in it so far."""

    visitor_id: str = Field(description="The contact.")
    initial_message: str = Field(description="What the customer said first; empty where our side began.")
    source_url: str = Field(description="The page that it was said on.")
    messages: list[MessageView]
    complete: bool = Field(description="False: the answer was not there in time, and comes as a message yet.")


class MessageMade(MessageView):
    """A message, and what it was answered with."""

    answers: list[MessageView] = Field(default=[], description="Of a customer's message.")
    complete: bool = Field(
        default=True, description="False: the answer was not there in time, and comes as a message yet."
    )


def refuse_pretending(ask: Ask) -> None:
    """A person does not write in a customer's name; programs with keys are there to hand messages in."""
    if ask.actor.kind != "key" and not ask.actor.may("messages.send"):
        raise Refused("forbidden", "You may not write as a customer.", field="author")


def refuse_odd_url(url: str) -> None:
    try:
        _URL.validate_python(url)
    except ValidationError:
        raise Refused(
            "invalid", "Write a whole address, such as https://www.example.com/page.", field="source_url"
        ) from None


async def place_of(
    ask: Ask, *, assistant_id: str | None, channel_id: str | None, external_id: str | None
) -> Place:
    """Where a conversation belongs: what is not said is the default assistant, its first channel for this, a new customer.

    Raises:
        Refused: There is none of them, or it is out of the key's reach.
    """
    limited = sorted(ask.actor.assistant_ids)
    chosen = assistant_id or (limited[0] if len(limited) == 1 else None)
    chosen = chosen or await assistants.find_default(ask.workspace, ask.tx)
    if chosen is None or not ask.actor.may_use(chosen):
        raise _no_assistant()
    program = ask.program
    types = program.channel_types.keys() - program.outward - program.by_task
    channel = channel_id or await channels.first_of(
        ask.workspace, ask.tx, assistant_id=chosen, types=sorted(types)
    )
    if channel is None:
        await _refuse_unknown(ask, chosen)
        raise Refused(
            "invalid",
            "The assistant has no channel that callers speak on; say which one.",
            field="channel_id",
        )
    return Place(channel, chosen, external_id or handing_in.customer_of(once_of(ask)))


async def _refuse_unknown(ask: Ask, assistant_id: str) -> None:
    try:
        await assistants.read_assistant(ask.workspace, ask.tx, assistant_id)
    except Refused:
        raise _no_assistant() from None


def _no_assistant() -> Refused:
    return Refused("invalid", "There is no such assistant; say which one answers.", field="assistant_id")


def once_of(ask: Ask, client_id: str | None = None) -> Once | None:
    """What makes a repeat known, also after a crash between the message and the answer to this request."""
    asked = ask.work.asked
    if asked is not None:
        return Once(f"{asked.actor}:{asked.route}:{asked.key}", asked.body_hash)
    return None if client_id is None else Once(f"{ask.actor.name}:{client_id}")


async def hand_in(ask: Ask, place: Place, said: str, *, url: str = "", once: Once | None) -> Answer:
    line, lanes = ask.program.on_the_line()
    return await ask.aside(handing_in.hand_in(line, lanes, ask.workspace, place, said, url=url, once=once))


@contextmanager
def followed(ask: Ask, conversation_id: ConversationId) -> Iterator[None]:
    """Have a caller who takes a stream hear what a model writes in this conversation."""
    workshop = ask.program.workshop
    if ask.tell is None or workshop is None:
        yield
        return
    with workshop.hub.drafts.followed(conversation_id, ask.tell):
        yield


async def messages_of(
    ask: Ask, conversation_id: ConversationId, *, after: int | None = None
) -> list[MessageView]:
    """Those above `after`; without it the last ones."""
    lines = await desk_messages.lines(
        ask.workspace, ask.tx, conversation_id, before=None, after=after, limit=MOST_LINES
    )
    return await lines_shown(ask, lines)
