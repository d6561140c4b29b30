"""`frontdesk talk` as a person sees it: the program as a child, its terminal a real one."""

import asyncio
import os
import pty
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.app.running import command, up
from tests.doubles.http_client import http_client

COMMAND = (sys.executable, "-c", "from frontdesk.app.cli import main; main()")


@pytest.fixture(scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """The data folder of a running demo."""
    folder = tmp_path_factory.mktemp("talk")
    environment = {**os.environ, **settings(folder), "PORT": str(_free_port())}
    child = await asyncio.create_subprocess_exec(
        *COMMAND, "up", "--demo", env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    async with asyncio.timeout(60):
        while b"Stop with" not in await child.stdout.readline():
            assert child.returncode is None
    yield folder
    child.terminate()
    await child.communicate()


def settings(folder: Path) -> dict[str, str]:
    return {"FRONTDESK_DATA": str(folder), "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1"}


async def talked(data: Path, *lines: str) -> list[str]:
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        "talk",
        env={**os.environ, **settings(data)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await child.communicate("\n".join([*lines, ""]).encode())
    assert child.returncode == 0
    return said.decode().splitlines()[1:]


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
    assert "There is no assistant nobody. There are: billing-helper. `" in ended.err
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
        assert "no callback channel that is switched on. Check the name after /a/" in named.json()["message"]
        assert named.json()["message"].endswith("POST /api/v1/channels makes a callback channel.")


async def test_a_buttons_number_taps_it(data: Path) -> None:
    said = await talked(data, "balance", "a", "b", "c", "d", "1")
    assert said[-3:-1] == ["     1  Yes", "     2  No"]
    assert said[-1] == "bot  Hold on while I transfer you to an agent."


async def test_on_a_terminal_the_next_line_is_asked_for_after_the_answer(data: Path) -> None:
    ours, theirs = pty.openpty()
    child = await asyncio.create_subprocess_exec(
        *COMMAND, "talk", env={**os.environ, **settings(data)}, stdin=theirs, stdout=theirs
    )
    os.close(theirs)
    await asyncio.to_thread(_read_until, ours, b"you")
    os.write(ours, b"hello\n")
    seen = await asyncio.to_thread(_read_until, ours, b"Hello!")
    assert b"you" not in seen
    await asyncio.to_thread(_read_until, ours, b"you")
    os.write(ours, b"quit\n")
    async with asyncio.timeout(30):
        assert await child.wait() == 0
    os.close(ours)


def _read_until(terminal: int, mark: bytes) -> bytes:
    """Everything up to `mark`; what came with it is gone."""
    seen = b""
    while mark not in seen:
        seen += os.read(terminal, 1)
    return seen


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
