"""Who waits for an answer is woken by the commit that brings it, wherever that happens."""

import asyncio
import time

import pytest
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program, until
from tests.turn.conftest import came_in, conversation, held

from frontdesk.core.ids import ConversationId
from frontdesk.turn import amend, receive


async def test_an_answer_of_another_process_arrives_without_waiting_for_a_poll(
    desk: Desk, second: Program, outside: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "POLL_S", 25.0)
    event, answer = held()
    outside.answers(answer)
    first = asyncio.create_task(desk.post("jhon", "look 1"))
    await outside.asked(1)
    elsewhere = asyncio.create_task(
        second.client.post(desk.webhook, json={"sender": "jhon", "message": "look 2"})
    )
    await came_in(desk, 2)
    started = time.monotonic()
    event.set()
    answers = await asyncio.gather(first, elsewhere)
    assert time.monotonic() - started < 20
    assert [given.status for given in answers] == [200, 200]
    assert all(given.json() for given in answers)


async def test_a_change_from_outside_is_made_as_soon_as_another_process_lets_go_of_the_lane(
    desk: Desk, second: Program, outside: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amend, "POLL_S", 25.0)
    event, answer = held()
    outside.answers(answer)
    asking = asyncio.create_task(desk.post("jhon", "look"))
    await outside.asked(1)
    url = f"{desk.path}/conversations/jhon/tracker/events"
    change = {"event": "slot", "name": "colour", "value": "blue"}
    headers = {"Authorization": f"Bearer {await desk.key()}"}
    changing = asyncio.create_task(second.client.post(url, json=change, headers=headers))
    await waits(second, ConversationId((await conversation(desk, "jhon"))["id"]))
    started = time.monotonic()
    event.set()
    assert [given.status for given in await asyncio.gather(asking, changing)] == [200, 200]
    assert time.monotonic() - started < 20


async def waits(program: Program, conversation_id: ConversationId) -> None:
    async def there() -> bool:
        return conversation_id in program.running.line.waiting.__dict__["_waiters"]

    await until(there)
