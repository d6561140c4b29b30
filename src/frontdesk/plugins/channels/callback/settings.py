"""What the operator of a callback channel says; draws the panel's form and reads the stored settings."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from frontdesk.kit.posting import SecretHeader, SecretValue, WebAddress, both_or_neither


class CallbackSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: WebAddress = Field(
        title="URL",
        description="Each bubble of an answer is posted here as one JSON object.",
        max_length=2000,
        examples=["https://chat.example.com/bot-replies"],
        json_schema_extra={"purpose": "callback"},
    )
    secret_header: SecretHeader = ""
    secret_value: SecretValue = SecretStr("")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        both_or_neither(self.secret_header, self.secret_value)
        return self
