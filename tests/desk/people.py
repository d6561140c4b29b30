"""Somebody of the desk, at work over the API with a key of their own."""

from dataclasses import dataclass
from typing import Any

from tests.doubles.http_client import Answer
from tests.program import Desk

from frontdesk.store.keys import create_key

CONVERSATIONS = "/api/v1/conversations"


@dataclass(frozen=True)
class Person:
    desk: Desk
    id: str
    key: str

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        return await self.desk.program.client.send(method, path, key=self.key, **options)

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.send("GET", path)
        assert answer.status == status, answer.body
        return answer.json()

    async def post(self, path: str, body: object = None, status: int | None = None, **options: Any) -> Any:
        answer = await self.send("POST", path, json={} if body is None else body, **options)
        assert answer.status == status if status else answer.status < 300, answer.body
        return answer.json()

    async def act(self, conversation: str, act: str, body: object = None, status: int = 200) -> Any:
        return await self.post(f"{CONVERSATIONS}/{conversation}/{act}", body, status)

    async def write(self, conversation: str, text: str, status: int = 201, **more: Any) -> Any:
        return await self.post(f"{CONVERSATIONS}/{conversation}/messages", {"text": text, **more}, status)

    async def lines(self, conversation: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get(f"{CONVERSATIONS}/{conversation}/messages"))["data"]
        return found

    async def read(self, conversation: str) -> Any:
        return await self.get(f"{CONVERSATIONS}/{conversation}")

    async def rows(self, **query: str) -> list[dict[str, Any]]:
        words = "&".join(f"{name}={value}" for name, value in query.items())
        found: list[dict[str, Any]] = (await self.get(f"{CONVERSATIONS}?{words}"))["data"]
        return found


async def person(desk: Desk, *scopes: str) -> Person:
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        made, text = await create_key(
            desk.workspace, tx, kind="api", name="A person", scopes=frozenset(scopes or {"admin"})
        )
    return Person(desk, made.id, text.reveal())


async def waiting(desk: Desk, ann: Person, sender: str = "jo") -> str:
    """A conversation that waits in the queue."""
    await desk.say(sender, "human")
    return await conversation_of(desk, sender)


async def conversation_of(desk: Desk, sender: str) -> str:
    rows = await desk.program.query(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND external_id = $2", desk.workspace, sender
    )
    found: str = rows[0]["id"]
    return found


def said(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Author and text of each line, of events their kind."""
    return [
        (line["author"], line["event"]["kind"] if line["event"] else line["parts"][0]["text"])
        for line in lines
    ]
