"""What people give of an AI service, checked: its kind, name, settings, models and limits. Called by `services`.

What a settings model says of its fields, secrets and addresses, is read by `web` too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_args
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from frontdesk.core.errors import Refused
from frontdesk.core.redacted import Redacted
from frontdesk.hub.context import Hub, ServiceKind
from frontdesk.store.ai_services import Models, ServiceLimits

S = TypeVar("S", bound=msgspec.Struct)
MAX_NAME = 80
MAX_MODEL = 200
MOST_TOKENS = 10**12
MOST_ANSWER_TOKENS = 16_000
MOST_PRICE = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    plain: dict[str, object]
    secrets: dict[str, Redacted]


class WrongSettings(Refused):
    """A model of settings does not take them. `fault` is what its library says of the first one, without what was typed."""

    def __init__(self, message: str, field: str, fault: Mapping[str, Any]) -> None:
        super().__init__("invalid", message, field=field)
        self.fault = fault


def kind_of(hub: Hub, kind: str) -> ServiceKind:
    if kind not in hub.kinds:
        known = ", ".join(sorted(hub.kinds))
        raise Refused(
            "invalid", f"There is no kind of AI service {kind!r}; there are: {known}.", field="kind"
        )
    return hub.kinds[kind]


def secret_fields(model: type[BaseModel]) -> list[str]:
    return [
        name
        for name, field in model.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    ]


def settings_of(hub: Hub, model: type[BaseModel], given: Mapping[str, object]) -> Given:
    check_names("settings", given, model.model_fields)
    try:
        valid = model.model_validate(dict(given))
    except ValidationError as error:
        # The message alone: what was typed may be a key.
        fault = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        message = wrong_length(model, fault) or f"{place}: {fault['msg']}."
        raise WrongSettings(message, f"settings.{place}", fault) from None
    for name, field in model.model_fields.items():
        if (purpose := purpose_of(field)) and (url := getattr(valid, name)):
            _reachable(hub, name, str(url), purpose)
    hidden = secret_fields(model)
    secrets = {name: Redacted(value) for name in hidden if (value := getattr(valid, name).get_secret_value())}
    return Given(valid.model_dump(mode="json", exclude=set(hidden)), secrets)


def wrong_length(model: type[BaseModel], fault: Mapping[str, Any]) -> str:
    """How long a secret has to be, where that is what is wrong with it; else nothing. Its model counts it as a list."""
    name, bounds = ".".join(map(str, fault["loc"])), fault.get("ctx", {})
    if fault["type"] not in {"too_short", "too_long"} or name not in secret_fields(model):
        return ""
    title = model.model_fields[name].title or name.replace("_", " ").capitalize()
    if fault["type"] == "too_short":
        return f"{title}: at least {bounds['min_length']} characters."
    return f"{title}: no more than {bounds['max_length']} characters."


def check_names(place: str, given: Collection[str], known: Collection[str]) -> None:
    """Refuses a name that is not one of `known`, and says which may be meant."""
    for name in given:
        if name not in known:
            close = get_close_matches(name, known, 1)
            there = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
            shown = name[:MAX_NAME]
            raise Refused("invalid", f"There is no {shown!r} in {place}: {there}", field=f"{place}.{shown}")


def _reachable(hub: Hub, name: str, url: str, purpose: str) -> None:
    try:
        hub.foresee(url, purpose)
    except Refused as error:
        raise Refused(error.code, error.message, field=f"settings.{name}") from None


def name_of(name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise Refused("invalid", f"A service's name has 1 to {MAX_NAME} characters.", field="name")
    return name.strip()


def models_of(before: Models, given: Mapping[str, object] | None) -> Models:
    models = converted("models", Models, before, given or {})
    for place, model in msgspec.to_builtins(models).items():
        if len(model) > MAX_MODEL or not model.isprintable():
            raise Refused("invalid", "That is not the name of a model.", field=f"models.{place}")
    return models


def limits_of(before: ServiceLimits, given: Mapping[str, object] | None) -> ServiceLimits:
    limits = converted("limits", ServiceLimits, before, given or {})
    check_counts("limits", msgspec.to_builtins(limits))
    if not 0 < limits.answer_tokens <= MOST_ANSWER_TOKENS:
        raise Refused(
            "invalid", f"An answer has 1 to {MOST_ANSWER_TOKENS:,} tokens.", field="limits.answer_tokens"
        )
    return limits


def converted(place: str, kind: type[S], before: S, given: Mapping[str, object]) -> S:
    check_names(place, given, kind.__struct_fields__)
    try:
        return msgspec.convert({**msgspec.to_builtins(before), **given}, kind)
    except msgspec.ValidationError as error:
        raise Refused("invalid", f"{error}.", field=place) from None


def check_counts(place: str, found: Mapping[str, float]) -> None:
    for name, number in found.items():
        if not 0 <= number <= (MOST_PRICE if name.startswith("price") else MOST_TOKENS):
            raise Refused(
                "invalid", "Write a number that is 0, for no limit, or more.", field=f"{place}.{name}"
            )


def purpose_of(field: FieldInfo) -> str:
    """What requests to the address in a setting are for; empty for one that is no address."""
    extra = field.json_schema_extra
    purpose = extra.get("purpose") if isinstance(extra, dict) else None
    return purpose if isinstance(purpose, str) else ""


def places(model: type[BaseModel], settings: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """The servers that the settings name, by scheme, host and port: a secret that is kept goes to no other."""
    found: dict[str, tuple[str, str]] = {}
    for name, field in model.model_fields.items():
        if purpose_of(field):
            parts = urlsplit(str(settings.get(name, field.default)))
            found[name] = parts.scheme.lower(), parts.netloc.lower()
    return found
