"""`/setup`: the page behind the link of the first start. It names one's own workspace, once, makes its owner's account,
signs them in, and shows the first key.

The link's token is a key of kind `setup`, good for this page and nothing else; setting up ends it. A script that sends
the workspace's fields alone gets the key and no account; `frontdesk user add` makes one later.
"""

import shlex
from dataclasses import dataclass, field

import structlog
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from frontdesk.access import passwords, people, sessions
from frontdesk.access.door import Caller
from frontdesk.access.sessions import Begun
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.ids import KeyId
from frontdesk.core.redacted import Redacted
from frontdesk.store import audit, workspaces
from frontdesk.store.assistants import list_assistants
from frontdesk.store.directory import own_workspace
from frontdesk.store.keys import create_key, revoke_key
from frontdesk.web import openapi, time_zones
from frontdesk.web.errors import Problem
from frontdesk.web.exchange import Exchange, exchange_of
from frontdesk.web.origin import is_from_here
from frontdesk.web.panel import menu
from frontdesk.web.panel.alone import INSECURE, alone_problem, caller_of, language_of, refuse_insecure
from frontdesk.web.panel.form import read_form
from frontdesk.web.panel.link_pages import email_text, name_text, unfit_text
from frontdesk.web.panel.pages import page, quoted
from frontdesk.web.panel.texts import say, texts
from frontdesk.web.program import Program
from frontdesk.web.route import Route, route
from frontdesk.web.session_ring import cookie_with
from frontdesk.web.v1 import assistants

PATH = "/setup"
KEY_NAME = "Administrator"
MOST_FORM_BYTES = 8_000
OWNER_FIELDS = ("person", "email", "password")
MOST_NAME = 80
MOST_LISTED = 10

ROUTES: list[Route] = []
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says. `problems`: by field, what to write instead."""

    name: str
    time_zone: str
    owner: "Owner | None" = None
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose workspace it is to be."""

    person: str
    email: str
    password: str = field(repr=False)


