"""An answer read as it comes: one deadline for the whole of it, one for each piece, and a size that ends it.

Made by `http`; the block it was made for closes the connection, unless everything was read.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import aiohttp

from frontdesk.egress.body import BrokenBody
from frontdesk.ports.http import HttpRequest

Told = Callable[[HttpRequest, float], AbstractContextManager[None]]


class Streamed:
    """`until` is the loop's time at which the exchange has to be over; `told` puts errors in the port's words."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        headers: dict[str, str],
        request: HttpRequest,
        until: float,
        told: Told,
    ) -> None:
        self.status = response.status
        self.headers = headers
        self._response = response
        self._request = request
        self._until = until
        self._told = told

    async def pieces(self) -> AsyncIterator[bytes]:
        left_bytes = self._request.max_bytes
        while piece := await self._next():
            left_bytes -= len(piece)
            if left_bytes < 0:
                with self._told(self._request, 0):
                    raise BrokenBody("the answer is too long")
            yield piece

    async def _next(self) -> bytes:
        loop = asyncio.get_running_loop()
        left_s = self._until - loop.time()
        idle_s = self._request.idle_s
        wait_s = left_s if idle_s is None else min(idle_s, left_s)
        told_s = self._request.timeout_s if idle_s is None or left_s < idle_s else idle_s
        with self._told(self._request, told_s):
            if self.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                raise BrokenBody("the answer is packed in a way that was not asked for")
            async with asyncio.timeout(max(wait_s, 0.0)):
                return await self._response.content.readany()
