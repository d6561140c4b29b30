"""An act of a person, or of the program, on one conversation: held, changed, written, announced. Called by this room.

hold (nobody else changes it until the commit) --> change --> write --> after the commit: tell who waits, send
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from frontdesk.core.actor import Actor
from frontdesk.core.conversation import Owner, Strip, StripKind
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.core.message import plain
from frontdesk.core.meter import MESSAGES
from frontdesk.store import desk_acts, desk_teams, desk_withheld
from frontdesk.store.bots import PREVIEW
from frontdesk.store.desk_acts import Done, Held, Standing
from frontdesk.store.directory import Entrance
from frontdesk.store.tx import Tx
from frontdesk.turn.act import LINES, Acting, head, preview
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.telling import telling_of

ACCOUNT = "acct_"
"""How the id of a person's account begins; whoever else acts is a program with a key, or ours."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Who acts, in which transaction, and what has to happen once that is committed.

    `who` is an account or a key; empty for the program itself. `within` limits it to some assistants. `file_link` makes
    the address at which a customer opens a file.
    """

    line: Line
    lanes: Lanes
    workspace: WorkspaceId
    tx: Tx
    who: str = ""
    within: frozenset[str] = frozenset()
    file_link: Callable[[WorkspaceId, str], str] | None = None
    after: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        line: Line,
        lanes: Lanes,
        tx: Tx,
        actor: Actor,
        *,
        file_link: Callable[[WorkspaceId, str], str] | None = None,
    ) -> "Doing":
        return cls(line, lanes, actor.workspace, tx, actor.id, actor.assistant_ids, file_link)


@dataclass(slots=True)
class Act:
    """The conversation as it was found, and as the act leaves it."""

    doing: Doing
    held: Held
    acting: Acting
    standing: Standing
    now: datetime

    @property
    def id(self) -> ConversationId:
        return self.held.conversation.id

    @property
    def owner(self) -> Owner:
        return self.acting.owner

    @property
    def is_preview(self) -> bool:
        """A conversation of an author with their bot, for which nobody is called."""
        return self.held.entrance.channel_type == PREVIEW

    @property
    def is_programs(self) -> bool:
        """Whether a program has it, which the desk looks at by itself: see `leaving.leave_ended`."""
        holder = self.standing.assignee_id
        return self.owner == "human" and holder is not None and not holder.startswith(ACCOUNT)

    @property
    def is_lighter(self) -> bool:
        """Whether somebody has less to do than before, or the queue is shorter."""
        before = self.held.conversation.owner
        return (before, self.held.standing.assignee_id) != (self.owner, self.standing.assignee_id)

    def own(self, owner: Owner, team: str, assignee: str | None = None) -> None:
        """It is `owner`'s from now on, and with people `assignee`'s."""
        before, standing, told = self.acting.owner, self.standing, len(self.acting.events)
        self.acting.assignee_id = assignee or ""
        self.acting.own(owner, team)
        if len(self.acting.events) == told and assignee != standing.assignee_id:
            self.acting.changed(before)
        standing.assignee_id = assignee
        if before in {"queued", "human"} and owner in {"bot", "closed"} and not self.is_preview:
            # People are done: a model looks once more for what was not seen yet, if the customer has written since.
            self.acting.judge = self.doing.line.judge is not None
        if owner != before:
            standing.queued_at = self.now if owner == "queued" else None
            standing.closed_at = self.now if owner == "closed" else None
            standing.queue_told = 0
            standing.rating_ask = None
            standing.outcome = "" if owner != "closed" else standing.outcome
        if owner == "queued":
            standing.waiting_since = standing.waiting_since or self.now
            standing.desk_due_at = self.now
        elif owner != "human":
            standing.waiting_since = None
        elif self.is_programs:
            standing.desk_due_at = self.now

    def mark(self, kind: StripKind, **told: str) -> None:
        self.acting.mark(Strip(kind, who=self.doing.who, **told))


async def hold(doing: Doing, conversation_id: ConversationId) -> Act:
    """Begin an act: nobody else changes the conversation until the transaction ends.

    Raises:
        Refused: There is none, or its assistant is out of reach.
    """
    place = await desk_acts.place_of(doing.workspace, doing.tx, conversation_id)
    entrance = await _entrance(doing, place)
    held = await desk_acts.hold(doing.workspace, doing.tx, conversation_id)
    found = held.conversation
    if doing.within and found.assistant_id not in doing.within:
        raise Refused("not_found", "There is no such conversation.")
    if entrance is None or place != desk_acts.Place(found.channel_id, found.assistant_id):
        entrance = held.entrance
    line, file_link = doing.line, doing.file_link
    acting = Acting(
        entrance,
        found.id,
        found.contact_id,
        found.external_id,
        found.last_seq,
        found.owner,
        found.team,
        line.channels.get(entrance.channel_type),
        telling_of(line, entrance, found),
        known=found.known,
        marks=found.marks,
        assignee_id=found.assignee_id or "",
        file_link=None if file_link is None else partial(file_link, doing.workspace),
    )
    return Act(doing, held, acting, replace(held.standing), line.clock.now())


async def _entrance(doing: Doing, place: desk_acts.Place) -> Entrance | None:
    """Where the conversation belongs, with the integration of its task; None when that was removed."""
    try:
        return await doing.line.bots.entrance_of(
            doing.workspace, place.channel_id, AssistantId(place.assistant_id)
        )
    except Refused:
        return None


def refuse_merged(act: Act) -> None:
    """What was merged stays as it was; everything goes on in the other one."""
    if act.standing.merged_into is not None:
        raise Refused(
            "in_use", f"This conversation was merged into {act.standing.merged_into}; go on in that one."
        )


async def _withhold(act: Act) -> None:
    """From people taking over, the customer hears nothing more of the bot: what it was to say later is kept as unsent.

    What it says as it hands over waits for a person too: it is said unless somebody acts before.
    """
    doing = act.doing
    delivered = {*doing.line.channels, *doing.line.by_task}
    unsaid = await desk_withheld.withhold(doing.workspace, doing.tx, act.id, delivered=delivered)
    if not unsaid:
        return
    strips = [
        (one, Strip("not_sent", before="bot", after=act.owner, text=plain(one.parts))) for one in unsaid
    ]
    await desk_withheld.mark(doing.workspace, doing.tx, strips)
    last = await desk_withheld.last(doing.workspace, doing.tx, act.id)
    if last is None:
        return
    await desk_withheld.show(doing.workspace, doing.tx, act.id, last, head(last.parts))
    if last.author == "contact" and act.owner in {"queued", "human"} and not act.acting.messages_of(LINES):
        act.standing.waiting_since = act.standing.waiting_since or last.at


async def write(act: Act) -> None:
    """Write the act, and foresee what is done after the commit."""
    doing, acting = act.doing, act.acting
    line = doing.line
    jobs = not line.nearby.is_there
    noticed = acting.tell()
    lines = acting.messages_of(LINES)
    if doing.who and act.owner != "bot" and (lines or act.owner != act.held.conversation.owner):
        await _withhold(act)
    shown = (lines[-1].author, preview(lines[-1]), lines[-1].seq) if lines else None
    done = Done(
        acting.owner,
        acting.team,
        acting.seq,
        act.standing,
        acting.messages,
        acting.events,
        acting.deliveries,
        shown,
        jobs,
        noticed,
    )
    told = await desk_acts.write(doing.workspace, doing.tx, act.held, done)
    lanes = [*(delivery.lane for delivery in acting.deliveries), *told]

    def announce() -> None:
        for message in acting.messages:
            MESSAGES.add(message.author)
        line.waiting.wake(act.id)
        line.hints.touch(doing.workspace)
        line.hints.touch(act.id, jobs=bool(lanes) and jobs)
        if not jobs:
            line.nearby.wake(doing.workspace, lanes)
        if act.standing.desk_due_at is not None and act.standing.desk_due_at <= act.now:
            line.bell.ring(doing.workspace, act.id)

    doing.after.append(announce)
    if act.held.conversation.owner in {"queued", "human"} and act.is_lighter:
        await desk_teams.look_again(
            doing.workspace, doing.tx, sorted({act.held.conversation.team, acting.team})
        )
