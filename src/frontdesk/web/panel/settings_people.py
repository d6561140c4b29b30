"""`/panel/settings/people`: who works here, and who is invited. Done by the endpoints of `/api/v1/people`.

A link that lets somebody in is shown once, on the page that follows, and says whether it was mailed.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.responses import RedirectResponse, Response

from frontdesk.access import reach
from frontdesk.core.errors import Refused
from frontdesk.core.permission import ROLES
from frontdesk.store.access_links import list_invitations
from frontdesk.store.accounts import list_accounts, read_account
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.settings_said import problem_of
from frontdesk.web.panel.settings_skills import skills_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import people
from frontdesk.web.v1.people import LinkView

ROUTES: list[Route] = []
PATH = "/panel/settings/people"
DONE = ("changed", "signed_out", "taken_back")


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="people.read",
    summary="The page People.",
    entry="people",
    rank=20,
)
async def people_page(visit: Visit) -> Response:
    return await _list(visit)


async def _list(visit: Visit, *, problem: str = "", typed: Mapping[str, str] | None = None) -> Response:
    async with visit.work() as tx:
        found = await list_accounts(visit.workspace, tx)
        invited = await list_invitations(visit.workspace, tx, visit.program.clock.now())
    done = visit.request.query_params.get("done", "")
    values = {
        "people": found,
        "invited": invited,
        "roles": reach.may_give(visit.actor),
        "done": visit.say(f"settings.done.{done}") if done in DONE else "",
        "problem": problem,
        "typed": {"email": "", "role": "", **(typed or {})},
    }
    return await visit.show("settings_people.html", values, status=422 if problem else 200)


@opens(
    ROUTES,
    "POST",
    PATH + "/invite",
    menu="settings",
    permission="people.write",
    summary="Invite somebody, by the form.",
)
async def invite_by_form(visit: Visit) -> Response:
    form = await visit.form()
    wanted = {name: form.get(name, "").strip() for name in ("email", "role", "name")}
    try:
        async with visit.asking() as ask:
            link = await people.invite(ask, people.Invitation.model_validate(wanted))
    except Refused as error:
        return await _list(visit, problem=problem_of(visit, error), typed=wanted)
    return await _link(visit, link, wanted["email"], "invited")


@opens(
    ROUTES,
    "POST",
    PATH + "/invitations/{link_id}",
    menu="settings",
    permission="people.write",
    summary="Take an invitation back, by the form.",
)
async def take_back_by_form(visit: Visit) -> Response:
    async with visit.asking() as ask:
        await people.revoke_invitation(ask, visit.request.path_params["link_id"])
    return await _back(visit, PATH, "taken_back")


@opens(
    ROUTES,
    "GET",
    PATH + "/{account_id}",
    menu="settings",
    permission="people.read",
    summary="The page of somebody's account.",
)
async def person_page(visit: Visit) -> Response:
    return await _person(visit)


async def _person(visit: Visit, *, problem: str = "") -> Response:
    async with visit.asking() as ask:
        account = await people.person(ask, visit.request.path_params["account_id"])
        skilled = await skills_of(visit, ask, account.id)
    done = visit.request.query_params.get("done", "")
    reachable = account.role in reach.may_give(visit.actor)
    values = {
        "account": account,
        "skilled": skilled,
        "roles": reach.may_give(visit.actor) if reachable else list(ROLES),
        "reachable": reachable and visit.actor.may("people.write"),
        "done": visit.say(f"settings.done.{done}") if done in DONE else "",
        "problem": problem,
    }
    return await visit.show("settings_person.html", values, status=422 if problem else 200)


async def _act(visit: Visit, done: str, act: Callable[[Ask], Awaitable[object]]) -> Response:
    try:
        async with visit.asking() as ask:
            await act(ask)
    except Refused as error:
        if visit.is_part:
            raise
        return await _person(visit, problem=problem_of(visit, error))
    return await _back(visit, f"{PATH}/{visit.request.path_params['account_id']}", done)


async def _back(visit: Visit, path: str, done: str) -> Response:
    if visit.is_part:
        return await visit.go(path, toast=visit.say(f"settings.done.{done}"))
    return RedirectResponse(f"{path}?done={done}", 303)


@opens(
    ROUTES,
    "POST",
    PATH + "/{account_id}",
    menu="settings",
    permission="people.write",
    summary="Change somebody's name, role or status, by the form.",
)
async def change_person_by_form(visit: Visit) -> Response:
    form = await visit.form()

    async def act(ask: Ask) -> None:
        kept = {name: form.get(name) for name in ("name", "role", "status") if name in form}
        account_id = visit.request.path_params["account_id"]
        change = people.PersonChange.model_validate(kept)
        await people.update_person(ask, account_id, change, expected(form.get("version")), Response())

    return await _act(visit, "changed", act)


@opens(
    ROUTES,
    "POST",
    PATH + "/{account_id}/sessions",
    menu="settings",
    permission="people.write",
    summary="Sign somebody out everywhere, by the form.",
)
async def end_sessions_by_form(visit: Visit) -> Response:
    async def act(ask: Ask) -> None:
        await people.end_sessions(ask, visit.request.path_params["account_id"])

    return await _act(visit, "signed_out", act)


@opens(
    ROUTES,
    "POST",
    PATH + "/{account_id}/reset-link",
    menu="settings",
    permission="people.write",
    summary="Make a link to another password, by the form.",
)
async def make_reset_link_by_form(visit: Visit) -> Response:
    account_id = visit.request.path_params["account_id"]
    try:
        async with visit.asking() as ask:
            link = await people.make_reset_link(ask, account_id)
            account = await read_account(visit.workspace, ask.tx, account_id)
    except Refused as error:
        return await _person(visit, problem=problem_of(visit, error))
    return await _link(visit, link, account.email, "reset")


async def _link(visit: Visit, link: LinkView, email: str, kind: str) -> Response:
    values = {"link": link, "email": email, "kind": kind, "people": PATH}
    return await visit.show("settings_link.html", values)
