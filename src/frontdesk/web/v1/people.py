"""`/api/v1/people` and `/api/v1/invitations`: who works here, with which role; who is invited.

Links are in the answer to whoever made them, this once; where mail is set up they are mailed as well. Their requests are
PUT: of an address or an account there is one link, and an answer with a link in it is not kept to be given again.
"""

from datetime import datetime
from typing import Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.access import links, people, reach
from frontdesk.access.letters import Letter
from frontdesk.access.links import Made
from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.desk import leaving
from frontdesk.store import access_links, account_sessions, desk_people, words
from frontdesk.store.accounts import Account, hold_owners, list_accounts, read_account
from frontdesk.web.etag import IfMatch, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.desk_doing import doing
from frontdesk.web.v1.presence_view import PresenceView, presence_of

ROUTES: list[Route] = []
PATH = "/api/v1/people"
INVITATIONS = "/api/v1/invitations"


class PersonView(BaseModel):
    id: str
    name: str
    email: str
    role: str
    status: str
    has_totp: bool
    answers: bool = Field(description="Whether they can be given conversations.")
    presence: PresenceView
    created_at: datetime
    last_seen_at: datetime | None


class PersonList(BaseModel):
    data: list[PersonView]
    next_cursor: str | None = None


class PersonChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    role: str | None = None
    status: Literal["active", "disabled"] | None = None


@route(ROUTES, "GET", PATH, permission="people.read", summary="List people.")
async def list_people(ask: Asked) -> PersonList:
    found = await list_accounts(ask.workspace, ask.tx)
    presence = await presence_of(ask, [one.id for one in found])
    return PersonList(data=[_shown(one, presence[one.id]) for one in found])


@route(ROUTES, "GET", PATH + "/{account_id}", permission="people.read", summary="Read an account.")
async def read_person(ask: Asked, account_id: str, response: Response) -> PersonView:
    account = await person(ask, account_id)
    set_etag(response, account.row_version)
    return await _view(ask, account)


@route(
    ROUTES,
    "PATCH",
    PATH + "/{account_id}",
    permission="people.write",
    summary="Change somebody's name or role, or switch their account off or on.",
)
async def update_person(
    ask: Asked, account_id: str, change: PersonChange, expected: IfMatch, response: Response
) -> PersonView:
    if change.role is not None or change.status is not None:
        # Before the account itself, so that two owners who step down wait for each other in one order.
        await hold_owners(ask.workspace, ask.tx)
    before = await person(ask, account_id, for_change=True)
    expected.refuse_unless(before.row_version)
    changes = change.model_dump(exclude_none=True)
    if "name" in changes:
        changes["name"] = people.read_name(changes["name"])
    after = await people.change(ask.workspace, ask.tx, ask.program.door, ask.actor, before, changes=changes)
    released = await _released(ask, after) if before.answers and not after.answers else {}
    await ask.record("account.updated", after.id, before=_noted(before), after=_noted(after) | released)
    set_etag(response, after.row_version)
    ask.after_commit(words.Changed(ask.workspace, after.id).word)
    return await _view(ask, after)


async def _released(ask: Ask, account: Account) -> dict[str, object]:
    """Whoever answers no more has no conversations; for the audit log, how many go back to the queue."""
    held = await desk_people.holds(ask.workspace, ask.tx, account.id)
    if not held:
        return {}
    return {"conversations_released": await leaving.release(doing(ask), account.id, held)}


async def _view(ask: Ask, account: Account) -> PersonView:
    return _shown(account, (await presence_of(ask, [account.id]))[account.id])


def _shown(account: Account, presence: PresenceView) -> PersonView:
    return PersonView(
        id=account.id,
        name=account.name,
        email=account.email,
        role=account.role,
        status=account.status,
        has_totp=account.has_totp,
        answers=account.answers,
        presence=presence,
        created_at=account.created_at,
        last_seen_at=account.last_seen_at,
    )


def _noted(account: Account) -> dict[str, object]:
    return {"name": account.name, "role": account.role, "status": account.status}


