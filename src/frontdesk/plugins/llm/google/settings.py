"""What the operator of a Google AI service says; draws the form and reads the stored settings."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class GoogleSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        title="API key",
        description="A key of Google AI Studio, for the Gemini API.",
        min_length=8,
        max_length=500,
    )
    temperature: float = Field(
        default=0.2,
        title="Temperature",
        description="How freely it writes, 0 to 2. -1 leaves it to the model.",
        ge=-1,
        le=2,
    )
    base_url: str = Field(
        default="https://generativelanguage.googleapis.com",
        title="Base URL",
        description="Another address of the same API; /v1beta is put behind it.",
        max_length=500,
        pattern=r"^https?://[^\s?#]+$",
        json_schema_extra={"purpose": "ai"},
    )

    @field_validator("api_key")
    @classmethod
    def _is_header_value(cls, value: SecretStr) -> SecretStr:
        if not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("the key has characters that no key has")
        return value
