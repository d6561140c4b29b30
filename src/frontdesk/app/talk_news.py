"""What a conversation has to show since it was looked at last: messages, and how they came about. For `frontdesk talk`.

Messages come by themselves too: after a `wait`, when nobody replies, from people who have taken over.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from frontdesk.app.recording import Recording
from frontdesk.app.trace_lines import trace_lines
from frontdesk.app.turns_heard import TurnHeard, TurnsHeard
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.core.message import Part
from frontdesk.store import messages
from frontdesk.store.connect import Store
from frontdesk.store.messages import Message

_LAST_SEQ = 2**31 - 1
_SHOWN = frozenset({"bot", "operator"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, or the lines of a turn's trace."""

    parts: tuple[Part, ...] = ()
    trace: tuple[str, ...] = ()


@dataclass(slots=True)
class News:
    """Gives out everything once; `trace`: traces too. Every turn goes into `record`."""

    workspace: WorkspaceId
    store: Store
    trace: bool = False
    record: Recording | None = None
    _turns: TurnsHeard = field(init=False)
    _last_seq: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._turns = TurnsHeard(self.workspace, self.store)

    async def of(self, conversation_id: ConversationId) -> list[Shown]:
        """In order, each trace behind the messages of its turn."""
        turns: list[TurnHeard] = []
        if self.trace or self.record is not None:
            turns = await self._turns.news(conversation_id)
        if self.record is not None and turns:
            await asyncio.to_thread(self.record.take, turns)
        # Looked up after the turns, so that no trace comes before its messages.
        found = await messages.between(
            self.workspace, self.store, conversation_id, self._last_seq + 1, _LAST_SEQ
        )
        self._last_seq = found[-1].seq if found else self._last_seq
        return list(_in_order(found, turns if self.trace else ()))


def _in_order(found: list[Message], turns: Iterable[TurnHeard]) -> Iterator[Shown]:
    left = [message for message in found if message.author in _SHOWN]
    for turn in turns:
        end = max((message.seq for message in turn.messages), default=0)
        yield from (Shown(message.parts) for message in left if message.seq <= end)
        left = [message for message in left if message.seq > end]
        yield Shown(trace=tuple(trace_lines(turn.trace)))
    yield from (Shown(message.parts) for message in left)
