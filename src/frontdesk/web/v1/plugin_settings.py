"""Settings of a channel or an integration as its plug-in's model has them, split into what is stored open and what is sealed.

A field of type `SecretStr` is a secret: it is taken in, never given out, and kept by the vault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, SecretStr, ValidationError

from frontdesk.core.errors import Refused
from frontdesk.core.redacted import Redacted
from frontdesk.hub.given_fields import places, purpose_of, secret_fields
from frontdesk.store.secrets import delete_secrets, put_secrets, reveal_secrets
from frontdesk.web.typed import Ask


@dataclass(frozen=True, slots=True)
class Settings:
    plain: dict[str, object]
    secrets: dict[str, Redacted]


def model_of(types: Mapping[str, type[BaseModel]], kind: str, noun: str) -> type[BaseModel]:
    model = types.get(kind)
    if model is None:
        known = ", ".join(sorted(types))
        raise Refused("invalid", f"There is no such type of {noun}; there are: {known}.", field="type")
    return model


def checked(
    model: type[BaseModel], given: Mapping[str, object], foresee: Callable[[str, str], None]
) -> Settings:
    """`given` as the model takes it, with its defaults filled in; refused with the fields at fault.

    A field marked with a `purpose` is a URL to which requests are going to be sent; `foresee` refuses one that they
    cannot reach.
    """
    try:
        valid = model.model_validate(dict(given))
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", "settings", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None
    for name, field in model.model_fields.items():
        if (purpose := purpose_of(field)) and (url := getattr(valid, name)):
            _reachable(name, str(url), purpose, foresee)
    hidden = secret_fields(model)
    secrets = {
        name: Redacted(value.get_secret_value())
        for name in hidden
        if isinstance(value := getattr(valid, name), SecretStr) and value.get_secret_value()
    }
    return Settings(valid.model_dump(mode="json", exclude=set(hidden)), secrets)


def _reachable(name: str, url: str, purpose: str, foresee: Callable[[str, str], None]) -> None:
    try:
        foresee(url, purpose)
    except Refused as error:
        raise Refused(error.code, error.message, field=f"settings.{name}") from None


async def keep(ask: Ask, owner: str, secrets: Mapping[str, Redacted]) -> None:
    """Seal the secrets of something that was just made."""
    await put_secrets(ask.workspace, ask.tx, ask.program.vault, owner, secrets)


class Stored(Protocol):
    """What has settings and is stored: a channel, an integration."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def settings(self) -> dict[str, object]: ...


async def changed(
    ask: Ask, before: Stored, types: Mapping[str, type[BaseModel]], noun: str, change: Mapping[str, object]
) -> dict[str, object]:
    """Check the whole that a change makes of what is stored, keep its secrets, and give back what is stored open.

    A key that is given replaces, null takes it away (RFC 7396, first level). A secret that is not given is kept,
    unless the change names another server: then whoever changes it has to know the secret.
    """
    if not change:
        return before.settings
    model = model_of(types, before.type, noun)
    hidden = secret_fields(model)
    known = await reveal_secrets(ask.workspace, ask.tx, ask.program.vault, before.id, hidden)
    whole = {**before.settings, **{name: secret.reveal() for name, secret in known.items()}, **change}
    given = {name: value for name, value in whole.items() if value is not None}
    settings = checked(model, given, ask.program.foresee)
    kept = [name for name in settings.secrets if name not in change]
    if kept and places(model, before.settings) != places(model, settings.plain):
        raise Refused(
            "invalid",
            "The address is that of another server: give the secret again. A stored one is sent to no other.",
            field=f"settings.{kept[0]}",
        )
    await keep(ask, before.id, settings.secrets)
    gone = [name for name in hidden if name not in settings.secrets]
    await delete_secrets(ask.workspace, ask.tx, before.id, gone)
    return settings.plain
