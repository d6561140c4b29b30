"""The served program, an outside system that answers when told to, and a bot that asks it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.database import Database, migrated
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.program import Desk, Program, served, until
from tests.turn.calling_bot import CALLING_BOT

from frontdesk.app.postgres import PostgresServer


@pytest.fixture(scope="session")
async def second(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """Another process's worth of program on the same database, without jobs."""
    async with served(database, tmp_path_factory.mktemp("second"), jobs=False) as running:
        yield running


@pytest.fixture(scope="session")
async def apart(server: PostgresServer) -> Database:
    """A database on which nothing works off jobs by itself."""
    return await migrated(server, f"apart_{secrets.token_hex(4)}")


@pytest.fixture
async def quiet(apart: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """A program whose jobs the test works off by itself."""
    async with served(apart, tmp_path_factory.mktemp("quiet"), jobs=False) as program:
        yield program
        await program.execute("DELETE FROM deliveries")
        await program.execute("DELETE FROM pgqueuer")


@pytest.fixture
async def outside() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        server.answers(json_answer({"value": "1"}))
        yield server


@pytest.fixture
async def desk(program: Program, outside: FaultServer) -> Desk:
    return await program.desk(CALLING_BOT, env={"API": outside.url("")})


def held(value: object = "1") -> tuple[asyncio.Event, Answer]:
    """An answer that is given once its event is set."""
    event, answer = asyncio.Event(), json_answer({"value": value})
    return event, Answer(answer.status, answer.body, answer.headers, held=event)


async def conversation(desk: Desk, sender: str) -> dict[str, Any]:
    rows = await desk.program.query(
        "SELECT * FROM conversations WHERE workspace_id = $1 AND external_id = $2", desk.workspace, sender
    )
    return rows[0]


async def said(desk: Desk) -> list[tuple[str, str]]:
    """Author and text of every message, in order of the conversations and of their numbers."""
    rows = await desk.program.query(
        """SELECT m.author, m.parts->0->>'text' AS text FROM messages m JOIN conversations c
           ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
           WHERE m.workspace_id = $1 ORDER BY c.external_id, m.seq""",
        desk.workspace,
    )
    return [(row["author"], row["text"]) for row in rows]


async def handled(desk: Desk, count: int, within_s: float = 60.0) -> None:
    """Until so many messages are done with."""

    async def enough() -> bool:
        rows = await desk.rows("inbound")
        return len([row for row in rows if row["status"] != "waiting"]) >= count

    await until(enough, within_s=within_s)


async def came_in(desk: Desk, count: int) -> None:
    """Until so many messages are stored, handled or not."""

    async def enough() -> bool:
        return len(await desk.rows("inbound")) >= count

    await until(enough)
