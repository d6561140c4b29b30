"""What people say about a conversation: how much it matters, what it is about, until when it may wait. Called by `web/v1`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.core.conversation import PRIORITIES
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.desk.doing import Act, Doing, hold, refuse_merged, write
from frontdesk.desk.seen import Seen, refuse_changed
from frontdesk.store import desk_labels

FARTHEST = timedelta(days=366)


async def prioritise(doing: Doing, conversation_id: ConversationId, priority: int) -> None:
    """How much it matters, by its place in `PRIORITIES`."""
    act = await hold(doing, conversation_id)
    if act.standing.priority == priority:
        return
    _set_priority(act, priority)
    await write(act)


def _set_priority(act: Act, priority: int) -> None:
    act.mark("priority", before=PRIORITIES[act.standing.priority], after=PRIORITIES[priority])
    act.standing.priority = priority


async def label(
    doing: Doing, conversation_id: ConversationId, *, add: Sequence[str], remove: Sequence[str]
) -> None:
    """Labels by their names; those that are to be put on have to be there."""
    act = await hold(doing, conversation_id)
    before, after = await desk_labels.change_labels(doing.workspace, doing.tx, act.id, add=add, remove=remove)
    if before == after:
        return
    act.mark("labels", before=", ".join(before), after=", ".join(after))
    await write(act)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None leaves it. `labels` are all of them, by their names."""

    subject: str | None = None
    priority: int | None = None
    labels: Sequence[str] | None = None


async def change(
    doing: Doing, conversation_id: ConversationId, wanted: Change, refuse_unless: Callable[[int], None]
) -> None:
    """Change several things in one act, provided that the version is the one asked for."""
    act = await hold(doing, conversation_id)
    refuse_unless(act.held.conversation.version)
    if wanted.subject is not None:
        act.standing.subject = wanted.subject.strip()
    if wanted.priority is not None and wanted.priority != act.standing.priority:
        _set_priority(act, wanted.priority)
    if wanted.labels is not None:
        known = await desk_labels.labels_of(doing.workspace, doing.tx, act.id)
        asked = {name.lower() for name in wanted.labels}
        remove = [name for name in known if name.lower() not in asked]
        before, after = await desk_labels.change_labels(
            doing.workspace, doing.tx, act.id, add=wanted.labels, remove=remove
        )
        if before != after:
            act.mark("labels", before=", ".join(before), after=", ".join(after))
    await write(act)


async def snooze(
    doing: Doing, conversation_id: ConversationId, until: datetime, seen: Seen | None = None
) -> None:
    """It comes back at this moment, or when its customer writes."""
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    if not act.now < until <= act.now + FARTHEST:
        raise Refused(
            "invalid", "A conversation is snoozed until a moment within a year from now.", field="until"
        )
    await refuse_changed(act, seen)
    if act.owner == "closed":
        raise Refused("invalid", "This conversation is closed.")
    act.mark("snoozed", until=until.isoformat())
    act.standing.snoozed_until = until
    act.standing.desk_due_at = act.now if act.is_programs else until
    await write(act)


async def wake(doing: Doing, conversation_id: ConversationId) -> None:
    """Snoozed no more."""
    act = await hold(doing, conversation_id)
    if act.standing.snoozed_until is None:
        return
    act.mark("woken")
    act.standing.snoozed_until = None
    act.standing.desk_due_at = act.now
    await write(act)
