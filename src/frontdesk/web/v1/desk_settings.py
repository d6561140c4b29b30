"""`/api/v1/desk`: how a workspace's desk works."""

from fastapi import Response
from pydantic import BaseModel, Field, RootModel

from frontdesk.desk.settings import DeskSettings
from frontdesk.store import desk_settings as stored
from frontdesk.store import desk_teams
from frontdesk.store.desk_settings import Kept
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.settings_models import fields_of, merged

ROUTES: list[Route] = []
PATH = "/api/v1/desk"


class DeskChange(RootModel[dict[str, object]]):
    """Merged into what is there; null takes a key away. Also as it is read, within `settings`."""

    root: dict[str, object] = Field(max_length=50)


class DeskView(BaseModel):
    settings: DeskSettings


@route(ROUTES, "GET", PATH, permission="workspace.read", summary="Read how the desk works.")
async def read_desk(ask: Asked, response: Response) -> DeskView:
    return _shown(await stored.read(ask.workspace, ask.tx), response)


@route(ROUTES, "PATCH", PATH, permission="workspace.write", summary="Change how the desk works.")
async def update_desk(ask: Asked, change: DeskChange, expected: IfMatch, response: Response) -> DeskView:
    before = await stored.read(ask.workspace, ask.tx, for_change=True)
    expected.refuse_unless(before.row_version)
    settings = merged(DeskSettings, before.settings, fields_of(change.root))
    await stored.write(ask.workspace, ask.tx, settings.model_dump())
    for team in await desk_teams.all_teams(ask.workspace, ask.tx):
        await desk_teams.look_again(ask.workspace, ask.tx, [team.name])
    await desk_teams.look_again_at_no_team(ask.workspace, ask.tx)
    after = await stored.read(ask.workspace, ask.tx)
    await ask.record("desk.updated", ask.workspace, before=before.settings, after=after.settings)
    return _shown(after, response)


def _shown(kept: Kept, response: Response) -> DeskView:
    set_etag(response, kept.row_version)
    return DeskView(settings=DeskSettings.model_validate(kept.settings))
