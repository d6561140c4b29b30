"""Plans: set and given by the installation's owner, kept to wherever something is made, and undone as they were done."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program, until
from tests.web.people import PASSWORD, Browser, signed_in

from frontdesk.access.plans import sweep_of
from frontdesk.store import plans

HOOK = {"url": "https://hooks.example.com/x", "events": ["message.created"]}
ARTICLE = {"title": "Returns", "body": "Within 30 days."}


@dataclass
class Hosting:
    """The installation's own workspace with its owner, and another workspace that is its customer."""

    program: Program
    own: Desk
    owner: Browser
    guest: Desk
    key: str

    async def give(self, plan: str, **more: object) -> Answer:
        path = f"/api/v1/workspaces/{self.guest.workspace}"
        return await self.owner.patch(path, json={"plan": plan, **more}, headers={"If-Match": "*"})

    async def given(self, plan: str, **more: object) -> None:
        answer = await self.give(plan, **more)
        assert (answer.status, answer.json().get("plan")) == (200, plan), answer.body

    async def set(self, plan: str, **change: object) -> Answer:
        return await self.owner.patch(f"/api/v1/plans/{plan}", json=change, headers={"If-Match": "*"})

    async def api(self, method: str, path: str, body: object = None, match: str = "*") -> Answer:
        headers = {"If-Match": match} if method == "PATCH" else {}
        return await self.program.client.send(
            method, f"/api/v1{path}", json=body, key=self.key, headers=headers
        )

    async def enabled(self, path: str) -> bool:
        return bool((await self.api("GET", path)).json()["enabled"])


@pytest.fixture
async def hosting(program: Program) -> AsyncIterator[Hosting]:
    await program.execute("DELETE FROM sign_in_tries")
    (before,) = await program.query("SELECT array_agg(workspace_id) AS ids FROM workspaces WHERE is_default")
    own, guest = await program.desk(), await program.desk()
    await program.execute("UPDATE workspaces SET is_default = false WHERE is_default")
    await program.execute("UPDATE workspaces SET is_default = true WHERE workspace_id = $1", own.workspace)
    owner, _ = await signed_in(program.running.store, own.workspace, program.client)
    try:
        yield Hosting(program, own, owner, guest, await guest.key("api", "admin"))
    finally:
        await program.execute("DELETE FROM plans_given WHERE workspace_id = $1", own.workspace)
        await program.execute(
            "UPDATE workspaces SET is_default = false WHERE workspace_id = $1", own.workspace
        )
        for workspace in before["ids"] or ():
            await program.execute(
                "UPDATE workspaces SET is_default = true WHERE workspace_id = $1", workspace
            )


def refused(answer: Answer) -> Any:
    assert (answer.status, answer.json()["code"]) == (403, "plan_limit"), answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "owner of this installation" in answer.json()["detail"]
    return answer.json()["details"]


async def test_without_a_plan_a_workspace_has_everything(hosting: Hosting) -> None:
    found = (await hosting.api("GET", "/plan")).json()
    assert found["plan"] == "everything"
    assert all(found["switches"].values())
    assert {name for name, quota in found["quotas"].items() if quota["most"] is not None} == set()
    assert (await hosting.api("POST", "/webhooks", HOOK)).status == 201


async def test_the_guides_table_is_what_plans_have_at_first(hosting: Hosting) -> None:
    plans = {one["name"]: one for one in (await hosting.owner.get("/api/v1/plans")).json()["data"]}
    assert {name: one["switches"]["webhooks"] for name, one in plans.items()} == {
        "basic": False,
        "standard": True,
        "premium": True,
    }
    rates = {name: one["quotas"]["requests_a_minute"] for name, one in plans.items()}
    assert rates == {"basic": 60, "standard": 600, "premium": None}
    # Its rows for what all three have: the embed, which is also how a site of WordPress or Shopify has it.
    assert all(one["switches"]["web"] for one in plans.values())
    # What it has no row for is nobody's limit.
    others = {
        most for one in plans.values() for name, most in one["quotas"].items() if name != "requests_a_minute"
    }
    assert others == {None}


