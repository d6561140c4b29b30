"""Puts the sending of notices to browsers together out of the plug-in that can. Called by `wiring`."""

from typing import TYPE_CHECKING, cast

from frontdesk.access.sessions import IDLE
from frontdesk.app.registry import Registry
from frontdesk.desk.looking import Looking
from frontdesk.desk.push_sending import PushSending
from frontdesk.egress.allow import EgressSettings
from frontdesk.egress.guard import Guard
from frontdesk.kit.outside import Outside
from frontdesk.ports.clock import Clock
from frontdesk.store.connect import Store
from frontdesk.store.hints import Hints
from frontdesk.store.secrets import Vault
from frontdesk.turn.pushes import Pushing

if TYPE_CHECKING:
    from frontdesk.ports.pusher import Pusher


def pushing_of(
    registry: Registry,
    outside: Outside,
    vault: Vault,
    looking: Looking,
    *,
    egress: EgressSettings,
    public_url: str,
) -> Pushing | None:
    """None in an installation without such a plug-in; of several the first by name sends."""
    found = registry.of_capability("Pusher")
    if not found:
        return None
    plugin = found[0]
    # Push services take a web address for questions only if it is an https one.
    subject = public_url if public_url.startswith("https://") else ""
    pusher = cast("Pusher", plugin.load()(outside))
    return Pushing(plugin.kind, pusher, vault, IDLE, Guard(egress).foresee, looking.is_at, subject)


def sending_of(
    pushing: Pushing | None, store: Store, clock: Clock, hints: Hints, looking: Looking
) -> PushSending | None:
    """What delivers notices; it hears from all processes who looks at what."""
    if pushing is None:
        return None
    hints.listen(looking.heard)
    return PushSending(pushing, store, clock, looking)
