"""AI services of a workspace: added, changed, tried out, put in order, taken away. Keys go in and never come out.

Called by commands and by the API. Every change is in the audit log, without what is secret.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AiServiceId, WorkspaceId
from frontdesk.hub import asking, given_fields
from frontdesk.hub.context import Hub
from frontdesk.ports.chat_model import TROUBLES, ChatMessage, ChatRequest, Checked, Failed
from frontdesk.store import ai_services, audit, plans, workspaces
from frontdesk.store.ai_services import AiService, Models, NewService, ServiceLimits, WorkspaceLimits
from frontdesk.store.secrets import delete_secrets, put_secrets
from frontdesk.store.tx import Tx

MOST_SERVICES = 20
TRIAL = "Reply with the single word: ready"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; None leaves it. `settings`: a None in it takes a setting back to its default."""

    name: str | None = None
    settings: Mapping[str, object] | None = None
    models: Mapping[str, object] | None = None
    limits: Mapping[str, object] | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """One thing that was tried: `what` is `connection` or a model's name."""

    what: str
    ok: bool
    detail: str
    took_ms: int


async def listed(hub: Hub, workspace: WorkspaceId) -> list[AiService]:
    """In the order in which they are asked."""
    async with hub.store.unit_of_work(workspace) as tx:
        return await ai_services.list_services(workspace, tx)


async def add(hub: Hub, workspace: WorkspaceId, kind: str, given: Change, *, by: str) -> AiService:
    """A service, the last in the order.

    Raises:
        Refused: There is no such kind, something of what is given cannot be, or the plan has no room.
    """
    service_kind = given_fields.kind_of(hub, kind)
    settings = given_fields.settings_of(hub, service_kind.settings, given.settings or {})
    new = NewService(
        kind,
        given_fields.name_of(given.name or service_kind.id),
        settings.plain,
        given_fields.models_of(Models(), given.models),
        given_fields.limits_of(ServiceLimits(), given.limits),
    )
    async with hub.store.unit_of_work(workspace) as tx:
        await plans.hold_to(workspace, tx, "ai_services")
        if len(await ai_services.list_services(workspace, tx)) >= MOST_SERVICES:
            raise Refused("invalid", f"A workspace has at most {MOST_SERVICES} AI services.")
        service_id = await ai_services.create_service(workspace, tx, new)
        await put_secrets(workspace, tx, hub.vault, service_id, settings.secrets)
        made = await ai_services.read_service(workspace, tx, service_id)
        await _record(hub, workspace, tx, _Done(by, "ai_service.added", made, after=made))
    return made


async def change(
    hub: Hub, workspace: WorkspaceId, wanted: str, given: Change, *, by: str, expected: int | None = None
) -> AiService:
    """The service with this id or name, changed; the next question has it.

    Args:
        expected: The row version that the change was made from; None for any.

    Raises:
        Refused: There is none, something of what is given cannot be, or somebody else changed it meanwhile.
    """
    async with hub.store.unit_of_work(workspace) as tx:
        before = await ai_services.read_service(workspace, tx, wanted, for_change=True)
        if expected is not None and expected != before.row_version:
            raise Refused("conflict", "The service was changed since you read it; read it again.")
        now = replace(
            before,
            name=before.name if given.name is None else given_fields.name_of(given.name),
            models=given_fields.models_of(before.models, given.models),
            limits=given_fields.limits_of(before.limits, given.limits),
            enabled=before.enabled if given.enabled is None else given.enabled,
        )
        if given.settings is not None:
            now = await _with_settings(hub, workspace, tx, now, given.settings)
        await ai_services.update_service(workspace, tx, now)
        after = await ai_services.read_service(workspace, tx, before.id)
        await _record(hub, workspace, tx, _Done(by, "ai_service.changed", after, before, after))
    return after


