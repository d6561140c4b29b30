"""`/api/v1/plan`, `/plans` and `/workspaces`: what a workspace has, what the plans have, and which workspace has which.

Plans are the installation's: the owner of its own workspace sets and gives them, and nobody else is told of them.
"""

from collections.abc import Collection
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.access import plans as acts
from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.core.plan import EDITED, EVERYTHING, QUOTAS, Plan, PlanName
from frontdesk.store import plans as stored
from frontdesk.store import workspaces
from frontdesk.store.plans import Edited, Given
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.in_plan import settle

ROUTES: list[Route] = []
OWN = "/api/v1/plan"
PATH = "/api/v1/plans"
WORKSPACES = "/api/v1/workspaces"
MOST = 1_000_000_000
MOST_STOPS = 50
"""So many of what would stop are named, of the others how many there are."""

StopInUse = Annotated[
    bool, Field(description="Go on, though something that is switched on is switched off by it.")
]


class QuotaView(BaseModel):
    most: int | None = Field(description="Null is without a limit.")
    used: int | None = Field(description="How many there are; null for what is counted by the minute.")


class OwnPlanView(BaseModel):
    plan: PlanName
    switches: dict[str, bool] = Field(description="`webhooks`, and the types of connections.")
    quotas: dict[str, QuotaView]


class PlanView(BaseModel):
    name: PlanName
    switches: dict[str, bool] = Field(description="`webhooks`, and the types of connections.")
    quotas: dict[str, int | None] = Field(description="The most of each; null is without a limit.")


class PlansView(BaseModel):
    data: list[PlanView]


class PlanChange(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"switches": {"webhooks": True}, "quotas": {"articles": 500}}]},
    )

    switches: dict[str, bool | None] = Field(default={}, description="Null is as the program has it.")
    quotas: dict[str, Annotated[int, Field(ge=1, le=MOST)] | None] = Field(
        default={}, description="Null is without a limit."
    )
    stop_in_use: StopInUse = False


class WorkspaceWithPlan(BaseModel):
    id: str
    name: str
    is_default: bool = Field(description="The installation's own, whose owner gives the plans.")
    plan: PlanName


class PlanGiven(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"plan": "standard"}]})

    plan: PlanName
    stop_in_use: StopInUse = False


@route(ROUTES, "GET", OWN, permission="workspace.read", summary="Read the plan, and how much of it is used.")
async def read_own_plan(ask: Asked) -> OwnPlanView:
    plan = await stored.plan_of(ask.workspace, ask.tx)
    quotas = {
        name: QuotaView(
            most=plan.most(name),
            used=await stored.count(ask.workspace, ask.tx, name) if name in stored.COUNTED else None,
        )
        for name in QUOTAS
    }
    return OwnPlanView.model_validate({"plan": plan.name, "switches": _switches(ask, plan), "quotas": quotas})


@route(
    ROUTES, "GET", PATH, permission="workspace.own", summary="List what the plans of the installation have."
)
async def list_plans(ask: Asked) -> PlansView:
    await _refuse_guest(ask)
    return PlansView(data=[_shown(ask, (await _plan(ask, name)).plan) for name in EDITED])


@route(ROUTES, "GET", PATH + "/{plan}", permission="workspace.own", summary="Read what a plan has.")
async def read_plan(ask: Asked, plan: str, response: Response) -> PlanView:
    await _refuse_guest(ask)
    found = await _plan(ask, plan)
    set_etag(response, found.row_version)
    return _shown(ask, found.plan)


@route(ROUTES, "PATCH", PATH + "/{plan}", permission="workspace.own", summary="Change what a plan has.")
async def update_plan(
    ask: Asked, plan: str, change: PlanChange, expected: IfMatch, response: Response
) -> PlanView:
    await _refuse_guest(ask)
    before = await _plan(ask, plan)
    expected.refuse_unless(before.row_version)
    after = _changed(ask, before.plan, change)
    concerned = await stored.given_plan(ask.workspace, ask.tx, plan)
    await _refuse_stopping(ask, after, concerned, accepted=change.stop_in_use)
    # Others may have been faster while the workspaces were looked at; from here on they wait.
    await workspaces.hold(ask.workspace, ask.tx)
    if (await _plan(ask, plan)).row_version != before.row_version:
        raise Refused("conflict", "It has changed since you read it; read it again.")
    await stored.put(ask.workspace, ask.tx, after)
    await settle(ask, [each.workspace for each in concerned])
    shown = _shown(ask, after)
    await ask.record("plan.updated", plan, before=_noted(ask, before.plan), after=_noted(ask, after))
    set_etag(response, before.row_version + 1)
    return shown


@route(ROUTES, "GET", WORKSPACES, permission="workspace.own", summary="List the workspaces with their plans.")
async def list_workspaces(ask: Asked, *, limit: Limit = 50, cursor: Cursor = "") -> Page[WorkspaceWithPlan]:
    await _refuse_guest(ask)
    key, of = ask.program.cursor_key, f"{WORKSPACES} {ask.workspace}"
    after = read_cursor(key, of, cursor)
    rows = await stored.given(ask.workspace, ask.tx, after=after, limit=limit + 1)
    return page(key, of, rows, limit, _of)


