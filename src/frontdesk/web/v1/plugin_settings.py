"""Settings of a channel or an integration as its plug-in's model has them, split into what is stored open and what is sealed.

A field of type `SecretStr` is a secret: it is taken in, never given out, and kept by the vault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, SecretStr, ValidationError

from frontdesk.core.errors import Refused
from frontdesk.core.redacted import Redacted


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


def secret_fields(model: type[BaseModel]) -> list[str]:
    return [
        name
        for name, field in model.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    ]


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
        extra = field.json_schema_extra
        if isinstance(extra, dict) and (url := getattr(valid, name)):
            _reachable(name, str(url), extra.get("purpose"), foresee)
    hidden = secret_fields(model)
    secrets = {
        name: Redacted(value.get_secret_value())
        for name in hidden
        if isinstance(value := getattr(valid, name), SecretStr) and value.get_secret_value()
    }
    return Settings(valid.model_dump(mode="json", exclude=set(hidden)), secrets)


def _reachable(name: str, url: str, purpose: object, foresee: Callable[[str, str], None]) -> None:
    if not isinstance(purpose, str):
        return
    try:
        foresee(url, purpose)
    except Refused as error:
        raise Refused(error.code, error.message, field=f"settings.{name}") from None


def merged(
    stored: Mapping[str, object], secrets: Mapping[str, Redacted], change: Mapping[str, object]
) -> dict[str, object]:
    """Stored settings with a change: a key that is given replaces, null takes it away (RFC 7396, first level)."""
    whole = {**stored, **{name: secret.reveal() for name, secret in secrets.items()}, **change}
    return {name: value for name, value in whole.items() if value is not None}
