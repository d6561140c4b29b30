"""Request bodies: read up to a limit, decoded by one strict JSON reader.

Used by typed and raw endpoints alike, so that what two parsers could read in two ways is refused everywhere.
"""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request

from frontdesk.core.errors import Refused
from frontdesk.core.strict_json import NotJson, loads

MAX_BODY_BYTES = 1_000_000
LARGE_BYTES = 64_000
DRAINED_BYTES = 10_000_000
"""Of a body that is too large this much is read and dropped, so that its sender, still writing, gets the answer."""


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """The whole body; of a longer one no more than `limit` is kept."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit + DRAINED_BYTES:
        raise _too_large(limit)
    read, size_bytes = bytearray(), 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes <= limit:
            read += chunk
        elif size_bytes > limit + DRAINED_BYTES:
            break
    if size_bytes > limit:
        raise _too_large(limit)
    return bytes(read)


def _too_large(limit: int) -> Refused:
    return Refused("body_too_large", f"This address takes bodies of up to {limit} bytes.")


def parse_json(body: bytes) -> object:
    try:
        return loads(body)
    except NotJson as reason:
        raise Refused("bad_request", f"The body is not JSON that has one meaning: {reason}.") from None


async def decode(body: bytes) -> object:
    """The same; a large body beside the loop, where others' requests go on meanwhile."""
    return parse_json(body) if len(body) <= LARGE_BYTES else await asyncio.to_thread(parse_json, body)


def parse_object(body: bytes) -> dict[str, object]:
    """The body as a JSON object; anything else is refused."""
    value = parse_json(body)
    if not isinstance(value, dict):
        raise Refused("bad_request", "The body has to be a JSON object.")
    return value


def require_json(headers: Mapping[str, str]) -> None:
    """A page on another site can send text/plain without asking first; JSON it cannot."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Refused("unsupported_media_type", "Send the body as application/json.")
