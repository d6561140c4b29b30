"""The wire that most services of language models speak: chat completions, streamed, with tools; and images.

Source: OpenAPI description of the OpenAI API, 2.3.0; other services follow it with small differences, which are
arguments here. Pure but for what it is handed.
"""

import base64
import binascii
import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from frontdesk.core import strict_json
from frontdesk.kit import model_stream
from frontdesk.kit.outside import Outside
from frontdesk.ports.chat_model import (
    ChatMessage,
    ChatRequest,
    Checked,
    Delta,
    Ended,
    Failed,
    Finish,
    Piece,
    Role,
    ToolCall,
    Usage,
)
from frontdesk.ports.http import HttpReply, HttpRequest
from frontdesk.ports.image_model import Drawn, ImageRequest

MAX_CALLS = 16
MAX_MODELS = 2_000
_ROLES: dict[Role, str] = {"system": "system", "customer": "user", "assistant": "assistant", "tool": "tool"}
_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos_token": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tools",
    "function_call": "tools",
}
_BLOCKED = frozenset({"content_filter", "content_policy_violation", "moderation_blocked"})
_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_SPAN = re.compile(
    r"(?:(\d{1,3})h)?(?:(\d{1,4})m(?!s))?(?:(\d{1,5}(?:\.\d{1,9})?)s)?(?:(\d{1,7})ms)?", re.ASCII
)
SIZES = {"square": "1024x1024", "portrait": "1024x1792", "landscape": "1792x1024"}


def messages(request: ChatRequest) -> list[dict[str, object]]:
    """The conversation in this wire's form.

    Returns:
        One object a message.
    """
    return [_message(message) for message in request.messages]


def _message(message: ChatMessage) -> dict[str, object]:
    found: dict[str, object] = {"role": _ROLES[message.role], "content": message.text}
    if message.role == "tool":
        found["tool_call_id"] = message.call_id
    if message.wants:
        found["content"] = message.text or None
        found["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": _text(call.arguments)},
            }
            for call in message.wants
        ]
    return found


def tools(request: ChatRequest) -> list[dict[str, object]]:
    """The tools in this wire's form.

    Returns:
        One object a tool.
    """
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in request.tools
    ]


def body(request: ChatRequest, **more: object) -> bytes:
    """The request's body.

    Args:
        request: What is asked.
        more: Further members, such as `max_tokens`.

    Returns:
        JSON.
    """
    found = {"model": request.model, "messages": messages(request), "stream": True, **more}
    if request.tools:
        found["tools"] = tools(request)
    return _text(found).encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def judge(outside: Outside) -> model_stream.Judge:
    """Say what this wire's errors mean.

    Returns:
        What `model_stream` asks about an answer that is not 2xx.
    """

    def judged(status: int, headers: Mapping[str, str], found: object) -> Failed:
        words = _words(found)
        said = next((word for word in words if word), "")
        if not _BLOCKED.isdisjoint(words):
            return Failed("blocked", said)
        if not _QUOTA.isdisjoint(words):
            return Failed("quota", said)
        failed = model_stream.judged(status, headers, outside.clock.now(), said)
        if failed.trouble == "rate_limited" and failed.retry_after_s is None:
            return Failed("rate_limited", failed.detail, _reset_s(headers))
        return failed

    return judged


def _words(found: object) -> tuple[str, ...]:
    error = found.get("error") if isinstance(found, dict) else None
    return (
        tuple(model_stream.word(error.get(key)) for key in ("code", "type"))
        if isinstance(error, dict)
        else ()
    )


def _reset_s(headers: Mapping[str, str]) -> float | None:
    spans = [
        _span_s(headers.get(f"x-ratelimit-reset-{what}", ""))
        for what in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{what}") == "0"
    ]
    return max((span for span in spans if span is not None), default=None)


def _span_s(text: str) -> float | None:
    found = _SPAN.fullmatch(text) if text else None
    if found is None:
        return None
    hours, minutes, seconds, millis = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + millis / 1000


@dataclass(slots=True)
class _Wanted:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class _Answer:
    finish: str = ""
    model: str = ""
    refused: bool = False
    usage: Usage | None = None
    wanted: dict[int, _Wanted] = field(default_factory=dict)


async def chat(
    outside: Outside, request: HttpRequest, *, judge_by: Callable[[Outside], model_stream.Judge] = judge
) -> AsyncGenerator[Piece, None]:
    """Send a chat request and read its answer.

    Args:
        outside: The plug-in's.
        request: With a body of `body`.
        judge_by: Says what errors mean, where a vendor has its own.

    Yields:
        As `ports.chat_model.ChatModel.chat`.
    """
    answer = _Answer()
    async with aclosing(model_stream.events(outside.http, request, judge_by(outside))) as events:
        async for event in events:
            match event:
                case Failed():
                    yield event
                    return
                case "[DONE]":
                    break
                case {"error": dict()}:
                    yield _in_stream(judge_by(outside)(200, {}, event))
                    return
                case dict():
                    text = _take(answer, event)
                    if text:
                        yield Delta(text)
                case _:
                    yield Failed("malformed", "an event of the stream is no object")
                    return
    for piece in _end(answer):
        yield piece


