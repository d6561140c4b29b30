"""A message that cannot be handled is tried three times and set aside; its conversation goes on (promise 58)."""

import asyncio
import dataclasses
from typing import Any

import pytest
from tests.doubles.http_server import FaultServer
from tests.program import Desk, until
from tests.turn.conftest import came_in, conversation, held, said

from frontdesk.core.ids import BotVersionId

POISON = "boom"


class Poisoned:
    """A bot's triggers that break on one text, as a fault of the engine would."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.tried = 0

    def by_pattern(self, said: Any) -> Any:
        if POISON in said.plain:
            self.tried += 1
            raise RuntimeError("the engine broke")
        return self._inner.by_pattern(said)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


async def poisoned(desk: Desk) -> Poisoned:
    bots = desk.program.running.line.bots
    version = BotVersionId((await desk.rows("assistants"))[0]["published_version"])
    bot = await bots.bot(desk.workspace, version)
    triggers = Poisoned(bot.triggers)
    bots._bots[version] = dataclasses.replace(bot, triggers=triggers)
    return triggers


async def parked(desk: Desk) -> list[dict[str, Any]]:
    return [row for row in await desk.rows("inbound", "lane_seq") if row["status"] == "parked"]


async def test_it_is_tried_three_times_then_parked_and_the_next_is_answered(desk: Desk) -> None:
    triggers = await poisoned(desk)
    assert await desk.say("jo", "hello") == ["You said hello"]
    assert await desk.say("jo", "boom goes the engine") == []
    assert await desk.say("jo", "still there?") == ["You said still there?"]
    row = (await parked(desk))[0]
    assert (row["tries"], row["error"]) == (3, "RuntimeError")
    # Once on the path that takes no lane, then three counted tries.
    assert triggers.tried == 4
    notes = [text for author, text in await said(desk) if author == "note"]
    assert len(notes) == 1
    assert "set aside" in notes[0]
    events = [row["type"] for row in await desk.rows("events")]
    assert events.count("conversation.updated") == 1


async def test_a_conversation_that_begins_with_one_is_told_of_once_and_first(desk: Desk) -> None:
    await poisoned(desk)
    assert await desk.say("jo", "boom goes the engine") == []
    assert await desk.say("jo", "still there?") == ["You said still there?"]
    events = [row["type"] for row in await desk.rows("events", "seq")]
    assert (events[0], events.count("conversation.created")) == ("conversation.created", 1)


async def test_those_behind_it_wait_for_it_and_none_is_dropped(desk: Desk) -> None:
    await poisoned(desk)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(desk.say("jo", text)) for text in ("boom", "one", "two", "boom", "three")]
    assert [task.result() for task in tasks] == [
        [],
        ["You said one"],
        ["You said two"],
        [],
        ["You said three"],
    ]
    assert len(await parked(desk)) == 2
    assert [row["seq"] for row in await desk.rows("messages", "seq")] == list(range(1, 11))


async def test_whoever_loads_a_bot_that_is_just_being_loaded_has_the_same_one(desk: Desk) -> None:
    """As when its first message comes while what it has learnt is taken up."""
    bots = desk.program.running.line.bots
    version = BotVersionId((await desk.rows("assistants"))[0]["published_version"])
    loaded = await asyncio.gather(*(bots.bot(desk.workspace, version) for _ in range(4)))
    assert all(one is loaded[0] for one in loaded)


async def test_a_first_message_may_be_the_poisoned_one(desk: Desk) -> None:
    await poisoned(desk)
    assert await desk.say("jo", "boom") == []
    assert await desk.say("jo", "hello") == ["You said hello"]


async def test_a_conversation_whose_state_cannot_be_read_does_not_stay_stuck(desk: Desk) -> None:
    assert await desk.say("jo", "hello") == ["You said hello"]
    broken = "UPDATE conversations SET state = '{\"stack\": 7}' WHERE workspace_id = $1"
    await desk.program.execute(broken, desk.workspace)
    assert await desk.say("jo", "are you there?") == []
    assert len(await parked(desk)) == 1
    assert await desk.say("jo", "and now?") == ["You said and now?"]
    assert [text for author, text in await said(desk) if author == "contact"] == [
        "hello",
        "are you there?",
        "and now?",
    ]


async def test_what_is_no_message_any_more_is_parked_too(desk: Desk, outside: FaultServer) -> None:
    go, answer = held()
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(desk.say("jo", "look"))
        await outside.asked(1)
        second = group.create_task(desk.say("jo", "hello"))
        await came_in(desk, 2)
        await desk.program.execute(
            """UPDATE inbound SET heard = '{"type": "shouted"}' WHERE workspace_id = $1 AND lane_seq = 2""",
            desk.workspace,
        )
        go.set()
    assert (first.result(), second.result()) == (["I found 1"], [])
    assert len(await parked(desk)) == 1
    assert await desk.say("jo", "again") == ["You said again"]


async def _remove(desk: Desk, gone: str) -> None:
    if gone == "in the bin":
        key = await desk.key("api", "admin")
        path = f"/api/v1/assistants/{desk.assistant_id}"
        assert (await desk.program.client.send("DELETE", path, key=key)).status == 204
        return
    await desk.program.execute(
        "UPDATE assistants SET published_version = NULL WHERE workspace_id = $1", desk.workspace
    )
    await desk.program.execute(f"DELETE FROM {gone} WHERE workspace_id = $1", desk.workspace)  # noqa: S608


@pytest.mark.parametrize("gone", ["tasks", "assistants", "in the bin"])
async def test_a_message_whose_assistant_was_removed_meanwhile_is_parked(
    desk: Desk, outside: FaultServer, gone: str
) -> None:
    go, answer = held()
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(desk.say("jo", "look"))
        await outside.asked(1)
        second = group.create_task(desk.say("jo", "hello"))
        await came_in(desk, 2)
        await _remove(desk, gone)
        desk.program.forget_entrances()
        go.set()
    assert (first.result(), second.result()) == (["I found 1"], [])
    assert len(await parked(desk)) == 1
    # Who answered is history and stays (decisions/0012).
    assert (await conversation(desk, "jo"))["assistant_id"] == desk.assistant_id
    assert [text for _, text in await said(desk)][:2] == ["look", "I found 1"]

    async def free() -> bool:
        return (await conversation(desk, "jo"))["lane_token"] is None

    await until(free)


async def test_a_moment_that_cannot_be_handled_is_set_aside_and_not_due_for_ever(desk: Desk) -> None:
    await poisoned(desk)
    await desk.say("jo", "hello")
    state = '{"format": 1, "wake_at": 1000, "stack": [{"flow": 5}], "moment": {}}'
    await desk.program.execute(
        "UPDATE conversations SET state = $2::jsonb WHERE workspace_id = $1", desk.workspace, state
    )
    await desk.program.running.lanes.sweep()

    async def set_aside() -> bool:
        return bool(await parked(desk))

    await until(set_aside)
    assert (await conversation(desk, "jo"))["wake_at"] is None
    assert await desk.say("jo", "hello") == ["You said hello"]
