"""Who is asking: nobody known, a key, or a person's session. `web` finds out; everybody else is told."""

from dataclasses import dataclass
from typing import Literal

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import PERMISSIONS

NOWHERE = WorkspaceId("")


@dataclass(frozen=True, slots=True)
class Actor:
    """One who asks.

    Attributes:
        kind: How we know them.
        workspace: The one workspace they can act in; empty for `anonymous`.
        id: The key's or account's id; empty for `anonymous`.
        scopes: What they were given, by hand or by the kind of their key.
        assistant_ids: The assistants they are limited to; empty means every one of the workspace.
    """

    kind: Literal["anonymous", "key", "session"]
    workspace: WorkspaceId = NOWHERE
    id: str = ""
    scopes: frozenset[str] = frozenset()
    assistant_ids: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The actor in one word, for the audit log and for keys of what is theirs."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    def may(self, permission: str) -> bool:
        """Ask the permission table.

        Args:
            permission: A key of `PERMISSIONS`.

        Returns:
            Whether one of the scopes grants it.
        """
        return not self.scopes.isdisjoint(PERMISSIONS[permission].scopes)

    def may_use(self, assistant_id: str) -> bool:
        """Ask for the reach of a limited key.

        Returns:
            Whether this assistant is within it.
        """
        return not self.assistant_ids or assistant_id in self.assistant_ids


ANONYMOUS = Actor("anonymous")
"""Nobody known."""
