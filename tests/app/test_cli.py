"""What `--help` says is whole, however narrow the terminal; and a command starts without what it does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools import gen_docs

EXAMPLE = Path(__file__).parents[2] / "examples" / "billing-helper"
PROGRAM = [sys.executable, "-c", "from frontdesk.app.cli import main; main()"]


def helped(*words: str, columns: str) -> str:
    """Text of a help page, line ends and indents aside."""
    ran = subprocess.run(
        [*PROGRAM, *words, "--help"],
        env={**os.environ, "COLUMNS": columns, "TERMINAL_WIDTH": columns},
        capture_output=True,
        text=True,
        check=True,
    )
    return " ".join(ran.stdout.split())


def test_a_kind_of_key_that_there_is_not_is_answered_with_those_that_there_are() -> None:
    ran = subprocess.run(
        [*PROGRAM, "key", "create", "--kind", "foo"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    wanted = (
        "There is no kind of key 'foo': write `api`, for the API, or `rasa`, for the Rasa API's addresses.\n"
    )
    assert (ran.returncode, ran.stderr) == (2, wanted)


def test_a_demo_for_other_machines_is_refused_with_the_command_that_starts_it(tmp_path: Path) -> None:
    """`make run` takes no --yes, and what was set for this start alone has to be said again."""
    ran = subprocess.run(
        [*PROGRAM, "up", "--demo"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "FRONTDESK_DATA": str(tmp_path / "data"),
            "HOST": "10.9.9.9",
            "PORT": "8125",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    said = ran.stderr.splitlines()
    assert ran.returncode == 2
    assert said[0] == "The demo is open to whoever reaches 10.9.9.9. If that is meant:"
    assert said[1].startswith(f"  HOST=10.9.9.9 PORT=8125 FRONTDESK_DATA={tmp_path / 'data'} ")
    assert said[1].endswith(" up --demo --yes")


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_lists_of_commands_say_what_each_is_for_in_full(columns: str) -> None:
    commands = dict(gen_docs.every_command())
    groups = {tuple(name.split()[1:-1]) for name in commands}
    pages = {group: helped(*group, columns=columns) for group in groups}
    assert "..." not in "".join(pages.values()).replace("COMMAND [ARGS]...", "")
    for name, command in commands.items():
        assert " ".join((command.help or "").split()) in pages[tuple(name.split()[1:-1])]


HEAVY = frozenset(
    {"sqlalchemy", "asyncpg", "alembic", "fastapi", "starlette", "uvicorn", "aiohttp", "pgqueuer", "numpy"}
)


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("kb", "--help"), ("bot", "check", str(EXAMPLE))]
)
def test_a_command_loads_what_it_needs_and_not_the_whole_program(words: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", *PROGRAM[1:], *words], capture_output=True, text=True, check=True
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.stderr.splitlines()}
    assert "typer" in loaded
    assert not HEAVY & loaded
