"""What the dialog engine wants done, as data, and what it hears back: `turn` carries out `Action`s and at most one need."""

from typing import Literal as OneOf

import msgspec

from frontdesk.core.message import Part, Sent, Text
from frontdesk.core.script import Logged, Ran, Script
from frontdesk.core.visit import UNSEEN, Visit


class Candidate(msgspec.Struct, frozen=True):
    """An intent that a message may have; `score` is 0 to 1, `sure` says that it need not be asked about."""

    intent: str
    score: float
    sure: bool = False


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a customer is while they write, as that page says it: it decides about nothing but an order.

    `url` may be a path alone; `kind` is what sort of page it is (`product-page`), in the company's own words.
    """

    url: str = ""
    title: str = ""
    kind: str = ""


NOWHERE = Page()
"""Of a customer on no page that is known."""


class Said(msgspec.Struct, frozen=True, tag="said", omit_defaults=True):
    """The customer wrote or tapped something.

    `intent` is set when the channel already knows it (Rasa's `/name{...}` messages); an intent that no flow
    has is ignored and the text is matched as usual. `candidates` are the intents that understanding found in
    the text, best first. `payload` is the hidden value of what was tapped, `files` what was sent along, `page` where
    that was, if the channel has pages, and `visit` with which browser.
    """

    text: str
    intent: str = ""
    entities: dict[str, str] = msgspec.field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    payload: str = ""
    files: tuple[Sent, ...] = ()
    page: Page = NOWHERE
    visit: Visit = UNSEEN

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is kept of it as a message: an uploaded file by its id alone, whose address is made when it is shown."""
        words = (Text(self.text),) if self.text or not self.files else ()
        sent = (msgspec.structs.replace(file, url="") if file.file_id else file for file in self.files)
        return (*words, *(file.part for file in sent))


class Restarted(msgspec.Struct, frozen=True, tag="restarted"):
    """The conversation starts over: stack and session variables go, contact variables stay."""


class Elapsed(msgspec.Struct, frozen=True, tag="elapsed"):
    """A moment has come that the conversation waits for: nobody answered a question, or a pause is over."""


class Begun(msgspec.Struct, frozen=True, tag="begun", omit_defaults=True):
    """The flow of this name starts; with none the bot waits for a message.

    `handed_back`: by people who had the conversation; else a program asks for it, as a customer's message would.
    """

    flow: str = ""
    handed_back: bool = False


class Fetched(msgspec.Struct, frozen=True, tag="fetched"):
    """The outcome of a `Call`.

    `outcome`: `ok` (2xx), `error` (an answer that is not 2xx, or none), `timeout`, or `unknown` (it may have
    been carried out before a crash and must not be repeated). `body` is the decoded JSON answer, or None.
    """

    key: str
    outcome: str
    status: int = 0
    body: object = None
    reason: str = ""


class Understood(msgspec.Struct, frozen=True, tag="understood", omit_defaults=True):
    """The outcome of an `Understand`: the intents that the text may have, best first; none where nobody can tell.

    `band` is `accept`, `confirm` or `reject`, or empty where nothing has been learnt; `certainty` is 0 to 1 and
    compared with the two thresholds beside it. `ranked` is for the trace alone: the best intents whatever the band,
    with which nothing is decided.
    """

    key: str
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    band: str = ""
    certainty: float = 0.0
    reject_below: float = 0.0
    confirm_below: float = 0.0
    ranked: tuple[tuple[str, float], ...] = ()


class Passage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of the knowledge base that answers; `score` is 0 to 1, `start` where it begins in its article's text.

    `is_curated`: somebody wrote it for this question, which is its title.
    """

    text: str
    title: str = ""
    url: str = ""
    score: float = 0.0
    start: int = 0
    is_curated: bool = False


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """The outcome of a `Lookup`: `found` with the answer and what it rests on, `none`, or `unavailable`.

    `best_score` is how well the best passage fits, 0 to 1, also where that was not enough. `how` the answer
    was made, for the trace: `curated`, `model`, `extract`.
    """

    key: str
    outcome: OneOf["found", "none", "unavailable"]
    answer: str = ""
    passages: tuple[Passage, ...] = ()
    reason: str = ""
    best_score: float = 0.0
    how: str = ""


class Prompted(msgspec.Struct, frozen=True, tag="prompted"):
    """The outcome of a `Prompt`.

    `says`: `text` is for the customer, whose answer comes back to the model; `calls`: it wants the action
    `name` with `arguments`; `starts`: the flow `name` goes on; `done`: its task is over; `unavailable`: no
    model answered.
    """

    key: str
    outcome: OneOf["says", "calls", "starts", "done", "unavailable"]
    text: str = ""
    name: str = ""
    arguments: dict[str, object] = msgspec.field(default_factory=dict)
    reason: str = ""


Returned = Fetched | Ran | Looked | Prompted
"""What came of a `Need`; `key` says which."""

Heard = Said | Restarted | Elapsed | Begun | Returned | Understood


class SecretRef(msgspec.Struct, frozen=True, tag="secret"):
    """The place of a secret in a header value; filled in by `turn`, never by the engine."""

    name: str


class Literal(msgspec.Struct, frozen=True, tag="literal"):
    """Text of a header value."""

    text: str


Pieces = tuple[Literal | SecretRef, ...]
"""A text in which secrets stay references."""


class Basic(msgspec.Struct, frozen=True, tag="basic"):
    """User name and password."""

    user: Pieces
    password: Pieces


class QueryKey(msgspec.Struct, frozen=True, tag="query_key"):
    """A key among the query's parameters."""

    name: str
    value: Pieces


class ClientCredentials(msgspec.Struct, frozen=True, tag="client_credentials"):
    """A token that a service gives for the client's id and secret (OAuth 2.0, RFC 6749 section 4.4)."""

    token_url: str
    client_id: Pieces
    client_secret: Pieces
    scope: str = ""


class Signature(msgspec.Struct, frozen=True, tag="signature"):
    """A header that holds `prefix` and the body's HMAC-SHA256 in hexadecimal digits."""

    header: str
    secret: Pieces
    prefix: str = ""


Auth = Basic | QueryKey | ClientCredentials | Signature
"""How a request shows who asks, where a header of its own does not."""


class HttpCall(msgspec.Struct, frozen=True):
    """An HTTP request with every template expanded, values unencoded.

    `url` is absolute, with what came from templates percent-encoded; `query` pairs are encoded by the sender;
    header values are sequences so that secrets stay references.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, Pieces], ...] = ()
    json: object = None
    has_json: bool = False
    auth: Auth | None = None


MAX_ATTEMPTS = 6
"""Most attempts at a call, the first included."""


class Call(msgspec.Struct, frozen=True, tag="call"):
    """The engine needs an outside system's answer before it can go on.

    `key` is the same whenever the same turn reaches the same call again, so that a recorded result is found.
    `idempotent` calls may be repeated after a crash or a failed attempt; others never are. `owner` is whose action
    it is (the assistant): what is remembered of a system that keeps failing is remembered for it alone.
    """

    key: str
    action: str
    kind: str
    request: HttpCall
    timeout_s: float = 5.0
    attempts: int = 1
    retry_on: tuple[str, ...] = ()
    idempotent: bool = False
    owner: str = ""


class Understand(msgspec.Struct, frozen=True, tag="understand", omit_defaults=True):
    """The engine needs to know which of the bot's intents a text may have: no pattern and no rule took it.

    `instead` is what is looked up where it has none of them: where that is a question answered by hand, word for
    word, the customer is not asked which intent is meant.
    """

    key: str
    text: str
    language: str = ""
    instead: "Lookup | None" = None


class Lookup(msgspec.Struct, frozen=True, tag="lookup"):
    """The engine needs an answer out of the knowledge base.

    `knowledge` names the part of it to look in (empty: all), `most` how many passages, `least` the lowest
    score that counts, 0 to 1 (None: the installation's own threshold), `audience` on whose behalf besides
    everybody's.
    """

    key: str
    text: str
    knowledge: str = ""
    most: int = 1
    least: float | None = None
    language: str = ""
    audience: str = ""


class Argument(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a model may give along with a call; `type` is that of an answer (`text`, `number`, `date` ...)."""

    name: str
    type: str = "text"
    description: str = ""


class Able(msgspec.Struct, frozen=True, omit_defaults=True):
    """An action or a flow that a model may use; the customer confirms an `irreversible` one before it is called."""

    name: str
    description: str = ""
    arguments: tuple[Argument, ...] = ()
    irreversible: bool = False


MOST_SAID, MOST_RESULT = 2_000, 4_000
"""Characters that a model is told of what somebody said, and of what came of a call."""


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something of a model's conversation so far: what the customer or the model said, what it called, what came of it.

    A text may be longer than a model is told of it: what is personal is known only whole, and is hidden before it is cut.
    """

    role: OneOf["customer", "model", "calls", "action"]
    text: str = ""
    name: str = ""
    arguments: dict[str, object] = msgspec.field(default_factory=dict)


class Prompt(msgspec.Struct, frozen=True, tag="prompt", omit_defaults=True):
    """The engine needs a language model's next move.

    It may call only the named `actions` and start only the named `flows`, which `tools` and `ways` describe; `heard` is
    what the customer said last, or what came of the action it called. `memory` is what was said and done in this task,
    `heard` at its end, as far as it is remembered.
    """

    key: str
    instructions: str
    heard: str
    actions: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    language: str = ""
    tools: tuple[Able, ...] = ()
    ways: tuple[Able, ...] = ()
    memory: tuple[Exchange, ...] = ()


Need = Call | Script | Lookup | Prompt | Understand


class Say(msgspec.Struct, frozen=True, tag="say"):
    """One message to the customer.

    `step` is where in the bot it came from (`flow/step`). `delay_s`: how much later than the one before it is
    sent, on channels to which messages are delivered.
    """

    parts: tuple[Part, ...]
    step: str = ""
    delay_s: float = 0.0


class Note(msgspec.Struct, frozen=True, tag="note"):
    """A message that only the people on our side see."""

    text: str
    step: str = ""


class Handoff(msgspec.Struct, frozen=True, tag="handoff"):
    """People take over: ownership leaves the bot. `share` names what they get to see."""

    team: str
    share: tuple[str, ...] = ()
    step: str = ""
    person: str = ""
    priority: OneOf["low", "normal", "high", "urgent"] = "normal"


class Rated(msgspec.Struct, frozen=True, tag="rated"):
    """The customer has rated the conversation: `score` of `most` points, 1 the worst."""

    score: int
    most: int
    comment: str = ""
    step: str = ""


class Close(msgspec.Struct, frozen=True, tag="close"):
    """The conversation is closed; the customer's next message opens it again."""

    step: str = ""


class Alert(msgspec.Struct, frozen=True, tag="alert"):
    """Something the bot's author should know (a loop, a failed call); never shown to the customer."""

    code: str
    message: str
    step: str = ""


class Unanswered(msgspec.Struct, frozen=True, tag="unanswered"):
    """The knowledge base has no answer to a question; the world outside is told."""

    query: str
    language: str = ""
    best_score: float = 0.0


Action = Say | Note | Handoff | Rated | Close | Logged | Alert | Unanswered
