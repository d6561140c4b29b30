"""`/api/v1/alerts`: what was wrong and when, seen by somebody or not; and from which figure on each kind is raised."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field, RootModel

from frontdesk.core.alerts import AlertKind, AlertSettings
from frontdesk.core.ids import parse
from frontdesk.store import alerts as stored
from frontdesk.store.alerts import Alert
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.settings_models import fields_of, merged

ROUTES: list[Route] = []
PATH = "/api/v1/alerts"
SETTINGS = "/api/v1/alert-settings"


class AlertView(BaseModel):
    id: str
    kind: AlertKind
    figure: float = Field(description="What was measured when it was raised.")
    threshold: float = Field(description="From which figure on it was raised.")
    raised_at: datetime
    over_at: datetime | None = Field(description="Null while it lasts.")
    acknowledged_at: datetime | None
    acknowledged_by: str = Field(description="Who said that they saw it, as the audit log names them.")


class AlertSettingsView(BaseModel):
    settings: AlertSettings


class AlertSettingsChange(RootModel[dict[str, object]]):
    """Merged into what is there; null sets a field back. Also as it is read, within `settings`."""

    root: Annotated[dict[str, object], Field(max_length=50)]


@route(ROUTES, "GET", PATH, permission="activity.read", summary="List alerts, the latest first.")
async def list_alerts(ask: Asked, *, limit: Limit = 50, cursor: Cursor = "") -> Page[AlertView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace}"
    rows = await stored.list_alerts(
        ask.workspace, ask.tx, before=read_cursor(key, of, cursor), limit=limit + 1
    )
    return page(key, of, rows, limit, _shown)


@route(
    ROUTES,
    "POST",
    PATH + "/{alert_id}/acknowledge",
    permission="alerts.write",
    summary="Say that an alert was seen; it stays in the list.",
)
async def acknowledge_alert(ask: Asked, alert_id: str) -> AlertView:
    found = await stored.read_alert(ask.workspace, ask.tx, parse("alert", alert_id))
    now = ask.program.clock.now()
    fresh = await stored.acknowledge(ask.workspace, ask.tx, found.id, by=ask.actor.name, at=now)
    after = await stored.read_alert(ask.workspace, ask.tx, found.id)
    if fresh:
        await ask.record("alert.acknowledged", found.id, after={"kind": found.kind})
    return _shown(after)


@route(ROUTES, "GET", SETTINGS, permission="activity.read", summary="Read when alerts are raised.")
async def read_alert_settings(ask: Asked, response: Response) -> AlertSettingsView:
    settings, version = await stored.read_settings(ask.workspace, ask.tx)
    set_etag(response, version)
    return AlertSettingsView(settings=settings)


@route(ROUTES, "PATCH", SETTINGS, permission="alerts.write", summary="Change when alerts are raised.")
async def update_alert_settings(
    ask: Asked, change: AlertSettingsChange, expected: IfMatch, response: Response
) -> AlertSettingsView:
    before, version = await stored.read_settings(ask.workspace, ask.tx, for_change=True)
    expected.refuse_unless(version)
    after = merged(AlertSettings, before.model_dump(), fields_of(change.root))
    await stored.put_settings(ask.workspace, ask.tx, after.model_dump())
    _, now = await stored.read_settings(ask.workspace, ask.tx)
    await ask.record(
        "alert.settings_changed", ask.workspace, before=before.model_dump(), after=after.model_dump()
    )
    set_etag(response, now)
    return AlertSettingsView(settings=after)


def _shown(row: Alert) -> AlertView:
    return AlertView.model_validate(row, from_attributes=True)
