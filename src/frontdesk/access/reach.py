"""Who may act on whom: nobody makes, or lets in as, somebody who can do more than they. The table is in docs/operate/people.md.

Asked when something is done to an account, and again when a link that somebody made is used.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import ROLE_SCOPES, ROLES, SCOPES, Role, granted
from frontdesk.store.access_links import AccessLink
from frontdesk.store.accounts import Account, find_of_id
from frontdesk.store.keys import find_of_id as find_key
from frontdesk.store.tx import Tx


def may_give(actor: Actor) -> list[Role]:
    """The roles that `actor` may give and take, the widest first."""
    return [role for role in ROLES if reaches(actor, role)]


def reaches(actor: Actor, role: Role) -> bool:
    """Whether `actor` can do all that the role can: whoever lets somebody in could as well go in themselves.

    A key that is limited to some assistants reaches nobody, for people are not.
    """
    return not actor.assistant_ids and granted(ROLE_SCOPES[role]) <= granted(actor.scopes)


def scopes_to_give(actor: Actor) -> list[str]:
    """The scopes that `actor` may give to a key: nobody makes a key that can do more than they."""
    own = granted(actor.scopes)
    return [scope for scope in SCOPES if granted(frozenset({scope})) <= own]


def reaches_key(actor: Actor, kind: str, scopes: AbstractSet[str], assistant_ids: AbstractSet[str]) -> bool:
    """Whether `actor` may do all that such a key may; who makes or rotates a key gets to know it.

    The routes of the Rasa API are nobody's by role: keys for them are for those who may do everything.
    """
    if actor.assistant_ids and not (assistant_ids and assistant_ids <= actor.assistant_ids):
        return False
    return "admin" in actor.scopes if kind != "api" else scopes <= frozenset(scopes_to_give(actor))


def refuse_key_beyond(
    actor: Actor, kind: str, scopes: AbstractSet[str], assistant_ids: AbstractSet[str]
) -> None:
    """What is done to a key is for those who may do all that it may."""
    if not reaches_key(actor, kind, scopes, assistant_ids):
        raise Refused("forbidden", "Only who may do all that the key may can do that.", field="scopes")


def refuse_beyond(actor: Actor, role: Role) -> None:
    """What is done to an account of this role, and to links to one, is for those who can do all that it can."""
    if not reaches(actor, role):
        raise Refused("forbidden", f"Only who may do all that the role {role} may can do that.")


def actor_of(workspace: WorkspaceId, account: Account) -> Actor:
    """The account as it acts while it is signed in."""
    return Actor("session", workspace, account.id, ROLE_SCOPES[account.role])


def lets_in(actor: Actor, role: Role) -> bool:
    """Whether `actor` may make a link that lets somebody in as `role`."""
    return actor.may("people.write") and reaches(actor, role)


async def backs(workspace: WorkspaceId, tx: Tx, now: datetime, link: AccessLink, role: Role) -> bool:
    """Whether who made the link could make it today. What was made at a shell, or mailed to oneself, nobody has to back."""
    kind, _, made_by = link.created_by.partition(":")
    if not made_by or made_by == link.account_id:
        return True
    if kind == "key":
        key = await find_key(workspace, tx, made_by)
        if (
            key is None
            or key.revoked_at is not None
            or (key.expires_at is not None and key.expires_at <= now)
        ):
            return False
        return lets_in(Actor("key", workspace, key.id, key.scopes, key.assistant_ids), role)
    account = await find_of_id(workspace, tx, made_by)
    return account is not None and account.is_active and lets_in(actor_of(workspace, account), role)
