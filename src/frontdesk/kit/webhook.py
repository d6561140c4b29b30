"""Posts events to the endpoints that people add under Settings, Webhooks, signed with each endpoint's own secrets."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from frontdesk.kit.outside import Outside
from frontdesk.kit.posting import Post, WebAddress, posted
from frontdesk.kit.signatures import key_of
from frontdesk.ports.outlet import Outgoing, Sent

PURPOSE = "webhook"


class Endpoint(BaseModel):
    """An endpoint as it is posted to.

    Attributes:
        secrets: Those that sign, the current one first.
        off: Whether it was switched off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: WebAddress = Field(max_length=2000)
    secrets: tuple[SecretStr, ...] = ()
    off: bool = False


class Webhook:
    """The outlet of all endpoints."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def send(self, outgoing: Outgoing) -> Sent:
        """Make one attempt.

        Returns:
            How it ended; trouble of the other side is never raised.
        """
        if outgoing.settings.get("off"):
            return Sent(ok=False, detail="not sent: the endpoint was switched off")
        return await posted(self._outside, outgoing, Endpoint, _post)


def _post(endpoint: Endpoint) -> Post:
    keys = tuple(key_of(secret.get_secret_value()) for secret in endpoint.secrets)
    return Post(endpoint.url, purpose=PURPOSE, keys=keys)
