"""What is wrong with a bot's files: each finding names file, line and what to write instead.

Readers collect everything they find before anybody stops; `load` turns the errors into `BotInvalid`.
"""

from typing import Literal, Protocol

import msgspec

from frontdesk.core.errors import Refused

MAX_PROBLEMS = 200
"""Findings kept for one bot; a file full of mistakes needs no longer list."""


class Problem(msgspec.Struct, frozen=True):
    """One finding; an `error` keeps the bot from loading, a `warning` does not."""

    file: str
    line: int
    message: str
    fix: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f" {self.fix}" if self.fix else "")


class Place(Protocol):
    """Anything that knows where it stands in the files."""

    @property
    def file(self) -> str: ...

    @property
    def line(self) -> int: ...


class BotInvalid(Refused):
    """The files do not make a bot; `problems` lists everything found, warnings too."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        errors = [problem for problem in problems if problem.severity == "error"]
        super().__init__("bot_invalid", "\n".join(str(problem) for problem in errors))
        self.problems = problems


class Mistake(ValueError):
    """Something an author wrote cannot be used; `fix` says what to write instead. Whoever reads the file adds where."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


class Problems:
    """Collects findings while files are read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def error(self, place: Place, message: str, fix: str = "") -> None:
        self._add(Problem(place.file, place.line, message, fix))

    def mistake(self, place: Place, mistake: Mistake) -> None:
        self.error(place, str(mistake), mistake.fix)

    def warn(self, place: Place, message: str, fix: str = "") -> None:
        self._add(Problem(place.file, place.line, message, fix, "warning"))

    def _add(self, problem: Problem) -> None:
        if len(self.found) < MAX_PROBLEMS and problem not in self.found:
            self.found.append(problem)

    @property
    def fatal(self) -> bool:
        return any(problem.severity == "error" for problem in self.found)
