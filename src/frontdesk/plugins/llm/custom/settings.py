"""What the operator of any other service with this API says; draws the form and reads the stored settings."""

from typing import Literal

from pydantic import Field, SecretStr

from frontdesk.kit.model_settings import Address, ApiKey, ModelSettings, Temperature


class CustomSettings(ModelSettings):
    base_url: Address = Field(
        title="Base URL",
        description="Where the API begins; /chat/completions and /models are put behind it.",
        examples=["http://127.0.0.1:11434/v1"],
    )
    api_key: ApiKey = Field(
        default=SecretStr(""), description="Empty where the server asks for none.", max_length=4000
    )
    key_header: str = Field(
        default="",
        title="Key header",
        description="The header that the key stands in by itself. Empty: Authorization, as a Bearer token.",
        max_length=60,
        pattern=r"^([A-Za-z0-9][A-Za-z0-9-]*)?$",
    )
    temperature: Temperature = 0.2
    length_field: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens",
        title="Length field",
        description="What the server calls the most tokens of an answer.",
        json_schema_extra={
            "choices": {"max_tokens": "max_tokens", "max_completion_tokens": "max_completion_tokens"}
        },
    )
    usage_told: bool = Field(
        default=True,
        title="Usage told",
        description="Whether to ask for the number of tokens. Switch it off for servers that refuse `stream_options`; "
        "they are then estimated.",
    )
