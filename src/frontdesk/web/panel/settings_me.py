"""`/panel/settings`: one's own account. What is done here is done by the endpoints of `/api/v1/me`.

Forms are plain: they go to an address below this one, which leads back here, or shows what cannot be at its field.
"""

from collections.abc import Awaitable, Callable, Mapping

from pydantic import SecretStr, ValidationError
from starlette.responses import RedirectResponse, Response

from frontdesk.access import totp
from frontdesk.core.errors import Refused
from frontdesk.store import workspaces
from frontdesk.store.accounts import read_account
from frontdesk.web import time_zones
from frontdesk.web.etag import Expected
from frontdesk.web.panel.settings_said import problem_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.panel.texts import LANGUAGES
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import me, push_subscriptions

ROUTES: list[Route] = []
PATH = "/panel/settings"
THEMES = ("system", "light", "dark")
DONE = ("profile", "notices", "push", "device", "email", "password", "session", "sessions", "totp_off")
PUSH_WISHES = ("push_mentions", "push_assigned", "push_lines", "push_queue", "push_text", "push_quiet")
"""What the page says when it is opened after a form; anything else in the address says nothing."""


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
        "done": done,
        "problems": {**dict.fromkeys((*DONE, "totp"), ""), **(problems or {})},
        "typed": {"name": "", "signature": "", "email": "", **(typed or {})},
    }
    return await visit.show("settings_me.html", values, status=422 if problems else 200)


async def _act(
    visit: Visit, part: str, act: Callable[[Ask], Awaitable[object]], form: Mapping[str, str]
) -> Response:
    """Back to the page that says it is done, or the page with what was wrong beside the form `part`."""
    try:
        async with visit.asking() as ask:
            await act(ask)
    except Refused as error:
        return await _shown(visit, problems={part: problem_of(visit, error)}, typed=form)
    except ValidationError:
        return await _shown(visit, problems={part: visit.say("settings.not_like_that")}, typed=form)
    return RedirectResponse(f"{PATH}?done={part}", 303)


@opens(
    ROUTES,
    "POST",
    PATH + "/profile",
    menu="settings",
    permission="account.self",
    summary="Change one's name and how pages look, by the form.",
)
async def change_profile_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        kept = ("name", "language", "theme", "time_zone", "signature")
        change = me.MeChange.model_validate({name: form.get(name, "") for name in kept})
        version = form.get("version", "")
        expected = Expected(frozenset({int(version)})) if version.isdecimal() else Expected(frozenset())
        await me.update_me(ask, change, expected, Response())

    return await _act(visit, "profile", act, dict(form.pairs))


@opens(
    ROUTES,
    "POST",
    PATH + "/notices",
    menu="settings",
    permission="account.self",
    summary="Choose what one is told by mail, by the form.",
)
async def change_notices_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        wishes = me.Settings(mail_mentions="mail_mentions" in form, mail_assigned="mail_assigned" in form)
        await me.update_me(ask, me.MeChange(settings=wishes), Expected(None), Response())

    return await _act(visit, "notices", act, {})


@opens(
    ROUTES,
    "POST",
    PATH + "/push",
    menu="settings",
    permission="account.self",
    summary="Choose what one's devices are told, by the form.",
)
async def change_push_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        wishes = me.Settings.model_validate({name: name in form for name in PUSH_WISHES})
        await me.update_me(ask, me.MeChange(settings=wishes), Expected(None), Response())

    return await _act(visit, "push", act, {})


@opens(
    ROUTES,
    "POST",
    PATH + "/push/{push_id}",
    menu="settings",
    permission="account.self",
    summary="Send no more notices to a browser, by the form.",
)
async def remove_device_by_form(visit: Visit) -> Response:
    async def act(ask: Ask) -> None:
        await push_subscriptions.remove_push_subscription(ask, visit.request.path_params["push_id"])

    return await _act(visit, "device", act, {})


@opens(
    ROUTES,
    "POST",
    PATH + "/email",
    menu="settings",
    permission="account.self",
    summary="Sign in with another e-mail address from now on, by the form.",
)
async def change_email_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        change = me.EmailChange(
            email=form.get("email", ""),
            password=SecretStr(form.get("password", "")),
            code=form.get("code", "")[:40],
        )
        await me.change_email(ask, change, Expected(None))

    return await _act(visit, "email", act, dict(form.pairs))


@opens(
    ROUTES,
    "POST",
    PATH + "/password",
    menu="settings",
    permission="account.self",
    summary="Choose another password, by the form.",
)
async def change_password_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        shown, wanted = (SecretStr(form.get(name, "")) for name in ("password", "new_password"))
        await me.change_password(ask, me.PasswordChange(password=shown, new_password=wanted))

    return await _act(visit, "password", act, {})


@opens(
    ROUTES,
    "POST",
    PATH + "/sessions",
    menu="settings",
    permission="account.self",
    summary="Sign out everywhere else, by the form.",
)
async def end_other_sessions_by_form(visit: Visit) -> Response:
    return await _act(visit, "sessions", me.end_my_other_sessions, {})


@opens(
    ROUTES,
    "POST",
    PATH + "/sessions/{session_id}",
    menu="settings",
    permission="account.self",
    summary="Sign out somewhere else, by the form.",
)
async def end_session_by_form(visit: Visit) -> Response:
    async def act(ask: Ask) -> None:
        await me.end_my_session(ask, visit.request.path_params["session_id"])

    return await _act(visit, "session", act, {})


@opens(
    ROUTES,
    "POST",
    PATH + "/totp/off",
    menu="settings",
    permission="account.self",
    summary="Do without one-time codes, by the form.",
)
async def end_totp_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        await me.end_totp(
            ask, me.TotpEnd(password=SecretStr(form.get("password", "")), code=form.get("code", "")[:40])
        )

    return await _act(visit, "totp_off", act, {})


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
            await me.begin_totp(ask, me.TotpBegin(password=SecretStr(form.get("password", ""))))
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
            codes = await me.confirm_totp(ask, me.TotpConfirm(code=form.get("code", "")[:40]))
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
    values = {
        "secret": spaced,
        "address": totp.address_of(secret, account.email, issuer),
        "problem": problem,
    }
    return await visit.show("settings_totp.html", values, status=422 if problem else 200)
