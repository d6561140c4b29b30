"""Step types are found, one file each, apart from each other; others can be added from outside."""

import ast
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.dialog.driver import HEAD, Talk

from frontdesk.core.action import Say
from frontdesk.core.message import Text
from frontdesk.dialog import steps
from frontdesk.dialog.bot import Body
from frontdesk.dialog.bot import Talk as TalkWithStep
from frontdesk.dialog.load import BotInvalid, load_bot
from frontdesk.dialog.moves import End, Move
from frontdesk.dialog.reading import StepFields
from frontdesk.dialog.steps import StepTypes, installed
from frontdesk.dialog.templates import Template

FOLDER = Path(steps.__file__).parent


@dataclass(frozen=True)
class Shout(Body):
    text: Template
    goes_on: bool = False

    def run(self, talk: TalkWithStep) -> Move:
        talk.say_text(self.text.text(talk).upper() + "!")
        return End()


class ShoutType:
    key = "shout"

    def read(self, fields: StepFields) -> Body:
        return Shout(fields.template("shout") or Template("", ()))


STEP = ShoutType()

FILES = {
    "bot.yaml": HEAD
    + "flows: {f: {trigger: {patterns: [go]}, steps: [{id: s, shout: 'hey {$query}', comment: x}]}}"
}


def test_a_step_type_from_outside_is_a_step_like_any_other() -> None:
    talk = Talk(load_bot(FILES, steps=installed().adding(STEP)))
    assert talk.say("go") == ["HEY GO!"]
    assert talk.last == [Say((Text("HEY GO!"),), "f/s")]
    with pytest.raises(BotInvalid, match="has one of: agent, answer, ask, "):
        load_bot(FILES)


def test_its_keys_are_checked_too() -> None:
    wrong = {"bot.yaml": FILES["bot.yaml"].replace("comment", "loud")}
    with pytest.raises(BotInvalid, match="Step 'shout' has no key 'loud'"):
        load_bot(wrong, steps=installed().adding(STEP))


def test_an_installed_package_can_bring_one(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("shout", f"{__name__}:STEP", steps.GROUP)
    monkeypatch.setattr(steps, "entry_points", lambda group: [point] if group == steps.GROUP else [])
    installed.cache_clear()
    try:
        assert Talk(load_bot(FILES)).say("go") == ["HEY GO!"]
    finally:
        installed.cache_clear()


def test_two_types_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two step types 'shout'"):
        StepTypes({}).adding(STEP, STEP)


def test_every_file_gives_one_step_type() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert len(installed()) == len(files)
    assert {"say", "ask", "call", "if", "set", "handoff", "goto", "run", "end", "resume"} <= set(installed())
    assert all(key == kind.key for key, kind in installed().items())


def test_step_types_never_import_each_other() -> None:
    for path in FOLDER.glob("*.py"):
        if path.stem == "__init__":
            continue
        imported = {
            node.module or "" if isinstance(node, ast.ImportFrom) else name.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        assert not any(name.startswith("frontdesk.dialog.steps") for name in imported), path.name
