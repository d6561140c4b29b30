"""Sessions: begun, found, renewed. What a browser holds is random, stored as a hash, and renewed every hour.

The next secret is made of the present one under the installation's key, so that requests of ten tabs at the same
moment are handed the same one; see `store.account_sessions` for how it is taken up.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frontdesk.access.door import Caller, Door, hash_of, new_secret
from frontdesk.core.ids import AccountId, SessionId, WorkspaceId
from frontdesk.store import account_sessions as stored
from frontdesk.store.account_sessions import SessionRow
from frontdesk.store.tx import Tx

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
CODE_WITHIN = timedelta(minutes=5)
RENEW_AFTER = timedelta(hours=1)
FORMER_FOR = timedelta(seconds=60)
MOST_BROWSER = 200


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that has just begun; `secret` is what its browser gets, this once."""

    id: SessionId
    secret: str = field(repr=False)
    stage: str


async def begin(
    workspace: WorkspaceId, tx: Tx, door: Door, account_id: AccountId, caller: Caller, *, stage: str = "open"
) -> Begun:
    """A new session under a new secret; nothing that a browser held before becomes one."""
    secret, now = new_secret(), door.clock.now()
    new = stored.NewSession(
        account_id,
        hash_of(secret),
        stage,
        now,
        now + (ABSOLUTE if stage == "open" else CODE_WITHIN),
        caller.browser[:MOST_BROWSER],
        caller.address,
    )
    return Begun(await stored.create_session(workspace, tx, new), secret, stage)


async def end_held(door: Door, secret: str | None) -> None:
    """The session that a browser held before it was given another: nobody could show it any more but a thief."""
    held = await stored.find_session(door.store, hash_of(secret)) if secret else None
    if held is not None:
        async with door.store.unit_of_work(held.workspace) as tx:
            await stored.end_session(held.workspace, tx, held.account_id, held.id)


def is_over(session: SessionRow, now: datetime) -> bool:
    """Whether it opens nothing any more: run out, its account switched off, or a secret of long ago."""
    if session.status != "active" or session.expires_at <= now or session.seen_at + IDLE <= now:
        return True
    return session.shown == "former" and session.renewed_at + FORMER_FOR <= now


def is_stolen(session: SessionRow, now: datetime) -> bool:
    """Whether somebody shows what its browser has long exchanged: one of the two is not the owner."""
    return session.shown == "former" and session.renewed_at + FORMER_FOR <= now


def wants_renewal(session: SessionRow, now: datetime) -> bool:
    return session.shown == "current" and session.stage == "open" and session.renewed_at + RENEW_AFTER <= now


async def renewed(door: Door, session: SessionRow, secret: str) -> str:
    """What the browser is to show from its next request on."""
    following = urlsafe_b64encode(door.keyed("sessions", secret)).decode().rstrip("=")
    async with door.store.unit_of_work(session.workspace) as tx:
        await stored.offer(session.workspace, tx, session.id, hash_of(secret), hash_of(following))
    return following


async def take_up(door: Door, session: SessionRow, secret: str) -> None:
    """The browser shows what it was handed: that is its secret now."""
    async with door.store.unit_of_work(session.workspace) as tx:
        await stored.promote(session.workspace, tx, session.id, hash_of(secret), door.clock.now())


def csrf_of(door: Door, session_id: str) -> str:
    """What pages of a session send along with every change: another site can neither read nor guess it."""
    return urlsafe_b64encode(door.keyed("csrf", session_id)).decode().rstrip("=")


def is_csrf(door: Door, session_id: str, sent: str) -> bool:
    return hmac.compare_digest(csrf_of(door, session_id).encode(), sent.encode("utf-8", "replace"))
