"""`/api/v1/conversations/{id}/messages`: what was said and what happened; writing as one of our people."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.conversation import Closing
from frontdesk.core.errors import Refused
from frontdesk.core.message import MAX_TEXT
from frontdesk.desk import saying
from frontdesk.desk.handing_in import Place
from frontdesk.desk.parts import MOST_PARTS, parts_of
from frontdesk.desk.saying import Draft, MovedOn
from frontdesk.store import desk_messages
from frontdesk.store.desk_lists import Full
from frontdesk.web.cursor import Cursor, Limit, Page, give_cursor, read_cursor
from frontdesk.web.route import Route, route
from frontdesk.web.streamed import STREAMED
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.conversation_views import MessageView
from frontdesk.web.v1.desk_doing import conversation, doing, lines_shown, reachable
from frontdesk.web.v1.handed_in import MessageMade, followed, hand_in, messages_of, once_of, refuse_pretending

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}/messages"
MOST_MENTIONS = 20

Seq = Annotated[int | None, Query(ge=0, le=2**53)]


class NewMessage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    author: Literal["operator", "contact"] = Field(
        "operator",
        description="`contact`: what the customer says, handed in for them; the answer waits for what they are told.",
    )
    parts: Annotated[list[dict[str, object]], Field(max_length=MOST_PARTS)] = []
    client_id: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="Your own id of it: sent again it is the same message."
    )
    note: bool = Field(default=False, description="For our people alone; the customer never sees it.")
    mentions: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=MOST_MENTIONS)] = Field(
        [], description="Accounts of colleagues that a note names."
    )
    expected_seq: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        None, description="The last message you have seen; refused when others have written since."
    )
    close: Closing | None = Field(None, description="Close the conversation with it, with this outcome.")


class Range(BaseModel):
    """Which messages: those above `after_seq`, or those below `before_seq`; without either the last ones."""

    model_config = ConfigDict(extra="forbid")

    before_seq: Seq = None
    after_seq: Seq = None
    limit: Limit = 50
    cursor: Cursor = ""


@route(ROUTES, "GET", PATH, permission="conversations.read", summary="List the messages of a conversation.")
async def list_messages(
    ask: Asked, conversation_id: str, wanted: Annotated[Range, Query()]
) -> Page[MessageView]:
    full = await reachable(ask, conversation_id)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {full.row.id}"
    before_seq, after_seq, limit = wanted.before_seq, wanted.after_seq, wanted.limit
    if wanted.cursor:
        before_seq, after_seq = _position(read_cursor(key, of, wanted.cursor))
    lines = await desk_messages.lines(
        ask.workspace, ask.tx, full.row.id, before=before_seq, after=after_seq, limit=limit + 1
    )
    more = len(lines) > limit
    if after_seq is not None:
        lines = lines[:limit]
        next_ = f"after {lines[-1].seq}" if more else ""
    else:
        lines = lines[-limit:]
        next_ = f"before {lines[0].seq}" if more else ""
    next_cursor = give_cursor(key, of, next_) if next_ else None
    return Page(data=await lines_shown(ask, lines), next_cursor=next_cursor)


def _position(position: str) -> tuple[int | None, int | None]:
    way, _, seq = position.partition(" ")
    return (int(seq), None) if way == "before" else (None, int(seq))


@route(
    ROUTES,
    "POST",
    PATH,
    permission="conversations.write",
    summary="Write to the customer, a note to colleagues, or as the customer.",
    status=201,
    responses=STREAMED,
)
async def create_message(ask: Asked, conversation_id: str, given: NewMessage) -> MessageMade:
    full = await reachable(ask, conversation_id)
    if given.author == "contact":
        return await _handed_in(ask, full, given)
    draft = Draft(
        parts_of(given.text, given.parts),
        given.client_id,
        given.note,
        tuple(given.mentions),
        given.expected_seq,
        given.close,
    )
    try:
        made = await saying.say(doing(ask), conversation(full.row.id), draft)
    except MovedOn as moved:
        raise await _moved_on(ask, moved) from None
    line = await desk_messages.line(ask.workspace, ask.tx, full.row.id, made)
    return MessageMade(**(await lines_shown(ask, [line]))[0].model_dump())


async def _handed_in(ask: Ask, full: Full, given: NewMessage) -> MessageMade:
    refuse_pretending(ask)
    for name in given.model_fields_set - {"text", "author", "client_id"}:
        raise Refused("invalid", "What a customer says is text alone.", field=name)
    if not given.text.strip():
        raise Refused("invalid", "Write what the customer says.", field="text")
    row = full.row
    place = Place(row.channel_id, row.assistant_id, row.external_id)
    with followed(ask, conversation(row.id)):
        answer = await hand_in(ask, place, given.text, once=once_of(ask, given.client_id))
    said = await messages_of(ask, answer.conversation_id, after=row.last_shown_seq)
    own = next((at for at, each in enumerate(said) if each.author == "contact"), None)
    if own is None:
        # It had come before: this is the repeat of a request that broke off.
        said = await messages_of(ask, answer.conversation_id)
        own = max(at for at, each in enumerate(said) if each.author == "contact")
    answers = [each for each in said[own + 1 :] if each.author == "bot"]
    shown = said[own].model_dump() | {"client_id": given.client_id}
    return MessageMade(**shown, answers=answers, complete=answer.complete)


async def _moved_on(ask: Ask, moved: MovedOn) -> Refused:
    shown = await lines_shown(ask, moved.lines)
    news = [line.model_dump(mode="json") for line in shown]
    return Refused(moved.code, moved.message, details={"messages": news})
