"""Puts the sending of mail together out of the plug-ins that can. Called by `wiring`."""

from typing import TYPE_CHECKING, cast

from frontdesk.app.registry import Registry
from frontdesk.egress.allow import EgressSettings
from frontdesk.egress.guard import Guard
from frontdesk.kit.outside import Outside
from frontdesk.store.secrets import Vault
from frontdesk.turn.mails import MailerKind, Mailing

if TYPE_CHECKING:
    from frontdesk.ports.mailer import Mailer


def mailing_of(registry: Registry, outside: Outside, vault: Vault, egress: EgressSettings) -> Mailing:
    kinds: dict[str, MailerKind] = {}
    for plugin in registry.of_capability("Mailer"):
        model = plugin.settings_model()
        if model is None:
            raise TypeError(f"{plugin.package} has no settings model, which its sender would be in")
        mailer = cast("Mailer", plugin.load()(outside))
        kinds[plugin.kind] = MailerKind(plugin.kind, plugin.manifest.name, model, mailer)
    return Mailing(vault, outside.clock, kinds, Guard(egress).place)
