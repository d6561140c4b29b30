"""The page on scripts names every function there is and every one that is refused; its code runs."""

import re
from pathlib import Path

from tests.dialog.driver import Talk, make

import frontdesk
from frontdesk.dialog.bot_context import AVAILABLE, REFUSED

PAGE = (Path(__file__).parents[2] / "docs" / "build-a-bot" / "scripts.md").read_text("utf-8")
PRELUDE = (Path(frontdesk.__file__).parent / "sandbox" / "prelude.js").read_text("utf-8")


def test_functions_and_page_agree() -> None:
    told = Talk(
        make(
            "flows: {f: {trigger: {patterns: [go]}, steps: "
            "[{script: \"botContext.sendMessage(Object.keys(botContext).join(' '))\"}]}}"
        )
    ).say("go")
    there = set(told[0].split())
    refused = set(re.findall(r"`(\w+)`", PAGE.partition("Refused, as an error")[2].partition("## ")[0]))
    table = PAGE.partition("| function | what it does |")[2].partition("Refused, as an error")[0]
    described = {
        name
        for row in table.splitlines()
        for cell in re.findall(r"`([^`]+)`", row.split(" | ")[0])
        for name in re.findall(r"^(\w+)\(", cell)
    }
    assert described | refused == there
    assert described == set(AVAILABLE)
    assert refused == set(REFUSED)
    assert described & refused == set()


def test_the_refused_ones_say_so() -> None:
    names = re.findall(r"`(\w+)`", PAGE.partition("Refused, as an error")[2].partition("## ")[0])
    for name in names:
        talk = Talk(
            make(
                f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{{script: 'botContext.{name}()'}}, {{say: on}}]}}}}"
            )
        )
        assert talk.say("go") == ["on"]
        assert talk.alerts == ["script_failed"]


def test_the_limits_are_those_of_the_code() -> None:
    for limit in ("MOST_EFFECTS = 100", "MOST_CHARS = 65536", "MOST_VALUE_CHARS = 524288"):
        assert limit in PRELUDE
    assert "100, of 65,536 characters" in PAGE
    assert "524,288 characters" in PAGE
