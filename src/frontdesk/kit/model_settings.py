"""What the settings of all services of language models have in common: a key, an address, a temperature."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from frontdesk.kit.plugin_faults import Wrong
from frontdesk.ports.chat_model import Failed

S = TypeVar("S", bound="ModelSettings")
LEAST_KEY = 8
MOST_KEY = 500


def _header_value(value: SecretStr) -> SecretStr:
    if not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
        raise Wrong("model_key", "the key has characters that no header takes")
    return value


ApiKey = Annotated[SecretStr, Field(title="API key"), AfterValidator(_header_value)]
"""A key that fits into a header."""

Address = Annotated[
    str, Field(max_length=500, pattern=r"^https?://[^\s?#]+$", json_schema_extra={"purpose": "ai"})
]
"""Where an API begins; whether it may be reached is asked before it is kept."""

Temperature = Annotated[
    float,
    Field(
        title="Temperature",
        description="How freely it writes, 0 to 2. -1 leaves it to the model, for those that take none.",
        ge=-1,
        le=2,
    ),
]


class ModelSettings(BaseModel):
    """The settings of one kind of service; its own class names the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def read(model: type[S], settings: Mapping[str, object]) -> S | Failed:
    """The stored settings.

    Returns:
        Them, or that they are wrong.
    """
    try:
        return model.model_validate(settings)
    except ValidationError:
        return Failed("misconfigured", "the service's settings are wrong")


def sampling(temperature: float) -> dict[str, object]:
    """How freely it is to write, as a member of a request.

    Returns:
        `temperature`, or nothing where that is left to the model.
    """
    return {"temperature": temperature} if temperature >= 0 else {}
