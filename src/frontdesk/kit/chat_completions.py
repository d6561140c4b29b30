"""The wire that most services of language models speak: chat completions. What goes out, and what errors mean.

Source: OpenAPI description of the OpenAI API, 2.3.0; other services follow it with small differences, which are
arguments here. Pure. What comes back is read by `completions_answer`.
"""

import json
import re
from collections.abc import Mapping

from frontdesk.kit import model_stream
from frontdesk.kit.outside import Outside
from frontdesk.ports.chat_model import ChatMessage, ChatRequest, Failed, Role

_ROLES: dict[Role, str] = {"system": "system", "customer": "user", "assistant": "assistant", "tool": "tool"}
BLOCKED = frozenset({"content_filter", "content_policy_violation", "moderation_blocked"})
_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_TOO_LONG = frozenset({"context_length_exceeded", "string_above_max_length", "max_tokens_exceeded"})
_SPAN = re.compile(
    r"(?:(\d{1,3})h)?(?:(\d{1,4})m(?!s))?(?:(\d{1,5}(?:\.\d{1,9})?)s)?(?:(\d{1,7})ms)?", re.ASCII
)


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
                "function": {"name": call.name, "arguments": written(call.arguments)},
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
    return written(found).encode()


def written(value: object) -> str:
    """A value as it goes out.

    Returns:
        JSON.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def judge(outside: Outside) -> model_stream.Judge:
    """Say what this wire's errors mean.

    Returns:
        What `model_stream` asks about an answer that is not 2xx.
    """

    def judged(status: int, headers: Mapping[str, str], found: object) -> Failed:
        words = _words(found)
        said = next((word for word in words if word), "")
        if not BLOCKED.isdisjoint(words):
            return Failed("blocked", said)
        if not _QUOTA.isdisjoint(words):
            return Failed("quota", said)
        if not _TOO_LONG.isdisjoint(words):
            return Failed("too_long", said)
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
