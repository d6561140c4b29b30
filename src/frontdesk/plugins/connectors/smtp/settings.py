"""What the operator of a mail server says; draws the panel's form and reads the stored settings."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from frontdesk.core import mail_address
from frontdesk.kit.plugin_faults import Wrong


class SmtpSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(
        title="Host",
        description="The mail server's name.",
        min_length=1,
        max_length=253,
        examples=["smtp.example.com"],
        json_schema_extra={"dialled_for": "mail"},
    )
    port: int = Field(
        default=587,
        title="Port",
        description="Usually 587 with STARTTLS, 465 with TLS.",
        ge=1,
        le=65535,
    )
    encryption: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        title="Encryption",
        description="Without any, no user name and password can be given.",
        json_schema_extra={"choices": {"starttls": "STARTTLS", "tls": "TLS", "none": "None"}},
    )
    user_name: str = Field(
        default="", title="User name", description="Empty where the server asks for none.", max_length=320
    )
    password: SecretStr = Field(
        default=SecretStr(""), title="Password", description="Of that user.", max_length=1000
    )
    from_address: str = Field(
        title="From address",
        description="The sender of every mail.",
        max_length=254,
        examples=["support@example.com"],
    )
    from_name: str = Field(
        default="", title="From name", description="Shown beside the address.", max_length=100
    )
    reply_to: str = Field(
        default="",
        title="Reply address",
        description="Where answers go; empty: to the sender's address.",
        max_length=254,
    )

    @field_validator("from_address", "reply_to")
    @classmethod
    def _is_address(cls, text: str) -> str:
        if not text:
            return text
        found = mail_address.read(text)
        if found is None:
            raise Wrong("smtp.address", "write an address such as support@example.com")
        return found

    @field_validator("user_name", "from_name", "password")
    @classmethod
    def _is_one_line(cls, value: str | SecretStr) -> str | SecretStr:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text.isprintable():
            raise Wrong("one_line", "it has a line break or control character in it")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.from_address:
            raise Wrong("smtp.sender", "give the address that mails are from")
        if bool(self.user_name) != bool(self.password.get_secret_value()):
            raise Wrong("smtp.pair", "give a user name and a password, or neither")
        if self.user_name and self.encryption == "none":
            raise Wrong(
                "smtp.encryption", "a password is never sent without encryption: choose starttls or tls"
            )
        return self
