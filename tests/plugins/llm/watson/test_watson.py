"""What is IBM's own: a key is changed for a token. The rest is in the conformance suite. S004-202"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.doubles.outside import FixedClock, outside_of
from tests.plugins.llm.vendors import SECRET
from tests.plugins.llm.watson.vendor import error, settings, text, token

from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.watson.adapter import Watson
from frontdesk.ports.chat_model import ChatMessage, ChatRequest, Ended, Failed, Piece

ASKED = ChatRequest("m", (ChatMessage("system", "s"), ChatMessage("customer", "q")))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest_asyncio.fixture
async def outside(server: FaultServer) -> AsyncIterator[Outside]:
    async with outside_of(server, "ai") as world:
        yield world


async def ask(watson: Watson, server: FaultServer, *answers: Answer) -> list[Piece]:
    if answers:
        server.answers(*answers)
    return [piece async for piece in watson.chat(settings(server), ASKED)]


async def test_a_token_is_fetched_once_and_anew_before_it_runs_out(
    server: FaultServer, outside: Outside
) -> None:
    watson = Watson(outside)
    assert isinstance((await ask(watson, server, token(), text(["a"])))[-1], Ended)
    await ask(watson, server)
    assert [got.target.partition("?")[0] for got in server.received] == [
        "/identity/token",
        "/ml/v1/text/chat_stream",
        "/ml/v1/text/chat_stream",
    ]
    first = server.received[0]
    assert (
        first.body == f"grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey={SECRET}".encode()
    )
    clock = outside.clock
    assert isinstance(clock, FixedClock)
    clock.at += timedelta(seconds=3_500)
    await ask(watson, server, token("second"), text(["a"]))
    assert server.received[-1].headers["authorization"] == "Bearer second"


async def test_a_kept_token_that_was_taken_back_is_fetched_anew_once(
    server: FaultServer, outside: Outside
) -> None:
    watson = Watson(outside)
    await ask(watson, server, token(good_s=3_600), text(["a"]))
    clock = outside.clock
    assert isinstance(clock, FixedClock)
    clock.at += timedelta(seconds=600)
    taken_back = error(401, "authentication_token_expired")
    assert isinstance((await ask(watson, server, taken_back, token("second"), text(["a"])))[-1], Ended)
    clock.at += timedelta(seconds=600)
    (failed,) = await ask(watson, server, taken_back, token("third"), taken_back)
    assert failed == Failed("auth", "authentication_token_expired")
    assert len(server.received) == 8


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (json_answer({"errorCode": "BXNIM0415E", "errorMessage": f"{SECRET} not found"}, 400), "auth"),
        (Answer(401), "auth"),
        (Answer(503), "unavailable"),
        (Answer(429), "rate_limited"),
        (Answer(silent=True), "unavailable"),
        (json_answer({"access_token": 5}), "malformed"),
        (json_answer({"access_token": "a\r\nX: y"}), "malformed"),
        (Answer(body=b"<html>"), "malformed"),
    ],
)
async def test_no_token_is_an_outcome(
    server: FaultServer, outside: Outside, answer: Answer, trouble: str
) -> None:
    server.answers(answer)
    asked = ChatRequest("m", ASKED.messages, timeout_s=0.5)
    (failed,) = [piece async for piece in Watson(outside).chat(settings(server), asked)]
    assert isinstance(failed, Failed)
    assert failed.trouble == trouble
    assert SECRET not in str(failed)
    assert len(server.received) == 1


async def test_one_of_project_and_space_is_needed(server: FaultServer, outside: Outside) -> None:
    for changed in ({"project_id": ""}, {"space_id": "s-1"}):
        own = {**settings(server), **changed}
        (failed,) = [piece async for piece in Watson(outside).chat(own, ASKED)]
        assert failed == Failed("misconfigured", "the service's settings are wrong")
    server.answers(token(), text(["a"]))
    own = {**settings(server), "project_id": "", "space_id": "s-1"}
    assert isinstance([piece async for piece in Watson(outside).chat(own, ASKED)][-1], Ended)
    assert b'"space_id":"s-1"' in server.received[-1].body
