"""`frontdesk doctor`: each thing that has to hold for a message to get its answer, one line a check.

The last check sends a message through the line itself and names the hop at which it went wrong.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from frontdesk.app import database
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.embedders import AUTO, NONE
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running, wired
from frontdesk.core.action import Said
from frontdesk.core.errors import FrontdeskError, Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import plain
from frontdesk.egress.allow import parse_allow
from frontdesk.egress.http import GuardedHttp
from frontdesk.hub import services
from frontdesk.jobs.queue import PROBE, enqueue
from frontdesk.ports.embedder import Embedder
from frontdesk.ports.http import HttpFailed, HttpRequest, HttpTimeout
from frontdesk.store import bots, directory, health, intent_models, vectors, workspaces
from frontdesk.store.ids import mint
from frontdesk.store.master_key import FILE_NAME
from frontdesk.store.revision import newest_revision, revision_of
from frontdesk.store.secrets import unreadable_secrets
from frontdesk.studio.publish import publish
from frontdesk.turn.receive import Arrival, receive

MOST_SKEW_S = 2.0
MOST_NAMED = 5
MOST_ASKED = 10
JOB_WITHIN_S = 10.0
JOB_POLL_S = 0.05
PROBE_SLUG = "doctor"
PROBE_ANSWER = "pong"
PROBE_BOT = {
    "bot.yaml": f"""format: assistant/v1
assistant: {{id: {PROBE_SLUG}, name: Doctor, language: en}}
flows:
  ping:
    trigger: {{patterns: ["ping"]}}
    steps:
      - say: {PROBE_ANSWER}
"""
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` says what to do when it is not `ok`."""

    name: str
    ok: bool
    detail: str
    advice: str = ""

    def line(self) -> str:
        mark = "ok  " if self.ok else "FAIL"
        return f"{mark}  {self.name}: {self.detail}" + (f" -> {self.advice}" if not self.ok else "")


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """The checks in the order in which things depend on each other; the rest is left out when one is fatal."""
    try:
        async with database.opened(settings, start=False) as found:
            kind = "embedded" if found.server is not None else "DATABASE_URL"
            revision = await revision_of(found.url)
            yield Finding("database", ok=True, detail=f"{kind}, PostgreSQL {await health.version(found.url)}")
            newest = newest_revision()
            yield Finding(
                "migrations",
                ok=revision == newest,
                detail=f"revision {revision}, this program needs {newest}",
                advice="run `frontdesk migrate`",
            )
            if revision != newest:
                return
            async with wired(settings, found.url) as running:
                for check in _CHECKS:
                    yield await _checked(check, running)
    except (CannotStart, FrontdeskError) as error:
        yield Finding("database", ok=False, detail=error.message, advice="start it, then run doctor again")


async def _checked(check: Callable[[Running], Awaitable[Finding]], running: Running) -> Finding:
    try:
        return await check(running)
    except FrontdeskError as error:
        name = check.__name__.strip("_").replace("_", " ")
        return Finding(name, ok=False, detail=error.message, advice="see the log of `frontdesk up`")


async def _roles(running: Running) -> Finding:
    wrong = await health.login_faults(running.store)
    return Finding(
        "roles",
        ok=not wrong,
        detail="; ".join(wrong) or "the program's login cannot pass by row security",
        advice="use a login that is no superuser and has no BYPASSRLS, and run `frontdesk migrate`",
    )


async def _disk(running: Running) -> Finding:
    free_mb = running.disk.free_bytes() // 1_000_000
    return Finding(
        "disk",
        ok=running.disk.has_room(),
        detail=f"{free_mb} MB free, floor {running.settings.floor_mb} MB",
        advice="make room; until then new messages are answered with 503",
    )


async def _clock(running: Running) -> Finding:
    before = running.line.clock.now()
    there = await health.now(running.store)
    after = running.line.clock.now()
    skew_s = (there - (before + (after - before) / 2)).total_seconds()
    return Finding(
        "clock",
        ok=abs(skew_s) <= MOST_SKEW_S,
        detail=f"{skew_s:+.2f} s from the database's",
        advice="set both machines' clocks by NTP",
    )