class _DeadPage(Response):
    """What a link that no longer works leads to: another one, or nothing where the workspace is set up."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(None, problem.status)
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        done = await _is_set_up(exchange_of(Request(scope)).program)
        said = page(
            "setup_dead.html",
            {"done": done},
            status=self._problem.status,
            headers=dict(self._problem.headers),
        )
        await said(scope, receive, send)


def problem_page(problem: Problem, request_id: str) -> Response:
    """Errors as a page."""
    if problem.code == "unauthenticated":
        return _DeadPage(problem)
    if problem.detail == INSECURE:
        return alone_problem(problem, request_id)
    values = {"detail": problem.detail, "code_word": problem.code, "request_id": request_id}
    return page("problem.html", values, status=problem.status, headers=dict(problem.headers))


async def _is_set_up(program: Program) -> bool:
    """Of the one workspace that set-up links are for; what an unknown token was for cannot be told."""
    try:
        own = await own_workspace(program.store)
        if own is not None:
            async with program.store.unit_of_work(own.workspace) as tx:
                return await workspaces.is_set_up(own.workspace, tx)
    except Unavailable:
        log.warning("setup.state_unknown")
    return False


@route(
    ROUTES,
    "GET",
    PATH,
    permission="setup",
    summary="The page of the set-up link.",
    raw=True,
    token_in_query=True,
    error_shape=problem_page,
)
async def setup_page(request: Request) -> Response:
    refuse_insecure(request)
    exchange = exchange_of(request)
    workspace = exchange.actor.workspace
    async with exchange.program.store.unit_of_work(workspace) as tx:
        if await workspaces.is_set_up(workspace, tx):
            raise _used()
    return _form(Wanted("", time_zones.UTC, Owner("", "", "")), language_of(request), first=True)


@route(
    ROUTES,
    "POST",
    PATH,
    permission="setup",
    summary="Name the workspace and get its first key.",
    raw=True,
    token_in_query=True,
    error_shape=problem_page,
)
async def set_up(request: Request) -> Response:
    exchange = exchange_of(request)
    if not is_from_here(request, exchange.program.public_url):
        raise Refused("forbidden", texts()["problem"]["foreign"])
    language = language_of(request)
    wanted = _wanted(await read_form(request, MOST_FORM_BYTES), language)
    if wanted.owner is not None:
        refuse_insecure(request)
    if not wanted.problems:
        try:
            key, begun = await _carry_out(exchange, wanted, caller_of(request))
        except Refused as error:
            if error.code != "email_taken":
                raise
            wanted.problems["email"] = say(language, "access.email_taken")
    if wanted.problems:
        return _form(wanted, language)
    return _done(exchange.program, wanted.name, key, await _assistants(exchange), begun)


def _used() -> Refused:
    return Refused("unauthenticated", texts()["dead"]["title"])


def _wanted(fields: dict[str, str], language: str) -> Wanted:
    name, zone = fields.get("name", "").strip(), fields.get("time_zone", "")
    said, problems = texts()["setup"], {}
    if not name:
        problems["name"] = said["name_missing"]
    elif len(name) > MOST_NAME:
        problems["name"] = said["name_long"].format(most=MOST_NAME)
    elif not name.isprintable():
        problems["name"] = said["name_unreadable"]
    if zone not in time_zones.known():
        problems["time_zone"] = said["zone_unknown"]
    if fields.keys().isdisjoint(OWNER_FIELDS):
        return Wanted(name, zone, None, problems)
    owner = Owner(*(fields.get(one, "") for one in OWNER_FIELDS))
    return Wanted(name, zone, owner, {**problems, **_problems_of(owner, language)})


def _problems_of(owner: Owner, language: str) -> dict[str, str]:
    found = {
        "person": name_text(language, owner.person),
        "email": email_text(language, owner.email),
        "password": unfit_text(language, owner.password, owner.email.strip()),
    }
    return {one: problem for one, problem in found.items() if problem}


def _form(wanted: Wanted, language: str, *, first: bool = False) -> Response:
    owner = wanted.owner or Owner("", "", "")
    values = {
        "first": first,
        "most_name": MOST_NAME,
        "name": wanted.name,
        "time_zone": wanted.time_zone,
        "person": owner.person,
        "email": owner.email,
        "problems": {**dict.fromkeys(("name", "time_zone", *OWNER_FIELDS), ""), **wanted.problems},
        "areas": time_zones.areas(),
    }
    return page("setup.html", values, status=422 if wanted.problems else 200, language=language)


async def _carry_out(exchange: Exchange, wanted: Wanted, caller: Caller) -> tuple[Redacted, Begun | None]:
    """Names the workspace, ends the link, makes key and owner: all of it, or nothing when somebody was faster."""
    program, actor, owner = exchange.program, exchange.actor, wanted.owner
    workspace = actor.workspace
    password_hash = await passwords.hash_of(owner.password) if owner is not None else ""
    async with program.store.unit_of_work(workspace) as tx:
        if not await workspaces.set_up(workspace, tx, name=wanted.name, time_zone=wanted.time_zone):
            raise _used()
        await revoke_key(workspace, tx, KeyId(actor.id))
        key, text = await create_key(workspace, tx, kind="api", name=KEY_NAME, scopes=frozenset({"admin"}))
        after: dict[str, object] = {"name": wanted.name, "time_zone": wanted.time_zone, "key": key.id}
        begun = None
        if owner is not None:
            account = await people.create(
                workspace,
                tx,
                email=people.read_email(owner.email),
                name=people.read_name(owner.person),
                role="owner",
                password_hash=password_hash,
                time_zone=wanted.time_zone,
            )
            begun = await sessions.begin(workspace, tx, program.door, account.id, caller)
            after["owner"] = account.id
        entry = audit.Entry(
            program.clock.now(), actor.name, "workspace.set_up", workspace, after=after, ip=caller.address
        )
        await audit.append(workspace, tx, entry)
    return text, begun


async def _assistants(exchange: Exchange) -> list[str]:
    """Names of those that are there already, out of a backup say; the first few."""
    workspace = exchange.actor.workspace
    async with exchange.program.store.unit_of_work(workspace) as tx:
        found = await list_assistants(workspace, tx, after="", limit=MOST_LISTED + 1, within=frozenset())
    return [one.name for one in found[:MOST_LISTED]] + (["..."] if len(found) > MOST_LISTED else [])


def _done(program: Program, name: str, key: Redacted, there: list[str], begun: Begun | None) -> Response:
    secret = key.reveal()
    header = shlex.quote(f"Authorization: Bearer {secret}")
    values = {
        "name": name,
        "key": secret,
        "command": f"curl -H {header} {program.public_url}{assistants.PATH}",
        "assistants": Markup(", ").join(quoted(one) for one in there),
        "program": program.command,
        "document": openapi.PATH,
        "panel": menu.HOME if begun is not None else "",
    }
    headers = {"set-cookie": cookie_with(begun.secret)} if begun is not None else {}
    return page("setup_done.html", values, headers=headers)
