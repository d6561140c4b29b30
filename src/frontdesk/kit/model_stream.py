"""What every service of language models has in common: a request goes out, events come back, or a `Failed`.

The vendor's own words for its events and errors are the plug-in's business.
"""

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import datetime

from frontdesk.core import strict_json
from frontdesk.core.errors import Refused
from frontdesk.kit import retry_after
from frontdesk.kit.sse import BadStream, Events
from frontdesk.ports.chat_model import Failed
from frontdesk.ports.http import Http, HttpFailed, HttpReply, HttpRequest, HttpStream, HttpTimeout

MAX_ANSWER_BYTES = 4_000_000
MAX_ERROR_BYTES = 64_000
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", re.ASCII)
_OK = 2

Judge = Callable[[int, Mapping[str, str], object], Failed]
"""What an answer that is not 2xx means: its status, headers, and body where that is JSON."""


async def events(http: Http, request: HttpRequest, judge: Judge) -> AsyncGenerator[object, None]:
    """Send, and give the events' data as decoded JSON while they come.

    Args:
        http: The guarded client.
        request: What to send.
        judge: Says what an error means.

    Yields:
        Decoded events; `"[DONE]"` as that text; last a `Failed` when the stream could not be read to its end. An
        answer that is JSON and no stream is one event.
    """
    try:
        async with http.stream(request) as answer:
            if answer.status // 100 != _OK:
                yield judge(answer.status, answer.headers, await _error_body(answer))
                return
            async with aclosing(_read(answer)) as read:
                async for event in read:
                    yield event
    except (HttpTimeout, HttpFailed) as error:
        yield Failed("unavailable", str(error))
    except Refused as error:
        yield Failed("misconfigured", error.message)


async def _read(answer: HttpStream) -> AsyncGenerator[object, None]:
    whole = answer.headers.get("content-type", "").startswith("application/json")
    parts, stream = bytearray(), Events()
    try:
        async for piece in answer.pieces():
            if whole:
                parts += piece
                continue
            for data in stream.feed(piece):
                yield data if data.strip() == "[DONE]" else strict_json.loads(data.encode())
        if whole:
            yield strict_json.loads(bytes(parts))
    except (BadStream, strict_json.NotJson) as error:
        yield Failed("malformed", str(error))


async def _error_body(answer: HttpStream) -> object:
    body = bytearray()
    async for piece in answer.pieces():
        body += piece
        if len(body) > MAX_ERROR_BYTES:
            break
    return json_of(bytes(body))


def json_of(body: bytes) -> object:
    """Decode an answer.

    Returns:
        The value, or None when it is not JSON.
    """
    try:
        return strict_json.loads(body)
    except strict_json.NotJson:
        return None


async def reply(http: Http, request: HttpRequest, judge: Judge) -> HttpReply | Failed:
    """Send and read the whole answer.

    Returns:
        A 2xx answer that was not cut, or what went wrong.
    """
    try:
        answer = await http.send(request)
    except (HttpTimeout, HttpFailed) as error:
        return Failed("unavailable", str(error))
    except Refused as error:
        return Failed("misconfigured", error.message)
    if not answer.ok:
        return judge(answer.status, answer.headers, json_of(answer.body))
    return Failed("malformed", "the answer is too long") if answer.truncated else answer


def word(value: object) -> str:
    """A vendor's name for an error, fit to be shown: vendors quote keys and questions in their sentences.

    Returns:
        The name, or `""` when it is not one word.
    """
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long the service asks to be left alone.

    Returns:
        Seconds, out of `retry-after-ms` or `retry-after`; None when it does not say.
    """
    in_ms = headers.get("retry-after-ms", "")
    if in_ms.isascii() and in_ms.isdigit() and len(in_ms) <= len("86400000"):
        return int(in_ms) / 1000
    return retry_after.seconds(headers.get("retry-after", ""), now)


def judged(status: int, headers: Mapping[str, str], now: datetime, said: str = "") -> Failed:
    """What a status means where the vendor's body does not say more.

    Args:
        status: Not 2xx.
        headers: Of the answer.
        now: The present moment.
        said: The vendor's word for it, if it has one.

    Returns:
        The failure; its detail is the status and that word.
    """
    detail = f"status {status}{': ' if said else ''}{said}"
    match status:
        case 401 | 403:
            return Failed("auth", detail)
        case 402:
            return Failed("quota", detail)
        case 429:
            return Failed("rate_limited", detail, wait_s(headers, now))
        case 408 | 409 | 425:
            return Failed("unavailable", detail, wait_s(headers, now))
        case _ if status >= 500:  # noqa: PLR2004 - the class of the server's own failures
            return Failed("unavailable", detail, wait_s(headers, now))
        case _:
            return Failed("misconfigured", detail)
