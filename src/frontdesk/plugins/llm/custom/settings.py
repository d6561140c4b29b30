"""What the operator of any other service with this API says; draws the form and reads the stored settings."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class CustomSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: str = Field(
        title="Base URL",
        description="Where the API begins; /chat/completions and /models are put behind it.",
        max_length=500,
        pattern=r"^https?://[^\s?#]+$",
        examples=["http://127.0.0.1:11434/v1"],
        json_schema_extra={"purpose": "ai"},
    )
    api_key: SecretStr = Field(
        default=SecretStr(""),
        title="API key",
        description="Empty where the server asks for none.",
        max_length=4000,
    )
    key_header: str = Field(
        default="",
        title="Key header",
        description="The header that the key stands in by itself. Empty: Authorization, as a Bearer token.",
        max_length=60,
        pattern=r"^([A-Za-z0-9][A-Za-z0-9-]*)?$",
    )
    temperature: float = Field(
        default=0.2,
        title="Temperature",
        description="How freely it writes, 0 to 2. -1 leaves it to the model, for those that take none.",
        ge=-1,
        le=2,
    )
    length_field: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens",
        title="Length field",
        description="What the server calls the most tokens of an answer.",
    )
    usage_told: bool = Field(
        default=True,
        title="Usage told",
        description="Whether to ask for the number of tokens. Switch it off for servers that refuse `stream_options`; "
        "they are then estimated.",
    )

    @field_validator("api_key")
    @classmethod
    def _is_header_value(cls, value: SecretStr) -> SecretStr:
        if not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("the key has characters that no header takes")
        return value
