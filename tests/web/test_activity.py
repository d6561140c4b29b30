"""`/api/v1/activity`: who did what to what, from where, what it was before; filtered, exported, verified."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from tests.database import Database
from tests.program import Desk, Program
from tests.web.people import Browser, make_account, signed_in

from frontdesk.store import audit

PATH = "/api/v1/activity"
LIMITS: dict[str, Any] = {f"limits.tokens_a_{span}": "5000" for span in ("day", "month", "conversation")}


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def owner(program: Program, desk: Desk) -> Browser:
    return (await signed_in(program.running.store, desk.workspace, program.client))[0]


async def listed(browser: Browser, query: str = "") -> list[Any]:
    answer = await browser.get(f"{PATH}?{query}")
    assert answer.status == 200, answer.body
    found: list[Any] = answer.json()["data"]
    return found


async def label(browser: Browser, name: str) -> Any:
    made = await browser.post("/api/v1/labels", json={"name": name})
    assert made.status == 201, made.body
    return made.json()


async def test_what_is_done_says_who_what_before_after_and_from_where(owner: Browser) -> None:
    made = await label(owner, "Refund")
    changed = await owner.send(
        "PATCH", f"/api/v1/labels/{made['id']}", json={"name": "Refunds"}, headers={"If-Match": "*"}
    )
    assert changed.status == 200, changed.body
    latest = (await listed(owner))[0]
    assert latest["action"] == "label.updated"
    assert latest["target"] == {"id": made["id"], "name": "Refunds", "there": True}
    assert latest["changes"] == [{"field": "name", "before": "Refund", "after": "Refunds"}]
    assert (latest["actor"]["kind"], latest["actor"]["name"]) == ("person", "Ann Lee")
    assert latest["address"] == "127.0.0.1"


async def test_entries_of_every_room_say_where_they_came_from(
    program: Program, desk: Desk, owner: Browser
) -> None:
    """By REST and by the panel, also where a room behind the routes writes them."""
    article = {"title": "Hours", "body": "Nine to five.", "language": "en"}
    assert (await owner.post("/api/v1/articles", json=article)).status == 201
    limits = await owner.form("/panel/ai/services/limits", **LIMITS)
    assert limits.status in {200, 303}, limits.body
    found = {one["action"]: one["address"] for one in await listed(owner)}
    assert found["article.added"] == found["ai_limits.changed"] == "127.0.0.1"
    assert all(found.values())


async def test_each_filter_leaves_what_it_names(program: Program, desk: Desk, owner: Browser) -> None:
    first, second = await label(owner, "One"), await label(owner, "Two")
    team = await owner.post("/api/v1/teams", json={"name": "Night"})
    assert team.status == 201
    colleague, account = await signed_in(program.running.store, desk.workspace, program.client, role="admin")
    third = await label(colleague, "Three")
    assert {one["target"]["id"] for one in await listed(owner, "kind=label")} == {
        first["id"],
        second["id"],
        third["id"],
    }
    assert [one["action"] for one in await listed(owner, "action=team.created")] == ["team.created"]
    assert [one["target"]["id"] for one in await listed(owner, f"target={second['id']}")] == [second["id"]]
    mine = await listed(owner, f"actor=session:{account.id}&kind=label")
    assert [one["target"]["id"] for one in mine] == [third["id"]]
    moment = (await listed(owner, f"target={second['id']}"))[0]["at"].replace("+", "%2B")
    until = {one["target"]["id"] for one in await listed(owner, f"kind=label&until={moment}")}
    since = {one["target"]["id"] for one in await listed(owner, f"kind=label&since={moment}")}
    assert (until, since) == ({first["id"]}, {second["id"], third["id"]})


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "actor=%00", "target=a'b", "action=x", "since=yesterday", "limit=0"]
)
async def test_a_filter_that_cannot_be_is_told(owner: Browser, query: str) -> None:
    answer = await owner.get(f"{PATH}?{query}")
    told = answer.json()
    assert (answer.status, told["field"]) == (422, query.partition("=")[0])
    assert "literal" not in answer.body.decode()
    assert len({each["field"] for each in told.get("errors", [])}) <= 1


async def test_pages_follow_each_other_and_a_cursor_is_for_one_list(owner: Browser) -> None:
    names = [f"L{n}" for n in range(7)]
    for name in names:
        await label(owner, name)
    found: list[str] = []
    cursor = ""
    while True:
        answer = (await owner.get(f"{PATH}?kind=label&limit=3&cursor={cursor}")).json()
        found += [one["target"]["name"] for one in answer["data"]]
        if not answer["next_cursor"]:
            break
        cursor = answer["next_cursor"]
    assert found == names[::-1]
    elsewhere = await owner.get(f"{PATH}?kind=team&limit=3&cursor={cursor}")
    assert (elsewhere.status, elsewhere.json()["code"]) == (400, "cursor_invalid")


async def test_who_may_read_it(program: Program, desk: Desk, owner: Browser) -> None:
    for role in ("manager", "operator", "author", "viewer"):
        browser, _ = await signed_in(program.running.store, desk.workspace, program.client, role=role)
        assert (await browser.get(PATH)).status == 403
        assert (await browser.get(f"{PATH}/export")).status == 403
    made = await owner.post("/api/v1/keys", json={"name": "Audit", "scopes": ["read:activity"]})
    key = made.json()["key"]
    assert (await program.client.get(PATH, key=key)).status == 200
    some = {"name": "Some", "scopes": ["read:activity"], "assistant_ids": [desk.assistant_id]}
    made = await owner.post("/api/v1/keys", json=some)
    assert made.status == 201, made.body
    assert (await program.client.get(PATH, key=made.json()["key"])).status == 403


async def test_an_export_has_every_entry_and_is_one_itself(owner: Browser) -> None:
    await label(owner, "=SUM(A1)")
    whole = await owner.get(f"{PATH}/export?kind=label")
    assert whole.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in whole.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(whole.body.decode())))
    assert [(row["action"], row["target_name"]) for row in rows] == [("label.created", "'=SUM(A1)")]
    assert json.loads(rows[0]["after"])["name"] == "=SUM(A1)"
    lines = (await owner.get(f"{PATH}/export?format=jsonl")).body.decode().splitlines()
    found = [json.loads(line) for line in lines]
    assert [one["number"] for one in found] == list(range(len(found), 0, -1))
    assert [one["action"] for one in await listed(owner, "kind=activity")] == ["activity.exported"] * 2


async def test_an_export_reads_on_over_many_pages(program: Program, desk: Desk, owner: Browser) -> None:
    await program.execute(
        """INSERT INTO audit (workspace_id, seq, at, actor, action, target, previous_hash, hash)
           SELECT $1, 100000 + n, now() - interval '1 day' + n * interval '1 second', 'shell', 'label.created',
                  'lbl_x', '', '' FROM generate_series(1, 1200) n""",
        desk.workspace,
    )
    lines = (await owner.get(f"{PATH}/export?format=jsonl&actor=shell")).body.decode().splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(101200, 100000, -1))


async def test_verifying_names_the_first_entry_that_was_changed(
    desk: Desk, owner: Browser, database: Database
) -> None:
    for n in range(4):
        await label(owner, f"V{n}")
    told = (await owner.post(f"{PATH}/verify")).json()
    assert told["ok"]
    assert told["first_broken"] is None
    kept = {"length": told["length"], "head": told["head"]}
    again = (await owner.post(f"{PATH}/verify", json=kept)).json()
    assert (again["ok"], again["length"]) == (True, told["length"] + 1)
    admin = await asyncpg.connect(database.admin_url)
    try:
        await admin.execute(
            "UPDATE audit SET after = '{}' WHERE workspace_id = $1 AND seq = 3", str(desk.workspace)
        )
    finally:
        await admin.close()
    broken = (await owner.post(f"{PATH}/verify")).json()
    assert (broken["ok"], broken["first_broken"]) == (False, 3)


async def test_a_long_log_is_verified_by_pages(program: Program, desk: Desk, owner: Browser) -> None:
    """A change in the middle is found; one who goes on from where an earlier answer got looks at the rest alone."""
    store, at = program.running.store, datetime.now(UTC)
    entries = [audit.Entry(at, "shell", "label.created", f"lbl_{n}") for n in range(audit.AT_A_TIME + 1000)]
    async with store.unit_of_work(desk.workspace) as tx:
        await audit.append(desk.workspace, tx, *entries)
    found = await audit.verify(desk.workspace, store, within_s=0)
    reached = found.chain
    assert (reached.length, found.complete) == (audit.AT_A_TIME, False)
    go_on = {"length": reached.length, "head": reached.head.hex(), "go_on": True}
    for body in (None, go_on):
        told = (await owner.post(f"{PATH}/verify", json=body)).json()
        assert (told["ok"], told["complete"]) == (True, True)
        assert told["length"] > len(entries)
    page = await owner.form(
        "/panel/settings/activity/verify",
        headers={"HX-Request": "true"},
        **{n: str(v) for n, v in go_on.items()},
    )
    assert "The log is whole" in page.body.decode()
    for place, after_all, rest in ((reached.length + 1, False, False), (reached.length - 1, False, True)):
        changed = "UPDATE audit SET target = target || 'x' WHERE workspace_id = $1 AND seq = $2"
        await program.execute(changed, desk.workspace, place)
        for body, good in ((None, after_all), (go_on, rest)):
            told = (await owner.post(f"{PATH}/verify", json=body)).json()
            assert (told["ok"], told["first_broken"]) == (good, None if good else place)
        back = "UPDATE audit SET target = left(target, -1) WHERE workspace_id = $1 AND seq = $2"
        await program.execute(back, desk.workspace, place)
    await program.execute(
        "DELETE FROM audit WHERE workspace_id = $1 AND seq = $2", desk.workspace, reached.length
    )
    told = (await owner.post(f"{PATH}/verify")).json()
    assert (told["ok"], told["first_broken"]) == (False, reached.length + 1)
    manager, _ = await signed_in(store, desk.workspace, program.client, role="manager")
    assert (await manager.post(f"{PATH}/verify")).status == 403


async def test_a_failed_sign_in_stands_in_the_log(program: Program, desk: Desk, owner: Browser) -> None:
    account = await make_account(program.running.store, desk.workspace)
    assert (await Browser(program.client).sign_in(account.email, "wrong horse battery")).status == 401
    [failed] = await listed(owner, "action=account.sign_in_failed")
    assert (failed["target"]["id"], failed["address"]) == (account.id, "127.0.0.1")
