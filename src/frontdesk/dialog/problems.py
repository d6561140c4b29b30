"""What is wrong with a bot's files: each finding names file, line and what to write instead.

Readers collect everything they find before anybody stops; `load` turns the errors into `BotInvalid`.
"""

from collections.abc import Iterable
from heapq import nsmallest
from typing import Literal, Protocol

import msgspec

from frontdesk.core.errors import Refused

MAX_PROBLEMS = 200
"""Errors after which reading stops, and most warnings kept; a file full of mistakes needs no longer list."""
_MAX_MESSAGE = 1_000
_MAX_LISTED = 20


class Problem(msgspec.Struct, frozen=True):
    """One finding; an `error` keeps the bot from loading, a `warning` does not."""

    file: str
    line: int
    message: str
    fix: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f" {self.fix}" if self.fix else "")


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and line; those of one line as they were found."""
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))


class Place(Protocol):
    """Anything that knows where it stands in the files."""

    @property
    def file(self) -> str: ...

    @property
    def line(self) -> int: ...


class BotInvalid(Refused):
    """The files do not make a bot; `problems` lists everything found, warnings too, by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = in_order(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        super().__init__("bot_invalid", "\n".join(str(problem) for problem in errors))


class Mistake(ValueError):
    """Something an author wrote cannot be used; `fix` says what to write instead. Whoever reads the file adds where."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


class GiveUp(Exception):
    """Reading on makes no sense; the problem is noted already."""


class Problems:
    """Collects findings while files are read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._errors = self._warnings = 0

    def error(self, place: Place, message: str, fix: str = "") -> None:
        """Note an error.

        Raises:
            GiveUp: There are too many.
        """
        problem = Problem(place.file, place.line, message[:_MAX_MESSAGE], fix[:_MAX_MESSAGE])
        if problem not in self.found:
            self.found.append(problem)
            self._errors += 1
        if self._errors >= MAX_PROBLEMS:
            raise GiveUp

    def mistake(self, place: Place, mistake: Mistake) -> None:
        self.error(place, str(mistake), mistake.fix)

    def warn(self, place: Place, message: str, fix: str = "") -> None:
        problem = Problem(place.file, place.line, message[:_MAX_MESSAGE], fix[:_MAX_MESSAGE], "warning")
        if self._warnings < MAX_PROBLEMS and problem not in self.found:
            self.found.append(problem)
            self._warnings += 1

    @property
    def fatal(self) -> bool:
        return self._errors > 0


def listed(names: Iterable[str], none: str = "none yet") -> str:
    """The first names in order of the alphabet, for a message."""
    every = list(names)
    more = f" and {len(every) - _MAX_LISTED:,} more" if len(every) > _MAX_LISTED else ""
    return ", ".join(nsmallest(_MAX_LISTED, every)) + more or none
