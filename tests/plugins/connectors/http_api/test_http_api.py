"""API integrations against a real server: what is sent, what counts as which outcome, what is repeated."""

import logging
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.doubles.outside import Pauses, outside_of

from frontdesk.core.action import MAX_ATTEMPTS, Call, Fetched, HttpCall, Literal, SecretRef
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.http_api.adapter import HttpApi


class Vault:
    """The secrets of one assistant, in the open."""

    def __init__(self, **values: str) -> None:
        self.values = values

    async def reveal(self, name: str) -> str | None:
        return self.values.get(name)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest_asyncio.fixture
async def outside(server: FaultServer, pauses: Pauses) -> AsyncIterator[Outside]:
    async with outside_of(server, "action", pauses=pauses) as world:
        yield world


def call(server: FaultServer, **changes: object) -> Call:
    request = HttpCall("GET", server.url("/accountBalance"))
    return msgspec.structs.replace(Call("k1", "Balance", "http", request), **changes)


async def test_the_tutorials_balance_call_comes_back_as_data(server: FaultServer, outside: Outside) -> None:
    server.answers(json_answer({"accountId": "123456", "accountBalance": 512.75}))
    query = (("accountNumber", "123456"), ("email", "fred+a&b=c@home.com"))
    request = HttpCall("GET", server.url("/accountBalance"), query)
    fetched = await HttpApi(outside).run(call(server, request=request), Vault())
    assert fetched == Fetched("k1", "ok", 200, {"accountId": "123456", "accountBalance": 512.75})
    (got,) = server.received
    assert got.target == "/accountBalance?accountNumber=123456&email=fred%2Ba%26b%3Dc%40home.com"
    assert (got.headers["accept"], got.headers["user-agent"]) == ("application/json", "Frontdesk/0.1.0")
    assert "content-type" not in got.headers


async def test_a_json_body_and_secret_headers_are_sent(server: FaultServer, outside: Outside) -> None:
    headers = (
        ("Authorization", (Literal("Bearer "), SecretRef("DESK_KEY"))),
        ("ACCEPT", (Literal("application/vnd.desk+json"),)),
    )
    body = {"message": 'Hé "you"\n', "agentSkillId": "42", "n": [1, 2.5, None, True]}
    request = HttpCall("post", server.url("/transfer"), headers=headers, json=body, has_json=True)
    fetched = await HttpApi(outside).run(call(server, request=request), Vault(DESK_KEY="s3cr3t"))
    assert fetched.outcome == "ok"
    (got,) = server.received
    assert (got.method, got.json()) == ("POST", body)
    assert got.headers["content-type"] == "application/json"
    assert got.headers["authorization"] == "Bearer s3cr3t"
    assert got.headers["accept"] == "application/vnd.desk+json"


async def test_a_json_null_is_a_body(server: FaultServer, outside: Outside) -> None:
    request = HttpCall("POST", server.url(), json=None, has_json=True)
    await HttpApi(outside).run(call(server, request=request), Vault())
    assert server.received[0].body == b"null"


async def test_a_missing_secret_is_an_outcome_that_names_it_and_nothing_is_sent(
    server: FaultServer, outside: Outside
) -> None:
    headers = (("Authorization", (SecretRef("FIRST"), SecretRef("DESK_KEY"))),)
    request = HttpCall("GET", server.url(), headers=headers)
    fetched = await HttpApi(outside).run(call(server, request=request), Vault(FIRST="hunter2"))
    assert fetched == Fetched("k1", "error", reason="the secret DESK_KEY is not set")
    assert server.connections == 0


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "a\r", "a\x00", "key\n"])
async def test_a_line_break_in_a_header_is_an_outcome_that_does_not_quote_it(
    server: FaultServer, outside: Outside, value: str
) -> None:
    pieces: list[Literal | SecretRef] = [Literal(value), SecretRef("KEY")]
    for piece in pieces:
        request = HttpCall("GET", server.url(), headers=(("X-Name", (piece,)),))
        fetched = await HttpApi(outside).run(call(server, request=request), Vault(KEY=value))
        assert fetched.outcome == "error"
        assert fetched.reason == "the value of the header X-Name has a line break or control character in it"
    assert server.connections == 0


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206])
async def test_2xx_is_ok(server: FaultServer, outside: Outside, status: int) -> None:
    server.answers(Answer(status))
    assert (await HttpApi(outside).run(call(server), Vault())).outcome == "ok"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
async def test_another_status_is_an_error_with_its_body(
    server: FaultServer, outside: Outside, status: int
) -> None:
    server.answers(json_answer({"error": "why"}, status))
    fetched = await HttpApi(outside).run(call(server), Vault())
    assert fetched == Fetched("k1", "error", status, {"error": "why"}, f"status {status}")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is empty"),
        (b" \n", "the answer is empty"),
        (b"<html>", "the answer is not JSON"),
        (b'{"a":1,"a":2}', "the answer is not JSON: duplicate key"),
        (b"[NaN]", "the answer is not JSON: NaN"),
        (b"[1e999]", "the answer is not JSON: number out of range"),
        (b"[" * 100_000, "the answer is not JSON: nested deeper"),
        (b'"\\u0000"', "the answer is not JSON: NUL"),
        (b"\xff\xfe", "the answer is not JSON: not UTF-8"),
        (b"1" * 5000, "the answer is not JSON"),
    ],
)
async def test_an_answer_without_one_meaning_has_no_body(
    server: FaultServer, outside: Outside, body: bytes, reason: str
) -> None:
    server.answers(Answer(body=body))
    fetched = await HttpApi(outside).run(call(server), Vault())
    assert (fetched.outcome, fetched.status, fetched.body) == ("ok", 200, None)
    assert fetched.reason.startswith(reason)


