"""`/api/v1/workspace`: what the workspace is called, which language it speaks, in which time zone its days begin, and how
often its keys may ask."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.errors import Refused
from frontdesk.core.languages import is_language
from frontdesk.store import workspaces as stored
from frontdesk.store.workspaces import WorkspaceSettings
from frontdesk.web import time_zones
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked

ROUTES: list[Route] = []
PATH = "/api/v1/workspace"
MOST_NAME = 100
MOST_REQUESTS = 1_000_000


class WorkspaceView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    language: str
    time_zone: str
    api_requests_a_minute: int | None = Field(
        description="How often each key may ask; null is without a limit."
    )


class WorkspaceChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_NAME)] | None
    ) = None
    language: str | None = None
    time_zone: str | None = None
    api_requests_a_minute: Annotated[int, Field(ge=1, le=MOST_REQUESTS)] | None = None


@route(ROUTES, "GET", PATH, permission="workspace.read", summary="Read the workspace's own settings.")
async def read_workspace(ask: Asked, response: Response) -> WorkspaceView:
    found = await stored.settings_of(ask.workspace, ask.tx)
    set_etag(response, found.row_version)
    return WorkspaceView.model_validate(found)


@route(ROUTES, "PATCH", PATH, permission="workspace.write", summary="Change the workspace's own settings.")
async def update_workspace(
    ask: Asked, change: WorkspaceChange, expected: IfMatch, response: Response
) -> WorkspaceView:
    before = await stored.settings_of(ask.workspace, ask.tx, for_change=True)
    expected.refuse_unless(before.row_version)
    after = _changed(before, change)
    await stored.change(ask.workspace, ask.tx, after)
    set_etag(response, before.row_version + 1)
    shown = WorkspaceView.model_validate(after)
    noted = WorkspaceView.model_validate(before).model_dump()
    await ask.record("workspace.updated", ask.workspace, before=noted, after=shown.model_dump())
    return shown


def _changed(before: WorkspaceSettings, change: WorkspaceChange) -> WorkspaceSettings:
    name = before.name if change.name is None else change.name
    language = before.language if change.language is None else change.language
    zone = before.time_zone if change.time_zone is None else change.time_zone
    if not name.isprintable():
        raise Refused("invalid", "A name is one line of plain text.", field="name")
    if not is_language(language):
        raise Refused("invalid", "That is no language: give a code such as en.", field="language")
    if zone not in time_zones.known():
        raise Refused("invalid", "That is no time zone, such as Asia/Tashkent.", field="time_zone")
    # Null is a value of its own here: no limit.
    requests = before.api_requests_a_minute
    if "api_requests_a_minute" in change.model_fields_set:
        requests = change.api_requests_a_minute
    return WorkspaceSettings(name, language, zone, requests, before.row_version)
