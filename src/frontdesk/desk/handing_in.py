"""What customers say, handed in by a program that talks to them itself: it goes the way of any message, and is answered.

Called by `web/v1`. The message is taken in and answered in transactions of its own, so nothing else is open meanwhile.
"""

import hashlib
from dataclasses import dataclass

from frontdesk.core.action import Page, Said
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, ChannelId, WorkspaceId
from frontdesk.store.ids import mint
from frontdesk.turn.arrival import Answer, Arrival
from frontdesk.turn.bots import Unpublished
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import receive


@dataclass(frozen=True, slots=True)
class Place:
    """Which customer of which channel says it, and which assistant is to answer."""

    channel_id: str
    assistant_id: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Once:
    """The sender's own name for a message: the same again is the same message. `body_hash` tells it from another one."""

    name: str
    body_hash: bytes | None = None


def customer_of(once: Once | None) -> str:
    """What the channel calls a customer whom the program did not name: sent again it is the same one."""
    own = mint("vis") if once is None else hashlib.sha256(once.name.encode()).hexdigest()
    return f"api-{own[-26:]}"


async def hand_in(
    line: Line, lanes: Lanes, workspace: WorkspaceId, place: Place, said: str, *, url: str, once: Once | None
) -> Answer:
    """Take a message in and wait for its answer, for as long as the installation lets callers wait.

    Raises:
        Refused: There is no such channel of this assistant, or nothing of it is published.
    """
    channel, assistant = ChannelId(place.channel_id), AssistantId(place.assistant_id)
    try:
        entrance = await line.bots.entrance_of(workspace, channel, assistant)
    except Unpublished:
        raise Refused("task_incomplete", "The assistant has no published version.") from None
    arrival = Arrival(
        entrance,
        place.external_id,
        Said(said, page=Page(url=url)),
        None if once is None else once.name,
        None if once is None else once.body_hash,
    )
    return await receive(line, lanes, arrival)
