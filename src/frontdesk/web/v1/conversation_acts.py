"""`POST /api/v1/conversations/{id}/...`: what people do with a conversation. Each answers with its row as it is then."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.conversation import Closing
from frontdesk.desk import ownership
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.conversation_views import ConversationView
from frontdesk.web.v1.desk_doing import conversation, doing, row_of

ROUTES: list[Route] = []
PATH = "/api/v1/conversations/{conversation_id}"
WRITE = "conversations.write"

Word = Annotated[str, Field(max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Assignment(_Body):
    assignee_id: Word | None = None
    team: Word | None = Field(None, description="A team by name or id; without it the team stays.")


class HandBack(_Body):
    flow: Annotated[str, Field(max_length=200)] = Field(
        "", description="Where the bot goes on; one of `flows`."
    )


class Closed(_Body):
    outcome: Closing = ""


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
    await ownership.assign(
        doing(ask), conversation(conversation_id), assignee=given.assignee_id, team=given.team
    )
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/hand-back", permission=WRITE, summary="Hand a conversation back to the bot.")
async def hand_back_conversation(ask: Asked, conversation_id: str, given: HandBack) -> ConversationView:
    await ownership.hand_back(doing(ask), conversation(conversation_id), given.flow)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/close", permission=WRITE, summary="Close a conversation with an outcome.")
async def close_conversation(ask: Asked, conversation_id: str, given: Closed) -> ConversationView:
    await ownership.close(doing(ask), conversation(conversation_id), given.outcome)
    return await row_of(ask, conversation_id)


@route(ROUTES, "POST", PATH + "/reopen", permission=WRITE, summary="Open a closed conversation again.")
async def reopen_conversation(ask: Asked, conversation_id: str) -> ConversationView:
    await ownership.reopen(doing(ask), conversation(conversation_id))
    return await row_of(ask, conversation_id)
