"""Changes that nobody overwrites unseen: strong ETags from row versions, If-Match on every update (RFC 9110)."""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response, StreamingResponse

from frontdesk.core.errors import Refused

_STRONG = re.compile(r'\s*"(\d{1,18})"\s*', re.ASCII)


@dataclass(frozen=True, slots=True)
class Expected:
    """The row versions that a caller accepts; None means any."""

    versions: frozenset[int] | None

    def refuse_unless(self, row_version: int) -> None:
        if self.versions is not None and row_version not in self.versions:
            raise Refused("conflict", "It has changed since you read it; read it again.")


ANY = Expected(None)


def set_etag(response: Response, row_version: int) -> None:
    response.headers["ETag"] = f'"{row_version}"'


def tag_contents(response: Response) -> None:
    """What has no version of its own has an ETag of what it says; one that is set already stays, streams have none."""
    if "etag" not in response.headers and not isinstance(response, StreamingResponse):
        set_etag(response, mark(bytes(response.body)))


def mark(said: bytes) -> int:
    """A number for what somebody was told: another one when they would be told something else."""
    return int.from_bytes(hashlib.blake2b(said, digest_size=7).digest())


def read_if_match(value: str) -> Expected:
    """Weak tags and tags that are not ours match nothing, as the standard has it."""
    if value.strip() == "*":
        return Expected(None)
    matched = [_STRONG.fullmatch(tag) for tag in value.split(",")]
    return Expected(frozenset(int(found[1]) for found in matched if found is not None))


_IfMatch = Annotated[str | None, Header(description="The ETag you last read, or `*`.")]
# What is missing is refused by us, with 428; to FastAPI it may be missing, to readers of the document it may not.
_IfMatchNeeded = Annotated[
    str | None,
    Header(description="The ETag you last read, or `*`.", json_schema_extra={"x-needed": True}),
]


async def _required(if_match: _IfMatchNeeded = None) -> Expected:
    if if_match is None:
        raise unsaid()
    return read_if_match(if_match)


def unsaid() -> Refused:
    return Refused("precondition_required", "Send If-Match with the ETag you last read.")


async def _optional(if_match: _IfMatch = None) -> Expected:
    return Expected(None) if if_match is None else read_if_match(if_match)


async def _said(if_match: _IfMatch = None) -> Expected | None:
    return None if if_match is None else read_if_match(if_match)


IfMatchSaid = Annotated[Expected | None, Depends(_said)]
"""For updates that need it sometimes: None when it was not sent."""
IfMatch = Annotated[Expected, Depends(_required)]
IfMatchOptional = Annotated[Expected, Depends(_optional)]
