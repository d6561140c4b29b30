"""The whole program, served on a loopback port: wired as `frontdesk up` wires it, on a database of the tests.

async with served(database, folder) as program:
    desk = await program.desk()                       # a fresh workspace with the tutorial's assistant
    assert await desk.say("jhon", "hi") == ["Hello! ..."]
"""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from tests.database import Database
from tests.doubles.http_client import Answer, HttpClient, http_client

from frontdesk.app import serve
from frontdesk.app.application import application
from frontdesk.app.demo.files import example
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running, wired
from frontdesk.core.ids import AssistantId, ChannelId, WorkspaceId
from frontdesk.egress.allow import AllowRule, parse_allow
from frontdesk.store import bots, workspaces
from frontdesk.store.assistants import update_assistant
from frontdesk.store.channels import create_channel
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key
from frontdesk.studio.publish import publish

EXAMPLE = "billing-helper"
WITHIN_S = 60.0
LOOK_S = 0.3
"""How often the tests' program looks for what nobody woke it for: users' look ten times less often, and nobody waits here."""


@dataclass(frozen=True)
class Desk:
    """One workspace with one assistant, reached over the wire at its own path."""

    program: "Program"
    workspace: WorkspaceId
    assistant_id: AssistantId
    channel_id: ChannelId
    slug: str

    @property
    def path(self) -> str:
        """Where the assistant's wires begin."""
        return f"/a/{self.assistant_id}"

    @property
    def webhook(self) -> str:
        return f"{self.path}/webhooks/rest/webhook"

    async def post(self, sender: str, message: str, **options: Any) -> Answer:
        """One message over the REST wire; `options` are the client's, and `metadata`."""
        body = {"sender": sender, "message": message}
        if "metadata" in options:
            body["metadata"] = options.pop("metadata")
        return await self.program.client.post(self.webhook, json=body, **options)

    async def say(self, sender: str, message: str) -> list[str]:
        """What the assistant answers, its texts alone."""
        answer = await self.post(sender, message)
        assert answer.status == 200, answer.body
        return [bubble["text"] for bubble in answer.json() if "text" in bubble]

    async def publish(self, files: Mapping[str, str]) -> None:
        """Another version of the bot. It answers at once here; other processes take it up within a second."""
        running = self.program.running
        await publish(self.workspace, running.store, self.assistant_id, files=files, by="test")
        self.program.forget_entrances()

    async def key(self, kind: str = "rasa", *scopes: str) -> str:
        async with self.program.running.store.unit_of_work(self.workspace) as tx:
            _, text = await create_key(self.workspace, tx, kind=kind, name="A key", scopes=frozenset(scopes))
        return text.reveal()

    async def channel(self, channel_type: str, settings: Mapping[str, object]) -> ChannelId:
        """A further channel of the assistant; secrets have no place in `settings` here."""
        async with self.program.running.store.unit_of_work(self.workspace) as tx:
            return await create_channel(
                self.workspace,
                tx,
                channel_type=channel_type,
                name=f"Test {channel_type}",
                settings=settings,
                assistant_id=self.assistant_id,
            )

    async def rows(self, table: str, order: str = "1") -> list[dict[str, Any]]:
        """Every row of a table that is this workspace's."""
        query = f"SELECT * FROM {table} WHERE workspace_id = $1 ORDER BY {order}"  # noqa: S608  # test's own words
        return await self.program.query(query, self.workspace)

    async def counts(self) -> dict[str, int]:
        """How many rows of the line this workspace has, for tests of what is written or not."""
        return {table: len(await self.rows(table)) for table in LINE_TABLES}


LINE_TABLES = ("contacts", "conversations", "inbound", "messages", "events", "deliveries", "traces")


