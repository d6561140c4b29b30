"""The same message twice is one message (promises 2 and 25)."""

import asyncio

import pytest
from tests.doubles.http_client import Answer
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program
from tests.turn.conftest import held, said


async def test_twice_at_the_same_time_has_one_effect_and_one_answer(desk: Desk) -> None:
    for number in range(1, 11):
        text = f"number {number}"
        first, second = await asyncio.gather(*(_with_id(desk, "jo", text, f"m{number}") for _ in range(2)))
        assert (first.status, second.status) == (200, 200)
        assert first.json() == second.json() == [{"recipient_id": "jo", "text": f"You said {text}"}]
    assert len(await said(desk)) == 20


async def test_twenty_times_at_once_through_two_programs_has_one_effect(second: Program, desk: Desk) -> None:
    body = {"sender": "jo", "message": "hello", "metadata": {"message_id": "m1"}}
    clients = [desk.program.client, second.client] * 10
    answers = await asyncio.gather(*(client.post(desk.webhook, json=body) for client in clients))
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    assert await said(desk) == [("contact", "hello"), ("bot", "You said hello")]


async def test_a_repeat_while_the_first_is_at_work_gets_its_answer(desk: Desk, outside: FaultServer) -> None:
    go, answer = held()
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_with_id(desk, "jo", "order one", "m1"))
        await outside.asked(1)
        again = group.create_task(_with_id(desk, "jo", "order one", "m1"))
        behind = group.create_task(desk.say("jo", "hello"))
        go.set()
    assert first.result().json() == again.result().json() == [{"recipient_id": "jo", "text": "Ordered as 1"}]
    assert behind.result() == ["You said hello"]
    assert len(outside.received) == 1


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_same_id_with_another_body_is_refused(desk: Desk, *, at_once: bool) -> None:
    if at_once:
        answers = await asyncio.gather(*(_with_id(desk, "jo", text, "m1") for text in ("one", "two")))
    else:
        answers = [await _with_id(desk, "jo", text, "m1") for text in ("one", "two")]
    assert sorted(answer.status for answer in answers) == [200, 422]
    assert len(await desk.rows("inbound")) == 1


async def test_the_same_id_of_another_sender_is_another_message(desk: Desk) -> None:
    assert (await _with_id(desk, "jo", "hello", "m1")).status == 200
    assert (await _with_id(desk, "mo", "goodbye", "m1")).status == 200
    assert len(await desk.rows("conversations")) == 2


async def test_without_an_id_the_same_text_twice_is_two_messages(desk: Desk) -> None:
    await asyncio.gather(desk.say("jo", "hello"), desk.say("jo", "hello"))
    assert len(await said(desk)) == 4


async def test_an_idempotency_key_does_the_same(desk: Desk) -> None:
    headers = {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(*(desk.post("jo", "hello", headers=headers) for _ in range(5)))
    assert {answer.body for answer in answers} == {answers[0].body}
    assert (await desk.post("jo", "other", headers=headers)).status == 422
    assert len(await said(desk)) == 2


async def _with_id(desk: Desk, sender: str, text: str, message_id: str) -> Answer:
    return await desk.post(sender, text, metadata={"message_id": message_id})
