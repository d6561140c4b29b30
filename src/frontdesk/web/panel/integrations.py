"""`/panel/integrations`: what needs attention, what is connected and how it does, what can be connected; and adding one.

What is done here is done by the endpoints of `/api/v1/integrations`.
"""

from dataclasses import dataclass

from starlette.responses import Response

from frontdesk.store import integrations as stored
from frontdesk.store.integration_health import LOOKED_AT, Health, health_of_all
from frontdesk.store.tx import Tx
from frontdesk.web.panel import own_system
from frontdesk.web.panel.fields import Field, Mistakes, again
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plan_said import Seen, seen
from frontdesk.web.panel.plugin_form import chosen_of, own_fields, plugin_fields, refused, spoken, wanted
from frontdesk.web.panel.secret_shown import secret_shown
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.program import Offer
from frontdesk.web.route import Route
from frontdesk.web.v1 import integrations as api

ROUTES: list[Route] = []
PATH = "/panel/integrations"
NEW = f"{PATH}/new"
MOST = 500


@dataclass(frozen=True, slots=True)
class Connected:
    """An integration as a row. `state`: stopped (by `plan`), off, failing, retrying, works, silent. `sent`: lately; None for very many."""

    integration: stored.Integration
    kind: str
    used_for: str
    health: Health
    state: str
    sent: int | None
    plan: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of the catalogue; `path` leads to its page, or to the form that makes one. `lacks`: the plan has none."""

    name: str
    summary: str
    path: str
    makes_one: bool
    permission: str
    lacks: bool = False


@opens(
    ROUTES, "GET", PATH, menu="integrations", permission="integrations.read", summary="The page Integrations."
)
async def integrations_page(visit: Visit) -> Response:
    return await _page(visit, None, 200)


async def _page(visit: Visit, adding: dict[str, object] | None, status: int) -> Response:
    async with visit.work() as tx:
        found = await stored.list_integrations(visit.workspace, tx, after="", limit=MOST)
        health = await health_of_all(visit.workspace, tx, visit.program.clock.now())
        plan = await plan_of_integrations(visit, tx)
    rows = [connected(visit, one, health.get(one.id, Health()), plan) for one in found]
    values = {
        "plan": plan,
        "rows": rows,
        "attention": [row for row in rows if row.state == "failing"],
        "catalogue": _catalogue(visit, plan),
        "adding": adding,
    }
    return await visit.show("integrations.html", values, status=status)


async def plan_of_integrations(visit: Visit, tx: Tx) -> Seen:
    """What the plan has to do with integrations."""
    types = [offer.id for offer in kinds(visit)]
    return await seen(visit.program, visit.workspace, tx, types, visit.viewer.language)


def connected(visit: Visit, found: stored.Integration, health: Health, plan: Seen) -> Connected:
    offer = next((one for one in kinds(visit) if one.id == found.type), None)
    return Connected(
        found,
        offer.name if offer else found.type,
        _used_for(visit, found, offer),
        health,
        health.state if found.enabled else "stopped" if found.id in plan.stopped else "off",
        None if health.sent >= LOOKED_AT else health.sent,
        plan.name,
    )


def _used_for(visit: Visit, found: stored.Integration, offer: Offer | None) -> str:
    """The chosen value of the first list to fold out in its settings, such as the type of webhook."""
    if offer is None or offer.settings is None:
        return ""
    fields = plugin_fields(visit, offer.settings, found.settings)
    chosen = (
        one for field in fields if field.kind == "select" for one in field.choices if one.value == field.value
    )
    return next((one.label for one in chosen), "")


def kinds(visit: Visit) -> list[Offer]:
    """Every type of integration, in the order in which people choose."""
    return [offer for offer in spoken(visit) if offer.id in visit.program.integration_types]


def _catalogue(visit: Visit, plan: Seen) -> list[tuple[str, list[Shown]]]:
    """What can be connected, by category."""
    makes = [
        Shown(
            offer.name,
            offer.summary,
            f"{NEW}?type={offer.id}",
            makes_one=True,
            permission="integrations.write",
            lacks=offer.id in plan.lacks,
        )
        for offer in kinds(visit)
    ]
    own = [
        Shown(
            visit.say("integrations.api_rest"),
            visit.say("integrations.api_rest_line"),
            own_system.API_REST,
            makes_one=False,
            permission="integrations.read",
        )
    ]
    desks = [
        Shown(
            "4biz",
            visit.say("integrations.fourbiz_summary"),
            own_system.PARAMETERS,
            makes_one=False,
            permission="integrations.read",
        )
    ]
    return [("own", [*makes, *own]), ("desk", desks)]


# --- adding one


@opens(
    ROUTES,
    "GET",
    NEW,
    menu="integrations",
    permission="integrations.write",
    summary="The form that makes an integration.",
)
async def new_integration(visit: Visit) -> Response:
    """The type that was chosen decides on the fields; what was typed so far comes along."""
    sent = Sent(visit.request.query_params.multi_items())
    fields = _new_fields(visit, sent.get("type"))
    fields, _ = again(fields, sent, Mistakes({})) if "name" in sent else (fields, None)
    return await _adding(visit, fields, None, 200)


@opens(
    ROUTES,
    "POST",
    NEW,
    menu="integrations",
    permission="integrations.write",
    summary="Make an integration.",
)
async def add_integration(visit: Visit) -> Response:
    sent = await visit.form()
    fields = _new_fields(visit, sent.get("type"))
    try:
        new = api.NewIntegration.model_validate(wanted(fields, sent))
        async with visit.asking() as ask:
            made = await api.create_integration(ask, new, Response())
    except MENDABLE as error:
        chosen = chosen_of(kinds(visit), sent.get("type"))
        fields, mistakes = refused(visit, fields, sent, chosen, error)
        return await _adding(visit, fields, mistakes, mistakes.status)
    if made.signing_secret is not None:
        above = (visit.say("nav.integrations"), PATH)
        path = f"{PATH}/{made.id}"
        return await secret_shown(visit, made.name, made.signing_secret, path=path, above=above)
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("integrations.added", name=made.name))


def _new_fields(visit: Visit, wanted_type: str) -> list[Field]:
    offers = kinds(visit)
    return own_fields(visit, offers, chosen_of(offers, wanted_type), "integrations")


async def _adding(visit: Visit, fields: list[Field], mistakes: Mistakes | None, status: int) -> Response:
    adding: dict[str, object] = {"fields": fields, "mistakes": mistakes}
    if visit.is_part:
        async with visit.work() as tx:
            values = {"adding": adding, "plan": await plan_of_integrations(visit, tx)}
        return await visit.show("_integration_new.html", values, status=status, part=True)
    return await _page(visit, adding, status)
