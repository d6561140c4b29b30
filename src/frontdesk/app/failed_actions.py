"""Says in the log when a call to another system failed, whichever plug-in made it: which action, how, and where to.

No path, query, header or body: those hold what customers wrote.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from frontdesk.core.action import Call, Fetched
from frontdesk.ports.action import ActionKind, Secrets

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Logged:
    """`kind`, with a line for each call that did not come to a good answer."""

    kind: ActionKind

    async def run(self, call: Call, secrets: Secrets) -> Fetched:
        fetched = await self.kind.run(call, secrets)
        if fetched.outcome != "ok":
            log.warning(
                "action.failed",
                action=call.action,
                outcome=fetched.outcome,
                host=_host(call.request.url),
                reason=fetched.reason,
            )
        return fetched


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port is None else f"{host}:{port}"
