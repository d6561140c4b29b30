"""`POST /api/v1/conversations/{id}/...`: what people do with a conversation. Each answers with its row as it is then."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.conversation import PRIORITIES, Closing, Owner, Priority
from frontdesk.desk import merging, ownership, sorting
from frontdesk.desk.seen import Seen
from frontdesk.store import desk_reads
from frontdesk.web.moment import Moment
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.conversation_views import ConversationView
from frontdesk.web.v1.desk_doing import conversation, conversation_given, doing, reachable, row_of

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}"
WRITE = "conversations.write"

Word = Annotated[str, Field(max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Expected(_Body):
    """Who had the conversation when you looked. When that is otherwise by now, nothing is done: 409 `changed_hands`."""

    owner: Owner
    assignee_id: Word | None = None

    def seen(self) -> Seen:
        return Seen(self.owner, self.assignee_id)


class _Expecting(_Body):
    expected: Expected | None = None

    @property
    def seen(self) -> Seen | None:
        return None if self.expected is None else self.expected.seen()


class Assignment(_Expecting):
    assignee_id: Word | None = None
    team: Word | None = Field(None, description="A team by name or id; without it the team stays.")


class HandBack(_Expecting):
    flow: Annotated[str, Field(max_length=200)] = Field(
        "", description="Where the bot goes on; one of `flows`."
    )


class Closed(_Expecting):
    outcome: Closing = ""


class Snoozed(_Expecting):
    until: Moment


class Prioritised(_Body):
    priority: Priority


class Labelled(_Body):
    """Labels by their names."""

    add: Annotated[list[Word], Field(max_length=20)] = []
    remove: Annotated[list[Word], Field(max_length=20)] = []


class Merged(_Body):
    into: Word


class ReadUpTo(_Body):
    seq: Annotated[int, Field(ge=0, le=2**53)]


@route(ROUTES, "POST", PATH + "/take", permission=WRITE, summary="Take a conversation that nobody has.")
async def take_conversation(ask: Asked, conversation_id: str) -> ConversationView:
    await ownership.take(doing(ask), conversation(conversation_id))
    return await row_of(ask, conversation_id)


@route(
    ROUTES,
    "POST",
    PATH + "/assign",
    permission=WRITE,
    summary="Give a conversation to a person or a team, or back to the queue.",
)
async def assign_conversation(ask: Asked, conversation_id: str, given: Assignment) -> ConversationView:
    wanted = ownership.Assignment(given.assignee_id, given.team)
    await ownership.assign(doing(ask), conversation(conversation_id), wanted, given.seen)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/hand-back", permission=WRITE, summary="Hand a conversation back to the bot.")
async def hand_back_conversation(ask: Asked, conversation_id: str, given: HandBack) -> ConversationView:
    await ownership.hand_back(doing(ask), conversation(conversation_id), given.flow, given.seen)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/close", permission=WRITE, summary="Close a conversation with an outcome.")
async def close_conversation(ask: Asked, conversation_id: str, given: Closed) -> ConversationView:
    await ownership.close(doing(ask), conversation(conversation_id), given.outcome, given.seen)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/reopen", permission=WRITE, summary="Open a closed conversation again.")
async def reopen_conversation(ask: Asked, conversation_id: str) -> ConversationView:
    await ownership.reopen(doing(ask), conversation(conversation_id))
    return await row_of(ask, conversation_id)


@route(
    ROUTES,
    "POST",
    PATH + "/snooze",
    permission=WRITE,
    summary="Put a conversation away until a moment, or until its customer writes.",
)
async def snooze_conversation(ask: Asked, conversation_id: str, given: Snoozed) -> ConversationView:
    await sorting.snooze(doing(ask), conversation(conversation_id), given.until, given.seen)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/unsnooze", permission=WRITE, summary="Bring a snoozed conversation back.")
async def unsnooze_conversation(ask: Asked, conversation_id: str) -> ConversationView:
    await sorting.wake(doing(ask), conversation(conversation_id))
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/priority", permission=WRITE, summary="Say how much a conversation matters.")
async def prioritise_conversation(ask: Asked, conversation_id: str, given: Prioritised) -> ConversationView:
    await sorting.prioritise(doing(ask), conversation(conversation_id), PRIORITIES.index(given.priority))
    return await row_of(ask, conversation_id)


@route(
    ROUTES,
    "POST",
    PATH + "/labels",
    permission=WRITE,
    summary="Put labels on a conversation, and take others off.",
)
async def label_conversation(ask: Asked, conversation_id: str, given: Labelled) -> ConversationView:
    await sorting.label(doing(ask), conversation(conversation_id), add=given.add, remove=given.remove)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/merge", permission=WRITE, summary="Merge a conversation into another one.")
async def merge_conversation(ask: Asked, conversation_id: str, given: Merged) -> ConversationView:
    into = conversation_given(given.into, "into")
    await reachable(ask, into, field="into")
    await merging.merge(doing(ask), conversation(conversation_id), into)
    await ask.record("conversation.merged", conversation_id, after={"into": into})
    return await row_of(ask, conversation_id)


@route(
    ROUTES,
    "POST",
    PATH + "/read",
    permission="conversations.read",
    summary="Remember how far you have read a conversation.",
)
async def read_up_to(ask: Asked, conversation_id: str, given: ReadUpTo) -> ConversationView:
    full = await reachable(ask, conversation_id)
    await desk_reads.read_up_to(ask.workspace, ask.tx, full.row.id, who=ask.actor.id, seq=given.seq)
    return await row_of(ask, conversation_id)


@route(
    ROUTES,
    "POST",
    PATH + "/unread",
    permission="conversations.read",
    summary="Mark the customer's last line as unread by you.",
)
async def mark_unread(ask: Asked, conversation_id: str) -> ConversationView:
    full = await reachable(ask, conversation_id)
    await desk_reads.unread(ask.workspace, ask.tx, full.row.id, who=ask.actor.id)
    return await row_of(ask, conversation_id)
