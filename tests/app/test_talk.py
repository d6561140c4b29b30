"""`frontdesk talk` as a person sees it: the program as a child, its terminal a real one."""

import asyncio
import os
import pty
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.app.running import begun, command, environment, nothing, up
from tests.doubles.http_client import http_client

EXAMPLE = Path(__file__).parents[2] / "examples" / "billing-helper"


@pytest.fixture(scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """The data folder of a running demo."""
    folder = tmp_path_factory.mktemp("talk")
    async with up(folder, "--demo"):
        yield folder


async def talked(data: Path, *lines: str, options: tuple[str, ...] = ()) -> list[str]:
    ended = await command(data, "talk", *options, typed="\n".join([*lines, ""]))
    assert ended.code == 0, ended
    return ended.out.splitlines()[1:]


async def test_the_tutorials_conversation_in_the_terminal(data: Path) -> None:
    said = await talked(data, "account balance", "123456", "fred@home.com")
    assert said[:3] == [
        "bot  I can help you with your account balance.",
        "bot  Please enter your 6-digit account number? (eg: 123456)",
        "bot  Please give me your email address (eg: fred@home.com)",
    ]
    assert said[3].startswith("bot  Your current balance is ")


async def test_reset_starts_over_in_a_flow_and_after_a_hand_off(data: Path) -> None:
    said = await talked(data, "balance", "reset", "123456", "agent", "hello", "reset", "hello")
    assert said[2:4] == ["The conversation starts over.", "bot  I am not sure what '123456' means."]
    assert said[4:] == [
        "bot  Hold on while I transfer you to an agent.",
        "(no answer)",
        "The conversation starts over.",
        "bot  Hello! Ask me about your bill or your account balance.",
    ]


async def test_somebody_who_is_not_there_is_told_who_is(data: Path) -> None:
    ended = await command(data, "talk", "nobody")
    assert ended.code == 2
    assert "There is no assistant nobody. There are: billing-helper, northwind-audio. `" in ended.err
    assert "bot publish FOLDER` publishes a folder with bot.yaml." in ended.err


async def test_before_the_first_assistant_the_way_to_one_is_told(tmp_path: Path) -> None:
    async with up(tmp_path) as url, http_client(url) as client:
        ended = await command(tmp_path, "talk")
        assert (ended.code, "No assistant answers by default yet. None is published yet. `" in ended.err) == (
            2,
            True,
        ), ended
        answer = await client.post("/webhooks/rest/webhook", json={"sender": "jo", "message": "hello"})
        assert answer.status == 404
        assert "Check that one is published (`frontdesk bot publish FOLDER`)" in answer.json()["message"]
        named = await client.post("/a/x/webhooks/callback/webhook", json={"sender": "jo", "message": "hello"})
        assert (
            "no callback channel that is switched on. Check how the assistant is called there"
            in named.json()["message"]
        )
        assert named.json()["message"].endswith("POST /api/v1/channels makes a callback channel.")


async def test_a_buttons_number_taps_it(data: Path) -> None:
    said = await talked(data, "balance", "a", "b", "c", "d", "1")
    assert said[-3:-1] == ["     1  Yes", "     2  No"]
    assert said[-1] == "bot  Hold on while I transfer you to an agent."


async def test_a_trace_says_below_each_answer_how_it_came_about(data: Path) -> None:
    said = await talked(data, "balance", "12", "123456", "fred@home.com", options=("--trace", "--real"))
    shown = [re.sub(r" (in|conv)_\w+| +\d+ ms|127\.0\.0\.1:\d+", "", line.strip()) for line in said]
    start = shown.index('heard    "balance"')
    assert shown[start + 1 : start + 4] == [
        'ladder   pattern        yes starts account_balance by pattern "*balance*"  of account_balance',
        "step     account_balance/#1  say  (flows/account_balance.yaml:4)",
        "step     account_balance/ask_account  ask  (flows/account_balance.yaml:5)",
    ]
    assert "event    miss  misses=1" in shown
    assert "ladder   reprompt       yes" in shown
    assert 'set      slot accountNumber (flow): - -> "***"' in shown
    assert "call     Balance  GET http:///accountBalance  ok  200" in shown
    traced = "\n".join(line for line in said if line.startswith("     "))
    assert "123456" not in traced  # personal data is on the screen as it was said, not in the trace
    assert "fred@home.com" not in traced


async def test_a_preview_is_answered_by_an_actions_sample_unless_told_otherwise(data: Path) -> None:
    lines = ("balance", "123456", "fred@home.com")
    called = [
        next(line for line in said if "call     Balance" in line)
        for said in (
            await talked(data, *lines, options=("--trace",)),
            await talked(data, *lines, options=("--trace", "--real")),
        )
    ]
    assert [line.endswith("its sample") for line in called] == [True, False], called


async def test_a_recorded_conversation_is_a_test_that_passes(data: Path, tmp_path: Path) -> None:
    bot = tmp_path / "bot"
    shutil.copytree(EXAMPLE, bot, ignore=shutil.ignore_patterns("tests"))
    (bot / "tests").mkdir()
    file = bot / "tests" / "mine.yaml"
    lines = ("balance", "12", "123456", "fred@home.com", "reset", "~parrot~", "Human!")
    said = await talked(data, *lines, options=("--real", "--record", str(file)))
    assert said[-1] == "bot  Hold on while I transfer you to an agent."
    ended = await command(data, "bot", "test", str(bot))
    assert (ended.code, ended.err) == (0, ""), ended.out + file.read_text()
    assert "2 tests passed, 0 failed." in ended.out
    assert "Balance:\n      status: 200\n      body:\n" in file.read_text()
    file.write_text(file.read_text().replace("You can", "I can").replace("balance is", "debt is"))
    assert (await command(data, "bot", "test", str(bot))).code == 1  # it does compare


async def test_a_record_spoils_no_file_and_leaves_no_empty_one(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    await talked(data, options=("--record", str(file)))
    assert not file.exists()
    file.write_text("mine")
    for wrong in (file, tmp_path / "mine.txt", tmp_path / "nowhere" / "mine.yaml"):
        ended = await command(data, "talk", "--record", str(wrong), typed="hello\n")
        assert (ended.code, len(ended.err.splitlines())) == (2, 1), ended
    assert file.read_text() == "mine"


async def test_on_a_terminal_the_next_line_is_asked_for_after_the_answer(data: Path) -> None:
    ours, theirs = pty.openpty()
    child = await begun(("talk",), environment(data), (theirs, theirs, nothing()))
    os.close(theirs)
    await asyncio.to_thread(_read_until, ours, b"you")
    os.write(ours, b"hello\n")
    seen = await asyncio.to_thread(_read_until, ours, b"Hello!")
    assert b"you" not in seen
    await asyncio.to_thread(_read_until, ours, b"you")
    os.write(ours, b"quit\n")
    async with asyncio.timeout(60):
        assert await child.wait() == 0
    os.close(ours)


def _read_until(terminal: int, mark: bytes) -> bytes:
    """Everything up to `mark`; what came with it is gone."""
    seen = b""
    while mark not in seen:
        seen += os.read(terminal, 1)
    return seen
