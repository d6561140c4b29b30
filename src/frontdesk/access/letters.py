"""What people are told by mail of their accounts; `app` has it written and sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: with a link that works once until `expires_at`, or with news of what was done.

    `by` and `role` are an invitation's; `email` is the address that somebody signs in with from now on.
    """

    kind: Literal["invitation", "reset", "email_changed"]
    to: str
    language: str
    link: str = field(default="", repr=False)
    expires_at: datetime | None = None
    by: str = ""
    role: str = ""
    email: str = ""


Post = Callable[[WorkspaceId, Tx, Letter], Awaitable[bool]]
"""Has a letter sent when the transaction commits; False where no mail is set up."""


async def nobody_posts(_workspace: WorkspaceId, _tx: Tx, _letter: Letter) -> bool:
    return False
