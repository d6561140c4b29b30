"""Endpoints that mean ill: names that change sides, answers that never end, answers that are bombs (promises 6, 16)."""

import asyncio
import socket
from contextlib import closing
from typing import Any

import pytest
from tests.doubles.http_server import Answer as Given
from tests.doubles.http_server import FaultServer, gzipped
from tests.web.webhooks import Hooked

from frontdesk.kit import posting

OPEN, CLOSED = "127.0.0.1", "127.0.0.2"
"""What the program under test may reach, and what it may not."""
NAME = "flip.example"


def name_server(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> list[str]:
    """`NAME` has these addresses, one answer after the other and the last for ever; what was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def found(host: Any, *more: Any, **named: Any) -> Any:
        if host != NAME:
            return real(host, *more, **named)
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


@pytest.mark.allow_hosts([OPEN, CLOSED])
async def test_a_name_that_turns_inwards_is_not_followed_there_and_tried_again(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = name_server(monkeypatch, (OPEN,), (CLOSED,), (OPEN, CLOSED), (OPEN,))
    hooked.receiver.answers(Given(close=True))  # no connection is kept from one look-up to the next
    async with FaultServer(CLOSED, hooked.receiver.port) as canary:
        hook = await hooked.made("conversation.created", url=hooked.receiver.url("/hook", host=NAME))
        await hooked.desk.say("jo", "hi")
        await hooked.in_state(hook, "sent")
        await hooked.desk.say("al", "hi")
        await hooked.tried(hook, 1, place=1)
        await hooked.due()
        await hooked.tried(hook, 2, place=1)
        assert len(hooked.receiver.received) == 1
        await hooked.due()
        await hooked.in_state(hook, "sent", "sent")
        assert len(asked) == 4
        assert len(hooked.receiver.received) == 2
        attempts = (await hooked.whole(hook, (await hooked.log(hook))[1]))["attempts"]
        refused = [each["detail"] for each in attempts if each["status"] is None]
        assert len(refused) == 2
        assert all("may not be reached" in detail and CLOSED not in detail for detail in refused)
        assert canary.connections == 0
        # The control: whoever does get there is noticed.
        _, writer = await asyncio.open_connection(CLOSED, canary.port)
        with closing(writer):
            await canary.connected(1)


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        Given(body=b"x" * 400, drip_s=0.05),
        Given(raw=HEAD + b"x" * 400, drip_s=0.05),
        Given(silent=True),
    ],
    ids=["body", "headers", "nothing"],
)
async def test_an_answer_that_drips_has_an_end(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch, answer: Given
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 1.0)
    hook = await hooked.made("conversation.created")
    # The control: the same in one piece arrives in time.
    hooked.receiver.answers(answer, Given(body=b"x" * 400))
    await hooked.desk.say("jo", "hi")
    row = await hooked.tried(hook, 1)
    (attempt,) = (await hooked.whole(hook, row))["attempts"]
    assert (attempt["ok"], attempt["status"]) == (False, None)
    assert attempt["detail"] == "no complete answer within 1 s"
    monkeypatch.undo()
    await hooked.due()
    await hooked.in_state(hook, "sent")
    first, second = hooked.receiver.received
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


async def test_of_an_answer_that_is_huge_once_unpacked_the_first_20_kb_are_kept(hooked: Hooked) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(gzipped(b"y" * 1_000_000, times=100))
    await hooked.desk.say("jo", "hi")
    (row,) = await hooked.in_state(hook, "sent")
    (attempt,) = (await hooked.whole(hook, row))["attempts"]
    assert attempt["answer"] == "y" * 20_000


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nx-much: " + b"a" * 1_000_000 + b"\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFF\r\n",
        b"HTTP/1.1 2000 Odd\r\ncontent-length: 0\r\n\r\n",
    ],
    ids=["headers", "gzip", "chunk", "status"],
)
async def test_an_answer_that_cannot_be_read_is_a_failure_that_is_tried_again(
    hooked: Hooked, raw: bytes
) -> None:
    hook = await hooked.made("conversation.created")
    hooked.receiver.answers(Given(raw=raw), Given())
    await hooked.desk.say("jo", "hi")
    await hooked.tried(hook, 1)
    await hooked.due()
    (row,) = await hooked.in_state(hook, "sent")
    assert [each["ok"] for each in (await hooked.whole(hook, row))["attempts"]] == [False, True]
