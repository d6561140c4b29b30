"""`frontdesk talk` beside the running program: what comes by itself is shown, and calls go where the program's may."""

import asyncio
import os
import pty
import re
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.app.running import Talked, begun, environment, nothing, talking
from tests.doubles.http_server import json_answer

_STYLE = re.compile(rb"\x1b\[[0-9;]*m")
BOT = """\
format: assistant/v1
assistant: {{id: patient, name: Patient, language: en}}
actions:
  look: {{request: {{url: "{inside}"}}, result: {{state: $.state}}}}
  away: {{request: {{url: "http://127.0.0.1:9/"}}}}
flows:
  later:
    trigger: {{patterns: [later]}}
    steps: [{{say: Wait a moment.}}, {{wait: 1s}}, {{say: Here I am.}}]
  silent:
    trigger: {{patterns: [silent]}}
    steps:
      - ask: Which one?
        choices: [red, blue]
        no_reply: {{after: 1s, say: "Are you there?"}}
      - say: "Taken."
  look:
    trigger: {{patterns: [look]}}
    steps: [{{call: look}}, {{say: "We are {{{{ look.state }}}}."}}]
  away:
    trigger: {{patterns: [away]}}
    steps: [{{call: away, on_error: {{say: Nobody there.}}}}]
  lost:
    trigger: {{patterns: [lost]}}
    steps: [{{call: away}}]
  link:
    trigger: {{patterns: [link]}}
    steps: [{{say: {{text: Look., buttons: [{{title: Shop, url: "https://shop.test/a?b=1"}}, More]}}}}]
"""


@pytest.fixture(scope="module")
async def patient(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("patient")
    (folder / "bot.yaml").write_text(BOT.format(inside=place.outside.url("/state")))
    await place.set_up()
    await place.done("bot", "publish", str(folder))
    return place


async def until(talk: Talked, mark: str) -> list[str]:
    """What is printed up to the line that has `mark`."""
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not lines or mark not in lines[-1]:
            read = await talk.lines.readline()
            assert read, lines
            lines.append(read.decode().rstrip())
    return lines


async def test_what_a_wait_leads_to_is_shown_with_its_trace_before_anybody_writes(patient: Place) -> None:
    async with talking(patient.folder, "talk", "patient", "--trace") as talk:
        await talk.types("later")
        said = await until(talk, "Here I am.")
        assert "bot  Wait a moment." in said
        trace = "\n".join(await until(talk, "say  ("))
        assert re.search(r"turn     version 1  conv_\w+  in_\w+\n +heard    moment\n", trace)


async def test_silence_is_broken_and_the_buttons_from_before_can_still_be_tapped(patient: Place) -> None:
    async with talking(patient.folder, "talk", "patient") as talk:
        await talk.types("silent")
        assert (await until(talk, "Are you there?"))[-3:] == [
            "     1  red",
            "     2  blue",
            "bot  Are you there?",
        ]
        await talk.types("2")
        assert await until(talk, "bot  Taken.") == ["bot  Taken."]


async def test_on_a_terminal_what_comes_by_itself_stands_above_the_line_that_is_typed(patient: Place) -> None:
    ours, theirs = pty.openpty()
    child = await begun(("talk", "patient"), environment(patient.folder), (theirs, theirs, nothing()))
    os.close(theirs)
    await asyncio.to_thread(_read_until, ours, b"you  ")
    os.write(ours, b"later\n")
    await asyncio.to_thread(_read_until, ours, b"Wait a moment.")
    await asyncio.to_thread(_read_until, ours, b"you  ")
    seen = await asyncio.to_thread(_read_until, ours, b"Here I am.")
    assert _STYLE.sub(b"", seen) == b"\r\x1b[Kbot  Here I am."
    assert _STYLE.sub(b"", await asyncio.to_thread(_read_until, ours, b"you  ")) == b"\r\nyou  "
    os.write(ours, b"quit\n")
    async with asyncio.timeout(60):
        assert await child.wait() == 0
    os.close(ours)


async def test_the_traces_id_of_a_conversation_is_that_of_the_api(patient: Place) -> None:
    key = (await patient.done("key", "create")).strip()
    said = await patient.done("talk", "patient", "--trace", typed="silent\n")
    found = re.search(r"turn +version 1  (conv_\w+)  (in_\w+)", said)
    assert found is not None, said
    answer = await patient.client.get(f"/api/v1/conversations/{found[1]}/traces", key=key)
    assert answer.status == 200, answer.body
    assert answer.json()["data"][-1]["inbound_id"] == found[2]


async def test_calls_go_where_those_of_the_running_program_may_and_a_refusal_is_in_the_trace_alone(
    patient: Place,
) -> None:
    patient.outside.answers(json_answer({"state": "open"}))
    ended = await patient.command("talk", "patient", "--trace", typed="look\naway\n")
    assert "bot  We are open." in ended.out
    assert "bot  Nobody there." in ended.out
    assert re.search(r"call +away +GET http://127\.0\.0\.1:9/ +\w+ .*FRONTDESK_EGRESS_ALLOW", ended.out)
    assert ended.err == ""


async def test_a_recorded_conversation_in_which_the_author_was_alerted_is_a_test_that_passes(
    patient: Place, tmp_path: Path
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "bot.yaml").write_text(BOT.format(inside=patient.outside.url("/state")))
    record = tmp_path / "tests" / "mine.yaml"
    await patient.done("talk", "patient", "--record", str(record), typed="lost\nlost\n")
    assert "alerts: [call_failed, call_failed]" in record.read_text() or "- call_failed" in record.read_text()
    assert "1 test passed, 0 failed." in await patient.done("bot", "test", str(tmp_path))


async def test_a_link_is_shown_by_its_number_and_not_said(patient: Place) -> None:
    said = await patient.done("talk", "patient", typed="link\n1\n2\n")
    assert said.splitlines()[-2:] == [
        "This button opens https://shop.test/a?b=1",
        "bot  Sorry, I did not understand that.",
    ]


def _read_until(terminal: int, mark: bytes) -> bytes:
    """Everything up to and with `mark`."""
    seen = b""
    while mark not in seen:
        seen += os.read(terminal, 1)
    return seen
