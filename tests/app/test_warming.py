"""Models of intents are in memory before a message needs them: after the start, and each new one as soon as it serves."""

from collections.abc import AsyncIterator
from secrets import token_hex

import pytest
from tests.database import migrated
from tests.line.test_learning import learn
from tests.line.test_understanding import BOT
from tests.program import Desk, Program, served

from frontdesk.app.postgres import PostgresServer
from frontdesk.app.wiring import Running


@pytest.fixture
async def idle(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """Learning happens when the test says so, and nothing was loaded by a start."""
    database = await migrated(server, f"warming_{token_hex(4)}")
    folder = tmp_path_factory.mktemp("idle")
    async with served(database, folder, jobs=False, frontdesk_embedder="none") as program:
        yield program


def in_memory(running: Running) -> set[str]:
    return {served.version_id for served in running.answers.understanding.__dict__["_models"]}


async def published(desk: Desk) -> str:
    return str((await desk.rows("assistants"))[0]["published_version"])


async def test_models_are_loaded_at_the_start_and_when_new_ones_serve(idle: Program) -> None:
    running = idle.running
    desk = await idle.desk({"bot.yaml": BOT})
    await idle.desk()
    assert (await learn(desk))["state"] == "ready"
    assert in_memory(running) == set(), "a process that serves nobody loads nothing"

    await running.upkeep.warming.begin()
    first = await published(desk)
    assert in_memory(running) == {first}

    await desk.publish({"bot.yaml": BOT.replace("my parcel", "it")})
    await learn(desk)
    second = await published(desk)
    assert in_memory(running) == {first, second}


async def test_a_version_that_cannot_be_read_keeps_none_of_the_others_out(idle: Program) -> None:
    broken, sound = await idle.desk({"bot.yaml": BOT}), await idle.desk({"bot.yaml": BOT})
    for desk in (broken, sound):
        await learn(desk)
    await idle.execute("UPDATE bot_versions SET files = '{}' WHERE id = $1", await published(broken))
    idle.running.line.bots.__dict__["_bots"].clear()
    await idle.running.upkeep.warming.begin()
    assert in_memory(idle.running) == {await published(sound)}
