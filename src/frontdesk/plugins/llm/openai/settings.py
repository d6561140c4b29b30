"""What the operator of an OpenAI service says; draws the form and reads the stored settings."""

from pydantic import Field

from frontdesk.kit.model_settings import LEAST_KEY, MOST_KEY, Address, ApiKey, ModelSettings, Temperature


class OpenAiSettings(ModelSettings):
    api_key: ApiKey = Field(
        description="A secret key of your project. It needs the right to use chat completions.",
        min_length=LEAST_KEY,
        max_length=MOST_KEY,
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
    temperature: Temperature = 0.2
    base_url: Address = Field(
        default="https://api.openai.com/v1",
        title="Base URL",
        description="Another address of the same API, such as that of a region.",
    )
