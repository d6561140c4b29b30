"""`/panel/channels`: which ways customers can write to us, and whether each works.

Health is the last real message in and out. What is done here is done by the endpoints of `/api/v1/channels`.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from frontdesk.store import assistants as stored_assistants
from frontdesk.store import channels as stored
from frontdesk.store.channel_health import Health, last_lines
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route

ROUTES: list[Route] = []
PATH = "/panel/channels"
MOST = 200
FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Card:
    """A channel with what its card says. `state`: off, silent, quiet, works."""

    channel: stored.Channel
    kind: str
    health: Health
    state: str
    answered_by: tuple[str, ...]


@opens(ROUTES, "GET", PATH, menu="channels", permission="channels.read", summary="The page Channels.")
async def channels_page(visit: Visit) -> Response:
    async with visit.work() as tx:
        within = visit.actor.assistant_ids
        found = await stored.list_channels(visit.workspace, tx, after="", limit=MOST, within=within)
        health = await last_lines(visit.workspace, tx, [channel.id for channel in found])
        people = await stored_assistants.list_assistants(
            visit.workspace, tx, after="", limit=MOST, within=within
        )
    names = {str(assistant.id): assistant.name for assistant in people}
    shown = [channel for channel in found if channel.type in visit.program.channel_types]
    cards = [card(visit, channel, health[channel.id], names) for channel in shown]
    return await visit.show("channels.html", {"cards": cards})


def card(visit: Visit, channel: stored.Channel, health: Health, names: dict[str, str]) -> Card:
    kinds = {offer.id: offer.name for offer in visit.program.offers}
    answered_by = tuple(names.get(task.assistant_id, "") for task in channel.tasks)
    return Card(
        channel, kinds.get(channel.type, channel.type), health, _state(visit, channel, health), answered_by
    )


def _state(visit: Visit, channel: stored.Channel, health: Health) -> str:
    if not channel.enabled:
        return "off"
    last = max(filter(None, (health.heard_at, health.said_at)), default=None)
    if last is None:
        return "silent"
    return "works" if visit.program.clock.now() - last < FRESH else "quiet"
