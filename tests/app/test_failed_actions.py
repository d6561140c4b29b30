"""A call to another system that fails is one log line, without anything that a customer wrote."""

from collections.abc import AsyncIterator

import pytest
import structlog
from tests.app.running import free_port
from tests.database import Database
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.program import Program, served


@pytest.fixture
async def program(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    async with served(database, tmp_path_factory.mktemp("failed"), jobs=False) as running:
        yield running


async def ask_for_a_balance(program: Program, url: str) -> list[dict[str, object]]:
    desk = await program.desk(env={"BALANCE_API": url})
    await desk.say("jo", "balance")
    await desk.say("jo", "123456")
    with structlog.testing.capture_logs() as lines:
        await desk.say("jo", "canary@example.com")
    assert "canary" not in str(lines)
    assert "123456" not in str(lines)
    return [dict(line) for line in lines if line["event"] == "action.failed"]


async def test_it_says_which_action_how_and_where_to(program: Program) -> None:
    async with FaultServer() as outside:
        outside.answers(Answer(404))
        (line,) = await ask_for_a_balance(program, outside.url(""))
    host = f"127.0.0.1:{outside.port}"
    expected = {"action": "Balance", "outcome": "error", "host": host, "reason": "status 404"}
    assert line == {"event": "action.failed", "log_level": "warning", **expected}


async def test_an_address_that_may_not_be_reached_and_one_where_nobody_listens_are_said_too(
    program: Program,
) -> None:
    (line,) = await ask_for_a_balance(program, "http://10.0.0.1")
    assert (line["host"], "private address" in str(line["reason"])) == ("10.0.0.1", True)
    (line,) = await ask_for_a_balance(program, f"http://127.0.0.1:{free_port()}")
    assert line["reason"] == "no connection could be made"


async def test_a_call_that_went_well_leaves_no_line(program: Program) -> None:
    async with FaultServer() as outside:
        outside.answers(json_answer({"accountId": "1", "accountBalance": 5}))
        assert await ask_for_a_balance(program, outside.url("")) == []
