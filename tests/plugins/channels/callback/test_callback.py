"""The callback channel's outgoing side: one bubble a post, and what each answer means (rasa-wire callback)."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.outside import FixedClock, outside_of

from frontdesk.core.message import Button, Buttons, Text
from frontdesk.kit.outside import Outside
from frontdesk.plugins.channels.callback.adapter import Callback
from frontdesk.ports.outlet import Outgoing, Sent

BODY = b'{"recipient_id":"jhon",  "text":"\xd0\xbf\\u0440\xd0\xb8"}'


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest_asyncio.fixture
async def outside(server: FaultServer) -> AsyncIterator[Outside]:
    async with outside_of(server, "callback") as world:
        yield world


def outgoing(server: FaultServer, **settings: object) -> Outgoing:
    return Outgoing("dlv_1", {"url": server.url("/bot"), **settings}, BODY, seq=7)


async def test_the_stored_bytes_are_posted_unchanged(server: FaultServer, outside: Outside) -> None:
    server.answers(Answer(200, b"success"))
    assert await Callback(outside).send(outgoing(server)) == Sent(
        ok=True, detail="200 success", status=200, answer=b"success"
    )
    (got,) = server.received
    assert (got.method, got.target, got.body) == ("POST", "/bot", BODY)
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "dlv_1"
    assert got.headers["user-agent"] == "Frontdesk/0.1.0"


async def test_every_attempt_is_the_same(server: FaultServer, outside: Outside) -> None:
    server.answers(Answer(500))
    for _ in range(3):
        await Callback(outside).send(outgoing(server))
    assert len({(got.body, got.target, *got.headers.items()) for got in server.received}) == 1


async def test_the_secret_header_is_sent(server: FaultServer, outside: Outside) -> None:
    await Callback(outside).send(outgoing(server, secret_header="X-Bot-Key", secret_value="s3cr3t"))
    assert server.received[0].headers["x-bot-key"] == "s3cr3t"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_2xx_is_done(server: FaultServer, outside: Outside, status: int) -> None:
    server.answers(Answer(status))
    assert await Callback(outside).send(outgoing(server)) == Sent(ok=True, detail=str(status), status=status)


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308])
async def test_a_redirect_is_a_failure_and_not_followed(
    server: FaultServer, outside: Outside, status: int
) -> None:
    server.answers(Answer(status, headers=(("location", server.url("/elsewhere")),)))
    assert await Callback(outside).send(outgoing(server)) == Sent(
        ok=False, retry=True, detail=str(status), status=status
    )
    assert [got.target for got in server.received] == ["/bot"]


@pytest.mark.parametrize("status", [400, 401, 404, 408, 418, 429, 500, 502, 503])
async def test_another_status_is_tried_again(server: FaultServer, outside: Outside, status: int) -> None:
    server.answers(Answer(status, b"no"))
    assert await Callback(outside).send(outgoing(server)) == Sent(
        ok=False, retry=True, detail=f"{status} no", status=status, answer=b"no"
    )


async def test_410_is_never_tried_again(server: FaultServer, outside: Outside) -> None:
    server.answers(Answer(410, headers=(("retry-after", "5"),)))
    assert await Callback(outside).send(outgoing(server)) == Sent(
        ok=False, retry=False, detail="410", status=410
    )


@pytest.mark.parametrize(("status", "asked"), [(429, 120.0), (503, 120.0), (500, None), (301, None)])
async def test_retry_after_is_heard_from_those_who_ask_to_wait(
    server: FaultServer, outside: Outside, status: int, asked: float | None
) -> None:
    for value in ("120", format_datetime(FixedClock().at + timedelta(seconds=120), usegmt=True)):
        server.answers(Answer(status, headers=(("retry-after", value),)))
        assert (await Callback(outside).send(outgoing(server))).retry_after_s == asked


@pytest.mark.parametrize("fault", [Answer(hang_up=True), Answer(reset=True), Answer(raw=b"nonsense\r\n\r\n")])
async def test_no_answer_is_tried_again(server: FaultServer, outside: Outside, fault: Answer) -> None:
    server.answers(fault)
    sent = await Callback(outside).send(outgoing(server))
    assert (sent.ok, sent.retry) == (False, True)
    assert sent.detail


async def test_the_detail_is_the_head_of_the_answer_in_one_clean_line(
    server: FaultServer, outside: Outside
) -> None:
    server.answers(Answer(500, b"a\r\nb\x00\x1b[31m\xff" + b"x" * 100_000))
    detail = (await Callback(outside).send(outgoing(server))).detail
    assert detail.startswith("500 a  b  [31m\ufffdxxx")
    assert len(detail) == 4 + 200
    assert detail.isprintable()


async def test_a_closed_address_is_not_tried_again(server: FaultServer, outside: Outside) -> None:
    for url in ("http://169.254.169.254/", "http://127.0.0.1:8080/", "ftp://example.com/x"):
        sent = await Callback(outside).send(outgoing(server, url=url))
        assert (sent.ok, sent.retry) == (False, False)
        assert sent.detail


async def test_wrong_settings_are_told_without_quoting_a_secret(
    server: FaultServer, outside: Outside
) -> None:
    for wrong in (
        {"url": ""},
        {"url": "desk"},
        {"secret_header": "X-Key"},
        {"secret_value": "canary"},
        {"secret_header": "X Key", "secret_value": "canary"},
        {"secret_header": "Webhook-Id", "secret_value": "canary"},
        {"secret_header": "X-Key", "secret_value": "canary\r\nX: y"},
        {"url": None, "unknown": "canary"},
    ):
        sent = await Callback(outside).send(outgoing(server, **wrong))
        assert (sent.ok, sent.retry) == (False, False)
        assert "settings are wrong" in sent.detail
        assert "canary" not in sent.detail
    assert server.connections == 0


def test_a_message_becomes_one_body_a_bubble() -> None:
    adapter = Callback.__new__(Callback)
    yes = Button("Да", "yes")
    bodies = adapter.bodies("jhon", (Text("one\n\ntwo"), Buttons("three?", (yes,))))
    assert [json.loads(body) for body in bodies] == [
        {"recipient_id": "jhon", "text": "one"},
        {"recipient_id": "jhon", "text": "two"},
        {"recipient_id": "jhon", "text": "three?", "buttons": [{"title": "Да", "payload": "yes"}]},
    ]
    assert adapter.bodies("jhon", ()) == ()
