"""What every plug-in is handed when it is built: its only way to the network, the time and chance."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from frontdesk.core.errors import Refused
from frontdesk.ports.clock import Clock
from frontdesk.ports.dial import Connected, Dial
from frontdesk.ports.http import Http


class NoDial:
    """For whoever is built where nothing but HTTP may go out."""

    async def connect(self, host: str, port: int, *, purpose: str, timeout_s: float) -> Connected:  # noqa: ARG002
        """Refuse.

        Raises:
            Refused: Always.
        """
        raise Refused("outbound_refused", "Nothing but HTTP may go out from here.")


@dataclass(frozen=True, slots=True)
class Outside:
    """The world as a plug-in sees it; `app/wiring` makes one a process and calls each adapter with it.

    Attributes:
        http: Sends requests, guarded.
        clock: The time of day.
        user_agent: What requests call themselves, `Frontdesk/<version>`.
        chance: A number from 0 up to but not including 1, for jitter.
        wait: Sleeps for that many seconds.
        dial: Makes connections that are no HTTP, guarded.
        settings: What the operator has set for this plug-in in the environment, by the fields of its model.
    """

    http: Http
    clock: Clock
    user_agent: str
    chance: Callable[[], float] = random.random  # noqa: S311 - jitter, nothing secret
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    settings: Mapping[str, object] = field(default_factory=dict)
    dial: Dial = field(default_factory=NoDial)
