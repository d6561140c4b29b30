"""Pages without the panel's frame, for people who are not signed in: their language, errors, and the cookie at the end.

Everything that they send comes from a page of ours (its origin says so) over a line that nobody else reads.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from frontdesk.access import sessions
from frontdesk.access.door import Caller, hash_of
from frontdesk.access.signing_in import SignedIn
from frontdesk.core.errors import Refused
from frontdesk.core.permission import PUBLIC
from frontdesk.store.account_sessions import SessionRow, find_session
from frontdesk.web.errors import Problem
from frontdesk.web.exchange import exchange_of
from frontdesk.web.origin import is_from_here, keeps_secrets
from frontdesk.web.panel import menu
from frontdesk.web.panel.form import read_form
from frontdesk.web.panel.pages import page
from frontdesk.web.panel.plan_said import limit_said
from frontdesk.web.panel.texts import LANGUAGES, preferred, say
from frontdesk.web.route import Route, route
from frontdesk.web.session_ring import address_of, cookie_with, shown_secret

Page = Callable[[Request], Awaitable[Response]]
CODE = "/sign-in/code"
MOST_FORM_BYTES = 8_000
MOST_NEXT = 2_000
INSECURE = "Passwords are not taken over plain http."
_MINUTE_S = 60


def language_of(request: Request, form: Mapping[str, str] | None = None) -> str:
    """What was chosen at the foot of the page, else what the browser asks for."""
    chosen = (form or {}).get("lang") or request.query_params.get("lang", "")
    return chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def alone(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    language: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page with the languages at its foot."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    path = f"{request.url.path}?{urlencode([*kept, ('lang', '')])}"
    own = {"languages": LANGUAGES, "language_path": path}
    return page(template, {**own, **values}, status=status, headers=headers, language=language)


def refuse_insecure(request: Request) -> None:
    """Where others can listen no password is asked for."""
    if not keeps_secrets(request, exchange_of(request).program.public_url):
        raise Refused("forbidden", INSECURE)


async def read_alone(request: Request) -> dict[str, str]:
    """The form, sent from a page of ours."""
    refuse_insecure(request)
    if not is_from_here(request, exchange_of(request).program.public_url):
        raise Refused("forbidden", say(language_of(request), "problem.foreign"))
    return await read_form(request, MOST_FORM_BYTES)


def caller_of(request: Request) -> Caller:
    return Caller(address_of(request.scope), request.headers.get("user-agent", ""))


async def session_of(request: Request, stage: str) -> SessionRow | None:
    """The session that the browser holds, where it is at this stage."""
    program, secret = exchange_of(request).program, shown_secret(request.scope)
    row = await find_session(program.store, hash_of(secret)) if secret is not None else None
    if row is None or row.stage != stage or sessions.is_over(row, program.clock.now()):
        return None
    return row


def safe_next(wanted: str) -> str:
    """Where to go after signing in: a path of ours, or the panel's beginning."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    if not ours or parts.scheme or parts.netloc or len(wanted) > MOST_NEXT or "\\" in wanted:
        return menu.HOME
    return wanted


async def entered(request: Request, found: SignedIn, to: str, language: str) -> Response:
    """On into the panel, or to the page that asks for a code; with the cookie, which takes the former one's place."""
    await sessions.end_held(exchange_of(request).program.door, shown_secret(request.scope))
    if found.session.stage == "code":
        to = f"{CODE}?{urlencode({'next': to, 'lang': language})}"
    answer = RedirectResponse(to, 303)
    answer.headers["set-cookie"] = cookie_with(found.session.secret)
    answer.headers["cache-control"] = "no-store"
    return answer


def waiting_text(language: str, wait_s: float) -> str:
    """How long, as people say it, never less than it is."""
    whole = max(1, int(-(-wait_s // 1)))
    if whole < 2 * _MINUTE_S:
        wait = say(language, "access.seconds", whole)
    else:
        wait = say(language, "access.minutes", -(-whole // _MINUTE_S))
    return say(language, "access.held", wait=wait)


class _Told(Response):
    """An error as a page of its own."""

    def __init__(self, problem: Problem, request_id: str) -> None:
        super().__init__(None, problem.status)
        self._problem = problem
        self._request_id = request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._page(Request(scope))(scope, receive, send)

    def _page(self, request: Request) -> Response:
        problem, language = self._problem, language_of(request)
        headers = dict(problem.headers)
        if problem.code == "unauthenticated":
            headers.pop("www-authenticate", None)
            return alone(
                request, "access_dead.html", {}, language=language, status=problem.status, headers=headers
            )
        if not keeps_secrets(request, exchange_of(request).program.public_url):
            return self._insecure(request, language)
        is_limit = problem.code == "plan_limit" and problem.details
        detail = limit_said(problem.details or {}, language) if is_limit else problem.detail
        values = {"detail": detail, "code_word": problem.code, "request_id": self._request_id}
        return page("problem.html", values, status=problem.status, headers=headers, language=language)

    def _insecure(self, request: Request, language: str) -> Response:
        port = (request.scope.get("server") or ("", 80))[1]
        values = {
            "local": f"http://localhost:{port}",
            "command": f"ssh -L {port}:localhost:{port} {request.url.hostname}",
        }
        return alone(request, "sign_in_insecure.html", values, language=language, status=self._problem.status)


def alone_problem(problem: Problem, request_id: str) -> Response:
    """Errors of pages without the frame; a link that does not work says how to get another."""
    return _Told(problem, request_id)


def stands_alone(into: list[Route], method: str, path: str, *, summary: str) -> Callable[[Page], Page]:
    """Declare the decorated page as one without the frame, which anybody may open; it tells errors by itself."""
    return route(into, method, path, permission=PUBLIC, summary=summary, raw=True, error_shape=alone_problem)
