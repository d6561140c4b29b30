"""Signing in: an e-mail address and a password, then a code where the account wants one.

nobody --password--> open
       `-password--> code --one-time or recovery code--> open        (a new session each time)
The session that the same browser held before ends as soon as it is given another: see `sessions.end_held`.
Nobody learns which addresses have an account: the answer, and the work done for it, is the same.
"""

from dataclasses import dataclass

from frontdesk.access import passwords, sessions, throttling, totp
from frontdesk.access.door import Caller, Door
from frontdesk.access.sessions import Begun
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AccountId, SessionId, WorkspaceId
from frontdesk.store import account_sessions, audit
from frontdesk.store.account_sessions import SessionRow
from frontdesk.store.accounts import SignInRow, find_account
from frontdesk.store.directory import every_workspace


class Wrong(Refused):
    """It did not match; `left` more tries before a wait."""

    def __init__(self, message: str, left: int) -> None:
        super().__init__("unauthenticated", message)
        self.left = left


@dataclass(frozen=True, slots=True)
class SignedIn:
    workspace: WorkspaceId
    account_id: AccountId
    session: Begun

    @property
    def waiting(self) -> "Waiting":
        return Waiting(self.workspace, self.account_id, self.session.id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session at stage `code`."""

    workspace: WorkspaceId
    account_id: AccountId
    session_id: SessionId


async def sign_in(door: Door, email: str, password: str, caller: Caller) -> SignedIn:
    """A session of whoever has this address and password; at stage `code` where the account wants one.

    Raises:
        Wrong: They do not match, or there is no such account, or it was switched off.
        HeldBack: Too many tries.
    """
    by_address, by_email = throttling.of_address(caller.address), throttling.of_email(email)
    await throttling.count(door, by_address)
    left = await throttling.count(door, by_email)
    row = await find_account(door.store, email.strip())
    if row is None:
        right = await passwords.is_nobodys(password)
    else:
        right = await passwords.is_password(row.password_hash, password)
    if row is None or not right or row.status != "active":
        await _note_failure(door, row, caller)
        raise Wrong("E-mail and password do not match.", left)
    await throttling.forget(door, by_email)
    await throttling.give_back(door, by_address)
    stage = "code" if row.has_totp else "open"
    async with door.store.unit_of_work(row.workspace) as tx:
        begun = await sessions.begin(row.workspace, tx, door, row.id, caller, stage=stage)
        if stage == "open":
            await audit.append(row.workspace, tx, _entry(door, row.id, "account.signed_in", caller))
    return SignedIn(row.workspace, row.id, begun)


async def show_code(door: Door, waiting: Waiting, code: str, caller: Caller) -> SignedIn:
    """The session that the right code opens, in the place of the one that waits for it.

    Raises:
        Wrong: It is no code of the moment, or was taken already.
        HeldBack: Too many tries.
    """
    workspace, account_id = waiting.workspace, waiting.account_id
    counted = throttling.of_codes(account_id)
    left = await throttling.count(door, counted)
    async with door.store.unit_of_work(workspace) as tx:
        how = await totp.take(workspace, tx, door, account_id, code)
        if how not in totp.REFUSED:
            await account_sessions.end_session(workspace, tx, account_id, waiting.session_id)
            begun = await sessions.begin(workspace, tx, door, account_id, caller)
            entry = _entry(door, account_id, "account.signed_in", caller, {"code": how})
        else:
            entry = _entry(door, account_id, "account.code_refused", caller)
        await audit.append(workspace, tx, entry)
    if how in totp.REFUSED:
        raise Wrong(totp.REFUSED[how], left)
    await throttling.forget(door, counted)
    return SignedIn(workspace, account_id, begun)


async def sign_out(door: Door, session: SessionRow, caller: Caller) -> None:
    async with door.store.unit_of_work(session.workspace) as tx:
        await account_sessions.end_session(session.workspace, tx, session.account_id, session.id)
        entry = _entry(door, session.account_id, "account.signed_out", caller)
        await audit.append(session.workspace, tx, entry)


async def _note_failure(door: Door, row: SignInRow | None, caller: Caller) -> None:
    """Into the audit log of the account's workspace; for nobody's address the same is written and taken back."""
    if row is not None:
        async with door.store.unit_of_work(row.workspace) as tx:
            await audit.append(row.workspace, tx, _entry(door, row.id, "account.sign_in_failed", caller))
        return
    door.faults.count_nobodys("sign_ins")
    for somewhere in (await every_workspace(door.store))[:1]:
        async with door.store.unit_of_work(somewhere.workspace) as tx, tx.begin_nested() as part:
            entry = _entry(door, AccountId("nobody"), "account.sign_in_failed", caller)
            await audit.append(somewhere.workspace, tx, entry)
            await part.rollback()


def _entry(
    door: Door, account_id: AccountId, action: str, caller: Caller, after: dict[str, object] | None = None
) -> audit.Entry:
    actor = f"session:{account_id}"
    return audit.Entry(door.clock.now(), actor, action, account_id, after=after, ip=caller.address)
