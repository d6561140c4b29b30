"""`/panel/channels/{id}/sign-in-secret`: the secret with which pages prove who is signed in, shown by what made it alone."""

from starlette.responses import Response

from frontdesk.web.panel.channels import PATH
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import channels, sign_in_secrets

ROUTES: list[Route] = []
ONE = PATH + "/{channel_id}/sign-in-secret"


@opens(
    ROUTES,
    "POST",
    ONE,
    menu="channels",
    permission="channels.write",
    summary="Make or replace the secret of signed-in visitors.",
)
async def make_channel_sign_in_secret(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await channels.read_channel(ask, visit.request.path_params["channel_id"], Response())
        made = await sign_in_secrets.make_sign_in_secret(ask, found.id, Response())
    values = {"secret": made.secret, "name": found.name, "path": f"{PATH}/{found.id}", "above": PATH}
    template = "_sign_in_made.html" if visit.is_part else "sign_in_made.html"
    return await visit.show(template, values, part=visit.is_part)


@opens(
    ROUTES,
    "POST",
    ONE + "/remove",
    menu="channels",
    permission="channels.write",
    summary="Remove the secret of signed-in visitors.",
)
async def remove_channel_sign_in_secret(visit: Visit) -> Response:
    channel_id = visit.request.path_params["channel_id"]
    async with visit.asking() as ask:
        await sign_in_secrets.remove_sign_in_secret(ask, channel_id)
    return await visit.go(f"{PATH}/{channel_id}", toast=visit.say("channels.sign_in_removed"))
