"""`/api/v1/assistants`: list, read, change."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import assistants as stored
from frontdesk.store import workspaces
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked

ROUTES: list[Route] = []
PATH = "/api/v1/assistants"
MOST_HOSTS = 50
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*", re.ASCII)
_ADDRESS = re.compile(r"[0-9.]+", re.ASCII)


def _host(value: str) -> str:
    lowered = value.strip().lower().removesuffix(".")
    if not _HOST.fullmatch(lowered):
        raise ValueError("write a host name alone, such as desk.example.com; other scripts as xn--...")
    return lowered


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Host = Annotated[str, AfterValidator(_host)]


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


class AssistantChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    hosts: list[Host] | None = Field(
        default=None,
        max_length=MOST_HOSTS,
        description="Host names at which it answers; a name is one assistant's in the whole installation.",
    )


@route(
    ROUTES, "PATCH", PATH + "/{assistant_id}", permission="assistants.write", summary="Change an assistant."
)
async def update_assistant(
    ask: Asked, assistant_id: str, change: AssistantChange, expected: IfMatch, response: Response
) -> AssistantView:
    before = await reachable(ask, assistant_id, for_change=True)
    expected.refuse_unless(before.row_version)
    if change.hosts is not None:
        await leave_the_front_door(ask, change.hosts)
    name = before.name if change.name is None else change.name
    await stored.update_assistant(ask.workspace, ask.tx, before.id, name=name, hosts=change.hosts)
    after = await reachable(ask, assistant_id)
    await ask.record("assistant.updated", after.id, before=_noted(before), after=_noted(after))
    set_etag(response, after.row_version)
    return AssistantView.model_validate(after)


async def leave_the_front_door(ask: Ask, hosts: Collection[str]) -> None:
    """Where the installation itself answers, another workspace would get everybody's messages.

    That is its public address, and every address and name of one label (`localhost`, a name of the local network).
    """
    front = urlsplit(ask.program.public_url).hostname
    own = [host for host in hosts if host == front or "." not in host or _ADDRESS.fullmatch(host)]
    if own and not await workspaces.is_default(ask.workspace, ask.tx):
        raise stored.host_taken(own[0])


def _noted(assistant: stored.Assistant) -> dict[str, object]:
    return {"name": assistant.name, "hosts": assistant.hosts}


async def reachable(ask: Ask, assistant_id: str, *, for_change: bool = False) -> stored.Assistant:
    """The assistant, if it is there and within the actor's reach."""
    parse("asst", assistant_id)
    if not ask.actor.may_use(assistant_id):
        raise Refused("not_found", "There is no such assistant.")
    return await stored.read_assistant(ask.workspace, ask.tx, assistant_id, for_change=for_change)