async def _jobs(running: Running) -> Finding:
    """A job that does nothing has to be done in time."""
    started = time.monotonic()
    async with running.store.claim_work() as connection:
        number = await enqueue(connection, PROBE, {})
    running.hints.touch(PROBE, jobs=True)
    done = False
    while not done and time.monotonic() - started < JOB_WITHIN_S:
        await asyncio.sleep(JOB_POLL_S)
        done = await health.is_job_done(running.store, number)
    took_ms = round((time.monotonic() - started) * 1000)
    late_s = await health.take_back_job(running.store, number)
    waited = f", the oldest due one has waited {late_s:.0f} s" if late_s else ""
    detail = (
        f"one was done in {took_ms} ms" if done else f"one was not done within {JOB_WITHIN_S:g} s{waited}"
    )
    return Finding("jobs", ok=done, detail=detail, advice="start `frontdesk up` or `frontdesk worker`")


async def _plugins(running: Running) -> Finding:
    problems = running.registry.problems
    return Finding(
        "plug-ins",
        ok=not problems,
        detail="; ".join(problems) or f"{len(running.registry.plugins)} are loaded",
        advice="mend or remove the package; until then its deliveries wait",
    )


async def _knowledge(running: Running) -> Finding:
    keeps, model = await vectors.is_there(running.store), _embedder(running)
    alone = "no embedding model is set up" if model is None else "PostgreSQL has no pgvector"
    return Finding(
        "knowledge",
        ok=keeps or model is None,
        detail="found by words and meaning"
        if keeps and model is not None
        else f"found by words alone: {alone}",
        advice="install pgvector 0.7 or newer, and run `frontdesk migrate`",
    )


def _embedder(running: Running) -> Embedder | None:
    """One that articles may be compared with; which one it is depends on their languages."""
    every = running.answers.embedders.every
    return next((embedder for embedder in every if not embedder.trouble()), None)


async def _secrets(running: Running) -> Finding:
    lost: list[str] = []
    for row in await directory.every_workspace(running.store):
        async with running.store.unit_of_work(row.workspace) as tx:
            found = await unreadable_secrets(row.workspace, tx, running.vault, limit=MOST_NAMED)
        lost += [f"{secret.name} of {secret.owner_id}" for secret in found]
        if len(lost) >= MOST_NAMED:
            break
    named = ", ".join(lost[:MOST_NAMED])
    return Finding(
        "secrets",
        ok=not lost,
        detail=f"sealed under a master key that is not here: {named}"
        if lost
        else "this master key opens them all",
        advice=f"put the former key into {running.settings.frontdesk_data / FILE_NAME} and start again, or set "
        "them again; for `private_key of push` see docs/operate/push.md",
    )


async def _understanding(running: Running) -> Finding:
    """Every embedder that the setting allows has to give a vector; one that is not installed need not be."""
    working: list[str] = []
    wrong: list[str] = []
    chosen = running.settings.frontdesk_embedder
    for embedder in running.answers.embedders.every:
        if trouble := embedder.trouble():
            wrong += [] if chosen == AUTO else [trouble]
            continue
        started = time.monotonic()
        try:
            await embedder.embed_queries(["ping"])
        except Unavailable as error:
            wrong.append(error.message)
        else:
            working.append(f"{embedder.profile.id} ({(time.monotonic() - started) * 1000:.0f} ms)")
    found = [
        status
        for row in await directory.every_workspace(running.store)
        for status in await _learnt(running, row.workspace)
    ]
    untaught = [status.version_id for status in found if status.state == "failed"]
    wrong += [f"the intents of version {version} could not be learnt" for version in untaught[:MOST_NAMED]]
    wrong += [] if chosen == NONE else await _of_other_machines(running, found)
    how = f"by meaning with {', '.join(working)}" if working else "by words only"
    return Finding(
        "understanding",
        ok=not wrong,
        detail="; ".join(wrong) or f"texts are compared {how}",
        advice="`frontdesk nlu status` says why intents were not learnt; FRONTDESK_EMBEDDER chooses the embedder; all "
        "machines with one database need the same, and the same models",
    )


async def _learnt(running: Running, workspace: WorkspaceId) -> list[intent_models.Status]:
    async with running.store.unit_of_work(workspace) as tx:
        versions = await intent_models.published(workspace, tx)
        return [await intent_models.status_of(workspace, tx, version) for version in versions]


async def _of_other_machines(running: Running, learnt: list[intent_models.Status]) -> list[str]:
    """What serves, and was made with a model that is not on this machine: two that differ make all anew, in turns."""
    serving = {status.fingerprint for status in learnt}
    for row in await directory.every_workspace(running.store):
        serving.add((await vectors.state(row.workspace, running.store, None)).fingerprint or "")
    unknown = []
    for fingerprint in sorted(serving - {""}):
        embedder = running.answers.embedders.by(fingerprint)
        if embedder is None or embedder.trouble():
            unknown.append(fingerprint)
    return [f"{fingerprint}, which made what serves, is not on this machine" for fingerprint in unknown]


