"""`/panel/ai/services`: whose language models are asked, in which order, within what limits. Keys go in and never come out."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.hub import services
from frontdesk.hub.context import Hub
from frontdesk.hub.given_fields import MAX_MODEL, MAX_NAME, kind_of
from frontdesk.hub.services import Change
from frontdesk.ports.chat_model import TROUBLES
from frontdesk.store.ai_services import AiService, Models, ServiceLimits
from frontdesk.web.panel.fields import Field, Mistakes, again, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plugin_form import plugin_fields, plugin_mistakes, spoken
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route

ROUTES: list[Route] = []
PATH = "/panel/ai/services"
ONE = PATH + "/{service_id}"
WHOLE = ("tokens_a_day", "tokens_a_month", "tokens_a_conversation")


@dataclass(frozen=True, slots=True)
class Editing:
    """A form of a service, as `_edit.html` draws it."""

    fields: list[Field]
    version: int
    mistakes: Mistakes | None = None


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="ai",
    permission="workspace.read",
    summary="The AI services of a workspace.",
    entry="services",
    rank=2,
)
async def services_page(visit: Visit) -> Response:
    hub = visit.program.authors.hub
    found = await services.listed(hub, visit.workspace)
    whole = await services.read_limits(hub, visit.workspace)
    now = visit.program.clock.now()
    values = {
        "services": found,
        "resting": {one.id: _trouble(one) for one in found if one.rests and now < one.rests.until},
        "kinds": _kinds(visit),
        "limits": Editing(_whole_fields(visit, msgspec.to_builtins(whole)), 0),
    }
    return await visit.show("ai_services.html", values)


@opens(
    ROUTES,
    "GET",
    PATH + "/new",
    menu="ai",
    permission="workspace.write",
    summary="The form of another AI service.",
)
async def new_service_page(visit: Visit) -> Response:
    kind = visit.request.query_params.get("kind", "")
    hub = visit.program.authors.hub
    made = kind_of(hub, kind)
    editing = Editing(_fields(visit, hub, kind, None), 0)
    values = {"kind": kind, "kind_name": made.name, "editing": editing, "path": f"{PATH}/new?kind={kind}"}
    return await visit.show("ai_service_new.html", values)


@opens(ROUTES, "POST", PATH + "/new", menu="ai", permission="workspace.write", summary="Add an AI service.")
async def add_service(visit: Visit) -> Response:
    kind = visit.request.query_params.get("kind", "")
    hub = visit.program.authors.hub
    fields, sent = _fields(visit, hub, kind, None), await visit.form()
    try:
        made = await services.add(hub, visit.workspace, kind, _change(fields, sent), by=visit.actor.name)
    except MENDABLE as error:
        return await _again(visit, fields, sent, error, f"{PATH}/new?kind={kind}")
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("ai.services.added", name=made.name))


@opens(ROUTES, "GET", ONE, menu="ai", permission="workspace.read", summary="The page of an AI service.")
async def service_page(visit: Visit) -> Response:
    hub = visit.program.authors.hub
    service = await _service(visit)
    editing = Editing(_fields(visit, hub, service.kind, service), service.row_version)
    values = {
        "service": service,
        "kind_name": hub.kinds[service.kind].name if service.kind in hub.kinds else service.kind,
        "editing": editing,
        "path": f"{PATH}/{service.id}",
    }
    return await visit.show("ai_service.html", values)


@opens(ROUTES, "POST", ONE, menu="ai", permission="workspace.write", summary="Change an AI service.")
async def save_service(visit: Visit) -> Response:
    hub = visit.program.authors.hub
    service, sent = await _service(visit), await visit.form()
    fields = _fields(visit, hub, service.kind, service)
    try:
        change, seen = _change(fields, sent), _seen(sent.get("version"))
        await services.change(hub, visit.workspace, service.id, change, by=visit.actor.name, expected=seen)
    except MENDABLE as error:
        service, path = await _service(visit), f"{PATH}/{service.id}"
        fields = _fields(visit, hub, service.kind, service)
        return await _again(visit, fields, sent, error, path, version=service.row_version)
    return await visit.go(f"{PATH}/{service.id}", toast=visit.say("ai.services.saved"))


@opens(
    ROUTES, "POST", ONE + "/test", menu="ai", permission="workspace.write", summary="Try an AI service out."
)
async def test_service(visit: Visit) -> Response:
    service = await _service(visit)
    tested = await services.try_out(visit.program.authors.hub, visit.workspace, service.id)
    return await visit.show("_ai_service_test.html", {"tested": tested}, part=True)


@opens(
    ROUTES,
    "POST",
    ONE + "/switch",
    menu="ai",
    permission="workspace.write",
    summary="Switch an AI service on or off.",
)
async def switch_service(visit: Visit) -> Response:
    service = await _service(visit)
    on = visit.request.query_params.get("to") == "on"
    change = Change(enabled=on)
    await services.change(visit.program.authors.hub, visit.workspace, service.id, change, by=visit.actor.name)
    toast = visit.say("ai.services.on" if on else "ai.services.off", name=service.name)
    return await visit.go(PATH, toast=toast)


@opens(
    ROUTES,
    "POST",
    ONE + "/first",
    menu="ai",
    permission="workspace.write",
    summary="Have an AI service asked one place earlier.",
)
async def raise_service(visit: Visit) -> Response:
    service = await _service(visit)
    await services.raise_one(visit.program.authors.hub, visit.workspace, service.id, by=visit.actor.name)
    return await visit.go(PATH, toast=visit.say("ai.services.raised", name=service.name))


@opens(
    ROUTES, "POST", ONE + "/delete", menu="ai", permission="workspace.write", summary="Remove an AI service."
)
async def remove_service(visit: Visit) -> Response:
    service = await _service(visit)
    await services.remove(visit.program.authors.hub, visit.workspace, service.id, by=visit.actor.name)
    return await visit.go(PATH, toast=visit.say("ai.services.removed", name=service.name))


@opens(
    ROUTES,
    "POST",
    PATH + "/limits",
    menu="ai",
    permission="workspace.write",
    summary="Change what all AI services together may be used for.",
)
async def save_limits(visit: Visit) -> Response:
    hub, sent = visit.program.authors.hub, await visit.form()
    fields = _whole_fields(visit, {})
    try:
        wanted = {name: _count(visit, sent.get(f"limits.{name}"), f"limits.{name}") for name in WHOLE}
        await services.change_limits(hub, visit.workspace, wanted, by=visit.actor.name)
    except MENDABLE as error:
        return await _again(visit, fields, sent, error, f"{PATH}/limits")
    return await visit.go(PATH, toast=visit.say("ai.services.saved"))


async def _service(visit: Visit) -> AiService:
    service_id = parse("ais", visit.request.path_params["service_id"])
    found = await services.listed(visit.program.authors.hub, visit.workspace)
    service = next((one for one in found if one.id == service_id), None)
    if service is None:
        raise Refused("not_found", visit.say("ai.services.gone"))
    return service


async def _again(
    visit: Visit,
    fields: list[Field],
    sent: Sent,
    error: Refused | RequestValidationError | ValidationError,
    path: str,
    *,
    version: int = 0,
) -> Response:
    mistakes = plugin_mistakes(visit, error)
    shown, mistakes = again(fields, sent, mistakes, fields if mistakes.code == "conflict" else [])
    values = {"editing": Editing(shown, version, mistakes), "path": path}
    return await visit.show("_edit.html", values, status=mistakes.status, part=True)


def _kinds(visit: Visit) -> dict[str, str]:
    """What each kind of service is called, in the reader's language."""
    told = {offer.id: offer.name for offer in spoken(visit) if offer.category == "llm"}
    return {kind.id: told.get(kind.id, kind.name) for kind in visit.program.authors.hub.kinds.values()}


