"""Who comes back to the socket channel is shown what they did not see: after a goodbye, a break, a silence."""

import asyncio
import json

import aiohttp
import pytest
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import all_is_noted, bare, connected, operator_says


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="wire")
    await made.channel("socketio", {})
    program.forget_entrances()
    return made


async def test_who_comes_back_is_shown_what_was_said_meanwhile_and_nothing_twice(desk: Desk) -> None:
    async with connected(desk) as customer:
        session = await customer.session()
        await customer.say("two", session_id=session)
        await customer.hears(2)
        await all_is_noted(desk)
    key = await desk.key("api", "admin")
    await operator_says(desk, "You were away.", key)
    await operator_says(desk, "Write when you are back.", key)
    async with connected(desk) as again:
        assert await again.session(session) == session
        assert await again.hears(2) == [{"text": "You were away."}, {"text": "Write when you are back."}]
        await all_is_noted(desk)
    async with connected(desk) as last:
        await last.session(session)
        await operator_says(desk, "And again.", key)
        assert await last.hears(1) == [{"text": "And again."}]


async def test_a_message_whose_sender_left_at_once_is_answered_when_they_are_back(desk: Desk) -> None:
    name = "somebody-who-is-in-a-hurry"
    url = f"{desk.program.client.base_url}{desk.path}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.receive_str()
        await socket.send_str("40")
        await socket.receive_str()
        await socket.send_str("42" + json.dumps(["user_uttered", {"message": "two", "session_id": name}]))
    async with connected(desk) as again:
        assert await again.session(name) == name
        assert [bubble["text"] for bubble in await again.hears(2)] == ["First.", "Second."]


async def test_who_comes_back_while_the_old_connection_is_silent_is_shown_what_it_never_saw(
    desk: Desk,
) -> None:
    name = "somebody-who-changed-networks"
    async with bare(desk) as silent:
        await silent.say("two", name)
        await silent.until("Second.")
        async with connected(desk) as again:
            await again.session(name)
            assert [bubble["text"] for bubble in await again.hears(2)] == ["First.", "Second."]
            await all_is_noted(desk)


async def test_who_comes_back_after_a_line_that_broke_is_shown_what_it_never_saw(desk: Desk) -> None:
    name = "somebody-behind-a-bad-proxy"
    async with bare(desk) as broken:
        await broken.say("two", name)
        await broken.until("Second.")
        await broken.break_off()
    async with connected(desk) as again:
        await again.session(name)
        assert [bubble["text"] for bubble in await again.hears(2)] == ["First.", "Second."]


async def test_what_has_arrived_is_not_shown_again_after_a_line_that_broke(desk: Desk) -> None:
    name = "somebody-who-reads-quickly"
    async with bare(desk) as broken:
        await broken.say("two", name)
        await broken.until("Second.")
        assert await broken.until("2") == "2"
        await broken.send("3")
        await all_is_noted(desk)
        await broken.break_off()
    async with connected(desk) as again:
        await again.say("yes", session_id=name)
        assert await again.hears(1) == [{"text": "Thank you."}]


async def test_a_goodbye_says_that_the_last_lines_were_seen(desk: Desk) -> None:
    name = "somebody-who-is-polite"
    async with bare(desk) as polite:
        await polite.say("two", name)
        await polite.until("Second.")
        await polite.send("41")
        await all_is_noted(desk)


@pytest.mark.drill
async def test_what_was_sent_to_a_connection_that_was_dead_is_shown_again(desk: Desk) -> None:
    name = "somebody-in-a-long-tunnel"
    url = f"{desk.program.client.base_url}{desk.path}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.receive_str()
        await socket.send_str("40")
        await socket.receive_str()
        await socket.send_str("42" + json.dumps(["user_uttered", {"message": "two", "session_id": name}]))
        async with asyncio.timeout(90):
            # Its pings are not answered, as by a machine that is gone.
            frames = [frame.data async for frame in socket]
        assert sum("bot_uttered" in frame for frame in frames) == 2
    async with connected(desk) as again:
        await again.session(name)
        assert [bubble["text"] for bubble in await again.hears(2)] == ["First.", "Second."]
    async with connected(desk) as last:
        await last.session(name)
        await last.say("yes", session_id=name)
        assert await last.hears(1) == [{"text": "Thank you."}]


async def test_messages_of_two_conversations_whose_sender_left_at_once_are_shown_to_who_comes_back(
    desk: Desk,
) -> None:
    names = ("somebody-who-writes-one", "somebody-who-writes-two")
    async with bare(desk) as hurried:
        for name in names:
            await hurried.say("two", name)
        await hurried.send("41")

    async def answered() -> bool:
        said = [row for row in await desk.rows("messages") if row["author"] == "bot"]
        return len({row["conversation_id"] for row in said}) == len(names)

    await until(answered)
    for name in names:
        async with connected(desk) as again:
            await again.session(name)
            assert [bubble["text"] for bubble in await again.hears(2)] == ["First.", "Second."]
