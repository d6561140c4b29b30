"""Builds the running program out of its parts, and takes it apart again. The one place where they all meet."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from typing import cast

from frontdesk.access import plans
from frontdesk.access import upkeep as access_upkeep
from frontdesk.app.answers import Answers, Upkeep, answers_of, embedders_of, spoken, upkeep_of
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.catching_up import CatchingUp
from frontdesk.app.clock import SystemClock
from frontdesk.app.disk import DiskFloor
from frontdesk.app.failed_actions import Logged
from frontdesk.app.installation import Installation
from frontdesk.app.mailing import mailing_of
from frontdesk.app.pushing import pushing_of, sending_of
from frontdesk.app.registry import Registry, load_registry
from frontdesk.app.settings import Settings
from frontdesk.app.target_settings import TargetSettings
from frontdesk.app.telemetry import PURPOSE as TELEMETRY
from frontdesk.app.telemetry import rules, told_hosts, tracing
from frontdesk.app.vault import open_vault
from frontdesk.core.conversation_token import ConversationTokens
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.desk import renaming
from frontdesk.desk.dispatching import Dispatching
from frontdesk.desk.judging import AT_ONCE, Judging
from frontdesk.desk.looking import Looking
from frontdesk.desk.push_sending import PushSending
from frontdesk.desk.searching import Searching
from frontdesk.egress.allow import AllowRule, EgressSettings, parse_settings
from frontdesk.egress.dial import GuardedDial
from frontdesk.egress.http import GuardedHttp
from frontdesk.insight import alerting as alerts
from frontdesk.insight import counting, expiring
from frontdesk.insight.alerting import Alerting
from frontdesk.jobs.queue import PROBE, Few, Handler, Workers, nothing
from frontdesk.jobs.schedules import Schedule, Schedules
from frontdesk.kit.outside import Outside
from frontdesk.kit.webhook import Webhook
from frontdesk.ports.action import ActionKind, Secrets
from frontdesk.ports.listener import Listener
from frontdesk.ports.outlet import ChannelOutlet, Outlet
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.store import ai_usage, directory, news, trims, uploads, webhooks
from frontdesk.store.alerts import Faults
from frontdesk.store.connect import Store, open_store
from frontdesk.store.hints import Hints
from frontdesk.store.marks import JUDGE
from frontdesk.store.secrets import Vault, reveal_secrets
from frontdesk.studio.phrases import bot_phrases, repair_phrases
from frontdesk.turn import deliver, endpoints, targets
from frontdesk.turn.bots import Bots
from frontdesk.turn.deliver import Delivering
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line, LineSettings
from frontdesk.turn.links import Links
from frontdesk.turn.mails import Mailing, Opening
from frontdesk.turn.waiting import Waiting

LOOK_S = 3.0
FAULTS_S = 5.0
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Running:
    """The program's parts, open."""

    settings: Settings
    store: Store
    vault: Vault
    hints: Hints
    line: Line
    lanes: Lanes
    delivering: Delivering
    workers: Workers
    schedules: Schedules
    disk: DiskFloor
    registry: Registry
    egress: EgressSettings
    answers: Answers
    upkeep: Upkeep
    mailing: Mailing
    faults: Faults
    alerting: Alerting
    pushing: PushSending | None

    @property
    def installation(self) -> Installation:
        return Installation(self.settings, self.store, self.line.clock)


