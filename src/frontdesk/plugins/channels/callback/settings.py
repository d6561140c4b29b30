"""What the operator of a callback channel says; draws the panel's form and reads the stored settings."""

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}", re.ASCII)
_TAKEN = frozenset({"content-type", "user-agent", "webhook-id", "host", "content-length", "connection"})


class CallbackSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str = Field(
        title="URL",
        description="Each bubble of an answer is posted here as one JSON object.",
        max_length=2000,
        examples=["https://chat.example.com/bot-replies"],
        json_schema_extra={"purpose": "callback"},
    )
    secret_header: str = Field(
        default="",
        title="Secret header",
        description="Name of a header that proves to your system that the post is ours. Optional.",
        examples=["X-Bot-Key"],
    )
    secret_value: SecretStr = Field(
        default=SecretStr(""), title="Secret value", description="What that header says.", max_length=4000
    )

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ValueError("write a whole address that begins with https:// or http://")
        return url

    @field_validator("secret_header")
    @classmethod
    def _is_header_name(cls, name: str) -> str:
        if name and (not _HEADER.fullmatch(name) or name.lower() in _TAKEN):
            raise ValueError("write a header name of letters, digits and hyphens that is not used already")
        return name

    @field_validator("secret_value")
    @classmethod
    def _is_header_value(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().isprintable():
            raise ValueError("the value has a line break or control character in it")
        return value

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.secret_header) != bool(self.secret_value.get_secret_value()):
            raise ValueError("give the secret header a name and a value, or neither")
        return self
