"""`/panel/settings`: one's own account. What is done here is done by the endpoints of `/api/v1/me`.

Forms are plain: they go to an address below this one, which leads back here, or shows what cannot be at its field.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial, wraps

from pydantic import SecretStr, ValidationError
from starlette.responses import RedirectResponse, Response

from frontdesk.access import totp
from frontdesk.core.errors import Refused
from frontdesk.store import workspaces
from frontdesk.store.accounts import read_account
from frontdesk.web import time_zones
from frontdesk.web.etag import Expected
from frontdesk.web.panel import browsers
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.settings_said import problem_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import me, push_subscriptions

ROUTES: list[Route] = []
PATH = "/panel/settings"
MOST_CODE = 40
THEMES = ("system", "light", "dark")
DONE = ("profile", "notices", "push", "device", "email", "password", "session", "sessions", "totp_off")
"""What the page says when it is opened after a form; anything else in the address says nothing."""
PUSH_WISHES = ("push_mentions", "push_assigned", "push_lines", "push_queue", "push_text", "push_quiet")
Act = Callable[[Ask, Sent], Awaitable[None]]


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="account.self",
    summary="The page of one's own account.",
    entry="me",
    rank=0,
)
async def account_page(visit: Visit) -> Response:
    done = visit.request.query_params.get("done", "")
    return await _shown(visit, done=visit.say(f"settings.done.{done}") if done in DONE else "")


async def _shown(
    visit: Visit,
    *,
    done: str = "",
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    async with visit.asking() as ask:
        account = await me.own_account(ask)
        listed = await me.list_my_sessions(ask)
        devices = (
            []
            if ask.program.pushing is None
            else (await push_subscriptions.list_push_subscriptions(ask)).data
        )
    values = {
        "account": account,
        "wishes": me.Settings.model_validate(account.settings),
        "version": account.row_version,
        "sessions": listed.data,
        "pushes": visit.program.pushing is not None,
        "push_wishes": PUSH_WISHES,
        "devices": devices,
        "themes": THEMES,
        "known_languages": LANGUAGES,
        "areas": time_zones.areas(),
        "browser_text": partial(_browser_text, visit),
        "done": done,
        "problems": {**dict.fromkeys((*DONE, "totp"), ""), **(problems or {})},
        "typed": {"name": "", "signature": "", "email": "", **(typed or {})},
    }
    return await visit.show("settings_me.html", values, status=422 if problems else 200)


def _browser_text(visit: Visit, user_agent: str) -> str:
    """`Chrome on Linux`; what is not known calls itself something, or nothing."""
    browser, system = browsers.words_of(user_agent)
    if browser and system:
        return visit.say("settings.browser_on", None, browser=browser, system=system)
    return browser or system or user_agent or visit.say("settings.unknown_browser")


def _form(part: str, summary: str, *, path: str = "") -> Callable[[Act], Act]:
    """A form of the page, at an address below it: does what it says, then leads back to the page, which says so.

    What cannot be is shown beside the form `part`, with what was typed. What stands in the address is among the fields.
    """

    def declare(act: Act) -> Act:
        @wraps(act)
        async def by_form(visit: Visit) -> Response:
            sent = await visit.form()
            whole = Sent([*sent.pairs, *visit.request.path_params.items()])
            try:
                async with visit.asking() as ask:
                    await act(ask, whole)
            except (Refused, ValidationError) as error:
                return await _shown(visit, problems={part: _problem(visit, error)}, typed=dict(sent.pairs))
            return RedirectResponse(f"{PATH}?done={part}", 303)

        place = f"{PATH}/{path or part}"
        opens(ROUTES, "POST", place, menu="settings", permission="account.self", summary=summary)(by_form)
        return act

    return declare


def _problem(visit: Visit, error: Refused | ValidationError) -> str:
    return problem_of(visit, error) if isinstance(error, Refused) else visit.say("settings.not_like_that")


def _secret(sent: Sent, name: str = "password") -> SecretStr:
    return SecretStr(sent.get(name))


@_form("profile", "Change one's name and how pages look, by the form.")
async def change_profile_by_form(ask: Ask, sent: Sent) -> None:
    kept = ("name", "language", "theme", "time_zone", "signature")
    change = me.MeChange.model_validate({name: sent.get(name) for name in kept})
    await me.update_me(ask, change, expected(sent.get("version")), Response())


@_form("notices", "Choose what one is told by mail, by the form.")
async def change_notices_by_form(ask: Ask, sent: Sent) -> None:
    wishes = me.Settings(mail_mentions="mail_mentions" in sent, mail_assigned="mail_assigned" in sent)
    await me.update_me(ask, me.MeChange(settings=wishes), Expected(None), Response())


@_form("push", "Choose what one's devices are told, by the form.")
async def change_push_by_form(ask: Ask, sent: Sent) -> None:
    wishes = me.Settings.model_validate({name: name in sent for name in PUSH_WISHES})
    await me.update_me(ask, me.MeChange(settings=wishes), Expected(None), Response())


@_form("device", "Send no more notices to a browser, by the form.", path="push/{push_id}")
async def remove_device_by_form(ask: Ask, sent: Sent) -> None:
    await push_subscriptions.remove_push_subscription(ask, sent.get("push_id"))


@opens(
    ROUTES,
    "POST",
    PATH + "/push-key",
    menu="settings",
    permission="workspace.write",
    summary="Make a new key that signs notices.",
)
async def make_push_key_by_form(visit: Visit) -> Response:
    async with visit.asking() as ask:
        made = await push_subscriptions.make_push_key(ask)
    return await visit.go(PATH, toast=visit.say("settings.push_key_made", made.ended))


@_form("email", "Sign in with another e-mail address from now on, by the form.")
async def change_email_by_form(ask: Ask, sent: Sent) -> None:
    change = me.EmailChange(
        email=sent.get("email"), password=_secret(sent), code=sent.get("code")[:MOST_CODE]
    )
    await me.change_email(ask, change, Expected(None))


@_form("password", "Choose another password, by the form.")
async def change_password_by_form(ask: Ask, sent: Sent) -> None:
    change = me.PasswordChange(password=_secret(sent), new_password=_secret(sent, "new_password"))
    await me.change_password(ask, change)


@_form("sessions", "Sign out everywhere else, by the form.")
async def end_other_sessions_by_form(ask: Ask, _sent: Sent) -> None:
    await me.end_my_other_sessions(ask)


@_form("session", "Sign out somewhere else, by the form.", path="sessions/{session_id}")
async def end_session_by_form(ask: Ask, sent: Sent) -> None:
    await me.end_my_session(ask, sent.get("session_id"))


@_form("totp_off", "Do without one-time codes, by the form.", path="totp/off")
async def end_totp_by_form(ask: Ask, sent: Sent) -> None:
    await me.end_totp(ask, me.TotpEnd(password=_secret(sent), code=sent.get("code")[:MOST_CODE]))


@opens(
    ROUTES,
    "POST",
    PATH + "/totp",
    menu="settings",
    permission="account.self",
    summary="Begin with one-time codes, by the form.",
)
async def begin_totp_by_form(visit: Visit) -> Response:
    form = await visit.form()
    try:
        async with visit.asking() as ask:
            await me.begin_totp(ask, me.TotpBegin(password=_secret(form)))
    except Refused as error:
        return await _shown(visit, problems={"totp": problem_of(visit, error)})
    return await _code_asked(visit)


@opens(
    ROUTES,
    "POST",
    PATH + "/totp/code",
    menu="settings",
    permission="account.self",
    summary="Turn one-time codes on, by the form.",
)
async def confirm_totp_by_form(visit: Visit) -> Response:
    form = await visit.form()
    try:
        async with visit.asking() as ask:
            codes = await me.confirm_totp(ask, me.TotpConfirm(code=form.get("code")[:MOST_CODE]))
    except Refused as error:
        return await _code_asked(visit, problem=problem_of(visit, error))
    return await visit.show("settings_recovery.html", {"codes": codes.recovery_codes})


async def _code_asked(visit: Visit, *, problem: str = "") -> Response:
    """The secret for the app, until its first code was shown."""
    async with visit.work() as tx:
        account = await read_account(visit.workspace, tx, visit.actor.id)
        secret = await totp.proposed(visit.workspace, tx, visit.program.door, account.id)
        issuer = await workspaces.name_of(visit.workspace, tx)
    if secret is None:
        return RedirectResponse(PATH, 303)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    address = totp.address_of(secret, account.email, issuer)
    values = {
        "secret": spaced,
        "address": address,
        "code": await asyncio.to_thread(_drawn, address),
        "problem": problem,
    }
    return await visit.show("settings_totp.html", values, status=422 if problem else 200)


def _drawn(address: str) -> object:
    """The QR code of an address; what draws it is loaded with the first one."""
    return importlib.import_module("frontdesk.web.panel.qr").drawn(address)
