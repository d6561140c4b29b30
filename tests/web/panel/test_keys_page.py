"""Settings, API: a key made in the dialog and shown once, changed, given another secret, revoked."""

import html
import json
import re
import shlex
from datetime import UTC, datetime, timedelta

import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.people import Browser, signed_in

from frontdesk.core.permission import SCOPES
from frontdesk.store.keys import create_key, revoke_key

PATH = "/panel/settings/api"
CALL = re.compile(r'id="key-call"[^>]*>([^<]+)<')
SECRET = re.compile(r'id="key-secret"[^>]*>(fd_[a-z0-9_]+)<')


async def page(browser: Browser, path: str = PATH) -> str:
    answer = await browser.get(path)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def secret_in(answer: Answer) -> str:
    (found,) = SECRET.findall(answer.body.decode())
    return str(found)


async def make(browser: Browser, *scopes: str, **fields: str) -> Answer:
    """With `part` as empty text the way a browser without scripts sends it."""
    headers = {"HX-Request": "true"} if fields.pop("part", "yes") else {}
    chosen = {f"scope.{scope}": "on" for scope in scopes}
    given = {"name": "Shop <b>", "lives": "year", **chosen, **fields}
    return await browser.form(f"{PATH}/new", headers=headers, **given)


async def test_a_key_is_made_shown_once_and_listed(program: Program, desk: Desk, owner: Browser) -> None:
    assert "No key works here" in await page(owner)
    made = await make(owner, "read:workspace")
    assert made.status == 200
    key = secret_in(made)
    assert "<html" not in made.body.decode()
    assert (await program.client.get("/api/v1/labels", key=key)).status == 200
    listed = await page(owner)
    assert key not in listed
    assert "Shop &lt;b&gt;" in listed
    assert "No key works here" not in listed
    plain = await make(owner, "read:workspace", part="", lives="never")
    assert "<html" in plain.body.decode()
    assert secret_in(plain) != key


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"allowed_origins": "shop"}, {"allowed_addresses": "10.0.0.300"}]
)
async def test_what_cannot_be_is_told_at_its_field(owner: Browser, wrong: dict[str, str]) -> None:
    answer = await make(owner, "read:workspace", **wrong)
    assert answer.status == 422
    assert 'aria-invalid="true"' in answer.body.decode() or "form-hint fd-badc" in answer.body.decode()


async def test_a_key_without_a_scope_is_not_made(owner: Browser) -> None:
    answer = await make(owner)
    assert answer.status == 422
    assert "scope" in answer.body.decode()


async def test_a_key_is_renamed_given_another_secret_and_revoked(
    program: Program, desk: Desk, owner: Browser
) -> None:
    key = secret_in(await make(owner, "read:workspace"))
    (row,) = await desk.rows("api_keys")
    place = f"{PATH}/{row['id']}"
    shown = await page(owner, place)
    (version,) = re.findall(r'name="version" value="([^"]*)"', shown)
    form = {"version": version, "name": "Web", "allowed_addresses": "127.0.0.1"}
    part = {"HX-Request": "true"}
    assert (await owner.form(place, headers=part, **form)).headers["hx-redirect"] == place
    assert (await owner.form(place, headers=part, **form)).status == 412
    assert 'value="127.0.0.1/32"' in await page(owner, place)

    newest = secret_in(await owner.form(f"{place}/rotate", headers=part, former_ends_in_s="3600"))
    for each in (key, newest):
        assert (await program.client.get("/api/v1/labels", key=each)).status == 200
    assert row["prefix"] in await page(owner, place)

    gone = await owner.form(f"{place}/revoke", headers=part)
    assert gone.headers["hx-redirect"] == PATH
    assert "Web is revoked" in gone.headers["hx-trigger"]
    assert "key-rotate" not in await page(owner, place)
    assert "Expired and revoked" in await page(owner)


