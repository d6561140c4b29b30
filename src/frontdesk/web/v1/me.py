"""`/api/v1/me`: one's own account, its sessions, its password and its one-time codes. For signed-in people, not keys.

What protects the account is changed only by whoever shows its password again; where one-time codes are on, another
address and doing without codes want a code as well.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from frontdesk.access import passwords, people, sessions, throttling, totp
from frontdesk.access.letters import Letter
from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import parse
from frontdesk.core.permission import PERMISSIONS
from frontdesk.desk.notices import MAIL_ASSIGNED, MAIL_MENTIONS
from frontdesk.store import account_sessions, workspaces
from frontdesk.store.accounts import Account, read_account, recovery_left, update_account
from frontdesk.store.push_subscriptions import IS_QUIET, IS_TOLD, SHOWS_TEXT
from frontdesk.web import time_zones
from frontdesk.web.etag import IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.presence_view import PresenceView, presence_of

ROUTES: list[Route] = []
PATH = "/api/v1/me"
MOST_SIGNATURE = 1000


def _zone(value: str) -> str:
    if value and value not in time_zones.known():
        raise ValueError("choose a time zone such as Asia/Tashkent")
    return value


class Settings(BaseModel):
    """How somebody likes to work."""

    model_config = ConfigDict(extra="forbid")

    sound: bool = False
    notify: bool = False
    keys: bool = True
    enter_sends: bool = True
    mail_mentions: bool = Field(
        default=MAIL_MENTIONS, description="Tell by mail that a note of a colleague names one."
    )
    mail_assigned: bool = Field(
        default=MAIL_ASSIGNED, description="Tell by mail that one is given a conversation."
    )
    push_mentions: bool = Field(
        default=IS_TOLD, description="Tell one's devices that a note of a colleague names one."
    )
    push_assigned: bool = Field(default=IS_TOLD, description="... that one is given a conversation.")
    push_queue: bool = Field(
        default=IS_TOLD, description="... that somebody waits in a queue of one's teams."
    )
    push_lines: bool = Field(
        default=IS_TOLD, description="... that a customer wrote in a conversation of one's own."
    )
    push_text: bool = Field(default=SHOWS_TEXT, description="Show the beginning of what was written.")
    push_quiet: bool = Field(
        default=IS_QUIET, description="Tell nothing while one is away or offline by choice."
    )


class MeView(BaseModel):
    id: str
    name: str
    email: str
    role: str
    permissions: list[str] = Field(description="What the role allows.")
    language: str
    theme: str
    time_zone: str
    signature: str
    settings: Settings
    has_totp: bool
    recovery_codes_left: int
    presence: PresenceView
    workspace_id: str
    workspace: str
    last_seen_at: datetime | None


class MeChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    language: Literal["", "en", "ru", "uz"] | None = None
    theme: Literal["system", "light", "dark"] | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    signature: Annotated[str, Field(max_length=MOST_SIGNATURE)] | None = None
    settings: Settings | None = None


@route(ROUTES, "GET", PATH, permission="account.self", summary="Read one's own account.")
async def read_me(ask: Asked, response: Response) -> MeView:
    account = await own_account(ask)
    set_etag(response, account.row_version)
    return await _view(ask, account)


@route(ROUTES, "PATCH", PATH, permission="account.self", summary="Change one's own account.")
async def update_me(ask: Asked, change: MeChange, expected: IfMatchOptional, response: Response) -> MeView:
    before = await own_account(ask, for_change=True)
    expected.refuse_unless(before.row_version)
    changes = change.model_dump(exclude_none=True)
    if change.settings is not None:
        # What is not named stays: the inbox and the page of the account each know their own.
        changes["settings"] = before.settings | change.settings.model_dump(exclude_unset=True)
    if "name" in changes:
        changes["name"] = people.read_name(changes["name"])
    after = await update_account(ask.workspace, ask.tx, before, changes)
    if after.name != before.name:
        await ask.record(
            "account.updated", after.id, before={"name": before.name}, after={"name": after.name}
        )
    set_etag(response, after.row_version)
    return await _view(ask, after)


Code = Annotated[
    str,
    Field(
        max_length=40,
        description="Of the account's app, or a recovery code; wanted where one-time codes are on.",
    ),
]


class EmailChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str
    password: SecretStr = Field(description="The present one.")
    code: Code = ""


@route(
    ROUTES,
    "PUT",
    PATH + "/email",
    permission="account.self",
    summary="Sign in with another e-mail address from now on.",
)
async def change_email(ask: Asked, change: EmailChange, expected: IfMatchOptional) -> MeView:
    email = people.read_email(change.email)
    await _show_password(ask, change.password, change.code)
    before = await own_account(ask, for_change=True)
    expected.refuse_unless(before.row_version)
    after = await people.change_email(ask.workspace, ask.tx, ask.program.clock.now(), before, email)
    await ask.record(
        "account.email_changed", after.id, before={"email": before.email}, after={"email": after.email}
    )
    if after.email != before.email:
        told = Letter("email_changed", before.email, before.language, email=after.email)
        await ask.program.post(ask.workspace, ask.tx, told)
    return await _view(ask, after)


class PasswordChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: SecretStr = Field(description="The present one.")
    new_password: SecretStr


@route(
    ROUTES,
    "PUT",
    PATH + "/password",
    permission="account.self",
    status=204,
    summary="Choose another password; every other session ends.",
)
async def change_password(ask: Asked, change: PasswordChange) -> None:
    account = await own_account(ask)
    wanted = change.new_password.get_secret_value()
    passwords.refuse_unfit(wanted, email=account.email, field="new_password")
    await _show_password(ask, change.password)
    made = await ask.aside(passwords.hash_of(wanted))
    account = await own_account(ask, for_change=True)
    await people.set_password(
        ask.workspace, ask.tx, ask.program.clock.now(), account.id, made, kept_session=ask.session_id
    )
    await ask.record("account.password_changed", account.id)


class SessionView(BaseModel):
    id: str
    browser: str = Field(description="What it called itself.")
    address: str
    created_at: datetime
    seen_at: datetime
    is_current: bool


class SessionList(BaseModel):
    data: list[SessionView]


@route(ROUTES, "GET", PATH + "/sessions", permission="account.self", summary="Where one is signed in.")
async def list_my_sessions(ask: Asked) -> SessionList:
    now = ask.program.clock.now()
    found = await account_sessions.list_sessions(
        ask.workspace, ask.tx, ask.actor.id, now=now, seen_since=now - sessions.IDLE
    )
    return SessionList(
        data=[
            SessionView(
                id=one.id,
                browser=one.browser,
                address=one.address,
                created_at=one.created_at,
                seen_at=one.seen_at,
                is_current=one.id == ask.session_id,
            )
            for one in found
        ]
    )


@route(
    ROUTES,
    "DELETE",
    PATH + "/sessions",
    permission="account.self",
    status=204,
    summary="Sign out everywhere else.",
)
async def end_my_other_sessions(ask: Asked) -> None:
    ended = await account_sessions.end_sessions(ask.workspace, ask.tx, ask.actor.id, kept=ask.session_id)
    await ask.record("account.sessions_ended", ask.actor.id, after={"ended": ended})


@route(
    ROUTES,
    "DELETE",
    PATH + "/sessions/{session_id}",
    permission="account.self",
    status=204,
    summary="Sign out somewhere else.",
)
async def end_my_session(ask: Asked, session_id: str) -> None:
    parse("sess", session_id)
    if not await account_sessions.end_session(ask.workspace, ask.tx, ask.actor.id, session_id):
        raise Refused("not_found", "There is no such session.")
    await ask.record("account.sessions_ended", ask.actor.id, after={"ended": 1})


class TotpBegin(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: SecretStr


class TotpEnd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: SecretStr
    code: Code = ""


class TotpProposed(BaseModel):
    secret: str = Field(description="To type into an app; base32.")
    address: str = Field(description="The same for apps that take an `otpauth:` address.")


class TotpConfirm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)


class RecoveryCodes(BaseModel):
    recovery_codes: list[str] = Field(description="Each opens the account once, without the app.")


@route(
    ROUTES,
    "PUT",
    PATH + "/totp",
    permission="account.self",
    summary="Begin with one-time codes: a secret for an app.",
)
async def begin_totp(ask: Asked, begin: TotpBegin) -> TotpProposed:
    await _show_password(ask, begin.password)
    account = await own_account(ask, for_change=True)
    if account.has_totp:
        raise Refused("in_use", "One-time codes are on; turn them off first.")
    secret = await totp.propose(ask.workspace, ask.tx, ask.program.door, account.id)
    issuer = await workspaces.name_of(ask.workspace, ask.tx)
    return TotpProposed(secret=secret, address=totp.address_of(secret, account.email, issuer))


@route(
    ROUTES,
    "PUT",
    PATH + "/totp/code",
    permission="account.self",
    summary="Turn one-time codes on, with the first code of the app.",
)
async def confirm_totp(ask: Asked, confirm: TotpConfirm) -> RecoveryCodes:
    counted, door = throttling.of_codes(ask.actor.id), ask.program.door
    await ask.aside(throttling.count(door, counted))
    account = await own_account(ask, for_change=True)
    codes = await totp.confirm(ask.workspace, ask.tx, door, account.id, confirm.code)
    if codes is None:
        raise Refused("invalid", totp.REFUSED["wrong"], field="code")
    await account_sessions.end_sessions(ask.workspace, ask.tx, account.id, kept=ask.session_id)
    await throttling.forget(door, counted)
    await ask.record("account.totp_on", account.id)
    return RecoveryCodes(recovery_codes=codes)


@route(
    ROUTES,
    "POST",
    PATH + "/totp/off",
    permission="account.self",
    status=204,
    summary="Do without one-time codes.",
)
async def end_totp(ask: Asked, end: TotpEnd) -> None:
    await _show_password(ask, end.password, end.code)
    account = await own_account(ask, for_change=True)
    await totp.turn_off(ask.workspace, ask.tx, account.id)
    await ask.record("account.totp_off", account.id)


async def own_account(ask: Ask, *, for_change: bool = False) -> Account:
    if ask.actor.kind != "session":
        raise Bug("a key has no account of its own")
    return await read_account(ask.workspace, ask.tx, ask.actor.id, for_change=for_change)


async def _show_password(ask: Ask, shown: SecretStr, code: str | None = None) -> None:
    """The present password; with a `code` also one of those, for what would do without them."""
    account, door = await own_account(ask), ask.program.door
    password = shown.get_secret_value()
    await ask.aside(people.refuse_unless_own(door, ask.workspace, account, password, code=code))


async def _view(ask: Ask, account: Account) -> MeView:
    return MeView(
        id=account.id,
        name=account.name,
        email=account.email,
        role=account.role,
        permissions=[name for name in PERMISSIONS if ask.actor.may(name)],
        language=account.language,
        theme=account.theme,
        time_zone=account.time_zone,
        signature=account.signature,
        settings=Settings.model_validate(account.settings),
        has_totp=account.has_totp,
        recovery_codes_left=await recovery_left(ask.workspace, ask.tx, account.id),
        presence=(await presence_of(ask, [account.id]))[account.id],
        workspace_id=ask.workspace,
        workspace=await workspaces.name_of(ask.workspace, ask.tx),
        last_seen_at=account.last_seen_at,
    )
