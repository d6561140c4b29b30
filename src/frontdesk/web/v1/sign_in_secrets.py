"""`/api/v1/channels/{id}/sign-in-secret`: what pages prove with who of their visitors is signed in: made, replaced, removed.

The secret is in the answer that makes it and in no other. What is proved with it is judged by `web/widget/identity.py`.
"""

import secrets
from datetime import datetime

from fastapi import Response
from pydantic import BaseModel, Field

from frontdesk.core.errors import Refused
from frontdesk.core.redacted import Redacted
from frontdesk.store import channels as stored
from frontdesk.store import visitors, webhook_secrets
from frontdesk.store.secrets import delete_secrets, list_secrets
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.channels import PATH, reachable_channel
from frontdesk.web.v1.in_bin import live
from frontdesk.web.widget.gate import TYPE

ROUTES: list[Route] = []
ONE = PATH + "/{channel_id}/sign-in-secret"
PREFIX = "fdsign_"
SECRET_BYTES = 32


class SignInSecret(BaseModel):
    secret: str = Field(description="Signs tokens with HS256, and hashes. Given now and never again.")
    old_counts_until: datetime | None = Field(description="Until when the one before counts as well.")


@route(
    ROUTES,
    "POST",
    ONE,
    permission="channels.write",
    summary="Make the secret that proves who is signed in, or replace it; for 24 hours both count.",
    status=201,
)
async def make_sign_in_secret(ask: Asked, channel_id: str, response: Response) -> SignInSecret:
    found = await _with_visitors(ask, channel_id)
    secret = Redacted(PREFIX + secrets.token_urlsafe(SECRET_BYTES))
    until = await webhook_secrets.rotate(
        ask.workspace,
        ask.tx,
        ask.program.vault,
        found.id,
        secret=secret,
        now=ask.program.clock.now(),
        prefix=webhook_secrets.VISITORS,
    )
    await ask.record("channel.sign_in_secret_made", found.id)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"{PATH}/{found.id}"
    return SignInSecret(secret=secret.reveal(), old_counts_until=until)


@route(
    ROUTES,
    "DELETE",
    ONE,
    permission="channels.write",
    summary="Remove the secret that proves who is signed in; whoever is signed in is so no more.",
    status=204,
)
async def remove_sign_in_secret(ask: Asked, channel_id: str) -> None:
    found = await _with_visitors(ask, channel_id)
    every = [one.name for one in await list_secrets(ask.workspace, ask.tx, found.id)]
    ours = [name for name in every if name.startswith(webhook_secrets.VISITORS)]
    await delete_secrets(ask.workspace, ask.tx, found.id, ours)
    await visitors.sign_out(ask.workspace, ask.tx, found.id)
    await ask.record("channel.sign_in_secret_removed", found.id)


async def _with_visitors(ask: Ask, channel_id: str) -> stored.Channel:
    """The channel, where it is one whose visitors can be signed in."""
    found = live(await reachable_channel(ask, channel_id, for_change=True))
    if found.type != TYPE:
        raise Refused("invalid", "Visitors are signed in on channels of the type Site widget alone.")
    return found
