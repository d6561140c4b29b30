"""Assistants over the API that are removed: what goes along, who is answered meanwhile, and how all of it comes back."""

import asyncio
import secrets
from typing import Any

import pytest
from tests.desk.people import conversation_of, machine
from tests.doubles.http_client import Answer
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program
from tests.web.test_tasks_and_integrations import Api

from frontdesk.store.trims import trim_workspace

BOT = {
    "bot.yaml": "format: assistant/v1\nassistant: {id: shop, name: Shop, language: en}\n",
    "flows/hi.yaml": "trigger: {patterns: [hi]}\nsteps:\n  - say: Hello!\n",
}
SEND = "/api/1.1/wf/send_message_external"


class Bin:
    """One assistant with a task of an outside messenger, and what is asked about it."""

    def __init__(self, api: Api, task: Any, key: str) -> None:
        self.api, self.task, self._key = api, task, key
        self.path = f"/assistants/{api.desk.assistant_id}"

    async def written(self, chat: str = "1") -> Answer:
        """A customer of the messenger writes."""
        self.api.desk.program.forget_entrances()
        body = {"task_id": self.task["id"], "chat_id": chat, "message": "hi"}
        return await self.api.desk.program.client.post(SEND, json=body, key=self._key)

    async def remove(self) -> None:
        answer = await self.api("DELETE", self.path)
        assert answer.status == 204, answer.body
        self.api.desk.program.forget_entrances()

    async def restore(self) -> Any:
        answer = await self.api("POST", f"{self.path}/restore")
        assert answer.status == 200, answer.body
        self.api.desk.program.forget_entrances()
        return answer.json()


@pytest.fixture
async def receiver() -> Any:
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def bin_(program: Program, receiver: FaultServer) -> Bin:
    desk = await program.desk(BOT)
    api = Api(desk, await desk.key("api", "admin"))
    integration = await api.integration(receiver)
    bound = {"assistant_id": desk.assistant_id, "integration_id": integration["id"]}
    task = await api.made("/tasks", channel_id=await api.channel(), **bound)
    return Bin(api, task, await desk.key("api", "send:messages"))


async def test_an_assistant_waits_in_the_bin_with_what_only_it_had_and_comes_back_as_it_was(
    bin_: Bin,
) -> None:
    api, desk = bin_.api, bin_.api.desk
    before = (await api("GET", bin_.path)).json()
    listed = {path: (await api("GET", path)).json()["data"] for path in ("/channels", "/tasks")}
    await bin_.remove()
    assert (await api("DELETE", bin_.path)).status == 404
    assert (await api("PATCH", bin_.path, {"name": "x"}, match="*")).status == 404
    for path in ("/assistants", "/channels", "/tasks"):
        assert (await api("GET", path)).json()["data"] == []
    (binned,) = (await api("GET", "/assistants?bin=true")).json()["data"]
    assert binned["deleted_at"] is not None
    assert (await api("GET", bin_.path)).json() == binned
    for path in ("draft", "versions"):
        assert (await api("GET", f"{bin_.path}/{path}")).status == 404
    again = await api("POST", "/channels", {"type": "rest", "name": "x", "assistant_id": desk.assistant_id})
    assert (again.status, again.json()["field"]) == (422, "assistant_id")
    assert "in the bin" in again.json()["detail"]
    restored = await bin_.restore()
    assert restored == before
    assert await bin_.restore() == before
    for path, rows in listed.items():
        assert (await api("GET", path)).json()["data"] == rows
    actions = [row["action"] for row in await desk.rows("audit", "seq")]
    assert [one for one in actions if one.startswith("assistant.")] == [
        "assistant.deleted",
        "assistant.restored",
    ]


async def test_who_writes_to_a_removed_assistant_is_told_and_answered_again_once_it_is_back(
    bin_: Bin,
) -> None:
    desk = bin_.api.desk
    assert await desk.say("jo", "hi") == ["Hello!"]
    await bin_.remove()
    gone = await bin_.written()
    assert (gone.status, gone.json()["field"]) == (404, "task_id")
    assert (await desk.post("jo", "hi")).status == 404
    assert len(await desk.rows("inbound")) == 1
    await bin_.restore()
    assert (await bin_.written()).status == 200
    assert await desk.say("jo", "hi") == ["Hello!"]


async def test_nobody_else_answers_at_the_host_name_of_an_assistant_in_the_bin(program: Program) -> None:
    host = f"desk-{secrets.token_hex(4)}.example.test"
    desk = await program.desk(BOT, hosts=(host,))
    api = Api(desk, await desk.key("api", "admin"))
    headers, body = {"host": host}, {"sender": "jo", "message": "hi"}

    async def post() -> Answer:
        program.forget_entrances()
        return await program.client.post("/webhooks/rest/webhook", json=body, headers=headers)

    assert (await post()).json()[0]["text"] == "Hello!"
    assert (await api("DELETE", f"/assistants/{desk.assistant_id}")).status == 204
    assert (await post()).status == 404
    assert (await api("POST", f"/assistants/{desk.assistant_id}/restore")).json()["hosts"] == [host]
    assert (await post()).json()[0]["text"] == "Hello!"


async def test_people_go_on_answering_whom_a_removed_assistant_left(bin_: Bin, receiver: FaultServer) -> None:
    assert (await bin_.written("42")).status == 200
    desk = bin_.api.desk
    await bin_.remove()
    # Somebody has written over the messenger's channel: it stays, without a task. The other one went along.
    (stays,) = (await bin_.api("GET", "/channels")).json()["data"]
    assert (stays["id"], stays["tasks"]) == (bin_.task["channel"]["id"], [])
    human = await machine(desk)
    conversation = await conversation_of(desk, "42")
    await human.act(conversation, "take")
    await human.write(conversation, "A person is here.")
    # The bot's two lines and that of the person are told.
    await receiver.asked(3)
    assert any("A person is here." in told.body.decode() for told in receiver.received)
    refused = await human.act(conversation, "hand-back", {"flow": "hi"}, 422)
    assert refused["field"] == "flow"


