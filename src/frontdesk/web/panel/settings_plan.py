"""`/panel/settings/plan`: the plan of the workspace; for the installation's owner what each plan has, and who has which.

Done by the endpoints of `/api/v1/plan`, `plans` and `workspaces`. What would stop is listed, and a switch asks.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.plan import EDITED, EVERYTHING, QUOTAS
from frontdesk.web.cursor import MOST_A_PAGE
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Choice, Field, Mistakes, again
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.plan_said import switch_names
from frontdesk.web.panel.settings_forms import Editing, version_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import plans as api

ROUTES: list[Route] = []
PATH = "/panel/settings/plan"
ONE = PATH + "/{plan}"
WORKSPACE = PATH + "/workspaces/{workspace_id}"
SWITCH, QUOTA, STOP = "switch.", "quota.", "stop_in_use"


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="workspace.read",
    summary="The page of the plan.",
    entry="plan",
    rank=80,
)
async def settings_plan_page(visit: Visit) -> Response:
    values: dict[str, object] = {"path": PATH, "named": _names(visit), "quotas": list(QUOTAS), "plans": None}
    async with visit.asking() as ask:
        values["own"] = await api.read_own_plan(ask)
        if await api.is_installation_owner(ask):
            values["plans"] = (await api.list_plans(ask)).data
            cursor = visit.request.query_params.get("cursor", "")
            found = await api.list_workspaces(ask, limit=MOST_A_PAGE, cursor=cursor)
            values["workspaces"] = found.data
            values["later"] = f"{PATH}?cursor={found.next_cursor}#spaces-t" if found.next_cursor else ""
    return await visit.show("settings_plan.html", values)


@opens(
    ROUTES, "GET", ONE, menu="settings", permission="workspace.own", summary="The page of what a plan has."
)
async def settings_one_plan_page(visit: Visit) -> Response:
    return await _form(visit, await _plan(visit), "edit_purpose", _plan_name(visit), _plan_path(visit))


@opens(
    ROUTES,
    "POST",
    ONE,
    menu="settings",
    permission="workspace.own",
    summary="Change what a plan has, by the form.",
)
async def settings_one_plan_save(visit: Visit) -> Response:
    async def save(sent: Sent) -> None:
        change = {
            "switches": {name: sent.get(SWITCH + name) == "on" for name in visit.program.plan_switches},
            "quotas": {name: sent.get(QUOTA + name).strip() or None for name in QUOTAS},
            STOP: sent.get(STOP) == "on",
        }
        wanted = api.PlanChange.model_validate(change)
        async with visit.asking() as ask:
            plan = visit.request.path_params["plan"]
            await api.update_plan(ask, plan, wanted, expected(sent.get("version")), Response())

    return await _saved(visit, await _plan(visit), save, _plan_path(visit))


@opens(
    ROUTES,
    "GET",
    WORKSPACE,
    menu="settings",
    permission="workspace.own",
    summary="The page of a workspace's plan.",
)
async def settings_workspace_plan_page(visit: Visit) -> Response:
    editing, name = await _given(visit)
    return await _form(visit, editing, "give_purpose", name, _workspace_path(visit))


@opens(
    ROUTES,
    "POST",
    WORKSPACE,
    menu="settings",
    permission="workspace.own",
    summary="Give a workspace its plan, by the form.",
)
async def settings_workspace_plan_save(visit: Visit) -> Response:
    async def save(sent: Sent) -> None:
        given = api.PlanGiven.model_validate({"plan": sent.get("plan"), STOP: sent.get(STOP) == "on"})
        async with visit.asking() as ask:
            to = visit.request.path_params["workspace_id"]
            await api.give_plan(ask, to, given, expected(sent.get("version")), Response())

    return await _saved(visit, (await _given(visit))[0], save, _workspace_path(visit))


async def _plan(visit: Visit) -> Editing:
    answer, names = Response(), _names(visit)
    async with visit.asking() as ask:
        found = await api.read_plan(ask, visit.request.path_params["plan"], answer)
    switches = [
        Field(SWITCH + name, names[name], kind="switch", value=on, group=visit.say("plans.has"))
        for name, on in found.switches.items()
    ]
    quotas = [
        Field(
            QUOTA + name,
            visit.say(f"plans.quotas.{name}"),
            kind="number",
            hint=visit.say("plans.empty_line"),
            value="" if most is None else str(most),
            group=visit.say("plans.at_most"),
        )
        for name, most in found.quotas.items()
    ]
    return Editing([*switches, *quotas], version_of(answer))


async def _given(visit: Visit) -> tuple[Editing, str]:
    answer = Response()
    async with visit.asking() as ask:
        found = await api.read_workspace_plan(ask, visit.request.path_params["workspace_id"], answer)
    choices = tuple(
        Choice(name, visit.say(f"plans.names.{name}"), visit.say(f"plans.lines.{name}"))
        for name in (EVERYTHING, *EDITED)
    )
    field = Field("plan", visit.say("plans.plan"), kind="radio", value=found.plan, choices=choices)
    return Editing([field], version_of(answer)), found.name


async def _form(visit: Visit, editing: Editing, purpose: str, here: str, path: str) -> Response:
    values = {"editing": editing, "path": path, "above": PATH, "here": here}
    return await visit.show("settings_plan_edit.html", {**values, "line": visit.say(f"plans.{purpose}")})


async def _saved(
    visit: Visit, editing: Editing, save: Callable[[Sent], Awaitable[None]], path: str
) -> Response:
    """The form again where something is wrong; what would stop is listed above it, with a switch that asks."""
    sent = await visit.form()
    try:
        await save(sent)
    except MENDABLE as error:
        fields, mistakes = editing.fields, _mistakes(visit, error)
        if mistakes.code == "in_use":
            fields = [*fields, Field(STOP, visit.say("plans.stop_in_use"), kind="switch")]
        shown, mistakes = again(fields, sent, mistakes, fields if mistakes.code == "conflict" else [])
        values = {"editing": Editing(shown, editing.version, mistakes), "path": path}
        return await visit.show("_edit.html", values, status=mistakes.status, part=True)
    return await visit.go(PATH, toast=visit.say("shell.saved"))


def _mistakes(visit: Visit, error: Exception) -> Mistakes:
    found = mistakes_of(error, visit.viewer.language)  # type: ignore[arg-type]  # one of MENDABLE
    if isinstance(error, Refused) and error.code == "in_use" and error.details:
        details: Mapping[str, Any] = error.details
        stops = details["stops"]
        names = sorted({f"{each['workspace_name']}: {each['name']}" for each in stops})
        if more := details["count"] - len(stops):
            names.append(f"+{more}")
        return Mistakes({}, visit.say("plans.stops", None, names=", ".join(names)), found.code, found.status)
    return Mistakes(
        {_field(name): said for name, said in found.by_field.items()}, found.general, found.code, found.status
    )


def _field(name: str) -> str:
    """Where the form has what the endpoint calls `quotas.articles`."""
    return name.replace("quotas.", QUOTA, 1).replace("switches.", SWITCH, 1)


def _names(visit: Visit) -> Mapping[str, str]:
    """What each switch is called."""
    return switch_names(visit.program, visit.viewer.language)


def _plan_name(visit: Visit) -> str:
    return visit.say(f"plans.names.{visit.request.path_params['plan']}")


def _plan_path(visit: Visit) -> str:
    return f"{PATH}/{visit.request.path_params['plan']}"


def _workspace_path(visit: Visit) -> str:
    return f"{PATH}/workspaces/{visit.request.path_params['workspace_id']}"
