"""Rings in this process when people are asked for, or a customer writes to one of them, right after the commit.

The rows are the truth: the desk looks for what is due by itself too, and a ring that is lost costs a moment. Called by
`turn/announcing.py` and `desk`.
"""

from collections.abc import Callable

from frontdesk.core.ids import ConversationId, WorkspaceId

Ring = Callable[[WorkspaceId, ConversationId], None]


class Bell:
    def __init__(self) -> None:
        self._hears: Ring | None = None

    def begin(self, hears: Ring) -> None:
        """From now on `hears` is told of every conversation that people have to look at."""
        self._hears = hears

    def end(self, hears: Ring) -> None:
        if self._hears == hears:
            self._hears = None

    def ring(self, workspace: WorkspaceId, conversation_id: ConversationId) -> None:
        if self._hears is not None:
            self._hears(workspace, conversation_id)
