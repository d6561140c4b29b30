"""Links that let people in, once: an invitation makes an account, a reset gives one a new password.

made --followed--> form --sent--> used           Who has the link is believed; it is mailed where mail is set up,
  `--a newer one, revoked, run out,              else whoever made it hands it on.
     another role, address or password,
     nobody who could make it today--> dead
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frontdesk.access import passwords, people, reach, sessions, throttling
from frontdesk.access.door import Caller, Door, hash_of, new_secret
from frontdesk.access.signing_in import SignedIn
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import LinkId, WorkspaceId
from frontdesk.core.permission import Role
from frontdesk.store import access_links, audit, plans
from frontdesk.store.access_links import AccessLink, NewLink, find_access_link
from frontdesk.store.accounts import Account, account_of_email, read_account
from frontdesk.store.tx import Tx

INVITATION_LIVES = timedelta(days=7)
RESET_LIVES = timedelta(hours=24)
PATHS = {"invitation": "/invitation", "reset": "/reset"}


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made; `token` is in it, this once."""

    link: AccessLink
    token: str = field(repr=False)

    @property
    def path(self) -> str:
        return f"{PATHS[self.link.kind]}?token={self.token}"


@dataclass(frozen=True, slots=True)
class Followed:
    """A link that somebody followed and that still works."""

    workspace: WorkspaceId
    link: AccessLink


async def invite(
    workspace: WorkspaceId, tx: Tx, door: Door, actor: Actor, *, email: str, name: str, role: Role
) -> Made:
    """An invitation; an earlier one to the same address works no more.

    Raises:
        Refused: The role, or that of the earlier one, is not the actor's to give, or somebody of this workspace has
            the address.
    """
    now = door.clock.now()
    reach.refuse_beyond(actor, role)
    for earlier in await access_links.list_invitations(workspace, tx, now, email=email):
        reach.refuse_beyond(actor, people.read_role(earlier.role))
    if await account_of_email(workspace, tx, email) is not None:
        raise Refused("email_taken", "Somebody here has this e-mail address already.", field="email")
    await plans.hold_to(workspace, tx, "accounts")
    await access_links.revoke_links(workspace, tx, "invitation", now, email=email)
    token = new_secret()
    new = NewLink("invitation", hash_of(token), actor.name, now, now + INVITATION_LIVES, email, name, role)
    return Made(await access_links.create_link(workspace, tx, new), token)


async def take_back(workspace: WorkspaceId, tx: Tx, door: Door, actor: Actor, link_id: str) -> None:
    """An invitation works no more.

    Raises:
        Refused: There is none that works, or its role is not the actor's to give.
    """
    now = door.clock.now()
    link = await access_links.read_link(workspace, tx, link_id, now)
    if link is None or link.kind != "invitation":
        raise Refused("not_found", "There is no such invitation.")
    reach.refuse_beyond(actor, people.read_role(link.role))
    await access_links.revoke_links(workspace, tx, "invitation", now, link_id=link_id)


async def reset(workspace: WorkspaceId, tx: Tx, door: Door, by: str, account: Account) -> Made:
    """A link to a new password; an earlier one for the same account works no more."""
    now, token = door.clock.now(), new_secret()
    await access_links.revoke_links(workspace, tx, "reset", now, account_id=account.id)
    new = NewLink("reset", hash_of(token), by, now, now + RESET_LIVES, account_id=account.id)
    return Made(await access_links.create_link(workspace, tx, new), token)


async def follow(door: Door, token: str, kind: str) -> Followed:
    """What a link leads to.

    Raises:
        Refused: It does not work (any more); which, nobody is told.
    """
    place = await find_access_link(door.store, hash_of(token)) if token else None
    now = door.clock.now()
    if place is not None and place.kind == kind:
        async with door.store.unit_of_work(place.workspace) as tx:
            link = await access_links.read_link(place.workspace, tx, place.id, now)
            if link is not None and await _is_backed(place.workspace, tx, now, link):
                return Followed(place.workspace, link)
    raise _dead()


