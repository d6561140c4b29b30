"""Asks a service with OpenAI's /v1/embeddings for vectors; the texts leave this installation.

A customer waits for the one text of a question: it gets little time, and none while the service rests after a failure.
Many texts, and those of articles, are work in the background, which waits for the service.
"""

import hashlib
import importlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
MOST_BYTES = 16 << 20
FIRST_PAUSE_S = 0.5
"""The next ones are four times as long each."""
MOST_PAUSE_S = 30.0
QUESTION_ATTEMPTS = 2
QUESTION_PAUSE_S = 0.1
QUESTION_SHARE = 0.9
"""Of the time that a question has: the failure is to be known before those who wait give up."""
REST_S = 30.0
LONGEST_REST_S = 3_600.0
TOO_MANY, BROKEN = 429, 500
OF_THE_TEXT = frozenset({400, 413, 422})
"""Answers that another text would not get."""


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long a request is tried; `each_s` for one attempt, `whole_s` for all."""

    attempts: int
    each_s: float
    whole_s: float
    pause_s: float
    longest_pause_s: float


class _Failed(Exception):
    """Why there was no answer; `rest_s` is how long no question need try."""

    def __init__(self, reason: str, rest_s: float = REST_S) -> None:
        super().__init__(reason)
        self.reason, self.rest_s = reason, rest_s


class OpenAiEmbeddings:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._settings = EmbeddingSettings.model_validate(dict(outside.settings))
        given = self._settings
        whole_s = given.within_s * QUESTION_SHARE
        self._of_question = _Patience(QUESTION_ATTEMPTS, whole_s, whole_s, QUESTION_PAUSE_S, whole_s)
        self._of_work = _Patience(
            given.attempts,
            given.timeout_s,
            given.attempts * (given.timeout_s + MOST_PAUSE_S),
            FIRST_PAUSE_S,
            MOST_PAUSE_S,
        )
        self._rests_until: datetime | None = None
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
        return await self.embed_intents(texts)

    async def embed_intents(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._embed(texts, self._of_question if len(texts) == 1 else self._of_work)

    async def embed_passages(self, texts: Sequence[str]) -> "NDArray[numpy.float32]":
        return await self._embed(texts, self._of_work)

    async def _embed(self, texts: Sequence[str], patience: _Patience) -> "NDArray[numpy.float32]":
        if trouble := self.trouble():
            raise Unavailable(trouble, retry_after_s=60.0)
        if patience is self._of_question:
            self._refuse_while_it_rests()
        np = importlib.import_module("numpy")
        rows: list[list[float]] = []
        for start in range(0, len(texts), AT_ONCE):
            part = [text[:MOST_CHARACTERS] for text in texts[start : start + AT_ONCE]]
            rows += wire.vectors(await self._asked(part, patience), len(part), self._profile.dim)
        found = np.array(rows, np.float32).reshape(len(texts), self._profile.dim)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        made: NDArray[numpy.float32] = found / np.where(lengths > 0, lengths, 1)
        return made

    def _refuse_while_it_rests(self) -> None:
        if self._rests_until is None:
            return
        left_s = (self._rests_until - self._outside.clock.now()).total_seconds()
        if left_s > 0:
            raise Unavailable(
                "The embedding service is left alone for a while after a failure.", retry_after_s=left_s
            )
        # This question tries; those beside it go on without until it has its answer.
        self._rest(REST_S)

    def _rest(self, rest_s: float) -> None:
        if rest_s > 0:
            self._rests_until = self._outside.clock.now() + timedelta(seconds=min(rest_s, LONGEST_REST_S))

    async def _asked(self, texts: Sequence[str], patience: _Patience) -> bytes:
        try:
            body = await self._tried(texts, patience)
        except _Failed as failed:
            self._rest(failed.rest_s)
            raise Unavailable(failed.reason, retry_after_s=failed.rest_s or 1.0) from failed
        self._rests_until = None
        return body

    async def _tried(self, texts: Sequence[str], patience: _Patience) -> bytes:
        ends_at = time.monotonic() + patience.whole_s
        pause_s, asked_s, reason = patience.pause_s, 0.0, ""
        for attempt in range(patience.attempts):
            if attempt:
                wait_s = max(asked_s, pause_s * (0.5 + self._outside.chance()))
                if time.monotonic() + wait_s >= ends_at:
                    break
                await self._outside.wait(wait_s)
                pause_s = min(pause_s * 4, patience.longest_pause_s)
            reply = await self._sent(texts, min(patience.each_s, max(ends_at - time.monotonic(), 0.01)))
            if isinstance(reply, str):
                reason, asked_s = reply, 0.0
                continue
            if reply.ok and not reply.truncated:
                return reply.body
            reason, asked_s = f"The embedding service answered {reply.status}.", self._asked_to_wait(reply)
            if reply.status in OF_THE_TEXT:
                raise _Failed(reason, 0.0)
            is_passing = reply.status == TOO_MANY or reply.status >= BROKEN
            if not is_passing or asked_s > patience.longest_pause_s:
                break
        raise _Failed(reason, max(REST_S, asked_s))

    async def _sent(self, texts: Sequence[str], within_s: float) -> HttpReply | str:
        """The answer; or why there is none, where there may be one the next time."""
        try:
            return await self._outside.http.send(self._request(texts, within_s))
        except HttpTimeout:
            return f"The embedding service did not answer within {within_s:.2g} s."
        except HttpFailed as error:
            return f"The embedding service cannot be reached: {error}."
        except Refused as error:
            raise _Failed(f"The embedding service may not be reached: {error.message}") from error

    def _asked_to_wait(self, reply: HttpReply) -> float:
        return seconds(reply.headers.get("retry-after", ""), self._outside.clock.now()) or 0.0

    def _request(self, texts: Sequence[str], timeout_s: float) -> HttpRequest:
        key = self._settings.api_key.get_secret_value()
        headers = (("Content-Type", "application/json"), ("User-Agent", self._outside.user_agent))
        return HttpRequest(
            "POST",
            f"{self._settings.url}/embeddings",
            headers=(*headers, ("Authorization", f"Bearer {key}")) if key else headers,
            body=wire.question(self._settings.model, texts),
            timeout_s=timeout_s,
            max_bytes=MOST_BYTES,
            purpose="embedding",
        )
