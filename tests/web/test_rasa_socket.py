"""The socket channel, with a client that others wrote: sessions, shapes, later lines, rules and limits."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as NotConnected
from tests.database import Database
from tests.program import Desk, Program, served, until
from tests.web.rasa_wire import PICTURE, WIRE
from tests.web.socket_client import SocketCustomer, all_is_noted, bare, connected, operator_says

FILES = WIRE | {
    "flows/cards.yaml": f"""
trigger: {{patterns: ["cards"]}}
steps:
  - say:
      cards:
        - {{title: "Red", subtitle: "Warm", image: "{PICTURE}", buttons: [{{title: "Take", payload: "red"}}]}}
        - {{title: "Blue", buttons: [{{title: "See", url: "https://shop.example.com/blue"}}]}}
""",
}


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="wire")
    await made.channel("socketio", {})
    program.forget_entrances()
    return made


@pytest.fixture
async def customer(desk: Desk) -> AsyncIterator[SocketCustomer]:
    async with connected(desk) as found:
        yield found


# -- sessions and shapes


async def test_a_session_is_confirmed_and_a_message_answered(customer: SocketCustomer) -> None:
    session = await customer.session()
    assert len(session) >= 20
    await customer.say("tell me something about you", session_id=session)
    assert await customer.hears(1) == [{"text": "I can help you work smarter, rather than harder"}]


@pytest.mark.parametrize(
    ("said", "bubbles"),
    [
        (
            "rate",
            [
                {
                    "text": "Could you rate my service??",
                    "quick_replies": [
                        {"content_type": "text", "title": "Yes", "payload": "yes"},
                        {"content_type": "text", "title": "No", "payload": "no"},
                    ],
                }
            ],
        ),
        ("picture", [{"attachment": {"type": "image", "payload": {"src": PICTURE}}}]),
        ("file", [{"attachment": {"type": "file", "payload": {"src": PICTURE}}}]),
        ("long", [{"text": "One."}, {"text": "Two.\nStill two."}]),
        ("two", [{"text": "First."}, {"text": "Second."}]),
        ('/paint{"color": "red"}', [{"text": "Which size?"}]),
        (
            "cards",
            [
                {
                    "attachment": {
                        "type": "template",
                        "payload": {
                            "template_type": "generic",
                            "elements": [
                                {
                                    "title": "Red",
                                    "subtitle": "Warm",
                                    "image_url": PICTURE,
                                    "buttons": [{"type": "postback", "title": "Take", "payload": "red"}],
                                },
                                {
                                    "title": "Blue",
                                    "buttons": [
                                        {
                                            "type": "web_url",
                                            "title": "See",
                                            "url": "https://shop.example.com/blue",
                                        }
                                    ],
                                },
                            ],
                        },
                    }
                }
            ],
        ),
    ],
)
async def test_each_kind_of_bubble_has_the_channels_own_shape(
    customer: SocketCustomer, said: str, bubbles: list[object]
) -> None:
    await customer.say(said, session_id=await customer.session())
    assert await customer.hears(len(bubbles)) == bubbles


@pytest.mark.parametrize("transports", [("polling",), ("websocket",), ("polling", "websocket")])
async def test_every_transport_carries_a_conversation(desk: Desk, transports: tuple[str, ...]) -> None:
    async with connected(desk, transports=transports) as customer:
        await customer.say("two", session_id=await customer.session())
        assert [bubble["text"] for bubble in await customer.hears(2)] == ["First.", "Second."]


async def test_messages_are_answered_in_the_order_in_which_they_were_sent(customer: SocketCustomer) -> None:
    session = await customer.session()
    for number in range(12):
        await customer.say(f"word {number}", session_id=session)
    said = [bubble["text"] for bubble in await customer.hears(12)]
    assert said == [f"I do not know 'word {number}'." for number in range(12)]


async def test_who_asks_for_no_session_has_one_all_the_same(desk: Desk, customer: SocketCustomer) -> None:
    await customer.say("rate")
    await customer.say("yes")
    assert (await customer.hears(2))[1] == {"text": "Thank you."}
    assert len(await desk.rows("conversations")) == 1


@pytest.mark.parametrize("given", ["jhon", "", 42, ["x"], {"a": 1}, "x" * 256, "a\x00" * 20])
async def test_an_id_that_could_be_guessed_or_is_none_is_replaced(
    customer: SocketCustomer, given: object
) -> None:
    count = len(customer.confirmed)
    await customer.client.emit("session_request", {"session_id": given})

    async def confirmed() -> bool:
        return len(customer.confirmed) > count or bool(customer.errors)

    await until(confirmed)
    if customer.errors:
        assert customer.errors[0]["code"] == "bad_request"
    else:
        assert customer.confirmed[-1] != given


async def test_a_message_id_makes_a_repeat_one_message(desk: Desk, customer: SocketCustomer) -> None:
    session = await customer.session()
    for _ in range(2):
        await customer.say("two", session_id=session, metadata={"message_id": "m1"})
    await customer.say("rate", session_id=session, metadata='{"message_id": "m2"}')
    assert len(await customer.hears(3)) == 3
    assert len(await desk.rows("inbound")) == 2


async def test_the_page_is_taken_from_metadata_and_from_custom_data(
    desk: Desk, customer: SocketCustomer
) -> None:
    session = await customer.session()
    await customer.say("two", session_id=session, customData={"page_url": "/shop", "language": "en"})
    await customer.hears(2)
    (heard,) = [json.loads(row["heard"]) for row in await desk.rows("inbound")]
    assert heard["page"]["url"] == "/shop"


# -- what is said later


async def test_what_a_person_writes_arrives_on_the_open_socket(desk: Desk, customer: SocketCustomer) -> None:
    await customer.say("two", session_id=await customer.session())
    await customer.hears(2)
    await operator_says(desk, "Rosa here.")
    assert (await customer.hears(3))[2] == {"text": "Rosa here."}


async def test_two_windows_of_one_session_show_the_same(desk: Desk, customer: SocketCustomer) -> None:
    session = await customer.session()
    await customer.say("two", session_id=session)
    await customer.hears(2)
    await all_is_noted(desk)
    async with connected(desk) as other:
        assert await other.session(session) == session
        await operator_says(desk, "For both.")
        assert await other.hears(1) == [{"text": "For both."}]
        await customer.hears(3)


async def test_without_kept_sessions_each_connection_is_a_conversation_of_its_own(
    program: Program,
) -> None:
    desk = await program.desk(FILES, slug="wire")
    await desk.channel("socketio", {"session_persistence": False})
    program.forget_entrances()
    session = "a-session-id-of-some-length"
    for _ in range(2):
        async with connected(desk) as customer:
            assert await customer.session(session) == session
            await customer.say("two", session_id=session)
            await customer.hears(2)
    assert len(await desk.rows("conversations")) == 2


# -- who may


async def test_the_same_session_id_in_two_workspaces_is_two_customers(program: Program, desk: Desk) -> None:
    other = await program.desk(FILES, slug="wire")
    await other.channel("socketio", {})
    program.forget_entrances()
    session = "the-very-same-session-id"
    async with connected(desk) as ours, connected(other) as theirs:
        await ours.session(session)
        await theirs.session(session)
        await ours.say("rate", session_id=session)
        await ours.hears(1)
        await theirs.say("yes", session_id=session)
        assert await theirs.hears(1) == [{"text": "Thank you."}]
        await ours.hears(1)
    assert len(await desk.rows("conversations")) == len(await other.rows("conversations")) == 1


async def test_an_assistant_without_the_channel_turns_everybody_away(program: Program) -> None:
    desk = await program.desk(FILES, slug="wire")
    with pytest.raises(NotConnected, match="no socketio channel"):
        async with connected(desk):
            pass


async def test_only_the_pages_that_are_listed_may_connect(program: Program) -> None:
    desk = await program.desk(FILES, slug="wire")
    await desk.channel("socketio", {"origins": "https://shop.example.com https://help.example.com"})
    program.forget_entrances()
    async with connected(desk, origin="https://help.example.com") as customer:
        await customer.session()
    for origin in ("https://evil.example.com", "https://shop.example.com.evil.example", "null"):
        with pytest.raises(NotConnected, match="origin"):
            async with connected(desk, origin=origin):
                pass


def token(key: str, method: str = "HS256", **claims: object) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": method, "typ": "JWT"}, claims)
    ]
    signature = hmac.new(key.encode(), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


async def test_with_a_token_key_only_signed_and_current_tokens_are_let_in(program: Program) -> None:
    desk = await program.desk(FILES, slug="wire")
    key = "k" * 32
    made = await program.client.post(
        "/api/v1/channels",
        key=await desk.key("api", "admin"),
        json={
            "type": "socketio",
            "name": "Site",
            "assistant_id": desk.assistant_id,
            "settings": {"jwt_key": key},
        },
    )
    assert made.status == 201, made.body
    assert key not in made.body.decode()
    program.forget_entrances()
    good = token(key, sub="jhon", exp=time.time() + 60)
    async with connected(desk, auth={"token": good}) as customer:
        await customer.session()
    bad = (
        token("x" * 32, sub="jhon"),
        token(key, exp=time.time() - 1),
        token(key, nbf=time.time() + 60),
        token(key, exp="never"),
        token(key, method="none"),
        token(key, method="HS512"),
        good.rpartition(".")[0] + ".",
        good[:-2],
        "a.b.c",
        "",
    )
    for auth in (None, {}, {"token": 1}, *({"token": each} for each in bad)):
        with pytest.raises(NotConnected, match="token"):
            async with connected(desk, auth=auth):
                pass


async def test_a_session_id_is_not_told_to_who_listens_to_the_database(
    desk: Desk, customer: SocketCustomer
) -> None:
    heard: list[str] = []
    name = "\N{GRINNING FACE}" * 250
    async with desk.program.admin.acquire() as connection:
        await connection.add_listener("frontdesk", lambda *told: heard.append(str(told[-1])))
        await customer.say("two", session_id=await customer.session(name))
        await customer.hears(2)
        (conversation,) = await desk.rows("conversations")

        async def told() -> bool:
            return any(conversation["id"] in payload for payload in heard)

        await until(told)
        await connection.reset()
    assert not [payload for payload in heard if name in payload]


# -- bad input


@pytest.mark.parametrize("message", [None, 42, {"a": 1}, ["x"]])
async def test_what_is_no_text_is_passed_over(customer: SocketCustomer, message: object) -> None:
    session = await customer.session()
    await customer.say(message, session_id=session)
    await customer.say("yes", session_id=session)
    assert await customer.hears(1) == [{"text": "Thank you."}]


@pytest.mark.parametrize("data", ["text", 7, None, ["a"], {"message": "a\x00b"}, {"message": "\ud800"}])
async def test_an_event_that_cannot_be_read_is_refused_and_the_next_one_taken(
    customer: SocketCustomer, data: object
) -> None:
    await customer.client.emit("user_uttered", data)
    assert (await customer.fails())["code"] == "bad_request"
    await customer.say("yes")
    assert await customer.hears(1) == [{"text": "Thank you."}]


async def test_a_flood_is_held_back_and_says_so(desk: Desk, customer: SocketCustomer) -> None:
    session = await customer.session()
    for number in range(60):
        await customer.say(f"word {number}", session_id=session)
    assert (await customer.fails())["code"] == "too_many_tries"


async def test_a_connection_that_opens_its_socket_anew_has_no_new_allowance(desk: Desk) -> None:
    async with bare(desk) as flooding:
        for _ in range(6):
            for number in range(10):
                await flooding.say(f"word {number}", "somebody-who-floods-this")
            await flooding.send("41")
            await flooding.send("40")
        assert "too_many_tries" in await flooding.until("44{")
    assert len(await desk.rows("inbound")) <= 10


HOSTILE = [
    "4" + "2" + "[" * 5000,
    '459999-["user_uttered",{"_placeholder":true,"num":0}]',
    '451-["user_uttered",{"_placeholder":true,"num":0}]',
    '42["connect",{}]',
    '42["disconnect","x"]',
    "42[]",
    "42{}",
    "42null",
    "4",
    "",
    "9",
    "43",
    "44{}",
    "1",
    "\x00",
    '40/admin,{"token":"x"}',
]


@pytest.mark.parametrize("frame", HOSTILE)
async def test_a_hostile_frame_ends_at_most_its_own_connection(desk: Desk, frame: str) -> None:
    url = f"{desk.program.client.base_url}{desk.path}/socket.io/?EIO=4&transport=websocket"
    async with connected(desk) as beside, aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_str()).startswith("0{")
            await socket.send_str("40")
            assert (await socket.receive_str()).startswith("40{")
            await socket.send_str(frame)
        await beside.say("yes", session_id=await beside.session())
        assert await beside.hears(1) == [{"text": "Thank you."}]


async def test_a_message_that_is_too_large_ends_the_connection(desk: Desk) -> None:
    url = f"{desk.program.client.base_url}{desk.path}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.receive_str()
        await socket.send_str("40")
        await socket.receive_str()
        await socket.send_str('42["user_uttered",{"message":"' + "x" * 200_000 + '"}]')
        async with asyncio.timeout(60):
            assert (await socket.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    assert await desk.rows("inbound") == []


@pytest.mark.parametrize("query", ["EIO=3&transport=polling", "EIO=4&transport=smoke", "EIO=4&sid=none", ""])
async def test_a_request_that_is_none_is_400(desk: Desk, query: str) -> None:
    assert (await desk.program.client.get(f"{desk.path}/socket.io/?{query}")).status == 400


async def test_a_socket_at_an_address_that_has_none_is_closed(program: Program) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/webhooks/rest/webhook", "/nowhere"):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(program.client.base_url + path)


# -- the program


async def test_open_sockets_are_ended_when_the_program_stops(database: Database, tmp_path: Path) -> None:
    gone: list[object] = []
    async with AsyncExitStack() as customers:
        async with served(database, tmp_path, jobs=False) as program:
            desk = await program.desk(FILES, slug="wire")
            await desk.channel("socketio", {})
            program.forget_entrances()
            for transport in ("websocket", "polling"):
                customer = await customers.enter_async_context(connected(desk, transports=(transport,)))
                customer.client.on("disconnect", gone.append)
                await customer.say("two", session_id=await customer.session())
                await customer.hears(2)

        async def both() -> bool:
            return len(gone) == 2

        await until(both)


async def test_where_a_key_is_needed_a_channel_needs_tokens(database: Database, tmp_path: Path) -> None:
    async with served(database, tmp_path, jobs=False, rasa_key_required=True) as program:
        desk = await program.desk(FILES, slug="wire")
        await desk.channel("socketio", {})
        program.forget_entrances()
        with pytest.raises(NotConnected, match="jwt_key"):
            async with connected(desk):
                pass
