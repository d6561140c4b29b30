"""Mails of a workspace to people: written in the caller's transaction as a delivery, sent like every other one.

letter --write--> sealed body --commit--> delivery --`deliver`--> opened --> the workspace's mail server
Called by whoever tells somebody something by mail. A body waits and is kept sealed: there are links in it that let
people in. Where no mail server is set up nothing is written, and the caller is told so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from frontdesk.core import mail_address
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId, DeliveryId, WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.jobs.queue import enqueue
from frontdesk.ports.clock import Clock
from frontdesk.ports.mailer import Mail, Mailer, encode
from frontdesk.ports.outlet import Outgoing, Sent
from frontdesk.store import mails
from frontdesk.store.ids import mint
from frontdesk.store.mails import Sender
from frontdesk.store.secrets import Vault
from frontdesk.store.tx import Tx
from frontdesk.turn import letters
from frontdesk.turn.letters import Letter
from frontdesk.turn.targets import JOB

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class MailerKind:
    """One plug-in that sends mail; `id` is the kind of its deliveries and of stored settings."""

    id: str
    name: str
    settings: "type[BaseModel]"
    mailer: Mailer


@dataclass(frozen=True, slots=True)
class Mailing:
    """What mails are made with: built once by `app`, passed along.

    `foresee` refuses a host and port that may certainly not be reached for a purpose; it looks nothing up.
    """

    vault: Vault
    clock: Clock
    kinds: Mapping[str, MailerKind]
    foresee: Callable[[str, int, str], object]


class Opening:
    """A mailer whose deliveries are sealed: the `Outlet` that `deliver` knows."""

    def __init__(self, mailer: Mailer, vault: Vault) -> None:
        self._mailer = mailer
        self._vault = vault

    async def send(self, outgoing: Outgoing) -> Sent:
        body = self._vault.open(outgoing.body, _place(outgoing.delivery_id)).reveal().encode()
        return await self._mailer.send(replace(outgoing, body=body))


async def can_send(workspace: WorkspaceId, tx: Tx) -> bool:
    """Whether the workspace has a mail server; without one, links are shown to be copied."""
    return bool((await mails.sender(workspace, tx)).kind)


async def post(
    mailing: Mailing,
    workspace: WorkspaceId,
    tx: Tx,
    letter: Letter,
    *,
    to: str,
    language: str = "",
    conversation_id: ConversationId | None = None,
) -> DeliveryId | None:
    """Have a letter sent when the transaction commits.

    Args:
        to: An address.
        language: Of whoever reads it; empty or unknown: the workspace's.

    Returns:
        The delivery, or None where no mail server is set up.

    Raises:
        Refused: Code `invalid`: `to` is no address.
    """
    address = mail_address.read(to)
    if address is None:
        raise Refused("invalid", "That is no e-mail address.", field="to")
    sender = await mails.sender(workspace, tx)
    if not sender.kind:
        return None
    mail = compose(mailing, sender, letter, to=address, language=language)
    delivery_id = DeliveryId(mint("dlv"))
    lane = f"{mails.TARGET}:{delivery_id}"  # one each: no mail waits for another
    await mails.add(
        workspace,
        tx,
        delivery_id,
        lane=lane,
        kind=sender.kind,
        body=mailing.vault.seal(Redacted(encode(mail).decode()), _place(delivery_id)),
        conversation_id=conversation_id,
    )
    await enqueue(tx, JOB, {"workspace": workspace, "lane": lane})
    return delivery_id


def compose(mailing: Mailing, sender: Sender, letter: Letter, *, to: str, language: str) -> Mail:
    """The mail itself, in the reader's language, the workspace's, or English."""
    known = letters.catalogues()
    chosen = language if language in known else sender.language
    written = letters.write(letter, chosen, sender.name)
    return Mail(
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=written.language,
        written_at=mailing.clock.now().timestamp(),
    )


def _place(delivery_id: str) -> str:
    return f"mail|{delivery_id}"
