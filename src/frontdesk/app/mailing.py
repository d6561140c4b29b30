"""Puts the sending of mail together out of the plug-ins that can, and what is told by it. Called by `wiring` and
`application`.
"""

from typing import TYPE_CHECKING, cast

from babel.dates import format_datetime

from frontdesk.access.letters import Letter as AccessLetter
from frontdesk.access.letters import Post
from frontdesk.app.registry import Registry
from frontdesk.core.ids import WorkspaceId
from frontdesk.egress.allow import EgressSettings
from frontdesk.egress.guard import Guard
from frontdesk.kit.outside import Outside
from frontdesk.store import mails
from frontdesk.store.secrets import Vault
from frontdesk.store.tx import Tx
from frontdesk.turn import mails as turn_mails
from frontdesk.turn.letters import Letter
from frontdesk.turn.mails import MailerKind, Mailing
from frontdesk.web.panel.texts import LANGUAGES, say, zone_of

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


def posting(mailing: Mailing) -> Post:
    """Sends what `access` tells people: links that let them in, and what was done to their account."""

    async def post(workspace: WorkspaceId, tx: Tx, letter: AccessLetter) -> bool:
        sender = await mails.sender(workspace, tx)
        if not sender.kind:
            return False
        language = letter.language if letter.language in LANGUAGES else sender.language
        values = {"email": letter.email}
        if letter.expires_at is not None:
            here = letter.expires_at.astimezone(zone_of(sender.time_zone))
            locale = language if language in LANGUAGES else "en"
            values["until"] = format_datetime(here, "long", locale=locale)
        if letter.kind == "invitation":
            values |= {"inviter": letter.by or sender.name, "role": say(language, f"roles.{letter.role}")}
        told = Letter(letter.kind, values, link=letter.link)
        return (
            await turn_mails.post(mailing, workspace, tx, told, to=letter.to, language=language) is not None
        )

    return post
