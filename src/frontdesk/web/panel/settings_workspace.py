"""Settings of the workspace as a whole: its name, language and time zone, and how its desk works."""

from starlette.responses import Response

from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Choice, Field, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.settings_fields import zones
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.route import Route
from frontdesk.web.v1 import desk_settings as desk_api
from frontdesk.web.v1 import workspace as api

ROUTES: list[Route] = []
PATH = "/panel/settings/workspace"
DESK = "/panel/settings/desk"


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="workspace.read",
    summary="The page of the workspace's settings.",
    entry="workspace",
    rank=20,
)
async def settings_workspace_page(visit: Visit) -> Response:
    values = {
        "editing": await _workspace(visit),
        "path": PATH,
        "title": visit.say("settings.below.workspace"),
    }
    return await visit.show("settings_form.html", {**values, "line": visit.say("workspace.purpose")})


@opens(
    ROUTES,
    "POST",
    PATH,
    menu="settings",
    permission="workspace.write",
    summary="Save the workspace's settings.",
)
async def settings_workspace_save(visit: Visit) -> Response:
    async def save(fields: list[Field], sent: Sent) -> None:
        change = api.WorkspaceChange.model_validate(given(fields, sent, prefix=""))
        async with visit.asking() as ask:
            await api.update_workspace(ask, change, expected(sent.get("version")), Response())

    return await saved(visit, await _workspace(visit), save, path=PATH)


async def _workspace(visit: Visit) -> Editing:
    answer = Response()
    async with visit.asking() as ask:
        found = await api.read_workspace(ask, answer)
    languages = tuple(Choice(code, name) for code, name in LANGUAGES.items())
    fields = [
        Field(
            "name", visit.say("workspace.name"), value=found.name, required=True, most_letters=api.MOST_NAME
        ),
        Field(
            "language",
            visit.say("workspace.language"),
            kind="radio",
            hint=visit.say("workspace.language_line"),
            value=found.language,
            required=True,
            choices=languages,
        ),
        Field(
            "time_zone",
            visit.say("workspace.time_zone"),
            kind="select",
            hint=visit.say("workspace.time_zone_line"),
            value=found.time_zone,
            required=True,
            choices=zones(found.time_zone),
        ),
        Field(
            "api_requests_a_minute",
            visit.say("workspace.api_requests"),
            kind="number",
            hint=visit.say("workspace.api_requests_line"),
            value="" if found.api_requests_a_minute is None else str(found.api_requests_a_minute),
        ),
    ]
    return Editing(fields, version_of(answer))


@opens(
    ROUTES,
    "GET",
    DESK,
    menu="settings",
    permission="workspace.read",
    summary="The page of how the desk works.",
    entry="desk",
    rank=25,
)
async def settings_desk_page(visit: Visit) -> Response:
    values = {"editing": await _desk(visit), "path": DESK, "title": visit.say("settings.below.desk")}
    return await visit.show("settings_form.html", {**values, "line": visit.say("workspace.desk_purpose")})


@opens(
    ROUTES, "POST", DESK, menu="settings", permission="workspace.write", summary="Save how the desk works."
)
async def settings_desk_save(visit: Visit) -> Response:
    async def save(fields: list[Field], sent: Sent) -> None:
        change = desk_api.DeskChange.model_validate(given(fields, sent, prefix=""))
        async with visit.asking() as ask:
            await desk_api.update_desk(ask, change, expected(sent.get("version")), Response())

    return await saved(visit, await _desk(visit), save, path=DESK)


async def _desk(visit: Visit) -> Editing:
    answer = Response()
    async with visit.asking() as ask:
        found = (await desk_api.read_desk(ask, answer)).settings
    owners = tuple(Choice(one, visit.say(f"workspace.reopens.{one}")) for one in ("bot", "queued"))

    def number(name: str, value: int, unit: str = "") -> Field:
        label, hint = visit.say(f"workspace.{name}"), visit.say(f"workspace.{name}_line")
        return Field(name, label, kind="number", hint=hint, value=str(value), unit=unit)

    fields = [
        Field(
            "reopens_to",
            visit.say("workspace.reopens_to"),
            kind="radio",
            value=found.reopens_to,
            required=True,
            choices=owners,
        ),
        number("promise_s", found.promise_s, "seconds"),
        number("capacity", found.capacity),
        Field(
            "tell_position", visit.say("workspace.tell_position"), kind="switch", value=found.tell_position
        ),
        Field(
            "tell_away",
            visit.say("workspace.tell_away"),
            kind="switch",
            hint=visit.say("workspace.tell_away_line"),
            value=found.tell_away,
        ),
        Field("ask_rating", visit.say("workspace.ask_rating"), kind="switch", value=found.ask_rating),
        number("rating_most", found.rating_most),
    ]
    return Editing(fields, version_of(answer))
