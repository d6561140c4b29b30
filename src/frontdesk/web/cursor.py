"""Lists in pages: opaque cursors that only this installation can make, each good for one list of one workspace."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, Protocol, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel

from frontdesk.core.errors import Refused

MAC_BYTES = 16
MOST_A_PAGE = 100

Limit = Annotated[int, Query(ge=1, le=MOST_A_PAGE, description="How many at most.")]
LOOKED_THROUGH = (
    "With it a page may hold fewer than `limit`, even none, while `next_cursor` says that there is more."
)
Cursor = Annotated[str, Query(max_length=500, description="`next_cursor` of the page before.")]

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    data: list[T]
    next_cursor: str | None = None


def give_cursor(key: bytes, of: str, position: str) -> str:
    """`of` names the list: route, workspace, filters; `position` is the id of the last one given out."""
    body = msgspec.msgpack.encode(position)
    mac = hmac.digest(key, of.encode() + b"\0" + body, "sha256")[:MAC_BYTES]
    return urlsafe_b64encode(mac + body).decode().rstrip("=")


def read_cursor(key: bytes, of: str, cursor: str) -> str:
    """The position, `""` for an empty cursor; one that we did not make for this list is refused."""
    if not cursor:
        return ""
    try:
        body = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[MAC_BYTES:]
        position = msgspec.msgpack.decode(body, type=str)
    except (ValueError, msgspec.DecodeError):
        position = ""
    # Made again and compared as a whole: base64 has more than one spelling, we give out one.
    if not hmac.compare_digest(give_cursor(key, of, position).encode(), cursor.encode()):
        raise Refused("cursor_invalid", "The cursor is not one that this list gave out.", field="cursor")
    return position


class _Row(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Row)


def _id(row: _Row) -> str:
    return row.id


def page(
    key: bytes,
    of: str,
    rows: Sequence[R],
    limit: int,
    show: Callable[[R], T],
    *,
    position: Callable[[R], str] = _id,
) -> Page[T]:
    """The page of `rows`, which are in the order of their positions and hold one more than `limit` if there are more."""
    shown = rows[:limit]
    more = give_cursor(key, of, position(shown[-1])) if len(rows) > limit else None
    return Page(data=[show(row) for row in shown], next_cursor=more)


def page_upto(key: bytes, of: str, rows: Sequence[R], upto: str, show: Callable[[R], T]) -> Page[T]:
    """The page of all these rows; the next one begins behind the position `upto`, where there is one."""
    return Page(data=[show(row) for row in rows], next_cursor=give_cursor(key, of, upto) if upto else None)
