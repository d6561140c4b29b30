"""Browsers in which people have turned notices on: kept, shown to their owner alone, tried out, removed in time."""

from typing import Any

import pytest
from tests.desk.people import Person, machine, waiting
from tests.desk.push import DEVICES, ME, devices, looked_at, turn_on, written
from tests.doubles.http_server import Answer
from tests.doubles.push_service import PushService, verified
from tests.program import Desk
from tests.web.people import Browser

ACCOUNT = "/panel/settings"
KEY = f"{DEVICES}/key"
NEW_KEY = "/api/v1/workspace/push-key"


async def test_a_device_is_its_owners_and_says_nothing_secret(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    device, browser = await turn_on(ann, service)
    again = await ann.send("POST", DEVICES, json=browser.subscription)
    assert (again.status, again.json()["id"]) == (200, device)
    answer = await ann.send("GET", DEVICES)
    (found,) = answer.json()["data"]
    assert (found["id"], found["push_service"], found["is_current"]) == (device, "127.0.0.1", True)
    keys = browser.subscription["keys"]
    assert not any(text.encode() in answer.body for text in (browser.endpoint, keys["auth"], keys["p256dh"]))
    assert await devices(bob) == []
    for method, path in (("DELETE", f"{DEVICES}/{device}"), ("POST", f"{DEVICES}/{device}/test")):
        assert (await bob.send(method, path, json={})).status == 404
    program = await machine(desk)
    assert (await program.send("GET", DEVICES)).status in {401, 403}
    assert (await ann.send("DELETE", f"{DEVICES}/{device}")).status == 204
    assert await devices(ann) == []
    assert (await ann.send("DELETE", f"{DEVICES}/{device}")).status == 404


async def test_the_key_is_made_once_and_is_the_one_that_signs(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    keys = {(await one.get(KEY))["public_key"] for one in (ann, bob, ann)}
    assert len(keys) == 1
    device, _ = await turn_on(ann, service)
    tried = await ann.post(f"{DEVICES}/{device}/test")
    assert tried == {"ok": True, "detail": "201", "is_gone": False}
    assert service.notices[0]["title"] == "Notifications work"
    _, known_by = verified(service.received[0].headers["authorization"])
    assert {known_by} == keys
    secrets = await desk.rows("secrets")
    sealed = [row["sealed"] for row in secrets if row["owner_id"] == "push"]
    assert len(sealed) == 1


async def test_a_test_says_what_the_push_service_said(desk: Desk, ann: Person, service: PushService) -> None:
    device, _ = await turn_on(ann, service)
    service.answers(Answer(403, b"no"))
    assert (await ann.post(f"{DEVICES}/{device}/test"))["detail"] == "403 no"
    service.answers(Answer(410))
    assert await ann.post(f"{DEVICES}/{device}/test") == {"ok": False, "detail": "410", "is_gone": True}
    assert await devices(ann) == []


async def test_a_device_goes_with_the_session_it_was_turned_on_in(
    desk: Desk, ann: Person, service: PushService
) -> None:
    first, _ = await turn_on(ann, service, "first")
    other = Browser(desk.program.client)
    email = (await ann.get(ME))["email"]
    assert (await other.sign_in(email)).status == 201
    elsewhere = Person(desk, ann.id, ann.name, other)
    second, _ = await turn_on(elsewhere, service, "second")
    assert {one["id"]: one["is_current"] for one in await devices(ann)} == {first: True, second: False}
    assert (await other.send("DELETE", "/api/v1/session")).status == 204
    assert [one["id"] for one in await devices(ann)] == [first]


async def test_a_removed_device_is_turned_on_again_by_its_owner_alone(
    desk: Desk, ann: Person, service: PushService
) -> None:
    device, browser = await turn_on(ann, service)
    again = {**browser.subscription, "renews": device}
    assert (await ann.send("POST", DEVICES, json=again)).status == 200
    assert (await ann.send("DELETE", f"{DEVICES}/{device}")).status == 204
    email = (await ann.get(ME))["email"]
    assert (await ann.browser.sign_in(email)).status == 201
    refused = await ann.send("POST", DEVICES, json=again)
    assert (refused.status, refused.json()["field"]) == (404, "renews")
    assert await devices(ann) == []
    moved = {**service.browser().subscription, "renews": device}
    assert (await ann.send("POST", DEVICES, json=moved)).status == 404
    # Asked for, it is on, and stays so in the next session.
    made = await ann.send("POST", DEVICES, json=browser.subscription)
    assert made.status == 201
    assert (await ann.browser.send("DELETE", "/api/v1/session")).status == 204
    assert (await ann.browser.sign_in(email)).status == 201
    renewed = {**browser.subscription, "renews": made.json()["id"]}
    assert (await ann.send("POST", DEVICES, json=renewed)).status == 201


async def test_nothing_is_sent_where_a_session_has_run_out(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    await turn_on(bob, service)
    await desk.program.execute(
        "UPDATE account_sessions SET expires_at = now() - interval '1 second' WHERE workspace_id = $1 AND account_id = $2",
        desk.workspace,
        bob.id,
    )
    conversation = await waiting(desk)
    await ann.write(conversation, "Bob", note=True, mentions=[bob.id])
    await looked_at(desk, conversation)
    assert await written(desk) == []


async def test_a_browser_in_which_somebody_else_signs_in_is_theirs(
    desk: Desk, ann: Person, bob: Person, service: PushService
) -> None:
    _, browser = await turn_on(ann, service)
    assert (await bob.send("POST", DEVICES, json=browser.subscription)).status == 201
    assert await devices(ann) == []
    assert len(await devices(bob)) == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"endpoint": "http://push.example.com/1"}, "endpoint", "invalid"),
        ({"endpoint": "ftp://push.example.com/1"}, "endpoint", "invalid"),
        ({"endpoint": "https://"}, "endpoint", "invalid"),
        ({"endpoint": "https://[1"}, "endpoint", "invalid"),
        ({"endpoint": "https://10.0.0.1/push"}, "endpoint", "outbound_refused"),
        ({"endpoint": "https://169.254.169.254/latest"}, "endpoint", "outbound_refused"),
        ({"endpoint": "https://push.example.com:22/1"}, "endpoint", "outbound_refused"),
        ({"endpoint": "https://push.example.com/" + "x" * 1000}, "endpoint", "invalid"),
        ({"keys": {"p256dh": "BAAA", "auth": "AAAA"}}, "keys", "invalid"),
        ({"keys": {"p256dh": "BAAA"}}, "keys.auth", "invalid"),
        ({"account_id": "acct_1"}, "account_id", "invalid"),
    ],
)
async def test_what_is_no_browser_of_the_public_net_is_refused(
    desk: Desk, ann: Person, service: PushService, change: dict[str, Any], field: str, code: str
) -> None:
    given = {**service.browser().subscription, **change}
    answer = await ann.send("POST", DEVICES, json=given)
    assert answer.status in {400, 422}, answer.body
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)
    assert await devices(ann) == []


