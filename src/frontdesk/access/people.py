"""What may be done to accounts, and by whom: nobody makes anybody who can do more than they, and an owner always stays."""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.access import passwords, throttling
from frontdesk.access.door import Door
from frontdesk.core import mail_address
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AccountId, WorkspaceId
from frontdesk.core.permission import ROLE_SCOPES, ROLES, Role, granted
from frontdesk.store import account_sessions, accounts
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


def may_give(actor: Actor) -> list[Role]:
    """The roles that `actor` may give and take, the widest first."""
    return [role for role in ROLES if reaches(actor, role)]


def reaches(actor: Actor, role: Role) -> bool:
    """Whether `actor` can do all that the role can: whoever lets somebody in could as well go in themselves.

    A key that is limited to some assistants reaches nobody, for people are not.
    """
    return not actor.assistant_ids and granted(ROLE_SCOPES[role]) <= granted(actor.scopes)


def refuse_beyond(actor: Actor, role: Role) -> None:
    """What is done to an account of this role, and to links to one, is for those who can do all that it can."""
    if not reaches(actor, role):
        raise Refused("forbidden", f"Only who may do all that the role {role} may can do that.")


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
    refuse_beyond(actor, before.role)
    role = read_role(str(changes.get("role", before.role)))
    refuse_beyond(actor, role)
    if before.role == "owner" and before.is_active:
        steps_down = role != "owner" or changes.get("status", "active") != "active"
        if steps_down and set(await accounts.hold_owners(workspace, tx)) <= {before.id}:
            raise Refused("last_owner", "Make somebody else an owner first.", field="role")
    after = await accounts.update_account(workspace, tx, before, changes)
    if not after.is_active:
        await account_sessions.end_sessions(workspace, tx, after.id)
    elif after.role != before.role:
        await account_sessions.hasten_renewal(workspace, tx, after.id, _long_ago(door))
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
    workspace: WorkspaceId, tx: Tx, account_id: AccountId, password_hash: str, *, kept_session: str = ""
) -> None:
    """A new password, which ends every session but the one it was set in."""
    await accounts.set_password_hash(workspace, tx, account_id, password_hash)
    await account_sessions.end_sessions(workspace, tx, account_id, kept=kept_session)


async def refuse_unless_own(door: Door, workspace: WorkspaceId, account: Account, password: str) -> None:
    """Somebody who wants to change what protects an account shows its password again; tries are counted."""
    counted = throttling.of_email(account.email)
    await throttling.count(door, counted)
    async with door.store.unit_of_work(workspace) as tx:
        stored = await accounts.read_password_hash(workspace, tx, account.id)
    if not await passwords.is_password(stored, password):
        raise Refused("invalid", "That is not the present password.", field="password")
    await throttling.forget(door, counted)


def _long_ago(door: Door) -> datetime:
    return datetime.fromtimestamp(0, door.clock.now().tzinfo)
