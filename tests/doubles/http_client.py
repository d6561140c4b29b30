"""A small HTTP client over a real socket, so that tests judge what is on the wire."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL


@dataclass(frozen=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class HttpClient:
    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session = session
        self.base_url = base_url

    async def send(
        self,
        method: str,
        path: str,
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        json: object = None,
        body: object = None,
    ) -> Answer:
        sent = dict(headers or {})
        if key:
            sent["Authorization"] = f"Bearer {key}"
        if json is not None:
            body, sent["Content-Type"] = _encode(json), "application/json"
        async with self._session.request(
            method, URL(self.base_url + path, encoded=True), headers=sent, data=body, allow_redirects=False
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.send("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        return await self.send("POST", path, **options)


def _encode(value: object) -> bytes:
    return json.dumps(value).encode()


@asynccontextmanager
async def http_client(base_url: str) -> AsyncIterator[HttpClient]:
    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
        yield HttpClient(session, base_url)
