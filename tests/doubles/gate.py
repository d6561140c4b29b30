"""A way to the database that can be shut: connections break, new ones are refused, until it is opened again."""

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

PIECE = 65_536


class Gate:
    def __init__(self, url: str, folder: Path) -> None:
        split = urlsplit(url)
        query = parse_qs(split.query)
        name = f".s.PGSQL.{query.get('port', ['5432'])[0]}"
        self._server = str(Path(query["host"][0]) / name)
        self._door = folder / name
        self.url = urlunsplit(split._replace(query=urlencode({**query, "host": [folder]}, doseq=True)))
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self._listener = await asyncio.start_unix_server(self._through, self._door)

    async def shut(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._door.unlink(missing_ok=True)
        for writer in list(self._writers):
            writer.transport.abort()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(self._server)
        pair = {writer, there_writer}
        self._writers |= pair
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pour(reader, there_writer))
                group.create_task(_pour(there_reader, writer))
        finally:
            self._writers -= pair


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
