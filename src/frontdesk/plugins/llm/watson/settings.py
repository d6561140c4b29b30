"""What the operator of an IBM Watson service says; draws the form and reads the stored settings."""

from typing import Self

from pydantic import Field, model_validator

from frontdesk.kit.model_settings import LEAST_KEY, MOST_KEY, Address, ApiKey, ModelSettings, Temperature
from frontdesk.kit.plugin_faults import Wrong

_ID = r"^[A-Za-z0-9-]*$"


class WatsonSettings(ModelSettings):
    api_key: ApiKey = Field(
        description="An API key of your IBM Cloud account that may use the project.",
        min_length=LEAST_KEY,
        max_length=MOST_KEY,
    )
    base_url: Address = Field(
        title="Base URL",
        description="The address of watsonx.ai in your region.",
        examples=["https://us-south.ml.cloud.ibm.com"],
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
    temperature: Temperature = 0.2
    version: str = Field(
        default="2024-10-08",
        title="Version",
        description="The day of the API's version that is asked for.",
        pattern=r"^20\d\d-\d\d-\d\d$",
    )
    iam_url: Address = Field(
        default="https://iam.cloud.ibm.com/identity/token",
        title="IAM URL",
        description="Where the key is changed for a token.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.project_id) == bool(self.space_id):
            raise Wrong("watson.project_or_space", "give the id of a project or that of a space")
        return self
