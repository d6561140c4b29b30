"""Settings that are changed key by key and checked as a whole. Called by the nouns of `web/v1` that have some."""

from collections.abc import Mapping
from typing import TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


def fields_of(given: Mapping[str, object]) -> Mapping[str, object]:
    """The fields of settings that are the whole body, also where they are sent as they are read: within `settings`."""
    inner = given.get("settings")
    return inner if isinstance(inner, dict) and len(given) == 1 else given


def merged(model: type[M], kept: Mapping[str, object], change: Mapping[str, object], *, field: str = "") -> M:
    """The settings with a change: a key that is given replaces, null takes it away.

    Args:
        model: What they have to be.
        kept: As they are.
        change: What is to be otherwise.
        field: Where they stand in the body.

    Returns:
        The whole, its defaults filled in.

    Raises:
        RequestValidationError: It is not what the model takes, with each field at fault.
    """
    whole = {name: value for name, value in {**kept, **change}.items() if value is not None}
    try:
        return model.model_validate(whole)
    except ValidationError as error:
        place = ("body", field) if field else ("body",)
        faults = [{**fault, "loc": (*place, *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None
