"""A unix socket in front of a PostgreSQL server that can be cut and joined again, so that one program alone loses it.

async with PostgresProxy(database.url, folder) as proxy:
    ... open_store(proxy.url) ...; await proxy.cut(); ...; await proxy.join()
"""

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit


class PostgresProxy:
    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name = f".s.PGSQL.{query.get('port', '5432')}"
        self._behind = Path(query["host"]) / name
        self._front = folder / name
        self.url = urlunsplit(parts._replace(query=urlencode({**query, "host": str(folder)})))
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.join()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.cut()

    async def join(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_unix_server(self._pass, self._front)

    async def cut(self) -> None:
        """Drop every connection and take no new one."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._front.unlink(missing_ok=True)
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        behind_reader, behind_writer = await asyncio.open_unix_connection(self._behind)
        try:
            # Whichever side ends first ends both.
            ways = [_copy(reader, behind_writer), _copy(behind_reader, writer)]
            running = [asyncio.create_task(way) for way in ways]
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in running:
                    way.cancel()
        finally:
            for side in (writer, behind_writer):
                side.transport.abort()
            self._open.discard(task)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
