"""Sends a sample to an integration, a webhook or over a channel, as a conversation would; nothing of it is kept but that it was
tried."""

import time
from dataclasses import replace

from frontdesk.app.target_settings import TargetSettings
from frontdesk.core.contact import Known
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import Text
from frontdesk.ports.listener import Occasion, Told
from frontdesk.ports.outlet import Outgoing, Outlet, Sent
from frontdesk.store import webhooks
from frontdesk.store.channels import read_channel
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.integrations import read_integration
from frontdesk.turn.line import Line
from frontdesk.web.program import Tried

OCCASIONS: tuple[Occasion, ...] = ("message", "get_contact", "interest", "success")
WORDS = "This is a test of the integration."
LINE = "This is a test of the channel."
NOBODY = "test"
"""Whom a test over a channel is addressed to."""


class Trial:
    def __init__(self, line: Line, store: Store, settings: TargetSettings) -> None:
        self._line = line
        self._store = store
        self._settings = settings

    async def run(self, workspace: WorkspaceId, integration_id: str) -> Tried:
        """Send what the integration asks for, one body of each kind, and stop at the first that does not arrive."""
        async with self._store.unit_of_work(workspace) as tx:
            found = await read_integration(workspace, tx, integration_id)
        listener = self._line.listeners.get(found.type)
        settings = await self._settings.now(workspace, integration_id)
        if listener is None or settings is None:
            raise Refused("not_found", "What this integration was made with is not here any more.")
        bodies = [
            body
            for occasion in OCCASIONS
            for body in listener.bodies(found.settings, self._sample(workspace, occasion))
        ]
        return await _send(listener, settings, bodies)

    async def run_channel(self, workspace: WorkspaceId, channel_id: str) -> Tried:
        """Send one line over a channel that carries what we say to an address."""
        async with self._store.unit_of_work(workspace) as tx:
            found = await read_channel(workspace, tx, channel_id, within=frozenset())
        outlet = self._line.channels.get(found.type)
        if outlet is None:
            raise Refused(
                "invalid", "Over this channel nothing is sent to an address: there is nothing to try."
            )
        settings = await self._settings.now(workspace, channel_id)
        if settings is None:
            raise Refused("not_found", "The channel is not here any more.")
        return await _send(outlet, settings, list(outlet.bodies(NOBODY, (Text(LINE),))))

    async def run_webhook(
        self, workspace: WorkspaceId, webhook_id: str, delivery_id: str, body: bytes
    ) -> Sent:
        """Post one body to an endpoint, also to one that is switched off."""
        settings = await self._settings.now(workspace, webhook_id)
        if settings is None:
            raise Refused("not_found", "The webhook is not here any more.")
        began = time.monotonic()
        outgoing = Outgoing(delivery_id, {**settings, "off": False}, body, 0)
        came = await self._line.outlets[webhooks.KIND].send(outgoing)
        return replace(came, took_ms=round((time.monotonic() - began) * 1000))

    def _sample(self, workspace: WorkspaceId, occasion: Occasion) -> Told:
        """Ids that name nothing, so that nobody takes the sample for a conversation."""
        conversation_id, links = mint("conv"), self._line.links
        return Told(
            occasion=occasion,
            workspace_id=workspace,
            channel_id=mint("chan"),
            task_id=mint("task"),
            manager_id="",
            conversation_id=conversation_id,
            external_id="123456789",
            known=Known(),
            owner="bot",
            marks=frozenset() if occasion == "message" else frozenset({occasion}),
            message_id=mint("msg"),
            author="bot" if occasion == "message" else "contact",
            parts=(Text(WORDS),),
            panel_url=links.panel(conversation_id),
            share_url=links.share(mint("share")),
        )


async def _send(outlet: Outlet, settings: dict[str, object], bodies: list[bytes]) -> Tried:
    began, answer, ok = time.monotonic(), "nothing is asked for by the settings", bool(bodies)
    sent: list[str] = []
    for seq, body in enumerate(bodies):
        sent.append(body.decode())
        came = await outlet.send(Outgoing(mint("dlv"), settings, body, seq))
        ok, answer = came.ok, came.detail
        if not ok:
            break
    return Tried(ok, tuple(sent), answer, round((time.monotonic() - began) * 1000))
