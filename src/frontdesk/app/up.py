"""`frontdesk up`: database, web and jobs in one process, until Ctrl-C; with `--demo` something to try as well.

`web` and `worker` are its two halves, for several processes on one database.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from frontdesk.app import address, database, greeting, outgoing, serve
from frontdesk.app.application import application
from frontdesk.app.backup import BackupFailed, discard_old
from frontdesk.app.claim import Claim
from frontdesk.app.database import Database
from frontdesk.app.demo import demo
from frontdesk.app.demo.noted import Demo
from frontdesk.app.demo.shop import pages as shop_pages
from frontdesk.app.first_start import set_up_link
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running, wired
from frontdesk.jobs.queue import Workers
from frontdesk.store.directory import every_workspace
from frontdesk.store.secrets import unreadable_secrets
from frontdesk.web.app import WebApplication

log = structlog.get_logger()

STOP_S = 10.0
"""How long jobs at work may take to end when the program is told to stop."""
PATIENCE_S = 6.0
"""How long a stop lets callers wait for their answers; well below `serve.DRAIN_S`, which cuts them off."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What this process does."""

    web: bool = True
    jobs: bool = True
    demo: bool = False


async def up(settings: Settings, parts: Parts, say: Callable[[str], None]) -> None:
    """Run until told to stop; what was taken in is finished first.

    Raises:
        CannotStart: With the one line for whoever started it.
    """
    stop = asyncio.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    async with AsyncExitStack() as stack:
        listening = None
        claim = _claim(settings, parts)
        stack.callback(claim.release)
        if parts.web:
            claim.take()
            listening = stack.enter_context(serve.take_port(settings.host, settings.port))
        found = await stack.enter_async_context(database.opened(settings, start=True))
        await database.bring_up_to_date(found)
        outside = await stack.enter_async_context(demo.outside(settings)) if parts.demo else None
        allow = () if outside is None else (outside.allow,)
        # Of several processes on several machines each would make a key of its own.
        first = parts.web and parts.jobs
        running = await stack.enter_async_context(wired(settings, found.url, allow=allow, first=first))
        if parts.web:
            claim.take()  # of a folder that this start has made
            stack.enter_context(address.noted(settings))
            stack.enter_context(outgoing.noted(settings))
        made = None if outside is None else await demo.ensure(running, outside.url)
        # Each new link ends the one before, so of several processes none makes one by itself.
        link = await set_up_link(running.installation) if parts.web and parts.jobs else None
        await _tell_of_secrets(running, say)
        async with asyncio.TaskGroup() as group:
            jobs = _jobs(running, group) if parts.jobs else None
            if listening is not None:
                web = serve.server(_served(running, made), trusted_proxies=settings.trusted_proxies)
                serving = group.create_task(web.serve(sockets=[listening]))
                await web.ready.wait()
                greeting.greet(
                    say, settings, demo=made, own=await address.of_own(running.store, settings), set_up=link
                )
                warming = group.create_task(running.upkeep.warming.begin())
            await _discard_old(found)
            await stop.wait()
            say("Stopping: finishing what was taken in.")
            if jobs is not None:
                group.create_task(jobs.stop())
                group.create_task(running.delivering.close())
            if listening is not None:
                await _drain(running, web, serving, warming)
            await running.lanes.close()


def _served(running: Running, made: Demo | None) -> WebApplication:
    return application(running, () if made is None else shop_pages.routes(made.shop_assistant_id))


def _claim(settings: Settings, parts: Parts) -> Claim:
    shared = settings.database_url is not None and not parts.jobs
    return Claim(settings.frontdesk_data, settings.address, shared=shared)


async def _drain(
    running: Running, web: serve.Server, serving: asyncio.Task[None], warming: asyncio.Task[None]
) -> None:
    """Take no more requests and answer those that are there; who waits for too long gets what there is."""
    warming.cancel()
    web.should_exit = True
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.shield(serving)
    except TimeoutError:
        running.line.waiting.close()
        await serving


async def _tell_of_secrets(running: Running, say: Callable[[str], None]) -> None:
    """A database from elsewhere, restored without its master key, works but for what is sealed."""
    for row in await every_workspace(running.store):
        if row.is_default or row.is_demo:
            async with running.store.unit_of_work(row.workspace) as tx:
                if await unreadable_secrets(row.workspace, tx, running.vault, limit=1):
                    say("Secrets here are sealed under another master key; `frontdesk doctor` says which.")


async def _discard_old(found: Database) -> None:
    """What restores left beside the database goes, now that this one serves."""
    if found.server is None or not found.server.owned:
        return
    try:
        await discard_old(found.admin())
    except BackupFailed as error:
        log.warning("restore.old_database_kept", reason=error.message)


@dataclass(frozen=True, slots=True)
class _Jobs:
    workers: Workers
    working: asyncio.Task[None]
    schedules: asyncio.Task[None]

    async def stop(self) -> None:
        self.schedules.cancel()
        self.workers.stop()
        try:
            async with asyncio.timeout(STOP_S):
                await asyncio.shield(self.working)
        except TimeoutError:
            log.warning("jobs.cut_short")
            self.working.cancel()


def _jobs(running: Running, group: asyncio.TaskGroup) -> _Jobs:
    running.delivering.begin()
    return _Jobs(
        running.workers,
        group.create_task(running.workers.run()),
        group.create_task(running.schedules.run()),
    )
