"""Looks each minute whether something is wrong in a workspace, raises an alert once, tells of it, and says when it is over.

nothing --wrong--> raised --(told once; may be acknowledged)--> right again --> over (told)
The rules are `core.alerts`. Told are endpoints that want the event, and people of the roles that the settings name, by mail.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from frontdesk.core.alerts import AlertKind, AlertSettings, raised, times_usual
from frontdesk.core.errors import Refused, Unavailable
from frontdesk.core.event import AlertOver, AlertRaised, Event, envelope
from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import enqueue
from frontdesk.ports.clock import Clock
from frontdesk.store import alerts
from frontdesk.store.accounts import list_accounts
from frontdesk.store.alerts import Alert, Measured
from frontdesk.store.connect import Store
from frontdesk.store.directory import each_workspace
from frontdesk.store.tx import Tx
from frontdesk.turn import mails
from frontdesk.turn.letters import Letter
from frontdesk.turn.mails import Mailing
from frontdesk.turn.targets import JOB

log = structlog.get_logger()
EVERY_S = 60.0
PAGE = "/panel/settings/activity/alerts"


@dataclass(frozen=True, slots=True)
class Alerting:
    """`free_percent` is of the disk; `touch` tells every process that a workspace has news."""

    store: Store
    clock: Clock
    mailing: Mailing
    free_percent: Callable[[], float]
    touch: Callable[[str], None]
    public_url: str

    async def sweep(self) -> None:
        """Every workspace, one after the other."""
        free = await asyncio.to_thread(self.free_percent)
        async for one in each_workspace(self.store):
            try:
                await self._look(one.workspace, free)
            except Unavailable:
                log.warning("alerts.not_looked", workspace=one.workspace)

    async def look(self, workspace: WorkspaceId) -> None:
        """One workspace: what is wrong now is raised, what is right again is over."""
        await self._look(workspace, await asyncio.to_thread(self.free_percent))

    async def _look(self, workspace: WorkspaceId, free: float) -> None:
        async with self.store.unit_of_work(workspace) as tx:
            settings, _ = await alerts.read_settings(workspace, tx)
            figures = _figures(await alerts.measure(workspace, tx), settings, free)
            there, wrong = await alerts.open_alerts(workspace, tx), raised(figures, settings)
            now = self.clock.now()
            for kind in sorted(wrong - there.keys()):
                made = await alerts.raise_one(
                    workspace, tx, kind, figure=figures[kind], threshold=settings.threshold(kind), at=now
                )
                if made is not None:
                    await self._tell_raised(workspace, tx, made, settings)
            for alert in [there[kind] for kind in sorted(there.keys() - wrong)]:
                if await alerts.end(workspace, tx, alert.id, now):
                    await self._tell_over(workspace, tx, alert, settings)
        if wrong ^ there.keys():
            self.touch(workspace)

    async def _tell_raised(
        self, workspace: WorkspaceId, tx: Tx, alert: Alert, settings: AlertSettings
    ) -> None:
        log.warning("alert.raised", workspace=workspace, kind=alert.kind, figure=alert.figure)
        event = AlertRaised(alert.id, alert.kind, alert.figure, alert.threshold)
        await self._post(workspace, tx, "alert.raised", event, alert.raised_at)
        letter = Letter(f"alert_{alert.kind}", {"figure": written(alert.figure)}, self.public_url + PAGE)
        await self._mail(workspace, tx, letter, settings)

    async def _tell_over(self, workspace: WorkspaceId, tx: Tx, alert: Alert, settings: AlertSettings) -> None:
        log.info("alert.over", workspace=workspace, kind=alert.kind)
        since = alert.raised_at.astimezone(UTC)
        event = AlertOver(alert.id, alert.kind, since.strftime("%Y-%m-%dT%H:%M:%SZ"))
        await self._post(workspace, tx, "alert.over", event, self.clock.now())
        values = {"since": since.strftime("%Y-%m-%d %H:%M UTC")}
        await self._mail(workspace, tx, Letter("alert_over", values, self.public_url + PAGE), settings)

    async def _post(self, workspace: WorkspaceId, tx: Tx, name: str, event: Event, at: datetime) -> None:
        body = envelope(name, at, event)
        for lane in await alerts.tell_webhooks(workspace, tx, event=name, body=body):
            await enqueue(tx, JOB, {"workspace": workspace, "lane": lane})

    async def _mail(self, workspace: WorkspaceId, tx: Tx, letter: Letter, settings: AlertSettings) -> None:
        if not settings.roles or not await mails.can_send(workspace, tx):
            return
        for account in await list_accounts(workspace, tx):
            if account.role in settings.roles and account.status == "active":
                try:
                    await mails.post(
                        self.mailing, workspace, tx, letter, to=account.email, language=account.language
                    )
                except Refused:
                    log.warning("alert.not_mailed", account=account.id)


def _figures(found: Measured, settings: AlertSettings, free: float) -> dict[AlertKind, float]:
    return {
        "keys": found.keys,
        "requests": found.requests,
        "backlog": found.backlog,
        "volume": times_usual(found.messages, found.usual, settings.volume_least),
        "sign_ins": found.sign_ins,
        "disk": free,
    }


def written(figure: float) -> str:
    """A figure for people, with no more digits than it needs."""
    return f"{figure:.1f}".removesuffix(".0")
