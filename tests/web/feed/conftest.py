"""A second program on the same database, and desks whose conversations are followed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.database import Database
from tests.program import Desk, Program, served

from frontdesk.store.keys import create_key


@pytest.fixture(scope="session")
async def second(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """Another process's worth of program on the same database, without jobs."""
    async with served(database, tmp_path_factory.mktemp("second"), jobs=False) as running:
        yield running


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


async def key_of(desk: Desk, *scopes: str, **limits: Any) -> str:
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        given = frozenset(scopes or {"read:conversations"})
        _, text = await create_key(desk.workspace, tx, kind="api", name="A key", scopes=given, **limits)
    return text.reveal()
