"""Who waits for an answer is woken by the commit that brings it, wherever that happens."""

import asyncio
import time

import pytest
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program
from tests.turn.conftest import came_in, held

from frontdesk.turn import receive


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
    assert time.monotonic() - started < 5
    assert [given.status for given in answers] == [200, 200]
    assert all(given.json() for given in answers)