async def test_what_the_plan_has_not_is_refused_with_which_and_how_it_is_lifted(hosting: Hosting) -> None:
    await hosting.given("basic")
    details = refused(await hosting.api("POST", "/webhooks", HOOK))
    assert details == {"plan": "basic", "limit": "webhooks"}
    off = await hosting.api("POST", "/webhooks", {**HOOK, "enabled": False})
    assert off.status == 201, off.body
    path = f"/webhooks/{off.json()['id']}"
    assert (await hosting.api("DELETE", path)).status == 204
    assert (await hosting.api("POST", f"{path}/restore")).status == 200
    refused(await hosting.api("PATCH", path, {"enabled": True}))
    assert (await hosting.api("GET", "/plan")).json()["switches"]["webhooks"] is False
    await hosting.given("standard")
    assert (await hosting.api("POST", "/webhooks", HOOK)).status == 201


async def test_a_quota_is_kept_to_by_many_at_once(hosting: Hosting) -> None:
    assert (await hosting.set("basic", quotas={"articles": 3})).status == 200
    await hosting.given("basic")
    answers = await asyncio.gather(*(hosting.api("POST", "/articles", ARTICLE) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [403] * 3
    details = refused(next(answer for answer in answers if answer.status == 403))
    assert details == {"plan": "basic", "limit": "articles", "most": 3, "used": 3}
    quotas = (await hosting.api("GET", "/plan")).json()["quotas"]
    assert quotas["articles"] == {"most": 3, "used": 3}
    uploaded = await hosting.program.client.send(
        "POST", "/api/v1/articles/upload?name=x.md", body=b"# One\n\nText of it.\n", key=hosting.key
    )
    assert "plan basic" in uploaded.json()["problem"]
    assert uploaded.json()["limit"] == details


async def test_assistants_and_people_are_counted(hosting: Hosting) -> None:
    change = {"assistants": 1, "accounts": 1}
    assert (await hosting.set("basic", quotas=change)).status == 200
    await hosting.given("basic")
    details = refused(await hosting.api("POST", "/assistants", {"name": "Second", "begin": "example"}))
    assert details["limit"] == "assistants"
    told = await hosting.api("POST", "/assistants", {"name": "Third", "begin": "example"})
    assert "The plan basic has 1 assistant, and 1 is there. " in told.json()["detail"]
    invited = {"email": "jo@example.com", "role": "viewer"}
    assert (await hosting.api("PUT", "/invitations", invited)).status == 200
    await signed_in(hosting.program.running.store, hosting.guest.workspace, hosting.program.client)
    assert refused(await hosting.api("PUT", "/invitations", invited))["limit"] == "accounts"


async def test_an_invitation_is_accepted_while_others_are_made(hosting: Hosting) -> None:
    assert (await hosting.set("basic", quotas={"accounts": 5})).status == 200
    await hosting.given("basic")
    invited = await hosting.api("PUT", "/invitations", {"email": "jo@example.com", "role": "viewer"})
    assert invited.status == 200, invited.body
    path = "/invitation" + invited.json()["link"].rpartition("/invitation")[2]
    guest = Browser(hosting.program.client)
    admin = hosting.program.admin
    async with admin.acquire() as other, asyncio.TaskGroup() as tasks, other.transaction():
        await other.execute(
            "SELECT FROM workspaces WHERE workspace_id = $1 FOR NO KEY UPDATE", hosting.guest.workspace
        )
        accepting = tasks.create_task(guest.form(path, name="Jo", password=PASSWORD))
        holder = other.get_server_pid()

        async def is_waiting() -> bool:
            waiting = "SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))"
            return bool(await hosting.program.query(waiting, holder))

        await until(is_waiting)
        link = "SELECT id FROM access_links WHERE workspace_id = $1 FOR UPDATE SKIP LOCKED"
        assert await hosting.program.query(link, hosting.guest.workspace), "who invites would wait for ever"
    assert accepting.result().status == 303


async def test_a_plan_limits_how_often_keys_ask_within_a_second(hosting: Hosting) -> None:
    assert (await hosting.set("basic", quotas={"requests_a_minute": 2})).status == 200
    await hosting.given("basic")

    async def over() -> Any:
        answer = await hosting.api("GET", "/labels")
        return answer if answer.status == 429 else None

    answer = await until(over)
    assert answer.json()["code"] == "rate_limited"
    assert answer.json()["details"] == {"plan": "basic", "limit": "requests_a_minute", "most": 2}
    assert answer.headers["RateLimit-Policy"] == '"key";q=2;w=60'
    await hosting.given("everything")

    async def serves() -> bool:
        return (await hosting.api("GET", "/labels")).status == 200

    await until(serves)


async def test_what_is_in_use_is_named_before_it_stops_and_comes_back_with_the_plan(hosting: Hosting) -> None:
    made = (await hosting.api("POST", "/webhooks", {**HOOK, "description": "Our CRM"})).json()
    path = f"/webhooks/{made['id']}"
    answer = await hosting.give("basic")
    assert (answer.status, answer.json()["code"]) == (409, "in_use")
    assert "Our CRM" in answer.json()["detail"]
    stops = answer.json()["details"]["stops"]
    (told,) = [stop for stop in stops if stop["switch"] == "webhooks"]
    assert (told["workspace"], told["id"]) == (hosting.guest.workspace, made["id"])
    assert await hosting.enabled(path), "nothing was done"
    await hosting.given("basic", stop_in_use=True)

    async def is_off() -> bool:
        return not await hosting.enabled(path)

    await until(is_off)
    refused(await hosting.api("PATCH", path, {"enabled": True}))
    await hosting.given("everything")

    async def is_on() -> bool:
        return await hosting.enabled(path)

    await until(is_on)
    noted = await hosting.guest.rows("audit", "seq")
    assert [row["action"] for row in noted if row["actor"] == "plan"] == ["plan.stopped", "plan.resumed"]


async def test_a_webhook_that_a_plan_switched_off_says_so_and_which_plan_it_was(hosting: Hosting) -> None:
    path = f"/webhooks/{(await hosting.api('POST', '/webhooks', HOOK)).json()['id']}"
    paused = f"/webhooks/{(await hosting.api('POST', '/webhooks', {**HOOK, 'enabled': False})).json()['id']}"
    await hosting.given("basic", stop_in_use=True)

    async def says(wanted: str) -> bool:
        return bool((await hosting.api("GET", path)).json()["disabled_because"] == wanted)

    await until(lambda: says("plan"))
    found = (await hosting.api("GET", path)).json()
    assert found["disabled_detail"].startswith("The plan basic has no webhooks. ")
    assert found["disabled_at"] is not None
    listed = {
        one["id"]: one["disabled_because"] for one in (await hosting.api("GET", "/webhooks")).json()["data"]
    }
    assert listed == {found["id"]: "plan", paused.rpartition("/")[2]: "by_hand"}
    await hosting.given("everything")
    await until(lambda: says(""))
    assert (await hosting.api("GET", path)).json()["disabled_detail"] == ""


async def test_of_a_webhooks_address_the_owner_of_the_installation_reads_the_host(hosting: Hosting) -> None:
    url = "https://hooks.example.com/in/s3cret?token=s3cret"
    made = await hosting.api("POST", "/webhooks", {**HOOK, "url": url})
    assert made.status == 201, made.body
    answer = await hosting.give("basic")
    assert "s3cret" not in answer.body.decode()
    (told,) = [stop for stop in answer.json()["details"]["stops"] if stop["switch"] == "webhooks"]
    assert (told["name"], told["workspace_name"]) == ("hooks.example.com", "Test workspace")


async def test_a_plan_can_be_without_a_type_of_connection(hosting: Hosting) -> None:
    settings = {"type": "another", "name": "CRM", "settings": {"webhook_url": "https://crm.example.com/x"}}
    await hosting.given("basic")
    made = await hosting.api("POST", "/integrations", settings)
    assert made.status == 201, made.body
    path = f"/integrations/{made.json()['id']}"
    answer = await hosting.set("basic", switches={"another": False, "rest": False})
    assert {stop["switch"] for stop in answer.json()["details"]["stops"]} == {"another", "rest"}
    answer = await hosting.set("basic", switches={"another": False, "rest": False}, stop_in_use=True)
    assert (answer.status, answer.json()["switches"]["another"]) == (200, False)
    assert refused(await hosting.api("POST", "/integrations", settings))["limit"] == "another"

    async def is_off() -> bool:
        return not await hosting.enabled(path)

    await until(is_off)
    answer = await hosting.set("basic", switches={"another": None, "rest": None})
    assert answer.json()["switches"]["another"] is True

    async def is_on() -> bool:
        return await hosting.enabled(path)

    await until(is_on)


async def test_only_the_installations_owner_sees_and_sets_plans(hosting: Hosting) -> None:
    stranger, _ = await signed_in(
        hosting.program.running.store, hosting.guest.workspace, hosting.program.client
    )
    admin, _ = await signed_in(
        hosting.program.running.store, hosting.own.workspace, hosting.program.client, role="admin"
    )
    for path in ("/api/v1/plans", "/api/v1/plans/basic", "/api/v1/workspaces"):
        assert (await hosting.owner.get(path)).status == 200
        assert (await stranger.get(path)).status == 404
        assert (await admin.get(path)).status == 403
    any_ = {"If-Match": "*"}
    for path in (
        f"/api/v1/workspaces/{hosting.guest.workspace}",
        f"/api/v1/workspaces/{hosting.own.workspace}",
    ):
        answer = await stranger.patch(path, json={"plan": "everything"}, headers=any_)
        assert answer.status == 404


async def test_the_list_of_workspaces_comes_in_pages(hosting: Hosting) -> None:
    await hosting.given("basic")
    found: list[dict[str, Any]] = []
    path = "/api/v1/workspaces?limit=1"
    first = (await hosting.owner.get(path)).json()
    assert (len(first["data"]), bool(first["next_cursor"])) == (1, True)
    path = "/api/v1/workspaces?limit=100"
    while path:
        answer = (await hosting.owner.get(path)).json()
        found += answer["data"]
        cursor = answer["next_cursor"]
        path = f"/api/v1/workspaces?limit=100&cursor={cursor}" if cursor else ""
    ids = [each["id"] for each in found]
    assert ids == sorted(set(ids))
    assert ids[0] == first["data"][0]["id"]
    mine = {
        each["id"]: each["plan"]
        for each in found
        if each["id"] in {hosting.own.workspace, hosting.guest.workspace}
    }
    assert mine == {hosting.own.workspace: "everything", hosting.guest.workspace: "basic"}
    forged = await hosting.owner.get("/api/v1/workspaces?cursor=bzE6NTA")
    assert (forged.status, forged.json()["code"]) == (400, "cursor_invalid")
    assert (await hosting.owner.get("/api/v1/workspaces?limit=0")).status == 422


async def test_what_was_changed_meanwhile_is_not_overwritten_and_everything_is_in_the_log(
    hosting: Hosting,
) -> None:
    read = await hosting.owner.get("/api/v1/plans/premium")
    first = {"If-Match": read.headers["ETag"]}
    change = {"quotas": {"articles": 100}}
    changed = await hosting.owner.patch("/api/v1/plans/premium", json=change, headers=first)
    assert changed.json()["quotas"]["articles"] == 100
    late = await hosting.owner.patch("/api/v1/plans/premium", json=change, headers=first)
    assert (late.status, late.json()["code"]) == (412, "conflict")
    again = {"If-Match": changed.headers["ETag"]}
    assert (await hosting.owner.patch("/api/v1/plans/premium", json=change, headers=again)).status == 200
    await hosting.given("premium")
    noted = await hosting.own.rows("audit", "seq")
    assert [row["action"] for row in noted if row["action"].startswith("plan.")] == [
        "plan.updated",
        "plan.updated",
        "plan.given",
    ]


async def test_of_changes_at_once_one_is_made_and_the_others_read_again(hosting: Hosting) -> None:
    path = "/api/v1/plans/premium"
    match = {"If-Match": (await hosting.owner.get(path)).headers["ETag"]}
    changes = [{"quotas": {name: 9}} for name in ("articles", "accounts", "assistants", "requests_a_minute")]
    answers = await asyncio.gather(
        *(hosting.owner.patch(path, json=change, headers=match) for change in changes)
    )
    assert sorted(answer.status for answer in answers) == [200, 412, 412, 412]
    (made,) = (answer for answer in answers if answer.status == 200)
    read = await hosting.owner.get(path)
    assert (read.json(), read.headers["ETag"]) == (made.json(), made.headers["ETag"])
    to = f"/api/v1/workspaces/{hosting.guest.workspace}"
    match = {"If-Match": (await hosting.owner.get(to)).headers["ETag"]}
    body = {"plan": "premium", "stop_in_use": True}
    answers = await asyncio.gather(*(hosting.owner.patch(to, json=body, headers=match) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 412, 412, 412]


async def test_what_was_read_before_a_plan_was_given_and_taken_back_is_old(hosting: Hosting) -> None:
    path = f"/api/v1/workspaces/{hosting.guest.workspace}"
    read = [(await hosting.owner.get(path)).headers["ETag"]]
    for plan in ("premium", "everything", "premium"):
        await hosting.given(plan)
        read.append((await hosting.owner.get(path)).headers["ETag"])
    assert len(set(read)) == len(read)
    late = await hosting.owner.patch(path, json={"plan": "everything"}, headers={"If-Match": read[1]})
    assert (late.status, late.json()["code"]) == (412, "conflict")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"switches": {"telepathy": True}}, "switches"),
        ({"quotas": {"wishes": 3}}, "quotas"),
        ({"quotas": {"accounts": 0}}, "quotas.accounts"),
    ],
)
async def test_what_a_plan_cannot_have_is_refused(
    hosting: Hosting, change: dict[str, Any], field: str
) -> None:
    answer = await hosting.set("basic", **change)
    assert (answer.status, answer.json()["field"]) == (422, field)


