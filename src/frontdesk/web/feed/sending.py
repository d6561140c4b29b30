"""Messages that were told while they were still being sent: told again when it is known what became of them.

Kept in memory, for as long as somebody could wait for it; whoever was away meanwhile reads it with the conversation.
"""

import time
from dataclasses import dataclass

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.desk_messages import delivered
from frontdesk.store.news import Changed

EVERY_S = 1.0
FOR_S = 600.0
MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Sent:
    conversation_id: ConversationId
    assistant_id: str
    seq: int
    told_at: float


class Sending:
    """Of one workspace."""

    def __init__(self, workspace: WorkspaceId, store: Store) -> None:
        self._workspace = workspace
        self._store = store
        self._sent: dict[str, _Sent] = {}
        self._asked_at = -EVERY_S

    def __bool__(self) -> bool:
        return bool(self._sent)

    def add(self, message_id: str, changed: tuple[ConversationId, str, int]) -> None:
        """`changed`: its conversation, the conversation's assistant, and its number there."""
        if len(self._sent) < MOST:
            self._sent.setdefault(message_id, _Sent(*changed, time.monotonic()))

    async def over(self) -> tuple[Changed, ...]:
        """The messages that have been sent, or given up, since this was last asked."""
        now = time.monotonic()
        if not self._sent or now - self._asked_at < EVERY_S:
            return ()
        self._asked_at = now
        done = await delivered(self._workspace, self._store, [*self._sent])
        found: dict[tuple[ConversationId, str], list[int]] = {}
        for message_id, sent in [*self._sent.items()]:
            if message_id in done:
                found.setdefault((sent.conversation_id, sent.assistant_id), []).append(sent.seq)
            if message_id in done or now - sent.told_at > FOR_S:
                del self._sent[message_id]
        return tuple(Changed(*of, tuple(sorted(seqs)), row=False) for of, seqs in found.items())
