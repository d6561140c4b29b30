"""The site widget's wire: who may open it, what a visitor says and hears, and that nobody hears what is not theirs."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

SHOP = "https://shop.example.com"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="widget")
    await made.channel("web", {})
    program.forget_entrances()
    return made


async def begin(desk: Desk, **headers: str) -> str:
    answer = await desk.program.client.post(f"/widget/{desk.assistant_id}/session", headers=headers)
    assert answer.status == 201, answer.body
    return str(answer.json()["token"])


async def say(desk: Desk, token: str, text: str, *, id_: str = "message-1", **body: Any) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/messages",
        json={"id": id_, "text": text, **body},
        headers={"authorization": f"Bearer {token}"},
    )


def texts(shown: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["by"], part.get("text", "")) for line in shown["lines"] for part in line["parts"]]


async def test_a_visitor_says_something_and_reads_the_answer(desk: Desk) -> None:
    token = await begin(desk)
    answer = await say(desk, token, "tell me something about you")
    assert answer.status == 200, answer.body
    assert texts(answer.json()) == [
        ("you", "tell me something about you"),
        ("ai", "I can help you work smarter, rather than harder"),
    ]
    assert answer.json()["state"] == {"owner": "bot"} or answer.json()["state"] == {}


async def test_the_beginning_of_a_conversation_tells_the_page_the_browser_and_the_device(desk: Desk) -> None:
    """S004-173 to S004-176."""
    token = await begin(desk)
    answer = await desk.program.client.post(
        f"/widget/{desk.assistant_id}/messages",
        json={"id": "message-1", "text": "hi", "page": {"url": "https://shop.example.com/a"}},
        headers={"authorization": f"Bearer {token}", "user-agent": ANDROID},
    )
    assert answer.status == 200, answer.body
    (begun,) = [row for row in await desk.rows("events") if row["type"] == "conversation.created"]
    told = json.loads(begun["data"])
    assert (told["browser"], told["device"]) == ("Samsung Internet", "mobile")
    assert (told["source_url"], told["initial_message"]) == ("https://shop.example.com/a", "hi")


async def test_the_same_message_again_is_the_same_message(desk: Desk) -> None:
    token = await begin(desk)
    first = await say(desk, token, "tell me something about you")
    again = await say(desk, token, "tell me something about you")
    assert again.json()["lines"] == first.json()["lines"]
    other = await say(desk, token, "something else")
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_a_page_of_another_origin_is_refused_and_a_listed_one_may_read(program: Program) -> None:
    desk = await program.desk(WIRE, slug="origins")
    await desk.channel("web", {"origins": SHOP})
    program.forget_entrances()
    path = f"/widget/{desk.assistant_id}/session"
    refused = await program.client.post(path, headers={"origin": "https://evil.example.com"})
    assert refused.status == 403
    assert "access-control-allow-origin" not in refused.headers
    taken = await program.client.post(path, headers={"origin": SHOP})
    assert (taken.status, taken.headers["access-control-allow-origin"]) == (201, SHOP)


@pytest.mark.parametrize("token", ["", "x" * 43, "a.b.c", "\u00e9" * 10])
async def test_without_the_visitors_token_nothing_is_shown(desk: Desk, token: str) -> None:
    client = desk.program.client
    headers = {"authorization": f"Bearer {token}"} if token.isascii() else {}
    for method, name in (("GET", "lines"), ("GET", "stream"), ("POST", "messages")):
        answer = await client.send(method, f"/widget/{desk.assistant_id}/{name}", headers=headers)
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")


async def test_what_is_said_elsewhere_arrives_on_the_stream(desk: Desk) -> None:
    token = await begin(desk)
    first = (await say(desk, token, "tell me something about you")).json()
    after = first["lines"][-1]["n"]
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream?after={after}"
    headers = {"authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as stream:
        assert stream.status == 200
        first_event = await _event(stream)
        assert first_event["lines"] == []
        await say(desk, token, "tell me something about you", id_="message-2", after=after)
        heard = await _event(stream)
        while not heard["lines"]:
            heard = await _event(stream)
        assert texts(heard)[0] == ("you", "tell me something about you")


async def _event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line[6:])
                return found
