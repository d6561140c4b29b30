"""A service whose API is that of chat completions: asks, lists models, draws. A plug-in says what is its own."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Generic, TypeVar

from frontdesk.kit import (
    chat_completions,
    completions_answer,
    completions_image,
    model_settings,
    model_stream,
)
from frontdesk.kit.model_settings import ModelSettings
from frontdesk.kit.outside import Outside
from frontdesk.ports.chat_model import ChatRequest, Checked, Failed, Piece
from frontdesk.ports.http import HttpRequest
from frontdesk.ports.image_model import Drawn, ImageRequest

S = TypeVar("S", bound=ModelSettings)


class CompletionsModel(ABC, Generic[S]):
    """`ports.chat_model.ChatModel` and `ports.image_model.ImageModel`, with the settings of a kind of service."""

    settings: type[S]

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._judge = chat_completions.judge(outside)

    @abstractmethod
    def address(self, own: S) -> str:
        """Where the API begins."""

    @abstractmethod
    def key(self, own: S) -> tuple[tuple[str, str], ...]:
        """The headers that say who asks."""

    @abstractmethod
    def members(self, own: S, request: ChatRequest) -> dict[str, object]:
        """What a request has besides the model, the messages and the tools."""

    async def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        own = model_settings.read(self.settings, settings)
        if isinstance(own, Failed):
            yield own
            return
        body = chat_completions.body(request, **self.members(own, request))
        asked = model_stream.question(self._url(own, "chat/completions"), request, body, self._headers(own))
        async with aclosing(completions_answer.chat(self._outside.http, asked, self._judge)) as pieces:
            async for piece in pieces:
                yield piece

    async def check(self, settings: Mapping[str, object]) -> Checked | Failed:
        own = model_settings.read(self.settings, settings)
        if isinstance(own, Failed):
            return own
        return await model_stream.models(
            self._outside.http, self._url(own, "models"), self._headers(own), self._judge
        )

    async def draw(self, settings: Mapping[str, object], request: ImageRequest) -> Drawn | Failed:
        own = model_settings.read(self.settings, settings)
        if isinstance(own, Failed):
            return own
        asked = HttpRequest(
            method="POST",
            url=self._url(own, "images/generations"),
            headers=self._headers(own),
            body=completions_image.body(request),
            timeout_s=request.timeout_s,
            max_bytes=round(request.max_bytes * completions_image.BASE64_GROWTH),
            purpose="ai",
        )
        return await completions_image.draw(self._outside.http, asked, self._judge)

    def _url(self, own: S, path: str) -> str:
        return f"{self.address(own).rstrip('/')}/{path}"

    def _headers(self, own: S) -> model_stream.Headers:
        return model_stream.headers(self._outside, *self.key(own))
