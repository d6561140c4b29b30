"""A workspace of the running program, and its owner at a browser."""

import pytest
from tests.program import Desk, Program
from tests.web.people import Browser, signed_in


@pytest.fixture
async def desk(program: Program) -> Desk:
    return await program.desk()


@pytest.fixture
async def owner(program: Program, desk: Desk) -> Browser:
    """Signed in. All tests do so from one address, which would be held back for the failures of others."""
    await program.execute("DELETE FROM sign_in_tries")
    return (await signed_in(program.running.store, desk.workspace, program.client))[0]
