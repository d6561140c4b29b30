"""One conversation in the queue: which team it waits for, who gets it, what its customer is told meanwhile.

Called by `dispatching` with the conversation held; what is decided here is written there.
"""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta

import msgspec

from frontdesk.core.conversation import Strip
from frontdesk.core.message import Text
from frontdesk.core.queue_told import MOST_TOLD, away, back, is_away, place_told
from frontdesk.desk import assigning, presence
from frontdesk.desk import settings as desk_settings
from frontdesk.desk.doing import Act
from frontdesk.desk.moments import moment
from frontdesk.desk.phrases import phrase
from frontdesk.desk.teams import TeamSettings, hours_of, settings_of
from frontdesk.dialog.state import load_state
from frontdesk.store import desk_labels, desk_people, desk_teams, workspaces
from frontdesk.store.desk_teams import Busy, Hear, Team
from frontdesk.store.presence import GONE_AFTER_S
from frontdesk.turn.act import AT_A_LOSS

LOOK_AGAIN_S = 60
"""How soon the head of a queue is looked at again: somebody may have come, or left the queue before it."""
HELD_AGAIN_S = 1
"""How soon it is looked at again when everybody who could take it is just being changed by somebody."""
HEAD = 20
"""Conversations of a queue that are looked at so often; of the next as many every other time, and so on."""
FARTHEST_S = 15 * 60
"""How soon the farthest back is looked at again."""
MISSED_AFTER_S = 180
"""For how long people count as there to a customer who was told their place, when their last window was closed."""


class Reason(msgspec.Struct, frozen=True):
    """Why the bot handed over, as far as it matters here."""

    intent: str = ""
    person: str = ""
    reason: str = ""


async def queue(act: Act, *, but: str = "") -> None:
    """Give it to somebody, or tell the customer where they stand. `but`: who has just let it lie."""
    team = await _team_of(act)
    if team is None:
        await _tell_of_no_team(act)
        return
    settings, common = settings_of(team), await desk_settings.of_workspace(act.doing)
    name, members = await desk_teams.hold_team(act.doing.workspace, act.doing.tx, team.id)
    if act.acting.team != name:
        # A bot writes it as it likes, or says the id; lists and counts go by the name.
        act.own("queued", name)
        act.standing.desk_due_at = None
    capacities = await presence.capacities(
        act.doing, [member.account_id for member in members], common.capacity
    )
    hours = hours_of(settings)
    is_open = hours is None or hours.is_open(act.now)
    held = {member.account_id for member in team.members} - {member.account_id for member in members}
    if is_open and not capacities and await presence.capacities(act.doing, held, common.capacity):
        # Whoever could take it is just being changed, and no candidate until that is done.
        act.standing.desk_due_at = act.now + timedelta(seconds=HELD_AGAIN_S)
        return
    is_missed = is_open and not capacities and await _were_here(act, members)
    if is_missed and _sees_place(act):
        await _tell_position(act, is_here=False)
        return
    if not capacities or not is_open:
        opens_at = None if hours is None else hours.next_opening(act.now)
        await _tell_away(act, settings, opens_at, is_missed=is_missed)
        return
    free = {one.account_id for one in members if one.load < capacities.get(one.account_id, 0)} - {but}
    asked_for = await _asked_for(act, free)
    chosen = asked_for or assigning.choose(settings.rule, members, capacities, await about(act), but=but)
    if chosen is None:
        await _tell_position(act)
        return
    act.mark(
        "assigned",
        before="queued",
        after=chosen,
        team=name,
        reason="asked_for" if asked_for else settings.rule,
    )
    act.own("human", name, chosen)
    _watch(act, settings)
    await desk_teams.given(act.doing.workspace, act.doing.tx, team.id, chosen)


async def leave_gone(act: Act) -> None:
    """Of a team that is in the bin nobody comes: from here on it is with none, or with the one whose topic it is."""
    gone, holder = act.acting.team, act.standing.assignee_id
    if not gone or act.owner not in {"queued", "human"}:
        return
    if not await desk_teams.is_in_bin(act.doing.workspace, act.doing.tx, gone):
        return
    act.mark("assigned", before=gone, after=holder or "queued", reason="team_gone")
    act.own(act.owner, "", holder)


async def pass_on(act: Act) -> None:
    """Whoever has it and lets its customer wait for too long has it no more."""
    team = await desk_teams.named(act.doing.workspace, act.doing.tx, act.acting.team)
    if team is None:
        return
    settings, since = settings_of(team), act.standing.waiting_since
    if not settings.reassign_after_s or since is None:
        return
    patient_until = since + timedelta(seconds=settings.reassign_after_s)
    if act.now < patient_until:
        act.standing.desk_due_at = patient_until
        return
    silent = act.standing.assignee_id or ""
    act.mark("assigned", before=silent, after="queued", team=team.name, reason="silence")
    act.own("queued", team.name)
    act.standing.desk_due_at = None
    await queue(act, but=silent)
    if act.owner == "human":
        # Its new owner has as much time as the one before.
        act.standing.desk_due_at = act.now + timedelta(seconds=settings.reassign_after_s)


async def _asked_for(act: Act, free: Set[str]) -> str | None:
    """The person whom the bot handed over to, when they are in the team and have room; else the team's rule holds."""
    person = msgspec.convert(act.held.handoff or {}, Reason).person.strip()
    if not person or not free:
        return None
    return await desk_people.called(act.doing.workspace, act.doing.tx, free, person)


