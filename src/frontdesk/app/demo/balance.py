"""The outside system of the demo: the tutorial's balance service (S001-40) and its desk, on a loopback port.

    GET  /accountBalance?accountNumber=123456&email=fred@home.com   {"accountId", "accountBalance"}
    POST /transfer                                                  202 {"transferId", "status"}

Started by the demo beside the program, which calls it like any system of a customer's: over HTTP, by its address.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_PARAMETERS = ("accountNumber", "email")
_CENTS = 1_000_000
_BODY_BYTES = 100_000


async def _account_balance(request: Request) -> JSONResponse:
    missing = [name for name in _PARAMETERS if not request.query_params.get(name, "").strip()]
    if missing:
        return JSONResponse({"error": f"missing query parameter: {', '.join(missing)}"}, 400)
    return JSONResponse(
        {
            "accountId": request.query_params["accountNumber"],
            "accountBalance": secrets.randbelow(_CENTS) / 100,
        }
    )


async def _transfer(request: Request) -> JSONResponse:
    size_bytes = 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > _BODY_BYTES:
            return JSONResponse({"error": f"the body is larger than {_BODY_BYTES} bytes"}, 413)
    return JSONResponse({"transferId": f"transfer-{secrets.token_hex(8)}", "status": "accepted"}, 202)


async def _in_words(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


class _Server(uvicorn.Server):
    """A second server in the process: signals belong to the first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Running:
    """The service, answering at `url` (no slash at its end) until it is closed."""

    url: str
    _server: uvicorn.Server
    _task: asyncio.Task[None]

    async def close(self) -> None:
        self._server.should_exit = True
        await self._task


async def serve(host: str = "127.0.0.1", port: int = 0) -> Running:
    """Start the service; port 0 takes a free one. Raises OSError when the port is taken."""
    listening = socket.create_server((host, port))
    app = Starlette(
        routes=[
            Route("/accountBalance", _account_balance, methods=["GET"]),
            Route("/transfer", _transfer, methods=["POST"]),
        ],
        exception_handlers={HTTPException: _in_words},
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    # The socket already listens: a request that comes before the task runs waits in its queue.
    task = asyncio.create_task(server.serve(sockets=[listening]), name="demo balance service")
    return Running(f"http://{host}:{listening.getsockname()[1]}", server, task)
