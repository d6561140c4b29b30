"""`/api/v1/conversations`: lists of them, making one, reading and changing one. What people do with one is in
`conversation_acts.py`.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.conversation import PRIORITIES, Priority
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.core.message import Text
from frontdesk.desk import opening, saying, sorting
from frontdesk.desk.saying import Draft
from frontdesk.store import desk_labels, desk_lists
from frontdesk.store.desk_lists import Asked as AskedFor
from frontdesk.store.desk_lists import Order, Row, View
from frontdesk.web.cursor import LOOKED_THROUGH, Cursor, Limit, Page, page_upto, read_cursor
from frontdesk.web.etag import ANY, IfMatchSaid, set_etag, unsaid
from frontdesk.web.moment import Moment
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.conversation_views import ConversationDetail, ConversationView, MessageView, shown_row
from frontdesk.web.v1.desk_doing import detail_of, doing, reachable, rows_of
from frontdesk.web.v1.handed_in import (
    MOST_URL,
    ConversationBegun,
    Spoken,
    hand_in,
    messages_of,
    once_of,
    place_of,
    refuse_odd_url,
    refuse_pretending,
)
from frontdesk.web.v1.labels import Name as LabelName
from frontdesk.web.v1.labels import NewLabel, create_label

ROUTES: list[Route] = []
PATH = "/api/v1/conversations"

Word = Annotated[str | None, Query(max_length=100)]
Short = Annotated[str, Field(max_length=100)]


_CAPPED = f"No more than {desk_lists.MOST_COUNTED} are counted: this number says that it is so many or more."

_TWO_WAYS = "write in it what the customer says first, or have our side begin with assistant_id, channel_id and external_id."


class CountsView(BaseModel):
    """How many conversations each view has; `unread` and `mentions` are those of the one who asks."""

    mine: int
    unassigned: int
    queue: int
    bot: int = Field(description=_CAPPED)
    human: int
    snoozed: int
    closed: int = Field(description=_CAPPED)
    unread: int
    mentions: int
    teams: dict[str, int] = Field(description="By team, those that wait for people or are with them.")


class Wanted(BaseModel):
    """Which conversations, as the address says."""

    model_config = {"extra": "forbid"}

    view: View = "all"
    order: Order = "newest"
    since: Moment | None = Field(None, description="Those with a message from this moment on.")
    until: Moment | None = Field(None, description="Those whose last message is from before this moment.")
    assistant_id: Word = None
    channel_id: Word = None
    team: Word = None
    label: Word = None
    assignee_id: Word = None
    contact_id: Word = None
    priority: Priority | None = None
    unread: bool = False
    q: Word = Field(
        None,
        description="A part of the subject, of the last message, of the contact's name, address or number, or of their "
        f"id on the channel. {LOOKED_THROUGH}",
    )
    limit: Limit = 50
    cursor: Cursor = ""

    def asked(self, reader: str) -> AskedFor:
        """The same for the store."""
        names = (
            "since",
            "until",
            "assistant_id",
            "channel_id",
            "team",
            "label",
            "assignee_id",
            "contact_id",
            "q",
        )
        filters: dict[str, object] = {name: getattr(self, name) for name in names}
        filters["priority"] = None if self.priority is None else PRIORITIES.index(self.priority)
        return AskedFor(reader, self.view, self.order, self.unread, filters)

    def name(self) -> str:
        """The list that a cursor belongs to."""
        return self.model_dump_json(exclude={"limit", "cursor"})


@route(ROUTES, "GET", PATH, permission="conversations.read", summary="List conversations.")
async def list_conversations(ask: Asked, wanted: Annotated[Wanted, Query()]) -> Page[ConversationView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {ask.actor.id} {wanted.name()}"
    found = await desk_lists.list_rows(
        ask.workspace,
        ask.tx,
        wanted.asked(ask.actor.id),
        within=ask.actor.assistant_ids,
        after=read_cursor(key, of, wanted.cursor),
        limit=wanted.limit,
    )
    names = await rows_of(ask, found.rows)

    def shown(row: Row) -> ConversationView:
        return shown_row(row, names)

    return page_upto(key, of, found.rows, found.upto, shown)


@route(
    ROUTES,
    "GET",
    PATH + "/counts",
    permission="conversations.read",
    summary="Count the conversations of each view.",
)
async def count_conversations(ask: Asked) -> CountsView:
    found = await desk_lists.counts(
        ask.workspace, ask.tx, reader=ask.actor.id, within=ask.actor.assistant_ids
    )
    return CountsView(**found)


@route(
    ROUTES,
    "GET",
    PATH + "/{conversation_id}",
    permission="conversations.read",
    summary="Read a conversation.",
)
async def read_conversation(ask: Asked, conversation_id: str, response: Response) -> ConversationDetail:
    full = await reachable(ask, conversation_id)
    set_etag(response, full.row.version)
    return await detail_of(ask, full)


class NewConversation(BaseModel):
    """With `initial_message` what the customer says first, which is answered; else one that our side begins."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "initial_message": "Do you offer international shipping?",
                    "source_url": "https://example.com/products",
                }
            ]
        },
    )

    initial_message: Spoken = Field("", description="What the customer says first.")
    source_url: Annotated[str, Field(max_length=MOST_URL)] = Field("", description="The page it is said on.")
    assistant_id: Short | None = Field(
        None, description="Left out beside `initial_message`: the default one."
    )
    channel_id: Short | None = Field(
        None, description="Left out beside `initial_message`: the assistant's first that callers speak on."
    )
    external_id: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        None,
        description="What the channel calls the customer: `sender` of the REST channel. Left out beside "
        "`initial_message`: a new one.",
    )
    text: Spoken = Field("", description="What our side says first.")


