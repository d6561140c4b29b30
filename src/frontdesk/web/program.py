"""What the web room is handed by `app`: built once at the start, the same for every request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from frontdesk.access.door import Door
from frontdesk.access.letters import Post, nobody_posts
from frontdesk.core.errors import Bug
from frontdesk.core.file_link import FileLinks
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import TextLimits
from frontdesk.core.plan import OWN
from frontdesk.core.redacted import Redacted
from frontdesk.desk.push_sending import PushSending
from frontdesk.hub.context import Hub
from frontdesk.kit.plugin_texts import FieldTexts, PluginTexts
from frontdesk.knowledge.tuning import Tuning
from frontdesk.library.answering import Answering
from frontdesk.ports.clock import Clock
from frontdesk.ports.embedder import Embedders
from frontdesk.ports.outlet import Sent
from frontdesk.store.alerts import Faults
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.links import Links
from frontdesk.turn.mails import Mailing
from frontdesk.web.looking import Looking


def _nobody_told(_id: str) -> None:
    """For whoever serves requests alone."""


def _nothing_heard(_hearer: Callable[[str], None]) -> None:
    """For whoever serves requests alone."""


def _nothing_foreseen(_url: str, _purpose: str) -> None:
    """For whoever serves requests without an outside."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a test of an integration or a channel went: the bodies that were sent, what came back, and how long it took."""

    ok: bool
    sent: tuple[str, ...]
    answer: str
    took_ms: int


async def _no_trial(_workspace: WorkspaceId, _id: str) -> Tried:
    raise Bug("nobody is here who could try anything out")


async def _no_test(_workspace: WorkspaceId, _id: str, _delivery_id: str, _body: bytes) -> Sent:
    raise Bug("nobody is here who could try anything out")


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What authors work with: where drafts are tried, articles are looked for, and services of models are set up.

    Attributes:
        examples: The example bots that come with the program: name -> path -> text.
    """

    line: Line
    lanes: Lanes
    hub: Hub
    embedders: Embedders
    tuning: Tuning
    examples: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A plug-in as pages offer it.

    Attributes:
        id: The word for it in what is stored: a channel's type, an integration's type.
        category: `channel`, `connector`, `llm`, ...
        rank: Those of a small one come first.
        settings: What draws its form; None where there is nothing to set.
        texts: What it says in other languages than English.
    """

    id: str
    name: str
    summary: str
    category: str
    rank: int = 100
    settings: type[BaseModel] | None = None
    texts: Mapping[str, PluginTexts] = field(default_factory=dict)

    def spoken(self, language: str) -> "Offer":
        """The same, called and described in that language; in English where it does not speak it."""
        told = self.texts.get(language)
        return replace(self, name=told.name or self.name, summary=told.summary) if told else self

    def fields_in(self, language: str) -> Mapping[str, FieldTexts]:
        """What its settings are called in that language, as far as it speaks it."""
        told = self.texts.get(language)
        return told.fields if told else {}

    def faults_in(self, language: str) -> Mapping[str, str]:
        """What its settings refuse in that language, as far as it speaks it."""
        told = self.texts.get(language)
        return told.faults if told else {}


@dataclass(frozen=True, kw_only=True)
class Program:
    """The running program as endpoints see it.

    Attributes:
        channel_types: Every channel plug-in by its id, with the model of its settings; `SecretStr` marks
            what is sealed.
        by_task: Those of the channel plug-ins whose messages name their task, so that an assistant may have several.
        integration_types: As `channel_types`, of the plug-ins that are told what happens.
        try_integration: Sends a sample to an integration, by the settings that are stored.
        try_channel: Sends a line over one of the channels of the types `outward`, by the settings that are stored.
        try_webhook: Posts a body to an endpoint once, under an id, also while it is switched off.
        outgoing_addresses: Where our requests come from, as the operator says.
        plan_switches: What a plan can be without -> the least plan that has it by default.
        outward: Those of the channel plug-ins that carry what we say to an address.
        cursor_key: 32 bytes or more that only this installation has; processes of one installation share it.
        metrics_from: Networks that may read the measures; `metrics_token`: with what, where one is needed.
        links: Makes addresses of conversations.
        public_url: Where the outside world reaches us, without a slash at the end.
        version: Of the program.
        text_limits: What channels show at most, by the channel's name, for the check of a bot.
        command: How a person on the machine calls this program.
        answering: Looks into the knowledge base on behalf of people; without it nothing is suggested.
        mailing: What mails are written and tried out with.
        pushing: What sends notices to browsers.
        workshop: What authors' endpoints stand on.
        offers: Every plug-in, in the order in which people choose among them.
        post: Has letters to people sent, where a workspace has set up mail.
        foresee: Refuses a URL that may certainly not be reached for a purpose; looks nothing up.
        file_links: Makes and reads addresses that open a file to whoever has them.
        looking: Looks into files that are handed in.
        has_room: Whether the disk still takes what comes in.
        touch: Tells every process, after a commit, that something with this id has news.
        listen: Calls a hearer with each id that any process touches.
        faults: Where faults are counted that may be worth an alert.
        at_work: The line and its lanes, for what people do in conversations; where there are none, nobody can.
    """

    store: Store
    vault: Vault
    clock: Clock
    channel_types: Mapping[str, type[BaseModel]]
    cursor_key: bytes
    file_links: FileLinks
    links: Links
    public_url: str
    version: str
    faults: Faults = field(default_factory=Faults)
    looking: Looking = field(default_factory=Looking)
    by_task: frozenset[str] = frozenset()
    integration_types: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    try_integration: Callable[[WorkspaceId, str], Awaitable[Tried]] = _no_trial
    try_channel: Callable[[WorkspaceId, str], Awaitable[Tried]] = _no_trial
    try_webhook: Callable[[WorkspaceId, str, str, bytes], Awaitable[Sent]] = _no_test
    outgoing_addresses: tuple[str, ...] = ()
    outward: frozenset[str] = frozenset()
    plan_switches: Mapping[str, str] = field(default_factory=lambda: dict(OWN))
    command: str = "frontdesk"
    metrics_from: tuple[str, ...] = ()
    metrics_token: Redacted | None = None
    foresee: Callable[[str, str], None] = _nothing_foreseen
    has_room: Callable[[], bool] = lambda: True
    touch: Callable[[str], None] = _nobody_told
    listen: Callable[[Callable[[str], None]], None] = _nothing_heard
    text_limits: Mapping[str, TextLimits] = field(default_factory=dict)
    mailing: Mailing | None = None
    pushing: PushSending | None = None
    answering: Answering | None = None
    offers: tuple[Offer, ...] = ()
    post: Post = nobody_posts
    at_work: tuple[Line, Lanes] | None = None
    workshop: Workshop | None = None

    @property
    def authors(self) -> Workshop:
        """The workshop, in a program that has one."""
        if self.workshop is None:
            raise Bug("this program serves no authors")
        return self.workshop

    @property
    def door(self) -> Door:
        """What acts of access work with."""
        return Door(self.store, self.vault, self.clock, self.faults)

    def on_the_line(self) -> tuple[Line, Lanes]:
        if self.at_work is None:
            raise Bug("this program serves no conversations")
        return self.at_work
