"""What `--help` says is whole, however narrow the terminal."""

import os
import subprocess
import sys

import pytest
from tools import gen_docs

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


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_lists_of_commands_say_what_each_is_for_in_full(columns: str) -> None:
    commands = dict(gen_docs.every_command())
    groups = {tuple(name.split()[1:-1]) for name in commands}
    pages = {group: helped(*group, columns=columns) for group in groups}
    assert "..." not in "".join(pages.values()).replace("COMMAND [ARGS]...", "")
    for name, command in commands.items():
        assert " ".join((command.help or "").split()) in pages[tuple(name.split()[1:-1])]
