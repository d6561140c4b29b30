"""Alerts: each fault comes through the front door, is told once while it lasts, and its end is told as well. S004-222, S004-223."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.mail_server import MailServer
from tests.program import Desk, Program, until
from tests.web.people import Browser, make_account, signed_in

PATH = "/api/v1/alerts"
SETTINGS = "/api/v1/alert-settings"


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def owner(program: Program, desk: Desk) -> Browser:
    return (await signed_in(program.running.store, desk.workspace, program.client))[0]


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


async def only(owner: Browser, **limits: float) -> None:
    """One kind alone is looked for: what the machine is like otherwise does not matter."""
    off = dict.fromkeys(("keys", "requests", "backlog", "volume", "sign_ins", "disk"), 0)
    changed = await owner.send("PATCH", SETTINGS, json={**off, **limits}, headers={"If-Match": "*"})
    assert changed.status == 200, changed.body


@pytest.mark.parametrize(("path", "field"), [(SETTINGS, "keys"), ("/api/v1/desk", "capacity")])
async def test_settings_are_changed_as_they_are_read_or_by_their_fields_alone(
    owner: Browser, path: str, field: str
) -> None:
    for number, body in enumerate(({field: 3}, {"settings": {field: 4}}), start=3):
        changed = await owner.send("PATCH", path, json=body, headers={"If-Match": "*"})
        assert (changed.status, changed.json()["settings"][field]) == (200, number), changed.body
    for body in ({"settings": {field: 5}, field: 6}, {"settings": 5}, {"settings": {"nothing": 5}}):
        assert (await owner.send("PATCH", path, json=body, headers={"If-Match": "*"})).status == 422
    assert (await owner.get(path)).json()["settings"][field] == 4


async def look(program: Program, desk: Desk) -> None:
    await program.running.faults.write(program.running.store)
    await program.running.alerting.look(desk.workspace)


async def alerts(owner: Browser) -> list[Any]:
    answer = await owner.get(PATH)
    assert answer.status == 200, answer.body
    found: list[Any] = answer.json()["data"]
    return found


async def kinds(owner: Browser) -> list[tuple[str, bool]]:
    return [(one["kind"], one["over_at"] is None) for one in await alerts(owner)]


async def test_wrong_keys_raise_an_alert_once_and_its_end_is_noted(
    program: Program, desk: Desk, owner: Browser
) -> None:
    await only(owner, keys=3)
    made = (await owner.post("/api/v1/keys", json={"name": "Shop", "scopes": ["read:tasks"]})).json()
    revoked = await owner.send("DELETE", f"/api/v1/keys/{made['id']}")
    assert revoked.status == 204
    for path in ("/api/v1/tasks", "/api/v1/labels"):
        assert (await program.client.get(path, key=made["key"])).status == 401
    await look(program, desk)
    assert await alerts(owner) == []
    body = {"task_id": "task_x", "chat_id": "1", "message": "hi"}
    messenger = "/api/1.1/wf/send_message_external"
    assert (await program.client.post(messenger, json=body, key=made["key"])).status == 401
    for _ in range(2):
        await look(program, desk)
        assert await kinds(owner) == [("keys", True)]
    assert (await alerts(owner))[0]["figure"] == 3
    await program.execute(
        "DELETE FROM fault_counts WHERE workspace_id = $1 AND kind = 'keys'", desk.workspace
    )
    await look(program, desk)
    assert await kinds(owner) == [("keys", False)]


async def test_failed_sign_ins_raise_an_alert(program: Program, desk: Desk, owner: Browser) -> None:
    await only(owner, sign_ins=2)
    account = await make_account(program.running.store, desk.workspace)
    for _ in range(2):
        assert (await Browser(program.client).sign_in(account.email, "wrong horse battery")).status == 401
    await look(program, desk)
    assert await kinds(owner) == [("sign_ins", True)]


@pytest.fixture
async def installation(program: Program, desk: Desk) -> AsyncIterator[None]:
    """The desk's workspace is the installation's own, as long as the test goes on."""
    async with program.belonging_to(desk.workspace):
        yield


@pytest.mark.usefixtures("installation")
async def test_what_belongs_to_no_workspace_is_told_to_the_installations_own(
    program: Program, desk: Desk, owner: Browser
) -> None:
    await only(owner, keys=3, sign_ins=2)
    other = await program.desk()
    theirs = (await signed_in(program.running.store, other.workspace, program.client))[0]
    await only(theirs, keys=1, sign_ins=1)
    for key in ("nonsense", f"fd_api_{'a' * 12}_{'b' * 43}", "fd_api_x"):
        assert (await program.client.get("/api/v1/labels", key=key)).status == 401
    for _ in range(2):
        assert (await Browser(program.client).sign_in("nobody@example.com", "wrong horse")).status == 401
    for one in (desk, other):
        await look(program, one)
    assert sorted(await kinds(owner)) == [("keys", True), ("sign_ins", True)]
    assert await kinds(theirs) == []


async def test_mail_tells_of_an_alert_once_and_of_its_end(
    program: Program, desk: Desk, owner: Browser
) -> None:
    """To people of the chosen roles; however often it is looked at while it lasts."""
    store = program.running.store
    people = [await make_account(store, desk.workspace, role=role) for role in ("admin", "operator")]
    async with MailServer() as mail:
        settings = {
            "host": "127.0.0.1",
            "port": mail.port,
            "encryption": "none",
            "from_address": "d@example.com",
        }
        set_up = await owner.patch(
            "/api/v1/settings/mail", json={"settings": settings}, headers={"If-Match": "*"}
        )
        assert set_up.status == 200, set_up.body
        roles = await owner.patch(SETTINGS, json={"roles": ["admin"]}, headers={"If-Match": "*"})
        assert roles.status == 200, roles.body
        await only(owner, disk=100)
        for _ in range(3):
            await look(program, desk)
        await only(owner, disk=0)
        for _ in range(2):
            await look(program, desk)

        async def told() -> bool:
            return len(mail.received) >= 2

        await until(told)
        subjects = sorted(str(one.message["Subject"]) for one in mail.received)
        assert {str(one.message["To"]) for one in mail.received} == {people[0].email}
    assert len(subjects) == 2
    assert "Little room on the disk" in " ".join(subjects)
    assert len((await owner.get("/api/v1/settings/mail")).json()["recent"]) == 2


async def test_refused_outgoing_requests_raise_an_alert(program: Program, desk: Desk, owner: Browser) -> None:
    await only(owner, requests=1)
    wanted = {"url": "https://hooks.example.com/x", "events": ["message.created"]}
    made = await owner.post("/api/v1/webhooks", json=wanted)
    assert made.status == 201, made.body
    await program.execute(
        "UPDATE webhooks SET url = 'http://10.0.0.1/x' WHERE workspace_id = $1", desk.workspace
    )
    await desk.say("jo", "hello")

    async def raised() -> bool:
        await look(program, desk)
        return await kinds(owner) == [("requests", True)]

    await until(raised)


async def test_deliveries_that_wait_raise_an_alert(
    program: Program, desk: Desk, owner: Browser, receiver: FaultServer
) -> None:
    await only(owner, backlog=2)
    receiver.answers(*[Answer(status=503)] * 20)
    wanted = {"url": receiver.url("/hook"), "events": ["message.created"]}
    assert (await owner.post("/api/v1/webhooks", json=wanted)).status == 201
    for _ in range(3):
        await desk.say("jo", "hello")  # in one lane: what comes later waits for the first
    await receiver.asked(1)
    await program.execute(
        """UPDATE deliveries SET due_at = now() - interval '10 minutes'
           WHERE workspace_id = $1 AND status = 'waiting' AND tries = 0""",
        desk.workspace,
    )

    async def raised() -> bool:
        await look(program, desk)
        return await kinds(owner) == [("backlog", True)]

    await until(raised)


async def test_far_more_messages_than_usual_raise_an_alert(
    program: Program, desk: Desk, owner: Browser
) -> None:
    await only(owner, volume=3, volume_least=4)
    for n in range(4):
        await desk.say(f"jo{n}", "hello")
    await look(program, desk)
    assert await alerts(owner) == []  # nobody knows yet what is usual here
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    await program.execute(
        """INSERT INTO fault_counts (workspace_id, kind, at, count)
           SELECT $1, 'messages', $2::timestamptz - n * interval '1 hour', 1 FROM generate_series(1, 48) n""",
        desk.workspace,
        hour,
    )
    await program.execute(
        "UPDATE inbound SET received_at = now() + interval '10 minutes' WHERE workspace_id = $1",
        desk.workspace,
    )
    await look(program, desk)
    assert await kinds(owner) == [("volume", True)]


async def test_little_room_on_the_disk_raises_an_alert(program: Program, desk: Desk, owner: Browser) -> None:
    await only(owner, disk=100)
    await look(program, desk)
    assert await kinds(owner) == [("disk", True)]


async def test_webhooks_are_told_that_it_begins_and_ends(
    program: Program, desk: Desk, owner: Browser, receiver: FaultServer
) -> None:
    await only(owner, disk=100)
    wanted = {"url": receiver.url("/hook"), "events": ["alert.raised", "alert.over"]}
    assert (await owner.post("/api/v1/webhooks", json=wanted)).status == 201
    await look(program, desk)
    await receiver.asked(1)
    await only(owner, disk=0)
    await look(program, desk)
    await receiver.asked(2)
    raised, over = (json.loads(one.body) for one in receiver.received)
    [alert] = await alerts(owner)
    assert (raised["event"], over["event"]) == ("alert.raised", "alert.over")
    assert raised["data"]["alert_id"] == over["data"]["alert_id"] == alert["id"]
    assert (raised["data"]["kind"], raised["data"]["threshold"]) == ("disk", 100)


async def test_an_alert_is_acknowledged_once_and_the_log_says_by_whom(
    program: Program, desk: Desk, owner: Browser
) -> None:
    await only(owner, disk=100)
    await look(program, desk)
    [alert] = await alerts(owner)
    page = "/panel/settings/activity/alerts"
    shown = (await owner.get(page)).body.decode()
    assert "Little room on the disk" in shown
    assert "I have seen it" in shown
    for _ in range(2):
        done = await owner.post(f"{PATH}/{alert['id']}/acknowledge")
        assert done.status == 200, done.body
    assert done.json()["acknowledged_by"].startswith("session:")
    assert "Seen by Ann Lee" in (await owner.get(page)).body.decode()
    entries = (await owner.get("/api/v1/activity?action=alert.acknowledged")).json()["data"]
    assert [one["target"]["id"] for one in entries] == [alert["id"]]
    assert (await owner.post(f"{PATH}/alert_{'0' * 26}/acknowledge")).status == 404


async def test_what_is_told_when_is_set_by_the_form(program: Program, desk: Desk, owner: Browser) -> None:
    page = "/panel/settings/activity/alerts"
    answer = await owner.get(SETTINGS)
    limits = {name: str(value) for name, value in answer.json()["settings"].items() if name != "roles"}
    version = answer.headers["ETag"].strip('"')
    sent = {**limits, "backlog": "7", "volume": "2.5", "role.manager": "on", "version": version}
    saved = await owner.form(page, **{name: str(value) for name, value in sent.items()})  # type: ignore[arg-type]
    assert saved.status in {200, 303}, saved.body
    kept = (await owner.get(SETTINGS)).json()["settings"]
    assert (kept["backlog"], kept["volume"], kept["roles"]) == (7, 2.5, ["manager"])
    wrong = await owner.send("PATCH", SETTINGS, json={"disk": 101}, headers={"If-Match": "*"})
    assert wrong.status == 422


async def test_managers_neither_see_nor_set_them(program: Program, desk: Desk, owner: Browser) -> None:
    browser, _ = await signed_in(program.running.store, desk.workspace, program.client, role="manager")
    assert (await browser.get(PATH)).status == 403
    assert (await browser.get(SETTINGS)).status == 403
