"""The control of the kill drill: the same program, but it answers before the turn is committed.

Run as `python -m tests.drills.early`. A drill that cannot see what this loses proves nothing about the real one.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import typer
from starlette.types import Receive, Scope, Send

from frontdesk.app import up
from frontdesk.app.application import application
from frontdesk.app.commands.own import own_settings
from frontdesk.app.console import run
from frontdesk.app.wiring import Running
from frontdesk.web.app import WebApplication
from frontdesk.web.route import Route


class Early:
    """Says 200 to every message at once and lets the program handle it afterwards."""

    def __init__(self, inner: WebApplication) -> None:
        self._inner = inner
        self.end_streams = inner.end_streams
        self._later: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._inner(scope, receive, send)
            return
        body = await receive()
        task = asyncio.create_task(self._handle(scope, body))
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"[]"})

    async def _handle(self, scope: Scope, body: Any) -> None:
        async def receive() -> Any:
            return body

        async def send(_: Any) -> None:
            """The client has its answer already."""

        await self._inner(scope, receive, send)


def early(running: Running, beside: Iterable[Route] = ()) -> Early:
    return Early(application(running, beside))


if __name__ == "__main__":
    up.__dict__["application"] = early
    run(up.up(own_settings(), up.Parts(demo=True), typer.echo))
