"""What goes wrong has one status, one code and the shape of its wire."""

import asyncio
import re
import socket
from html import unescape

import pytest
import structlog
from tests.doubles.http_client import HttpClient

from frontdesk.app import logs
from frontdesk.core.errors import CODES, Bug, NeedsReauth, Refused, Unavailable
from frontdesk.store.connect import Stale
from frontdesk.web.errors import STATUS, explain


def test_every_code_has_a_status() -> None:
    assert STATUS.keys() == CODES.keys()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused("not_found", "No."), 404, "not_found"),
        (Unavailable("Away.", retry_after_s=2.2), 503, "unavailable"),
        (NeedsReauth("crm", "Sign in again."), 409, "needs_reauth"),
        (Stale(), 412, "conflict"),
        (Bug("x"), 500, "internal"),
        (ZeroDivisionError(), 500, "internal"),
    ],
)
def test_kinds_of_errors(error: Exception, status: int, code: str) -> None:
    problem = explain(error)
    assert (problem.status, problem.code) == (status, code)


def test_passing_trouble_says_when_to_come_back() -> None:
    assert explain(Unavailable("Away.", retry_after_s=2.2)).headers == (("retry-after", "3"),)


async def test_an_unknown_address_is_a_problem_document(client: HttpClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/docs/errors#not_found",
        "title": CODES["not_found"],
        "status": 404,
        "detail": "There is nothing at this address.",
        "code": "not_found",
        "request_id": answer.headers["X-Request-Id"],
    }


async def test_the_type_of_a_problem_leads_to_its_entry_on_a_page_like_the_others(client: HttpClient) -> None:
    address, _, code = (await client.get("/nowhere")).json()["type"].partition("#")
    answer = await client.get(address)
    page = answer.body.decode()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'<tr id="{code}">' in page
    for each, meaning in CODES.items():
        assert f'<tr id="{each}">' in page
        assert meaning in unescape(page)
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert (await client.get(style)).status == 200
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_our_own_failure_is_logged_and_tells_the_caller_nothing(client: HttpClient) -> None:
    with structlog.testing.capture_logs(logs.WRITTEN) as lines:
        answer = await client.get("/break")
    assert answer.status == 500
    assert b"lamp" not in answer.body
    assert answer.json()["code"] == "internal"
    failed = next(line for line in lines if line["event"] == "http.failed")
    told = str(failed["exception"])
    assert "the lamp is broken after 12 hours" in told
    assert "break_down" in told
    # What the frames held stays out.
    assert "local-secret" not in told


async def test_a_wire_keeps_its_own_envelope(client: HttpClient) -> None:
    for method, path, expected in [
        ("GET", "/rasa/a/b/tracker", (401, b"own shape: unauthenticated")),
        ("POST", "/rasa/a/b/tracker", (405, b"own shape: method_not_allowed")),
    ]:
        answer = await client.send(method, path)
        assert (answer.status, answer.body) == expected


async def test_the_id_of_a_request_is_ours_alone(client: HttpClient) -> None:
    first = await client.get("/healthz", headers={"X-Request-Id": "req_forged"})
    second = await client.get("/healthz")
    ids = [answer.headers["X-Request-Id"] for answer in (first, second)]
    assert all(one.startswith("req_") and len(one) == 30 for one in ids)
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b'{"a": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_with_more_than_one_meaning_is_refused(client: HttpClient, body: bytes) -> None:
    answer = await client.post("/echo", body=body)
    assert (answer.status, answer.json()["code"]) == (400, "bad_request")


async def test_a_good_body_is_read_whatever_its_declared_type(client: HttpClient) -> None:
    answer = await client.post("/echo", body=b'\xef\xbb\xbf{"a": "\\ud83d\\ude00", "b": 1}')
    assert answer.body == b"anonymous 2"


async def test_a_body_over_the_limit_is_refused_before_it_is_read(client: HttpClient) -> None:
    answer = await client.post("/echo", body=b'{"a": "' + b"x" * 1_000_000 + b'"}')
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


async def test_a_body_without_end_is_cut_off_while_it_streams(base_url: str) -> None:
    """No Content-Length to judge by: the sender would go on for ever."""
    host, _, port = base_url.removeprefix("http://").partition(":")
    loop = asyncio.get_running_loop()
    # No stream: it forgets what has come as soon as it cannot send on, and that is what happens here.
    with socket.create_connection((host, int(port))) as sender:
        sender.settimeout(0)

        async def pour() -> None:
            await loop.sock_sendall(
                sender, b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            while True:
                await loop.sock_sendall(sender, b"10000\r\n" + b"x" * 65_536 + b"\r\n")

        answered = asyncio.create_task(loop.sock_recv(sender, 1_000))
        async with asyncio.timeout(60):
            with pytest.raises(ConnectionError):
                await pour()
            head = await answered
        assert head.startswith(b"HTTP/1.1 413 Request Entity Too Large\r\n")