async def test_what_a_plan_stopped_goes_on_even_where_nobody_was_woken_by_the_next(hosting: Hosting) -> None:
    made = (await hosting.api("POST", "/webhooks", HOOK)).json()
    await hosting.given("basic", stop_in_use=True)

    async def is_on() -> bool:
        return await hosting.enabled(f"/webhooks/{made['id']}")

    async def is_off() -> bool:
        return not await is_on()

    await until(is_off)
    await hosting.program.execute("DELETE FROM plans_given WHERE given_to = $1", hosting.guest.workspace)
    await sweep_of(hosting.program.running.store)()
    await until(is_on)


async def test_what_somebody_switched_off_first_stays_off_with_any_plan(hosting: Hosting) -> None:
    made = (await hosting.api("POST", "/webhooks", HOOK)).json()
    store, workspace = hosting.program.running.store, hosting.guest.workspace
    async with store.unit_of_work(workspace) as tx:
        (used,) = [one for one in await plans.in_use(workspace, tx) if one.id == made["id"]]
    off = await hosting.api("PATCH", f"/webhooks/{made['id']}", {"enabled": False})
    assert off.status == 200, off.body
    async with store.unit_of_work(workspace) as tx:
        await plans.stop(workspace, tx, used)
        assert used.id not in await plans.stopped(workspace, tx)