async def _ai_services(running: Running) -> Finding:
    """Each one that is switched on takes its key; no model is asked, which would cost."""
    asked, wrong = 0, []
    for row in await directory.every_workspace(running.store):
        for service in await services.listed(running.answers.hub, row.workspace):
            if service.enabled and asked < MOST_ASKED:
                asked += 1
                failed = await services.connection(running.answers.hub, row.workspace, service)
                wrong += [f"{service.name} of {row.name}: {failed}"] if failed else []
    detail = "none is set up" if not asked else f"{asked} answer"
    return Finding(
        "AI services",
        ok=not wrong,
        detail="; ".join(wrong) or detail,
        advice="`frontdesk ai test NAME` tells more; until then the next service answers, or an article's own words",
    )


async def _public_url(running: Running) -> Finding:
    settings = running.settings
    parts = urlsplit(settings.address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Finding("PUBLIC_URL", ok=False, detail=settings.address, advice="write https://host")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    allow = (parse_allow(f"doctor={host}:{port}"), *running.egress.allow)
    http = GuardedHttp(replace(running.egress, allow=allow))
    try:
        reply = await http.send(
            HttpRequest("GET", f"{settings.address}/readyz", purpose="doctor", timeout_s=5)
        )
        ok, detail = reply.ok, f"{settings.address} answers {reply.status}"
    except (HttpFailed, HttpTimeout) as error:
        ok, detail = False, f"{settings.address}: {error}"
    finally:
        await http.close()
    where = "what PUBLIC_URL says" if settings.public_url else "made from HOST and PORT"
    return Finding(
        "PUBLIC_URL",
        ok=ok,
        detail=detail,
        advice=f"that address is {where}: start `frontdesk up` there, or set PUBLIC_URL to where it is reached",
    )


async def _failed_jobs(running: Running) -> Finding:
    """No job was given up."""
    failed = await health.failed_jobs(running.store)
    kinds = ", ".join(f"{name} ({number})" for name, number in failed.items())
    return Finding(
        "failed jobs",
        ok=not failed,
        detail=f"given up within a day: {kinds}" if failed else "none within a day",
        advice="the log says why, at job.failed",
    )


@asynccontextmanager
async def _probe(running: Running) -> AsyncIterator[str]:
    """A workspace with an assistant that answers `ping`; the assistant's id. Gone afterwards."""
    workspace = WorkspaceId(mint("ws"))
    async with running.store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Doctor")
        made = await bots.create_assistant(
            workspace, tx, slug=PROBE_SLUG, name="Doctor", is_default=False, env={}
        )
    try:
        await publish(workspace, running.store, made.id, files=PROBE_BOT, by="doctor")
        yield made.id
    finally:
        async with running.store.unit_of_work(workspace) as tx:
            await workspaces.remove(workspace, tx)


async def _round_trip(running: Running) -> Finding:
    hop, started = "making a probe assistant", time.monotonic()
    try:
        async with asyncio.timeout(20), _probe(running) as assistant_id:
            hop = "finding the assistant"
            entrance = await running.line.bots.entrance(host="", name=assistant_id, channel_type=bots.PREVIEW)
            hop = "the turn"
            arrival = Arrival(entrance, "doctor", Said("ping"))
            answer = await receive(running.line, running.lanes, arrival)
            hop = "the answer"
            said = [plain(parts) for parts in answer.messages]
    except (FrontdeskError, TimeoutError) as error:
        detail = error.message if isinstance(error, FrontdeskError) else "no answer within 20 s"
        return Finding("round trip", ok=False, detail=f"broke at {hop}: {detail}", advice="see the log")
    took_ms = round((time.monotonic() - started) * 1000)
    return Finding(
        "round trip",
        ok=said == [PROBE_ANSWER],
        detail=f"a message got its answer in {took_ms} ms" if said == [PROBE_ANSWER] else f"answered {said}",
        advice="see the log",
    )


_CHECKS = (
    _roles,
    _disk,
    _clock,
    _plugins,
    _knowledge,
    _secrets,
    _ai_services,
    _jobs,
    _failed_jobs,
    _understanding,
    _public_url,
    _round_trip,
)
