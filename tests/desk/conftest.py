"""A desk at work: a workspace with the tutorial's assistant, a key for its people, and callbacks that are heard."""

from collections.abc import AsyncIterator

import pytest
from tests.desk.people import Person, person
from tests.doubles.http_server import FaultServer
from tests.doubles.push_service import PushService
from tests.program import Desk, Program


@pytest.fixture
async def desk(program: Program) -> AsyncIterator[Desk]:
    made = await program.desk()
    yield made
    # The program goes on with what waits, and a long queue of one test would keep the next one waiting.
    left = "UPDATE conversations SET owner = 'closed', desk_due_at = NULL WHERE workspace_id = $1"
    await program.execute(left, made.workspace)


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await person(desk)


@pytest.fixture
async def bob(desk: Desk) -> Person:
    return await person(desk, "Bob Ray")


@pytest.fixture
async def boss(desk: Desk) -> Person:
    return await person(desk, "Bo Boss", "owner")


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with PushService() as running:
        yield running
