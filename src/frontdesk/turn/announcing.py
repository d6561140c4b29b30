"""After a commit: who waits for it is woken, and what goes out is sent."""

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.core.meter import MESSAGES
from frontdesk.store.outcomes import Outcome
from frontdesk.store.told import Lanes
from frontdesk.turn.line import Line


def announce(line: Line, workspace: WorkspaceId, conversation_id: str, written: Outcome, told: Lanes) -> None:
    """After a commit: wake who waits, here and in other processes, and send what goes out."""
    line.waiting.wake(conversation_id)
    send(line, workspace, conversation_id, written, told)


def send(line: Line, workspace: WorkspaceId, conversation_id: str, written: Outcome, told: Lanes) -> None:
    for message in written.messages:
        MESSAGES.add(message.author)
    lanes = [*(delivery.lane for delivery in written.deliveries), *told]
    line.hints.touch(workspace)
    line.hints.touch(conversation_id, jobs=bool(lanes) and written.jobs)
    if not written.jobs:
        line.nearby.wake(workspace, lanes)
    if written.owner in {"queued", "human"}:
        line.bell.ring(workspace, ConversationId(conversation_id))