@asynccontextmanager
async def wired(
    settings: Settings,
    database_url: str,
    *,
    allow: tuple[AllowRule, ...] = (),
    first: bool = False,
    samples: bool = True,
    look_s: float = LOOK_S,
) -> AsyncIterator[Running]:
    """Everything between the database and the web, running; jobs and schedules are the caller's to start.

    `allow`: outgoing rules besides those of the settings. `first`: make the master key where there is none.
    `samples`: answer previews with the samples of actions. `look_s`: how often is looked for what nobody was woken for.
    """
    registry = load_registry()
    egress = _egress(settings, registry, allow)
    async with AsyncExitStack() as stack:
        faults = Faults()
        outside = _outside(stack, egress, faults, told_hosts(settings))
        await stack.enter_async_context(tracing(settings, outside.http, version("frontdesk")))
        embedders = embedders_of(settings, registry, outside)
        store = await open_store(database_url, pool_size=settings.db_pool)
        stack.push_async_callback(store.close)
        vault = open_vault(settings, make=first)
        hints = await stack.enter_async_context(Hints(database_url).running())
        disk = DiskFloor(settings.frontdesk_data, settings.floor_mb)
        scripts = await stack.enter_async_context(ScriptPool())
        answers = answers_of(settings, registry, outside, store, embedders, vault=vault, egress=egress)
        mailing = mailing_of(registry, outside, vault, egress)
        looking = Looking()
        pushing = pushing_of(registry, outside, vault, looking, egress=egress, public_url=settings.address)
        sending = sending_of(pushing, store, outside.clock, hints, looking)
        plugins = _plugins(registry, outside, mailing, sending)
        parts = _Parts(plugins, disk, scripts, answers, mailing, sending, samples)
        line = _line(settings, store, vault, hints, parts)
        hints.listen(line.waiting.wake)
        lanes = await stack.enter_async_context(Lanes(line))
        dispatching = await stack.enter_async_context(Dispatching(line, lanes))
        delivering = await stack.enter_async_context(Delivering(line))
        upkeep = upkeep_of(answers, store, line.bots)
        handlers = _handlers(line, delivering, Judging(line, lanes), upkeep, registry.switches)
        alerting = Alerting(store, outside.clock, mailing, disk.free_percent, hints.touch, settings.address)
        own = _schedules(settings, line, lanes, dispatching, look_s)
        yield Running(
            settings,
            store,
            vault,
            hints,
            line,
            lanes,
            delivering,
            Workers(store, handlers, poll_s=look_s),
            Schedules(store, (*own, *_watching(store, alerting, faults), *upkeep.schedules)),
            disk,
            registry,
            egress,
            answers,
            upkeep,
            mailing,
            faults,
            alerting,
            sending,
        )


def _handlers(
    line: Line, delivering: Delivering, judging: Judging, upkeep: Upkeep, switches: Mapping[str, str]
) -> dict[str, Handler | Few]:
    own: dict[str, Handler | Few] = {
        targets.JOB: delivering.wake,
        JUDGE: Few(judging.job, AT_ONCE),
        renaming.JOB: Few(renaming.job_of(line.store, line.hints.touch), renaming.AT_ONCE),
        plans.JOB: plans.job_of(line.store, line.clock, switches, line.hints.touch),
        PROBE: nothing,
    }
    return {**own, **upkeep.handlers}


def _egress(settings: Settings, registry: Registry, allow: tuple[AllowRule, ...]) -> EgressSettings:
    """The outgoing rules as set, and those of the caller.

    Raises:
        CannotStart: One of them cannot be read, or is for a purpose that nobody has.
    """
    name = "FRONTDESK_EGRESS_PORTS"
    try:
        found = parse_settings(ports=settings.frontdesk_egress_ports)
        name = "FRONTDESK_EGRESS_ALLOW"
        # A rule may be for a plug-in that cannot be used just now; then nobody knows all purposes.
        purposes = None if registry.problems else registry.purposes | {TELEMETRY}
        opened = parse_settings(settings.frontdesk_egress_allow, purposes=purposes).allow
        name = "OTEL_EXPORTER_OTLP_ENDPOINT"
        opened = (*opened, *rules(settings))
    except ValueError as error:
        raise CannotStart(f"{name}: {error}.") from error
    return replace(found, allow=(*allow, *opened))


