"""What a typed question asks for: the interface of the answer types that stand, one a file, in `typed/`.

An answer with two readings, or one that cannot be (31 February), gives None: the question is asked again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from frontdesk.core.message import MAX_TEXT, Sent
from frontdesk.dialog.bot import Bot, Talk
from frontdesk.dialog.utterance import Utterance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Around:
    """What an answer is read with besides its words.

    `now` is aware and in the time zone that "tomorrow" is meant in. `region` (`UZ`) is the country of phone
    numbers written without one; empty, only `+...` numbers are taken. `files` came with the message.
    """

    language: str
    now: datetime
    region: str = ""
    files: tuple[Sent, ...] = ()


def around(talk: Talk, files: tuple[Sent, ...] = ()) -> Around:
    """What a message of this turn is read with."""
    return around_of(talk.bot, talk.turn.now, str(talk.fact("language")), files)


def around_of(bot: Bot, now: datetime, language: str, files: tuple[Sent, ...] = ()) -> Around:
    """The same outside of a turn; `now` in any time zone."""
    return Around(language, now.astimezone(bot.zone), bot.region, files)


@dataclass(frozen=True, slots=True)
class AnswerType:
    """One kind of answer: `key` names it in a bot's files, `hints` say by language what is wanted.

    `find` gives the value, JSON data within a state's bounds, or None; it is linear in the length of the text.
    """

    key: str
    find: Callable[[Utterance, Around], object | None]
    hints: Mapping[str, str]

    def take(self, said: Utterance, around: Around) -> object | None:
        """The value in the answer; None when there is none, or more than one."""
        if said.intent:
            return None
        if len(said.text) > MAX_TEXT:
            said = Utterance(said.text[:MAX_TEXT], said.plain[:MAX_TEXT])
        return self.find(said, around)

    def hint(self, language: str) -> str:
        """What to answer, as a sentence for the customer."""
        return self.hints.get(language.partition("-")[0], self.hints["en"])


def only(values: Iterable[T | None]) -> T | None:
    """The one value there is; None for none, for two that differ, and where one of them is None."""
    found: T | None = None
    for value in values:
        if value is None or (found is not None and value != found):
            return None
        found = value
    return found
