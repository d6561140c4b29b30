"""A visitor who ends the conversation of a site's widget hears nothing more of the bot until they write again."""

import asyncio

from tests.doubles.http_server import FaultServer
from tests.program import Desk
from tests.turn.conftest import came_in, conversation, held, said
from tests.web.test_widget import act, begin, say, texts


async def test_what_was_asked_before_is_not_answered_and_what_is_asked_later_is(
    desk: Desk, outside: FaultServer
) -> None:
    await desk.channel("web", {})
    desk.program.forget_entrances()
    go, answer = held("7")
    outside.answers(answer)
    token = await begin(desk)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(say(desk, token, "look it up"))
        await outside.asked(1)
        behind = group.create_task(say(desk, token, "and this", id_="message-2"))
        await came_in(desk, 2)
        ended = await act(desk, token, "end")
        assert (ended.status, ended.json()["state"]["owner"]) == (200, "closed"), ended.body
        go.set()
    for heard in (asking.result(), behind.result()):
        assert heard.json()["state"]["owner"] == "closed"
        assert {by for by, _ in texts(heard.json())} == {"you"}
    # People see what was asked, and what the bot would have said.
    lines = [line for line in await said(desk) if line[0] != "event"]
    assert lines == [("contact", "look it up"), ("contact", "and this")]
    after = behind.result().json()["lines"][-1]["n"]
    again = await say(desk, token, "hello", id_="message-3", after=after)
    assert texts(again.json()) == [("you", "hello"), ("ai", "You said hello")]
    (row,) = await desk.rows("conversations")
    assert (await conversation(desk, row["external_id"]))["owner"] == "bot"
