"""Posts stored bubbles to the address that the operator named; whether and when again is for `turn/deliver`."""

from frontdesk.core.message import Part
from frontdesk.kit.outside import Outside
from frontdesk.kit.posting import Post, posted
from frontdesk.plugins.channels.callback import wire
from frontdesk.plugins.channels.callback.settings import CallbackSettings
from frontdesk.ports.outlet import Outgoing, Sent


class Callback:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def bodies(self, recipient: str, parts: tuple[Part, ...]) -> tuple[bytes, ...]:
        return wire.bodies(recipient, parts)

    async def send(self, outgoing: Outgoing) -> Sent:
        return await posted(self._outside, outgoing, CallbackSettings, _post)


def _post(settings: CallbackSettings) -> Post:
    return Post(
        settings.url, settings.secret_header, settings.secret_value.get_secret_value(), purpose="callback"
    )
