"""One program for all tests of the line; each test makes workspaces of its own."""

from collections.abc import AsyncIterator

import pytest
from tests.conftest import Database
from tests.program import Program, served


@pytest.fixture(scope="session")
async def program(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    async with served(database, tmp_path_factory.mktemp("program")) as running:
        yield running
