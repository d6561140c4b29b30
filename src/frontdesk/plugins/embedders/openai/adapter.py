"""Asks a service with OpenAI's /v1/embeddings for vectors; the texts leave this installation."""

import hashlib
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from frontdesk.core.errors import Refused, Unavailable
from frontdesk.kit.outside import Outside
from frontdesk.kit.retry_after import seconds
from frontdesk.plugins.embedders.openai import wire
from frontdesk.plugins.embedders.openai.settings import EmbeddingSettings
from frontdesk.ports.embedder import EmbedderProfile
from frontdesk.ports.http import HttpFailed, HttpReply, HttpRequest, HttpTimeout

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

AT_ONCE = 64
MOST_CHARACTERS = 8_000
TIMEOUT_S = 20.0
MOST_BYTES = 16 << 20
ATTEMPTS = 4
PAUSES_S = (0.5, 2.0, 8.0)
MOST_PAUSE_S = 30.0
TOO_MANY, BROKEN = 429, 500


class OpenAiEmbeddings:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._settings = EmbeddingSettings.model_validate(dict(outside.settings))
        told = f"{self._settings.url}\n{self._settings.model}\n{self._settings.dim}"
        self._profile = EmbedderProfile(
            id="openai",
            fingerprint=f"openai:{hashlib.sha256(told.encode()).hexdigest()[:16]}:1",
            dim=self._settings.dim,
            max_tokens=MOST_CHARACTERS // 4,
            dense_weight=0.7,
            is_outside=True,
        )

    @property
    def profile(self) -> EmbedderProfile:
        return self._profile

    def trouble(self) -> str:
        if self._settings.url and self._settings.model:
            return ""
        return "FRONTDESK_EMBEDDER_URL and FRONTDESK_EMBEDDER_MODEL say which service makes the vectors: set both."

    async def embed_queries(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._embed(texts)

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._embed(texts)

    async def embed_passages(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._embed(texts)

    async def _embed(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        if trouble := self.trouble():
            raise Unavailable(trouble, retry_after_s=60.0)
        np = importlib.import_module("numpy")
        rows: list[list[float]] = []
        for start in range(0, len(texts), AT_ONCE):
            part = [text[:MOST_CHARACTERS] for text in texts[start : start + AT_ONCE]]
            rows += wire.vectors(await self._asked(part), len(part), self._profile.dim)
        found = np.array(rows, np.float32).reshape(len(texts), self._profile.dim)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        made: NDArray[numpy.float32] = found / np.where(lengths > 0, lengths, 1)
        return made

    async def _asked(self, texts: Sequence[str]) -> bytes:
        reason, pause_s = "", 0.0
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._outside.wait(max(pause_s, PAUSES_S[attempt - 1] * (0.5 + self._outside.chance())))
            try:
                reply = await self._outside.http.send(self._request(texts))
            except HttpTimeout:
                reason = f"The embedding service did not answer within {TIMEOUT_S:g} s."
                continue
            except HttpFailed as error:
                reason = f"The embedding service cannot be reached: {error}."
                continue
            except Refused as error:
                raise Unavailable(f"The embedding service may not be reached: {error.message}") from error
            if reply.ok and not reply.truncated:
                return reply.body
            reason = f"The embedding service answered {reply.status}."
            if reply.status != TOO_MANY and reply.status < BROKEN:
                break
            pause_s = self._asked_to_wait(reply)
            if pause_s > MOST_PAUSE_S:
                raise Unavailable(reason, retry_after_s=pause_s)
        raise Unavailable(reason)

    def _asked_to_wait(self, reply: HttpReply) -> float:
        return seconds(reply.headers.get("retry-after", ""), self._outside.clock.now()) or 0.0

    def _request(self, texts: Sequence[str]) -> HttpRequest:
        key = self._settings.api_key.get_secret_value()
        headers = (("Content-Type", "application/json"), ("User-Agent", self._outside.user_agent))
        return HttpRequest(
            "POST",
            f"{self._settings.url}/embeddings",
            headers=(*headers, ("Authorization", f"Bearer {key}")) if key else headers,
            body=wire.question(self._settings.model, texts),
            timeout_s=TIMEOUT_S,
            max_bytes=MOST_BYTES,
            purpose="embedding",
        )