def _in_stream(failed: Failed) -> Failed:
    # An error inside of an answer has no status of its own.
    said = failed.detail.removeprefix("status 200").removeprefix(": ")
    return (
        failed
        if failed.trouble != "misconfigured"
        else Failed("unavailable", said or "an error in the answer")
    )


def _take(answer: _Answer, event: dict[str, object]) -> str:
    answer.usage = _usage(event.get("usage")) or answer.usage
    answer.model = model_stream.word(event.get("model")) or answer.model
    match event.get("choices"):
        case [dict() as choice, *_]:
            pass
        case _:
            return ""
    finish = choice.get("finish_reason")
    answer.finish = finish if isinstance(finish, str) else answer.finish
    delta = choice.get("delta", choice.get("message"))
    if not isinstance(delta, dict):
        return ""
    answer.refused = answer.refused or bool(delta.get("refusal"))
    calls = delta.get("tool_calls")
    for position, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, dict):
            _take_call(answer, position, call)
    text = delta.get("content")
    return text if isinstance(text, str) else ""


def _take_call(answer: _Answer, position: int, call: dict[str, object]) -> None:
    index = call.get("index", position)
    if not isinstance(index, int) or (index not in answer.wanted and len(answer.wanted) >= MAX_CALLS):
        return
    wanted = answer.wanted.setdefault(index, _Wanted())
    function = call.get("function")
    given = function if isinstance(function, dict) else {}
    for value, key in (
        (call.get("id"), "id"),
        (given.get("name"), "name"),
        (given.get("arguments"), "arguments"),
    ):
        if isinstance(value, str):
            setattr(wanted, key, getattr(wanted, key) + value if key == "arguments" else value)


def _usage(found: object) -> Usage | None:
    if not isinstance(found, dict):
        return None
    counts = found.get("prompt_tokens"), found.get("completion_tokens", 0)
    prompt, completion = (count if isinstance(count, int) and count >= 0 else None for count in counts)
    return None if prompt is None or completion is None else Usage(prompt, completion)


def _end(answer: _Answer) -> list[Piece]:
    if answer.refused or answer.finish in _BLOCKED:
        return [Failed("blocked", answer.finish if answer.finish in _BLOCKED else "refusal")]
    if not answer.finish:
        return [Failed("unavailable", "the answer broke off")]
    found: list[Piece] = []
    for wanted in answer.wanted.values():
        arguments = arguments_of(wanted.arguments)
        if not wanted.name or arguments is None:
            return [Failed("malformed", "a tool call cannot be read")]
        found.append(ToolCall(wanted.id or f"call_{len(found)}", wanted.name, arguments))
    finish: Finish = "tools" if found else _FINISHES.get(answer.finish, "stop")
    return [*found, Ended(finish, answer.usage, answer.model)]


def arguments_of(text: str) -> dict[str, object] | None:
    """The arguments of a tool call.

    Returns:
        The object, or None when it is none.
    """
    try:
        found = strict_json.loads(text.encode()) if text.strip() else {}
    except (strict_json.NotJson, UnicodeEncodeError):
        return None
    return found if isinstance(found, dict) else None


async def check(outside: Outside, request: HttpRequest) -> Checked | Failed:
    """Read the list of models.

    Returns:
        Their names in order, or what went wrong.
    """
    answer = await model_stream.reply(outside.http, request, judge(outside))
    if not isinstance(answer, HttpReply):
        return answer
    found = model_stream.json_of(answer.body)
    rows = found.get("data") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        return Failed("malformed", "the list of models cannot be read")
    names = (row.get("id") for row in rows[:MAX_MODELS] if isinstance(row, dict))
    return Checked(tuple(sorted(name for name in names if isinstance(name, str) and name.isprintable())))


def image_body(request: ImageRequest) -> bytes:
    """The body of a request for one picture, which is to come in the answer itself.

    Returns:
        JSON.
    """
    found: dict[str, object] = {
        "model": request.model,
        "prompt": request.prompt,
        "n": 1,
        "size": SIZES[request.size],
    }
    # Older models send an address otherwise; the newer ones know no such member.
    if request.model.startswith("dall-e"):
        found["response_format"] = "b64_json"
    return _text(found).encode()


async def draw(outside: Outside, request: HttpRequest) -> Drawn | Failed:
    """Send a request for a picture and read it.

    Returns:
        The picture, or what went wrong.
    """
    answer = await model_stream.reply(outside.http, request, judge(outside))
    if not isinstance(answer, HttpReply):
        return answer
    match model_stream.json_of(answer.body):
        case {"data": [{"b64_json": str(text)}, *_]}:
            return drawn(text)
        case _:
            return Failed("malformed", "there is no picture in the answer")


def drawn(text: str) -> Drawn | Failed:
    """A picture out of base64, judged by its first bytes.

    Returns:
        The picture, or that it is none.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Failed("malformed", "the picture cannot be read")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Drawn(data, "image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Drawn(data, "image/jpeg")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Drawn(data, "image/webp")
    return Failed("malformed", "what came is no picture")
