"""What can be taken back: things that were removed and are in the bin, shared by the nouns that have one."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Protocol, TypeVar

from fastapi import Query

from frontdesk.core.errors import Refused

FromBin = Annotated[bool, Query(alias="bin", description="Those in the bin instead.")]


class Removable(Protocol):
    """A row that may be in the bin."""

    @property
    def row_version(self) -> int: ...
    @property
    def deleted_at(self) -> datetime | None: ...


R = TypeVar("R", bound=Removable)


def _any(_: int) -> None:
    """Every version will do."""


def live(row: R, refuse_unless: Callable[[int], None] = _any) -> R:
    """The row, provided that it is the version asked for and not in the bin."""
    if row.deleted_at is not None:
        raise Refused("not_found", "It is in the bin; restore it first.")
    refuse_unless(row.row_version)
    return row
