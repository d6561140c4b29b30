"""Settings of the workspace, its mail, teams, labels and saved replies: saved by forms, removed with a way back."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.doubles.http_client import Answer
from tests.doubles.mail_server import MailServer
from tests.program import Program
from tests.web.people import make_account

from frontdesk.core.ids import WorkspaceId
from frontdesk.desk.replies import PLACES
from frontdesk.store import workspaces
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key

SETTINGS = "/panel/settings"


class Office:
    """A workspace as somebody with a key sees it in a browser."""

    def __init__(self, program: Program, key: str, workspace: WorkspaceId) -> None:
        self.client = program.client
        self.key = key
        self.workspace = workspace

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self.client.get(SETTINGS + path, key=self.key)
        assert answer.status == status, answer.body
        return answer.body.decode()

    async def send(self, path: str, form: dict[str, str] | list[tuple[str, str]] | None = None) -> Answer:
        headers = {
            "Origin": self.client.base_url,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
        }
        return await self.client.post(
            SETTINGS + path, key=self.key, headers=headers, body=urlencode(form or {})
        )

    async def version(self, path: str) -> str:
        (found,) = re.findall(r'name="version" value="([^"]*)"', await self.page(path))
        return str(found)


async def office_of(program: Program, *scopes: str) -> Office:
    workspace = WorkspaceId(mint("ws"))
    async with program.running.store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Northwind")
        _, key = await create_key(
            workspace, tx, kind="api", name="Key", scopes=frozenset(scopes or {"admin"})
        )
    return Office(program, key.reveal(), workspace)


@pytest.fixture
async def office(program: Program) -> Office:
    return await office_of(program)


async def test_mail_is_set_up_by_administrators_alone(program: Program) -> None:
    """Links to another password go by mail."""
    office = await office_of(program, "read:workspace", "write:workspace")
    body = {"kind": "smtp", "settings": {"host": "mail.example.com"}}
    client = program.client
    for method, path in (("PATCH", "/api/v1/settings/mail"), ("POST", "/api/v1/settings/mail/test")):
        answer = await client.send(method, path, key=office.key, json=body, headers={"If-Match": "*"})
        assert (answer.status, answer.json()["code"]) == (403, "forbidden")


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer() as running:
        yield running


async def test_the_workspace_is_renamed_and_two_people_are_told_apart(office: Office) -> None:
    path = "/workspace"
    form = {
        "version": await office.version(path),
        "name": "Southwind <b>",
        "language": "ru",
        "time_zone": "UTC",
    }
    assert (await office.send(path, form)).headers["hx-redirect"] == SETTINGS + path
    page = await office.page(path)
    assert "Southwind &lt;b&gt;" in page
    late = await office.send(path, {**form, "name": "Late"})
    assert late.status == 412
    assert "Southwind &lt;b&gt;" in late.body.decode()
    wrong = await office.send(path, {**form, "version": await office.version(path), "time_zone": "Mars"})
    assert wrong.status == 422
    assert 'aria-invalid="true"' in wrong.body.decode()


async def test_how_the_desk_works_is_saved(office: Office) -> None:
    form = {"version": await office.version("/desk"), "reopens_to": "queued", "promise_s": "120"}
    saved = await office.send("/desk", {**form, "capacity": "4", "rating_most": "5", "ask_rating": "on"})
    assert saved.headers["hx-redirect"] == SETTINGS + "/desk"
    page = await office.page("/desk")
    assert 'value="120"' in page


async def test_mail_is_set_up_tried_and_taken_away(office: Office, mail_server: MailServer) -> None:
    assert "Disconnect" not in await office.page("/mail")
    form = {
        "version": await office.version("/mail"),
        "settings.host": "127.0.0.1",
        "settings.port": str(mail_server.port),
        "settings.encryption": "none",
        "settings.from_address": "desk@northwind.example",
    }
    wrong = await office.send("/mail", {**form, "settings.from_address": "nobody"})
    assert wrong.status == 422
    assert (await office.send("/mail", form)).headers["hx-redirect"] == SETTINGS + "/mail"
    tried = (await office.send("/mail/test", {"to": "jo@example.com"})).body.decode()
    assert "The mail server took the mail" in tried
    assert "250 Ok: taken as 1" in tried
    mail_server.answers("RCPT", "550 <b>no</b>")
    refused = (await office.send("/mail/test", {"to": "jo@example.com"})).body.decode()
    assert "The mail was not taken" in refused
    assert "550 &lt;b&gt;no&lt;/b&gt;" in refused
    assert "no e-mail address" in (await office.send("/mail/test", {"to": "jo"})).body.decode()
    assert (await office.send("/mail/remove")).headers["hx-redirect"] == SETTINGS + "/mail"
    assert "Disconnect" not in await office.page("/mail")


NOUNS: dict[str, dict[str, Any]] = {
    "labels": {"name": "VIP <b>", "color": "red"},
    "replies": {"name": "hours <b>", "text": "We are here {{contact.name}}", "language": ""},
    "teams": {
        "name": "Returns <b>",
        "settings.rule": "round_robin",
        "settings.hours.key": "mon-fri",
        "settings.hours.value": "09:00-17:00",
    },
}


@pytest.mark.parametrize("noun", NOUNS)
async def test_a_thing_is_made_changed_removed_and_taken_out_of_the_bin(office: Office, noun: str) -> None:
    path = f"/{noun}"
    await office.page(path)
    await office.page(f"{path}/new")
    wrong = await office.send(f"{path}/new", {**NOUNS[noun], "name": ""})
    assert wrong.status == 422
    made = await office.send(f"{path}/new", NOUNS[noun])
    assert made.headers["hx-redirect"] == SETTINGS + path, made.body
    listed = await office.page(path)
    name = NOUNS[noun]["name"]
    assert name.replace("<b>", "&lt;b&gt;") in listed
    assert name not in listed
    (one,) = set(re.findall(rf'href="{SETTINGS}{path}/([a-z]+_\w+)"', listed))
    form = {**NOUNS[noun], "version": await office.version(f"{path}/{one}"), "name": "Renamed"}
    assert (await office.send(f"{path}/{one}", form)).headers["hx-redirect"] == SETTINGS + path
    assert (await office.send(f"{path}/{one}", form)).status == 412
    removed = await office.send(f"{path}/{one}/remove")
    assert f"{SETTINGS}{path}/{one}/restore" in removed.headers["hx-trigger"]
    assert "Renamed" not in await office.page(path)
    assert "Renamed" in await office.page("/bin")
    await office.send(f"{path}/{one}/restore")
    assert "Renamed" in await office.page(path)
    assert "The bin is empty" in await office.page("/bin")


async def test_the_bin_shows_everything_page_by_page(office: Office, program: Program) -> None:
    await program.execute(
        """INSERT INTO labels (workspace_id, id, name, deleted_at)
           SELECT $1, 'lbl_' || lpad(n::text, 26, '0'), 'Label ' || n, now() FROM generate_series(1, 230) n""",
        office.workspace,
    )
    await office.send("/teams/new", NOUNS["teams"])
    (team,) = set(re.findall(rf'href="{SETTINGS}/teams/([a-z]+_\w+)"', await office.page("/teams")))
    await office.send(f"/teams/{team}/remove")
    seen: set[str] = set()
    page = await office.page("/bin")
    assert f"/teams/{team}/restore" in page
    for expected in (100, 100, 30):
        found = set(re.findall(r'action="[^"]*/labels/(\w+)/restore"', page))
        assert (len(found), found & seen) == (expected, set())
        seen |= found
        further = re.findall(r'href="/panel/settings(/bin\?[^"]*)"', page)
        assert len(further) == (expected == 100)
        if further:
            page = await office.page(html.unescape(further[0]))
            assert f"/teams/{team}/restore" not in page
            assert 'href="/panel/settings/bin"' in page
    assert (await office.client.get(SETTINGS + "/bin?shelf=labels&cursor=x", key=office.key)).status == 400
    assert f"/teams/{team}/restore" in await office.page("/bin?shelf=nothing&cursor=x")


async def test_the_form_of_a_saved_reply_lists_the_places_and_names_one_that_there_is_not(
    office: Office,
) -> None:
    form = await office.page("/replies/new")
    assert all(f"{{{{{place}}}}}" in form for place in PLACES)
    wrong = await office.send("/replies/new", {**NOUNS["replies"], "text": "{{nonsense.x}} <b>"})
    assert wrong.status == 422
    assert "No such place: {{nonsense.x}}" in wrong.body.decode()


async def test_hours_that_cannot_be_are_told_at_their_field(office: Office) -> None:
    wrong = await office.send("/teams/new", {**NOUNS["teams"], "settings.hours.value": "nine to five"})
    assert wrong.status == 422
    assert "nine to five" in wrong.body.decode()


async def test_a_time_zone_that_cannot_be_is_told_at_its_field(office: Office) -> None:
    form = await office.page("/teams/new")
    assert '<optgroup label="Asia">' in form
    assert '<option value="Asia/Tashkent">Tashkent</option>' in form
    for fields in ({**NOUNS["teams"]}, {"name": "Night", "settings.rule": "none"}):
        wrong = await office.send("/teams/new", {**fields, "settings.time_zone": "Mars/Olympus"})
        assert wrong.status == 422
        (note,) = re.findall(r'id="f-settings-time_zone-note">([^<]+)<', wrong.body.decode())
        assert "There is no time zone &#39;Mars/Olympus&#39;." in note
        assert wrong.body.decode().count('aria-invalid="true"') == 1


async def test_a_teams_time_zone_is_chosen_and_taken_back(office: Office) -> None:
    form = {"name": "Night", "settings.rule": "none", "settings.time_zone": "Asia/Tashkent"}
    assert (await office.send("/teams/new", form)).headers["hx-redirect"] == SETTINGS + "/teams"
    (path,) = set(re.findall(r'href="/panel/settings(/teams/team_\w+)"', await office.page("/teams")))
    assert 'value="Asia/Tashkent" selected' in await office.page(path)
    again = {**form, "version": await office.version(path), "settings.time_zone": ""}
    assert (await office.send(path, again)).headers["hx-redirect"] == SETTINGS + "/teams"
    assert 'value="Asia/Tashkent" selected' not in await office.page(path)


async def test_a_zone_that_a_program_gave_stays_until_another_is_chosen(office: Office) -> None:
    made = await office.client.post(
        "/api/v1/teams",
        key=office.key,
        json={"name": "Night", "settings": {"time_zone": "Asia/Calcutta"}},
    )
    assert made.status == 201
    page = await office.page(f"/teams/{made.json()['id']}")
    assert '<option value="Asia/Calcutta" selected>Asia/Calcutta</option>' in page


async def test_members_are_offered_under_their_heading_and_only_who_may_answer(
    program: Program, office: Office
) -> None:
    store, workspace = program.running.store, office.workspace
    answering = await make_account(store, workspace, role="operator", name="Ann Answers")
    looking = await make_account(store, workspace, role="viewer", name="Vic Views")
    form = await office.page("/teams/new")
    members = form.partition('<legend class="form-label">Members</legend>')[2].partition("</fieldset>")[0]
    assert f'name="member.{answering.id}"' in members
    assert looking.id not in form


async def test_the_side_menu_marks_the_page_that_one_is_below(office: Office) -> None:
    for path, marked in (
        ("/teams", 'href="/panel/settings/teams" aria-current="page"'),
        ("/teams/new", 'href="/panel/settings/teams" aria-current="true"'),
    ):
        page = await office.page(path)
        assert marked in page, path
        assert page.partition('class="fd-nav-sub"')[2].partition("</div>")[0].count("aria-current") == 1, path


async def test_who_may_only_look_sees_no_form(program: Program) -> None:
    reader = await office_of(program, "read:workspace", "read:people")
    for path in ("/workspace", "/desk", "/mail", "/labels", "/replies", "/teams"):
        page = await reader.page(path)
        assert 'name="version"' not in page, path
        assert "/new" not in page, path
    assert (await reader.send("/labels/new", NOUNS["labels"])).status == 403
    assert (await reader.send("/mail/test", {"to": "jo@example.com"})).status == 403
