"""Commands that are printed are those that work where the person stands."""

import sys
from pathlib import Path

import pytest

from frontdesk.app.invoked import program


@pytest.mark.parametrize(
    ("called", "data", "expected"),
    [
        ("{here}/.venv/bin/frontdesk", None, ".venv/bin/frontdesk"),
        (".venv/bin/frontdesk", "/my data", "FRONTDESK_DATA='/my data' .venv/bin/frontdesk"),
        ("/opt/frontdesk/.venv/bin/frontdesk", None, "/opt/frontdesk/.venv/bin/frontdesk"),
    ],
)
def test_the_program_is_named_as_it_was_called_with_its_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, called: str, data: str | None, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [called.format(here=tmp_path)])
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.delenv("FRONTDESK_DATA", raising=False)
    if data is not None:
        monkeypatch.setenv("FRONTDESK_DATA", data)
    assert program() == expected


def test_a_service_that_is_started_at_the_root_names_its_program_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("/")
    monkeypatch.setattr(sys, "argv", ["/opt/frontdesk/.venv/bin/frontdesk"])
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.delenv("FRONTDESK_DATA", raising=False)
    assert program() == "/opt/frontdesk/.venv/bin/frontdesk"
