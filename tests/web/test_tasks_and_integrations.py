"""Tasks and integrations over the API: what binds what, what is refused, secrets that stay inside, the test button."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from tests.doubles.http_client import Answer
from tests.doubles.http_server import Answer as Given
from tests.doubles.http_server import FaultServer, Received
from tests.program import Desk, Program

from frontdesk.store.trims import trim_workspace

BOT = {
    "bot.yaml": "format: assistant/v1\nassistant: {id: shop, name: Shop, language: en}\n",
    "flows/hi.yaml": "trigger: {patterns: [hi]}\nsteps:\n  - say: Hello!\n",
}
SECRET = {"secret_header": "X-Key", "secret_value": "s3cr3t-words"}


class Api:
    def __init__(self, desk: Desk, key: str) -> None:
        self.desk = desk
        self._key = key

    async def __call__(
        self, method: str, path: str, json: object = None, match: str = "", once: str = ""
    ) -> Answer:
        headers = {"If-Match": match} if match else {}
        headers |= {"Idempotency-Key": once} if once else {}
        path = f"/api/v1{path}"
        return await self.desk.program.client.send(method, path, json=json, key=self._key, headers=headers)

    async def made(self, path: str, **body: Any) -> Any:
        answer = await self("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.json()

    async def integration(self, receiver: FaultServer, **settings: object) -> Any:
        given = {"webhook_url": receiver.url("/hook"), **settings}
        return await self.made("/integrations", type="another", name="Hooks", settings=given)

    async def channel(self) -> str:
        return str((await self.made("/channels", type="external", name="Messenger"))["id"])


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def api(program: Program) -> Api:
    desk = await program.desk(BOT)
    return Api(desk, await desk.key("api", "admin"))


async def test_an_integration_is_made_read_changed_and_removed(api: Api, receiver: FaultServer) -> None:
    made = await api.integration(receiver)
    place = f"/integrations/{made['id']}"
    read = await api("GET", place)
    assert read.json() == {name: value for name, value in made.items() if name != "signing_secret"}
    assert (made["enabled"], made["task_ids"], made["settings"]["webhook_type"]) == (True, [], "all_messages")
    assert (await api("PATCH", place, {"name": "x"})).status == 428
    changed = await api("PATCH", place, {"settings": {"also_interest": True}}, match=read.headers["ETag"])
    assert changed.json()["settings"]["also_interest"] is True
    assert (await api("PATCH", place, {"name": "x"}, match=read.headers["ETag"])).status == 412
    assert [one["id"] for one in (await api("GET", "/integrations")).json()["data"]] == [made["id"]]
    assert (await api("DELETE", place)).status == 204
    assert (await api("GET", "/integrations")).json()["data"] == []


async def test_what_was_removed_waits_in_the_bin_and_comes_back_as_it_was(
    api: Api, receiver: FaultServer
) -> None:
    integration = await api.integration(receiver, **SECRET)
    channel = await api.channel()
    bound = {"channel_id": channel, "assistant_id": api.desk.assistant_id}
    task = await api.made("/tasks", **bound, integration_id=integration["id"])
    paths = (f"/tasks/{task['id']}", f"/channels/{channel}", f"/integrations/{integration['id']}")
    for path in paths:
        assert (await api("DELETE", path)).status == 204
        assert (await api("DELETE", path)).status == 404
        assert (await api("PATCH", path, {"name": "x"}, match="*")).status == 404
        listed = path.rpartition("/")[0]
        assert task["id"] not in (await api("GET", listed)).body.decode()
        (binned,) = (await api("GET", f"{listed}?bin=true")).json()["data"]
        assert binned["deleted_at"] is not None
        assert (await api("GET", path)).json() == binned
    assert (await api("POST", f"{paths[2]}/test")).status == 404
    for bad in ({**bound}, {"integration_id": integration["id"], **bound}):
        assert (await api("POST", "/tasks", bad)).json()["field"] == "channel_id"
    back = await api("POST", f"{paths[0]}/restore")
    assert (back.status, back.json()["code"]) == (409, "in_bin")
    assert "channel Messenger" in back.json()["detail"]
    assert (await api("POST", f"{paths[1]}/restore")).json()["tasks"] == []
    taken = await api("POST", "/tasks", bound)
    assert (taken.status, taken.json()["code"]) == (409, "in_bin")
    back = await api("POST", f"{paths[0]}/restore")
    assert "integration Hooks" in back.json()["detail"]
    assert (await api("POST", f"{paths[2]}/restore")).json()["deleted_at"] is None
    restored = await api("POST", f"{paths[0]}/restore")
    assert restored.json() == task
    assert restored.headers["ETag"] == '"3"'
    tried = await api("POST", f"{paths[2]}/test")
    assert tried.json()["ok"] is True
    assert receiver.received[0].headers["x-key"] == "s3cr3t-words"


async def test_a_channel_goes_into_the_bin_with_its_tasks_and_comes_back_with_them(api: Api) -> None:
    channel = await api.channel()
    task = await api.made("/tasks", channel_id=channel, assistant_id=api.desk.assistant_id)
    key = await api.desk.key("api", "send:messages")
    body = {"task_id": task["id"], "chat_id": "1", "message": "hi"}

    async def send() -> Answer:
        api.desk.program.forget_entrances()
        return await api.desk.program.client.post("/api/1.1/wf/send_message_external", json=body, key=key)

    assert (await api("DELETE", f"/channels/{channel}")).status == 204
    assert (await api("GET", f"/tasks/{task['id']}")).json()["deleted_at"] is not None
    gone = await send()
    assert (gone.status, gone.json()["code"], gone.json()["field"]) == (404, "not_found", "task_id")
    assert await api.desk.rows("conversations") == []
    back = await api("POST", f"/channels/{channel}/restore")
    assert [one["id"] for one in back.json()["tasks"]] == [task["id"]]
    assert (await send()).status == 200
    actions = [row["action"] for row in await api.desk.rows("audit", "seq")]
    assert [one for one in actions if one.startswith("channel.")] == [
        "channel.created",
        "channel.deleted",
        "channel.restored",
    ]


async def test_a_removed_channel_answers_nobody_and_comes_back_only_where_there_is_room(api: Api) -> None:
    desk = api.desk
    assert await desk.say("jo", "hi") == ["Hello!"]
    settings = {"url": "https://chat.example.com/replies"}
    given = {"type": "callback", "assistant_id": desk.assistant_id, "settings": settings}
    first = await api.made("/channels", name="First", **given)
    assert (await api("DELETE", f"/channels/{first['id']}")).status == 204
    second = await api.made("/channels", name="Second", **given)
    back = await api("POST", f"/channels/{first['id']}/restore")
    assert (back.status, back.json()["code"]) == (409, "channel_taken")
    assert (await api("DELETE", f"/channels/{second['id']}")).status == 204
    assert (await api("POST", f"/channels/{first['id']}/restore")).status == 200
    assert (await api("POST", f"/channels/{first['id']}/restore")).status == 200


async def test_a_task_comes_back_only_where_its_channel_is_the_one_of_its_type(api: Api) -> None:
    settings = {"url": "https://chat.example.com/replies"}
    given = {"type": "callback", "assistant_id": api.desk.assistant_id, "settings": settings}
    first = await api.made("/channels", name="First", **given)
    (task,) = first["tasks"]
    assert (await api("DELETE", f"/tasks/{task['id']}")).status == 204
    second = await api.made("/channels", name="Second", **given)
    back = await api("POST", f"/tasks/{task['id']}/restore")
    assert (back.status, back.json()["code"]) == (409, "channel_taken"), back.body
    assert "'Second'" in back.json()["detail"]
    bound = {"channel_id": first["id"], "assistant_id": api.desk.assistant_id}
    taken = await api("POST", "/tasks", bound)
    assert (taken.status, taken.json()["code"]) == (409, "channel_taken")
    assert (await api("DELETE", f"/channels/{second['id']}")).status == 204
    assert (await api("POST", f"/tasks/{task['id']}/restore")).status == 200
    assert (await api("POST", f"/channels/{second['id']}/restore")).json()["code"] == "channel_taken"


async def test_a_channel_waits_for_whoever_removes_the_integration_that_it_tells(
    api: Api, receiver: FaultServer
) -> None:
    integration = await api.integration(receiver)
    channel = await api.channel()
    bound = {"channel_id": channel, "assistant_id": api.desk.assistant_id}
    await api.made("/tasks", **bound, integration_id=integration["id"])
    assert (await api("DELETE", f"/channels/{channel}")).status == 204
    async with api.desk.program.admin.acquire() as other, other.transaction():
        await other.execute(
            "UPDATE integrations SET deleted_at = now() WHERE workspace_id = $1 AND id = $2",
            api.desk.workspace,
            integration["id"],
        )
        restoring = asyncio.create_task(api("POST", f"/channels/{channel}/restore"))
        await asyncio.wait([restoring], timeout=0.5)
    back = await restoring
    assert (back.status, back.json()["code"]) == (409, "in_bin"), back.body


async def test_after_thirty_days_the_bin_is_emptied_with_its_secrets(api: Api, receiver: FaultServer) -> None:
    desk = api.desk
    old = await api.integration(receiver, **SECRET)
    kept = await api.integration(receiver, **SECRET)
    channel = await api.channel()
    task = await api.made(
        "/tasks", channel_id=channel, assistant_id=desk.assistant_id, integration_id=old["id"]
    )
    for path in (f"/channels/{channel}", f"/integrations/{old['id']}", f"/integrations/{kept['id']}"):
        assert (await api("DELETE", path)).status == 204
    store = desk.program.running.store
    async with store.turn_work(desk.workspace) as connection:
        for sql in (
            "UPDATE channels SET deleted_at = now() - interval '31 days' WHERE workspace_id = $1 AND id = $2",
            "UPDATE tasks SET deleted_at = now() - interval '31 days' WHERE workspace_id = $1 AND channel_id = $2",
        ):
            await connection.execute(sql, desk.workspace, channel)
        await connection.execute(
            "UPDATE integrations SET deleted_at = now() - interval '31 days' WHERE workspace_id = $1 AND id = $2",
            *(desk.workspace, old["id"]),
        )
    await trim_workspace(desk.workspace, store, traces_days=30, events_days=30)
    for path in (f"/channels/{channel}", f"/tasks/{task['id']}", f"/integrations/{old['id']}"):
        assert (await api("GET", path)).status == 404
    assert (await api("GET", f"/integrations/{kept['id']}")).status == 200
    owners = {row["owner_id"] for row in await desk.rows("secrets")}
    assert owners & {old["id"], kept["id"]} == {kept["id"]}


async def test_a_secret_goes_in_and_never_out(api: Api, receiver: FaultServer) -> None:
    made = await api.integration(receiver, **SECRET)
    assert made["secret_names"] == ["secret_value"]
    (row,) = await api.desk.rows("integrations")
    place = f"/integrations/{made['id']}"
    tried = await api("POST", f"{place}/test")
    audit = await api.desk.rows("audit")
    for shown in (
        json.dumps(made),
        str(row),
        (await api("GET", place)).body.decode(),
        tried.body.decode(),
        str(audit),
    ):
        assert "s3cr3t-words" not in shown
    assert receiver.received[0].headers["x-key"] == "s3cr3t-words"


async def test_a_kept_secret_goes_to_no_other_server(api: Api, receiver: FaultServer) -> None:
    made = await api.integration(receiver, **SECRET)
    place = f"/integrations/{made['id']}"

    async def change(**settings: object) -> Answer:
        return await api("PATCH", place, {"settings": settings}, match="*")

    async with FaultServer() as other:
        moved = await change(webhook_url=other.url("/hook"))
        assert (moved.status, moved.json()["field"]) == (422, "settings.secret_value")
        assert (await api("GET", place)).json()["settings"]["webhook_url"] == receiver.url("/hook")
        assert (await change(webhook_url=receiver.url("/elsewhere"))).status == 200
        assert (await change(webhook_url=other.url("/hook"), secret_value="known")).status == 200
        assert (await api("POST", f"{place}/test")).json()["ok"] is True
        assert [got.headers["x-key"] for got in other.received] == ["known"]
        none = {"secret_header": "", "secret_value": None}
        assert (await change(webhook_url=receiver.url("/hook"), **none)).status == 200
        assert (await change(webhook_url=other.url("/hook"))).status == 200


async def test_a_channels_kept_secret_goes_to_no_other_server(api: Api, receiver: FaultServer) -> None:
    made = await api.made(
        "/channels",
        type="callback",
        name="Chat",
        assistant_id=api.desk.assistant_id,
        settings={"url": receiver.url("/replies"), **SECRET},
    )
    place = f"/channels/{made['id']}"
    async with FaultServer() as other:
        settings = {"url": other.url("/replies")}
        moved = await api("PATCH", place, {"settings": settings}, match="*")
        assert (moved.status, moved.json()["field"]) == (422, "settings.secret_value")
        given = await api("PATCH", place, {"settings": {**settings, "secret_value": "known"}}, match="*")
        assert given.status == 200


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "settings.webhook_url"),
        ({"webhook_url": "not an address"}, "settings.webhook_url"),
        ({"webhook_url": "http://169.254.169.254/latest"}, "settings.webhook_url"),
        ({"webhook_url": "https://a.example.com", "webhook_type": "everything"}, "settings.webhook_type"),
        ({"webhook_url": "https://a.example.com", "colour": "red"}, "settings.colour"),
        ({"webhook_url": {"$ne": ""}}, "settings.webhook_url"),
    ],
)
async def test_settings_that_cannot_be_are_refused(api: Api, settings: dict[str, object], field: str) -> None:
    answer = await api("POST", "/integrations", {"type": "another", "name": "Hooks", "settings": settings})
    assert answer.status == 422
    fields = [found["field"] for found in answer.json().get("errors", [])] or [answer.json()["field"]]
    assert fields == [field]
    assert await api.desk.rows("integrations") == []


async def test_the_test_button_says_what_was_sent_what_came_back_and_how_long_it_took(
    api: Api, receiver: FaultServer
) -> None:
    made = await api.integration(receiver, also_success=True)
    receiver.answers(Given(200, b"thanks"))
    tried = (await api("POST", f"/integrations/{made['id']}/test")).json()
    assert (tried["ok"], tried["answer"]) == (True, "200 thanks")
    assert tried["took_ms"] >= 0
    assert [json.loads(body)["wh_type"] for body in tried["sent"]] == ["all_messages", "success"]
    assert [got.body.decode() for got in receiver.received] == tried["sent"]
    receiver.answers(Given(500, b"no"))
    failed = (await api("POST", f"/integrations/{made['id']}/test")).json()
    assert (failed["ok"], failed["answer"], len(failed["sent"])) == (False, "500 no", 1)
    assert await api.desk.rows("deliveries") == []


async def test_a_test_over_a_channel_says_what_was_sent_and_what_came_back(
    api: Api, receiver: FaultServer
) -> None:
    made = await api.made(
        "/channels",
        type="callback",
        name="Chat",
        assistant_id=api.desk.assistant_id,
        settings={"url": receiver.url("/replies"), **SECRET},
    )
    receiver.answers(Given(200, b"thanks"))
    tried = (await api("POST", f"/channels/{made['id']}/test")).json()
    assert (tried["ok"], tried["answer"]) == (True, "200 thanks")
    (got,) = receiver.received
    assert tried["sent"] == [got.body.decode()]
    assert json.loads(got.body)["text"] == "This is a test of the channel."
    assert got.headers["x-key"] == "s3cr3t-words"
    receiver.answers(Given(500, b"no"))
    failed = (await api("POST", f"/channels/{made['id']}/test")).json()
    assert (failed["ok"], failed["answer"]) == (False, "500 no")
    nothing = await api("POST", f"/channels/{await api.channel()}/test")
    assert (nothing.status, nothing.json()["code"]) == (422, "invalid")
    assert await api.desk.rows("deliveries") == []


async def test_a_task_says_what_it_lacks(api: Api) -> None:
    channel = await api.channel()
    task = await api.made("/tasks", channel_id=channel, assistant_id=api.desk.assistant_id)
    assert (task["type"], task["service_mode"], task["manager"]) == ("web", "ai", None)
    assert [lack["what"] for lack in task["lacks"]] == ["integration_missing"]
    again = await api("POST", "/tasks", {"channel_id": channel, "assistant_id": api.desk.assistant_id})
    assert (again.status, again.json()["code"]) == (409, "task_taken")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"channel_id": "chan_01jd6r2x9cf8pbx5z0m3t7w4qa"}, "channel_id"),
        ({"assistant_id": "asst_01jd6r2x9cf8pbx5z0m3t7w4qa"}, "assistant_id"),
        ({"integration_id": "intg_01jd6r2x9cf8pbx5z0m3t7w4qa"}, "integration_id"),
        ({"manager_id": "acct_01jd6r2x9cf8pbx5z0m3t7w4qa"}, "manager_id"),
        ({"service_mode": "magic"}, "service_mode"),
        ({"type": "phone"}, "type"),
        ({"channel_id": {"$ne": ""}}, "channel_id"),
    ],
)
async def test_a_task_that_binds_what_is_not_there_is_refused(
    api: Api, given: dict[str, object], field: str
) -> None:
    body = {"channel_id": await api.channel(), "assistant_id": api.desk.assistant_id, **given}
    answer = await api("POST", "/tasks", body)
    assert answer.status == 422, answer.body
    fields = [found["field"] for found in answer.json().get("errors", [])] or [answer.json()["field"]]
    assert fields == [field]


async def test_another_workspaces_tasks_and_integrations_are_not_there(
    api: Api, receiver: FaultServer, program: Program
) -> None:
    task = await api.made("/tasks", channel_id=await api.channel(), assistant_id=api.desk.assistant_id)
    integration = await api.integration(receiver)
    desk = await program.desk(BOT)
    other = Api(desk, await desk.key("api", "admin"))
    places = (f"/tasks/{task['id']}", f"/integrations/{integration['id']}")
    for place in places:
        for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
            assert (await other(method, place, body, match="*")).status == 404
    assert (await other("POST", f"{places[1]}/test")).status == 404
    assert (await other("GET", f"{places[1]}/deliveries")).status == 404
    stolen = {
        "channel_id": await other.channel(),
        "assistant_id": desk.assistant_id,
        "integration_id": integration["id"],
    }
    assert (await other("POST", "/tasks", stolen)).status == 422
    assert receiver.received == []


async def test_a_task_with_conversations_is_switched_off_and_not_removed(api: Api) -> None:
    task = await api.made("/tasks", channel_id=await api.channel(), assistant_id=api.desk.assistant_id)
    place = f"/tasks/{task['id']}"
    key = await api.desk.key("api", "send:messages")
    body = {"task_id": task["id"], "chat_id": "1", "message": "hi"}
    sent = await api.desk.program.client.post("/api/1.1/wf/send_message_external", json=body, key=key)
    assert sent.status == 200
    assert (await api("DELETE", place)).json()["code"] == "in_use"
    off = await api("PATCH", place, {"enabled": False}, match="*")
    assert [lack["what"] for lack in off.json()["lacks"]] == ["task_off", "integration_missing"]


async def test_who_may_only_look_changes_nothing(api: Api, receiver: FaultServer) -> None:
    looks = Api(api.desk, await api.desk.key("api", "read:tasks", "read:integrations"))
    made = await api.integration(receiver)
    assert (await looks("GET", "/tasks")).status == 200
    assert (await looks("GET", f"/integrations/{made['id']}/deliveries")).status == 200
    for path in ("/tasks", "/integrations", f"/integrations/{made['id']}/test"):
        assert (await looks("POST", path, {})).status == 403


async def tried(api: Api, integration: Any, receiver: FaultServer) -> Received:
    """The post of a test."""
    count = len(receiver.received)
    answer = await api("POST", f"/integrations/{integration['id']}/test", {})
    assert answer.json()["ok"], answer.body
    return receiver.received[count]


async def test_posts_of_an_integration_are_signed_and_its_secret_is_given_once(
    api: Api, receiver: FaultServer
) -> None:
    made = await api.integration(receiver, secret_header="X-Ours", secret_value="canary")
    secret = made.pop("signing_secret")
    place = f"/integrations/{made['id']}"
    read = await api("GET", place)
    assert read.json() == made
    assert (made["signed"], made["secret_names"]) == (True, ["secret_value"])
    for table in ("integrations", "secrets", "audit", "deliveries", "idempotency_keys"):
        assert secret.removeprefix("whsec_") not in str(await api.desk.rows(table))
    request = await tried(api, made, receiver)
    Webhook(secret).verify(request.body.decode(), request.headers)
    assert request.headers["x-ai-assistant-signature"].startswith("t=")
    assert request.headers["x-ours"] == "canary"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body.decode() + " ", request.headers)
    rotated = (await api("POST", f"{place}/rotate")).json()
    assert rotated["old_signs_until"] is not None
    request = await tried(api, made, receiver)
    for one in (secret, rotated["secret"]):
        Webhook(one).verify(request.body.decode(), request.headers)
    # What is changed besides leaves it as it is.
    await api("PATCH", place, {"settings": {"secret_value": "other"}}, "*")
    request = await tried(api, made, receiver)
    Webhook(rotated["secret"]).verify(request.body.decode(), request.headers)
    assert request.headers["x-ours"] == "other"


async def test_an_integration_that_was_never_signed_posts_the_same_body_signed_from_then_on(
    api: Api, receiver: FaultServer
) -> None:
    made = await api.integration(receiver)
    place = f"/integrations/{made['id']}"
    await api.desk.program.execute(
        "DELETE FROM secrets WHERE workspace_id = $1 AND owner_id = $2", api.desk.workspace, made["id"]
    )

    async def read() -> bool:
        return bool((await api("GET", place)).json()["signed"])

    assert not await read()
    bare = await tried(api, made, receiver)
    assert not {"webhook-signature", "x-ai-assistant-signature"} & bare.headers.keys()
    given = (await api("POST", f"{place}/rotate")).json()
    assert (await read(), given["old_signs_until"]) == (True, None)
    signed = await tried(api, made, receiver)
    Webhook(given["secret"]).verify(signed.body.decode(), signed.headers)
    # The ids of samples differ; what the body is made of does not.
    assert list(signed.json()) == list(bare.json())
    assert signed.headers["content-type"] == bare.headers["content-type"]
    assert len(signed.body) == len(bare.body)


async def test_a_secret_that_signs_is_no_setting(api: Api, receiver: FaultServer) -> None:
    given = {"webhook_url": receiver.url("/hook"), "signing_secrets": ["whsec_x"]}
    answer = await api("POST", "/integrations", {"type": "another", "name": "Hooks", "settings": given})
    assert (answer.status, answer.json()["field"]) == (422, "settings.signing_secrets")


async def test_an_answer_with_a_secret_is_kept_sealed(api: Api, receiver: FaultServer) -> None:
    hook = {"url": receiver.url("/hook"), "events": ["message.created"]}
    settings = {"webhook_url": receiver.url("/hook")}
    for path, body, name in (
        ("/webhooks", hook, "secret"),
        ("/integrations", {"type": "another", "name": "Hooks", "settings": settings}, "signing_secret"),
    ):
        first, again = [await api("POST", path, body, once=f"once-{name}") for _ in range(2)]
        assert first.headers["Cache-Control"] == "no-store"
        assert first.json() == again.json()
        bare = first.json()[name].removeprefix("whsec_")
        kept = [bytes(row["body"]) for row in await api.desk.rows("idempotency_keys")]
        assert kept
        assert not [body for body in kept if bare.encode() in body]
