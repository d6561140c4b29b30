"""`/invitation`, `/reset` and `/forgot`: the pages behind links that work once, and the one that has a link sent.

Nobody learns from `/forgot` which addresses have an account: the link is made after the answer is out.
"""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from frontdesk.access import links, passwords, people, throttling
from frontdesk.access.letters import Letter
from frontdesk.access.links import Followed, Newcomer
from frontdesk.core.errors import Refused
from frontdesk.store import audit, workspaces
from frontdesk.store.accounts import find_account, read_account
from frontdesk.web.exchange import exchange_of
from frontdesk.web.panel import menu
from frontdesk.web.panel.alone import (
    alone,
    caller_of,
    entered,
    language_of,
    read_alone,
    refuse_insecure,
    stands_alone,
)
from frontdesk.web.panel.texts import say
from frontdesk.web.program import Program
from frontdesk.web.route import Route

ROUTES: list[Route] = []
FORGOT = "/forgot"


def unfit_text(language: str, password: str, email: str) -> str:
    """Why a password is none; empty when it is one."""
    why = passwords.unfit(password, email=email)
    return say(language, f"access.unfit.{why}") if why else ""


def name_text(language: str, name: str) -> str:
    """Why a name is none; empty when it is one."""
    if not name.strip():
        return say(language, "access.name_missing")
    try:
        people.read_name(name)
    except Refused:
        return say(language, "access.name_wrong")
    return ""


def email_text(language: str, email: str) -> str:
    """Why an address is none; empty when it may be one."""
    try:
        people.read_email(email)
    except Refused:
        return say(language, "access.email_wrong")
    return ""


async def _followed(request: Request, kind: str) -> Followed:
    refuse_insecure(request)
    door = exchange_of(request).program.door
    return await links.follow(door, request.query_params.get("token", ""), kind)


@stands_alone(ROUTES, "GET", links.PATHS["invitation"], summary="The page of an invitation.")
async def invitation_page(request: Request) -> Response:
    followed = await _followed(request, "invitation")
    return await _invitation(request, followed, language_of(request), followed.link.name, {})


@stands_alone(ROUTES, "POST", links.PATHS["invitation"], summary="Accept an invitation.")
async def accept_invitation(request: Request) -> Response:
    form = await read_alone(request)
    followed, language = await _followed(request, "invitation"), language_of(request, form)
    name, password = form.get("name", ""), form.get("password", "")
    problems = {
        "name": name_text(language, name),
        "password": unfit_text(language, password, followed.link.email),
    }
    if any(problems.values()):
        return await _invitation(request, followed, language, name, problems)
    newcomer = Newcomer(name, password, language)
    try:
        found = await links.accept(exchange_of(request).program.door, followed, newcomer, caller_of(request))
    except Refused as error:
        if error.code != "email_taken":
            raise
        problems["email"] = say(language, "access.email_taken")
        return await _invitation(request, followed, language, name, problems)
    return await entered(request, found, menu.HOME, language)


async def _invitation(
    request: Request, followed: Followed, language: str, name: str, problems: dict[str, str]
) -> Response:
    program, link = exchange_of(request).program, followed.link
    async with program.store.unit_of_work(followed.workspace) as tx:
        workspace = await workspaces.name_of(followed.workspace, tx)
    values = {
        "workspace": workspace,
        "role": link.role,
        "email": link.email,
        "name": name,
        "problems": {"name": "", "password": "", "email": "", **problems},
    }
    status = 422 if any(problems.values()) else 200
    return alone(request, "invitation.html", values, language=language, status=status)


@stands_alone(ROUTES, "GET", links.PATHS["reset"], summary="The page on which another password is chosen.")
async def reset_page(request: Request) -> Response:
    return await _reset(request, await _followed(request, "reset"), language_of(request), None)


@stands_alone(ROUTES, "POST", links.PATHS["reset"], summary="Choose another password by a link.")
async def reset_password(request: Request) -> Response:
    form = await read_alone(request)
    followed, language = await _followed(request, "reset"), language_of(request, form)
    password = form.get("password", "")
    try:
        found = await links.set_password(
            exchange_of(request).program.door, followed, password, caller_of(request)
        )
    except Refused as error:
        if error.field != "password":
            raise
        return await _reset(request, followed, language, password)
    return await entered(request, found, menu.HOME, language)


async def _reset(request: Request, followed: Followed, language: str, tried: str | None) -> Response:
    """`tried`: the password that was none, which is not shown again."""
    program = exchange_of(request).program
    async with program.store.unit_of_work(followed.workspace) as tx:
        account = await read_account(followed.workspace, tx, followed.link.account_id or "")
    problem = unfit_text(language, tried, account.email) if tried is not None else ""
    values = {"email": account.email, "problems": {"password": problem}}
    return alone(request, "reset.html", values, language=language, status=422 if problem else 200)


@stands_alone(ROUTES, "GET", FORGOT, summary="The page that has a link to another password sent.")
async def forgot_page(request: Request) -> Response:
    refuse_insecure(request)
    return _forgot(request, language_of(request))


@stands_alone(ROUTES, "POST", FORGOT, summary="Have a link to another password sent.")
async def send_reset_link(request: Request) -> Response:
    form = await read_alone(request)
    program, language = exchange_of(request).program, language_of(request, form)
    email = form.get("email", "").strip()
    problem = email_text(language, email)
    if problem:
        return _forgot(request, language, email=email, problem=problem)
    caller = caller_of(request)
    await throttling.count(program.door, throttling.of_asking_address(caller.address))
    await throttling.count(program.door, throttling.of_forgotten(email))
    answer = _forgot(request, language, done=True)
    answer.background = BackgroundTask(_send, program, email, language, caller.address)
    return answer


async def _send(program: Program, email: str, language: str, address: str) -> None:
    row = await find_account(program.store, email)
    if row is None or row.status != "active":
        return
    workspace = row.workspace
    async with program.store.unit_of_work(workspace) as tx, tx.begin_nested() as part:
        account = await read_account(workspace, tx, row.id, for_change=True)
        made = await links.reset(workspace, tx, program.door, f"session:{row.id}", account)
        letter = Letter(
            "reset",
            account.email,
            account.language or language,
            program.public_url + made.path,
            made.link.expires_at,
        )
        if not await program.post(workspace, tx, letter):
            # A link that reaches nobody must not take the place of one that was handed on.
            await part.rollback()
            return
        entry = audit.Entry(
            program.clock.now(), f"session:{row.id}", "account.reset_asked", row.id, ip=address
        )
        await audit.append(workspace, tx, entry)


def _forgot(
    request: Request, language: str, *, email: str = "", problem: str = "", done: bool = False
) -> Response:
    values = {"email": email, "problem": problem, "done": done}
    return alone(request, "forgot.html", values, language=language, status=422 if problem else 200)
