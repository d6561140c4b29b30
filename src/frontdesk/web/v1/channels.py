"""`/api/v1/channels`: list, create, read, change, remove into the bin and out of it, test.

A channel is made, and removed, together with its task, the binding to an assistant. Secrets go in and never come out.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.store import channels as stored
from frontdesk.store import visitors
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.assistants import reachable
from frontdesk.web.v1.in_bin import FromBin, live
from frontdesk.web.v1.in_plan import in_plan
from frontdesk.web.v1.plugin_settings import changed, checked, keep, model_of
from frontdesk.web.v1.trials import TriedView
from frontdesk.web.widget.gate import TYPE
from frontdesk.web.widget.identity import SIGN_IN_KEY

ROUTES: list[Route] = []
PATH = "/api/v1/channels"

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewChannel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="The id of a channel plug-in.")
    name: Name
    assistant_id: str | None = Field(
        default=None,
        description="Who answers; a task binds the two. Channels whose messages name their task can do without.",
    )
    settings: dict[str, object] = Field(default_factory=dict, description="As the plug-in's model says.")


class ChannelChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    enabled: bool | None = None
    settings: dict[str, object] = Field(
        default_factory=dict, description="Merged into what is there; null takes a key away."
    )


class TaskView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    assistant_id: str
    service_mode: str


class ChannelView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    type: str
    name: str
    enabled: bool
    settings: dict[str, object]
    secret_names: list[str] = Field(description="Settings that are set and not shown.")
    has_sign_in_secret: bool = Field(
        description="Whether pages can prove with a secret who of their visitors is signed in."
    )
    tasks: list[TaskView]
    created_at: datetime
    deleted_at: datetime | None


@route(ROUTES, "GET", PATH, permission="channels.read", summary="List channels.")
async def list_channels(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[ChannelView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    after, within = read_cursor(key, of, cursor), ask.actor.assistant_ids
    rows = await stored.list_channels(
        ask.workspace, ask.tx, after=after, limit=limit + 1, within=within, from_bin=from_bin
    )
    return page(key, of, rows, limit, ChannelView.model_validate)


@route(
    ROUTES, "POST", PATH, permission="channels.write", summary="Create a channel and its task.", status=201
)
async def create_channel(ask: Asked, given: NewChannel, response: Response) -> ChannelView:
    settings = checked(
        model_of(ask.program.channel_types, given.type, "channel"), given.settings, ask.program.foresee
    )
    await in_plan(ask, given.type)
    assistant_id = await _answering(ask, given)
    made = await stored.create_channel(
        ask.workspace,
        ask.tx,
        channel_type=given.type,
        name=given.name,
        settings=settings.plain,
        assistant_id=assistant_id,
    )
    await keep(ask, made, settings.secrets)
    channel = await reachable_channel(ask, made)
    await ask.record("channel.created", made, after=_noted(channel))
    response.headers["Location"] = f"{PATH}/{made}"
    return _shown(channel, response)


@route(ROUTES, "GET", PATH + "/{channel_id}", permission="channels.read", summary="Read a channel.")
async def read_channel(ask: Asked, channel_id: str, response: Response) -> ChannelView:
    return _shown(await reachable_channel(ask, channel_id), response)


@route(ROUTES, "PATCH", PATH + "/{channel_id}", permission="channels.write", summary="Change a channel.")
async def update_channel(
    ask: Asked, channel_id: str, change: ChannelChange, expected: IfMatch, response: Response
) -> ChannelView:
    before = live(await reachable_channel(ask, channel_id, for_change=True), expected.refuse_unless)
    if change.enabled and not before.enabled:
        await in_plan(ask, before.type)
        await refuse_second(ask, before, [task.assistant_id for task in before.tasks])
    types = ask.program.channel_types
    await stored.update_channel(
        ask.workspace,
        ask.tx,
        before.id,
        name=before.name if change.name is None else change.name,
        enabled=before.enabled if change.enabled is None else change.enabled,
        settings=await changed(ask, before, types, "channel", change.settings),
    )
    after = await reachable_channel(ask, channel_id)
    if _proves_no_more(before, after):
        await visitors.sign_out(ask.workspace, ask.tx, after.id)
    await ask.record("channel.updated", after.id, before=_noted(before), after=_noted(after))
    return _shown(after, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{channel_id}",
    permission="channels.write",
    summary="Put a channel that was never written over into the bin, with its tasks.",
    status=204,
)
async def delete_channel(ask: Asked, channel_id: str, expected: IfMatchOptional) -> None:
    channel = live(await reachable_channel(ask, channel_id, for_change=True), expected.refuse_unless)
    await stored.put_in_bin(ask.workspace, ask.tx, channel.id)
    await ask.record("channel.deleted", channel.id, before=_noted(channel))


@route(
    ROUTES,
    "POST",
    PATH + "/{channel_id}/restore",
    permission="channels.write",
    summary="Take a channel out of the bin, with the tasks that went with it.",
)
async def restore_channel(ask: Asked, channel_id: str, response: Response) -> ChannelView:
    channel = await reachable_channel(ask, channel_id, for_change=True)
    if channel.deleted_at is not None:
        if channel.enabled:
            await in_plan(ask, channel.type)
            await refuse_second(ask, channel, [task.assistant_id for task in channel.tasks])
        await stored.restore_channel(ask.workspace, ask.tx, channel.id)
        await ask.record("channel.restored", channel.id)
    return _shown(await reachable_channel(ask, channel_id), response)


@route(
    ROUTES,
    "POST",
    PATH + "/{channel_id}/test",
    permission="channels.write",
    summary="Send a line over a channel that posts what we say to an address.",
)
async def try_channel(ask: Asked, channel_id: str) -> TriedView:
    found = live(await reachable_channel(ask, channel_id))
    tried = await ask.aside(ask.program.try_channel(ask.workspace, found.id))
    await ask.record("channel.tested", found.id, after={"ok": tried.ok})
    return TriedView.model_validate(tried)


async def refuse_second(ask: Ask, channel: stored.Channel, assistant_ids: Collection[str]) -> None:
    """Of a type whose messages do not name their task, an assistant has one channel that is switched on."""
    if channel.type not in ask.program.by_task:
        await stored.refuse_second(
            ask.workspace, ask.tx, channel_type=channel.type, assistant_ids=assistant_ids, but=channel.id
        )


async def _answering(ask: Ask, given: NewChannel) -> str | None:
    """The assistant of a new channel; None where a task is going to say it."""
    by_task = given.type in ask.program.by_task
    if given.assistant_id is None and by_task and not ask.actor.assistant_ids:
        return None
    if given.assistant_id is None:
        raise Refused("invalid", "Say which assistant answers on this channel.", field="assistant_id")
    try:
        assistant = await reachable(ask, given.assistant_id, for_change=True)
    except Refused as error:
        raise Refused("invalid", error.message, field="assistant_id") from None
    if not by_task:
        await stored.refuse_second(
            ask.workspace, ask.tx, channel_type=given.type, assistant_ids=[assistant.id]
        )
    return assistant.id


async def reachable_channel(ask: Ask, channel_id: str, *, for_change: bool = False) -> stored.Channel:
    return await stored.read_channel(
        ask.workspace,
        ask.tx,
        parse("chan", channel_id),
        within=ask.actor.assistant_ids,
        for_change=for_change,
    )


def _proves_no_more(before: stored.Channel, after: stored.Channel) -> bool:
    """Whether the key has gone or been replaced that showed who is signed in."""
    key = before.settings.get(SIGN_IN_KEY)
    return before.type == TYPE and bool(key) and after.settings.get(SIGN_IN_KEY) != key


def _shown(channel: stored.Channel, response: Response) -> ChannelView:
    set_etag(response, channel.row_version)
    return ChannelView.model_validate(channel)


def _noted(channel: stored.Channel) -> dict[str, object]:
    return {
        "type": channel.type,
        "name": channel.name,
        "enabled": channel.enabled,
        "settings": channel.settings,
        "secret_names": channel.secret_names,
    }