async def test_keys_are_shown_by_their_state(program: Program, desk: Desk, owner: Browser) -> None:
    """On the page and by the API; a list goes on within its state."""
    assert "?state=" not in await page(owner)
    assert "No key is expired" in await page(owner, f"{PATH}?state=expired")
    ids: dict[str, list[str]] = {"active": [], "expired": [], "revoked": []}
    past = datetime.now(UTC) - timedelta(days=1)
    async with program.running.store.unit_of_work(desk.workspace) as tx:
        for number, state in enumerate((*ids, *ids)):
            expires = past if state == "expired" or number > len(ids) else None
            ends = None if state == "active" else expires
            made, _ = await create_key(
                desk.workspace, tx, kind="rasa", name=f"{state} {number}", scopes=frozenset(), expires_at=ends
            )
            ids[state].append(made.id)
            if state == "revoked":
                await revoke_key(desk.workspace, tx, made.id)
    for state, wanted in ids.items():
        first = (await owner.get(f"/api/v1/keys?state={state}&limit=1")).json()
        rest = (await owner.get(f"/api/v1/keys?state={state}&cursor={first['next_cursor']}")).json()
        assert [key["id"] for key in (*first["data"], *rest["data"])] == wanted
        assert {key["state"] for key in (*first["data"], *rest["data"])} == {state}
        shown = await page(owner, f"{PATH}?state={state}")
        assert re.findall(rf'href="{PATH}/(key_\w+)"', shown) == wanted
        assert f'href="{PATH}?state={state}" aria-current="page"' in shown
    every = [key["id"] for key in (await owner.get("/api/v1/keys")).json()["data"]]
    assert sorted(every) == sorted(one for some in ids.values() for one in some)
    assert (await owner.get("/api/v1/keys?state=lost")).status == 422
    assert (await owner.get(f"/api/v1/keys?state=revoked&cursor={first['next_cursor']}")).status == 200
    assert (await owner.get(f"/api/v1/keys?state=active&cursor={first['next_cursor']}")).status == 400


def call_in(answer: Answer) -> list[str]:
    """The words of the call to try, as a shell reads them; none where none is shown."""
    assert answer.status == 200, answer.body
    return [
        word for found in CALL.findall(answer.body.decode()) for word in shlex.split(html.unescape(found))
    ]


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope.startswith(("read:", "admin"))])
async def test_the_call_to_try_is_one_that_the_key_may_make(
    program: Program, owner: Browser, scope: str
) -> None:
    made = await make(owner, scope)
    call = call_in(made)
    if scope == "read:bots":
        assert call == []
        return
    path = call[-1].removeprefix(program.running.settings.public_url)
    tried = await program.client.get(path, key=secret_in(made))
    assert tried.status == 200, tried.body


async def test_so_is_that_of_a_key_for_one_assistant(program: Program, desk: Desk, owner: Browser) -> None:
    made = await owner.post("/api/v1/assistants", json={"name": "Another", "begin": "example"})
    assert made.status == 201, made.body
    limit = {f"assistant.{desk.assistant_id}": "on"}
    for scope in (scope for scope in SCOPES if scope.startswith(("read:", "admin"))):
        shown = await make(owner, scope, **limit)
        call = call_in(shown)
        assert bool(call) == (scope not in {"read:bots", "read:activity"}), scope
        if call:
            path = call[-1].removeprefix(program.running.settings.public_url)
            tried = await program.client.get(path, key=secret_in(shown))
            assert tried.status == 200, (scope, tried.body)


async def test_who_hands_in_messages_tries_a_message_for_a_task_that_there_is(
    program: Program, desk: Desk, owner: Browser
) -> None:
    assert call_in(await make(owner, "send:messages")) == []
    await desk.channel("external", {})
    call = call_in(await make(owner, "send:messages"))
    assert "/api/1.1/wf/send_message_external" in " ".join(call)
    key = next(word for word in call if word.startswith("Authorization: ")).rpartition(" ")[2]
    path = "/api/1.1/wf/send_message_external"
    tried = await program.client.post(path, json=json.loads(call[-1]), key=key)
    assert (tried.status, tried.json()["status"]) == (200, "success"), tried.body


async def test_people_are_offered_what_they_may_give(program: Program, desk: Desk, owner: Browser) -> None:
    assert 'name="scope.admin"' in await page(owner)
    manager, _ = await signed_in(program.running.store, desk.workspace, program.client, role="manager")
    shown = await page(manager)
    assert 'name="scope.write:conversations"' in shown
    assert 'name="scope.admin"' not in shown
    assert 'name="scope.write:bots"' not in shown
    await make(owner, "admin")
    (row,) = await desk.rows("api_keys")
    theirs = await page(manager, f"{PATH}/{row['id']}")
    assert "key-revoke" not in theirs
    assert 'name="version"' not in theirs
    viewer, _ = await signed_in(program.running.store, desk.workspace, program.client, role="viewer")
    assert (await viewer.get(PATH)).status == 403


@pytest.mark.parametrize("language", ["ru", "uz"])
async def test_the_pages_speak_every_language(owner: Browser, desk: Desk, language: str) -> None:
    await make(owner, "read:workspace", "write:keys")
    read = await owner.get("/api/v1/me")
    changed = await owner.patch(
        "/api/v1/me", json={"language": language}, headers={"If-Match": read.headers["ETag"]}
    )
    assert changed.status == 200, changed.body
    (row,) = await desk.rows("api_keys")
    for path in (PATH, f"{PATH}/{row['id']}"):
        assert "Last used" not in await page(owner, path)
