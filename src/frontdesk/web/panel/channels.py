"""`/panel/channels`: which ways customers can write to us, whether each works, and adding one.

Health is the last real message in and out. What is done here is done by the endpoints of `/api/v1/channels`.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from frontdesk.store import assistants as stored_assistants
from frontdesk.store import channels as stored
from frontdesk.store.channel_health import Health, last_lines
from frontdesk.web.panel.fields import Choice, Field, Mistakes, again, drawn, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE, also_in, mistakes_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.program import Offer
from frontdesk.web.route import Route
from frontdesk.web.v1 import channels as api

ROUTES: list[Route] = []
PATH = "/panel/channels"
NEW = f"{PATH}/new"
MOST = 500
MOST_NAME = 100
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
    return await visit.show("channels.html", {"cards": await _cards(visit), "adding": None})


async def _cards(visit: Visit) -> list[Card]:
    async with visit.work() as tx:
        found = await stored.list_channels(
            visit.workspace, tx, after="", limit=MOST, within=visit.actor.assistant_ids
        )
        health = await last_lines(visit.workspace, tx, [channel.id for channel in found])
    names = dict(await assistants_of(visit))
    shown = [channel for channel in found if channel.type in visit.program.channel_types]
    return [card(visit, channel, health[channel.id], names) for channel in shown]


async def assistants_of(visit: Visit) -> list[tuple[str, str]]:
    """Ids and names of the assistants within reach."""
    async with visit.work() as tx:
        found = await stored_assistants.list_assistants(
            visit.workspace, tx, after="", limit=MOST, within=visit.actor.assistant_ids
        )
    return [(str(assistant.id), assistant.name) for assistant in found]


def card(visit: Visit, channel: stored.Channel, health: Health, names: dict[str, str]) -> Card:
    answered_by = tuple(names.get(task.assistant_id, "") for task in channel.tasks)
    kind = next((offer.name for offer in kinds(visit) if offer.id == channel.type), channel.type)
    return Card(channel, kind, health, _state(visit, channel, health), answered_by)


def _state(visit: Visit, channel: stored.Channel, health: Health) -> str:
    if not channel.enabled:
        return "off"
    last = max(filter(None, (health.heard_at, health.said_at)), default=None)
    if last is None:
        return "silent"
    return "works" if visit.program.clock.now() - last < FRESH else "quiet"


# --- adding one


def kinds(visit: Visit) -> list[Offer]:
    """Every type of channel, in the order in which people choose."""
    return [offer for offer in visit.program.offers if offer.category == "channel"]


@opens(
    ROUTES, "GET", NEW, menu="channels", permission="channels.write", summary="The form that adds a channel."
)
async def new_channel(visit: Visit) -> Response:
    """The type that was chosen decides on the fields; what was typed so far comes along."""
    sent = Sent(visit.request.query_params.multi_items())
    fields = await _new_fields(visit, sent.get("type"))
    fields, _ = again(fields, sent, Mistakes({})) if "type" in sent else (fields, None)
    return await _adding(visit, fields, None, 200)


@opens(ROUTES, "POST", NEW, menu="channels", permission="channels.write", summary="Add a channel.")
async def add_channel(visit: Visit) -> Response:
    sent = await visit.form()
    fields = await _new_fields(visit, sent.get("type"))
    settings = {name: value for name, value in given(fields, sent).items() if value is not None}
    try:
        own = given([field for field in fields if "." not in field.name], sent, prefix="")
        wanted = api.NewChannel.model_validate({**own, "settings": settings})
        async with visit.asking() as ask:
            made = await api.create_channel(ask, wanted, Response())
    except MENDABLE as error:
        model = visit.program.channel_types.get(sent.get("type"))
        mistakes = also_in(model, settings, mistakes_of(error, visit.viewer.language), visit.viewer.language)
        fields, mistakes = again(fields, sent, mistakes)
        return await _adding(visit, fields, mistakes, mistakes.status)
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("channels.added", name=made.name))


async def _new_fields(visit: Visit, chosen: str) -> list[Field]:
    offers = kinds(visit)
    offer = next((one for one in offers if one.id == chosen), offers[0])
    names = await assistants_of(visit)
    say = visit.say
    fields = [
        Field(
            "type",
            say("channels.type"),
            "select",
            hint=offer.summary,
            value=offer.id,
            required=True,
            choices=tuple(Choice(one.id, one.name) for one in offers),
        ),
        Field(
            "name",
            say("channels.name"),
            hint=say("channels.name_hint"),
            required=True,
            most_letters=MOST_NAME,
        ),
    ]
    if offer.id not in visit.program.by_task:
        choices = tuple(Choice(*pair) for pair in names)
        only = choices[0].value if len(choices) == 1 else ""
        fields.append(
            Field(
                "assistant_id",
                say("channels.assistant"),
                "select",
                hint=say("channels.assistant_hint"),
                value=only,
                required=True,
                choices=choices,
            )
        )
    return [*fields, *(drawn(offer.settings, {}) if offer.settings else [])]


async def _adding(visit: Visit, fields: list[Field], mistakes: Mistakes | None, status: int) -> Response:
    adding = {"fields": fields, "mistakes": mistakes}
    if visit.is_part:
        return await visit.show("_channel_new.html", {"adding": adding}, status=status, part=True)
    values = {"cards": await _cards(visit), "adding": adding}
    return await visit.show("channels.html", values, status=status)
