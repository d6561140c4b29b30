"""How a workspace sends mail: set, changed, tried out, taken away. Passwords go in and never come out.

Called by the API and by the panel. Every change is in the audit log, without what is secret.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from frontdesk.core import mail_address
from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.hub.given_fields import Given, WrongSettings, check_names, secret_fields, wrong_length
from frontdesk.ports.mailer import encode
from frontdesk.ports.outlet import Outgoing
from frontdesk.store import mails
from frontdesk.store.ids import mint
from frontdesk.store.mails import MailSettings, Sender
from frontdesk.store.secrets import Vault, delete_secrets, put_secrets, reveal_secrets
from frontdesk.store.tx import Tx
from frontdesk.turn.letters import Letter
from frontdesk.turn.mails import MailerKind, Mailing, compose


@dataclass(frozen=True, slots=True)
class Trial:
    """A mail that can be sent as a test: everything there is to know, so that nothing is held meanwhile."""

    kind: MailerKind
    outgoing: Outgoing
    to: str
    subject: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent, what came back, and how long it took."""

    ok: bool
    detail: str
    took_ms: int
    to: str
    subject: str


async def settings_of(workspace: WorkspaceId, tx: Tx, vault: Vault) -> dict[str, object] | None:
    """The settings with their secrets in place, for who sends; None where there are none."""
    found = await mails.read(workspace, tx)
    return None if found is None else {**found.settings, **await _revealed(workspace, tx, vault, found)}


async def change(
    mailing: Mailing, workspace: WorkspaceId, tx: Tx, *, kind: str | None, given: Mapping[str, object]
) -> MailSettings:
    """Stored settings with a change: a key that is given replaces, None takes it away.

    Raises:
        Refused: There is no such kind, something of what is given cannot be, or the host may not be reached.
    """
    before = await mails.read(workspace, tx, for_change=True)
    wanted, settings = await _checked(mailing, workspace, tx, before, kind=kind, given=given)
    await mails.put(workspace, tx, kind=wanted.id, settings=settings.plain)
    gone = set(before.secret_names if before else ()) - settings.secrets.keys()
    await delete_secrets(workspace, tx, mails.TARGET, sorted(gone))
    await put_secrets(workspace, tx, mailing.vault, mails.TARGET, settings.secrets)
    after = await mails.read(workspace, tx)
    if after is None:
        raise Bug("mail settings that were written are not there")
    return after


async def remove(workspace: WorkspaceId, tx: Tx, before: MailSettings) -> None:
    """What still waits to be sent is given up."""
    await delete_secrets(workspace, tx, mails.TARGET, list(before.secret_names))
    await mails.delete(workspace, tx)


async def trial(
    mailing: Mailing,
    workspace: WorkspaceId,
    tx: Tx,
    *,
    to: str,
    kind: str | None = None,
    given: Mapping[str, object] | None = None,
    language: str = "",
) -> Trial:
    """A test mail with the stored settings and whatever is `given` on top; `try_out` sends it.

    Raises:
        Refused: No settings, wrong ones, or no address.
    """
    address = mail_address.read(to)
    if address is None:
        raise Refused("invalid", "That is no e-mail address.", field="to")
    before = await mails.read(workspace, tx)
    if before is None and not given:
        raise Refused("invalid", "No mail server is set up yet: give its settings.", field="settings")
    wanted, settings = await _checked(mailing, workspace, tx, before, kind=kind, given=given or {})
    sender: Sender = await mails.sender(workspace, tx)
    mail = compose(mailing, sender, Letter("test", {}), to=address, language=language)
    whole = {**settings.plain, **{name: secret.reveal() for name, secret in settings.secrets.items()}}
    return Trial(wanted, Outgoing(mint("dlv"), whole, encode(mail), 0), address, mail.subject)


async def try_out(trial: Trial) -> Tried:
    """Send it now, once."""
    started = time.monotonic()
    sent = await trial.kind.mailer.send(trial.outgoing)
    took_ms = round(1000 * (time.monotonic() - started))
    return Tried(sent.ok, sent.detail, took_ms, trial.to, trial.subject)


async def _checked(
    mailing: Mailing,
    workspace: WorkspaceId,
    tx: Tx,
    before: MailSettings | None,
    *,
    kind: str | None,
    given: Mapping[str, object],
) -> tuple[MailerKind, Given]:
    wanted = _kind(mailing, kind if kind is not None or before is None else before.kind)
    check_names("settings", given, wanted.settings.model_fields)
    stored: dict[str, object] = {}
    if before is not None and before.kind == wanted.id:
        stored = {**before.settings, **await _revealed(workspace, tx, mailing.vault, before)}
    whole = {name: value for name, value in {**stored, **given}.items() if value is not None}
    settings = _valid(mailing, wanted.settings, whole)
    kept = [name for name in settings.secrets if name not in given]
    if before is not None and kept and _places(wanted, before.settings) != _places(wanted, settings.plain):
        raise Refused(
            "invalid",
            "That is another server: give the password again. A stored one is sent to no other.",
            field=f"settings.{kept[0]}",
        )
    return wanted, settings


def _kind(mailing: Mailing, kind: str | None) -> MailerKind:
    if kind is None and len(mailing.kinds) == 1:
        return next(iter(mailing.kinds.values()))
    if kind is None or kind not in mailing.kinds:
        known = ", ".join(sorted(mailing.kinds))
        raise Refused("invalid", f"Mail can be sent by: {known}.", field="kind")
    return mailing.kinds[kind]


def _valid(mailing: Mailing, model: type[BaseModel], whole: Mapping[str, object]) -> Given:
    try:
        valid = model.model_validate(dict(whole))
    except ValidationError as error:
        # The message alone: what was typed may be a password.
        fault = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(("settings", *map(str, fault["loc"])))
        message = wrong_length(model, fault) or f"{fault['msg'].removeprefix('Value error, ')}."
        raise WrongSettings(message, place, fault) from None
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        purpose = extra.get("dialled_for") if isinstance(extra, dict) else None
        if isinstance(purpose, str):
            _foreseen(mailing, name, str(getattr(valid, name)), getattr(valid, "port", 0), purpose)
    hidden = secret_fields(model)
    secrets = {name: Redacted(value) for name in hidden if (value := getattr(valid, name).get_secret_value())}
    return Given(valid.model_dump(mode="json", exclude=set(hidden)), secrets)


def _foreseen(mailing: Mailing, name: str, host: str, port: int, purpose: str) -> None:
    try:
        mailing.foresee(host, port, purpose)
    except Refused as error:
        raise Refused(error.code, error.message, field=f"settings.{name}") from None


def _places(kind: MailerKind, settings: Mapping[str, object]) -> list[object]:
    names = [
        name
        for name, field in kind.settings.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and "dialled_for" in field.json_schema_extra
    ]
    return [settings.get(name) for name in (*names, "port")]


async def _revealed(workspace: WorkspaceId, tx: Tx, vault: Vault, found: MailSettings) -> dict[str, object]:
    secrets = await reveal_secrets(workspace, tx, vault, mails.TARGET, list(found.secret_names))
    if len(secrets) < len(found.secret_names):
        raise Bug("a secret of the mail settings is sealed under another master key: set it again")
    return {name: secret.reveal() for name, secret in secrets.items()}
