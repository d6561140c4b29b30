"""What the operator of an OpenAI service says; draws the form and reads the stored settings."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class OpenAiSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        title="API key",
        description="A secret key of your project. It needs the right to use chat completions.",
        min_length=8,
        max_length=500,
    )
    organization: str = Field(
        default="",
        title="Organization",
        description="Only for keys that belong to several; it begins with org-.",
        max_length=200,
        pattern=r"^[A-Za-z0-9_-]*$",
    )
    project: str = Field(
        default="",
        title="Project",
        description="Only for keys that belong to several; it begins with proj_.",
        max_length=200,
        pattern=r"^[A-Za-z0-9_-]*$",
    )
    temperature: float = Field(
        default=0.2,
        title="Temperature",
        description="How freely it writes, 0 to 2. -1 leaves it to the model, for those that take none.",
        ge=-1,
        le=2,
    )
    base_url: str = Field(
        default="https://api.openai.com/v1",
        title="Base URL",
        description="Another address of the same API, such as that of a region.",
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
