"""Which service makes the vectors, and with which model. Its operator sets them in the environment."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from frontdesk.kit.plugin_faults import Wrong


class EmbeddingSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str = Field(
        default="",
        title="URL",
        description="Where /embeddings is below, for example https://api.openai.com/v1.",
        max_length=2000,
        json_schema_extra={"purpose": "embedding"},
    )
    model: str = Field(default="", title="Model", description="As the service calls it.", max_length=200)
    api_key: SecretStr = Field(
        default=SecretStr(""), title="API key", description="Empty for a service that asks for none."
    )
    dim: int = Field(
        default=1536, title="Numbers in a vector", description="As the model gives them.", ge=2, le=8192
    )
    attempts: int = Field(
        default=4, title="Attempts", description="For the texts of articles and examples.", ge=1, le=10
    )
    timeout_s: float = Field(
        default=20.0, title="Time limit", description="Seconds for each of those attempts.", gt=0, le=300
    )
    within_s: float = Field(
        default=2.0,
        title="Time limit of a question",
        description="Seconds after which a customer's message is compared by its words alone.",
        gt=0,
        le=60,
    )

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            raise Wrong("web_address", "write a whole address that begins with https:// or http://")
        return url.rstrip("/")
