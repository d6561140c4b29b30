"""What an endpoint of the API refused, as a form shows it: at its fields, in the reader's language."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from frontdesk.core.errors import Refused
from frontdesk.hub.given_fields import WrongSettings
from frontdesk.kit.plugin_faults import Wrong
from frontdesk.web.errors import STATUS
from frontdesk.web.faults import sentence
from frontdesk.web.panel.fields import Mistakes
from frontdesk.web.panel.plan_said import NO_NAMES, Names, limit_said
from frontdesk.web.panel.texts import Said, said

MENDABLE = (Refused, RequestValidationError, ValidationError)
"""What a person can put right in the form; anything else is an error of the page."""
_PLACES = frozenset({"body", "query", "path", "header"})


Faults = Mapping[str, str]
"""What plug-ins refuse, in the reader's language, by their keys."""
NO_FAULTS: Faults = {}


def mistakes_of(
    error: Refused | RequestValidationError | ValidationError,
    language: str,
    faults: Faults = NO_FAULTS,
    switches: Names = NO_NAMES,
) -> Mistakes:
    if isinstance(error, WrongSettings):
        return Mistakes({str(error.field): spoken(error.fault, language, faults)})
    if isinstance(error, Refused):
        at = {error.field: error.message} if error.field else {}
        general = "" if error.field else error.message
        if error.code == "plan_limit" and error.details:
            general = limit_said(error.details, language, switches)
        return Mistakes(at, general, error.code, STATUS[error.code])
    found = {_path(fault["loc"]): spoken(fault, language, faults) for fault in error.errors()}
    return Mistakes(found)


def also_in(
    model: type[BaseModel] | None,
    settings: Mapping[str, object],
    mistakes: Mistakes,
    language: str,
    faults: Faults = NO_FAULTS,
) -> Mistakes:
    """With what is wrong in the settings, where only the rest of the form was looked at."""
    if model is None or any(name.startswith("settings.") for name in mistakes.by_field):
        return mistakes
    try:
        model.model_validate(dict(settings))
    except ValidationError as error:
        found = {
            f"settings.{_path(fault['loc'])}": spoken(fault, language, faults) for fault in error.errors()
        }
        return replace(mistakes, by_field={**mistakes.by_field, **found})
    return mistakes


def spoken(fault: Mapping[str, Any], language: str, faults: Faults = NO_FAULTS) -> str:
    """The sentence for one of the library's error details; what no catalogue says is said in English."""
    entries = said(language).get("fault")
    refused = fault.get("ctx", {}).get("error")
    if isinstance(refused, Wrong) and refused.key in faults:
        return faults[refused.key]
    kind = refused.key if isinstance(refused, Wrong) else fault["type"]
    text = entries.get(kind) if isinstance(entries, Said) else ""
    return text.format(**fault.get("ctx", {})) if text and isinstance(text, str) else sentence(fault)


def _path(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if location and location[0] in _PLACES else location
    return ".".join(map(str, parts))