async def _is_backed(workspace: WorkspaceId, tx: Tx, now: datetime, link: AccessLink) -> bool:
    """Whether it still opens what it was made to open, in the name of who made it."""
    if link.kind == "invitation":
        return await reach.backs(workspace, tx, now, link, people.read_role(link.role))
    account = await read_account(workspace, tx, link.account_id or "")
    return account.is_active and await reach.backs(workspace, tx, now, link, account.role)


async def _use(workspace: WorkspaceId, tx: Tx, now: datetime, link_id: LinkId) -> AccessLink:
    """The link, which works no more from now on.

    Raises:
        Refused: It did not any more, or the plan has no room for whom it invites.
    """
    # Who made it is held before it is used, as where somebody loses a role and their links end.
    link = await access_links.read_link(workspace, tx, link_id, now)
    if link is None or not await _is_backed(workspace, tx, now, link):
        raise _dead()
    if link.kind == "invitation":
        # The workspace first, then its links, as where somebody is invited.
        await plans.hold_to(workspace, tx, "accounts")
    if not await access_links.use_link(workspace, tx, link_id, now):
        raise _dead()
    return link


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who accepts an invitation says of themselves."""

    name: str
    password: str = field(repr=False)
    language: str = ""
    time_zone: str = ""


async def accept(door: Door, followed: Followed, newcomer: Newcomer, caller: Caller) -> SignedIn:
    """An account as the invitation says, signed in.

    Raises:
        Refused: The link was used or ended meanwhile, the password is none, or the address has an account elsewhere.
    """
    workspace, now = followed.workspace, door.clock.now()
    name = people.read_name(newcomer.name)
    passwords.refuse_unfit(newcomer.password, email=followed.link.email)
    password_hash = await passwords.hash_of(newcomer.password)
    async with door.store.unit_of_work(workspace) as tx:
        link = await _use(workspace, tx, now, followed.link.id)
        account = await people.create(
            workspace,
            tx,
            email=link.email,
            name=name,
            role=people.read_role(link.role),
            password_hash=password_hash,
            language=newcomer.language,
            time_zone=newcomer.time_zone,
        )
        begun = await sessions.begin(workspace, tx, door, account.id, caller)
        after = {"role": account.role, "invitation": link.id, "invited_by": link.created_by}
        actor = f"session:{account.id}"
        entry = audit.Entry(now, actor, "account.created", account.id, after=after, ip=caller.address)
        await audit.append(workspace, tx, entry)
    return SignedIn(workspace, account.id, begun)


async def set_password(door: Door, followed: Followed, password: str, caller: Caller) -> SignedIn:
    """A new password for the link's account: its sessions end, and a new one begins.

    Raises:
        Refused: The link was used or ended meanwhile, or the password is none.
    """
    workspace, now = followed.workspace, door.clock.now()
    async with door.store.unit_of_work(workspace) as tx:
        account = await read_account(workspace, tx, followed.link.account_id or "")
    passwords.refuse_unfit(password, email=account.email)
    password_hash = await passwords.hash_of(password)
    async with door.store.unit_of_work(workspace) as tx:
        account = await read_account(workspace, tx, account.id, for_change=True)
        await _use(workspace, tx, now, followed.link.id)
        await people.set_password(workspace, tx, now, account.id, password_hash)
        stage = "code" if account.has_totp else "open"
        begun = await sessions.begin(workspace, tx, door, account.id, caller, stage=stage)
        actor = f"session:{account.id}"
        entry = audit.Entry(now, actor, "account.password_reset", account.id, ip=caller.address)
        await audit.append(workspace, tx, entry)
    await throttling.forget(door, throttling.of_email(account.email))
    return SignedIn(workspace, account.id, begun)


def _dead() -> Refused:
    return Refused("unauthenticated", "This link does not work any more.")
