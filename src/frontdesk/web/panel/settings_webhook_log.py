"""The log of a webhook on its page: what was sent, every attempt, and sending it again."""

from datetime import timedelta

from starlette.responses import Response

from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import webhook_deliveries as api

ROUTES: list[Route] = []
ONE = "/panel/settings/webhooks/{webhook_id}"
SHOWN = 20
STATUSES: tuple[api.Status, ...] = ("", "failed", "waiting")
AGO = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


async def log_of(visit: Visit, webhook_id: str) -> dict[str, object]:
    """What the log shows, by the query: newest first, of one status or of all."""
    query = visit.request.query_params
    status: api.Status = next((one for one in STATUSES if one == query.get("status")), "")
    cursor = query.get("cursor", "")
    async with visit.asking() as ask:
        found = await api.list_webhook_deliveries(
            ask, webhook_id, limit=SHOWN, cursor=cursor, status=status, event=""
        )
    return {
        "deliveries": found.data,
        "status": status,
        "earlier": found.next_cursor or "",
        "is_first": not cursor,
        "ago": tuple(AGO),
    }


@opens(
    ROUTES,
    "GET",
    ONE + "/log",
    menu="settings",
    permission="webhooks.read",
    summary="What was sent to a webhook.",
)
async def settings_webhook_log(visit: Visit) -> Response:
    webhook_id = visit.request.path_params["webhook_id"]
    values = {"path": ONE.format(webhook_id=webhook_id), **await log_of(visit, webhook_id)}
    return await visit.show("_webhook_log.html", values, part=True)


@opens(
    ROUTES,
    "GET",
    ONE + "/deliveries/{delivery_id}",
    menu="settings",
    permission="webhooks.read",
    summary="One delivery with its attempts.",
)
async def settings_webhook_delivery(visit: Visit) -> Response:
    parameters = visit.request.path_params
    async with visit.asking() as ask:
        found = await api.read_webhook_delivery(ask, parameters["webhook_id"], parameters["delivery_id"])
    values = {"one": found, "path": ONE.format(webhook_id=parameters["webhook_id"])}
    return await visit.show("settings_webhook_delivery.html", values)


@opens(
    ROUTES,
    "POST",
    ONE + "/deliveries/{delivery_id}/replay",
    menu="settings",
    permission="webhooks.write",
    summary="Send a delivery once more, by the form.",
)
async def settings_webhook_again(visit: Visit) -> Response:
    parameters = visit.request.path_params
    path = ONE.format(webhook_id=parameters["webhook_id"])
    async with visit.asking() as ask:
        await api.replay_webhook_delivery(ask, parameters["webhook_id"], parameters["delivery_id"])
    return await visit.go(
        f"{path}/deliveries/{parameters['delivery_id']}", toast=visit.say("webhooks.sent_again", 1)
    )


@opens(
    ROUTES,
    "POST",
    ONE + "/replay",
    menu="settings",
    permission="webhooks.write",
    summary="Send what failed once more, by the form.",
)
async def settings_webhook_replay(visit: Visit) -> Response:
    webhook_id = visit.request.path_params["webhook_id"]
    ago = AGO.get((await visit.form()).get("ago"), AGO["day"])
    wanted = api.ReplayWanted(since=visit.program.clock.now() - ago)
    async with visit.asking() as ask:
        done = await api.replay_webhook(ask, webhook_id, wanted)
    return await visit.go(
        ONE.format(webhook_id=webhook_id), toast=visit.say("webhooks.sent_again", done.count)
    )
