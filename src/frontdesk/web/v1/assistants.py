"""`/api/v1/assistants`: list and read."""

from datetime import datetime

from fastapi import Response
from pydantic import BaseModel, ConfigDict

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import assistants as stored
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked

ROUTES: list[Route] = []
PATH = "/api/v1/assistants"


class AssistantView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    slug: str
    name: str
    hosts: list[str]
    is_default: bool
    published_version: str | None
    created_at: datetime


@route(ROUTES, "GET", PATH, permission="assistants.read", summary="List assistants.")
async def list_assistants(ask: Asked, limit: Limit = 50, cursor: Cursor = "") -> Page[AssistantView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace}"
    after = read_cursor(key, of, cursor)
    rows = await stored.list_assistants(
        ask.workspace, ask.tx, after=after, limit=limit + 1, within=ask.actor.assistant_ids
    )
    return page(key, of, rows, limit, AssistantView.model_validate)


@route(ROUTES, "GET", PATH + "/{assistant_id}", permission="assistants.read", summary="Read an assistant.")
async def read_assistant(ask: Asked, assistant_id: str, response: Response) -> AssistantView:
    assistant = await reachable(ask, assistant_id)
    set_etag(response, assistant.row_version)
    return AssistantView.model_validate(assistant)


async def reachable(ask: Ask, assistant_id: str) -> stored.Assistant:
    """The assistant, if it is there and within the actor's reach."""
    parse("asst", assistant_id)
    if not ask.actor.may_use(assistant_id):
        raise Refused("not_found", "There is no such assistant.")
    return await stored.read_assistant(ask.workspace, ask.tx, assistant_id)
