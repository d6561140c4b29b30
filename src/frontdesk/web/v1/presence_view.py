"""How the presence of people is shown, wherever people are."""

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict, Field

from frontdesk.store import presence
from frontdesk.store.presence import State
from frontdesk.web.typed import Ask


class PresenceView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    state: State = Field(description="What colleagues see: `offline` while no inbox is open.")
    chosen: State = Field(description="What they are while one is.")
    capacity: int | None = Field(
        description="How many customers they take at once, 0 for none; null for as many as the desk's settings say."
    )


async def presence_of(ask: Ask, account_ids: Collection[str]) -> Mapping[str, PresenceView]:
    people = await presence.people(ask.workspace, ask.tx, ask.program.clock.now(), account_ids)
    return {one.id: PresenceView.model_validate(one) for one in people}
