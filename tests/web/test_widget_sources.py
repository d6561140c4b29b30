"""Sources of an answer stand once in the widget and on the plain page, and in the text where there is nothing but text."""

from pathlib import Path
from typing import Any

import pytest
from tests.line.test_knowledge import taken_in
from tests.program import Desk, Program
from tests.web.test_widget import begin, say

from frontdesk.core.message import Button, Buttons, Part, Source, Text
from frontdesk.web.widget.cited import once

BOT = (Path(__file__).parents[2] / "examples" / "northwind-audio" / "bot.yaml").read_text()
HERE, THERE = Source("Our promises"), Source("Returns", url="https://shop.example.com/returns")
LINK = Button("Returns", url="https://shop.example.com/returns")


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (Text("Two years.\nSource: Our promises", (HERE,)), Text("Two years.", (HERE,))),
        (Text("Zwei Jahre.\nSteht in: Our promises", (HERE,)), Text("Zwei Jahre.", (HERE,))),
        (Buttons("Two years.", (LINK,), sources=(THERE,)), Text("Two years.", (THERE,))),
        (
            Buttons("Two years.\nSource: Our promises", (LINK, Button("More")), sources=(THERE, HERE)),
            Buttons("Two years.", (Button("More"),), sources=(THERE, HERE)),
        ),
        # What is said of a source is no naming of it.
        (Text("Two years.\nSee: all of it", (HERE,)), Text("Two years.\nSee: all of it", (HERE,))),
        (Text("Source: Our promises", (HERE,)), Text("Source: Our promises", (HERE,))),
        (Text("One.\nSource: Our promises"), Text("One.\nSource: Our promises")),
    ],
)
def test_what_only_repeats_a_source_goes(part: Part, shown: Part) -> None:
    assert once(part) == shown


async def test_an_answer_names_its_source_once(program: Program) -> None:
    desk: Desk = await program.desk({"bot.yaml": BOT}, slug="sources-once")
    await desk.channel("web", {})
    program.forget_entrances()
    await taken_in(desk, {"promises.md": b"# Our promises\n\nThe warranty of each thing is two years."})
    answer = await say(desk, await begin(desk), "how long is the warranty?")
    parts: list[dict[str, Any]] = [part for line in answer.json()["lines"] for part in line["parts"]]
    assert parts[-1]["text"] == "The warranty of each thing is two years."
    assert parts[-1]["sources"] == [{"title": "Our promises"}]
    (bubble,) = (await desk.post("jo", "how long is the warranty?")).json()
    assert bubble["text"].endswith("\nSource: Our promises")
