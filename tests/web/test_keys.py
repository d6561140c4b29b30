"""`/api/v1/keys`: made by who may, used from where they may, rotated, and dead in every process once revoked. S004-149."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.database import Database
from tests.doubles.http_client import Answer, HttpClient
from tests.program import Desk, Program, served, until
from tests.web.people import Browser, signed_in

from frontdesk.core.ids import KeyId
from frontdesk.core.permission import SCOPES
from frontdesk.store.keys import create_key, rotate_key
from frontdesk.store.keys import list_keys as stored_keys

KEYS = "/api/v1/keys"
LABELS = "/api/v1/labels"


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def owner(program: Program, desk: Desk) -> Browser:
    return (await signed_in(program.running.store, desk.workspace, program.client))[0]


@pytest.fixture(scope="module")
async def second(database: Database, program: Program, tmp_path_factory: Any) -> AsyncIterator[HttpClient]:
    """Another process on the same database, as far as that can tell."""
    folder: Path = tmp_path_factory.mktemp("second")
    async with served(database, folder, jobs=False) as other:
        yield other.client


async def made(browser: Browser, *scopes: str, **more: object) -> dict[str, Any]:
    body = {"name": "Shop", "scopes": list(scopes or ("read:workspace",)), **more}
    answer = await browser.post(KEYS, json=body)
    assert answer.status == 201, answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: HttpClient, key: str, *, status: int = 401, within_s: float = 20.0) -> None:
    """From now on, within a second."""
    begun = time.monotonic()
    while (await client.get(LABELS, key=key)).status != status:
        assert time.monotonic() - begun < within_s


async def test_a_key_is_made_shown_once_used_changed_and_revoked(program: Program, owner: Browser) -> None:
    key = await made(owner, allowed_origins=["HTTPS://Shop.example:443/"])
    assert key["key"].startswith(key["prefix"])
    assert key["allowed_origins"] == ["https://shop.example"]
    assert (key["state"], key["last_used_at"]) == ("active", None)
    assert (await program.client.get(LABELS, key=key["key"])).status == 200
    place = f"{KEYS}/{key['id']}"
    read = await owner.get(place)
    assert "key" not in read.json()
    assert key["key"] not in read.body.decode()
    assert read.json() in (await owner.get(KEYS)).json()["data"]

    change = {"name": "Web shop", "allowed_addresses": ["203.0.113.9/24"]}
    assert (await owner.patch(place, json=change)).status == 428
    changed = await owner.patch(place, json=change, headers={"If-Match": read.headers["ETag"]})
    assert (changed.status, changed.json()["name"]) == (200, "Web shop")
    assert changed.json()["allowed_addresses"] == ["203.0.113.0/24"]
    late = await owner.patch(place, json=change, headers={"If-Match": read.headers["ETag"]})
    assert (late.status, late.json()["code"]) == (412, "conflict")

    assert (await owner.send("DELETE", place)).status == 204
    assert (await owner.send("DELETE", place)).status == 204
    assert (await owner.get(place)).json()["state"] == "revoked"
    gone = await owner.patch(place, json={"name": "Again"}, headers={"If-Match": "*"})
    assert gone.status == 404


async def test_a_key_revoked_in_one_process_is_refused_in_the_other(
    program: Program, owner: Browser, second: HttpClient
) -> None:
    key = await made(owner)
    for client in (program.client, second):
        assert (await client.get(LABELS, key=key["key"])).status == 200
    assert (await owner.send("DELETE", f"{KEYS}/{key['id']}")).status == 204
    await asyncio.gather(refused(program.client, key["key"]), refused(second, key["key"]))


async def test_two_secrets_work_until_the_former_ends(
    program: Program, desk: Desk, owner: Browser, second: HttpClient
) -> None:
    key = await made(owner)
    rotated = await owner.post(f"{KEYS}/{key['id']}/rotate", json={"former_ends_in_s": 3600})
    assert rotated.status == 200
    after = rotated.json()
    assert after["key"] != key["key"]
    assert after["former_secret"]["prefix"] == key["prefix"]
    for client in (program.client, second):
        for secret in (key["key"], after["key"]):
            assert (await client.get(LABELS, key=secret)).status == 200
    again = (await owner.post(f"{KEYS}/{key['id']}/rotate", json={"former_ends_in_s": 3600})).json()
    await refused(second, key["key"])
    for secret in (after["key"], again["key"]):
        assert (await second.get(LABELS, key=secret)).status == 200
    leaked = (await owner.post(f"{KEYS}/{key['id']}/rotate", json={"former_ends_in_s": 0})).json()
    assert leaked["former_secret"] is None
    await asyncio.gather(refused(second, again["key"]), refused(second, after["key"]))
    assert (await second.get(LABELS, key=leaked["key"])).status == 200


async def test_the_former_secret_ends_at_its_time(program: Program, desk: Desk) -> None:
    store = program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        key, former = await create_key(
            desk.workspace, tx, kind="api", name="Key", scopes=frozenset({"read:workspace"})
        )
        passed = datetime.now(UTC) - timedelta(seconds=1)
        _, newest = await rotate_key(desk.workspace, tx, key, former_until=passed)
    assert (await program.client.get(LABELS, key=former.reveal())).status == 401
    assert (await program.client.get(LABELS, key=newest.reveal())).status == 200


async def test_a_key_is_taken_from_listed_addresses_alone(program: Program, owner: Browser) -> None:
    """The address is the one that a trusted proxy says; tests come from 127.0.0.1, which is one."""
    key = await made(owner, allowed_addresses=["203.0.113.0/24", "2001:db8::/32"])
    client = program.client
    for address, status in (
        ("203.0.113.200", 200),
        ("203.0.114.1", 403),
        ("2001:db8::1", 200),
        ("2001:db9::1", 403),
        ("::ffff:203.0.113.1", 200),
        ("nowhere", 403),
        ("198.51.100.1, 203.0.113.1", 200),
        ("203.0.113.1, 198.51.100.1", 403),
    ):
        answer = await client.get(LABELS, key=key["key"], headers={"X-Forwarded-For": address})
        assert answer.status == status, (address, answer.body)
    assert (await client.get(LABELS, key=key["key"])).json()["code"] == "forbidden"


async def test_who_is_not_behind_a_trusted_proxy_cannot_say_where_they_are(
    database: Database, owner: Browser, tmp_path: Path
) -> None:
    key = await made(owner, allowed_addresses=["203.0.113.0/24"])
    async with served(database, tmp_path, jobs=False, trusted_proxies="192.0.2.1") as other:
        headers = {"X-Forwarded-For": "203.0.113.1"}
        assert (await other.client.get(LABELS, key=key["key"], headers=headers)).status == 403


async def test_last_use_is_kept_with_its_address(program: Program, owner: Browser) -> None:
    key = await made(owner)
    before = datetime.now(UTC)
    for address in ("203.0.113.1", "203.0.113.2"):
        await program.client.get(LABELS, key=key["key"], headers={"X-Forwarded-For": address})

    async def used() -> Any:
        found = (await owner.get(f"{KEYS}/{key['id']}")).json()
        return found if found["last_used_at"] else None

    found = await until(used)
    assert before <= datetime.fromisoformat(found["last_used_at"]) <= datetime.now(UTC)
    assert found["last_used_address"] == "203.0.113.1", "once a minute is enough"


async def test_nobody_gives_a_key_more_than_they_have(program: Program, desk: Desk, owner: Browser) -> None:
    store = program.running.store
    manager, _ = await signed_in(store, desk.workspace, program.client, role="manager")
    refused = await manager.post(KEYS, json={"name": "Mine", "scopes": ["write:bots"]})
    assert (refused.status, refused.json()["code"], refused.json()["field"]) == (403, "forbidden", "scopes")
    assert (await manager.post(KEYS, json={"name": "All", "scopes": ["admin"]})).status == 403
    assert (await manager.post(KEYS, json={"name": "Rasa", "kind": "rasa"})).status == 403
    await made(manager, "write:conversations", "write:keys")

    wide = await made(owner, "admin")
    place = f"{KEYS}/{wide['id']}"
    assert (await manager.get(place)).status == 200
    headers = {"If-Match": "*"}
    assert (await manager.patch(place, json={"name": "x"}, headers=headers)).status == 403
    assert (await manager.post(f"{place}/rotate", json={})).status == 403
    assert (await manager.send("DELETE", place)).status == 403
    for role in ("operator", "author", "viewer"):
        browser, _ = await signed_in(store, desk.workspace, program.client, role=role)
        assert (await browser.get(KEYS)).status == 403
        assert (await browser.post(KEYS, json={"name": "x", "scopes": ["read:tasks"]})).status == 403


async def test_a_limited_key_makes_limited_keys(program: Program, desk: Desk, owner: Browser) -> None:
    limited = await made(owner, "admin", assistant_ids=[desk.assistant_id])
    client = program.client
    body = {"name": "Mine", "scopes": ["read:tasks"]}
    assert (await client.post(KEYS, key=limited["key"], json=body)).status == 403
    within = await client.post(KEYS, key=limited["key"], json={**body, "assistant_ids": [desk.assistant_id]})
    assert within.status == 201
    assert within.json()["assistant_ids"] == [desk.assistant_id]


async def test_keys_of_another_workspace_are_nowhere(program: Program, desk: Desk, owner: Browser) -> None:
    key = await made(owner)
    other = await program.desk()
    stranger, _ = await signed_in(program.running.store, other.workspace, program.client)
    place = f"{KEYS}/{key['id']}"
    assert key["id"] not in (await stranger.get(KEYS)).body.decode()
    for answer in (
        await stranger.get(place),
        await stranger.patch(place, json={"name": "x"}, headers={"If-Match": "*"}),
        await stranger.post(f"{place}/rotate", json={}),
        await stranger.send("DELETE", place),
    ):
        assert (answer.status, answer.json()["code"]) == (404, "not_found")
    taken = {"name": "x", "scopes": ["read:tasks"], "assistant_ids": [desk.assistant_id]}
    answer = await stranger.post(KEYS, json=taken)
    assert (answer.status, answer.json()["field"]) == (422, "assistant_ids")
    assert (await program.client.get(LABELS, key=key["key"])).status == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["fly"]}, "scopes"),
        ({"kind": "setup"}, "kind"),
        ({"kind": "rasa"}, "scopes"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"allowed_addresses": ["shop.example"]}, "allowed_addresses.0"),
        ({"allowed_addresses": ["10.0.0.0/99"]}, "allowed_addresses.0"),
        ({"allowed_origins": ["https://shop.example/path"]}, "allowed_origins.0"),
        ({"allowed_origins": ["*"]}, "allowed_origins.0"),
        ({"allowed_origins": ["https://shop.example:x"]}, "allowed_origins.0"),
        ({"assistant_ids": ["asst_unknown"]}, "assistant_ids"),
    ],
)
async def test_what_cannot_be_a_key_is_refused(owner: Browser, wrong: dict[str, Any], field: str) -> None:
    answer = await owner.post(KEYS, json={"name": "Shop", "scopes": ["read:tasks"], **wrong})
    assert (answer.status, answer.json()["code"]) == (422, "invalid"), answer.body
    assert answer.json()["field"] == field


async def test_the_same_request_again_gives_the_same_secret_which_is_kept_sealed(
    program: Program, desk: Desk, owner: Browser
) -> None:
    headers = {"Idempotency-Key": "once"}

    async def ask() -> Answer:
        return await owner.post(KEYS, json={"name": "Shop", "scopes": ["read:tasks"]}, headers=headers)

    first, again = await ask(), await ask()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body == first.body
    (kept,) = await desk.rows("idempotency_keys")
    assert first.json()["key"].encode() not in kept["body"]
    other = await owner.post(KEYS, json={"name": "Other", "scopes": ["read:tasks"]}, headers=headers)
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_lists_come_in_pages_and_hold_no_set_up_links(
    program: Program, desk: Desk, owner: Browser
) -> None:
    store = program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        await create_key(desk.workspace, tx, kind="setup", name="Link")
    ids = [(await made(owner))["id"] for _ in range(3)]
    first = (await owner.get(f"{KEYS}?limit=2")).json()
    rest = (await owner.get(f"{KEYS}?limit=2&cursor={first['next_cursor']}")).json()
    assert [one["id"] for one in first["data"] + rest["data"]] == ids
    async with store.unit_of_work(desk.workspace) as tx:
        link = next(key for key in await stored_keys(desk.workspace, tx) if key.kind == "setup")
    assert (await owner.get(f"{KEYS}/{KeyId(link.id)}")).status == 404


async def test_what_is_done_to_keys_stands_in_the_audit_log_without_secrets(
    desk: Desk, owner: Browser
) -> None:
    key = await made(owner, *[scope for scope in SCOPES if scope.startswith("read:")])
    await owner.post(f"{KEYS}/{key['id']}/rotate", json={})
    await owner.send("DELETE", f"{KEYS}/{key['id']}")
    noted = [row for row in await desk.rows("audit") if row["target"] == key["id"]]
    assert {row["action"] for row in noted} == {"key.created", "key.rotated", "key.revoked"}
    assert key["key"][20:] not in str(noted)
