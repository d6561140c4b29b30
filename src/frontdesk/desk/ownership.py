"""Who has a conversation: taking, assigning, handing back to the bot, closing, opening again, merging.

bot <--> queued --take--> human --hand back--> bot
            \\________________|______close______> closed --reopen, or the customer writes--> bot | queued | human
Called by `web/v1`. Every act is written with its strip in one commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.core.action import Begun
from frontdesk.core.conversation import Closing, Owner, Strip
from frontdesk.core.errors import Refused
from frontdesk.core.ids import BotVersionId, ConversationId, InboundId
from frontdesk.core.message import Button, Buttons
from frontdesk.desk import notices
from frontdesk.desk import settings as desk_settings
from frontdesk.desk.doing import Act, Doing, hold, refuse_merged, write
from frontdesk.desk.leaving import refuse_gone
from frontdesk.desk.phrases import phrase
from frontdesk.desk.queueing import languages_of
from frontdesk.desk.seen import Seen, refuse_changed
from frontdesk.store import desk_acts, desk_people, desk_teams
from frontdesk.store.connect import json_text
from frontdesk.store.ids import mint
from frontdesk.store.outcomes import Received
from frontdesk.turn.rating import Asked


async def take(doing: Doing, conversation_id: ConversationId) -> None:
    """It is mine now, if it was nobody's.

    Raises:
        Refused: Somebody has it: `already_taken`, with who.
    """
    await refuse_gone(doing)
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    if act.owner == "human" and act.standing.assignee_id == doing.who:
        return
    await refuse_taken(act)
    take_over(act)
    await write(act)


async def refuse_taken(act: Act) -> None:
    """Somebody else has it."""
    holder = act.standing.assignee_id
    if act.owner != "human" or holder in {None, act.doing.who}:
        return
    name = await name_of(act.doing, str(holder))
    raise Refused(
        "already_taken",
        f"{name} has this conversation already.",
        details={"assignee": {"id": holder, "name": name}},
    )


def take_over(act: Act) -> None:
    """From whoever has it to the one who acts."""
    act.mark("taken", before=act.owner, after="human", team=act.acting.team)
    act.own("human", act.acting.team, act.doing.who)


async def name_of(doing: Doing, account: str) -> str:
    return (await desk_people.names(doing.workspace, doing.tx, [account])).get(account, account)


@dataclass(frozen=True, slots=True)
class Assignment:
    """To a person, to a team's queue, or back to the queue; `team` None leaves the team as it is."""

    assignee: str | None = None
    team: str | None = None


async def assign(
    doing: Doing, conversation_id: ConversationId, given: Assignment, seen: Seen | None = None
) -> None:
    """
    Raises:
        Refused: There is no such person or team, or it is not with whom it was `seen`.
    """
    assignee, team = given.assignee, given.team
    # Before the conversation is held, as where somebody is switched off: two who wait for each other would never end.
    if assignee is not None and not await desk_people.answering(doing.workspace, doing.tx, [assignee]):
        raise Refused("invalid", "There is nobody of this id who may answer customers.", field="assignee_id")
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    await refuse_changed(act, seen)
    wanted = act.acting.team if team is None else await _team_named(doing, team)
    if assignee is not None:
        act.mark("assigned", before=act.standing.assignee_id or act.owner, after=assignee, team=wanted)
        act.own("human", wanted, assignee)
    else:
        act.mark("assigned", before=act.standing.assignee_id or act.owner, after="queued", team=wanted)
        act.own("queued", wanted)
    await write(act)
    await notices.assigned(act)
    await notices.queued(act, since=act.now)


async def _team_named(doing: Doing, wanted: str) -> str:
    found = await desk_teams.named(doing.workspace, doing.tx, wanted, for_giving=True) if wanted else None
    if wanted and found is None:
        raise Refused("invalid", "There is no such team.", field="team")
    return "" if found is None else found.name


async def hand_back(
    doing: Doing, conversation_id: ConversationId, flow: str, seen: Seen | None = None
) -> None:
    """The bot goes on: at the flow of this name, or with the customer's next message."""
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    if flow and flow not in await flows_of(act):
        raise Refused("invalid", "The assistant has no such flow.", field="flow")
    if act.owner == "bot" and not flow:
        return
    await refuse_changed(act, seen)
    act.mark("handed_back", before=act.owner, after="bot", reason=flow)
    act.own("bot", "")
    act.standing.snoozed_until = None
    await write(act)
    begun = json_text(Begun(flow, handed_back=True))
    received = Received(InboundId(mint("in")), act.held.conversation.channel_id, begun)
    await desk_acts.hear(doing.workspace, doing.tx, act.held, received)
    doing.after.append(lambda: doing.lanes.work(doing.workspace, act.id))


async def flows_of(act: Act) -> Mapping[str, str]:
    """The flows that the bot can be handed to, with what people call them."""
    published = act.held.entrance.published_version
    return {} if published is None else await flow_names(act.doing, published)


async def flow_names(doing: Doing, version: BotVersionId) -> Mapping[str, str]:
    """What people call the flows of a version, by id."""
    bot = await doing.line.bots.bot(doing.workspace, version)
    return {flow.id: flow.name for flow in bot.flows.values() if not flow.id.startswith("_")}


async def close(
    doing: Doing, conversation_id: ConversationId, outcome: Closing, seen: Seen | None = None
) -> None:
    """It is over, with this outcome; the customer is asked how satisfied they are where that is set."""
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    if act.owner == "closed" and act.standing.outcome == outcome:
        return
    await refuse_changed(act, seen)
    await finish(act, outcome)
    await write(act)


async def finish(act: Act, outcome: Closing) -> None:
    settings, was = await desk_settings.of_workspace(act.doing), act.owner
    act.mark("closed", before=act.owner, after="closed", reason=outcome)
    if act.owner != "closed":
        act.own("closed", act.acting.team, act.standing.assignee_id)
    act.standing.outcome = outcome
    act.standing.reopens_to = settings.reopens_to
    act.standing.snoozed_until = act.standing.desk_due_at = None
    if settings.ask_rating and outcome != "spam" and not act.is_preview and was == "human":
        _ask_rating(act, settings.rating_most)


def _ask_rating(act: Act, most: int) -> None:
    languages = languages_of(act)
    points = tuple(Button(str(number), str(number)) for number in range(1, most + 1))
    told = (Buttons(phrase("rating", languages, most=most), points, quick=True),)
    act.acting.mark(Strip("rating_asked", who=act.doing.who), told)
    range_ = phrase("rating_range", languages, most=most)
    act.standing.rating_ask = json_text(Asked(most, phrase("rating_thanks", languages), range_, languages[0]))


async def reopen(doing: Doing, conversation_id: ConversationId) -> None:
    """Closed no more: it is the one's who opens it."""
    await refuse_gone(doing)
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    if act.owner != "closed":
        raise Refused("invalid", "This conversation is not closed.")
    owner: Owner = "human"
    act.mark("reopened", before="closed", after=owner)
    act.own(owner, act.acting.team, doing.who)
    await write(act)
