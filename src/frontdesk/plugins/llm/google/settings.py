"""What the operator of a Google AI service says; draws the form and reads the stored settings."""

from pydantic import Field

from frontdesk.kit.model_settings import LEAST_KEY, MOST_KEY, Address, ApiKey, ModelSettings, Temperature


class GoogleSettings(ModelSettings):
    api_key: ApiKey = Field(
        description="A key of Google AI Studio, for the Gemini API.",
        min_length=LEAST_KEY,
        max_length=MOST_KEY,
    )
    temperature: Temperature = 0.2
    base_url: Address = Field(
        default="https://generativelanguage.googleapis.com",
        title="Base URL",
        description="Another address of the same API; /v1beta is put behind it.",
    )
