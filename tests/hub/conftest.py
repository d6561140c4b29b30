"""A workspace's AI services, their vendors played by fakes on loopback, on a real database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.doubles.http_server import FaultServer
from tests.doubles.outside import FixedClock, Pauses

from frontdesk.app.ai import kinds_of
from frontdesk.app.registry import load_registry
from frontdesk.core.ids import WorkspaceId
from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.guard import Guard
from frontdesk.egress.http import GuardedHttp
from frontdesk.hub import services
from frontdesk.hub.context import Hub, HubSettings
from frontdesk.hub.resting import Resting
from frontdesk.hub.services import Change
from frontdesk.kit.outside import Outside
from frontdesk.store.ai_services import AiService
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault

KEY = "sk-canary-hub-0123456789"


@dataclass
class House:
    """The hub, and two vendors' servers; `pauses` are waits that were asked for and not waited."""

    hub: Hub
    workspace: WorkspaceId
    first: FaultServer
    second: FaultServer
    clock: FixedClock
    pauses: Pauses = field(default_factory=Pauses)

    async def service(
        self, server: FaultServer, name: str, *, workspace: WorkspaceId | None = None, **given: Any
    ) -> AiService:
        """A service of kind `custom` at a server."""
        models = given.pop("models", {"standard": "small", "complex": "big"})
        settings = {"base_url": server.url("/v1"), "api_key": KEY}
        change = Change(name=name, settings=settings, models=models, limits=given)
        return await services.add(self.hub, workspace or self.workspace, "custom", change, by="test")

    def bounded(self, **settings: Any) -> None:
        self.hub = replace(self.hub, settings=replace(HubSettings(), **settings))


@pytest.fixture
async def house(store: Store, workspace: WorkspaceId) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(FaultServer()) for _ in range(2)]
        rules = tuple(parse_allow(f"ai=127.0.0.1:{server.port}") for server in (first, second))
        egress, clock, pauses = EgressSettings(rules), FixedClock(), Pauses()
        http = GuardedHttp(egress)
        stack.push_async_callback(http.close)
        outside = Outside(http, clock, "Frontdesk/0.1.0", lambda: 0.5, pauses)
        hub = Hub(
            store=store,
            vault=Vault(b"k" * 32),
            clock=clock,
            kinds=kinds_of(load_registry(), outside),
            wait=pauses,
            chance=lambda: 0.5,
            foresee=Guard(egress).foresee,
            resting=Resting(clock),
        )
        yield House(hub, workspace, first, second, clock, pauses)