def _fields(visit: Visit, hub: Hub, kind: str, service: AiService | None) -> list[Field]:
    say = visit.say
    about = kind_of(hub, kind)
    name = about.name if service is None else service.name
    models = Models() if service is None else service.models
    limits = msgspec.to_builtins(ServiceLimits() if service is None else service.limits)
    uses = [use for use in ("standard", "complex", "image") if use != "image" or about.image is not None]
    return [
        Field("name", say("ai.services.name"), value=name, required=True, most_letters=MAX_NAME),
        *plugin_fields(
            visit,
            about.settings,
            {} if service is None else service.settings,
            secrets=() if service is None else service.secret_names,
        ),
        *(
            Field(
                f"models.{use}",
                say(f"ai.services.model_{use}"),
                kind="code",
                hint=say(f"ai.services.model_{use}_hint"),
                value=getattr(models, use),
                most_letters=MAX_MODEL,
            )
            for use in uses
        ),
        *(
            Field(
                f"limits.{limit}",
                say(f"ai.services.limits.{limit}"),
                kind="number",
                hint=say("ai.services.limits.none") if limit != "answer_tokens" else "",
                value=f"{number:g}" if isinstance(number, float) else str(number),
                more=True,
            )
            for limit, number in limits.items()
        ),
    ]


def _whole_fields(visit: Visit, values: Mapping[str, object]) -> list[Field]:
    hint = visit.say("ai.services.limits.none")
    return [
        Field(
            f"limits.{name}",
            visit.say(f"ai.services.limits.{name}"),
            kind="number",
            hint=hint,
            value=str(values.get(name, "")),
        )
        for name in WHOLE
    ]


def _seen(version: str) -> int:
    """The row version that the form was made from; no row has 0."""
    return int(version) if version.isascii() and version.isdecimal() else 0


def _change(fields: list[Field], sent: Sent) -> Change:
    models = {name: value or "" for name, value in given(fields, sent, prefix="models.").items()}
    limits = {
        name: _number(str(value), f"limits.{name}")
        for name, value in given(fields, sent, prefix="limits.").items()
        if value is not None
    }
    return Change(sent.get("name"), given(fields, sent), models, limits)


def _number(text: str, field: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise Refused("invalid", f"{text[:40]} is no number.", field=field) from None
    return int(number) if number.is_integer() else number


def _count(visit: Visit, text: str, field: str) -> int:
    if not text.strip().isdecimal():
        raise Refused("invalid", visit.say("ai.services.limits.wrong"), field=field)
    return int(text)


def _trouble(service: AiService) -> str:
    """Why a service is left alone."""
    if service.rests is None:
        return ""
    said = next((words for name, words in TROUBLES.items() if name == service.rests.why), service.rests.why)
    return f"{said} ({service.rests.detail})" if service.rests.detail else said