async def test_a_new_assistant_is_reached_over_rest_only_where_the_plan_has_it(hosting: Hosting) -> None:
    assert (await hosting.set("basic", switches={"rest": False})).status == 200
    await hosting.given("basic", stop_in_use=True)
    made = await hosting.api("POST", "/assistants", {"name": "Second", "begin": "example"})
    assert made.status == 201, made.body
    channels = (await hosting.api("GET", "/channels")).json()["data"]
    (over_rest,) = [one for one in channels if one["name"] == "API Rest: Second"]
    assert over_rest["enabled"] is False
    await hosting.given("everything")

    async def is_on() -> bool:
        return await hosting.enabled(f"/channels/{over_rest['id']}")

    await until(is_on)


async def test_what_comes_back_from_the_bin_is_held_to_the_plan(hosting: Hosting) -> None:
    assert (await hosting.set("basic", switches={"callback": False})).status == 200
    made = await hosting.api("POST", "/assistants", {"name": "Second", "begin": "example"})
    assert made.status == 201, made.body
    path = f"/assistants/{made.json()['id']}"
    channel = await hosting.api(
        "POST",
        "/channels",
        {
            "type": "callback",
            "name": "Callback",
            "assistant_id": made.json()["id"],
            "settings": {"url": "https://hooks.example.com/back"},
        },
    )
    assert channel.status == 201, channel.body
    assert (await hosting.api("DELETE", path)).status == 204
    await hosting.given("basic", stop_in_use=True)
    assert (await hosting.api("POST", f"{path}/restore")).status == 200

    async def is_off() -> bool:
        return not await hosting.enabled(f"/channels/{channel.json()['id']}")

    await until(is_off)
