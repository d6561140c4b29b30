"""`/api/v1/assistants`: list, read, change, remove into the bin and out of it."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import assistants as stored
from frontdesk.store import assistants_bin as bin_
from frontdesk.store import plans, workspaces
from frontdesk.store.channels import refuse_second
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.in_bin import FromBin, live
from frontdesk.web.v1.in_plan import settle

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
    deleted_at: datetime | None


@route(ROUTES, "GET", PATH, permission="assistants.read", summary="List assistants.")
async def list_assistants(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[AssistantView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    after, within = read_cursor(key, of, cursor), ask.actor.assistant_ids
    rows = await stored.list_assistants(
        ask.workspace, ask.tx, after=after, limit=limit + 1, within=within, from_bin=from_bin
    )
    return page(key, of, rows, limit, AssistantView.model_validate)


@route(ROUTES, "GET", PATH + "/{assistant_id}", permission="assistants.read", summary="Read an assistant.")
async def read_assistant(ask: Asked, assistant_id: str, response: Response) -> AssistantView:
    return _shown(await reachable(ask, assistant_id, also_bin=True), response)


class AssistantChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    hosts: list[Host] | None = Field(
        default=None,
        max_length=MOST_HOSTS,
        description="Host names at which it answers; a name is one assistant's in the whole installation.",
    )
    is_default: Literal[True] | None = Field(
        default=None, description="It answers where no assistant is named, in the place of the one that did."
    )


@route(
    ROUTES, "PATCH", PATH + "/{assistant_id}", permission="assistants.write", summary="Change an assistant."
)
async def update_assistant(
    ask: Asked, assistant_id: str, change: AssistantChange, expected: IfMatch, response: Response
) -> AssistantView:
    if change.is_default:
        await workspaces.hold(ask.workspace, ask.tx)
    before = await reachable(ask, assistant_id, for_change=True)
    expected.refuse_unless(before.row_version)
    if change.hosts is not None:
        await leave_the_front_door(ask, change.hosts)
    name = before.name if change.name is None else change.name
    await stored.update_assistant(ask.workspace, ask.tx, before.id, name=name, hosts=change.hosts)
    if change.is_default and not before.is_default:
        await stored.make_default(ask.workspace, ask.tx, before.id)
    after = await reachable(ask, assistant_id)
    await ask.record("assistant.updated", after.id, before=_noted(before), after=_noted(after))
    return _shown(after, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{assistant_id}",
    permission="assistants.write",
    summary="Put an assistant into the bin, with its tasks and the channels that only it had and nobody wrote over.",
    status=204,
)
async def delete_assistant(ask: Asked, assistant_id: str, expected: IfMatchOptional) -> None:
    held = await bin_.hold_bound(ask.workspace, ask.tx, parse("asst", assistant_id))
    assistant = live(
        await reachable(ask, assistant_id, for_change=True, also_bin=True), expected.refuse_unless
    )
    await bin_.put_in_bin(ask.workspace, ask.tx, assistant.id, held)
    await ask.record("assistant.deleted", assistant.id, before=_noted(assistant))


@route(
    ROUTES,
    "POST",
    PATH + "/{assistant_id}/restore",
    permission="assistants.write",
    summary="Take an assistant out of the bin, with what went with it.",
)
async def restore_assistant(ask: Asked, assistant_id: str, response: Response) -> AssistantView:
    await workspaces.hold(ask.workspace, ask.tx)
    await bin_.hold_bound(ask.workspace, ask.tx, parse("asst", assistant_id))
    assistant = await reachable(ask, assistant_id, for_change=True, also_bin=True)
    if assistant.deleted_at is not None:
        await plans.hold_to(ask.workspace, ask.tx, "assistants")
        for channel in await bin_.restore(ask.workspace, ask.tx, assistant.id):
            if channel.enabled and channel.type not in ask.program.by_task:
                await refuse_second(
                    ask.workspace,
                    ask.tx,
                    channel_type=channel.type,
                    assistant_ids=[assistant.id],
                    but=channel.id,
                )
        # Its channels are back as they were, also those that the plan has no more.
        await settle(ask, [ask.workspace])
        await ask.record("assistant.restored", assistant.id)
    return _shown(await reachable(ask, assistant_id), response)


async def leave_the_front_door(ask: Ask, hosts: Collection[str]) -> None:
    """Where the installation itself answers, another workspace would get everybody's messages.

    That is its public address, and every address and name of one label (`localhost`, a name of the local network).
    """
    front = urlsplit(ask.program.public_url).hostname
    own = [host for host in hosts if host == front or "." not in host or _ADDRESS.fullmatch(host)]
    if own and not await workspaces.is_default(ask.workspace, ask.tx):
        raise stored.host_taken(own[0])


def _noted(assistant: stored.Assistant) -> dict[str, object]:
    return {"name": assistant.name, "hosts": assistant.hosts, "is_default": assistant.is_default}


def _shown(assistant: stored.Assistant, response: Response) -> AssistantView:
    set_etag(response, assistant.row_version)
    return AssistantView.model_validate(assistant)


async def reachable(
    ask: Ask, assistant_id: str, *, for_change: bool = False, also_bin: bool = False
) -> stored.Assistant:
    """The assistant, if it is there and within the actor's reach."""
    parse("asst", assistant_id)
    if not ask.actor.may_use(assistant_id):
        raise Refused("not_found", "There is no such assistant.")
    return await stored.read_assistant(
        ask.workspace, ask.tx, assistant_id, for_change=for_change, also_bin=also_bin
    )
