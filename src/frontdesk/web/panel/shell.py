"""The frame of every page of the panel: who may open it, navigation, errors, and where a form leads.

A page is declared with `opens` and gets a `Visit`; it reads its data in `visit.work()`, and answers with
`visit.show` (a whole page, or a part of one for htmx), or after a form with `visit.go`.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import wraps
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import attention, audit
from frontdesk.store.tx import Tx
from frontdesk.web.cookies import cookie_in
from frontdesk.web.errors import Problem
from frontdesk.web.exchange import Exchange, exchange_of
from frontdesk.web.origin import is_from_here
from frontdesk.web.panel import menu as menus
from frontdesk.web.panel.form import Sent, read_sent
from frontdesk.web.panel.pages import PANEL_HEADERS, page
from frontdesk.web.panel.plan_said import limit_said, switch_names
from frontdesk.web.panel.signed_in import Viewer, viewer
from frontdesk.web.panel.texts import (
    LANGUAGES,
    Moments,
    Said,
    direction,
    number,
    preferred,
    said,
    say,
    zone_of,
)
from frontdesk.web.program import Program
from frontdesk.web.route import Route, not_found, route
from frontdesk.web.typed import Ask, asking

BELOW = re.compile(r"/panel(/.*)?")
SIGN_IN = "/sign-in"
SLIM_COOKIE = "fd_nav"
THEME_COOKIE = "fd_theme"
THEMES = frozenset({"light", "dark", "system"})
SLIM_MENUS = frozenset({"chats"})
MOST_FORM_BYTES = 200_000
_SAFE = frozenset({"GET", "HEAD"})
_SPOKEN = frozenset({"forbidden", "not_found", "internal", "unavailable"})

ROUTES: list[Route] = []
NOWHERE: list[Route] = []
"""Stands behind all others, so that an address without a page is told in the frame as well."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What the toast's Undo sends."""

    path: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Visit:
    """One page being opened, or one form of it being sent."""

    request: Request
    exchange: Exchange
    viewer: Viewer
    menu: str
    place: str

    @property
    def program(self) -> Program:
        return self.exchange.program

    @property
    def actor(self) -> Actor:
        return self.exchange.actor

    @property
    def workspace(self) -> WorkspaceId:
        return self.actor.workspace

    @property
    def t(self) -> Said:
        """What pages say in the reader's language."""
        return said(self.viewer.language)

    def say(self, key: str, count: int | None = None, **values: object) -> str:
        """One text of the catalogue as plain text: `visit.say("channels.added", name=name)`."""
        return say(self.viewer.language, key, count, **values)

    @property
    def is_part(self) -> bool:
        """Whether htmx asked, for a part of the page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def moments(self) -> Moments:
        return Moments(self.viewer.language, zone_of(self.viewer.time_zone), self.program.clock.now())

    def work(self) -> AbstractAsyncContextManager[Tx]:
        """A unit of work in the viewer's workspace."""
        return self.program.store.unit_of_work(self.workspace)

    def asking(self) -> AbstractAsyncContextManager[Ask]:
        """The same, to do in it what the API does: its endpoints are functions of an `Ask`."""
        return asking(self.request)

    async def form(self, limit: int = MOST_FORM_BYTES) -> Sent:
        return await read_sent(self.request, limit)

    async def show(
        self, template: str, values: Mapping[str, object], *, status: int = 200, part: bool = False
    ) -> Response:
        """A whole page, or with `part` a template that stands for itself and is put into the page that is open."""
        frame = {"part": True} if part else await self._frame()
        own = {"visit": self, "may": self.actor.may, "moments": self.moments, "number": self.number}
        return page(
            template,
            {**frame, **own, **values},
            status=status,
            headers=PANEL_HEADERS,
            language=self.viewer.language,
        )

    async def go(self, path: str, *, toast: str = "", undo: Undo | None = None) -> Response:
        """After a form that worked: on to another page, which says `toast`."""
        if not self.is_part:
            return RedirectResponse(path, 303)
        return Response(status_code=200, headers={"hx-redirect": path, **toast_header(toast, undo)})

    async def record(
        self,
        tx: Tx,
        action: str,
        target: str,
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Put what was done into the audit log; the last thing before the unit of work ends."""
        address = self.request.client.host if self.request.client else None
        entry = audit.Entry(self.program.clock.now(), self.actor.name, action, target, before, after, address)
        await audit.append(self.workspace, tx, entry)

    def number(self, value: float) -> str:
        return number(value, self.viewer.language)

    async def _frame(self) -> dict[str, object]:
        async with self.work() as tx:
            found = await attention.attention(self.workspace, tx)
        pinned = cookie_in(self.request.scope, SLIM_COOKIE)
        return {
            "part": False,
            "viewer": self.viewer,
            "workspace_name": found.workspace_name,
            "waiting": {
                "chats": found.queued,
                "integrations": found.failing,
                "settings": found.alerts if self.actor.may("activity.read") else 0,
            },
            "entries": list(menus.entries(self.actor, self.menu)),
            "opened": self.place or self.request.url.path,
            "slim": pinned == "slim" or (pinned != "wide" and self.menu in SLIM_MENUS),
            "dir": direction(self.viewer.language),
            "languages": LANGUAGES,
        }


def toast_header(text: str, undo: Undo | None = None) -> dict[str, str]:
    """The header that makes the page that opens next say `text` for some seconds; none for no text."""
    if not text:
        return {}
    # JSON in ASCII, as a header has to be.
    told = {"text": text, "next": True, **({"undo": undo.path, "method": undo.method} if undo else {})}
    return {"hx-trigger": json.dumps({"fd:toast": told})}


async def _viewer(request: Request) -> Viewer:
    """Whoever asks, with the theme that was chosen just now: sessions are remembered for a moment as they were."""
    chosen = cookie_in(request.scope, THEME_COOKIE)
    found = await viewer(request)
    return replace(found, theme=chosen) if chosen in THEMES else found


Opened = Callable[[Visit], Awaitable[Response]]


def opens(
    into: list[Route],
    method: str,
    path: str,
    *,
    permission: str,
    summary: str,
    menu: str,
    entry: str = "",
    rank: int = 0,
) -> Callable[[Opened], Opened]:
    """Declare the decorated page. With `entry` it stands under its menu, in the order of `rank`."""
    if method == "GET":
        menus.declare(menu, path, permission, entry=entry, rank=rank)

    def declare(handler: Opened) -> Opened:
        @wraps(handler)
        async def open_page(request: Request) -> Response:
            exchange = exchange_of(request)
            seen_by = await _viewer(request)
            if request.method not in _SAFE and not is_from_here(request, exchange.program.public_url):
                raise Refused("forbidden", say(seen_by.language, "problem.foreign"))
            return await handler(Visit(request, exchange, seen_by, menu, path))

        route(
            into, method, path, permission=permission, summary=summary, raw=True, error_shape=panel_problem
        )(open_page)
        return handler

    return declare


class _Problem(Response):
    """An error as the panel tells it: signing in, a line above the page that is open, or a page with the frame."""

    def __init__(self, problem: Problem, request_id: str) -> None:
        super().__init__(None, problem.status, dict(problem.headers))
        self._problem = problem
        self._request_id = request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._told(Request(scope)))(scope, receive, send)

    async def _told(self, request: Request) -> Response:
        problem = self._problem
        part = request.headers.get("hx-request") == "true"
        if problem.code == "unauthenticated":
            return _to_sign_in(request, part=part)
        seen_by = await _known_viewer(request)
        language = seen_by.language if seen_by else preferred(request.headers.get("accept-language", ""))
        values = {
            **_words(problem, language, seen_by, exchange_of(request).program),
            "code_word": problem.code,
            "request_id": self._request_id,
        }
        if seen_by and not part:
            visit = Visit(request, exchange_of(request), seen_by, "", "")
            way = menus.nearest(visit.actor, request.url.path)
            return await visit.show("panel_problem.html", {**values, "way": way}, status=problem.status)
        aimed = {"hx-retarget": "#fd-problem", "hx-reswap": "innerHTML"} if part else {}
        return page(
            "_problem.html" if part else "problem.html",
            values,
            status=problem.status,
            headers={**dict(problem.headers), **aimed},
            language=language,
        )


async def _known_viewer(request: Request) -> Viewer | None:
    """Whoever asked; None where nobody is signed in, or who it was is gone or cannot be read just now."""
    if exchange_of(request).actor.kind == "anonymous":
        return None
    try:
        return await _viewer(request)
    except (Refused, Unavailable):
        return None


def _words(problem: Problem, language: str, seen_by: Viewer | None, program: Program) -> dict[str, str]:
    """What a page says of it in the reader's words; what is wrong with what they sent, as the endpoint says it."""
    which = problem.code
    if which == "forbidden" and (
        not seen_by or not seen_by.csrf or "permission" not in (problem.details or {})
    ):
        which = ""
    if which not in _SPOKEN:
        detail = problem.detail
        if which == "plan_limit" and problem.details:
            detail = limit_said(problem.details, language, switch_names(program, language))
        return {"title": say(language, "problem.title"), "detail": detail}
    role = say(language, f"roles.{seen_by.role}") if seen_by else ""
    return {
        "title": say(language, f"problem.{which}_title"),
        "detail": say(language, f"problem.{which}", role=role),
    }


def _to_sign_in(request: Request, *, part: bool) -> Response:
    if part:
        back = urlsplit(request.headers.get("hx-current-url", ""))
        path = urlunsplit(("", "", back.path or menus.HOME, back.query, ""))
        return Response(status_code=200, headers={"hx-redirect": f"{SIGN_IN}?next={quote(path, safe='')}"})
    query = request.url.query
    path = request.url.path + (f"?{query}" if query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(path, safe='')}", 303)


def panel_problem(problem: Problem, request_id: str) -> Response:
    """Errors of the panel's pages."""
    return _Problem(problem, request_id)


@route(
    ROUTES,
    "GET",
    menus.HOME,
    permission="account.self",
    summary="The page of a menu.",
    raw=True,
    error_shape=panel_problem,
)
async def panel(request: Request) -> Response:
    actor = exchange_of(request).actor
    path = menus.path_of(actor, request.query_params.get("menu", ""))
    if path is None:
        raise Refused("not_found", "There is no such menu, or it is not yours to see.")
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "menu"]
    return RedirectResponse(f"{path}?{urlencode(rest)}" if rest else path, 303)


@route(
    NOWHERE,
    "GET",
    f"{menus.HOME}/{{rest:path}}",
    permission="account.self",
    summary="Where the panel has no page.",
    raw=True,
    error_shape=panel_problem,
)
async def no_page(_: Request) -> Response:
    raise not_found()
