"""`/sign-in`, `/sign-in/code` and `/sign-out`: forms for what `access.signing_in` does.

One line says what was wrong, never which of the two; who comes from a page of the panel goes back there.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from frontdesk.access import signing_in, totp
from frontdesk.access.signing_in import Waiting, Wrong
from frontdesk.core.errors import HeldBack, Refused
from frontdesk.web.exchange import exchange_of
from frontdesk.web.panel.alone import (
    CODE,
    alone,
    caller_of,
    entered,
    language_of,
    read_alone,
    refuse_insecure,
    safe_next,
    session_of,
    stands_alone,
    waiting_text,
)
from frontdesk.web.panel.shell import SIGN_IN, panel_problem
from frontdesk.web.panel.texts import say
from frontdesk.web.route import Route, route
from frontdesk.web.session_ring import cookie_gone

ROUTES: list[Route] = []
SIGN_OUT = "/sign-out"
MOST_PASSWORD = 1000


@stands_alone(ROUTES, "GET", SIGN_IN, summary="The page on which people sign in.")
async def sign_in_page(request: Request) -> Response:
    refuse_insecure(request)
    to = safe_next(request.query_params.get("next", ""))
    if await session_of(request, "open") is not None:
        return RedirectResponse(to, 303)
    language = language_of(request)
    said = say(language, "access.signed_out") if "out" in request.query_params else ""
    return _form(request, language, {"next": to, "said": said})


@stands_alone(ROUTES, "POST", SIGN_IN, summary="Sign in by the form.")
async def sign_in_by_form(request: Request) -> Response:
    form = await read_alone(request)
    language, to = language_of(request, form), safe_next(form.get("next", ""))
    email, password = form.get("email", "").strip(), form.get("password", "")[:MOST_PASSWORD]
    door = exchange_of(request).program.door
    try:
        found = await signing_in.sign_in(door, email, password, caller_of(request))
    except Refused as error:
        said, status, headers = _told(error, language, "access.wrong")
        values = {"next": to, "email": email, "problem": said}
        return _form(request, language, values, status=status, headers=headers)
    return await entered(request, found, to, language)


def _told(error: Refused, language: str, wrong: str) -> tuple[str, int, dict[str, str]]:
    """The one line for a try that failed; anything else is raised again."""
    match error:
        case Wrong():
            left = say(language, "access.left", error.left) if error.left else say(language, "access.last")
            why = "access.code.used" if error.message == totp.USED else wrong
            return f"{say(language, why)} {left}", 401, {}
        case HeldBack():
            wait_s = error.retry_after_s
            return waiting_text(language, wait_s), 429, {"retry-after": str(max(1, int(-(-wait_s // 1))))}
    raise error


def _form(
    request: Request,
    language: str,
    values: dict[str, str],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    shown = {"email": "", "problem": "", "said": "", "host": request.url.netloc, **values}
    return alone(request, "sign_in.html", shown, language=language, status=status, headers=headers)


@stands_alone(ROUTES, "GET", CODE, summary="The page that asks for a one-time code.")
async def code_page(request: Request) -> Response:
    refuse_insecure(request)
    if await session_of(request, "code") is None:
        return RedirectResponse(SIGN_IN, 303)
    recovery = bool(request.query_params.get("recovery"))
    return _code_form(request, language_of(request), request.query_params.get("next", ""), recovery=recovery)


@stands_alone(ROUTES, "POST", CODE, summary="Show a one-time code by the form.")
async def show_code_by_form(request: Request) -> Response:
    form = await read_alone(request)
    language, session = language_of(request, form), await session_of(request, "code")
    if session is None:
        return RedirectResponse(SIGN_IN, 303)
    waiting = Waiting(session.workspace, session.account_id, session.id)
    door, to = exchange_of(request).program.door, form.get("next", "")
    try:
        found = await signing_in.show_code(door, waiting, form.get("code", ""), caller_of(request))
    except Refused as error:
        told = _told(error, language, "access.code.wrong")
        return _code_form(request, language, to, recovery="recovery" in form, told=told)
    return await entered(request, found, safe_next(to), language)


def _code_form(
    request: Request,
    language: str,
    to: str,
    *,
    recovery: bool,
    told: tuple[str, int, dict[str, str]] = ("", 200, {}),
) -> Response:
    said, status, headers = told
    values = {"next": safe_next(to), "recovery": recovery, "problem": said}
    return alone(request, "sign_in_code.html", values, language=language, status=status, headers=headers)


@route(
    ROUTES,
    "POST",
    SIGN_OUT,
    permission="account.self",
    summary="Sign out by the panel's form.",
    raw=True,
    error_shape=panel_problem,
)
async def sign_out_by_form(request: Request) -> Response:
    exchange = exchange_of(request)
    if exchange.session is not None:
        await signing_in.sign_out(exchange.program.door, exchange.session.row, caller_of(request))
    to, gone = f"{SIGN_IN}?out=1", {"set-cookie": cookie_gone(), "cache-control": "no-store"}
    if request.headers.get("hx-request") == "true":
        return Response(status_code=200, headers={"hx-redirect": to, **gone})
    answer = RedirectResponse(to, 303)
    answer.headers.update(gone)
    return answer