async def _with_settings(
    hub: Hub, workspace: WorkspaceId, tx: Tx, service: AiService, given: Mapping[str, object]
) -> AiService:
    stored = await asking.revealed_in(hub, workspace, tx, service)
    whole = {name: value for name, value in {**stored, **given}.items() if value is not None}
    kind = given_fields.kind_of(hub, service.kind).settings
    settings = given_fields.settings_of(hub, kind, whole)
    kept = [name for name in service.secret_names if name not in given]
    if kept and given_fields.places(kind, service.settings) != given_fields.places(kind, settings.plain):
        raise Refused(
            "invalid",
            "The address is that of another server: give the key again. A stored key is sent to no other.",
            field=f"settings.{kept[0]}",
        )
    gone = set(service.secret_names) - settings.secrets.keys()
    await delete_secrets(workspace, tx, service.id, sorted(gone))
    await put_secrets(workspace, tx, hub.vault, service.id, settings.secrets)
    return replace(service, settings=settings.plain)


async def remove(hub: Hub, workspace: WorkspaceId, wanted: str, *, by: str) -> AiService:
    """The service and its key are gone; what it was used for stays in the report.

    Raises:
        Refused: There is none.
    """
    async with hub.store.unit_of_work(workspace) as tx:
        service = await ai_services.read_service(workspace, tx, wanted, for_change=True)
        await ai_services.delete_service(workspace, tx, service.id)
        await _record(hub, workspace, tx, _Done(by, "ai_service.removed", service, before=service))
    return service


async def put_in_order(hub: Hub, workspace: WorkspaceId, wanted: Sequence[str], *, by: str) -> None:
    """The services named are asked first, in this order; the others behind them, as they were.

    Raises:
        Refused: One of them is not there.
    """
    async with hub.store.unit_of_work(workspace) as tx:
        there = await _hold_order(workspace, tx)
        by_name = {known: service.id for service in there for known in (service.name, service.id)}
        if missing := [name for name in wanted if name not in by_name]:
            named = ", ".join(service.name for service in there) or "none yet"
            raise Refused(
                "not_found", f"There is no such AI service: {', '.join(missing)}. There are: {named}."
            )
        first = [by_name[name] for name in wanted]
        rest = [service.id for service in there if service.id not in first]
        await _order(hub, workspace, tx, [*dict.fromkeys(first), *rest], by=by)


async def raise_one(hub: Hub, workspace: WorkspaceId, wanted: AiServiceId, *, by: str) -> None:
    """The service is asked one place earlier than by now, whoever else moves services meanwhile.

    Raises:
        Refused: It is not there.
    """
    async with hub.store.unit_of_work(workspace) as tx:
        order = [service.id for service in await _hold_order(workspace, tx)]
        if wanted not in order:
            raise Refused("not_found", "There is no such AI service.")
        place = order.index(wanted)
        if place:
            order[place - 1], order[place] = order[place], order[place - 1]
            await _order(hub, workspace, tx, order, by=by)


async def _hold_order(workspace: WorkspaceId, tx: Tx) -> list[AiService]:
    """The services in their order, which nobody else changes until the transaction ends."""
    await workspaces.hold(workspace, tx)
    return await ai_services.list_services(workspace, tx)


async def _order(hub: Hub, workspace: WorkspaceId, tx: Tx, order: list[AiServiceId], *, by: str) -> None:
    await ai_services.put_in_order(workspace, tx, order)
    entry = audit.Entry(hub.clock.now(), by, "ai_service.ordered", workspace, after={"order": order})
    await audit.append(workspace, tx, entry)


async def read_limits(hub: Hub, workspace: WorkspaceId) -> WorkspaceLimits:
    async with hub.store.unit_of_work(workspace) as tx:
        return await ai_services.read_limits(workspace, tx)


async def change_limits(
    hub: Hub, workspace: WorkspaceId, given: Mapping[str, object], *, by: str
) -> WorkspaceLimits:
    """The limits of the workspace, those given changed.

    Raises:
        Refused: One of them cannot be.
    """
    async with hub.store.unit_of_work(workspace) as tx:
        before = await ai_services.read_limits(workspace, tx)
        after = given_fields.converted("limits", WorkspaceLimits, before, given)
        given_fields.check_counts("limits", msgspec.to_builtins(after))
        await ai_services.put_limits(workspace, tx, after)
        told = msgspec.to_builtins(before), msgspec.to_builtins(after)
        entry = audit.Entry(hub.clock.now(), by, "ai_limits.changed", workspace, *told)
        await audit.append(workspace, tx, entry)
    return after


