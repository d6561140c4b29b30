"""What is OpenAI's own; the rest is in the conformance suite."""

import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.doubles.outside import outside_of
from tests.doubles.vendor_specs import judge
from tests.plugins.llm import completions as wire
from tests.plugins.llm.openai.vendor import settings
from tests.plugins.llm.vendors import SECRET

from frontdesk.plugins.llm.openai.adapter import OpenAi
from frontdesk.ports.chat_model import ChatMessage, ChatRequest, Ended, Failed
from frontdesk.ports.image_model import Drawn, ImageRequest

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
ASKED = ChatRequest("gpt-4o", (ChatMessage("system", "s"), ChatMessage("customer", "q")))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest_asyncio.fixture
async def openai(server: FaultServer) -> AsyncIterator[OpenAi]:
    async with outside_of(server, "ai") as outside:
        yield OpenAi(outside)


def picture(data: bytes) -> Answer:
    return json_answer({"created": 1, "data": [{"b64_json": base64.b64encode(data).decode()}]})


async def test_a_picture_is_drawn(server: FaultServer, openai: OpenAi) -> None:
    """S004-207"""
    server.answers(picture(PNG))
    asked = ImageRequest("dall-e-3", "A blue bird", "landscape")
    assert await openai.draw(settings(server), asked) == Drawn(PNG, "image/png")
    (got,) = server.received
    assert got.target == "/v1/images/generations"
    assert got.json() == {
        "model": "dall-e-3",
        "prompt": "A blue bird",
        "n": 1,
        "size": "1792x1024",
        "response_format": "b64_json",
    }
    judge("openai/openai.slice.json", "/v1").take(got)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (wire.error(401, "invalid_api_key", SECRET), "auth"),
        (wire.error(400, "content_policy_violation"), "blocked"),
        (Answer(503), "unavailable"),
        (picture(b"<svg onload=alert(1)>"), "malformed"),
        (json_answer({"data": [{"b64_json": "***"}]}), "malformed"),
        (json_answer({"data": [{"url": "https://elsewhere.example/x.png"}]}), "malformed"),
        (json_answer([]), "malformed"),
    ],
)
async def test_no_picture_is_an_outcome(
    server: FaultServer, openai: OpenAi, answer: Answer, trouble: str
) -> None:
    server.answers(answer)
    drawn = await openai.draw(settings(server), ImageRequest("gpt-image-1", "A bird"))
    assert isinstance(drawn, Failed)
    assert drawn.trouble == trouble
    assert "response_format" not in server.received[0].body.decode()


async def test_the_vendors_own_limits_say_when_to_come_back(server: FaultServer, openai: OpenAi) -> None:
    headers = {
        "x_ratelimit_remaining_requests": "0",
        "x_ratelimit_reset_requests": "1m2.5s",
        "x_ratelimit_remaining_tokens": "100",
        "x_ratelimit_reset_tokens": "9h",
    }
    server.answers(wire.error(429, "rate_limit_exceeded", **headers))
    (failed,) = [piece async for piece in openai.chat(settings(server), ASKED)]
    assert failed == Failed("rate_limited", "status 429: rate_limit_exceeded", 62.5)


async def test_a_model_that_takes_no_temperature_gets_none(server: FaultServer, openai: OpenAi) -> None:
    server.answers(wire.text(["x"]))
    for given, sent in ((0.0, 0.0), (-1, None)):
        own = {**settings(server), "temperature": given}
        pieces = [piece async for piece in openai.chat(own, ASKED)]
        assert isinstance(pieces[-1], Ended)
        body = server.received[-1].json()
        assert isinstance(body, dict)
        assert body.get("temperature") == sent
        assert (body["max_completion_tokens"], body["stream_options"]) == (800, {"include_usage": True})


async def test_the_fakes_answers_are_what_the_vendor_describes(server: FaultServer, openai: OpenAi) -> None:
    """A fake that answers what the vendor never would proves nothing."""
    spec = judge("openai/openai.slice.json", "/v1")
    server.answers(wire.models("gpt-4o"), picture(PNG))
    await openai.check(settings(server))
    await openai.draw(settings(server), ImageRequest("gpt-image-1", "A bird"))
    spec.take_answer(server.received[0], wire.models("gpt-4o"))
    spec.take_answer(server.received[1], picture(PNG))
