"""Skills of people, on the page of their account: what assignment by skills goes by."""

import re
from urllib.parse import urlencode

import pytest
from tests.doubles.http_client import Answer, HttpClient
from tests.web.people import Browser, make_account, signed_in

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.accounts import Account
from frontdesk.store.connect import Store

pytestmark = pytest.mark.usefixtures("no_tries")

PEOPLE = "/panel/settings/people"
TEAMS = "/api/v1/teams"


@pytest.fixture
async def owner(client: HttpClient, store: Store, workspace: WorkspaceId) -> Browser:
    return (await signed_in(store, workspace, client))[0]


@pytest.fixture
async def ann(store: Store, workspace: WorkspaceId) -> Account:
    return await make_account(store, workspace, role="operator")


async def team(owner: Browser, name: str, **skills: list[str]) -> str:
    members = [{"account_id": account, "skills": known} for account, known in skills.items()]
    answer = await owner.post(TEAMS, json={"name": name, "members": members})
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


async def members(owner: Browser, team_id: str) -> dict[str, list[str]]:
    found = (await owner.get(f"{TEAMS}/{team_id}")).json()["members"]
    return {one["account_id"]: one["skills"] for one in found}


async def save(browser: Browser, account: Account, team_id: str, version: str, *skills: str) -> Answer:
    pairs = [(f"skills.{team_id}", skill) for skill in skills]
    body = urlencode([("csrf", browser.csrf), ("version", version), *pairs])
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
        "X-CSRF-Token": None,
    }
    return await browser.send("POST", f"{PEOPLE}/{account.id}/skills/{team_id}", headers=headers, body=body)


def version_in(page: str, team_id: str) -> str:
    form = page.partition(f"/skills/{team_id}")[2]
    found = re.search(r'name="version" value="(\w+)"', form)
    assert found is not None
    return found[1]


async def test_skills_are_changed_on_the_page_of_a_person_team_by_team(
    owner: Browser, ann: Account, store: Store, workspace: WorkspaceId
) -> None:
    bob = await make_account(store, workspace, role="operator", name="Bob")
    money = await team(owner, "Money <b>", **{ann.id: ["card"], bob.id: ["refund"]})
    other = await team(owner, "Other", **{ann.id: []})
    await team(owner, "Hers not", **{bob.id: []})
    page = (await owner.get(f"{PEOPLE}/{ann.id}")).body.decode()
    assert ("Money &lt;b&gt;" in page, "Money <b>" in page, "Hers not" in page) == (True, False, False)
    assert 'value="card"' in page
    version = version_in(page, money)
    answer = await save(owner, ann, money, version, " refund ", "ru", "", "refund", "<i>")
    assert answer.status < 300, answer.body
    assert await members(owner, money) == {ann.id: ["refund", "ru", "<i>"], bob.id: ["refund"]}
    assert await members(owner, other) == {ann.id: []}
    late = await save(owner, ann, money, version, "late")
    assert (late.status in {409, 412}, b"late" in late.body) == (True, True)
    assert (await members(owner, money))[ann.id] == ["refund", "ru", "<i>"]
    version = version_in((await owner.get(f"{PEOPLE}/{ann.id}")).body.decode(), money)
    wrong = await save(owner, ann, money, version, "x" * 61)
    assert (wrong.status, b"at most 60 characters" in wrong.body) == (422, True)
    assert (await save(owner, ann, money, version)).status < 300
    assert (await members(owner, money))[ann.id] == []


async def test_who_is_in_no_team_is_told_how_to_be_in_one(owner: Browser, ann: Account) -> None:
    page = (await owner.get(f"{PEOPLE}/{ann.id}")).body.decode()
    assert "They are in no team" in page
    made = await team(owner, "Money")
    assert (await save(owner, ann, made, "1", "card")).status == 404


async def test_who_may_only_look_sees_the_skills_and_no_form(
    client: HttpClient, owner: Browser, ann: Account, store: Store, workspace: WorkspaceId
) -> None:
    made = await team(owner, "Money", **{ann.id: ["card"]})
    viewer, _ = await signed_in(store, workspace, client, role="viewer")
    page = (await viewer.get(f"{PEOPLE}/{ann.id}")).body.decode()
    assert ("card" in page, "/skills/" in page) == (True, False)
    assert (await save(viewer, ann, made, "1", "other")).status == 403
    assert (await members(owner, made))[ann.id] == ["card"]