class ConversationChange(BaseModel):
    """The fields that change."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(max_length=200)] | None = None
    priority: Priority | None = None
    labels: Annotated[list[LabelName], Field(max_length=20)] | None = Field(
        None, description="All of them, by their names; a key that may write labels makes those that are new."
    )


@route(
    ROUTES,
    "POST",
    PATH,
    permission="conversations.write",
    summary="Begin a conversation.",
    status=201,
    responses={200: {"model": ConversationBegun, "description": "It was there already, and goes on."}},
)
async def create_conversation(ask: Asked, given: NewConversation, response: Response) -> ConversationBegun:
    if given.source_url:
        refuse_odd_url(given.source_url)
    heard = given.initial_message.strip()
    made, complete = await (_said_first(ask, given) if heard else _begun(ask, given))
    messages = await messages_of(ask, made)
    if heard and not _begins(messages):
        response.status_code = 200
    else:
        await ask.record("conversation.created", made)
    response.headers["Location"] = f"{PATH}/{made}"
    shown = await read_conversation(ask, made, response)
    return ConversationBegun(
        **shown.model_dump(),
        visitor_id=shown.contact.id,
        initial_message=heard,
        source_url=given.source_url,
        messages=messages,
        complete=complete,
    )


def _begins(messages: Sequence[MessageView]) -> bool:
    """Whether what the customer said is the first that was said; also if this is the repeat of a request that broke off."""
    said = [each.seq for each in messages if each.author == "contact"]
    return not messages or said == [1]


async def _said_first(ask: Ask, given: NewConversation) -> tuple[ConversationId, bool]:
    refuse_pretending(ask)
    if given.text.strip():
        raise Refused("invalid", "Either the customer says the first thing, or our side.", field="text")
    place = await place_of(
        ask, assistant_id=given.assistant_id, channel_id=given.channel_id, external_id=given.external_id
    )
    answer = await hand_in(ask, place, given.initial_message.strip(), url=given.source_url, once=once_of(ask))
    return answer.conversation_id, answer.complete


async def _begun(ask: Ask, given: NewConversation) -> tuple[ConversationId, bool]:
    needed = ("assistant_id", "channel_id", "external_id")
    missing = [name for name in needed if getattr(given, name) is None]
    if len(missing) == len(needed) and not given.text.strip():
        raise Refused("invalid", f"initial_message is needed: {_TWO_WAYS}", field="initial_message")
    if missing:
        raise Refused("invalid", f"{missing[0]} is needed: {_TWO_WAYS}", field=missing[0])
    assistant_id = given.assistant_id or ""
    if not ask.actor.may_use(assistant_id):
        raise Refused("not_found", "There is no such assistant, or it has no such channel.")
    begun = opening.begin(
        ask.program.on_the_line()[0],
        ask.workspace,
        channel_id=given.channel_id or "",
        assistant_id=assistant_id,
        external_id=given.external_id or "",
    )
    made = await ask.aside(begun)
    if given.text.strip():
        await saying.say(doing(ask), made, Draft((Text(given.text),)))
    return made, True


@route(
    ROUTES,
    "PUT",
    PATH + "/{conversation_id}",
    permission="conversations.write",
    summary="Change a conversation's subject, priority and labels.",
)
async def update_conversation(
    ask: Asked, conversation_id: str, given: ConversationChange, expected: IfMatchSaid, response: Response
) -> ConversationDetail:
    # Labels are all of them, whatever there was: who sets nothing else overwrites nothing unseen.
    if expected is None and given.model_fields_set - {"labels"}:
        raise unsaid()
    full = await reachable(ask, conversation_id)
    await _make_labels(ask, given.labels or [])
    priority = None if given.priority is None else PRIORITIES.index(given.priority)
    change = sorting.Change(given.subject, priority, given.labels)
    await sorting.change(doing(ask), full.row.id, change, (expected or ANY).refuse_unless)
    return await read_conversation(ask, conversation_id, response)


async def _make_labels(ask: Ask, names: Sequence[str]) -> None:
    """Those that are not there yet, where the one who asks may make labels; else they are refused."""
    missing = await desk_labels.unknown(ask.workspace, ask.tx, names) if names else []
    if missing and not ask.actor.may("workspace.write"):
        raise Refused(
            "invalid",
            f"There is no label {missing[0]!r}, and making one takes the scope write:workspace.",
            field="labels",
            details={"permission": "workspace.write", "scope": "write:workspace"},
        )
    for name in missing:
        await create_label(ask, NewLabel(name=name), Response())
