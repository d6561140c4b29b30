"""What the operator of an integration says; draws the panel's form and reads the stored settings."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import ConfigDict, Field, SecretStr, model_validator

from frontdesk.kit.posting import SecretHeader, SecretValue, SignedPosts, WebAddress, both_or_neither

WebhookType = Literal["all_messages", "contact_received", "interest", "success"]


class AnotherSettings(SignedPosts):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    webhook_url: WebAddress = Field(
        title="Webhook URL",
        description="Each webhook is posted here as one JSON object.",
        max_length=2000,
        examples=["https://messenger.example.com/frontdesk"],
        json_schema_extra={"purpose": "webhook"},
    )
    webhook_type: WebhookType = Field(
        default="all_messages",
        title="Webhook type",
        description="What is posted: all messages, or only that a contact was given, interest shown, the goal reached.",
        json_schema_extra={
            "place": "usual",
            "select": True,
            "choices": {
                "all_messages": "All messages",
                "contact_received": "Contact received",
                "interest": "Interest",
                "success": "Success",
            },
        },
    )
    also_contact_received: bool = Field(
        default=False,
        title="Contact received too",
        description="Also post when the customer gives a contact.",
    )
    also_interest: bool = Field(
        default=False, title="Interest too", description="Also post when the customer shows interest."
    )
    also_success: bool = Field(
        default=False, title="Success too", description="Also post when the dialog reaches its goal."
    )
    secret_header: SecretHeader = ""
    secret_value: SecretValue = SecretStr("")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        both_or_neither(self.secret_header, self.secret_value)
        return self


def types(settings: Mapping[str, object]) -> frozenset[str]:
    """Every type of webhook that stored settings ask for; they need not have their secrets."""
    also = (kind for kind in ("contact_received", "interest", "success") if settings.get(f"also_{kind}"))
    return frozenset([str(settings.get("webhook_type", "")), *also])
