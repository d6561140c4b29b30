"""The database goes away in the middle of a turn: what was taken in is answered once it is back (promise 14)."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from tests.database import Database, migrated
from tests.doubles.http_server import FaultServer
from tests.program import Desk, Program, served, until
from tests.turn.calling_bot import CALLING_BOT
from tests.turn.conftest import held, said

from frontdesk.app.postgres import PostgresServer
from frontdesk.turn.waiting import POLL_S


@dataclass
class Fragile:
    """A program on a database of its own that can be shut and opened; tests still read past row security."""

    program: Program
    desk: Desk
    database: Database

    async def shut(self) -> None:
        """Nobody but the administrator gets in, and whoever is in is thrown out."""
        await self._admin("ALTER DATABASE {} CONNECTION LIMIT 0")
        await self.program.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND usename = 'frontdesk'"""
        )
        await until(self._refuses)

    async def open(self) -> None:
        await self._admin("ALTER DATABASE {} CONNECTION LIMIT -1")

    async def _admin(self, sql: str) -> None:
        name = (await self.program.query("SELECT current_database() AS name"))[0]["name"]
        await self.program.execute(sql.format(name))

    async def _refuses(self) -> bool:
        """A message to another conversation is refused, three times: the whole program knows by then."""
        answers = [await self.desk.post("nobody", "hello") for _ in range(3)]
        assert all(answer.status == 200 or int(answer.headers["retry-after"]) >= 1 for answer in answers)
        return {answer.status for answer in answers} == {503}


@pytest.fixture
async def fragile(server: PostgresServer, outside: FaultServer, tmp_path: Path) -> AsyncIterator[Fragile]:
    database = await migrated(server, f"fragile_{secrets.token_hex(4)}")
    async with served(database, tmp_path) as program:
        desk = await program.desk(CALLING_BOT, env={"API": outside.url("")})
        found = Fragile(program, desk, database)
        yield found
        await found.open()


async def test_a_message_that_is_not_stored_is_refused_and_leaves_nothing(fragile: Fragile) -> None:
    assert await fragile.desk.say("jo", "before") == ["You said before"]
    await fragile.shut()
    assert (await fragile.desk.post("jo", "meanwhile")).status == 503
    await fragile.open()
    await until(lambda: _served(fragile, "after"))
    texts = [text for author, text in await said(fragile.desk) if author == "contact"]
    assert texts == ["before", "after"]


async def test_a_caller_whose_message_is_stored_waits_until_the_database_is_back(
    fragile: Fragile, outside: FaultServer
) -> None:
    go, answer = held()
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(fragile.desk.say("jo", "look"))
        await outside.asked(1)
        await fragile.shut()
        await asyncio.sleep(3 * POLL_S)  # away for longer than callers take to look again
        await fragile.open()
        go.set()
    assert asking.result() == ["I found 1"]
    assert len(outside.received) == 1


async def test_an_answer_that_came_while_it_was_away_is_not_forgotten(
    fragile: Fragile, outside: FaultServer
) -> None:
    """An order that was carried out is known as such, although nothing could be written down just then."""
    go, answer = held("42")
    outside.answers(answer)
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(fragile.desk.say("jo", "order it"))
        await outside.asked(1)
        await fragile.shut()
        go.set()
        await until(fragile._refuses)
        await fragile.open()
    assert asking.result() == ["Ordered as 42"]
    assert len(outside.received) == 1


async def test_jobs_and_hints_go_on_afterwards(fragile: Fragile) -> None:
    await fragile.shut()
    await fragile.open()
    async with FaultServer() as receiver:
        await fragile.desk.channel("callback", {"url": receiver.url("/")})
        body = {"sender": "jo", "message": "hello"}
        await until(lambda: _posted(fragile, body))
        await receiver.asked(1, within_s=30)
    # Heard by everybody who listens: a program that lost its ears would say nothing.
    listener = await asyncpg.connect(fragile.database.url)
    heard: asyncio.Queue[object] = asyncio.Queue()
    await listener.add_listener("frontdesk", lambda *news: heard.put_nowait(news[-1]))
    assert await fragile.desk.say("jo", "again") == ["You said again"]
    async with asyncio.timeout(60):
        assert "conv_" in str(await heard.get())
    await listener.close()


async def _served(fragile: Fragile, text: str) -> bool:
    return (await fragile.desk.post("jo", text)).status == 200


async def _posted(fragile: Fragile, body: dict[str, str]) -> bool:
    path = f"{fragile.desk.path}/webhooks/callback/webhook"
    return (await fragile.program.client.post(path, json=body)).status == 200