async def test_a_too_long_answer_has_no_body(server: FaultServer, outside: Outside) -> None:
    server.answers(Answer(body=b"1" * 65_536, repeat=50))
    fetched = await HttpApi(outside).run(call(server), Vault())
    assert (fetched.outcome, fetched.body, fetched.reason) == ("ok", None, "the answer is too long")


async def test_no_answer_in_time_is_a_timeout(server: FaultServer, outside: Outside) -> None:
    server.answers(Answer(silent=True))
    fetched = await HttpApi(outside).run(call(server, timeout_s=0.1), Vault())
    assert fetched == Fetched("k1", "timeout", reason="no complete answer within 0.1 s")


async def test_a_closed_address_is_an_outcome(server: FaultServer, outside: Outside) -> None:
    request = HttpCall("GET", "http://169.254.169.254/latest/meta-data/")
    everything = ("timeout", "connection", "outbound_refused", "")
    stubborn = call(server, request=request, attempts=3, idempotent=True, retry_on=everything)
    fetched = await HttpApi(outside).run(stubborn, Vault())
    assert (fetched.outcome, fetched.status) == ("error", 0)
    assert "link-local" in fetched.reason


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Answer(hang_up=True), "connection"),
        (Answer(reset=True), "connection"),
        (Answer(body=b"x" * 10, cut_after=5), "connection"),
        (Answer(silent=True), "timeout"),
        (Answer(503), "503"),
        (Answer(429), "429"),
    ],
    ids=["hang-up", "reset", "cut", "silent", "503", "429"],
)
async def test_an_attempt_is_repeated_when_the_call_asks_for_it(
    server: FaultServer, outside: Outside, pauses: Pauses, fault: Answer, trouble: str
) -> None:
    server.answers(fault, fault, json_answer({"n": 1}))
    again = call(server, attempts=3, idempotent=True, retry_on=(trouble,), timeout_s=0.3)
    fetched = await HttpApi(outside).run(again, Vault())
    assert (fetched.outcome, fetched.body, len(server.received)) == ("ok", {"n": 1}, 3)
    assert pauses.seconds == pytest.approx([0.15, 0.3])


@pytest.mark.parametrize(
    "limits",
    [
        {"attempts": 1, "idempotent": True, "retry_on": ("503",)},
        {"attempts": 0, "idempotent": True, "retry_on": ("503",)},
        {"attempts": 3, "idempotent": True, "retry_on": ("timeout", "connection", "502")},
        {"attempts": 3, "idempotent": True},
        {"attempts": 3, "idempotent": False, "retry_on": ("503",)},
    ],
    ids=["one", "none", "other trouble", "nothing asked", "not idempotent"],
)
async def test_an_attempt_is_not_repeated_otherwise(
    server: FaultServer, outside: Outside, pauses: Pauses, limits: dict[str, object]
) -> None:
    server.answers(Answer(503))
    fetched = await HttpApi(outside).run(call(server, **limits), Vault())
    assert (fetched.outcome, fetched.status) == ("error", 503)
    assert (len(server.received), pauses.seconds) == (1, [])


@pytest.mark.parametrize("attempts", [MAX_ATTEMPTS, 1000])
async def test_attempts_and_pauses_are_bounded(
    server: FaultServer, outside: Outside, pauses: Pauses, attempts: int
) -> None:
    """Six: a bot's `retry: {attempts: 5}` means five more than the first."""
    server.answers(Answer(500))
    await HttpApi(outside).run(call(server, attempts=attempts, idempotent=True, retry_on=("500",)), Vault())
    assert (MAX_ATTEMPTS, len(server.received)) == (6, 6)
    assert sum(pauses.seconds) < 5


async def test_a_body_that_json_cannot_hold_is_an_outcome(server: FaultServer, outside: Outside) -> None:
    for value in (float("nan"), float("inf"), "\ud800"):
        request = HttpCall("POST", server.url(), json={"v": value}, has_json=True)
        fetched = await HttpApi(outside).run(call(server, request=request), Vault())
        assert fetched == Fetched(
            "k1", "error", reason="the JSON body has a number or text that JSON cannot hold"
        )
    assert server.connections == 0


async def test_neither_logs_nor_reasons_carry_secrets_or_bodies(
    server: FaultServer,
    outside: Outside,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = (("X-Key", (SecretRef("KEY"),)),)
    reasons = []
    for answer in (Answer(500, b"canary-body"), Answer(hang_up=True), Answer(body=b"canary-body")):
        server.answers(answer)
        request = HttpCall(
            "POST", server.url(), (("q", "canary-query"),), headers, "canary-sent", has_json=True
        )
        fetched = await HttpApi(outside).run(call(server, request=request), Vault(KEY="canary-key"))
        reasons.append(fetched.reason)
    refused = HttpCall("POST", "http://10.0.0.1/", (("q", "canary-query"),), headers)
    reasons.append(
        (await HttpApi(outside).run(call(server, request=refused), Vault(KEY="canary-key"))).reason
    )
    printed = capsys.readouterr()
    assert "egress.refused" in printed.out + caplog.text
    assert "canary" not in " ".join([*reasons, caplog.text, printed.out, printed.err])
