"""Commands find the running program by its data folder; what it noted there goes when it stops."""

from pathlib import Path

import pytest
from tests.program import test_settings as fixed_settings

from frontdesk.app import address
from frontdesk.app.settings import Settings

ELSEWHERE = "http://127.0.0.1:9999"


def settings(folder: Path, **values: object) -> Settings:
    return fixed_settings(folder, **{"public_url": "", **values})


def test_it_is_known_while_the_program_runs_and_not_after(tmp_path: Path) -> None:
    with address.noted(settings(tmp_path, port=9999)):
        assert address.of_running(settings(tmp_path)).address == ELSEWHERE
        assert address.of_running(settings(tmp_path, public_url="https://a.test")).address == "https://a.test"
    assert address.of_running(settings(tmp_path)).address == "http://127.0.0.1:8000"
    assert list(tmp_path.iterdir()) == []


def test_of_two_on_one_folder_the_later_is_known_until_it_stops(tmp_path: Path) -> None:
    later = address.noted(settings(tmp_path, port=9999))
    with address.noted(settings(tmp_path, port=9998)):
        later.__enter__()
    assert address.of_running(settings(tmp_path)).address == ELSEWHERE
    later.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_one_that_was_killed_leaves_a_note_that_the_next_replaces(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("http://127.0.0.1:7777\n")
    with address.noted(settings(tmp_path, port=9999)):
        assert address.of_running(settings(tmp_path)).address == ELSEWHERE


@pytest.mark.parametrize("note", [None, "", "\n"])
def test_without_a_note_the_settings_count(tmp_path: Path, note: str | None) -> None:
    if note is not None:
        (tmp_path / "address").write_text(note)
    assert address.of_running(settings(tmp_path, port=9000)).address == "http://127.0.0.1:9000"
