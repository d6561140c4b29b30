"""Everything the stations of the line are handed: built once in `app/wiring.py`, passed along explicitly."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from frontdesk.core.conversation_token import ConversationTokens
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.dialog.utterance import Environment
from frontdesk.ports.action import ActionKind, Secrets
from frontdesk.ports.answerer import Answerer, Judge, Prompter, Spoken, Understander
from frontdesk.ports.clock import Clock
from frontdesk.ports.listener import Listener
from frontdesk.ports.outlet import ChannelOutlet, Outlet
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.store.connect import Store
from frontdesk.store.hints import Hints
from frontdesk.turn.bell import Bell
from frontdesk.turn.bots import Bots
from frontdesk.turn.links import Links
from frontdesk.turn.mails import Mailing
from frontdesk.turn.nearby import Nearby
from frontdesk.turn.pushes import Pushing
from frontdesk.turn.waiting import Waiting


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Bounds of a turn.

    `answer_within_s`: how long a synchronous caller is kept waiting. `tries`: how often a message may fail
    before it is parked. `call_result_bytes`: the most of an outside answer that is kept. `environment`: whose values a bot has outside of previews.
    `samples`: whether previews are answered by the samples of actions that have one. `waits_per_address`: how many without
    a key may wait for messages at a time from one network address.
    """

    answer_within_s: float = 30.0
    tries: int = 3
    call_result_bytes: int = 64_000
    environment: Environment = "live"
    samples: bool = True
    waits_per_address: int = 50


@dataclass(frozen=True, slots=True)
class Line:
    """`by_task`: types of channels whose customers get their lines by way of a task's integration."""

    store: Store
    hints: Hints
    bots: Bots
    scripts: ScriptPool
    waiting: Waiting
    clock: Clock
    actions: Mapping[str, ActionKind]
    outlets: Mapping[str, Outlet]
    secrets: Callable[[WorkspaceId, AssistantId], Secrets]
    channels: Mapping[str, ChannelOutlet]
    listeners: Mapping[str, Listener]
    links: Links
    tokens: ConversationTokens
    outlet_settings: Callable[[WorkspaceId, str], Awaitable[dict[str, object] | None]]
    by_task: frozenset[str] = frozenset()
    understander: Understander | None = None
    answerer: Answerer | None = None
    prompter: Prompter | None = None
    spoken: Spoken | None = None
    judge: Judge | None = None
    mailing: Mailing | None = None
    pushing: Pushing | None = None
    nearby: Nearby = field(default_factory=Nearby)
    bell: Bell = field(default_factory=Bell)
    has_room: Callable[[], bool] = lambda: True
    settings: LineSettings = field(default_factory=LineSettings)
