"""One running program for the commands' tests, started on a port that they are not told."""

from dataclasses import dataclass
from pathlib import Path

from tests.app.running import Ended, command
from tests.doubles.http_client import HttpClient


@dataclass(frozen=True)
class Place:
    """A running installation; `url` is where it answers."""

    folder: Path
    url: str
    client: HttpClient

    async def command(self, *words: str, typed: str = "") -> Ended:
        return await command(self.folder, *words, typed=typed)

    async def done(self, *words: str, typed: str = "") -> str:
        """What a command prints that has to succeed."""
        ended = await self.command(*words, typed=typed)
        assert ended.code == 0, ended
        return ended.out
