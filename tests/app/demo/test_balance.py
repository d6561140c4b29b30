"""The demo's outside system, called as the tutorial's bot calls it: over HTTP, through the guarded client."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from frontdesk.app.demo import balance
from frontdesk.core import strict_json
from frontdesk.core.errors import Refused
from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.http import GuardedHttp
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest

PAIR = (("accountNumber", "123456"), ("email", "fred@home.com"))


@pytest_asyncio.fixture
async def running() -> AsyncIterator[balance.Running]:
    service = await balance.serve()
    yield service
    await service.close()


@pytest_asyncio.fixture
async def http(running: balance.Running) -> AsyncIterator[GuardedHttp]:
    guarded = GuardedHttp(EgressSettings((parse_allow(f"action={running.url.removeprefix('http://')}"),)))
    yield guarded
    await guarded.close()


def told(reply: HttpReply) -> dict[str, object]:
    found = strict_json.loads(reply.body)
    assert isinstance(found, dict)
    return found


async def test_s001_40_the_balance_of_an_account_is_a_random_amount(
    running: balance.Running, http: GuardedHttp
) -> None:
    amounts = set()
    for _ in range(20):
        reply = await http.send(HttpRequest("GET", f"{running.url}/accountBalance", PAIR))
        answer = told(reply)
        assert (reply.status, answer["accountId"], set(answer)) == (
            200,
            "123456",
            {"accountId", "accountBalance"},
        )
        amount = answer["accountBalance"]
        assert isinstance(amount, float)
        assert 0 <= amount < 10_000
        assert round(amount, 2) == amount
        amounts.add(amount)
    assert len(amounts) > 1


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        (PAIR[:1], "email"),
        (PAIR[1:], "accountNumber"),
        ((), "accountNumber, email"),
        ((("email", " "), PAIR[0]), "email"),
    ],
)
async def test_a_missing_parameter_is_named(
    running: balance.Running, http: GuardedHttp, query: tuple[tuple[str, str], ...], missing: str
) -> None:
    reply = await http.send(HttpRequest("GET", f"{running.url}/accountBalance", query))
    assert (reply.status, told(reply)) == (400, {"error": f"missing query parameter: {missing}"})


async def test_a_transfer_is_accepted_with_an_id_of_its_own(
    running: balance.Running, http: GuardedHttp
) -> None:
    answers = [
        await http.send(HttpRequest("POST", f"{running.url}/transfer", body=b'{"message":"hi"}'))
        for _ in range(2)
    ]
    assert [(reply.status, told(reply)["status"]) for reply in answers] == [(202, "accepted")] * 2
    assert len({str(told(reply)["transferId"]) for reply in answers}) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("POST", "/accountBalance", 405), ("GET", "/transfer", 405)],
)
async def test_anything_else_is_told_in_json(
    running: balance.Running, http: GuardedHttp, method: str, path: str, status: int
) -> None:
    reply = await http.send(HttpRequest(method, running.url + path))
    assert reply.status == status
    assert told(reply)["error"]


async def test_a_huge_transfer_is_not_taken(running: balance.Running, http: GuardedHttp) -> None:
    reply = await http.send(HttpRequest("POST", f"{running.url}/transfer", body=b"x" * 200_000))
    assert reply.status == 413


async def test_it_is_reached_by_its_allow_rule_only(running: balance.Running, http: GuardedHttp) -> None:
    with pytest.raises(Refused):
        await http.send(HttpRequest("GET", f"{running.url}/accountBalance", PAIR, purpose="webhook"))


async def test_a_taken_port_is_an_error(running: balance.Running) -> None:
    with pytest.raises(OSError, match="in use"):
        await balance.serve(port=int(running.url.rpartition(":")[2]))


async def test_after_close_nobody_answers() -> None:
    service = await balance.serve()
    await service.close()
    http = GuardedHttp(EgressSettings((parse_allow(f"action={service.url.removeprefix('http://')}"),)))
    with pytest.raises(HttpFailed):
        await http.send(HttpRequest("GET", service.url))
    await http.close()