class LinkView(BaseModel):
    id: str
    link: str = Field(description="Works once; it is never shown again.")
    mailed: bool = Field(description="Whether it is on its way by mail; else hand it on yourself.")
    expires_at: datetime


@route(
    ROUTES,
    "PUT",
    PATH + "/{account_id}/reset-link",
    permission="people.write",
    summary="Make a link with which somebody chooses a new password.",
)
async def make_reset_link(ask: Asked, account_id: str) -> LinkView:
    account = await person(ask, account_id, for_change=True)
    reach.refuse_beyond(ask.actor, account.role)
    if not account.is_active:
        raise Refused("in_use", "The account is switched off; switch it on first.")
    made = await links.reset(ask.workspace, ask.tx, ask.program.door, ask.actor.name, account)
    shown = await _post(ask, made, account.email, language=account.language)
    await ask.record("account.reset_link_made", account.id, after={"mailed": shown.mailed})
    return shown


@route(
    ROUTES,
    "DELETE",
    PATH + "/{account_id}/sessions",
    permission="people.write",
    status=204,
    summary="Sign somebody out everywhere.",
)
async def end_sessions(ask: Asked, account_id: str) -> None:
    account = await person(ask, account_id)
    reach.refuse_beyond(ask.actor, account.role)
    ended = await account_sessions.end_sessions(ask.workspace, ask.tx, account.id)
    await ask.record("account.sessions_ended", account.id, after={"ended": ended})


class Invitation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str
    role: str
    name: str = ""


class InvitationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    email: str
    name: str
    role: str
    created_by: str
    created_at: datetime
    expires_at: datetime


class InvitationList(BaseModel):
    data: list[InvitationView]
    next_cursor: str | None = None


@route(ROUTES, "GET", INVITATIONS, permission="people.read", summary="List invitations that still work.")
async def list_invitations(ask: Asked) -> InvitationList:
    found = await access_links.list_invitations(ask.workspace, ask.tx, ask.program.clock.now())
    return InvitationList(data=[InvitationView.model_validate(one) for one in found])


@route(
    ROUTES,
    "PUT",
    INVITATIONS,
    permission="people.write",
    summary="Invite somebody; an earlier invitation to the same address ends.",
)
async def invite(ask: Asked, wanted: Invitation) -> LinkView:
    email, role = people.read_email(wanted.email), people.read_role(wanted.role)
    name = people.read_name(wanted.name) if wanted.name.strip() else ""
    made = await links.invite(
        ask.workspace, ask.tx, ask.program.door, ask.actor, email=email, name=name, role=role
    )
    shown = await _post(ask, made, email)
    after = {"email": email, "role": role, "mailed": shown.mailed}
    await ask.record("account.invited", made.link.id, after=after)
    return shown


@route(
    ROUTES,
    "DELETE",
    INVITATIONS + "/{link_id}",
    permission="people.write",
    status=204,
    summary="Take an invitation back.",
)
async def revoke_invitation(ask: Asked, link_id: str) -> None:
    parse("link", link_id)
    await links.take_back(ask.workspace, ask.tx, ask.program.door, ask.actor, link_id)
    await ask.record("account.invitation_revoked", link_id)


async def person(ask: Ask, account_id: str, *, for_change: bool = False) -> Account:
    parse("acct", account_id)
    return await read_account(ask.workspace, ask.tx, account_id, for_change=for_change)


async def _post(ask: Ask, made: Made, to: str, *, language: str = "") -> LinkView:
    link, program = made.link, ask.program
    address = program.public_url + made.path
    by = ""
    if ask.actor.kind == "session":
        by = (await read_account(ask.workspace, ask.tx, ask.actor.id)).name
    letter = Letter(link.kind, to, language, address, expires_at=link.expires_at, by=by, role=link.role)
    mailed = await program.post(ask.workspace, ask.tx, letter)
    return LinkView(id=link.id, link=address, mailed=mailed, expires_at=link.expires_at)