@dataclass(frozen=True, slots=True)
class _Plugins:
    actions: dict[str, ActionKind]
    outlets: dict[str, Outlet]
    channels: dict[str, ChannelOutlet]
    listeners: dict[str, Listener]
    by_task: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the line is built of besides the database."""

    plugins: _Plugins
    disk: DiskFloor
    scripts: ScriptPool
    answers: Answers
    mailing: Mailing
    pushing: PushSending | None
    samples: bool


@dataclass(frozen=True, slots=True)
class _AssistantSecrets:
    """`ports.action.Secrets` out of the sealed ones."""

    store: Store
    vault: Vault
    workspace: WorkspaceId
    assistant_id: AssistantId

    async def reveal(self, name: str) -> str | None:
        async with self.store.unit_of_work(self.workspace) as tx:
            found = await reveal_secrets(self.workspace, tx, self.vault, self.assistant_id, [name])
        return found[name].reveal() if name in found else None


def _plugins(registry: Registry, outside: Outside, mailing: Mailing, pushing: PushSending | None) -> _Plugins:
    def built(capability: str) -> dict[str, object]:
        return {plugin.kind: plugin.load()(outside) for plugin in registry.of_capability(capability)}

    return _Plugins(
        {kind: Logged(cast("ActionKind", made)) for kind, made in built("ActionKind").items()},
        {
            **cast("dict[str, Outlet]", built("Outlet")),
            webhooks.KIND: Webhook(outside),
            **_sealed(mailing),
            **({} if pushing is None else {pushing.pushing.kind: pushing}),
        },
        cast("dict[str, ChannelOutlet]", built("ChannelOutlet")),
        cast("dict[str, Listener]", built("Listener")),
        registry.by_task,
    )


def _sealed(mailing: Mailing) -> dict[str, Outlet]:
    return {kind: Opening(found.mailer, mailing.vault) for kind, found in mailing.kinds.items()}


def _line(settings: Settings, store: Store, vault: Vault, hints: Hints, parts: _Parts) -> Line:
    def secrets_of(workspace: WorkspaceId, assistant_id: AssistantId) -> Secrets:
        return _AssistantSecrets(store, vault, workspace, assistant_id)

    return Line(
        store=store,
        hints=hints,
        scripts=parts.scripts,
        bots=Bots(store, bot_phrases(), repair_phrases()),
        waiting=Waiting(),
        clock=SystemClock(),
        actions=parts.plugins.actions,
        outlets=parts.plugins.outlets,
        channels=parts.plugins.channels,
        listeners=parts.plugins.listeners,
        by_task=parts.plugins.by_task,
        links=Links(settings.address, vault.derive("share")),
        tokens=ConversationTokens(vault.derive("conversation tokens")),
        secrets=secrets_of,
        outlet_settings=TargetSettings(store, vault).of,
        understander=parts.answers.understanding,
        answerer=parts.answers.answering,
        prompter=parts.answers.prompter,
        spoken=spoken,
        judge=parts.answers.judge,
        mailing=parts.mailing,
        pushing=None if parts.pushing is None else parts.pushing.pushing,
        has_room=parts.disk.has_room,
        settings=LineSettings(
            answer_within_s=settings.answer_within_s,
            environment=settings.frontdesk_environment,
            samples=parts.samples,
            waits_per_address=settings.rest_waits_per_address,
        ),
    )


def _outside(
    stack: AsyncExitStack, egress: EgressSettings, faults: Faults, trace_hosts: frozenset[str]
) -> Outside:
    """The only way out; what it refuses is counted."""
    http = GuardedHttp(egress, on_refused=partial(faults.count, "requests"), trace_hosts=trace_hosts)
    stack.push_async_callback(http.close)
    dial = GuardedDial(egress)
    stack.callback(dial.close)
    return Outside(http, SystemClock(), f"Frontdesk/{version('frontdesk')}", dial=dial)


def _watching(store: Store, alerting: Alerting, faults: Faults) -> tuple[Schedule, ...]:
    # Faults are each process's own: under a name that no other has nobody else is waited for.
    return (
        Schedule("alerts", alerts.EVERY_S, alerting.sweep),
        Schedule(f"faults {secrets.token_hex(8)}", FAULTS_S, partial(faults.write, store)),
    )


def _schedules(
    settings: Settings, line: Line, lanes: Lanes, dispatching: Dispatching, look_s: float
) -> tuple[Schedule, ...]:
    store = line.store

    async def sweep_deliveries() -> None:
        await deliver.sweep(line)

    async def hold_back_webhooks() -> None:
        await webhooks.hold_back(store, most=endpoints.MOST_WAITING)

    async def trim() -> None:
        await trims.trim_line(
            store, inbound_days=settings.keep_inbound_days, deliveries_days=settings.keep_deliveries_days
        )
        await access_upkeep.trim_all(store, line.clock.now())
        async for workspace in directory.each_workspace(store):
            await trims.trim_workspace(
                workspace.workspace,
                store,
                traces_days=settings.keep_traces_days,
                events_days=settings.keep_events_days,
            )
            await access_upkeep.trim_workspace(workspace.workspace, store, line.clock.now())
            await news.settle(workspace.workspace, store)
            await uploads.trim(workspace.workspace, store)
            await renaming.go_on(workspace.workspace, store)
            await ai_usage.trim_old(workspace.workspace, store, days=settings.keep_ai_usage_days)

    return (
        Schedule("lanes", look_s, lanes.sweep),
        Schedule("deliveries", look_s, sweep_deliveries),
        Schedule("webhooks", endpoints.LOOKED_S, hold_back_webhooks),
        Schedule("desk", look_s, dispatching.sweep),
        Schedule("figures", counting.EVERY_S, counting.Counting(store).sweep),
        Schedule("retention", expiring.EVERY_S, expiring.Expiring(store, line.clock, line.hints.touch).sweep),
        Schedule("search", look_s, Searching(store).sweep),
        Schedule("trims", HOUR_S, trim),
        Schedule("plans", HOUR_S, plans.sweep_of(store)),
        Schedule("behind", HOUR_S, CatchingUp(store, line.clock).sweep),
    )
