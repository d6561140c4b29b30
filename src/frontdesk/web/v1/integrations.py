"""`/api/v1/integrations`: list, create, read, change, remove into the bin and out of it, test, and what was sent to one.

Secrets go in and never come out. Which integration is told of which conversations, tasks say.
"""

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.core.redacted import Redacted
from frontdesk.kit.posting import SignedPosts
from frontdesk.kit.signatures import new_secret
from frontdesk.store import integrations as stored
from frontdesk.store import webhook_secrets
from frontdesk.store.webhook_secrets import BESIDE
from frontdesk.turn.links import without_shares
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.program import Program
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.in_bin import FromBin, live
from frontdesk.web.v1.in_plan import in_plan
from frontdesk.web.v1.plugin_settings import changed, checked, keep, model_of
from frontdesk.web.v1.trials import TriedView
from frontdesk.web.v1.webhooks import Rotated

ROUTES: list[Route] = []
PATH = "/api/v1/integrations"
NEWEST = 2**62
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Status = Literal["", "waiting", "sending", "sent", "failed"]


class NewIntegration(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="The id of a plug-in that is told what happens.")
    name: Name
    settings: dict[str, object] = Field(default_factory=dict, description="As the plug-in's model says.")


class IntegrationChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    enabled: bool | None = None
    settings: dict[str, object] = Field(
        default_factory=dict, description="Merged into what is there; null takes a key away."
    )


class IntegrationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    type: str
    name: str
    enabled: bool
    settings: dict[str, object]
    secret_names: list[str] = Field(description="Settings that are set and not shown.")
    signed: bool = Field(description="Whether what is posted is signed.")
    task_ids: list[str] = Field(description="Whose conversations it is told of.")
    created_at: datetime
    deleted_at: datetime | None


class IntegrationMade(IntegrationView):
    signing_secret: str | None = Field(
        description="Signs what is posted, like a webhook's. Given now and never again; null where nothing is signed."
    )


