"""`frontdesk bot test` in a shell: what it prints, and its exit codes; `bot check` reads the tests as well."""

import shutil
from pathlib import Path

import pytest
from tests.app.running import command

EXAMPLE = Path(__file__).parents[3] / "examples" / "billing-helper"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "bot"
    shutil.copytree(EXAMPLE, copy)
    return copy


async def test_what_passes_is_listed_and_counted(tmp_path: Path) -> None:
    done = await command(tmp_path, "bot", "test", str(EXAMPLE))
    assert done.code == 0, done
    assert "ok    tests/balance.yaml  happy path\n" in done.out
    assert "14 tests passed, 0 failed.\nReached: steps 14 of 14, rules 4 of 4, triggers 5 of 5.\n" in done.out


async def test_some_are_chosen_and_what_they_miss_is_listed(tmp_path: Path) -> None:
    done = await command(tmp_path, "bot", "test", str(EXAMPLE), "small_talk", "no copy", "--coverage")
    assert done.code == 0, done
    assert "3 tests passed" in done.out
    assert "  never reached  flows/agent_handoff.yaml:6: handoff in 'agent_handoff'\n" in done.out


async def test_a_failure_ends_in_one_and_shows_the_difference(folder: Path) -> None:
    flow = folder / "flows" / "welcome.yaml"
    flow.write_text(flow.read_text().replace("Hello!", "Good day!"))
    done = await command(folder, "bot", "test", str(folder), "greeting")
    assert done.code == 1
    assert "FAIL  tests/small_talk.yaml  greeting\n" in done.out
    assert "tests/small_talk.yaml:4: The bot says something else." in done.out
    assert "- bot: Hello! Ask me" in done.out
    assert "+ bot: Good day! Ask me" in done.out
    assert "0 tests passed, 1 failed." in done.out


async def test_a_name_that_no_test_has_is_refused(folder: Path) -> None:
    refused = await command(folder, "bot", "test", str(folder), "nobody")
    assert "No test is called 'nobody'." in refused.err


async def test_a_bot_without_tests_is_told(folder: Path) -> None:
    shutil.rmtree(folder / "tests")
    assert "There are no tests" in (await command(folder, "bot", "test", str(folder))).err


async def test_an_intent_with_one_example_is_warned_of_and_keeps_nothing_back(folder: Path) -> None:
    main = folder / "bot.yaml"
    text = main.read_text()
    at, end = text.index("      - can i talk to a real person"), text.index("\nentities:")
    main.write_text(text[:at] + text[end:])
    done = await command(folder, "bot", "check", str(folder))
    told = "With one example only, this intent is mostly not understood: talk_to_human. Give it 5 or more, worded differently."
    assert f"bot.yaml:24: {told}" in done.out + done.err, done
    assert (done.code, "1 warning" in done.out) == (0, True), done


@pytest.mark.parametrize("word", ["check", "test"])
async def test_a_mistake_in_a_test_is_told_with_its_place(folder: Path, word: str) -> None:
    (folder / "tests" / "more.yaml").write_text(
        "- name: x\n  talk: [{user: hi}]\n  mock: {Balanse: {status: 200}}\n"
    )
    done = await command(folder, "bot", word, str(folder))
    assert done.code == 1
    assert "tests/more.yaml:3: There is no action 'Balanse'. Known: Balance." in done.out