@route(
    ROUTES,
    "GET",
    WORKSPACES + "/{workspace_id}",
    permission="workspace.own",
    summary="Read which plan a workspace has.",
)
async def read_workspace_plan(ask: Asked, workspace_id: str, response: Response) -> WorkspaceWithPlan:
    await _refuse_guest(ask)
    found = await _workspace(ask, workspace_id)
    set_etag(response, found.row_version)
    return _of(found)


@route(
    ROUTES,
    "PATCH",
    WORKSPACES + "/{workspace_id}",
    permission="workspace.own",
    summary="Give a workspace its plan.",
)
async def give_plan(
    ask: Asked, workspace_id: str, given: PlanGiven, expected: IfMatch, response: Response
) -> WorkspaceWithPlan:
    await _refuse_guest(ask)
    before = await _workspace(ask, workspace_id)
    expected.refuse_unless(before.row_version)
    plan = Plan() if given.plan == EVERYTHING else (await _plan(ask, given.plan)).plan
    await _refuse_stopping(ask, plan, [before], accepted=given.stop_in_use)
    await workspaces.hold(ask.workspace, ask.tx)
    if (await _workspace(ask, workspace_id)).row_version != before.row_version:
        raise Refused("conflict", "It has changed since you read it; read it again.")
    await stored.give(ask.workspace, ask.tx, before.workspace, given.plan)
    await settle(ask, [before.workspace])
    after = await _workspace(ask, workspace_id)
    await ask.record("plan.given", after.workspace, before={"plan": before.plan}, after={"plan": after.plan})
    set_etag(response, after.row_version)
    return _of(after)


async def is_installation_owner(ask: Ask) -> bool:
    """Whether who asks sets and gives plans."""
    return ask.actor.may("workspace.own") and await workspaces.is_default(ask.workspace, ask.tx)


async def _refuse_guest(ask: Ask) -> None:
    if not await is_installation_owner(ask):
        raise Refused("not_found", "Plans are set by the owner of the installation's own workspace.")


async def _plan(ask: Ask, name: str) -> Edited:
    if name not in EDITED:
        raise Refused("not_found", f"There is no such plan; there are: {', '.join(EDITED)}.")
    edited = await stored.edited(ask.workspace, ask.tx)
    return edited.get(name, Edited(Plan(name), 0))


async def _workspace(ask: Ask, workspace_id: str) -> Given:
    parse("ws", workspace_id)
    found = await stored.given_to(ask.workspace, ask.tx, workspace_id)
    if found is None:
        raise Refused("not_found", "There is no such workspace.")
    return found


def _changed(ask: Ask, before: Plan, change: PlanChange) -> Plan:
    known = ask.program.plan_switches
    for place, names, all_ in (("switches", change.switches, known), ("quotas", change.quotas, QUOTAS)):
        for name in names:
            if name not in all_:
                raise Refused("invalid", f"There is none of that name: {', '.join(all_)}.", field=place)
    switches = {**before.switches, **change.switches}
    chosen = {name: on for name, on in switches.items() if on is not None}
    return Plan(before.name, chosen, {**before.quotas, **change.quotas})


async def _refuse_stopping(ask: Ask, plan: Plan, concerned: Collection[Given], *, accepted: bool) -> None:
    """What is in use and would stop is said first; the unit of work begins anew meanwhile."""
    if accepted or not concerned:
        return
    named = {each.workspace: each.name for each in concerned}
    found = await ask.aside(acts.would_stop(ask.program.store, plan, named, ask.program.plan_switches))
    if found:
        stops = [
            {
                "workspace": workspace,
                "workspace_name": named[workspace],
                "id": used.id,
                "switch": used.switch,
                "name": used.name,
            }
            for workspace, some in found.items()
            for used in some
        ]
        first = stops[:MOST_STOPS]
        names = ", ".join(sorted({f"{each['workspace_name']}: {each['name']}" for each in first}))
        if more := len(stops) - len(first):
            names += f", and {more} more"
        raise Refused(
            "in_use",
            f"This would switch off what is in use: {names}. Send `stop_in_use` to go on.",
            details={"stops": first, "count": len(stops)},
        )


def _switches(ask: Ask, plan: Plan) -> dict[str, bool]:
    return {name: plan.has(name, least) for name, least in ask.program.plan_switches.items()}


def _noted(ask: Ask, plan: Plan) -> dict[str, object]:
    return _shown(ask, plan).model_dump(exclude={"name"})


def _shown(ask: Ask, plan: Plan) -> PlanView:
    quotas = {name: plan.most(name) for name in QUOTAS}
    return PlanView.model_validate({"name": plan.name, "switches": _switches(ask, plan), "quotas": quotas})


def _of(given: Given) -> WorkspaceWithPlan:
    return WorkspaceWithPlan.model_validate(
        {"id": given.workspace, "name": given.name, "is_default": given.is_default, "plan": given.plan}
    )
