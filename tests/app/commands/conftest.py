"""One running program for the commands' tests, started on a port that they are not told."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.app.running import Ended, command, up
from tests.doubles.http_client import HttpClient, http_client
from tests.doubles.http_server import FaultServer

from frontdesk.app import database
from frontdesk.app.postgres import start


@dataclass(frozen=True)
class Place:
    """A running installation; `outside` is the one system that it may reach, as `environment` says."""

    folder: Path
    client: HttpClient
    outside: FaultServer
    environment: dict[str, str] = field(default_factory=dict)

    async def command(self, *words: str, typed: str = "") -> Ended:
        return await command(self.folder, *words, typed=typed, **self.environment)

    async def done(self, *words: str, typed: str = "") -> str:
        """What a command prints that has to succeed."""
        ended = await self.command(*words, typed=typed)
        assert ended.code == 0, ended
        return ended.out

    async def set_up(self) -> None:
        """Give one's own workspace its name through the set-up link, as a browser does it."""
        path = (await self.done("setup-link")).strip().removeprefix(self.client.base_url)
        form = {"Origin": self.client.base_url, "Content-Type": "application/x-www-form-urlencoded"}
        answer = await self.client.post(path, headers=form, body="name=Northwind&time_zone=UTC")
        assert answer.status == 200, answer.body

    async def say(self, base: str, message: str) -> list[str]:
        sent = {"sender": "jo", "message": message}
        answer = await self.client.post(f"{base}/webhooks/rest/webhook", json=sent)
        assert answer.status == 200, answer.body
        return [bubble["text"] for bubble in answer.json()]


@pytest.fixture(scope="session")
async def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database has this release's tables and nothing in them, for copies of it."""
    folder = tmp_path_factory.mktemp("with_tables")
    server = await start(folder)
    await database.migrate(server.admin.url(), server.program.user)
    await server.stop()
    shutil.rmtree(folder / "postgres" / "run", ignore_errors=True)
    (folder / "postgres.conf").write_text("fsync = off\n")  # nothing of it outlives the tests
    return folder


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """What `up` is given: a module whose tests use the demo says `--demo` instead."""
    return ()


@pytest.fixture(scope="module")
async def place(
    with_tables: Path, options: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    folder = Path(shutil.copytree(with_tables, tmp_path_factory.mktemp("commands") / "data"))
    async with FaultServer() as outside:
        environment = {
            # By words alone: what is found is then the same on every machine, and found soon.
            "FRONTDESK_EMBEDDER": "none",
            "FRONTDESK_EGRESS_ALLOW": ",".join(
                f"{purpose}=127.0.0.1:{outside.port}" for purpose in ("action", "ai", "callback")
            ),
            "FRONTDESK_EGRESS_PORTS": str(outside.port),
        }
        async with up(folder, *options, **environment) as url, http_client(url) as client:
            yield Place(folder, client, outside, environment)
