"""What an import gives: files, and a report of everything the author has to look at. Or one reason why not."""

from collections.abc import Mapping

import msgspec

from frontdesk.core.errors import Refused


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it was: where in the export, what, and what to do about it."""

    where: str
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.todo}"


class Imported(msgspec.Struct, frozen=True):
    """A whole bot folder; `files` is path -> text, `report` in the order of the export."""

    files: Mapping[str, str]
    report: tuple[Finding, ...]


class ImportRefused(Refused):
    """The export cannot be read; nothing of it is imported."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid", message, field="export")


class Report:
    """Collects findings; the same one twice is one."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(self, where: str, what: str, todo: str) -> None:
        self._found.setdefault(Finding(where, what, todo))

    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._found)