class DeliveryView(BaseModel):
    """One webhook."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    conversation_id: str | None
    status: Literal["waiting", "sending", "sent", "failed"]
    tries: int
    detail: str = Field(
        description="How the last try ended: status and first characters of the answer, or why not."
    )
    body: str | None = Field(
        description="What was posted, shared addresses made useless; null for who may not read conversations."
    )
    created_at: datetime
    due_at: datetime = Field(description="When the next try is due, while it waits.")
    finished_at: datetime | None


@route(ROUTES, "GET", PATH, permission="integrations.read", summary="List integrations.")
async def list_integrations(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[IntegrationView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    after = read_cursor(key, of, cursor)
    rows = await stored.list_integrations(
        ask.workspace, ask.tx, after=after, limit=limit + 1, from_bin=from_bin
    )
    return page(key, of, rows, limit, IntegrationView.model_validate)


@route(ROUTES, "POST", PATH, permission="integrations.write", summary="Create an integration.", status=201)
async def create_integration(ask: Asked, given: NewIntegration, response: Response) -> IntegrationMade:
    model = model_of(ask.program.integration_types, given.type, "integration")
    settings = checked(model, given.settings, ask.program.foresee)
    await in_plan(ask, given.type)
    made = await stored.create_integration(
        ask.workspace, ask.tx, kind=given.type, name=given.name, settings=settings.plain
    )
    await keep(ask, made, settings.secrets)
    secret = Redacted(new_secret()) if issubclass(model, SignedPosts) else None
    if secret is not None:
        vault = ask.program.vault
        await webhook_secrets.keep_first(ask.workspace, ask.tx, vault, made, secret, prefix=BESIDE)
        response.headers["Cache-Control"] = "no-store"
    integration = await _reachable(ask, made)
    await ask.record("integration.created", made, after=_noted(integration))
    response.headers["Location"] = f"{PATH}/{made}"
    view = _shown(integration, response)
    return IntegrationMade(**view.model_dump(), signing_secret=None if secret is None else secret.reveal())


@route(
    ROUTES, "GET", PATH + "/{integration_id}", permission="integrations.read", summary="Read an integration."
)
async def read_integration(ask: Asked, integration_id: str, response: Response) -> IntegrationView:
    return _shown(await _reachable(ask, integration_id), response)


@route(
    ROUTES,
    "PATCH",
    PATH + "/{integration_id}",
    permission="integrations.write",
    summary="Change an integration.",
)
async def update_integration(
    ask: Asked, integration_id: str, change: IntegrationChange, expected: IfMatch, response: Response
) -> IntegrationView:
    before = live(await _reachable(ask, integration_id, for_change=True), expected.refuse_unless)
    types = ask.program.integration_types
    if change.enabled and not before.enabled:
        await in_plan(ask, before.type)
    await stored.update_integration(
        ask.workspace,
        ask.tx,
        before.id,
        name=before.name if change.name is None else change.name,
        enabled=before.enabled if change.enabled is None else change.enabled,
        settings=await changed(ask, before, types, "integration", change.settings),
    )
    after = await _reachable(ask, integration_id)
    await ask.record("integration.updated", after.id, before=_noted(before), after=_noted(after))
    return _shown(after, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{integration_id}",
    permission="integrations.write",
    summary="Put an integration that no task uses into the bin.",
    status=204,
)
async def delete_integration(ask: Asked, integration_id: str, expected: IfMatchOptional) -> None:
    found = live(await _reachable(ask, integration_id, for_change=True), expected.refuse_unless)
    await stored.put_in_bin(ask.workspace, ask.tx, found.id)
    await ask.record("integration.deleted", found.id, before=_noted(found))


@route(
    ROUTES,
    "POST",
    PATH + "/{integration_id}/restore",
    permission="integrations.write",
    summary="Take an integration out of the bin.",
)
async def restore_integration(ask: Asked, integration_id: str, response: Response) -> IntegrationView:
    found = await _reachable(ask, integration_id, for_change=True)
    if found.deleted_at is not None:
        if found.enabled:
            await in_plan(ask, found.type)
        await stored.restore_integration(ask.workspace, ask.tx, found.id)
        await ask.record("integration.restored", found.id)
    return _shown(await _reachable(ask, integration_id), response)


@route(
    ROUTES,
    "POST",
    PATH + "/{integration_id}/rotate",
    permission="integrations.write",
    summary="Replace what signs an integration's posts; for 24 hours both sign.",
)
async def rotate_integration(ask: Asked, integration_id: str, response: Response) -> Rotated:
    """One that was never signed is from now on."""
    found = live(await _reachable(ask, integration_id, for_change=True))
    if not signs(ask.program, found.type):
        raise Refused("invalid", "What this integration sends is not signed by us.")
    secret = Redacted(new_secret())
    until = await webhook_secrets.rotate(
        ask.workspace,
        ask.tx,
        ask.program.vault,
        found.id,
        secret=secret,
        now=ask.program.clock.now(),
        prefix=BESIDE,
    )
    await ask.record("integration.rotated", found.id)
    response.headers["Cache-Control"] = "no-store"
    return Rotated(secret=secret.reveal(), old_signs_until=until)


def signs(program: Program, kind: str) -> bool:
    """Whether posts of this type of integration can be signed."""
    return issubclass(program.integration_types.get(kind, BaseModel), SignedPosts)


@route(
    ROUTES,
    "POST",
    PATH + "/{integration_id}/test",
    permission="integrations.write",
    summary="Send a sample to an integration.",
)
async def try_integration(ask: Asked, integration_id: str) -> TriedView:
    found = live(await _reachable(ask, integration_id))
    tried = await ask.aside(ask.program.try_integration(ask.workspace, found.id))
    await ask.record("integration.tested", found.id, after={"ok": tried.ok})
    return TriedView.model_validate(tried)


@route(
    ROUTES,
    "GET",
    PATH + "/{integration_id}/deliveries",
    permission="integrations.read",
    summary="List what was sent to an integration, the newest first.",
)
async def list_deliveries(
    ask: Asked,
    integration_id: str,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: Annotated[Status, Query(description="Only those of this status.")] = "",
) -> Page[DeliveryView]:
    found = await _reachable(ask, integration_id)
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {found.id} {status}"
    before = read_cursor(key, of, cursor)
    rows = await stored.deliveries_to(
        ask.workspace,
        ask.tx,
        found.id,
        before=int(before) if before else NEWEST,
        status=status,
        limit=limit + 1,
        within=ask.actor.assistant_ids,
    )
    return page(key, of, rows, limit, partial(delivery_shown, ask.actor), position=lambda row: str(row.seq))


def delivery_shown(actor: Actor, row: stored.DeliveryRow) -> DeliveryView:
    """A webhook says what a conversation says, and how to read along: that is for who may read conversations."""
    body = without_shares(row.body) if actor.may("conversations.read") else None
    return DeliveryView(**{**asdict(row), "body": body, "detail": without_shares(row.detail)})


async def _reachable(ask: Ask, integration_id: str, *, for_change: bool = False) -> stored.Integration:
    return await stored.read_integration(
        ask.workspace, ask.tx, parse("intg", integration_id), for_change=for_change
    )


def _shown(found: stored.Integration, response: Response) -> IntegrationView:
    set_etag(response, found.row_version)
    return IntegrationView.model_validate(found)


def _noted(found: stored.Integration) -> dict[str, object]:
    return {
        "type": found.type,
        "name": found.name,
        "enabled": found.enabled,
        "settings": found.settings,
        "secret_names": found.secret_names,
    }
