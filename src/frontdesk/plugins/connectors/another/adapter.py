"""Posts stored webhooks to the address that the operator named; whether and when again is for `turn/deliver`.

2xx: done. 410: never again. Everything else, redirects included: again, later.
"""

from collections.abc import Mapping

from frontdesk.kit.outside import Outside
from frontdesk.kit.posting import Post, posted
from frontdesk.plugins.connectors.another import wire
from frontdesk.plugins.connectors.another.settings import AnotherSettings, types
from frontdesk.ports.listener import Told
from frontdesk.ports.outlet import Outgoing, Sent


class Another:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def bodies(self, settings: Mapping[str, object], told: Told) -> tuple[bytes, ...]:
        wanted = types(settings)
        return (wire.body(told),) if wire.TYPES[told.occasion] in wanted else ()

    async def send(self, outgoing: Outgoing) -> Sent:
        return await posted(self._outside, outgoing, AnotherSettings, _post)


def _post(settings: AnotherSettings) -> Post:
    return Post(
        settings.webhook_url,
        settings.secret_header,
        settings.secret_value.get_secret_value(),
        purpose="webhook",
    )