async def test_another_answers_where_none_is_named_only_when_somebody_says_so(bin_: Bin) -> None:
    api = bin_.api
    other = await api.made("/assistants", name="Second", begin="knowledge")
    assert other["is_default"] is False
    await bin_.remove()
    assert (await api("GET", f"/assistants/{other['id']}")).json()["is_default"] is False
    assert (await bin_.restore())["is_default"] is True
    await bin_.remove()
    chosen = await api("PATCH", f"/assistants/{other['id']}", {"is_default": True}, match="*")
    assert chosen.json()["is_default"] is True
    assert (await bin_.restore())["is_default"] is False
    back = await api("PATCH", bin_.path, {"is_default": True}, match="*")
    assert back.json()["is_default"] is True
    assert (await api("GET", f"/assistants/{other['id']}")).json()["is_default"] is False


async def test_nothing_comes_back_to_an_assistant_in_the_bin(bin_: Bin) -> None:
    api = bin_.api
    await bin_.remove()
    for path, told in (
        (f"/tasks/{bin_.task['id']}", "assistant Test assistant"),
        (f"/channels/{bin_.task['channel']['id']}", "assistant Test assistant"),
    ):
        back = await api("POST", f"{path}/restore")
        assert back.json()["code"] == ("in_bin"), back.body
        assert told in back.json()["detail"]
    assert (await api("DELETE", f"/integrations/{bin_.task['integration']['id']}")).status == 204
    await bin_.restore()
    task = (await api("GET", f"/tasks/{bin_.task['id']}")).json()
    assert task["deleted_at"] is not None  # its integration is in the bin
    assert (await api("POST", f"/integrations/{bin_.task['integration']['id']}/restore")).status == 200
    assert (await api("POST", f"/tasks/{bin_.task['id']}/restore")).status == 200


async def test_an_assistant_comes_back_only_where_its_channel_is_the_one_of_its_type(bin_: Bin) -> None:
    api, desk = bin_.api, bin_.api.desk
    assert await desk.say("jo", "hi") == ["Hello!"]
    rest = f"/channels/{desk.channel_id}"
    assert (await api("PATCH", rest, {"enabled": False}, match="*")).status == 200
    await api.made("/channels", type="rest", name="Second", assistant_id=desk.assistant_id)
    await bin_.remove()
    assert (await api("PATCH", rest, {"enabled": True}, match="*")).status == 200
    back = await api("POST", f"{bin_.path}/restore")
    assert (back.status, back.json()["code"]) == (409, "channel_taken"), back.body
    assert (await api("PATCH", rest, {"enabled": False}, match="*")).status == 200
    await bin_.restore()


async def test_a_new_task_waits_for_whoever_removes_its_assistant(bin_: Bin) -> None:
    api, desk = bin_.api, bin_.api.desk
    bound = {"channel_id": await api.channel(), "assistant_id": desk.assistant_id}
    async with desk.program.admin.acquire() as other, other.transaction():
        await other.execute(
            "UPDATE assistants SET deleted_at = now() WHERE workspace_id = $1 AND id = $2",
            *(desk.workspace, desk.assistant_id),
        )
        making = asyncio.create_task(api("POST", "/tasks", bound))
        await asyncio.wait([making], timeout=0.5)
    made = await making
    assert (made.status, made.json()["field"]) == (422, "assistant_id"), made.body


async def _a_month_later(desk: Desk) -> None:
    for table in ("assistants", "channels", "tasks"):
        sql = f"UPDATE {table} SET deleted_at = deleted_at - interval '31 days' WHERE workspace_id = $1"  # noqa: S608
        await desk.program.execute(sql, desk.workspace)
    await trim_workspace(desk.workspace, desk.program.running.store, traces_days=90, events_days=90)


async def test_after_thirty_days_it_is_gone_once_nobody_is_under_way_with_it(bin_: Bin) -> None:
    api, desk = bin_.api, bin_.api.desk
    assert (await bin_.written("42")).status == 200
    await bin_.remove()
    await _a_month_later(desk)
    assert (await api("GET", bin_.path)).status == 200
    human = await machine(desk)
    conversation = await conversation_of(desk, "42")
    await human.act(conversation, "take")
    await human.act(conversation, "close", {"outcome": "solved"})
    await _a_month_later(desk)
    assert (await api("GET", bin_.path)).status == 404
    assert await desk.rows("bot_versions") == []
    assert await desk.rows("tasks") == []
    # What was said stays, and says who answered (decisions/0012).
    assert [row["assistant_id"] for row in await desk.rows("conversations")] == [desk.assistant_id]
    assert (await human.read(conversation))["id"] == conversation


async def test_another_workspaces_assistant_is_neither_removed_nor_restored(
    bin_: Bin, program: Program
) -> None:
    other = await program.desk(BOT)
    stranger = Api(other, await other.key("api", "admin"))
    limited = await machine(bin_.api.desk, "write:assistants", assistant_ids=frozenset({other.assistant_id}))
    assert (await stranger("DELETE", bin_.path)).status == 404
    assert (await limited.send("DELETE", f"/api/v1{bin_.path}")).status == 404
    await bin_.remove()
    assert (await stranger("POST", f"{bin_.path}/restore")).status == 404
    assert (await stranger("GET", "/assistants?bin=true")).json()["data"] == []
