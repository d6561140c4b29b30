"""Puts the hub together: the plug-ins that ask language models, and what bounds an answer. Called by `wiring`."""

from typing import TYPE_CHECKING, cast

from frontdesk.app.registry import Registry
from frontdesk.app.settings import Settings
from frontdesk.egress.allow import EgressSettings
from frontdesk.egress.guard import Guard
from frontdesk.hub.context import Hub, HubSettings, ServiceKind
from frontdesk.hub.resting import Resting
from frontdesk.kit.outside import Outside
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault

if TYPE_CHECKING:
    from frontdesk.ports.chat_model import ChatModel
    from frontdesk.ports.image_model import ImageModel


def hub_of(
    settings: Settings,
    registry: Registry,
    outside: Outside,
    store: Store,
    *,
    vault: Vault,
    egress: EgressSettings,
) -> Hub:
    within_s = min(settings.ai_within_s, settings.answer_within_s)
    return Hub(
        store=store,
        vault=vault,
        clock=outside.clock,
        kinds=kinds_of(registry, outside),
        wait=outside.wait,
        chance=outside.chance,
        foresee=Guard(egress).foresee,
        resting=Resting(outside.clock, failures=settings.ai_rest_after, pause_s=settings.ai_rest_s),
        # Half of it for a silent service leaves the other half for the next one.
        settings=HubSettings(
            within_s=within_s,
            idle_s=within_s / 2,
            attempts=settings.ai_attempts,
            wait_s=settings.ai_wait_s,
        ),
    )


def kinds_of(registry: Registry, outside: Outside) -> dict[str, ServiceKind]:
    """By the word for them in commands and stored services."""
    drawing = {plugin.manifest.id for plugin in registry.of_capability("ImageModel")}
    found: dict[str, ServiceKind] = {}
    for plugin in registry.of_capability("ChatModel"):
        model, made = plugin.settings_model(), plugin.load()(outside)
        if model is None:
            raise TypeError(f"{plugin.package} has no settings model, which its key would be in")
        image = cast("ImageModel", made) if plugin.manifest.id in drawing else None
        found[plugin.kind] = ServiceKind(
            plugin.kind, plugin.manifest.name, model, cast("ChatModel", made), image
        )
    return found
