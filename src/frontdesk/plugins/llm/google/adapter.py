"""Google's Gemini models: the streamed answer and the list of models. `wire` knows the format."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import quote

from pydantic import ValidationError

from frontdesk.kit import model_stream
from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.google import wire
from frontdesk.plugins.llm.google.settings import GoogleSettings
from frontdesk.ports.chat_model import ChatRequest, Checked, Delta, Failed, Piece
from frontdesk.ports.http import HttpReply, HttpRequest

_WRONG = Failed("misconfigured", "the service's settings are wrong")
_CHECK_S = 10.0
_OK = 2


class Google:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        own = _read(settings)
        if own is None:
            yield _WRONG
            return
        sent = HttpRequest(
            method="POST",
            url=f"{_base(own)}/models/{quote(request.model.removeprefix('models/'), safe='')}:streamGenerateContent",
            query=(("alt", "sse"),),
            headers=self._headers(own),
            body=wire.body(request, own.temperature),
            timeout_s=request.timeout_s,
            idle_s=request.idle_s,
            max_bytes=model_stream.MAX_ANSWER_BYTES,
            purpose="ai",
        )
        answer = wire.Answer()
        async with aclosing(model_stream.events(self._outside.http, sent, self._judge)) as events:
            async for event in events:
                match event:
                    case Failed():
                        yield event
                        return
                    case {"error": {"code": int(status)}}:
                        yield self._judge(status, {}, event)
                        return
                    case dict():
                        if text := answer.take(event):
                            yield Delta(text)
                    case _:
                        yield Failed("malformed", "an event of the stream is no object")
                        return
        for piece in answer.end():
            yield piece

    async def check(self, settings: Mapping[str, object]) -> Checked | Failed:
        own = _read(settings)
        if own is None:
            return _WRONG
        request = HttpRequest(
            method="GET",
            url=f"{_base(own)}/models",
            query=(("pageSize", "1000"),),
            headers=self._headers(own),
            timeout_s=_CHECK_S,
            purpose="ai",
        )
        answer = await model_stream.reply(self._outside.http, request, self._judge)
        if not isinstance(answer, HttpReply):
            return answer
        names = wire.models(model_stream.json_of(answer.body))
        return Failed("malformed", "the list of models cannot be read") if names is None else Checked(names)

    def _judge(self, status: int, headers: Mapping[str, str], found: object) -> Failed:
        if status // 100 == _OK:
            return Failed("unavailable", "an error in the answer")
        asked = model_stream.judged(status, headers, self._outside.clock.now())
        return wire.judged(status, found, asked)

    def _headers(self, own: GoogleSettings) -> tuple[tuple[str, str], ...]:
        return (
            ("x-goog-api-key", own.api_key.get_secret_value()),
            ("Content-Type", "application/json"),
            ("User-Agent", self._outside.user_agent),
        )


def _base(own: GoogleSettings) -> str:
    return f"{own.base_url.rstrip('/')}/v1beta"


def _read(settings: Mapping[str, object]) -> GoogleSettings | None:
    try:
        return GoogleSettings.model_validate(settings)
    except ValidationError:
        return None
