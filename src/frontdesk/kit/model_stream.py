"""What every service of language models has in common: a request goes out, events come back, or a `Failed`.

The vendor's own words for its events and errors are the plug-in's business.
"""

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import datetime
from http import HTTPStatus

from frontdesk.core import strict_json
from frontdesk.core.errors import Refused
from frontdesk.kit import retry_after
from frontdesk.kit.outside import Outside
from frontdesk.kit.sse import BadStream, Events
from frontdesk.ports.chat_model import ChatRequest, Checked, Failed, Trouble
from frontdesk.ports.http import Http, HttpFailed, HttpReply, HttpRequest, HttpStream, HttpTimeout

MAX_ANSWER_BYTES = 4_000_000
MAX_ERROR_BYTES = 64_000
MAX_LIST_BYTES = 4_000_000
MAX_MODELS = 2_000
CHECK_S = 10.0
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", re.ASCII)
_OK = 2

_BY_STATUS: Mapping[int, Trouble] = {401: "auth", 402: "quota", 403: "auth", 413: "too_long"}

Judge = Callable[[int, Mapping[str, str], object], Failed]
"""What an answer that is not 2xx means: its status, headers, and body where that is JSON."""


Headers = tuple[tuple[str, str], ...]


def headers(outside: Outside, *more: tuple[str, str]) -> Headers:
    """What every request carries.

    Returns:
        That, and `more`.
    """
    return (("Content-Type", "application/json"), ("User-Agent", outside.user_agent), *more)


def question(
    url: str, request: ChatRequest, body: bytes, headers: Headers, *, query: Headers = ()
) -> HttpRequest:
    """The request that asks a model.

    Returns:
        It, with the bounds that `request` sets.
    """
    return HttpRequest(
        method="POST",
        url=url,
        query=query,
        headers=headers,
        body=body,
        timeout_s=request.timeout_s,
        idle_s=request.idle_s,
        max_bytes=MAX_ANSWER_BYTES,
        purpose="ai",
    )


async def models(
    http: Http,
    url: str,
    headers: Headers,
    judge: Judge,
    *,
    query: Headers = (),
    at: tuple[str, str] = ("data", "id"),
) -> Checked | Failed:
    """Read a service's list of models, which needs the address and the key to be right.

    Args:
        http: The guarded client.
        url: Of the list.
        headers: With the key.
        judge: Says what an error means.
        query: Of the request.
        at: What the list is called, and the name in each of its rows.

    Returns:
        Their names in order, or what went wrong.
    """
    asked = HttpRequest(
        method="GET",
        url=url,
        query=query,
        headers=headers,
        timeout_s=CHECK_S,
        max_bytes=MAX_LIST_BYTES,
        purpose="ai",
    )
    answer = await reply(http, asked, judge)
    if not isinstance(answer, HttpReply):
        return answer
    found = json_of(answer.body)
    rows = found.get(at[0]) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        return Failed("malformed", "the list of models cannot be read")
    names = (row.get(at[1]) for row in rows[:MAX_MODELS] if isinstance(row, dict))
    return Checked(tuple(sorted(name for name in names if isinstance(name, str) and name.isprintable())))


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
    except HttpTimeout as error:
        yield Failed("unavailable", str(error), begun=True, timed_out=True)
    except HttpFailed as error:
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
    except HttpTimeout as error:
        return Failed("unavailable", str(error), begun=True, timed_out=True)
    except HttpFailed as error:
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
        case 401 | 402 | 403 | 413:
            return Failed(_BY_STATUS[status], detail)
        case 429:
            return Failed("rate_limited", detail, wait_s(headers, now))
        case 408 | 409 | 425:
            return Failed("unavailable", detail, wait_s(headers, now))
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Failed("unavailable", detail, wait_s(headers, now))
        case _:
            return Failed("misconfigured", detail)
