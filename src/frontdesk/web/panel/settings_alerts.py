"""`/panel/settings/activity/alerts`: what was wrong and when, and from which figure on it is told; done by `/api/v1/alerts`."""

from typing import get_args

from starlette.responses import Response

from frontdesk.core.permission import Role
from frontdesk.insight.alerting import written
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Field, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.people import names
from frontdesk.web.panel.settings_activity import PATH as LOG
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import alerts as api

ROUTES: list[Route] = []
PATH = LOG + "/alerts"
A_PAGE = 30
ROLE = "role."
LIMITS = ("keys", "requests", "backlog", "volume", "volume_least", "sign_ins", "disk")


@opens(ROUTES, "GET", PATH, menu="settings", permission="activity.read", summary="The page of alerts.")
async def settings_alerts_page(visit: Visit) -> Response:
    cursor = visit.request.query_params.get("cursor", "")
    async with visit.asking() as ask:
        found = await api.list_alerts(ask, limit=A_PAGE, cursor=cursor)
        named = await names(visit, visit.workspace, ask.tx)
    values = {
        "rows": found.data,
        "earlier": found.next_cursor or "",
        "named": named,
        "figure": written,
        "editing": await _editing(visit),
        "log": LOG,
        "path": PATH,
    }
    return await visit.show("settings_alerts.html", values)


@opens(
    ROUTES,
    "POST",
    PATH,
    menu="settings",
    permission="alerts.write",
    summary="Save when alerts are raised, by the form.",
)
async def settings_alerts_save(visit: Visit) -> Response:
    async def save(fields: list[Field], sent: Sent) -> None:
        wanted = {
            name: value for name, value in given(fields, sent, prefix="").items() if not name.startswith(ROLE)
        }
        wanted["roles"] = [role for role in get_args(Role) if sent.get(ROLE + role) == "on"]
        change = api.AlertSettingsChange.model_validate(wanted)
        async with visit.asking() as ask:
            await api.update_alert_settings(ask, change, expected(sent.get("version")), Response())

    return await saved(visit, await _editing(visit), save, path=PATH)


@opens(
    ROUTES,
    "POST",
    PATH + "/{alert_id}/acknowledge",
    menu="settings",
    permission="alerts.write",
    summary="Say that an alert was seen, by the page.",
)
async def settings_alert_seen(visit: Visit) -> Response:
    async with visit.asking() as ask:
        await api.acknowledge_alert(ask, visit.request.path_params["alert_id"])
    return await visit.go(PATH, toast=visit.say("activity.alerts.done"))


async def _editing(visit: Visit) -> Editing:
    answer = Response()
    async with visit.asking() as ask:
        found = (await api.read_alert_settings(ask, answer)).settings
    numbers = [
        Field(
            name,
            visit.say(f"activity.alerts.limits.{name}"),
            kind="number",
            value=written(float(getattr(found, name))),
            required=True,
            group=visit.say(f"activity.alerts.kinds.{name.removesuffix('_least')}"),
        )
        for name in LIMITS
    ]
    roles = [
        Field(
            ROLE + role,
            visit.say(f"roles.{role}"),
            kind="switch",
            value=role in found.roles,
            group=visit.say("activity.alerts.roles"),
        )
        for role in get_args(Role)
    ]
    return Editing([*numbers, *roles], version_of(answer))
