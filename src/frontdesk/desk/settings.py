"""How a workspace's desk works, as its people set it. Read by this room, changed by `web/v1`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.desk.doing import Doing
from frontdesk.store import desk_settings as stored


class DeskSettings(BaseModel):
    """Settings of a workspace's desk."""

    model_config = ConfigDict(extra="forbid")

    reopens_to: Literal["bot", "queued"] = Field(
        "bot",
        description="Who has a closed conversation when its customer writes again: the bot, or the queue.",
    )
    ask_rating: bool = Field(
        default=True, description="Ask the customer how satisfied they are when people close a conversation."
    )
    rating_most: Annotated[int, Field(ge=2, le=10)] = Field(
        5, description="The most points there are to give."
    )
    tell_position: bool = Field(default=True, description="Tell the customer their place in the queue.")
    tell_away: bool = Field(
        default=True,
        description="Tell a customer who waits for no team that nobody is there, where nobody who answers is online; "
        "otherwise they are told their place.",
    )
    promise_s: Annotated[int, Field(ge=0, le=604_800)] = Field(
        0,
        description="The time within which a person is to answer after a hand-off, in seconds; 0: none is promised.",
    )
    capacity: Annotated[int, Field(ge=1, le=100)] = Field(
        10, description="How many conversations a person has at most by assignment."
    )


async def of_workspace(doing: Doing) -> DeskSettings:
    kept = await stored.read(doing.workspace, doing.tx)
    return DeskSettings.model_validate(kept.settings)
