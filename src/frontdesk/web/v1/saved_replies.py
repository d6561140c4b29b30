"""`/api/v1/saved-replies`: texts that people send again and again, with places for names."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.core.message import MAX_TEXT
from frontdesk.desk import replies
from frontdesk.store import desk_people
from frontdesk.store import desk_replies as stored
from frontdesk.store.desk_replies import Reply, Words
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.desk_doing import reachable
from frontdesk.web.v1.in_bin import FromBin, live

ROUTES: list[Route] = []
PATH = "/api/v1/saved-replies"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]
Language = Annotated[str, Field(max_length=35, pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$")]


class NewReply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    text: Text = Field(description="`{{contact.name}}` and others stand for what a conversation knows.")
    language: Language = ""


class ReplyChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    text: Text | None = None
    language: Language | None = None


class ReplyView(BaseModel):
    id: str
    name: str
    text: str
    language: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class RenderFor(BaseModel):
    model_config = ConfigDict(extra="forbid")

    conversation_id: Annotated[str, Field(max_length=100)]


class Rendered(BaseModel):
    text: str
    missing: list[str] = Field(description="Places for which the conversation knows nothing; left empty.")


@route(ROUTES, "GET", PATH, permission="workspace.read", summary="List saved replies.")
async def list_replies(
    ask: Asked,
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    from_bin: FromBin = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[ReplyView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin} {q}"
    after = read_cursor(key, of, cursor)
    rows = await stored.list_replies(
        ask.workspace, ask.tx, words=q, after=after, limit=limit + 1, from_bin=from_bin
    )
    return page(key, of, rows, limit, _view)


@route(ROUTES, "POST", PATH, permission="workspace.write", summary="Create a saved reply.", status=201)
async def create_reply(ask: Asked, given: NewReply, response: Response) -> ReplyView:
    _refuse_unknown(given.text)
    made = await stored.create_reply(ask.workspace, ask.tx, Words(given.name, given.text, given.language))
    await ask.record("saved_reply.created", made, after={"name": given.name})
    response.headers["Location"] = f"{PATH}/{made}"
    return await _shown(ask, made, response)


@route(ROUTES, "GET", PATH + "/{reply_id}", permission="workspace.read", summary="Read a saved reply.")
async def read_reply(ask: Asked, reply_id: str, response: Response) -> ReplyView:
    return await _shown(ask, reply_id, response)


@route(ROUTES, "PATCH", PATH + "/{reply_id}", permission="workspace.write", summary="Change a saved reply.")
async def update_reply(
    ask: Asked, reply_id: str, change: ReplyChange, expected: IfMatch, response: Response
) -> ReplyView:
    before = live(await _held(ask, reply_id), expected.refuse_unless)
    was = before.words
    words = Words(
        was.name if change.name is None else change.name,
        was.text if change.text is None else change.text,
        was.language if change.language is None else change.language,
    )
    _refuse_unknown(words.text)
    await stored.update_reply(ask.workspace, ask.tx, before.id, words)
    await ask.record("saved_reply.updated", before.id, before={"name": was.name}, after={"name": words.name})
    return await _shown(ask, reply_id, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{reply_id}",
    permission="workspace.write",
    summary="Put a saved reply into the bin.",
    status=204,
)
async def delete_reply(ask: Asked, reply_id: str, expected: IfMatchOptional) -> None:
    reply = live(await _held(ask, reply_id), expected.refuse_unless)
    await stored.delete_reply(ask.workspace, ask.tx, reply.id)
    await ask.record("saved_reply.deleted", reply.id, before={"name": reply.words.name})


@route(
    ROUTES,
    "POST",
    PATH + "/{reply_id}/restore",
    permission="workspace.write",
    summary="Take a saved reply out of the bin.",
)
async def restore_reply(ask: Asked, reply_id: str, response: Response) -> ReplyView:
    reply = await _held(ask, reply_id)
    await stored.restore_reply(ask.workspace, ask.tx, reply)
    await ask.record("saved_reply.restored", reply.id)
    return await _shown(ask, reply_id, response)


@route(
    ROUTES,
    "POST",
    PATH + "/{reply_id}/render",
    permission="conversations.read",
    summary="Read a saved reply as it is for one conversation.",
)
async def render_reply(ask: Asked, reply_id: str, given: RenderFor) -> Rendered:
    reply = await stored.read_reply(ask.workspace, ask.tx, parse("reply", reply_id))
    full = await reachable(ask, given.conversation_id, field="conversation_id")
    names = await desk_people.names(ask.workspace, ask.tx, [ask.actor.id])
    values = replies.values_of(full, names.get(ask.actor.id, ""))
    text, missing = replies.render(reply.words.text, values)
    return Rendered(text=text, missing=missing)


def _refuse_unknown(text: str) -> None:
    unknown = replies.unknown(text)
    if unknown:
        there_are = ", ".join(f"{{{{{place}}}}}" for place in replies.PLACES)
        raise Refused("invalid", f"No such place: {', '.join(unknown)}. There are {there_are}.", field="text")


async def _held(ask: Ask, reply_id: str) -> Reply:
    return await stored.read_reply(ask.workspace, ask.tx, parse("reply", reply_id), for_change=True)


async def _shown(ask: Ask, reply_id: str, response: Response) -> ReplyView:
    reply = await stored.read_reply(ask.workspace, ask.tx, parse("reply", reply_id))
    set_etag(response, reply.row_version)
    return _view(reply)


def _view(reply: Reply) -> ReplyView:
    return ReplyView(
        id=reply.id,
        name=reply.words.name,
        text=reply.words.text,
        language=reply.words.language,
        created_at=reply.created_at,
        updated_at=reply.updated_at,
        deleted_at=reply.deleted_at,
    )
