"""Two conversations of one customer become one: both stay readable, everything that comes goes to the survivor.

The one that is merged is closed. Whoever writes at its address afterwards writes to the survivor, which is answered
where its customer wrote last. Called by `web/v1`.
"""

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import ConversationId
from frontdesk.desk.doing import Act, Doing, hold, refuse_merged, write
from frontdesk.store import desk_acts


async def merge(doing: Doing, conversation_id: ConversationId, into: ConversationId) -> None:
    """
    Raises:
        Refused: It is the same one, one of them was merged before, or they are of different assistants or contacts: what
            one person wrote would be shown as another's, and the one be answered what the other asked.
        Unavailable: A message is at work in one of them.
    """
    if conversation_id == into:
        raise Refused("invalid", "A conversation cannot be merged into itself.", field="into")
    await desk_acts.hold_merging(doing.workspace, doing.tx, conversation_id, into)
    held = {each: await hold(doing, each) for each in (conversation_id, into)}
    source, survivor = held[conversation_id], held[into]
    refuse_merged(source)
    refuse_merged(survivor)
    if source.held.conversation.assistant_id != survivor.held.conversation.assistant_id:
        raise Refused("invalid", "The other conversation is with another assistant.", field="into")
    if source.held.conversation.contact_id != survivor.held.conversation.contact_id:
        raise Refused(
            "other_contact",
            "These are conversations of two contacts. If they are one person, merge the contacts first.",
            field="into",
        )
    for act in (source, survivor):
        if act.held.conversation.busy:
            raise Unavailable("A message is being answered in this conversation.")
    _close(source, survivor)
    survivor.mark("merged", conversation_id=source.id)
    if source.standing.waiting_since is not None and survivor.owner in {"queued", "human"}:
        since = survivor.standing.waiting_since or source.standing.waiting_since
        survivor.standing.waiting_since = min(since, source.standing.waiting_since)
    survivor.standing.priority = max(survivor.standing.priority, source.standing.priority)
    source.standing.waiting_since = None
    for act in (source, survivor):
        await write(act)
    await desk_acts.move_merged(doing.workspace, doing.tx, source.id, survivor.id)
    if source.held.contact_at > survivor.held.contact_at:
        await desk_acts.swap(doing.workspace, doing.tx, source.held, survivor.held)


def _close(source: Act, survivor: Act) -> None:
    waiting = source.standing.waiting_since
    source.mark("merged", after=survivor.id, conversation_id=survivor.id)
    if source.owner != "closed":
        source.own("closed", source.acting.team, source.standing.assignee_id)
    source.standing.waiting_since = waiting
    source.standing.merged_into = survivor.id
    source.standing.snoozed_until = source.standing.desk_due_at = None
