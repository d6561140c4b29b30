"""A conversation as a test for `frontdesk bot test`: what was said, what came back, what the actions answered.

Called by `frontdesk talk --record`. The format is that of `studio.testing.story_reader`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.turns_heard import TurnHeard
from frontdesk.core.action import Fetched
from frontdesk.core.message import plain
from frontdesk.store.messages import RESTART
from frontdesk.studio.importing.yaml_text import Yaml, write_yaml
from frontdesk.studio.traces import AlertRaised, Happened

_LONGEST_NAME = 60


@dataclass(slots=True)
class _Story:
    """`begins` is what was said first."""

    begins: str = ""
    alerts: list[Yaml] = field(default_factory=list)
    lines: list[Yaml] = field(default_factory=list)
    mocks: dict[str, list[Yaml]] = field(default_factory=dict)


@dataclass(slots=True)
class Recording:
    """Written anew after every turn, as a whole; starting over begins another test."""

    path: Path
    _stories: list[_Story] = field(default_factory=list)
    _last_at: datetime | None = None

    def begin(self) -> None:
        """Make sure that it can be written before anybody has said anything.

        Raises:
            CannotStart: The file is there, or cannot be made.
        """
        if self.path.suffix != ".yaml":
            raise CannotStart(f"{self.path} has to end in .yaml, and lie in the bot's tests/ to be run.")
        try:
            self.path.touch(exist_ok=False)
        except FileExistsError:
            raise CannotStart(f"{self.path} is there already: give a file that is not.") from None
        except OSError as error:
            raise CannotStart(f"{self.path} cannot be written ({error.strerror}).") from error

    def take(self, turns: Iterable[TurnHeard]) -> None:
        """Add what has come to pass."""
        for turn in turns:
            self._take(turn)
        self._write()

    def end(self) -> None:
        """Leave no file behind when nothing was said."""
        if not any(story.lines for story in self._stories):
            self.path.unlink(missing_ok=True)

    def _take(self, turn: TurnHeard) -> None:
        if any(message.step == RESTART for message in turn.messages):
            self._stories.append(_Story())
            return
        if not self._stories:
            self._stories.append(_Story())
        story = self._stories[-1]
        heard = turn.trace.heard
        if heard is not None and heard.kind == "moment" and self._last_at is not None:
            waited_s = math.ceil((turn.trace.at - self._last_at).total_seconds())
            story.lines.append({"wait": f"{max(waited_s, 1)}s"})
        self._last_at = turn.trace.at
        for message in turn.messages:
            text = plain(message.parts)
            if message.author == "contact":
                story.begins = story.begins or text[:_LONGEST_NAME]
                story.lines.append({"user": text})
            elif message.author == "bot":
                story.lines.append({"bot": _exactly(text)})
        for action, fetched in turn.calls:
            story.mocks.setdefault(action, []).append(_mock(fetched))
        _expect(story, turn)

    def _names(self, stories: Sequence[_Story]) -> list[str]:
        """No two tests of a bot may share one: the file's name tells those of several recordings apart."""
        counted: Counter[str] = Counter()
        names = []
        for story in stories:
            stem = f"{self.path.stem}: {story.begins or 'recorded'}"
            counted[stem] += 1
            names.append(stem if counted[stem] == 1 else f"{stem} ({counted[stem]})")
        return names

    def _write(self) -> None:
        stories = [story for story in self._stories if story.lines]
        text = "\n".join(map(_yaml, stories, self._names(stories)))
        beside = self.path.with_name(f".{self.path.name}.new")
        try:
            beside.write_bytes(text.encode())
            beside.replace(self.path)
        except OSError as error:
            raise CannotStart(f"{self.path} cannot be written ({error.strerror}).") from error


def _expect(story: _Story, turn: TurnHeard) -> None:
    """What a test has to name, or it fails: hand-offs, and all alerts up to here."""
    for entry in turn.trace.entries:
        if isinstance(entry, Happened) and entry.name == "handoff":
            story.lines.append({"expect": {"handoff": str(entry.details.get("team", ""))}})
    alerts = [entry.code for entry in turn.trace.entries if isinstance(entry, AlertRaised)]
    if alerts:
        story.alerts += alerts
        story.lines.append({"expect": {"alerts": [*story.alerts]}})


def _yaml(story: _Story, name: str) -> str:
    mocks = {name: answers[0] if len(answers) == 1 else answers for name, answers in story.mocks.items()}
    whole: dict[str, Yaml] = {"name": name, "preview": True}
    if mocks:
        whole["mock"] = mocks
    whole["talk"] = story.lines
    first, *others = write_yaml(whole).splitlines()
    return "\n".join([f"- {first}", *(f"  {line}" if line else "" for line in others)]) + "\n"


def _mock(fetched: Fetched) -> Yaml:
    if fetched.outcome == "timeout":
        return {"timeout": True}
    if not fetched.status:
        return {"error": fetched.reason or "no answer came"}
    given: dict[str, Yaml] = {"status": fetched.status}
    if fetched.body is not None:
        given["body"] = _plain(fetched.body)
    return given


def _plain(value: object) -> Yaml:
    match value:
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _exactly(text: str) -> str:
    """As it is; a text between two `~` would be looked for, so it is written as the pattern of itself."""
    if len(text) > 1 and text.startswith("~") and text.endswith("~"):
        return f"~^{re.escape(text)}$~"
    return text
