"""`/api/v1/me/presence` and `/api/v1/conversations/{id}/presence`: who is at work, and what they look at just now."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId, parse
from frontdesk.store import desk_teams, presence, traces, words
from frontdesk.store.presence import State
from frontdesk.web.etag import IfMatchOptional, mark, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1 import me
from frontdesk.web.v1.presence_view import PresenceView, presence_of

ROUTES: list[Route] = []


class PresenceChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: State | None = None
    capacity: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        default=None, description="Left out: as it is; null: as many as the desk's settings say."
    )


class Here(BaseModel):
    model_config = ConfigDict(extra="forbid")

    viewing: bool = True
    typing: bool = False


@route(ROUTES, "GET", me.PATH + "/presence", permission="account.self", summary="Whether one is at work.")
async def read_presence(ask: Asked, response: Response) -> PresenceView:
    account = await me.own_account(ask)
    return await _shown(ask, account.id, response)


@route(
    ROUTES,
    "PATCH",
    me.PATH + "/presence",
    permission="account.self",
    summary="Be at work, away or offline; take more or fewer customers at once.",
)
async def update_presence(
    ask: Asked, change: PresenceChange, expected: IfMatchOptional, response: Response
) -> PresenceView:
    account = await me.own_account(ask)
    expected.refuse_unless(_version((await presence_of(ask, [account.id]))[account.id]))
    await presence.choose(
        ask.workspace,
        ask.tx,
        account.id,
        state=change.state,
        sets_capacity="capacity" in change.model_fields_set,
        capacity=change.capacity,
    )
    await desk_teams.somebody_came(ask.workspace, ask.tx, [account.id])
    ask.after_commit(words.Changed(ask.workspace, account.id).word)
    return await _shown(ask, account.id, response)


async def _shown(ask: Ask, account_id: str, response: Response) -> PresenceView:
    view = (await presence_of(ask, [account_id]))[account_id]
    set_etag(response, _version(view))
    return view


def _version(view: PresenceView) -> int:
    """Of what they chose: whether an inbox is open changes it nowhere."""
    return mark(f"{view.chosen} {view.capacity}".encode())


@route(
    ROUTES,
    "POST",
    "/api/v1/conversations/{conversation_id}/presence",
    permission="conversations.read",
    summary="Say that one looks at a conversation, types there, or has left it.",
    status=204,
)
async def note_presence(ask: Asked, conversation_id: str, here: Here) -> None:
    if ask.actor.kind != "session":
        raise Refused("forbidden", "This is for signed-in people: a key looks at nothing.")
    conversation = ConversationId(parse("conv", conversation_id))
    if await traces.assistant_of(ask.workspace, ask.tx, conversation) is None:
        raise Refused("not_found", "There is no such conversation.")
    typing = here.typing and ask.actor.may("conversations.write")
    said = words.At(ask.workspace, conversation, ask.actor.id, here.viewing, typing, words.stamp())
    ask.after_commit(said.word)
