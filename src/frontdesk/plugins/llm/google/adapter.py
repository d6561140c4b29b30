"""Google's Gemini models: the streamed answer and the list of models. `wire` knows the format."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import quote

from frontdesk.kit import model_settings, model_stream
from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.google import wire
from frontdesk.plugins.llm.google.settings import GoogleSettings
from frontdesk.ports.chat_model import ChatRequest, Checked, Delta, Failed, Piece

_OK = 2


class Google:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        own = model_settings.read(GoogleSettings, settings)
        if isinstance(own, Failed):
            yield own
            return
        sent = model_stream.question(
            f"{_base(own)}/models/{quote(request.model.removeprefix('models/'), safe='')}:streamGenerateContent",
            request,
            wire.body(request, own.temperature),
            self._headers(own),
            query=(("alt", "sse"),),
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
        own = model_settings.read(GoogleSettings, settings)
        if isinstance(own, Failed):
            return own
        found = await model_stream.models(
            self._outside.http,
            f"{_base(own)}/models",
            self._headers(own),
            self._judge,
            query=(("pageSize", "1000"),),
            at=("models", "name"),
        )
        if isinstance(found, Failed):
            return found
        return Checked(tuple(name.removeprefix("models/") for name in found.models))

    def _judge(self, status: int, headers: Mapping[str, str], found: object) -> Failed:
        if status // 100 == _OK:
            return Failed("unavailable", "an error in the answer")
        asked = model_stream.judged(status, headers, self._outside.clock.now())
        return wire.judged(status, found, asked)

    def _headers(self, own: GoogleSettings) -> model_stream.Headers:
        return model_stream.headers(self._outside, ("x-goog-api-key", own.api_key.get_secret_value()))


def _base(own: GoogleSettings) -> str:
    return f"{own.base_url.rstrip('/')}/v1beta"