async def try_out(hub: Hub, workspace: WorkspaceId, wanted: str) -> list[Tested]:
    """Whether the address and the key are right, then whether each model answers one small question. S004-204

    Raises:
        Refused: There is no such service.
    """
    async with hub.store.unit_of_work(workspace) as tx:
        service = await ai_services.read_service(workspace, tx, wanted)
    started = time.monotonic()
    checked = await _check(hub, workspace, service)
    took_ms = round((time.monotonic() - started) * 1000)
    if isinstance(checked, Failed):
        return [Tested("connection", ok=False, detail=_told(checked), took_ms=took_ms)]
    many = len(checked.models)
    known = f"it has {many:,} {'model' if many == 1 else 'models'}" if many else "it answers"
    found = [Tested("connection", ok=True, detail=known, took_ms=took_ms)]
    models = dict.fromkeys(model for model in (service.models.standard, service.models.complex) if model)
    found += [await _try_model(hub, workspace, service, model) for model in models]
    return [*found, *_tried_image(service.models.image, checked)]


def _tried_image(model: str, checked: Checked) -> list[Tested]:
    """A picture costs more than a word, so the list of models is asked instead."""
    if not model:
        return []
    if not checked.models:
        return [
            Tested(
                model, ok=True, detail="the service does not list its models; nothing was drawn", took_ms=0
            )
        ]
    if model not in checked.models:
        return [Tested(model, ok=False, detail="it is not among the models of the service", took_ms=0)]
    return [
        Tested(model, ok=True, detail="it is among the models of the service; nothing was drawn", took_ms=0)
    ]


async def connection(hub: Hub, workspace: WorkspaceId, service: AiService) -> str:
    """What is wrong with the service's address or key, in words; empty when it answers."""
    checked = await _check(hub, workspace, service)
    return _told(checked) if isinstance(checked, Failed) else ""


async def _check(hub: Hub, workspace: WorkspaceId, service: AiService) -> Checked | Failed:
    if service.kind not in hub.kinds:
        return Failed("misconfigured", "its plug-in is not installed")
    return await hub.kinds[service.kind].chat.check(await asking.revealed(hub, workspace, service))


async def _try_model(hub: Hub, workspace: WorkspaceId, service: AiService, model: str) -> Tested:
    request = ChatRequest(
        model,
        (ChatMessage("system", "You are being tested."), ChatMessage("customer", TRIAL)),
        max_tokens=min(200, service.limits.answer_tokens),
        timeout_s=hub.settings.within_s,
        idle_s=hub.settings.within_s,
    )
    started = time.monotonic()
    came = await asking.try_out(hub, asking.Whose(workspace, "test"), request, service)
    took_ms = round((time.monotonic() - started) * 1000)
    if isinstance(came, Failed):
        return Tested(model, ok=False, detail=_told(came), took_ms=took_ms)
    return Tested(model, ok=True, detail=f"it answered: {came.text.strip()[:60]!r}", took_ms=took_ms)


def _told(failed: Failed) -> str:
    return f"{TROUBLES[failed.trouble]} ({failed.detail})" if failed.detail else TROUBLES[failed.trouble]


@dataclass(frozen=True, slots=True)
class _Done:
    """What is written into the audit log: who has done what to which service, and its former and present form."""

    by: str
    action: str
    service: AiService
    before: AiService | None = None
    after: AiService | None = None


async def _record(hub: Hub, workspace: WorkspaceId, tx: Tx, done: _Done) -> None:
    entry = audit.Entry(
        hub.clock.now(), done.by, done.action, done.service.id, _shown(done.before), _shown(done.after)
    )
    await audit.append(workspace, tx, entry)


def _shown(service: AiService | None) -> dict[str, object] | None:
    if service is None:
        return None
    return {
        "kind": service.kind,
        "name": service.name,
        "settings": service.settings,
        "models": msgspec.to_builtins(service.models),
        "limits": msgspec.to_builtins(service.limits),
        "enabled": service.enabled,
    }
