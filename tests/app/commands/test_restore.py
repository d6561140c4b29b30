"""`restore` says what it replaces, does nothing unasked, and keeps the way back."""

import asyncio
import os
import pty
import re
import stat
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.app.running import begun, command, environment

REPLACES = r"Here now: \d+ workspaces, \d+ assistants?, \d+ conversations?"


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    return ("--demo",)


def kept(place: Place) -> list[Path]:
    return sorted((place.folder / "before-restore").glob("*"))


def mode(path: str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


async def test_without_a_terminal_and_without_yes_nothing_is_replaced(place: Place, tmp_path: Path) -> None:
    file = str(tmp_path / "one.backup")
    await place.done("backup", file)
    before = kept(place)
    ended = await place.command("restore", file, typed="y\n")
    assert ended.code == 2
    assert re.match(REPLACES, ended.out)
    assert "Add --yes" in ended.err
    assert kept(place) == before


async def test_what_is_restored_can_be_undone_by_the_line_that_it_prints(
    place: Place, tmp_path: Path
) -> None:
    of_demo = ("--workspace", "Demo", "--assistant", "billing-helper")
    file = str(tmp_path / "two.backup")
    await place.done("backup", file)
    await place.done("secret", "set", "LATER", *of_demo, typed="x")
    said = await place.done("restore", file, "--yes")
    assert re.match(REPLACES, said)
    assert "LATER" not in await place.done("secret", "list", *of_demo)
    back = re.search(r"restore (\S+\.backup)\n", said)
    assert back is not None
    assert mode(back[1]) == 0o600
    await place.done("restore", back[1], "--yes", "--no-backup")
    assert "LATER" in await place.done("secret", "list", *of_demo)


async def test_the_way_back_outlives_the_database_that_was_dropped_at_once(
    place: Place, tmp_path: Path
) -> None:
    of_demo = ("--workspace", "Demo", "--assistant", "billing-helper")
    file = str(tmp_path / "four.backup")
    await place.done("backup", file)
    await place.done("secret", "set", "DROPPED", *of_demo, typed="x")
    said = await place.done("restore", file, "--yes", "--discard-old")
    assert "is kept as" not in said
    back = re.search(r"restore (\S+\.backup)\n", said)
    assert back is not None
    await place.done("restore", back[1], "--yes", "--no-backup")
    assert "DROPPED" in await place.done("secret", "list", *of_demo)


async def test_at_a_terminal_no_means_no(place: Place, tmp_path: Path) -> None:
    file = str(tmp_path / "three.backup")
    await place.done("backup", file)
    before = kept(place)
    ours, theirs = pty.openpty()
    child = await begun(("restore", file), environment(place.folder), (theirs, theirs, theirs))
    os.close(theirs)
    await asyncio.to_thread(_read_until, ours, b"[y/N]")
    os.write(ours, b"n\n")
    await asyncio.to_thread(_read_until, ours, b"Nothing was changed.")
    async with asyncio.timeout(60):
        assert await child.wait() == 2
    os.close(ours)
    assert kept(place) == before


async def test_what_is_no_backup_is_refused_before_anything_is_asked(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "no.backup"
    file.write_text("no backup")
    before = kept(place)
    ended = await place.command("restore", str(file), "--yes")
    assert (ended.code, "is not a backup" in ended.err, ended.out) == (2, True, "")
    assert kept(place) == before


async def test_into_an_empty_folder_there_is_nothing_to_ask(place: Place, tmp_path: Path) -> None:
    file = str(tmp_path / "five.backup")
    await place.done("backup", file)
    ended = await command(tmp_path / "new", "restore", file)
    assert ended.code == 0, ended
    assert "Here now" not in ended.out
    assert "Restored" in ended.out
    key = tmp_path / "new" / "master.key"
    assert f"put the master key of the backup's installation into {key}" in ended.out


def _read_until(terminal: int, mark: bytes) -> None:
    seen = b""
    while mark not in seen:
        seen += os.read(terminal, 1)


async def test_a_backup_without_a_name_is_in_the_data_folder_and_named_by_the_time(place: Place) -> None:
    said = await place.done("backup")
    written = re.match(r"Wrote (.+) \(\d+\.\d MB\)\.", said)
    assert written is not None, said
    file = Path(written[1])
    assert file.parent == place.folder / "backups"
    assert re.fullmatch(r"\d{8}T\d{6}Z\.backup", file.name)
    assert (mode(str(file)), mode(str(file.parent))) == (0o600, 0o700)
