"""How a test of a channel or an integration went, as the API tells it."""

from pydantic import BaseModel, ConfigDict, Field


class TriedView(BaseModel):
    """How a test went."""

    model_config = ConfigDict(from_attributes=True)

    ok: bool
    sent: list[str] = Field(description="The bodies of the sample, as they were sent.")
    answer: str = Field(description="Status and first characters of what came back, or why nothing did.")
    took_ms: int