async def test_there_is_a_most(desk: Desk, ann: Person, service: PushService) -> None:
    for _ in range(20):
        await turn_on(ann, service)
    answer = await ann.send("POST", DEVICES, json=service.browser().subscription)
    assert (answer.status, answer.json()["code"]) == (409, "in_use")


async def test_under_another_master_key_nothing_changes_until_the_right_one_is_back(
    desk: Desk, ann: Person, service: PushService
) -> None:
    device, _ = await turn_on(ann, service)
    before = (await ann.get(KEY))["public_key"]
    rekey = "UPDATE secrets SET key_id = $2 WHERE workspace_id = $1 AND owner_id = 'push'"
    (sealed,) = [row for row in await desk.rows("secrets") if row["owner_id"] == "push"]
    await desk.program.execute(rekey, desk.workspace, "another")
    answer = await ann.send("GET", KEY)
    assert (answer.status, answer.json()["code"]) == (503, "unavailable"), answer.body
    assert "master key" in answer.json()["detail"]
    page = await ann.send("GET", ACCOUNT)
    assert (page.status, device in page.body.decode()) == (200, True)
    refused = await ann.browser.form(f"{ACCOUNT}/password", password="not it", new_password="another one")
    assert refused.status == 422
    await desk.program.execute(rekey, desk.workspace, sealed["key_id"])
    assert (await ann.get(KEY))["public_key"] == before
    assert [one["id"] for one in await devices(ann)] == [device]


async def test_where_the_master_key_is_lost_an_administrator_has_a_new_key_made(
    desk: Desk, ann: Person, boss: Person, service: PushService
) -> None:
    await turn_on(ann, service)
    before = (await ann.get(KEY))["public_key"]
    await desk.program.execute(
        "UPDATE secrets SET key_id = 'another' WHERE workspace_id = $1 AND owner_id = 'push'", desk.workspace
    )
    answer = await ann.send("GET", KEY)
    assert "an administrator can make a new key" in answer.json()["detail"]
    await ann.post(NEW_KEY, status=403)
    assert "Make a new key" not in (await ann.send("GET", ACCOUNT)).body.decode()
    assert "Make a new key" in (await boss.send("GET", ACCOUNT)).body.decode()
    assert await boss.post(NEW_KEY) == {"ended": 1}
    after = (await ann.get(KEY))["public_key"]
    assert after != before
    assert await devices(ann) == []
    device, _ = await turn_on(ann, service)
    tried = await ann.post(f"{DEVICES}/{device}/test")
    assert tried["ok"] is True, tried
    assert verified(service.received[-1].headers["authorization"])[1] == after
    page = await boss.browser.form(f"{ACCOUNT}/push-key")
    assert page.status == 303
    assert (await ann.get(KEY))["public_key"] != after
    made = [
        row["after"] for row in await desk.rows("audit", "seq") if row["action"] == "workspace.push_key_made"
    ]
    assert len(made) == 2


async def test_looking_at_ones_account_makes_no_key(desk: Desk, ann: Person) -> None:
    assert (await ann.send("GET", ACCOUNT)).status == 200
    assert await devices(ann) == []
    assert [row for row in await desk.rows("secrets") if row["owner_id"] == "push"] == []


async def test_tests_are_held_back_when_there_are_many(desk: Desk, ann: Person, service: PushService) -> None:
    device, _ = await turn_on(ann, service)
    answers = [await ann.send("POST", f"{DEVICES}/{device}/test", json={}) for _ in range(11)]
    assert [answer.status for answer in answers[:10]] == [200] * 10
    assert (answers[10].status, answers[10].json()["code"]) == (429, "too_many_tries")
    assert len(service.received) == 10
