"""The turns of one conversation as they come to pass, for `frontdesk talk`: their traces, messages and calls."""

from dataclasses import dataclass, field

from frontdesk.core.action import Fetched
from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.store import calls, messages, traces
from frontdesk.store.connect import Store
from frontdesk.store.messages import Message
from frontdesk.studio.traces import Trace, read_trace

MOST = 100


@dataclass(frozen=True, slots=True)
class TurnHeard:
    """One turn that is over; `calls` are action and answer, in their order."""

    trace: Trace
    messages: list[Message]
    calls: list[tuple[str, Fetched]]


@dataclass(slots=True)
class TurnsHeard:
    """Gives out each turn of the conversation once."""

    workspace: WorkspaceId
    store: Store
    last: str = field(default="")

    async def news(self, conversation_id: ConversationId) -> list[TurnHeard]:
        """What has come to pass since it was last asked, in order; also turns that nobody's message began."""
        async with self.store.unit_of_work(self.workspace) as tx:
            rows = await traces.list_traces(self.workspace, tx, conversation_id, after=self.last, limit=MOST)
        found = []
        for row in reversed(rows):
            self.last = row.inbound_id
            taken = await messages.inbound_by_id(self.workspace, self.store, row.inbound_id)
            said = (
                await messages.between(self.workspace, self.store, conversation_id, *taken.seqs)
                if taken is not None and taken.seqs is not None
                else []
            )
            made = await calls.answers(self.workspace, self.store, row.inbound_id)
            found.append(TurnHeard(read_trace(row), said, made))
        return found