def _watch(act: Act, settings: TeamSettings) -> None:
    """Look again when whoever has it now has let it lie."""
    since = act.standing.waiting_since
    if settings.reassign_after_s and since is not None:
        act.standing.desk_due_at = max(since, act.now) + timedelta(seconds=settings.reassign_after_s)


async def _team_of(act: Act) -> Team | None:
    """The team that was asked for; of a conversation that asks for none the one whose topic it is."""
    workspace, tx = act.doing.workspace, act.doing.tx
    if act.acting.team:
        return await desk_teams.named(workspace, tx, act.acting.team)
    teams = [(team, settings_of(team).topics) for team in await desk_teams.all_teams(workspace, tx)]
    found = assigning.by_topic(teams, await about(act))
    if found is not None:
        act.mark("assigned", before="queued", after="queued", team=found.name, reason="topic")
        act.own("queued", found.name)
        act.standing.desk_due_at = None
    return found


async def about(act: Act) -> frozenset[str]:
    """What a conversation is about: its labels, the intent that it was handed over with, its language."""
    labels = await desk_labels.labels_of(act.doing.workspace, act.doing.tx, act.id)
    reason = msgspec.convert(act.held.handoff or {}, Reason)
    return frozenset({*labels, reason.intent, languages_of(act)[0]} - {""})


def languages_of(act: Act) -> tuple[str, ...]:
    """The customer's language first, then those that are as good as it gets."""
    state = load_state(act.held.conversation.state, act.held.conversation.state_format)
    known = (
        act.held.contact_language,
        state.language,
        state.spoken,
        state.reads,
        act.held.entrance.language,
    )
    return tuple(tag for tag in known if tag) or ("en",)


async def _were_here(act: Act, members: Sequence[Busy]) -> bool:
    ids = [member.account_id for member in members]
    return await presence.were_here(act.doing, ids, MISSED_AFTER_S)


def _sees_place(act: Act) -> bool:
    """Whether the customer sees that somebody is there, and has been told so."""
    return act.standing.queue_told != 0 and not is_away(act.standing.queue_told)


async def _tell_of_no_team(act: Act) -> None:
    """Nobody is given what waits for no team: whoever answers customers may take it."""
    settings = await desk_settings.of_workspace(act.doing)
    ids = await desk_people.all_answering(act.doing.workspace, act.doing.tx) if settings.tell_away else []
    is_here = not settings.tell_away or await presence.were_here(act.doing, ids, GONE_AFTER_S)
    is_missed = not is_here and await presence.were_here(act.doing, ids, MISSED_AFTER_S)
    if is_here or (is_missed and _sees_place(act)):
        await _tell_position(act, is_here=is_here)
    else:
        await _tell_away(act, TeamSettings.model_validate({}), None, is_missed=is_missed)


async def _wait(act: Act) -> tuple[int, datetime]:
    """The place in the queue, and when to look again: nobody is given out before those ahead, so that may be later."""
    ahead = await desk_teams.ahead_of(act.doing.workspace, act.doing.tx, act.id, act.acting.team)
    again_s = min(LOOK_AGAIN_S * (1 + ahead // HEAD), FARTHEST_S)
    return 1 + ahead, act.now + timedelta(seconds=again_s)


async def _tell_away(act: Act, settings: TeamSettings, opens_at: datetime | None, *, is_missed: bool) -> None:
    """`is_missed`: somebody was there until just now; who sees a place does so a little longer."""
    place, again = await _wait(act)
    act.standing.desk_due_at = max(opens_at or again, again)
    if place == 1 and settings.tell_away:
        hear = Hear(untold=True, gone=not is_missed)
        await desk_teams.stir(act.doing.workspace, act.doing.tx, act.acting.team, hear)
    told = act.standing.queue_told
    if is_away(told) or not settings.tell_away:
        return
    act.standing.queue_told = away(told)
    if told < 0:
        return  # they have heard it since their place; now they see it again
    languages = languages_of(act)
    if opens_at is not None and opens_at <= act.now:
        opens_at = None  # it is open, and nobody is there
    text = next((settings.away_message[tag] for tag in languages if tag in settings.away_message), "")
    if not text and opens_at is not None:
        zone = settings.time_zone or await workspaces.time_zone(act.doing.workspace, act.doing.tx)
        text = phrase("away_until", languages, time=moment(opens_at, zone, languages, now=act.now))
    act.acting.mark(Strip("away", team=act.acting.team), (Text(text or phrase("away", languages)),))


def _place_phrase(act: Act, told: int) -> str:
    """The first word to whom nobody has said so yet, as a bot does that hands over, says that people answer here."""
    reason = msgspec.convert(act.held.handoff or {}, Reason).reason
    return "taken_over" if not told and reason in {"", AT_A_LOSS} else "queue_position"


async def _tell_position(act: Act, *, is_here: bool = True) -> None:
    """`is_here`: not only until just now."""
    settings = await desk_settings.of_workspace(act.doing)
    place, act.standing.desk_due_at = await _wait(act)
    if place == 1:
        hear = Hear(back=is_here, better=settings.tell_position)
        await desk_teams.stir(act.doing.workspace, act.doing.tx, act.acting.team, hear)
    # Only a better place is news; who was told that nobody is there, and no place before, is told when somebody is. Then
    # nobody being there is news once more.
    told = act.standing.queue_told
    if not settings.tell_position or 0 < place_told(told) <= place:
        act.standing.queue_told = back(told) if is_away(told) else told
        return
    act.standing.queue_told = min(place, MOST_TOLD)
    line = (Text(phrase(_place_phrase(act, told), languages_of(act), number=place)),)
    act.acting.mark(Strip("queue_position", after=str(place), team=act.acting.team), line)
