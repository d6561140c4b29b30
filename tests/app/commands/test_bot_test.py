"""`frontdesk bot test` in a shell: what it prints, and its exit codes; `bot check` reads the tests as well."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from frontdesk.app.commands.bot import app

EXAMPLE = Path(__file__).parents[3] / "examples" / "billing-helper"
run = CliRunner().invoke


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "bot"
    shutil.copytree(EXAMPLE, copy)
    return copy


def test_what_passes_is_listed_and_counted() -> None:
    done = run(app, ["test", str(EXAMPLE)])
    assert done.exit_code == 0, done.output
    assert "ok    tests/balance.yaml  happy path\n" in done.output
    assert (
        "14 tests passed, 0 failed.\nReached: steps 14 of 14, rules 4 of 4, triggers 5 of 5.\n" in done.output
    )


def test_some_are_chosen_and_what_they_miss_is_listed() -> None:
    done = run(app, ["test", str(EXAMPLE), "small_talk", "no copy", "--coverage"])
    assert done.exit_code == 0, done.output
    assert "3 tests passed" in done.output
    assert "  never reached  flows/agent_handoff.yaml:6: handoff in 'agent_handoff'\n" in done.output


def test_a_failure_ends_in_one_and_shows_the_difference(folder: Path) -> None:
    flow = folder / "flows" / "welcome.yaml"
    flow.write_text(flow.read_text().replace("Hello!", "Good day!"))
    done = run(app, ["test", str(folder), "greeting"])
    assert done.exit_code == 1
    assert "FAIL  tests/small_talk.yaml  greeting\n" in done.output
    assert "tests/small_talk.yaml:4: The bot says something else." in done.output
    assert "- bot: Hello! Ask me" in done.output
    assert "+ bot: Good day! Ask me" in done.output
    assert "0 tests passed, 1 failed." in done.output


def test_a_name_that_no_test_has_is_refused(folder: Path) -> None:
    refused = run(app, ["test", str(folder), "nobody"])
    assert "No test is called 'nobody'." in str(refused.exception)


def test_a_bot_without_tests_is_told(folder: Path) -> None:
    shutil.rmtree(folder / "tests")
    assert "There are no tests" in str(run(app, ["test", str(folder)]).exception)


@pytest.mark.parametrize("command", ["check", "test"])
def test_a_mistake_in_a_test_is_told_with_its_place(folder: Path, command: str) -> None:
    (folder / "tests" / "more.yaml").write_text(
        "- name: x\n  talk: [{user: hi}]\n  mock: {Balanse: {status: 200}}\n"
    )
    done = run(app, [command, str(folder)])
    assert done.exit_code == 1
    assert "tests/more.yaml:3: There is no action 'Balanse'. Known: Balance." in done.output
