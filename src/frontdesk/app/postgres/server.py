"""A running PostgreSQL of our own: started, adopted from a dead process, or attached to.

down --start--> up, ours --stop--> down
                 | we are killed
                 v
                up, nobody's --start--> up, ours (adopted)
                up, somebody's --start, attach--> up, theirs: never stopped from here
"""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from frontdesk.app.cannot_start import CannotStart, writing_in
from frontdesk.app.postgres import account, binaries, former, launch, owner
from frontdesk.app.postgres.account import Hosting
from frontdesk.app.postgres.folder import ADMIN, DATABASE, PROGRAM, Folder
from frontdesk.app.postgres.launch import Site
from frontdesk.store import cluster

if TYPE_CHECKING:
    import subprocess

log = structlog.get_logger(__name__)

_WATCH_S = 0.2
_LONGEST_PAUSE_S = 10.0


class PostgresServer:
    """Made by `start` and `attach` only."""

    def __init__(self, folder: Folder, found: cluster.Answer, *, programs: Path) -> None:
        place = folder.running()
        if place is None:
            raise CannotStart(f"PostgreSQL on {folder.pgdata} has just stopped: start again.")
        self.program = folder.dsn(PROGRAM, place[1], place[2])
        self.admin = folder.dsn(ADMIN, place[1], place[2])
        self.has_vector = found.has_vector
        self.version = found.version
        self.binaries = programs
        self.owned = False
        self._folder = folder
        self._stopping = False
        self._site: Site | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def own(self, site: Site, child: "subprocess.Popen[bytes] | None") -> None:
        """From now on this object restarts and stops the server. `child` where this process started it."""
        self.owned, self._site, self._child = True, site, child

    async def stop(self) -> None:
        """Stops the server, if it is ours; what was committed is there at the next start."""
        if not self.owned:
            return
        self.owned, self._stopping = False, True
        async with owner.locked(self._folder.lock):
            if not await launch.end(self._folder, self._child):
                log.error("postgres.does_not_stop", log=str(self._folder.log))
                return
            owner.disclaim(self._folder)

    async def supervise(self) -> None:
        """Watches until cancelled or stopped; starts a server of ours again when it is gone. Says so once each way."""
        while not self._stopping:
            await asyncio.sleep(_WATCH_S)
            if not self._is_up() and not self._stopping:
                await self._bring_back()

    def _is_up(self) -> bool:
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        return launch.alive(self._folder) is not None

    async def _bring_back(self) -> None:
        gone_at, pause_s, told = time.monotonic(), _WATCH_S, ""
        log.error("postgres.gone", owned=self.owned)
        while not self._stopping:
            try:
                if await self._is_back():
                    log.warning("postgres.back", after_s=round(time.monotonic() - gone_at, 1))
                    return
            except CannotStart as err:
                if err.message != told:
                    told = err.message
                    log.error("postgres.cannot_restart", reason=told)  # noqa: TRY400 - the line is all there is to say
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)

    async def _is_back(self) -> bool:
        if self._site is None:  # somebody else's: its owner sees to it
            return await launch.ask(self._folder) is not None
        async with owner.locked(self._folder.lock):
            if not self._stopping and await launch.settled(self._folder) is None:
                self._child = await _launched(self._site)
        return True


async def start(data: Path, hosting: Hosting | None = None) -> PostgresServer:
    """A server on this data folder: started if there is none, taken over if its owner is dead, else shared.

    `CannotStart` carries the one line for the person who asked.
    """
    folder = Folder.at(data)
    site = await asyncio.to_thread(_site, folder, hosting or Hosting())
    async with owner.locked(folder.lock):
        former.refuse_half_done(folder)
        child = None
        answer = await launch.settled(folder)
        if answer is None:
            child = await _launched(site)
            answer = await launch.ask(folder)
        try:
            return await _taken(folder, site, child, answer)
        except BaseException:
            if child is not None:
                await launch.end(folder, child)
            raise


async def _launched(site: Site) -> "subprocess.Popen[bytes]":
    launch.forget_the_dead(site.folder)
    await asyncio.to_thread(launch.prepare, site)
    return await launch.start(site)


async def _taken(
    folder: Folder, site: Site, child: "subprocess.Popen[bytes] | None", answer: cluster.Answer | None
) -> PostgresServer:
    if answer is None:
        raise CannotStart(f"PostgreSQL stopped again at once: see {folder.log}.")
    server = PostgresServer(folder, answer, programs=site.bin)
    if owner.living_owner(folder) is None:
        maintenance = replace(server.admin, database="postgres")
        try:
            await cluster.ensure_program(maintenance.url(), PROGRAM, server.program.password, DATABASE)
        except cluster.ClusterError as err:
            raise launch.refused_by(err, folder) from err
        owner.claim(folder)
        server.own(site, child)
    return server


def _site(folder: Folder, hosting: Hosting) -> Site:
    run_as = account.choose(folder.pgdata, hosting)
    folder.make(run_as)
    programs = hosting.programs or binaries.find()
    if run_as.uid is not None or not run_as.can(f"{programs}/postgres", "--version"):
        programs = binaries.copy_of(programs, hosting.shared)
    if run_as.can("test", "-x", str(folder.root)) and run_as.can(f"{programs}/postgres", "--version"):
        return Site(folder, programs, run_as)
    raise CannotStart(
        f"The account that is to run PostgreSQL (number {run_as.owner[0]}) cannot enter {folder.root}: let it pass (chmod "
        f"o+x on each folder of that path), set FRONTDESK_DATA to a folder that it can enter, such as "
        f"{hosting.shared / 'data'}, or run frontdesk as an ordinary user."
    )


async def attach(data: Path) -> PostgresServer | None:
    """The running server of this data folder, or None. Never starts or stops one, and makes nothing."""
    folder = Folder.at(data)
    with writing_in(folder.data):
        former.refuse_half_done(folder)
        answer = await launch.ask(folder)
        if answer is None:
            return None
        return PostgresServer(folder, answer, programs=binaries.find())
