"""One turn at a time per conversation, in order, whoever holds the lane (promises 3, 32, 33)."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from tests.database import Database
from tests.doubles.http_server import FaultServer, json_answer
from tests.program import Desk, Program, served, until
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import came_in, conversation, handled, held, said

TAKE_OVER = """UPDATE conversations SET lane_token = 'somebody else', lane_until = now() + interval '1 hour'
    WHERE workspace_id = $1"""
EXPIRE = "UPDATE conversations SET lane_until = now() - interval '1 s' WHERE workspace_id = $1"


async def test_a_message_that_arrives_meanwhile_waits_and_is_answered_after(
    desk: Desk, outside: FaultServer
) -> None:
    go, answer = held("7")
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(desk.say("jo", "look it up"))
        await outside.asked(1)
        second = group.create_task(desk.say("jo", "and this"))
        third = group.create_task(desk.say("jo", "look once more"))
        await came_in(desk, 3)
        assert not first.done()
        go.set()
    assert first.result() == ["I found 7"]
    assert second.result() == ["You said and this"]
    assert third.result() == ["I found 7"]
    texts = [text for author, text in await said(desk) if author == "contact"]
    assert texts[0] == "look it up"
    assert sorted(texts[1:]) == ["and this", "look once more"]
    assert [row["seq"] for row in await desk.rows("messages", "seq")] == [1, 2, 3, 4, 5, 6]


async def test_other_conversations_are_answered_while_calls_take_long_and_the_pool_is_small(
    database: Database, outside: FaultServer, tmp_path: Path
) -> None:
    go, answer = held()
    outside.answers(answer)
    async with served(database, tmp_path, db_pool=4, jobs=False) as program:
        desk = await program.desk(CALLING_BOT, env={"API": outside.url("")})
        async with asyncio.TaskGroup() as group:
            slow = [group.create_task(desk.say(f"slow-{n}", "look")) for n in range(20)]
            await outside.asked(20)
            async with asyncio.timeout(60):
                for n in range(20):
                    assert await desk.say(f"quick-{n}", "hello") == ["You said hello"]
            assert not any(task.done() for task in slow)
            go.set()
        assert [task.result() for task in slow] == [["I found 1"]] * 20


async def test_a_caller_past_its_deadline_gets_an_empty_list_and_the_turn_is_there_later(
    database: Database, outside: FaultServer, tmp_path: Path
) -> None:
    go, answer = held()
    outside.answers(answer)
    async with served(database, tmp_path, answer_within_s=0.2, jobs=False) as program:
        desk = await program.desk(CALLING_BOT, env={"API": outside.url("")})
        assert await desk.say("jo", "look") == []
        assert await said(desk) == []
        go.set()
        await handled(desk, 1)
        assert await said(desk) == [("contact", "look"), ("bot", "I found 1")]


async def test_a_turn_that_was_cut_off_is_not_measured_as_answered(
    database: Database, outside: FaultServer, tmp_path: Path
) -> None:
    _, answer = held()
    outside.answers(answer)
    async with served(database, tmp_path, answer_within_s=0.2, jobs=False) as program:
        desk = await program.desk(CALLING_BOT, env={"API": outside.url("")})
        assert await desk.say("jo", "look") == []
        await outside.asked(1)
        before = await _cut_off(program)
        await program.running.lanes.close()
        assert await _cut_off(program) == before + 1
        assert await said(desk) == []


async def _cut_off(program: Program) -> float:
    page = (await program.client.get("/metrics")).body.decode()
    found = re.search(r'^frontdesk_turns_total\{outcome="cut_off"\} (\S+)$', page, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_a_holder_that_lost_its_lane_cannot_commit(desk: Desk, outside: FaultServer) -> None:
    go, answer = held()
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(desk.say("jo", "look"))
        await outside.asked(1)
        await desk.program.execute(TAKE_OVER, desk.workspace)
        go.set()
        await until(lambda: _recorded(desk))
        # Whoever took it over did nothing yet; what was fetched is kept, what was decided is not.
        assert await said(desk) == []
        await desk.program.execute(EXPIRE, desk.workspace)
        assert await asking == ["I found 1"]
    assert await said(desk) == [("contact", "look"), ("bot", "I found 1")]
    assert len(outside.received) == 1


async def test_the_new_holders_answer_stands(
    program: Program, second: Program, desk: Desk, outside: FaultServer
) -> None:
    go, answer = held("too late")
    outside.answers(answer, json_answer({"value": "in time"}))
    async with asyncio.TaskGroup() as group:
        # The second program takes no jobs: what is not asked of it, it leaves alone.
        asking = group.create_task(second.client.post(desk.webhook, json={"sender": "jo", "message": "look"}))
        await outside.asked(1)
        await desk.program.execute(EXPIRE, desk.workspace)
        conversation_id = (await conversation(desk, "jo"))["id"]
        program.running.lanes.work(desk.workspace, conversation_id)
        await handled(desk, 1)
        go.set()
        assert (await asking).json() == [{"recipient_id": "jo", "text": "I found in time"}]
    assert await said(desk) == [("contact", "look"), ("bot", "I found in time")]
    assert len(outside.received) == 2
    assert "in time" in (await desk.rows("call_attempts"))[0]["fetched"]


@pytest.mark.parametrize("versions", [1, 0], ids=["announced", "bare"])
async def test_a_reply_is_discarded_when_a_person_took_over_meanwhile(
    desk: Desk, outside: FaultServer, versions: int
) -> None:
    go, answer = held()
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(desk.say("jo", "look"))
        await outside.asked(1)
        await desk.program.execute(
            "UPDATE conversations SET owner = 'human', version = version + $2 WHERE workspace_id = $1",
            desk.workspace,
            versions,
        )
        go.set()
    assert asking.result() == []
    assert await said(desk) == [("contact", "look"), ("event", None)]
    struck = (await desk.rows("messages", "seq"))[1]["event"]
    assert json.loads(struck) == {"kind": "not_sent", "from": "bot", "to": "human", "text": "I found 1"}
    assert (await conversation(desk, "jo"))["owner"] == "human"
    assert len(outside.received) == 1


async def test_the_bot_is_silent_while_people_are_asked_for_until_the_customer_starts_over(
    desk: Desk,
) -> None:
    assert await desk.say("jo", "person please") == ["Hold on."]
    assert (await conversation(desk, "jo"))["owner"] == "queued"
    assert await desk.say("jo", "anybody there?") == []
    assert await desk.say("jo", "/restart") == []
    assert (await conversation(desk, "jo"))["owner"] == "bot"
    assert await desk.say("jo", "then you") == ["You said then you"]


async def _recorded(desk: Desk) -> bool:
    return any(row["finished_at"] is not None for row in await desk.rows("call_attempts"))
