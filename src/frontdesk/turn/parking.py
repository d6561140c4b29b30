"""Sets a message aside that cannot be handled, so that the lane moves on. Called by `lanes` after its last try."""

import msgspec
import structlog

from frontdesk.core.action import Heard, Said
from frontdesk.core.errors import Bug
from frontdesk.core.event import NAMES, ConversationUpdated
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import Author, Part, Text, file_ids
from frontdesk.dialog.state import STATE_FORMAT, dump_state, load_state, new_state
from frontdesk.store import turns
from frontdesk.store.connect import json_text
from frontdesk.store.conversations import Conversation
from frontdesk.store.ids import mint
from frontdesk.store.lanes import Waiting
from frontdesk.store.marks import Noticed
from frontdesk.store.outcomes import NewEvent, NewMessage, Outcome
from frontdesk.turn.act import created
from frontdesk.turn.announcing import announce
from frontdesk.turn.line import Line
from frontdesk.turn.owners import begun, owner_of

log = structlog.get_logger()
_heard = msgspec.json.Decoder(Heard)


async def park(line: Line, workspace: WorkspaceId, next_: Waiting, token: str, error: str) -> None:
    """Set a message aside that cannot be handled: keep what was said, tell the operators, let the lane move on.

    Its assistant is not asked for: that it was removed may be what is wrong.
    """
    found = next_.conversation
    owner = owner_of(found) if next_.opens else found.owner
    heard = _read(next_)
    messages = _aside(found, heard, f"This message could not be handled and was set aside: {error}")
    begins = [begun(found.id, found.contact_id, heard)] if next_.begins else []
    new = (created(found.id, found.contact_id, message) for message in messages)
    changed = ConversationUpdated(
        found.id,
        found.contact_id,
        owner,
        found.owner,
        found.assistant_id,
        found.team,
        found.assignee_id or "" if owner == "human" else "",
    )
    readable = _is_readable(found)
    files = file_ids(messages[0].parts)
    written = Outcome(
        state=_put_aside(found) if readable else dump_state(new_state()).decode(),
        state_format=found.state_format if readable else STATE_FORMAT,
        bot_version_id=found.bot_version_id if readable else None,
        owner=owner,
        team=found.team,
        messages=messages,
        events=(
            *(NewEvent(mint("evt"), NAMES[type(event)], event) for event in begins),
            *(event for event in new if event is not None),
            NewEvent(mint("evt"), NAMES[ConversationUpdated], changed),
        ),
        deliveries=(),
        trace=json_text({"bot": found.bot_version_id, "steps": [{"parked": error}]}),
        first_seq=found.last_seq + 1,
        last_seq=found.last_seq + len(messages),
        noticed=Noticed(files=files) if files else None,
    )
    told = await turns.commit_in_lane(
        workspace, line.store, found, next_.inbound_id, written, token=token, status="parked"
    )
    announce(line, workspace, found.id, written, told)


def _read(next_: Waiting) -> Heard | None:
    try:
        heard: Heard = _heard.decode(next_.heard)
    except msgspec.MsgspecError:
        log.warning("turn.unreadable", conversation=next_.conversation.id, turn=next_.inbound_id)
        return None
    return heard


def _aside(found: Conversation, heard: Heard | None, note: str) -> tuple[NewMessage, ...]:
    said: list[tuple[Author, tuple[Part, ...]]] = []
    said += [("contact", heard.parts)] if isinstance(heard, Said) else []
    said.append(("note", (Text(note),)))
    return tuple(
        NewMessage(mint("msg"), found.last_seq + number, author, parts)
        for number, (author, parts) in enumerate(said, 1)
    )


def _is_readable(found: Conversation) -> bool:
    """Whether anything can ever be handled on the saved state; else it starts afresh."""
    try:
        load_state(found.state, found.state_format)
    except Bug:
        return False
    return True


def _put_aside(found: Conversation) -> str:
    """The saved state, waiting for no moment: one that cannot be handled must not be due for ever."""
    state = load_state(found.state, found.state_format)
    if not state.wake_at:
        return found.state
    for frame in state.stack:
        frame.wake_at = 0.0
    state.set_wake()
    return dump_state(state).decode()
