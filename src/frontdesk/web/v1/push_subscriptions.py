"""`/api/v1/me/push-subscriptions`: the browsers in which one is told what waits, also while no page of ours is open.

For signed-in people, not keys: a browser is theirs for as long as the session lasts in which they turned it on.
"""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.access import throttling
from frontdesk.core.errors import Bug, Refused, Unavailable
from frontdesk.core.ids import parse
from frontdesk.desk import devices
from frontdesk.desk.push_sending import PushSending
from frontdesk.store import push_subscriptions
from frontdesk.store.push_subscriptions import NewDevice, Subscribed
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1 import me

ROUTES: list[Route] = []
PATH = me.PATH + "/push-subscriptions"
NEW_KEY = "/api/v1/workspace/push-key"
MOST_ENDPOINT = 1000


class PushKeys(BaseModel):
    """What a browser seals and proves with, as its `toJSON` says it."""

    model_config = ConfigDict(extra="forbid")

    p256dh: Annotated[str, StringConstraints(max_length=200)]
    auth: Annotated[str, StringConstraints(max_length=100)]


class NewPushSubscription(BaseModel):
    """A `PushSubscription` as the browser's `toJSON` writes it."""

    model_config = ConfigDict(extra="forbid")

    endpoint: Annotated[str, StringConstraints(max_length=MOST_ENDPOINT)] = Field(
        description="https, on a public host."
    )
    keys: PushKeys
    expiration_time: float | None = Field(
        default=None, alias="expirationTime", description="Not used: the push service says when it is over."
    )
    renews: str | None = Field(
        default=None,
        max_length=64,
        description="The id that the browser had: it says by itself that it is still there, and is refused if it was "
        "removed. Left out when somebody turns notices on.",
    )


class PushSubscriptionView(BaseModel):
    id: str
    browser: str = Field(description="What it calls itself.")
    push_service: str = Field(description="The host that notices go to; the rest of the address is a secret.")
    created_at: datetime
    last_ok_at: datetime | None = Field(description="When it last took a notice.")
    failures: int = Field(description="Tries that failed since then.")
    is_current: bool = Field(description="Whether it was turned on in the session that asks.")


class PushSubscriptionList(BaseModel):
    data: list[PushSubscriptionView]


class PushKey(BaseModel):
    public_key: str = Field(description="The `applicationServerKey` to subscribe with.")


class PushTried(BaseModel):
    """What the push service said."""

    ok: bool
    detail: str
    is_gone: bool = Field(description="Whether the browser was removed, because it wants no more notices.")


@route(ROUTES, "GET", PATH, permission="account.self", summary="The browsers in which one is sent notices.")
async def list_push_subscriptions(ask: Asked) -> PushSubscriptionList:
    account = await me.own_account(ask)
    found = await push_subscriptions.own(ask.workspace, ask.tx, account.id)
    return PushSubscriptionList(data=[_view(ask, one) for one in found])


@route(
    ROUTES,
    "GET",
    PATH + "/key",
    permission="account.self",
    summary="The key to turn notices on with; made when it is first asked for.",
)
async def read_push_key(ask: Asked) -> PushKey:
    await me.own_account(ask)
    return PushKey(public_key=await devices.public_key(ask.workspace, ask.tx, sending_of(ask).pushing))


class PushKeyMade(BaseModel):
    ended: int = Field(
        description="How many browsers were sent notices until now, and have to be turned on again."
    )


@route(
    ROUTES,
    "POST",
    NEW_KEY,
    permission="workspace.write",
    summary="Make a new key that signs notices; every browser has to be turned on again.",
)
async def make_push_key(ask: Asked) -> PushKeyMade:
    ended = await devices.new_key(ask.workspace, ask.tx, sending_of(ask).pushing)
    await ask.record("workspace.push_key_made", ask.workspace, after={"ended": ended})
    return PushKeyMade(ended=ended)


@route(
    ROUTES,
    "POST",
    PATH,
    permission="account.self",
    status=201,
    summary="Be sent notices in this browser, until one signs out of it.",
    responses={200: {"model": PushSubscriptionView, "description": "It is sent notices already."}},
)
async def add_push_subscription(
    ask: Asked, given: NewPushSubscription, response: Response
) -> PushSubscriptionView:
    account = await me.own_account(ask)
    if given.renews and await push_subscriptions.is_removed(ask.workspace, ask.tx, given.renews):
        raise Refused("not_found", "This device was removed: turn notices on in it again.", field="renews")
    before = {one.id for one in await push_subscriptions.own(ask.workspace, ask.tx, account.id)}
    keys = given.keys
    new = NewDevice(account.id, ask.session_id, given.endpoint, keys.p256dh, keys.auth)
    made = await devices.turn_on(ask.workspace, ask.tx, sending_of(ask).pushing, new)
    stored = await push_subscriptions.one(ask.workspace, ask.tx, account.id, made)
    if stored is None:
        raise Bug("a device that was just kept is not there")
    if made in before:
        response.status_code = 200
    else:
        host = urlsplit(given.endpoint).hostname
        await ask.record("account.push_on", account.id, after={"id": made, "push_service": host})
    return _view(ask, stored)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{push_id}",
    permission="account.self",
    status=204,
    summary="Send no more notices to a browser.",
)
async def remove_push_subscription(ask: Asked, push_id: str) -> None:
    account = await me.own_account(ask)
    if not await push_subscriptions.remove(ask.workspace, ask.tx, account.id, parse("push", push_id)):
        raise _unknown()
    await ask.record("account.push_off", account.id, before={"id": push_id})


@route(
    ROUTES,
    "POST",
    PATH + "/{push_id}/test",
    permission="account.self",
    summary="Send a test notice to a browser now.",
)
async def try_push_subscription(ask: Asked, push_id: str) -> PushTried:
    account = await me.own_account(ask)
    sending = sending_of(ask)
    # What is sent goes to an address that somebody else may have.
    await throttling.count(ask.program.door, throttling.of_push_tests(account.id))
    tried = await ask.aside(sending.try_out(ask.workspace, account.id, parse("push", push_id)))
    if tried is None:
        raise _unknown()
    return PushTried(ok=tried.sent.ok, detail=tried.sent.detail, is_gone=tried.is_gone)


def sending_of(ask: Ask) -> PushSending:
    if ask.program.pushing is None:
        raise Unavailable("This installation sends no notices to browsers.")
    return ask.program.pushing


def _unknown() -> Refused:
    return Refused("not_found", "There is no such device.")


def _view(ask: Ask, one: Subscribed) -> PushSubscriptionView:
    return PushSubscriptionView(
        id=one.id,
        browser=one.browser,
        push_service=urlsplit(one.endpoint).hostname or "",
        created_at=one.created_at,
        last_ok_at=one.last_ok_at,
        failures=one.failures,
        is_current=one.session_id == ask.session_id,
    )
