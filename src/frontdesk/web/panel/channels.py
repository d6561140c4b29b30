"""`/panel/channels`: which ways customers can write to us, whether each works, and adding one.

Health is the last real message in and out. What is done here is done by the endpoints of `/api/v1/channels`.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from frontdesk.store import assistants as stored_assistants
from frontdesk.store import channels as stored
from frontdesk.store.channel_health import Health, last_lines
from frontdesk.web.panel.fields import Choice, Field, Mistakes, again
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE
from frontdesk.web.panel.plan_said import Seen, seen
from frontdesk.web.panel.plugin_form import chosen_of, own_fields, refused, spoken, wanted
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.program import Offer
from frontdesk.web.route import Route
from frontdesk.web.v1 import channels as api

ROUTES: list[Route] = []
PATH = "/panel/channels"
NEW = f"{PATH}/new"
MOST = 500
FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Card:
    """A channel with what its card says. `state`: stopped (by `plan`), off, silent, quiet, works."""

    channel: stored.Channel
    kind: str
    health: Health
    state: str
    answered_by: tuple[str, ...]
    plan: str


@opens(ROUTES, "GET", PATH, menu="channels", permission="channels.read", summary="The page Channels.")
async def channels_page(visit: Visit) -> Response:
    plan = await plan_of_channels(visit)
    values = {"cards": await _cards(visit, plan), "adding": None, "plan": plan}
    return await visit.show("channels.html", values)


async def plan_of_channels(visit: Visit) -> Seen:
    """What the plan has to do with channels."""
    types = [offer.id for offer in kinds(visit)]
    async with visit.work() as tx:
        return await seen(visit.program, visit.workspace, tx, types, visit.viewer.language)


async def _cards(visit: Visit, plan: Seen) -> list[Card]:
    async with visit.work() as tx:
        found = await stored.list_channels(
            visit.workspace, tx, after="", limit=MOST, within=visit.actor.assistant_ids
        )
        health = await last_lines(visit.workspace, tx, [channel.id for channel in found])
    names = dict(await assistants_of(visit))
    shown = [channel for channel in found if channel.type in visit.program.channel_types]
    return [card(visit, channel, health[channel.id], names, plan) for channel in shown]


async def assistants_of(visit: Visit) -> list[tuple[str, str]]:
    """Ids and names of the assistants within reach."""
    async with visit.work() as tx:
        found = await stored_assistants.list_assistants(
            visit.workspace, tx, after="", limit=MOST, within=visit.actor.assistant_ids
        )
    return [(str(assistant.id), assistant.name) for assistant in found]


def card(visit: Visit, channel: stored.Channel, health: Health, names: dict[str, str], plan: Seen) -> Card:
    answered_by = tuple(names.get(task.assistant_id, "") for task in channel.tasks)
    kind = next((offer.name for offer in kinds(visit) if offer.id == channel.type), channel.type)
    state = _state(visit, channel, health, plan)
    return Card(channel, kind, health, state, answered_by, plan.name)


def _state(visit: Visit, channel: stored.Channel, health: Health, plan: Seen) -> str:
    if not channel.enabled:
        return "stopped" if channel.id in plan.stopped else "off"
    last = max(filter(None, (health.heard_at, health.said_at)), default=None)
    if last is None:
        return "silent"
    return "works" if visit.program.clock.now() - last < FRESH else "quiet"


# --- adding one


def kinds(visit: Visit) -> list[Offer]:
    """Every type of channel, in the order in which people choose."""
    return [offer for offer in spoken(visit) if offer.category == "channel"]


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
    try:
        new = api.NewChannel.model_validate(wanted(fields, sent))
        async with visit.asking() as ask:
            made = await api.create_channel(ask, new, Response())
    except MENDABLE as error:
        chosen = chosen_of(kinds(visit), sent.get("type"))
        fields, mistakes = refused(visit, fields, sent, chosen, error)
        return await _adding(visit, fields, mistakes, mistakes.status)
    return await visit.go(f"{PATH}/{made.id}", toast=visit.say("channels.added", name=made.name))


async def _new_fields(visit: Visit, wanted_type: str) -> list[Field]:
    offers = kinds(visit)
    chosen = chosen_of(offers, wanted_type)
    answering = [] if chosen.id in visit.program.by_task else [await _assistant_field(visit)]
    return own_fields(visit, offers, chosen, "channels", answering)


async def _assistant_field(visit: Visit) -> Field:
    choices = tuple(Choice(*pair) for pair in await assistants_of(visit))
    return Field(
        "assistant_id",
        visit.say("channels.assistant"),
        "select",
        hint=visit.say("channels.assistant_hint"),
        value=choices[0].value if len(choices) == 1 else "",
        required=True,
        choices=choices,
    )


async def _adding(visit: Visit, fields: list[Field], mistakes: Mistakes | None, status: int) -> Response:
    adding = {"fields": fields, "mistakes": mistakes}
    plan = await plan_of_channels(visit)
    if visit.is_part:
        values: dict[str, object] = {"adding": adding, "plan": plan}
        return await visit.show("_channel_new.html", values, status=status, part=True)
    values = {"cards": await _cards(visit, plan), "adding": adding, "plan": plan}
    return await visit.show("channels.html", values, status=status)
