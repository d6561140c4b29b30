"""Idempotency-Key over every POST of the OpenAPI document: one that is new and has it not fails here."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.doubles.mail_server import MailServer
from tests.doubles.push_service import PushService
from tests.program import Program
from tests.web.operations import Operation, ask, body_of, operations, path_of
from tests.web.test_matrix import MARK, TAKES_NO_KEY, World, headers_of, world_of

from frontdesk.app.demo.files import example
from frontdesk.store.ids import mint

pytestmark = pytest.mark.usefixtures("empty_slate")

REFUSED_HERE = {
    "/api/v1/assistants/{assistant_id}/draft/preview/{preview_id}/messages",  # of a conversation in memory
    "/api/v1/channels/{channel_id}/test",  # over a channel that sends to addresses
    "/api/v1/gaps/{gap_id}/draft",  # of a question that nobody answered
    "/api/v1/me/totp/off",  # of somebody who has it on
}
"""What this small workspace cannot be asked for with success. The rest has to answer well, here and twice."""
LAST = (
    "/workspace/push-key",
    "/contacts/{contact_id}/merge",
    "/conversations/{conversation_id}/merge",
    "/erase",
)
"""These leave less for others to work on."""
Wanted = tuple[str, Any]
"""Path and body."""


@pytest.fixture
async def empty_slate(program: Program) -> None:
    """All tests sign in from one address, which would be held back for the failures of others."""
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture(scope="module")
async def world(program: Program) -> AsyncIterator[World]:
    made = await world_of(program)
    await made.desk.say("other", "hello from another")
    await program.execute("UPDATE webhooks SET enabled = true WHERE workspace_id = $1", made.desk.workspace)
    async with MailServer() as server:
        settings = {
            "host": "127.0.0.1",
            "port": server.port,
            "encryption": "none",
            "from_address": "d@example.com",
        }
        set_up = await made.owner.patch(
            "/api/v1/settings/mail", json={"settings": settings}, headers={"If-Match": "*"}
        )
        assert set_up.status == 200, set_up.body
        yield made


def packed() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in example("billing-helper").items():
            archive.writestr(name, text)
    return held.getvalue()


async def other_of(world: World, table: str, parameter: str) -> str:
    query = f"SELECT id FROM {table} WHERE workspace_id = $1 AND id <> $2 ORDER BY id LIMIT 1"  # noqa: S608  # ours
    found = await world.program.query(query, world.desk.workspace, await world.id_of(parameter))
    return str(found[0]["id"])


async def fresh(world: World, path: str, body: Any) -> str:
    made = await world.owner.post(path, json=body)
    assert made.status == 201, made.body
    return str(made.json()["id"])


async def binned(world: World, path: str) -> str:
    """What it takes to bring it back, once it is in the bin."""
    removed = await world.owner.send("DELETE", path, headers={"If-Match": "*"})
    assert removed.status == 204, removed.body
    return path + "/restore"


async def other_channel(world: World, path: str) -> Wanted:
    body = {"type": "callback", "name": "Other", "settings": {"url": "https://c.example.com/x"}}
    return path, {**body, "assistant_id": await other_of(world, "assistants", "assistant_id")}


async def channel_in_the_bin(world: World, path: str) -> Wanted:
    found = await world.program.query(
        "SELECT id FROM channels WHERE workspace_id = $1 AND type = 'callback' AND deleted_at IS NULL",
        world.desk.workspace,
    )
    wanted, body = await other_channel(world, "/api/v1/channels")
    return await binned(
        world, f"{wanted}/{found[0]['id'] if found else await fresh(world, wanted, body)}"
    ), None


async def channel_with_visitors(world: World, path: str) -> Wanted:
    body = {"type": "web", "name": "Site", "settings": {}, "assistant_id": await world.id_of("assistant_id")}
    made = await fresh(world, "/api/v1/channels", body)
    return f"/api/v1/channels/{made}/sign-in-secret", None


async def other_task(world: World, path: str) -> Wanted:
    other = await other_of(world, "assistants", "assistant_id")
    await world.program.execute(
        "UPDATE channels SET enabled = false WHERE workspace_id = $1 AND type = 'rest' AND id <> $2",
        *(world.desk.workspace, await world.id_of("channel_id")),
    )
    return path, {"channel_id": await world.id_of("channel_id"), "assistant_id": other}


async def task_in_the_bin(world: World, path: str) -> Wanted:
    wanted, body = await other_task(world, "/api/v1/tasks")
    found = await world.program.query(
        "SELECT id FROM tasks WHERE workspace_id = $1 AND assistant_id = $2 AND deleted_at IS NULL",
        *(world.desk.workspace, body["assistant_id"]),
    )
    task_id = found[0]["id"] if found else await fresh(world, wanted, body)
    return await binned(world, f"{wanted}/{task_id}"), None


async def gone_file(world: World, path: str) -> Wanted:
    file = f"{path.removesuffix('/restore')}/files/{FILE}"
    assert (await world.owner.send("DELETE", file, headers={"If-Match": "*"})).status == 204
    return path, {"path": FILE}


async def discarded_draft(world: World, path: str) -> Wanted:
    draft = path.removesuffix("/reopen")
    text = {"text": "# Nothing"}
    put = await world.owner.put(f"{draft}/files/flows/other.yaml", json=text, headers={"If-None-Match": "*"})
    assert put.status == 200, put.body
    assert (await world.owner.send("DELETE", draft, headers={"If-Match": "*"})).status == 204
    return path, None


async def closed(world: World, path: str) -> Wanted:
    done = await world.owner.post(path.removesuffix("/reopen") + "/close", json={})
    assert done.status == 200, done.body
    return path, None


async def soon(world: World, path: str) -> Wanted:
    return path, {"until": (datetime.now(UTC) + timedelta(days=2)).isoformat()}


async def other_contact(world: World, path: str) -> Wanted:
    return path, {"other": await other_of(world, "contacts", "contact_id")}


async def other_conversation(world: World, path: str) -> Wanted:
    return path, {"into": await other_of(world, "conversations", "conversation_id")}


def given(body: Any, query: str = "") -> Callable[[World, str], Awaitable[Wanted]]:
    async def prepared(_: World, path: str) -> Wanted:
        return path + query, body

    return prepared


FILE = "tests/people.yaml"
PREPARED: dict[str, Callable[[World, str], Awaitable[Wanted]]] = {
    "/articles/upload": given(b"# Prices\n\nAll of them.", "?name=prices.md"),
    "/knowledge-base/import": given(b"# Hours\n\nAll of them.", "?name=hours.md"),
    "/assistants/upload": given(packed(), "?name=Packed"),
    "/assistants/{assistant_id}/draft/rename": given(
        {"path": "tests/billing.yaml", "to": "tests/bills.yaml"}
    ),
    "/assistants/{assistant_id}/draft/reopen": discarded_draft,
    "/assistants/{assistant_id}/draft/restore": gone_file,
    "/channels": other_channel,
    "/channels/{channel_id}/restore": channel_in_the_bin,
    "/channels/{channel_id}/sign-in-secret": channel_with_visitors,
    "/contacts/{contact_id}/merge": other_contact,
    "/conversations/{conversation_id}/assign": given({"team": f"{MARK} team"}),
    "/conversations/{conversation_id}/merge": other_conversation,
    "/conversations/{conversation_id}/reopen": closed,
    "/conversations/{conversation_id}/snooze": soon,
    "/conversations/{conversation_id}/transcript": given({"to": "jo@example.com"}),
    "/files": given(b"hello", "?name=note.txt"),
    "/integrations": given(
        {"type": "another", "name": "B", "settings": {"webhook_url": "https://b.example.com/x"}}
    ),
    "/me/push-subscriptions": given(
        {**PushService().browser("b").subscription, "endpoint": "https://push.example.com/b"}
    ),
    "/settings/mail/test": given({"to": "jo@example.com"}),
    "/tasks": other_task,
    "/tasks/{task_id}/restore": task_in_the_bin,
}
"""Where an example of the document is not enough: what has to be there first, and what is sent then."""


async def wanted(world: World, operation: Operation) -> Wanted:
    path = await path_of(world, operation)
    prepare = PREPARED.get(operation.path.removeprefix("/api/v1"))
    if prepare is not None:
        return await prepare(world, path)
    if path.endswith("/restore"):
        return await binned(world, path.removesuffix("/restore")), None
    return path, await body_of(world, operation)


def posts(world: World) -> list[Operation]:
    def place(operation: Operation) -> int:
        return next((n for n, end in enumerate(LAST, 1) if operation.path.endswith(end)), 0)

    return sorted(operations(world, "POST"), key=place)


def sent_with(once: str) -> dict[str, str]:
    return {"If-Match": "*", "Idempotency-Key": once}


async def cut_off(world: World, operation: Operation, path: str, body: Any, once: str) -> None:
    """Ask, and be gone before the answer."""
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    base = urlsplit(world.owner.client.base_url)
    headers = {
        **headers_of(world, world.owner),
        **sent_with(once),
        "Host": base.netloc,
        "Content-Type": operation.kind,
        "Content-Length": str(len(sent)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    _, writer = await asyncio.open_connection(base.hostname, base.port)
    writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + sent)
    await writer.drain()
    writer.close()


async def wrong_with(world: World, operation: Operation) -> list[str]:
    """What is not as it should be when it is sent again; nothing where all is well."""
    path, body = await wanted(world, operation)
    once = mint("req")
    await cut_off(world, operation, path, body, once)
    answers = await asyncio.gather(
        *(ask(world.owner, operation, path, body, sent_with(once)) for _ in range(3))
    )
    first = answers[0]
    replayed = [answer for answer in answers if answer.headers.get("Idempotent-Replayed") == "true"]
    other = (
        {"other": 1} if body is None else body + b"\n" if isinstance(body, bytes) else {**body, "other": 1}
    )
    mismatch = await ask(world.owner, operation, path, other, sent_with(once))
    theirs = await ask(world.stranger, operation, path, body, sent_with(once))
    judged = {
        f"answered {first.status} {first.body!r}": first.status // 100 == 2,
        "answered in two ways": len({(answer.status, answer.body) for answer in answers}) == 1,
        "did it again": len(replayed) >= 2,
        f"took another body: {mismatch.status}": mismatch.status == 422
        and mismatch.json()["code"] == "idempotency_mismatch",
        "answered a stranger as the first": "Idempotent-Replayed" not in theirs.headers,
    }
    return [f"{operation} {what}" for what, good in judged.items() if not good]


async def test_every_post_that_is_sent_again_has_one_effect_and_one_answer(world: World) -> None:
    """Three at once, after one that was cut off; with another body; and from another workspace."""
    asked = [each for each in posts(world) if each.path not in REFUSED_HERE | TAKES_NO_KEY]
    wrong = []
    for operation in asked:
        wrong += await wrong_with(world, operation)
    assert not wrong, "\n".join(wrong)
    assert len(asked) > 50


async def test_what_is_left_out_here_is_there_and_takes_a_key(world: World) -> None:
    described = {operation.path: operation for operation in posts(world)}
    assert described.keys() >= REFUSED_HERE
    for path in REFUSED_HERE:
        operation = described[path]
        for _ in range(2):
            answer = await ask(
                world.owner, operation, await path_of(world, operation), operation.example, sent_with("a b")
            )
            assert (answer.status, answer.json()["field"]) == (422, "Idempotency-Key"), operation
