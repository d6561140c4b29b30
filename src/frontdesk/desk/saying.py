"""What people write into a conversation: lines to the customer, and notes among themselves. Called by `web/v1`.

Whoever writes first to a conversation that nobody has takes it with that. The same `client_id` is the same message.
"""

from dataclasses import dataclass

from frontdesk.core.conversation import Closing
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId, MessageId
from frontdesk.core.message import Part, file_ids, with_facts
from frontdesk.desk import leaving, notices, ownership
from frontdesk.desk.doing import Act, Doing, hold, refuse_merged, write
from frontdesk.store import desk_acts, desk_messages, desk_people, uploads
from frontdesk.store.desk_messages import Line


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written. `expected_seq`: the last message that its writer has seen."""

    parts: tuple[Part, ...]
    client_id: str | None = None
    note: bool = False
    mentions: tuple[str, ...] = ()
    expected_seq: int | None = None
    close: Closing | None = None


class MovedOn(Refused):
    """Somebody else has written meanwhile; `lines` is what."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__(
            "conversation_moved_on",
            "The conversation has moved on since you read it; read what is new and send again if it still holds.",
        )
        self.lines = lines


async def say(doing: Doing, conversation_id: ConversationId, draft: Draft) -> MessageId:
    """Write it, and close the conversation with it where that was asked for.

    Raises:
        MovedOn: The customer, or somebody else of us, has written since `expected_seq`.
        Refused: A colleague has the conversation, it was merged, or the `client_id` is another conversation's.
    """
    if not draft.note:
        await leaving.refuse_gone(doing)
    act = await hold(doing, conversation_id)
    if draft.client_id is not None:
        before = await desk_acts.sent_before(
            doing.workspace, doing.tx, conversation_id, act.held.conversation.channel_id, draft.client_id
        )
        if before is not None:
            if before[0] != conversation_id:
                raise desk_acts.client_id_taken()
            return before[1]
    await _refuse_strangers(doing, draft.mentions)
    if draft.note:
        return await _note(act, draft)
    refuse_merged(act)
    await _refuse_moved_on(act, draft.expected_seq)
    await ownership.refuse_taken(act)
    if act.owner != "human" or act.standing.assignee_id != doing.who:
        ownership.take_over(act)
    parts = await _with_files(act, draft.parts)
    message = act.acting.message("operator", parts, sender_id=doing.who or None, client_id=draft.client_id)
    act.standing.waiting_since = act.standing.snoozed_until = None
    if draft.close is not None:
        await ownership.finish(act, draft.close)
    await write(act)
    return MessageId(message.id)


async def _refuse_strangers(doing: Doing, mentions: tuple[str, ...]) -> None:
    if not mentions:
        return
    strangers = set(mentions) - await desk_people.known(doing.workspace, doing.tx, mentions)
    if strangers:
        raise Refused("invalid", "A mention names nobody of this workspace.", field="mentions")


async def _note(act: Act, draft: Draft) -> MessageId:
    doing = act.doing
    parts = await _with_files(act, draft.parts)
    message = act.acting.message("note", parts, sender_id=doing.who or None, client_id=draft.client_id)
    await write(act)
    if draft.mentions:
        await desk_acts.mention(doing.workspace, doing.tx, act.id, message.seq, draft.mentions)
        await notices.mentioned(act, draft.mentions, message.seq)
    return MessageId(message.id)


async def _with_files(act: Act, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    doing = act.doing
    return with_facts(parts, await uploads.attach(doing.workspace, doing.tx, file_ids(parts), act.id))


async def _refuse_moved_on(act: Act, expected_seq: int | None) -> None:
    if expected_seq is None:
        return
    doing = act.doing
    news = await desk_messages.of_others_since(
        doing.workspace, doing.tx, act.id, after=expected_seq, who=doing.who
    )
    if news:
        raise MovedOn(news)
