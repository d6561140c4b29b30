"""On somebody else's database: what is missing is made or named, never a stack of Python."""

import stat
from pathlib import Path

import pytest
from tests.database import Database
from tests.program import test_settings as with_settings

from frontdesk.app import database as databases
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import PostgresServer
from frontdesk.app.wiring import wired
from frontdesk.core.errors import Refused


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_folder_for_the_master_key_is_made_for_its_owner_alone(
    database: Database, tmp_path: Path
) -> None:
    data = tmp_path / "not" / "there yet"
    async with wired(with_settings(data, frontdesk_master_key=None), database.url, first=True):
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "master.key").stat().st_mode) == 0o600


async def test_a_command_beside_the_program_makes_no_master_key(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no master key"):
        async with wired(with_settings(tmp_path, frontdesk_master_key=None), database.url):
            pass
    assert files(tmp_path) == []


async def test_a_folder_that_cannot_be_made_is_one_line_with_the_way_out(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="set FRONTDESK_DATA to a folder that is"):
        async with wired(with_settings(tmp_path / "file" / "data"), database.url):
            pass


async def test_a_migration_that_may_not_is_told_in_the_servers_words(server: PostgresServer) -> None:
    with pytest.raises(CannotStart, match="tables: permission denied"):
        await databases.migrate(server.program.url(), server.program.user)
