"""The browsers of one person that are sent notices, and the key by which push services know the workspace.

The key is made when somebody first turns a device on, once for the workspace, and kept sealed. Under another master key it
cannot be opened and stays: a browser takes notices of the key it was given alone, and the right master key may come back.
Where it does not, an administrator has a new one made.
Called by `web/v1`.
"""

from urllib.parse import urlsplit

from frontdesk.core.errors import Bug, Refused, Unavailable
from frontdesk.core.ids import PushId, WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.ports.pusher import Device
from frontdesk.store import push_subscriptions, workspaces
from frontdesk.store.push_subscriptions import MOST, NewDevice
from frontdesk.store.secrets import list_secrets, put_secrets, reveal_secrets
from frontdesk.store.tx import Tx
from frontdesk.turn.pushes import KEY, OWNER, Pushing

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
PURPOSE = "push"


async def private_key(workspace: WorkspaceId, tx: Tx, pushing: Pushing) -> Redacted | None:
    """None where there is none that can be read."""
    return (await reveal_secrets(workspace, tx, pushing.vault, OWNER, [KEY])).get(KEY)


async def public_key(workspace: WorkspaceId, tx: Tx, pushing: Pushing) -> str:
    """What browsers are given; of a key that is made now, if there was none.

    Raises:
        Unavailable: There is one, sealed under another master key.
    """
    found = await private_key(workspace, tx, pushing)
    if found is None:
        await workspaces.hold(workspace, tx)  # of two who ask at once, one makes it
        found = await private_key(workspace, tx, pushing)
    if found is None:
        if await list_secrets(workspace, tx, OWNER):
            raise Unavailable(
                "The key that signs notices is sealed under another master key: start Frontdesk with that one. If it is "
                "lost, an administrator can make a new key in Settings, Your account."
            )
        await _make(workspace, tx, pushing)
        found = await private_key(workspace, tx, pushing)
    if found is None:
        raise Bug("a key that was just sealed cannot be opened")
    return pushing.pusher.public_key(found)


async def new_key(workspace: WorkspaceId, tx: Tx, pushing: Pushing) -> int:
    """Another key in the place of the one there is, opened or not; how many browsers have to be turned on again."""
    await workspaces.hold(workspace, tx)
    return await _make(workspace, tx, pushing)


async def _make(workspace: WorkspaceId, tx: Tx, pushing: Pushing) -> int:
    """No browser takes notices of another key than the one it was given, so all of them are forgotten."""
    ended = await push_subscriptions.forget_all(workspace, tx)
    await put_secrets(workspace, tx, pushing.vault, OWNER, {KEY: pushing.pusher.new_key()})
    return ended


async def turn_on(workspace: WorkspaceId, tx: Tx, pushing: Pushing, new: NewDevice) -> PushId:
    """Send notices to a browser from now on, for as long as its session lasts.

    Raises:
        Refused: Its address is not https or may not be reached, its keys are no keys, or there are too many others.
    """
    _refuse_address(pushing, new.endpoint)
    if not pushing.pusher.is_device(Device(new.endpoint, new.p256dh, new.auth)):
        raise Refused("invalid", "These are no keys of a browser's push subscription.", field="keys")
    if await push_subscriptions.others(workspace, tx, new.account_id, new.endpoint) >= MOST:
        raise Refused(
            "in_use",
            f"Notices are on in {MOST} other browsers already: remove one of them.",
            field="endpoint",
        )
    made = await push_subscriptions.put(workspace, tx, new)
    if made is None:
        raise Refused("unauthenticated", "The session is over: sign in again.")
    return made


def _refuse_address(pushing: Pushing, endpoint: str) -> None:
    try:
        place = urlsplit(endpoint)
        host = place.hostname
    except ValueError:
        host = None
    if not host:
        raise Refused("invalid", "That is no address.", field="endpoint")
    # What is sent on this machine is on no wire; it is closed anyway, unless it was opened on purpose.
    if place.scheme != "https" and not (place.scheme == "http" and host in _HERE):
        raise Refused("invalid", "The address of a push service begins with https://.", field="endpoint")
    try:
        pushing.foresee(endpoint, PURPOSE)
    except Refused as error:
        raise Refused(error.code, error.message, field="endpoint") from None
