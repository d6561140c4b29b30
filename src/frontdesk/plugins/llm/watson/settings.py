"""What the operator of an IBM Watson service says; draws the form and reads the stored settings."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_ID = r"^[A-Za-z0-9-]*$"


class WatsonSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        title="API key",
        description="An API key of your IBM Cloud account that may use the project.",
        min_length=8,
        max_length=500,
    )
    base_url: str = Field(
        title="Base URL",
        description="The address of watsonx.ai in your region.",
        max_length=500,
        pattern=r"^https?://[^\s?#]+$",
        examples=["https://us-south.ml.cloud.ibm.com"],
        json_schema_extra={"purpose": "ai"},
    )
    project_id: str = Field(
        default="",
        title="Project",
        description="The id of the project that is charged.",
        max_length=100,
        pattern=_ID,
    )
    space_id: str = Field(
        default="",
        title="Space",
        description="The id of a deployment space, in the place of a project.",
        max_length=100,
        pattern=_ID,
    )
    temperature: float = Field(
        default=0.2,
        title="Temperature",
        description="How freely it writes, 0 to 2. -1 leaves it to the model.",
        ge=-1,
        le=2,
    )
    version: str = Field(
        default="2024-10-08",
        title="Version",
        description="The day of the API's version that is asked for.",
        pattern=r"^20\d\d-\d\d-\d\d$",
    )
    iam_url: str = Field(
        default="https://iam.cloud.ibm.com/identity/token",
        title="IAM URL",
        description="Where the key is changed for a token.",
        max_length=500,
        pattern=r"^https?://[^\s?#]+$",
        json_schema_extra={"purpose": "ai"},
    )

    @field_validator("api_key")
    @classmethod
    def _is_printable(cls, value: SecretStr) -> SecretStr:
        if not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("the key has characters that no key has")
        return value

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.project_id) == bool(self.space_id):
            raise ValueError("give the id of a project or that of a space")
        return self
