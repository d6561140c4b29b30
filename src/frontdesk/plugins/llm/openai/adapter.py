"""OpenAI's chat completions, list of models and images. What errors mean is said by `kit.chat_completions`."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from pydantic import ValidationError

from frontdesk.kit import chat_completions, model_stream
from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.openai.settings import OpenAiSettings
from frontdesk.ports.chat_model import ChatRequest, Checked, Failed, Piece
from frontdesk.ports.http import HttpRequest
from frontdesk.ports.image_model import Drawn, ImageRequest

_WRONG = Failed("misconfigured", "the service's settings are wrong")
_CHECK_S = 10.0
_BASE64_GROWTH = 1.4


class OpenAi:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        own = _read(settings)
        if own is None:
            yield _WRONG
            return
        more: dict[str, object] = {
            "max_completion_tokens": request.max_tokens,
            "stream_options": {"include_usage": True},
        }
        if own.temperature >= 0:
            more["temperature"] = own.temperature
        sent = HttpRequest(
            method="POST",
            url=f"{own.base_url.rstrip('/')}/chat/completions",
            headers=self._headers(own),
            body=chat_completions.body(request, **more),
            timeout_s=request.timeout_s,
            idle_s=request.idle_s,
            max_bytes=model_stream.MAX_ANSWER_BYTES,
            purpose="ai",
        )
        async with aclosing(chat_completions.chat(self._outside, sent)) as pieces:
            async for piece in pieces:
                yield piece

    async def check(self, settings: Mapping[str, object]) -> Checked | Failed:
        own = _read(settings)
        if own is None:
            return _WRONG
        return await chat_completions.check(
            self._outside,
            HttpRequest(
                method="GET",
                url=f"{own.base_url.rstrip('/')}/models",
                headers=self._headers(own),
                timeout_s=_CHECK_S,
                purpose="ai",
            ),
        )

    async def draw(self, settings: Mapping[str, object], request: ImageRequest) -> Drawn | Failed:
        own = _read(settings)
        if own is None:
            return _WRONG
        return await chat_completions.draw(
            self._outside,
            HttpRequest(
                method="POST",
                url=f"{own.base_url.rstrip('/')}/images/generations",
                headers=self._headers(own),
                body=chat_completions.image_body(request),
                timeout_s=request.timeout_s,
                max_bytes=round(request.max_bytes * _BASE64_GROWTH),
                purpose="ai",
            ),
        )

    def _headers(self, own: OpenAiSettings) -> tuple[tuple[str, str], ...]:
        given = (("OpenAI-Organization", own.organization), ("OpenAI-Project", own.project))
        return (
            ("Authorization", f"Bearer {own.api_key.get_secret_value()}"),
            ("Content-Type", "application/json"),
            ("User-Agent", self._outside.user_agent),
            *((name, value) for name, value in given if value),
        )


def _read(settings: Mapping[str, object]) -> OpenAiSettings | None:
    try:
        return OpenAiSettings.model_validate(settings)
    except ValidationError:
        return None
