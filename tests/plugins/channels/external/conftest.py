"""A workspace set up by the API as the source documents tell, and a receiver of its webhooks."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.doubles.http_client import Answer
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program

from frontdesk.store.accounts import create_account

SEND = "/api/1.1/wf/send_message_external"
BOT = {
    "bot.yaml": """format: assistant/v1
assistant: {id: shop, name: Shop, language: en}
fallback:
  steps:
    - say: "You said {{ message.text }}"
""",
    "flows/hello.yaml": """trigger: {patterns: ["hi", "hello"]}
steps:
  - say: Hello!
""",
    "flows/person.yaml": """trigger: {patterns: ["person*"]}
steps:
  - handoff: {team: Human, message: "Hold on."}
""",
    "flows/bye.yaml": """trigger: {patterns: ["bye*"]}
steps:
  - say: Goodbye!
  - close: true
""",
}


@dataclass
class Messenger:
    """A messenger of the customer's company: it hands in messages, and webhooks come to `receiver`."""

    desk: Desk
    receiver: FaultServer
    admin: str
    token: str
    channel_id: str
    integration_id: str
    task_id: str
    manager_id: str = ""

    async def api(self, method: str, path: str, **options: Any) -> Answer:
        return await self.desk.program.client.send(method, f"/api/v1{path}", key=self.admin, **options)

    async def send(self, chat: str, message: str, **options: Any) -> Answer:
        body = {"task_id": self.task_id, "chat_id": chat, "message": message}
        return await self.desk.program.client.post(SEND, json=body, **{"key": self.token, **options})

    async def thread(self, chat: str, message: str) -> dict[str, Any]:
        answer = await self.send(chat, message)
        assert answer.status == 200, answer.body
        thread: dict[str, Any] = answer.json()["response"]["thread"]
        return thread

    async def told(self, count: int) -> list[Any]:
        """The webhooks that have come, once there are so many."""
        await self.receiver.asked(count)
        return [got.json() for got in self.receiver.received]


async def manager(desk: Desk) -> str:
    """An account of somebody who answers."""
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        made = await create_account(
            desk.workspace,
            tx,
            email=f"{secrets.token_hex(6)}@example.com",
            name="Max",
            role="manager",
            password_hash="",
        )
    return made.id


async def set_up(
    desk: Desk,
    receiver: FaultServer,
    *,
    service_mode: str = "ai",
    settings: Mapping[str, object] | None = None,
) -> Messenger:
    """Steps 1 to 4 of the source document."""
    made = Messenger(
        desk, receiver, await desk.key("api", "admin"), await desk.key("api", "send:messages"), "", "", ""
    )
    made.manager_id = await manager(desk)
    channel = await made.api("POST", "/channels", json={"type": "external", "name": "Messenger"})
    assert channel.status == 201, channel.body
    made.channel_id = channel.json()["id"]
    integration = await made.api(
        "POST",
        "/integrations",
        json={
            "type": "another",
            "name": "Webhooks",
            "settings": {"webhook_url": receiver.url("/hook"), **(settings or {})},
        },
    )
    assert integration.status == 201, integration.body
    made.integration_id = integration.json()["id"]
    task = await made.api(
        "POST",
        "/tasks",
        json={
            "type": "Web",
            "service_mode": service_mode,
            "channel_id": made.channel_id,
            "assistant_id": desk.assistant_id,
            "integration_id": made.integration_id,
            "manager_id": made.manager_id,
        },
    )
    assert task.status == 201, task.body
    assert task.json()["lacks"] == []
    made.task_id = task.json()["id"]
    return made


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def messenger(program: Program, receiver: FaultServer) -> Messenger:
    return await set_up(await program.desk(BOT), receiver)