@dataclass
class Program:
    """The running program. Every test makes `desk`s of its own, so one program serves many tests."""

    running: Running
    client: HttpClient
    admin: asyncpg.Pool
    desks: list[Desk] = field(default_factory=list)

    async def desk(
        self,
        files: Mapping[str, str] | None = None,
        *,
        env: Mapping[str, str] | None = None,
        slug: str = EXAMPLE,
        hosts: tuple[str, ...] = (),
    ) -> Desk:
        """A fresh workspace whose default assistant is published from `files` (the example by default)."""
        store, workspace = self.running.store, WorkspaceId(mint("ws"))
        async with store.unit_of_work(workspace) as tx:
            await workspaces.create(workspace, tx, name="Test workspace")
            made = await bots.create_assistant(
                workspace, tx, slug=slug, name="Test assistant", is_default=True, env=env or {}
            )
            await update_assistant(workspace, tx, made.id, name="Test assistant", hosts=hosts)
        desk = Desk(self, workspace, made.id, made.channel_id, slug)
        await desk.publish(example(EXAMPLE) if files is None else files)
        self.desks.append(desk)
        return desk

    def forget_entrances(self) -> None:
        """What publishing or renaming changed is seen by the next message, not within a second."""
        self.running.line.bots.__dict__["_entrances"].clear()

    @asynccontextmanager
    async def belonging_to(self, workspace: WorkspaceId) -> AsyncIterator[None]:
        """Within, the installation is this workspace's."""
        own = "UPDATE workspaces SET is_default = true WHERE workspace_id = ANY ($1)"
        (before,) = await self.query("SELECT array_agg(workspace_id) AS ids FROM workspaces WHERE is_default")
        await self.execute("UPDATE workspaces SET is_default = false WHERE is_default")
        await self.execute(own, [workspace])
        try:
            yield
        finally:
            await self.execute("UPDATE workspaces SET is_default = false WHERE is_default")
            await self.execute(own, before["ids"] or [])

    async def query(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Read past row security."""
        return [dict(row) for row in await self.admin.fetch(sql, *values)]

    async def execute(self, sql: str, *values: object) -> None:
        """Write past row security."""
        await self.admin.execute(sql, *values)


async def until(true: Any, *, within_s: float = WITHIN_S) -> Any:
    """What the coroutine function `true` returns, as soon as that is truthy."""
    async with asyncio.timeout(within_s):
        while not (found := await true()):  # noqa: ASYNC110  # nothing tells when a row changes
            await asyncio.sleep(0.01)
    return found


def test_settings(folder: Path, **values: Any) -> Settings:
    """Settings that no variable and no file of the machine reaches."""
    fixed = {
        "frontdesk_data": folder,
        "frontdesk_master_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        "host": "127.0.0.1",
        "public_url": "http://127.0.0.1:8000",
        "disk_floor_mb": 0,
    }
    return Settings(_env_file=None, **{**fixed, **values})  # type: ignore[call-arg]  # taken, though not declared


LOOPBACK: tuple[AllowRule, ...] = tuple(
    parse_allow(f"{purpose}=127.0.0.1") for purpose in ("action", "ai", "callback", "mail", "push", "webhook")
)


@asynccontextmanager
async def served(
    database: Database, folder: Path, *, jobs: bool = True, listens_on: str = "127.0.0.1", **settings: Any
) -> AsyncIterator[Program]:
    """The program on `database`. Its actions and callbacks may reach every port of 127.0.0.1.

    It is asked at 127.0.0.1, whatever it `listens_on`; `settings` are fields of `Settings`; without `jobs` nothing is delivered and nothing swept. Only one at a time
    works off the jobs of a database: tests change what their program has, and another would not have it.
    """
    if jobs:
        assert database.url not in _with_jobs, "another program works off the jobs of this database"
        _with_jobs.add(database.url)
    listening = serve.take_port(listens_on, 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    given = test_settings(folder, **{"public_url": url, "frontdesk_egress_ports": _EVERY_PORT, **settings})
    async with (
        asyncpg.create_pool(database.admin_url, min_size=1, max_size=2) as admin,
        wired(given, database.url, allow=LOOPBACK, look_s=LOOK_S) as running,
        http_client(url) as client,
        asyncio.TaskGroup() as group,
    ):
        web = serve.server(application(running), trusted_proxies=given.trusted_proxies)
        serving = group.create_task(web.serve(sockets=[listening]))
        if jobs:
            running.delivering.begin()
        working = [group.create_task(running.workers.run())] if jobs else []
        schedules = [group.create_task(running.schedules.run())] if jobs else []
        await web.ready.wait()
        try:
            yield Program(running, client, admin)
        finally:
            web.should_exit = True
            await serving
            for task in schedules:
                task.cancel()
            running.workers.stop()
            await asyncio.gather(*working)
            _with_jobs.discard(database.url)


_with_jobs: set[str] = set()
_EVERY_PORT = ",".join(map(str, range(1024, 65536)))
