"""What may be done to accounts: within the reach of who does it, and so that an owner always stays.

Links that let somebody in end with what they were made for: see `_end_links`.
"""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.access import passwords, reach, throttling, totp
from frontdesk.access.door import Door
from frontdesk.core import mail_address
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AccountId, WorkspaceId
from frontdesk.core.permission import ROLES, Role
from frontdesk.store import access_links, account_sessions, accounts, plans
from frontdesk.store.accounts import Account
from frontdesk.store.tx import Tx

MOST_NAME = 80


def read_email(text: str) -> str:
    """An address as somebody typed it; only a mail can tell whether it is one."""
    found = mail_address.read(text)
    if found is None:
        raise Refused("invalid", "Write an e-mail address, such as ann@northwind.example.", field="email")
    return found


def read_name(text: str, *, otherwise: str = "") -> str:
    found = text.strip() or otherwise
    if not found:
        raise Refused("invalid", "Write a name, as colleagues know it.", field="name")
    if len(found) > MOST_NAME or not found.isprintable():
        raise Refused(
            "invalid", f"A name is one line of plain text, up to {MOST_NAME} characters.", field="name"
        )
    return found


def read_role(text: str) -> Role:
    for role in ROLES:
        if role == text:
            return role
    raise Refused("invalid", f"There is no such role; there are: {', '.join(ROLES)}.", field="role")


async def change(
    workspace: WorkspaceId,
    tx: Tx,
    door: Door,
    actor: Actor,
    before: Account,
    *,
    changes: Mapping[str, object],
) -> Account:
    """Another name, role or status for somebody; their sessions go with their account, and hear of their role.

    Raises:
        Refused: It is not the actor's to do, or nobody would own the workspace any more.
    """
    reach.refuse_beyond(actor, before.role)
    role = read_role(str(changes.get("role", before.role)))
    reach.refuse_beyond(actor, role)
    if before.role == "owner" and before.is_active:
        steps_down = role != "owner" or changes.get("status", "active") != "active"
        if steps_down and set(await accounts.hold_owners(workspace, tx)) <= {before.id}:
            raise Refused("last_owner", "Make somebody else an owner first.", field="role")
    if not before.is_active and changes.get("status") == "active":
        await plans.hold_to(workspace, tx, "accounts")
    after = await accounts.update_account(workspace, tx, before, changes)
    if not after.is_active:
        await account_sessions.end_sessions(workspace, tx, after.id)
    elif after.role != before.role:
        await account_sessions.hasten_renewal(workspace, tx, after.id, _long_ago(door))
    if not after.is_active or after.role != before.role:
        await _end_links(workspace, tx, door.clock.now(), after)
    return after


async def _end_links(workspace: WorkspaceId, tx: Tx, now: datetime, account: Account) -> None:
    """Who made a link to another password made it for another role; invitations end that the account could not make."""
    await access_links.revoke_links(workspace, tx, "reset", now, account_id=account.id)
    maker = reach.actor_of(workspace, account)
    for link in await access_links.list_invitations(workspace, tx, now, created_by=maker.name):
        if not (account.is_active and reach.lets_in(maker, read_role(link.role))):
            await access_links.revoke_links(workspace, tx, "invitation", now, link_id=link.id)


async def change_email(workspace: WorkspaceId, tx: Tx, now: datetime, before: Account, email: str) -> Account:
    """Another address to sign in with; a link to another password that was mailed to the one before ends.

    Raises:
        Refused: Another account has it.
    """
    after = await accounts.update_account(workspace, tx, before, {"email": email})
    await access_links.revoke_links(workspace, tx, "reset", now, account_id=after.id)
    return after


async def create(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    email: str,
    name: str,
    role: Role,
    password_hash: str,
    language: str = "",
    time_zone: str = "",
) -> Account:
    """Somebody new, under an address and a name that were read before."""
    await plans.hold_to(workspace, tx, "accounts")
    return await accounts.create_account(
        workspace,
        tx,
        email=email,
        name=name,
        role=role,
        password_hash=password_hash,
        language=language,
        time_zone=time_zone,
    )


async def set_password(
    workspace: WorkspaceId,
    tx: Tx,
    now: datetime,
    account_id: AccountId,
    password_hash: str,
    *,
    kept_session: str = "",
) -> None:
    """A new password, which ends links to another one, and every session but the one it was set in."""
    await access_links.revoke_links(workspace, tx, "reset", now, account_id=account_id)
    await accounts.set_password_hash(workspace, tx, account_id, password_hash)
    await account_sessions.end_sessions(workspace, tx, account_id, kept=kept_session)


async def refuse_unless_own(
    door: Door, workspace: WorkspaceId, account: Account, password: str, *, code: str | None = None
) -> None:
    """Somebody who wants to change what protects an account shows its password again; tries are counted.

    `code`: where one of the account's codes is wanted as well, provided that they are on; a recovery code is as good.

    Raises:
        Refused: The field that is not right: `password`, `code`.
        HeldBack: Too many tries.
    """
    counted = throttling.of_email(account.email)
    await throttling.count(door, counted)
    async with door.store.unit_of_work(workspace) as tx:
        stored = await accounts.read_password_hash(workspace, tx, account.id)
    if not await passwords.is_password(stored, password):
        raise Refused("invalid", "That is not the present password.", field="password")
    await throttling.forget(door, counted)
    if code is not None and account.has_totp:
        await _refuse_without_code(door, workspace, account, code)


async def _refuse_without_code(door: Door, workspace: WorkspaceId, account: Account, code: str) -> None:
    if not code.strip():
        raise Refused(
            "invalid", "Send `code` as well: of the account's app, or a recovery code.", field="code"
        )
    counted = throttling.of_codes(account.id)
    await throttling.count(door, counted)
    async with door.store.unit_of_work(workspace) as tx:
        taken = await totp.take(workspace, tx, door, account.id, code)
    if taken in totp.REFUSED:
        raise Refused("invalid", totp.REFUSED[taken], field="code")
    await throttling.forget(door, counted)


def _long_ago(door: Door) -> datetime:
    return datetime.fromtimestamp(0, door.clock.now().tzinfo)
