"""What the hub is handed: built once by `app/wiring.py`, passed along explicitly."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from frontdesk.hub.deadlines import Deadlines
from frontdesk.hub.drafts import Drafts
from frontdesk.hub.resting import Resting
from frontdesk.ports.chat_model import ChatModel
from frontdesk.ports.clock import Clock
from frontdesk.ports.image_model import ImageModel
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One plug-in that asks language models; `image` where it draws as well."""

    id: str
    name: str
    settings: type[BaseModel]
    chat: ChatModel
    image: ImageModel | None = None


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Bounds of an answer.

    `within_s`: for the whole of it, retries and other services included. `idle_s`: the longest silence of a service.
    `attempts`: how often one service is asked. `wait_s`: the longest it is waited for when it asks to be. `quick_s`: one
    that took longer to fail is not asked the same again: the time left is the next one's.
    """

    within_s: float = 12.0
    idle_s: float = 6.0
    attempts: int = 2
    wait_s: float = 3.0
    quick_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Hub:
    """`foresee` refuses an address that requests cannot reach; `chance` is for jitter."""

    store: Store
    vault: Vault
    clock: Clock
    kinds: Mapping[str, ServiceKind]
    wait: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
    foresee: Callable[[str, str], None]
    resting: Resting
    settings: HubSettings = field(default_factory=HubSettings)
    deadlines: Deadlines = field(default_factory=Deadlines)
    drafts: Drafts = field(default_factory=Drafts)
