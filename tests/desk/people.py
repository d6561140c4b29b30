"""Somebody of the desk, at work over the API as they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doubles.http_client import Answer
from tests.program import Desk, until
from tests.web.people import Browser, make_account

from frontdesk.core.permission import Role
from frontdesk.store import presence
from frontdesk.store.keys import create_key

CONVERSATIONS = "/api/v1/conversations"


@dataclass(frozen=True)
class Person:
    """`browser` is theirs; a program acts with `key` instead."""

    desk: Desk
    id: str
    name: str
    browser: Browser
    key: str = ""

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        if self.key:
            return await self.desk.program.client.send(method, path, key=self.key, **options)
        return await self.browser.send(method, path, **options)

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


async def person(
    desk: Desk, name: str = "Ann Lee", role: Role = "operator", *, is_at_work: bool = True
) -> Person:
    """Somebody who has signed in; at work as if an inbox of theirs were open all day."""
    store, client = desk.program.running.store, desk.program.client
    account = await make_account(store, desk.workspace, role=role, name=name)
    browser = Browser(client)
    assert (await browser.sign_in(account.email)).status == 201
    if is_at_work:
        await presence.note_open(desk.workspace, store, [account.id], datetime.now(UTC) + timedelta(days=1))
    return Person(desk, account.id, account.name, browser)


async def machine(desk: Desk, *scopes: str, **options: Any) -> Person:
    """A program with a key."""
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        made, text = await create_key(
            desk.workspace, tx, kind="api", name="A program", scopes=frozenset(scopes or {"admin"}), **options
        )
    return Person(desk, made.id, "A program", Browser(desk.program.client), text.reveal())


async def waiting(desk: Desk, sender: str = "jo") -> str:
    """A conversation that waits in the queue."""
    await desk.say(sender, "human")
    return await conversation_of(desk, sender)


async def conversation_of(desk: Desk, sender: str) -> str:
    rows = await desk.program.query(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND external_id = $2", desk.workspace, sender
    )
    found: str = rows[0]["id"]
    return found


async def line_behind(desk: Desk, first: str, number: int) -> None:
    """So many wait right behind this one; nobody has to look at them for an hour, and each was told their place."""
    await desk.program.execute(
        """INSERT INTO contacts (workspace_id, id)
           SELECT $1, 'vis_' || n || right($1, 20) FROM generate_series(1, $2::int) n""",
        desk.workspace,
        number,
    )
    await desk.program.execute(
        """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id, state,
                                      state_format, owner, team, queued_at, queue_told, desk_due_at)
           SELECT workspace_id, 'conv_' || lpad(n::text, 26, '0'), channel_id, task_id, assistant_id,
                  'vis_' || n || right($1, 20), 'c' || n, state, state_format, 'queued', team,
                  queued_at + make_interval(secs => n / 1e6), n + 1, now() + interval '1 h'
           FROM conversations, generate_series(1, $3::int) n WHERE workspace_id = $1 AND id = $2""",
        desk.workspace,
        first,
        number,
    )


async def one_person(ann: Person, keep: str, other: str) -> None:
    """Both conversations are those of one contact from now on."""
    contacts = [(await ann.read(each))["contact"]["id"] for each in (keep, other)]
    await ann.post(f"/api/v1/contacts/{contacts[0]}/merge", {"other": contacts[1]}, 200)


def said(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Author and text of each line, of events their kind."""
    return [
        (line["author"], line["event"]["kind"] if line["event"] else line["parts"][0]["text"])
        for line in lines
    ]


async def team(boss: Person, name: str = "Human", members: Sequence[Person] = (), **settings: object) -> Any:
    """A team, by default the one that the tutorial's bot hands over to."""
    body = {"name": name, "members": [{"account_id": one.id} for one in members], "settings": settings}
    return await boss.post("/api/v1/teams", body, 201)


async def with_event(ann: Person, conversation: str, kind: str) -> dict[str, Any]:
    """The strip of this kind, as soon as it is there."""

    async def there() -> Any:
        lines = await ann.lines(conversation)
        return next((line for line in lines if line["event"] and line["event"]["kind"] == kind), None)

    found: dict[str, Any] = await until(there)
    return found
