"""What the API takes and answers, a dict each. Made by `python -m tools.gen_clients` from the OpenAPI document; change the program instead."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict


class ActionCalled(TypedDict):
    """A system of the company's that was asked. `outcome` is `ok`, or what went wrong."""

    name: str
    outcome: str
    status: int
    reason: str
    ms: int | None


class ActivityView(TypedDict):
    number: int
    """Counted from 1, without gaps."""
    at: str
    actor: ActorView
    action: str
    """Such as `key.created`."""
    target: TargetView
    address: str | None
    """The network address it was done from; null for commands."""
    changes: list[ChangeView]
    """The fields that differ between `before` and `after`."""
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ActivityViewPage(TypedDict):
    data: list[ActivityView]
    next_cursor: str | None


class ActorView(TypedDict):
    kind: Literal["person", "key", "shell", "program"]
    """`shell` is a command; `program` what the program does by itself."""
    id: str
    """Of the account or the key; else empty."""
    name: str
    """What they are called now; empty where they are gone."""


class Again(TypedDict):
    comment: NotRequired[str]
    """May be left out: `same_as` says which version it is again."""


class AlertRaised(TypedDict):
    """Something the author should look at, such as a loop or a call that failed."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["alert"]
    code: str
    message: str


class AlertSettings(TypedDict):
    """From which figure on each kind is raised; 0 switches it off. `roles`: whose people get mail."""

    keys: int
    """Wrong, expired or revoked keys within 15 minutes."""
    requests: int
    """Outgoing requests refused within 15 minutes."""
    backlog: int
    """Deliveries that are due for over 5 minutes."""
    volume: float
    """How many times the usual messages of an hour."""
    volume_least: int
    """Messages of an hour under which volume is never unusual."""
    sign_ins: int
    """Failed sign-ins within 15 minutes."""
    disk: float
    """Per cent of the disk that are free."""
    roles: list[Literal["owner", "admin", "manager", "operator", "author", "viewer"]]
    """The roles of those who get mail."""


class AlertSettingsChange(TypedDict):
    """Merged into what is there; null sets a field back. Also as it is read, within `settings`."""


class AlertSettingsView(TypedDict):
    settings: AlertSettings


class AlertView(TypedDict):
    id: str
    kind: Literal["keys", "requests", "backlog", "volume", "sign_ins", "disk"]
    figure: float
    """What was measured when it was raised."""
    threshold: float
    """From which figure on it was raised."""
    raised_at: str
    over_at: str | None
    """Null while it lasts."""
    acknowledged_at: str | None
    acknowledged_by: str
    """Who said that they saw it, as the audit log names them."""


class AlertViewPage(TypedDict):
    data: list[AlertView]
    next_cursor: str | None


class AnalyticArticleView(TypedDict):
    article_id: str
    title: str
    answered: int


class AnalyticPersonView(TypedDict):
    """Somebody who answered customers."""

    account_id: str
    conversations: int
    """In which they wrote."""
    first: int
    """Of those, in which theirs was the first line of a person."""
    first_p50_s: float | None
    """The median of seconds from the customer's first line to it."""
    rated: int
    score: float | None
    """The mean rating of the conversations in which they wrote, 0 to 1."""


class ArticleChange(TypedDict):
    title: NotRequired[str | None]
    body: NotRequired[str | None]
    kind: NotRequired[Literal["article", "answer"] | None]
    questions: NotRequired[list[str] | None]
    url: NotRequired[str | None]
    language: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    audience: NotRequired[str | None]
    status: NotRequired[Literal["draft", "published"] | None]


class ArticleRow(TypedDict):
    id: str
    title: str
    kind: Literal["article", "answer"]
    status: Literal["draft", "published", "removed"]
    """`removed`: it is in the bin."""
    language: str
    tags: list[str]
    url: str
    source: str
    """The source it belongs to; `articles` for those written here."""
    version: int
    waits: bool
    """What customers are answered with is not yet what it says."""
    problem: str
    """Why indexing failed; empty where it did not."""
    created_at: str
    updated_at: str
    updated_by: str
    quoted: int
    """How often customers were answered with it in 7 days."""
    helped: float | None
    """Of the conversations of 7 days with it, the share in which no person had to take over after it."""


class ArticleRowPage(TypedDict):
    data: list[ArticleRow]
    next_cursor: str | None


class ArticleView(TypedDict):
    id: str
    title: str
    body: str
    """Plain lines, `# headings` and `- items`: what customers can be told."""
    kind: Literal["article", "answer"]
    questions: list[str]
    url: str
    language: str
    tags: list[str]
    audience: str
    status: Literal["draft", "published"]
    source: str
    version: int
    problem: str
    created_at: str
    updated_at: str
    updated_by: str


class Asked(TypedDict):
    """Intents, the knowledge base or the language model were asked; `wanted` is the action or flow that a model named. Of intents: the best of them whatever came of it, and how sure it was with the two thresholds that this is held against. Null where nothing was compared."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["asked"]
    of: str
    outcome: str
    wanted: str
    reason: str
    found: list[str]
    score: float | None
    candidates: list[Candidate]
    how: str
    certainty: float | None
    reject_below: float | None
    confirm_below: float | None
    ms: int | None


class Assignment(TypedDict):
    expected: NotRequired[Expected | None]
    assignee_id: NotRequired[str | None]
    team: NotRequired[str | None]
    """A team by name or id; without it the team stays."""


class AssistantChange(TypedDict):
    name: NotRequired[str | None]
    hosts: NotRequired[list[str] | None]
    """Host names at which it answers; a name is one assistant's in the whole installation."""
    is_default: NotRequired[Literal[True] | None]
    """It answers where no assistant is named, in the place of the one that did."""


class AssistantFiguresView(TypedDict):
    conversations: int
    bot: int
    """The assistant alone answered."""
    person: int
    """A person answered."""
    nobody: int
    """A person was promised and none answered, or nothing was answered at all."""
    open: int
    """Nobody closed it, no person answered, and the last message is younger than a day."""
    confirmed: int
    """Closed as solved, or rated with four of five or better."""
    silent: int
    """The customer left without a word."""
    unsolved: int
    """Closed as not solved, or rated lower."""
    handed: int
    """Handed over to people."""
    reached: int
    """Of those, a person answered."""
    kept: int
    """Of those, within the promise; 0 where none is set."""
    wait_p50_s: float | None
    """Seconds from the hand-off to the first answer of a person."""
    wait_p90_s: float | None
    closed: int
    """Closed, by whom or what ever."""
    rated: int
    score: float | None
    """The mean rating, 0 to 1."""
    assistant_id: str


class AssistantView(TypedDict):
    id: str
    slug: str
    name: str
    hosts: list[str]
    is_default: bool
    published_version: str | None
    created_at: str
    deleted_at: str | None


class AssistantViewPage(TypedDict):
    data: list[AssistantView]
    next_cursor: str | None


class AttemptView(TypedDict):
    at: str
    took_ms: int
    ok: bool
    status: int | None
    """Of the answer; null where none came."""
    detail: str
    answer: str
    """The first 20 kB of what came back."""


class CallMade(TypedDict):
    """An action that was called; `request` is method and address without what stands in query and body."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["call"]
    action: str
    request: str
    outcome: str
    status: int
    reason: str
    ms: int | None


class Called(TypedDict):
    id: str
    name: str
    called: str
    """The name, else one made of their id on the channel; webhooks have the same."""


class Candidate(TypedDict):
    """What else would have fitted; with a score, 0 to 1, where understanding gave one."""

    name: str
    score: float | None


class ChangeView(TypedDict):
    field: str
    """With those that it is in: `settings.language`."""
    before: Any
    after: Any


class ChangedView(TypedDict):
    name: str
    file: str
    line: int
    before: list[str]
    """What the version that answers says in this test."""
    after: list[str]
    """What the draft says."""


class ChannelChange(TypedDict):
    name: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    settings: NotRequired[dict[str, Any]]
    """Merged into what is there; null takes a key away."""


class ChannelFiguresView(TypedDict):
    conversations: int
    bot: int
    """The assistant alone answered."""
    person: int
    """A person answered."""
    nobody: int
    """A person was promised and none answered, or nothing was answered at all."""
    open: int
    """Nobody closed it, no person answered, and the last message is younger than a day."""
    confirmed: int
    """Closed as solved, or rated with four of five or better."""
    silent: int
    """The customer left without a word."""
    unsolved: int
    """Closed as not solved, or rated lower."""
    handed: int
    """Handed over to people."""
    reached: int
    """Of those, a person answered."""
    kept: int
    """Of those, within the promise; 0 where none is set."""
    wait_p50_s: float | None
    """Seconds from the hand-off to the first answer of a person."""
    wait_p90_s: float | None
    closed: int
    """Closed, by whom or what ever."""
    rated: int
    score: float | None
    """The mean rating, 0 to 1."""
    channel_id: str


class ChannelOf(TypedDict):
    id: str
    type: str
    name: str


class ChannelTaskView(TypedDict):
    id: str
    assistant_id: str
    service_mode: str


class ChannelView(TypedDict):
    id: str
    type: str
    name: str
    enabled: bool
    settings: dict[str, Any]
    secret_names: list[str]
    """Settings that are set and not shown."""
    has_sign_in_secret: bool
    """Whether pages can prove with a secret who of their visitors is signed in."""
    tasks: list[ChannelTaskView]
    created_at: str
    deleted_at: str | None


class ChannelViewPage(TypedDict):
    data: list[ChannelView]
    next_cursor: str | None


class CheckView(TypedDict):
    publishable: bool
    """Whether it loads: no error but in its tests."""
    tests: int
    """How many tests it has."""
    problems: list[ProblemView]


class Closed(TypedDict):
    expected: NotRequired[Expected | None]
    outcome: NotRequired[Literal["", "solved", "not_solved", "spam"]]


class ContactChange(TypedDict):
    name: NotRequired[str | None]
    email: NotRequired[str | None]
    phone: NotRequired[str | None]
    company: NotRequired[str | None]
    language: NotRequired[str | None]
    time_zone: NotRequired[str | None]
    attributes: NotRequired[dict[str, Any] | None]
    """Merged into what is there; null takes a key away."""


class ContactDetail(TypedDict):
    id: str
    name: str
    called: str
    """The name, else one made of their id on that channel; webhooks have the same."""
    external_id: str
    """Their id on the channel where something was last said."""
    email: str
    phone: str
    company: str
    language: str | None
    time_zone: str | None
    attributes: dict[str, Any]
    conversations: int
    last_at: str | None
    """When something was last said with them."""
    channel: str
    """Where that was."""
    labels: list[ContactLabelView]
    """Of their conversations."""
    created_at: str
    talks: list[TalkView]
    """Their latest conversations."""
    notes: list[NoteView]
    """The latest notes about them."""


class ContactExport(TypedDict):
    """Everything that is known of one person, and all that was said."""

    contact: dict[str, Any]
    conversations: list[TalkView]
    messages: list[SpokenView]
    notes: list[NoteView]
    complete: bool
    """False where there are more than 50000 messages."""


class ContactLabelView(TypedDict):
    name: str
    color: str


class ContactOf(TypedDict):
    id: str
    name: str
    called: str
    """The name, else one made of their id on the channel; webhooks have the same."""
    external_id: str
    """Their id on the channel."""
    email: str
    phone: str


class ContactView(TypedDict):
    id: str
    name: str
    called: str
    """The name, else one made of their id on that channel; webhooks have the same."""
    external_id: str
    """Their id on the channel where something was last said."""
    email: str
    phone: str
    company: str
    language: str | None
    time_zone: str | None
    attributes: dict[str, Any]
    conversations: int
    last_at: str | None
    """When something was last said with them."""
    channel: str
    """Where that was."""
    labels: list[ContactLabelView]
    """Of their conversations."""
    created_at: str


class ContactViewPage(TypedDict):
    data: list[ContactView]
    next_cursor: str | None


class ConversationBegun(TypedDict):
    """A conversation, with what was said in it so far."""

    id: str
    subject: str
    owner: Literal["bot", "queued", "human", "closed"]
    team: str
    assignee: Named | None
    assistant: Named
    channel: ChannelOf
    task_id: str
    contact: ContactOf
    labels: list[LabelOf]
    priority: Literal["low", "normal", "high", "urgent"]
    snoozed_until: str | None
    outcome: Literal["", "solved", "not_solved", "spam"]
    rating: int | None
    unread: int
    """The customer's lines that the one who asks has not read; 99 is 99 or more."""
    last_message: LastMessage | None
    waiting_since: str | None
    """Since when the customer waits for an answer."""
    queued_at: str | None
    created_at: str
    updated_at: str
    version: int
    language: str
    page_url: str
    browser: str
    """Of the customer, such as `Chrome`; empty when unknown."""
    device: str
    """`desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown."""
    referrer: str
    slots: dict[str, Any]
    handoff: HandoffView | None
    merged_into: str | None
    share: ShareView | None
    """A link to read along that works: the last that a person made, else that of the webhooks. Null when there is none."""
    flows: list[Named]
    """Where the bot can go on when it is handed back."""
    visitor_id: str
    """The contact."""
    initial_message: str
    """What the customer said first; empty where our side began."""
    source_url: str
    """The page that it was said on."""
    messages: list[MessageView]
    complete: bool
    """False: the answer was not there in time, and comes as a message yet."""


class ConversationChange(TypedDict):
    """The fields that change."""

    subject: NotRequired[str | None]
    priority: NotRequired[Literal["low", "normal", "high", "urgent"] | None]
    labels: NotRequired[list[str] | None]
    """All of them, by their names; a key that may write labels makes those that are new."""


class ConversationDetail(TypedDict):
    """A conversation with what stands beside its messages."""

    id: str
    subject: str
    owner: Literal["bot", "queued", "human", "closed"]
    team: str
    assignee: Named | None
    assistant: Named
    channel: ChannelOf
    task_id: str
    contact: ContactOf
    labels: list[LabelOf]
    priority: Literal["low", "normal", "high", "urgent"]
    snoozed_until: str | None
    outcome: Literal["", "solved", "not_solved", "spam"]
    rating: int | None
    unread: int
    """The customer's lines that the one who asks has not read; 99 is 99 or more."""
    last_message: LastMessage | None
    waiting_since: str | None
    """Since when the customer waits for an answer."""
    queued_at: str | None
    created_at: str
    updated_at: str
    version: int
    language: str
    page_url: str
    browser: str
    """Of the customer, such as `Chrome`; empty when unknown."""
    device: str
    """`desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown."""
    referrer: str
    slots: dict[str, Any]
    handoff: HandoffView | None
    merged_into: str | None
    share: ShareView | None
    """A link to read along that works: the last that a person made, else that of the webhooks. Null when there is none."""
    flows: list[Named]
    """Where the bot can go on when it is handed back."""


class ConversationView(TypedDict):
    """A conversation as a list shows it."""

    id: str
    subject: str
    owner: Literal["bot", "queued", "human", "closed"]
    team: str
    assignee: Named | None
    assistant: Named
    channel: ChannelOf
    task_id: str
    contact: ContactOf
    labels: list[LabelOf]
    priority: Literal["low", "normal", "high", "urgent"]
    snoozed_until: str | None
    outcome: Literal["", "solved", "not_solved", "spam"]
    rating: int | None
    unread: int
    """The customer's lines that the one who asks has not read; 99 is 99 or more."""
    last_message: LastMessage | None
    waiting_since: str | None
    """Since when the customer waits for an answer."""
    queued_at: str | None
    created_at: str
    updated_at: str
    version: int


class ConversationViewDeliveryView(TypedDict):
    state: str
    """`sending`, `sent`, `delivered`, `read` or `failed`."""
    detail: str


class ConversationViewPage(TypedDict):
    data: list[ConversationView]
    next_cursor: str | None


ConversationsView = TypedDict(
    "ConversationsView",
    {
        "from": "str",
        "to": "str",
        "time_zone": "str",
        "promise_s": "float",
        "counting": "bool",
        "total": "CountedView",
        "before": "CountedView",
        "times": "TimesView",
        "times_before": "TimesView",
        "days": "list[DayView]",
        "channels": "list[ChannelFiguresView]",
        "assistants": "list[AssistantFiguresView]",
        "teams": "list[TeamFiguresView]",
        "people": "list[AnalyticPersonView]",
        "hours": "list[HourView]",
        "reasons": "list[ReasonView]",
        "topics": "list[TopicView]",
        "models": "SpentView | None",
    },
)


class CountedView(TypedDict):
    """Figures of one lot of conversations. `bot`, `person`, `nobody` and `open` add up to `conversations`: who answered last of all. `confirmed`, `silent` and `unsolved` add up to `bot`."""

    conversations: int
    bot: int
    """The assistant alone answered."""
    person: int
    """A person answered."""
    nobody: int
    """A person was promised and none answered, or nothing was answered at all."""
    open: int
    """Nobody closed it, no person answered, and the last message is younger than a day."""
    confirmed: int
    """Closed as solved, or rated with four of five or better."""
    silent: int
    """The customer left without a word."""
    unsolved: int
    """Closed as not solved, or rated lower."""
    handed: int
    """Handed over to people."""
    reached: int
    """Of those, a person answered."""
    kept: int
    """Of those, within the promise; 0 where none is set."""
    wait_p50_s: float | None
    """Seconds from the hand-off to the first answer of a person."""
    wait_p90_s: float | None
    closed: int
    """Closed, by whom or what ever."""
    rated: int
    score: float | None
    """The mean rating, 0 to 1."""


class CountsView(TypedDict):
    """How many conversations each view has; `unread` and `mentions` are those of the one who asks."""

    mine: int
    unassigned: int
    queue: int
    bot: int
    """No more than 1000 are counted: this number says that it is so many or more."""
    human: int
    snoozed: int
    closed: int
    """No more than 1000 are counted: this number says that it is so many or more."""
    unread: int
    mentions: int
    teams: dict[str, int]
    """By team, those that wait for people or are with them."""


class DayView(TypedDict):
    conversations: int
    bot: int
    """The assistant alone answered."""
    person: int
    """A person answered."""
    nobody: int
    """A person was promised and none answered, or nothing was answered at all."""
    open: int
    """Nobody closed it, no person answered, and the last message is younger than a day."""
    confirmed: int
    """Closed as solved, or rated with four of five or better."""
    silent: int
    """The customer left without a word."""
    unsolved: int
    """Closed as not solved, or rated lower."""
    handed: int
    """Handed over to people."""
    reached: int
    """Of those, a person answered."""
    kept: int
    """Of those, within the promise; 0 where none is set."""
    wait_p50_s: float | None
    """Seconds from the hand-off to the first answer of a person."""
    wait_p90_s: float | None
    closed: int
    """Closed, by whom or what ever."""
    rated: int
    score: float | None
    """The mean rating, 0 to 1."""
    date: str


class DeliveryRow(TypedDict):
    """One event on its way to a webhook."""

    id: str
    """Also its `webhook-id`, the same on each attempt."""
    event: str
    conversation_id: str | None
    status: Literal["waiting", "sending", "sent", "failed"]
    tries: int
    detail: str
    """How the last try ended."""
    created_at: str
    due_at: str
    """When the next try is due, while it waits."""
    finished_at: str | None


class DeliveryRowPage(TypedDict):
    data: list[DeliveryRow]
    next_cursor: str | None


class DeliveryViewPage(TypedDict):
    data: list[IntegrationDeliveryView]
    next_cursor: str | None


class DeliveryWhole(TypedDict):
    id: str
    """Also its `webhook-id`, the same on each attempt."""
    event: str
    conversation_id: str | None
    status: Literal["waiting", "sending", "sent", "failed"]
    tries: int
    detail: str
    """How the last try ended."""
    created_at: str
    due_at: str
    """When the next try is due, while it waits."""
    finished_at: str | None
    body: str | None
    """What is posted; null for who may not read conversations."""
    attempts: list[AttemptView]


class DeskChange(TypedDict):
    """Merged into what is there; null takes a key away. Also as it is read, within `settings`."""


class DeskSettings(TypedDict):
    """Settings of a workspace's desk."""

    reopens_to: Literal["bot", "queued"]
    """Who has a closed conversation when its customer writes again: the bot, or the queue."""
    ask_rating: bool
    """Ask the customer how satisfied they are when people close a conversation."""
    rating_most: int
    """The most points there are to give."""
    tell_position: bool
    """Tell the customer their place in the queue."""
    tell_away: bool
    """Tell a customer who waits for no team that nobody is there, where nobody who answers is online; otherwise they are told their place."""
    promise_s: int
    """The time within which a person is to answer after a hand-off, in seconds; 0: none is promised."""
    capacity: int
    """How many conversations a person has at most by assignment."""


class DeskView(TypedDict):
    settings: DeskSettings


class Difference(TypedDict):
    before: int
    after: int
    files: list[FileDifference]
    """Files that are not the same; empty when all are."""


class DraftDifference(TypedDict):
    files: list[FileDifference]
    """What the draft changes of the version that answers."""


class DraftView(TypedDict):
    open: bool
    """False: nothing was changed; the files are those that answer."""
    is_behind: bool
    """Another version was published since the draft was begun."""
    can_reopen: bool
    """A draft was discarded and can be taken up again."""
    edited_by: str
    edited_at: str | None
    files: list[FileView]


class ErasedView(TypedDict):
    """How much there was of each."""

    conversations: int
    messages: int
    received: int
    events: int
    deliveries: int
    traces: int
    questions: int


class Erasure(TypedDict):
    reason: str
    """Why; it stays in the audit log and may not name the contact."""


class Expected(TypedDict):
    """Who had the conversation when you looked. When that is otherwise by now, nothing is done: 409 `changed_hands`."""

    owner: Literal["bot", "queued", "human", "closed"]
    assignee_id: NotRequired[str | None]


class FiguresView(TypedDict):
    days: int
    asked: int
    """Questions that the knowledge base was asked, those while it was away left out."""
    answered: int
    unavailable: int
    """Questions while it could not be asked."""
    answered_share: float | None
    """Of those asked; null while nothing was."""
    articles: int
    published: int
    drafts: int
    stale: int
    """Published and not changed for a year."""
    in_bin: int
    waiting: int
    """For indexing."""
    failed: int
    """At indexing."""


class FileDifference(TypedDict):
    path: str
    change: Literal["added", "removed", "changed"]
    text: str
    """A unified diff, as `patch` takes it."""


class FileText(TypedDict):
    path: str
    size_bytes: int
    etag: str
    """Of its text, for If-Match."""
    edited_by: str
    """As the audit log has it."""
    edited_at: str
    text: str


class FileView(TypedDict):
    path: str
    size_bytes: int
    etag: str
    """Of its text, for If-Match."""
    edited_by: str
    """As the audit log has it."""
    edited_at: str


class FormerSecret(TypedDict):
    prefix: str
    ends_at: str


class GapView(TypedDict):
    id: str
    question: str
    """The typical one; what is personal in it is hidden."""
    language: str
    times: int
    last_at: str
    best_fit: float
    """How well the best passage fitted, 0 to 1."""
    others: list[str]


class Gaps(TypedDict):
    data: list[GapView]


class HandBack(TypedDict):
    expected: NotRequired[Expected | None]
    flow: NotRequired[str]
    """Where the bot goes on; one of `flows`."""


class HandoffView(TypedDict):
    """Why the bot gave the conversation to people."""

    team: str
    reason: str
    last_message: str
    priority: Literal["low", "normal", "high", "urgent"]
    intent: str
    person: str
    share: list[str]
    at: str | None


class Happened(TypedDict):
    """Anything else, by name: `resumed`, `expired`, `loop`, `miss`, `repair`, `handoff` and so on."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["event"]
    name: str
    details: dict[str, Any]


class Heard(TypedDict):
    """What the turn began with; `kind` is `moment` when nobody said anything but a time had come."""

    kind: Literal["message", "restart", "moment"]
    text: str
    payload: str
    intent: str
    entities: dict[str, list[str]]


class Here(TypedDict):
    viewing: NotRequired[bool]
    typing: NotRequired[bool]


class HitView(TypedDict):
    """A conversation, or a contact, in which all the words are; `snippet` is the text around them, in pieces."""

    kind: Literal["messages", "contacts", "notes"]
    conversation_id: str | None
    seq: int | None
    author: Literal["contact", "bot", "operator", "note", "event"] | None
    subject: str
    contact: Called
    snippet: list[Piece]
    at: str


class HitViewPage(TypedDict):
    data: list[HitView]
    next_cursor: str | None


class HourView(TypedDict):
    weekday: int
    """0 is Monday."""
    hour: int
    conversations: int


class IntegrationChange(TypedDict):
    name: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    settings: NotRequired[dict[str, Any]]
    """Merged into what is there; null takes a key away."""


class IntegrationDeliveryView(TypedDict):
    """One webhook."""

    id: str
    conversation_id: str | None
    status: Literal["waiting", "sending", "sent", "failed"]
    tries: int
    detail: str
    """How the last try ended: status and first characters of the answer, or why not."""
    body: str | None
    """What was posted, shared addresses made useless; null for who may not read conversations."""
    created_at: str
    due_at: str
    """When the next try is due, while it waits."""
    finished_at: str | None


class IntegrationMade(TypedDict):
    id: str
    type: str
    name: str
    enabled: bool
    settings: dict[str, Any]
    secret_names: list[str]
    """Settings that are set and not shown."""
    signed: bool
    """Whether what is posted is signed."""
    task_ids: list[str]
    """Whose conversations it is told of."""
    created_at: str
    deleted_at: str | None
    signing_secret: str | None
    """Signs what is posted, like a webhook's. Given now and never again; null where nothing is signed."""


class IntegrationView(TypedDict):
    id: str
    type: str
    name: str
    enabled: bool
    settings: dict[str, Any]
    secret_names: list[str]
    """Settings that are set and not shown."""
    signed: bool
    """Whether what is posted is signed."""
    task_ids: list[str]
    """Whose conversations it is told of."""
    created_at: str
    deleted_at: str | None


class IntegrationViewPage(TypedDict):
    data: list[IntegrationView]
    next_cursor: str | None


class Invitation(TypedDict):
    email: str
    role: str
    name: NotRequired[str]


class InvitationList(TypedDict):
    data: list[InvitationView]
    next_cursor: str | None


class InvitationView(TypedDict):
    id: str
    email: str
    name: str
    role: str
    created_by: str
    created_at: str
    expires_at: str


class KeyChange(TypedDict):
    name: NotRequired[str | None]
    allowed_addresses: NotRequired[list[str] | None]
    allowed_origins: NotRequired[list[str] | None]


class KeyMade(TypedDict):
    id: str
    kind: str
    name: str
    prefix: str
    """How the secret begins, to tell it from others."""
    state: Literal["active", "expired", "revoked"]
    scopes: list[str]
    assistant_ids: list[str]
    allowed_addresses: list[str]
    allowed_origins: list[str]
    former_secret: FormerSecret | None
    """The secret before the last rotation, while it works."""
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    """To the minute."""
    last_used_address: str
    created_by: str
    """Who made it, as the audit log names them."""
    created_at: str
    key: str
    """The secret. It is never shown again."""


class KeyView(TypedDict):
    id: str
    kind: str
    name: str
    prefix: str
    """How the secret begins, to tell it from others."""
    state: Literal["active", "expired", "revoked"]
    scopes: list[str]
    assistant_ids: list[str]
    allowed_addresses: list[str]
    allowed_origins: list[str]
    former_secret: FormerSecret | None
    """The secret before the last rotation, while it works."""
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    """To the minute."""
    last_used_address: str
    created_by: str
    """Who made it, as the audit log names them."""
    created_at: str


class KeyViewPage(TypedDict):
    data: list[KeyView]
    next_cursor: str | None


KnowledgeView = TypedDict(
    "KnowledgeView",
    {
        "from": "str",
        "to": "str",
        "time_zone": "str",
        "questions": "int",
        "answered": "int",
        "unanswered": "int",
        "unavailable": "int",
        "hit_rate": "float | None",
        "worded_by_model": "int",
        "worded_by_people": "int",
        "median_ms": "float",
        "articles": "list[AnalyticArticleView]",
    },
)


class LabelChange(TypedDict):
    name: NotRequired[str | None]
    color: NotRequired[Literal["grey", "blue", "green", "amber", "red", "violet", "teal", "pink"] | None]


class LabelOf(TypedDict):
    name: str
    color: str


class LabelView(TypedDict):
    id: str
    name: str
    color: str
    created_at: str
    deleted_at: str | None


class LabelViewPage(TypedDict):
    data: list[LabelView]
    next_cursor: str | None


class Labelled(TypedDict):
    """Labels by their names."""

    add: NotRequired[list[str]]
    remove: NotRequired[list[str]]


class Lack(TypedDict):
    """Something that a task needs to do its work."""

    what: Literal[
        "task_off",
        "channel_off",
        "assistant_unpublished",
        "integration_missing",
        "integration_off",
        "manager_gone",
    ]
    message: str


class LastMessage(TypedDict):
    seq: int
    author: Literal["contact", "bot", "operator", "note", "event"]
    preview: str
    at: str


class Line(TypedDict):
    text: NotRequired[str]
    payload: NotRequired[str]
    """The hidden value of a button that was tapped."""
    restart: NotRequired[bool]
    """Begin anew."""


class LinkView(TypedDict):
    id: str
    link: str
    """Works once; it is never shown again."""
    mailed: bool
    """Whether it is on its way by mail; else hand it on yourself."""
    expires_at: str


class Logged(TypedDict):
    """A line that a script wrote: `debug`, or an event of this name."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["log"]
    name: str
    message: str
    detail: str


class MailChange(TypedDict):
    kind: NotRequired[str | None]
    """One of `kinds`; may be left out where there is one."""
    settings: NotRequired[dict[str, Any]]
    """Merged into what is there; null takes a key away."""


class MailTest(TypedDict):
    to: str
    kind: NotRequired[str | None]
    settings: NotRequired[dict[str, Any]]
    """Tried on top of what is stored, and not kept."""


class MailTo(TypedDict):
    to: str


class MailTriedView(TypedDict):
    """What was sent, what came back, and how long it took."""

    ok: bool
    detail: str
    took_ms: int
    to: str
    subject: str


class MailView(TypedDict):
    configured: bool
    kind: str
    """What sends; empty when nothing is set up."""
    kinds: list[str]
    """What can send."""
    settings: dict[str, Any]
    secret_names: list[str]
    """Settings that are set and not shown."""
    changed_at: str | None
    recent: list[PostedView]
    """The last mails, newest first."""


class Mailed(TypedDict):
    delivery_id: str


class MemberView(TypedDict):
    account_id: str
    skills: NotRequired[list[str]]


class Merge(TypedDict):
    other: str
    """The contact that goes; its id leads to this one afterwards."""
    take: NotRequired[
        list[Literal["name", "email", "phone", "company", "language", "time_zone", "attributes"]]
    ]
    """What is taken from the other one; the rest stays as it is here."""
    other_version: NotRequired[int | None]
    """The number in the other one's ETag; as If-Match is for the one that stays."""


class Merged(TypedDict):
    into: str


class MessageMade(TypedDict):
    """A message, and what it was answered with."""

    id: str
    seq: int
    author: Literal["contact", "bot", "operator", "note", "event"]
    sender: Named | None
    parts: list[dict[str, Any]]
    step: str
    created_at: str
    client_id: str | None
    delivery: ConversationViewDeliveryView | None
    """Null on channels that fetch their answers, until this one was fetched."""
    source: dict[str, Any] | None
    event: dict[str, Any] | None
    answers: list[MessageView]
    """Of a customer's message."""
    complete: bool
    """False: the answer was not there in time, and comes as a message yet."""


class MessageView(TypedDict):
    """A message, a note (`author` is `note`), or something that happened (`author` is `event`)."""

    id: str
    seq: int
    author: Literal["contact", "bot", "operator", "note", "event"]
    sender: Named | None
    parts: list[dict[str, Any]]
    step: str
    created_at: str
    client_id: str | None
    delivery: ConversationViewDeliveryView | None
    """Null on channels that fetch their answers, until this one was fetched."""
    source: dict[str, Any] | None
    event: dict[str, Any] | None


class MessageViewPage(TypedDict):
    data: list[MessageView]
    next_cursor: str | None


class ModelAsked(TypedDict):
    """A language model was asked for its next move, and what became of that."""

    outcome: str
    wanted: str
    reason: str


class Named(TypedDict):
    id: str
    name: str


class NewArticle(TypedDict):
    title: str
    body: str
    """Markdown; what is no text of it (pictures, scripts) is left out."""
    kind: NotRequired[Literal["article", "answer"]]
    """`answer`: given whole to those who ask one of its questions."""
    questions: NotRequired[list[str]]
    url: NotRequired[str]
    """Where customers can read it."""
    language: NotRequired[str]
    tags: NotRequired[list[str]]
    audience: NotRequired[str]
    """Empty: everybody's."""
    status: NotRequired[Literal["draft", "published"]]


class NewAssistant(TypedDict):
    """What it begins with; one of `example`, `files` and `knowledge`."""

    name: str
    begin: Literal["example", "files", "knowledge"]
    example: NotRequired[str]
    """Which one, for `example`."""
    files: NotRequired[dict[str, str]]
    """For `files`: path within the bot's folder -> text."""
    language: NotRequired[str]
    """For `knowledge`: the language it speaks."""


class NewChannel(TypedDict):
    type: str
    """The id of a channel plug-in."""
    name: str
    assistant_id: NotRequired[str | None]
    """Who answers; a task binds the two. Channels whose messages name their task can do without."""
    settings: NotRequired[dict[str, Any]]
    """As the plug-in's model says."""


class NewConversation(TypedDict):
    """With `initial_message` what the customer says first, which is answered; else one that our side begins."""

    initial_message: NotRequired[str]
    """What the customer says first."""
    source_url: NotRequired[str]
    """The page it is said on."""
    assistant_id: NotRequired[str | None]
    """Left out beside `initial_message`: the default one."""
    channel_id: NotRequired[str | None]
    """Left out beside `initial_message`: the assistant's first that callers speak on."""
    external_id: NotRequired[str | None]
    """What the channel calls the customer: `sender` of the REST channel. Left out beside `initial_message`: a new one."""
    text: NotRequired[str]
    """What our side says first."""


class NewDraft(TypedDict):
    title: NotRequired[str]


class NewEntry(TypedDict):
    title: str
    body: str
    """Markdown; what is no text of it (pictures, scripts) is left out."""
    kind: NotRequired[Literal["article", "answer"]]
    """`answer`: given whole to those who ask one of its questions."""
    questions: NotRequired[list[str]]
    url: NotRequired[str]
    """Where customers can read it."""
    language: NotRequired[str]
    tags: NotRequired[list[str]]
    audience: NotRequired[str]
    """Empty: everybody's."""
    status: NotRequired[Literal["draft", "published"]]


class NewFiles(TypedDict):
    files: dict[str, str]
    """Path within the bot's folder -> text; together the whole bot."""


class NewIntegration(TypedDict):
    type: str
    """The id of a plug-in that is told what happens."""
    name: str
    settings: NotRequired[dict[str, Any]]
    """As the plug-in's model says."""


class NewKey(TypedDict):
    name: str
    kind: NotRequired[Literal["api", "rasa"]]
    """`rasa` opens the Rasa API's addresses, and takes no scopes."""
    scopes: NotRequired[list[str]]
    assistant_ids: NotRequired[list[str]]
    """The assistants it is limited to; none is all."""
    expires_at: NotRequired[str | None]
    allowed_addresses: NotRequired[list[str]]
    """Networks it is taken from, such as `203.0.113.0/24`; none is all."""
    allowed_origins: NotRequired[list[str]]
    """Sites whose pages may use it, such as `https://shop.example`."""


class NewLabel(TypedDict):
    name: str
    color: NotRequired[Literal["grey", "blue", "green", "amber", "red", "violet", "teal", "pink"]]


class NewMessage(TypedDict):
    text: NotRequired[str]
    author: NotRequired[Literal["operator", "contact"]]
    """`contact`: what the customer says, handed in for them; the answer waits for what they are told."""
    parts: NotRequired[list[dict[str, Any]]]
    client_id: NotRequired[str | None]
    """Your own id of it: sent again it is the same message."""
    note: NotRequired[bool]
    """For our people alone; the customer never sees it."""
    mentions: NotRequired[list[str]]
    """Accounts of colleagues that a note names."""
    expected_seq: NotRequired[int | None]
    """The last message you have seen; refused when others have written since."""
    close: NotRequired[Literal["", "solved", "not_solved", "spam"] | None]
    """Close the conversation with it, with this outcome."""


class NewNote(TypedDict):
    text: str


class NewReply(TypedDict):
    name: str
    text: str
    """`{{contact.name}}` and others stand for what a conversation knows."""
    language: NotRequired[str]


class NewShare(TypedDict):
    expires_in_s: NotRequired[int]
    """How long it is good for."""


class NewTask(TypedDict):
    type: NotRequired[Literal["web"]]
    name: NotRequired[str]
    """Made of the names of channel and assistant unless given."""
    service_mode: NotRequired[Literal["ai", "ai_then_people", "ai_suggests", "people"]]
    """`ai`: the assistant answers. `ai_then_people`: people take over where it has no answer. `ai_suggests`: people answer, the assistant suggests. `people`: people alone."""
    channel_id: str
    assistant_id: str
    integration_id: NotRequired[str | None]
    """Who is told what happens."""
    manager_id: NotRequired[str]
    """The account of who is responsible; told to the integration."""


class NewTeam(TypedDict):
    name: str
    """As bots call it in `handoff: {team: ...}`."""
    members: NotRequired[list[MemberView]]
    settings: NotRequired[TeamSettings]


class NewText(TypedDict):
    text: str


class NewVersion(TypedDict):
    files: dict[str, str]
    """Path within the bot's folder, with `/` -> text. Together they are the whole bot."""
    comment: NotRequired[str]


class NewWebhook(TypedDict):
    url: str
    """Where events are posted to."""
    events: list[
        Literal[
            "conversation.created",
            "conversation.updated",
            "message.created",
            "handoff.requested",
            "feedback.received",
            "knowledge_base.query_failed",
            "alert.raised",
            "alert.over",
        ]
    ]
    """What it is told of."""
    description: NotRequired[str]
    enabled: NotRequired[bool]


class NoteView(TypedDict):
    id: str
    author_id: str
    author: str
    """Their name; empty for one who is gone, and for a key."""
    text: str
    created_at: str


class OutgoingAddresses(TypedDict):
    addresses: list[str]
    """Where our requests come from, as the operator of this installation says; empty when they did not."""


class OwnPlanView(TypedDict):
    plan: Literal["everything", "basic", "standard", "premium"]
    switches: dict[str, bool]
    """`webhooks`, and the types of connections."""
    quotas: dict[str, QuotaView]


class PassageView(TypedDict):
    article_id: str
    title: str
    headings: list[str]
    url: str
    language: str
    is_curated: bool
    """Somebody wrote it as the answer to its questions."""
    text: str
    """What it would say."""
    fit: float
    """How sure it is that it is about the question, 0 to 1."""
    words: float
    """How well its words fit (BM25)."""
    meaning: float | None
    """How near its meaning is; null where words alone decided."""
    page: float
    """What the customer's page added."""
    lacks: list[str]
    """Names in the question that it says nothing of."""
    why: Literal["answers", "behind", "names", "fit"]
    """`answers`; or why it does not: `behind` another, says nothing of the `names`, too little `fit`."""


class PeoplePersonView(TypedDict):
    id: str
    name: str
    email: str
    role: str
    status: str
    has_totp: bool
    answers: bool
    """Whether they can be given conversations."""
    presence: PresenceView
    created_at: str
    last_seen_at: str | None


class PersonChange(TypedDict):
    name: NotRequired[str | None]
    role: NotRequired[str | None]
    status: NotRequired[Literal["active", "disabled"] | None]


class PersonList(TypedDict):
    data: list[PeoplePersonView]
    next_cursor: str | None


class Piece(TypedDict):
    text: str
    hit: bool


class PlanChange(TypedDict):
    switches: NotRequired[dict[str, bool | None]]
    """Null is as the program has it."""
    quotas: NotRequired[dict[str, int | None]]
    """Null is without a limit."""
    stop_in_use: NotRequired[bool]
    """Go on, though something that is switched on is switched off by it."""


class PlanGiven(TypedDict):
    plan: Literal["everything", "basic", "standard", "premium"]
    stop_in_use: NotRequired[bool]
    """Go on, though something that is switched on is switched off by it."""


class PlanView(TypedDict):
    name: Literal["everything", "basic", "standard", "premium"]
    switches: dict[str, bool]
    """`webhooks`, and the types of connections."""
    quotas: dict[str, int | None]
    """The most of each; null is without a limit."""


class PlansView(TypedDict):
    data: list[PlanView]


class PostedView(TypedDict):
    """One mail on its way; to whom, and what is in it, is sealed."""

    id: str
    status: str
    """`waiting`, `sending`, `sent` or `failed`."""
    tries: int
    detail: str
    """The mail server's answer to the last try."""
    created_at: str
    finished_at: str | None


class PresenceView(TypedDict):
    state: Literal["online", "away", "offline"]
    """What colleagues see: `offline` while no inbox is open."""
    chosen: Literal["online", "away", "offline"]
    """What they are while one is."""
    capacity: int | None
    """How many customers they take at once, 0 for none; null for as many as the desk's settings say."""


class PreviewView(TypedDict):
    id: str
    """Whoever has it can go on talking to this draft, for about a week."""
    problems: list[ProblemView]


class Prioritised(TypedDict):
    priority: Literal["low", "normal", "high", "urgent"]


class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    code: Literal[
        "already_taken",
        "asked_often",
        "bad_request",
        "body_too_large",
        "bot_invalid",
        "changed_hands",
        "channel_taken",
        "code_needed",
        "conflict",
        "conversation_moved_on",
        "cursor_invalid",
        "email_taken",
        "forbidden",
        "host_taken",
        "idempotency_in_progress",
        "idempotency_mismatch",
        "in_bin",
        "in_use",
        "internal",
        "invalid",
        "last_owner",
        "method_not_allowed",
        "needs_reauth",
        "not_found",
        "other_contact",
        "outbound_refused",
        "plan_limit",
        "precondition_required",
        "rate_limited",
        "sign_in_needed",
        "sign_in_refused",
        "taken_unanswered",
        "task_incomplete",
        "task_taken",
        "too_many_tries",
        "unauthenticated",
        "unavailable",
        "unsupported_media_type",
    ]
    request_id: str
    field: NotRequired[str]
    details: NotRequired[dict[str, Any]]
    """What a program needs to go on: with `already_taken` and `changed_hands` who has it, with `conversation_moved_on` what was written meanwhile."""
    errors: NotRequired[list[dict[str, Any]]]


class ProblemView(TypedDict):
    file: str
    line: int
    severity: Literal["error", "warning"]
    message: str
    fix: str


class PublishedVersion(TypedDict):
    number: int
    """Counted from 1 for each assistant."""
    id: str
    comment: str
    created_by: str
    """Who published it, as the audit log has it."""
    created_at: str
    published: bool
    """Whether this is the version that answers new conversations."""
    same_as: int | None
    """The first version with exactly these files, if it is an earlier one."""
    sha256: str
    """Of the files; equal for equal files."""
    changed: bool
    """False: these files were live already, and no version was made."""
    warnings: list[Warned]


class PushKeyMade(TypedDict):
    ended: int
    """How many browsers were sent notices until now, and have to be turned on again."""


class QuotaView(TypedDict):
    most: int | None
    """Null is without a limit."""
    used: int | None
    """How many there are; null for what is counted by the minute."""


class ReadUpTo(TypedDict):
    seq: int


class ReasonView(TypedDict):
    reason: str
    """Where in the bot it was decided (`flow/step`), or who asked."""
    conversations: int


class Remembered(TypedDict):
    length: int
    """As an earlier answer said."""
    head: str
    """As that answer said."""
    go_on: NotRequired[bool]
    """Go through the entries after that one alone; those before it were verified."""


class Renamed(TypedDict):
    path: str
    """Within the bot's folder."""
    to: str
    """Within the bot's folder."""


class RenderFor(TypedDict):
    conversation_id: str


class Rendered(TypedDict):
    text: str
    missing: list[str]
    """Places for which the conversation knows nothing; left empty."""


class ReplayWanted(TypedDict):
    since: str
    """Events from then on; at most 30 days ago."""
    until: NotRequired[str | None]
    """Events before then; now, when left out."""


class Replayed(TypedDict):
    count: int
    """How many go out; at most 10,000 at a time, the oldest first."""


class Replied(TypedDict):
    conversation_id: str
    messages: list[list[dict[str, Any]]]
    """Each with its parts, in order."""
    complete: bool
    """False: the turn takes longer; its trace has the rest."""
    trace: TraceView | None


class ReplyChange(TypedDict):
    name: NotRequired[str | None]
    text: NotRequired[str | None]
    language: NotRequired[str | None]


class ReplyView(TypedDict):
    id: str
    name: str
    text: str
    language: str
    created_at: str
    updated_at: str
    deleted_at: str | None


class ReplyViewPage(TypedDict):
    data: list[ReplyView]
    next_cursor: str | None


class Restored(TypedDict):
    path: str
    """Within the bot's folder."""


class RetentionChange(TypedDict):
    closed_conversations_days: int | None
    """So many days after a conversation was closed it is deleted for good; null keeps it."""


class RetentionPreview(TypedDict):
    days: int
    conversations: int
    """Closed longer than this ago, now: saving it would have them deleted."""


class RetentionView(TypedDict):
    closed_conversations_days: int | None
    """So many days after a conversation was closed it is deleted for good; null keeps it."""


class Rotated(TypedDict):
    secret: str
    """The new one. Given now and never again."""
    old_signs_until: str | None
    """Until then the one before signs as well; null where there was none."""


class Rotation(TypedDict):
    former_ends_in_s: NotRequired[int]
    """How long the present secret works on; 0 ends it at once."""


class RuleHit(TypedDict):
    """What of a question took the answer: the kind of test, and the test as its author wrote it."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["rule"]
    test: str
    what: str


class Rung(TypedDict):
    """One rung of the matching ladder that was tried, and whether it answered the message."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["rung"]
    rung: str
    hit: bool
    flow: str
    by: str
    what: str
    candidates: list[Candidate]


class ScriptRun(TypedDict):
    """A script that was run; of one that failed, what is wrong and in which file and line of the scripts."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["script"]
    script: str
    outcome: str
    ms: int | None
    error: str
    error_file: str
    error_line: int | None


class Searched(TypedDict):
    """The knowledge base was asked. `how` the answer was made: `curated`, `model`, `extract`; empty where there is none."""

    outcome: str
    how: str
    score: float | None
    articles: list[str]


class ShareView(TypedDict):
    url: str
    """The page to read along on; whoever has the address can."""
    expires_at: str


class SignInSecret(TypedDict):
    secret: str
    """Signs tokens with HS256, and hashes. Given now and never again."""
    old_counts_until: str | None
    """Until when the one before counts as well."""


class Snoozed(TypedDict):
    expected: NotRequired[Expected | None]
    until: str


class SourceView(TypedDict):
    article_id: str
    title: str
    url: str


class SpentView(TypedDict):
    """What models were used for, whole days of UTC; cost 0 where no prices are set."""

    answers: int
    tokens: int
    cost_micros: int


class SpokenView(TypedDict):
    conversation_id: str
    seq: int
    author: str
    parts: list[dict[str, Any]]
    created_at: str


class Started(TypedDict):
    """The flow that the message started: by a `pattern`, an `intent` or an `example`, and which it was."""

    flow: str
    by: str
    what: str


class StepRun(TypedDict):
    """A step that was run; `type` is the key by which its author wrote it, such as `say`."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["step"]
    type: str


class StepTaken(TypedDict):
    """A step that ran; `type` is what it does, such as `say`."""

    flow: str
    step: str
    type: str


class SuggestionView(TypedDict):
    text: str
    source: SourceView | None
    """The article that it rests on."""
    by: Literal["article", "model", "bot"]
    """`article`: its own sentences; `model`: worded by a model out of it; `bot`: what the assistant would have said."""


class SuggestionsView(TypedDict):
    data: list[SuggestionView]


class TalkView(TypedDict):
    id: str
    subject: str
    channel: str
    owner: str
    outcome: str
    preview: str
    created_at: str
    last_message_at: str
    rating: int | None
    rating_max: int | None
    page_url: str
    """Where the customer last wrote from; empty when unknown."""
    referrer: str
    """What led them to that page; empty when unknown."""
    browser: str
    """Of the customer, such as `Chrome`; empty when unknown."""
    device: str
    """`desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown."""


class TargetView(TypedDict):
    id: str
    name: str
    """What it is called now, else what it was called then; may be empty. Of a conversation, whose it is."""
    there: bool
    """Whether it is still there, and not in the bin."""


class TaskChange(TypedDict):
    name: NotRequired[str | None]
    enabled: NotRequired[bool | None]
    service_mode: NotRequired[Literal["ai", "ai_then_people", "ai_suggests", "people"] | None]
    integration_id: NotRequired[str | None]
    """null takes it away."""
    manager_id: NotRequired[str | None]
    """null takes it away."""


class TaskView(TypedDict):
    id: str
    type: str
    name: str
    enabled: bool
    service_mode: Literal["ai", "ai_then_people", "ai_suggests", "people"]
    channel: Named
    assistant: Named
    integration: Named | None
    manager_id: str
    manager: Named | None
    lacks: list[Lack]
    """What keeps it from its work; empty when nothing does."""
    created_at: str
    deleted_at: str | None


class TaskViewPage(TypedDict):
    data: list[TaskView]
    next_cursor: str | None


class TeamChange(TypedDict):
    name: NotRequired[str | None]
    members: NotRequired[list[MemberView] | None]
    """All of them; who is not among them is a member no more."""
    settings: NotRequired[dict[str, Any]]
    """Merged into what is there; null takes a key away."""


class TeamFiguresView(TypedDict):
    conversations: int
    bot: int
    """The assistant alone answered."""
    person: int
    """A person answered."""
    nobody: int
    """A person was promised and none answered, or nothing was answered at all."""
    open: int
    """Nobody closed it, no person answered, and the last message is younger than a day."""
    confirmed: int
    """Closed as solved, or rated with four of five or better."""
    silent: int
    """The customer left without a word."""
    unsolved: int
    """Closed as not solved, or rated lower."""
    handed: int
    """Handed over to people."""
    reached: int
    """Of those, a person answered."""
    kept: int
    """Of those, within the promise; 0 where none is set."""
    wait_p50_s: float | None
    """Seconds from the hand-off to the first answer of a person."""
    wait_p90_s: float | None
    closed: int
    """Closed, by whom or what ever."""
    rated: int
    score: float | None
    """The mean rating, 0 to 1."""
    team: str
    """Its name; empty: of no team."""


class TeamSettings(TypedDict):
    """Settings of a team."""

    rule: NotRequired[Literal["none", "round_robin", "least_load", "skills"]]
    """Who gets a conversation: nobody until somebody takes it, each in turn, who has least to do, or who of those with the skills that it needs has least to do."""
    topics: NotRequired[list[str]]
    """Labels and intents whose conversations come to this team when no team was asked for."""
    time_zone: NotRequired[str]
    hours: NotRequired[dict[str, str]]
    """Days and times, as `{"mon-fri": "09:00-17:00"}`; empty: always."""
    holidays: NotRequired[list[str]]
    """Days when it is closed: `2026-12-25`, or `12-25` for every year."""
    away_message: NotRequired[dict[str, str]]
    """By language, instead of the built-in one."""
    tell_away: NotRequired[bool]
    """Tell customers when nobody is there."""
    reassign_after_s: NotRequired[int]
    """After so many seconds of silence a conversation goes to somebody else; 0: never."""


class TeamView(TypedDict):
    id: str
    name: str
    members: list[MemberView]
    settings: TeamSettings
    created_at: str
    deleted_at: str | None


class TeamViewPage(TypedDict):
    data: list[TeamView]
    next_cursor: str | None


class TestWanted(TypedDict):
    event: NotRequired[
        Literal[
            "conversation.created",
            "conversation.updated",
            "message.created",
            "handoff.requested",
            "feedback.received",
            "knowledge_base.query_failed",
            "alert.raised",
            "alert.over",
        ]
    ]


class TestsView(TypedDict):
    passed: int
    tests: list[WorkbenchTestView]
    changed: list[ChangedView]
    """Tests in which the draft says something else."""
    handoffs_before: int
    """Tests in which the version that answers hands over."""
    handoffs: int
    """Tests in which the draft does."""


class TimesView(TypedDict):
    """Seconds: the median, and what nine in ten did not exceed; null where there were none."""

    first_p50_s: float | None
    """From the customer's first line to the first line of a person."""
    first_p90_s: float | None
    closed_p50_s: float | None
    """From the beginning of a conversation to its closing."""
    closed_p90_s: float | None


class TopicView(TypedDict):
    flow: str
    conversations: int
    """In which the flow said something."""
    handed: int


class TraceView(TypedDict):
    """One turn: what was heard, and everything that came of it in its order."""

    inbound_id: str
    conversation_id: str
    at: str
    version_id: str | None
    """The version of the bot that the turn ran on."""
    version: int | None
    """Its number; null when it is gone."""
    heard: Heard | None
    """Null while people have the conversation, and of set-aside messages."""
    entries: list[
        Rung
        | StepRun
        | RuleHit
        | VariableSet
        | CallMade
        | ScriptRun
        | Asked
        | AlertRaised
        | Logged
        | Happened
    ]


class TraceViewPage(TypedDict):
    data: list[TraceView]
    next_cursor: str | None


class TrialTriedView(TypedDict):
    """How a test went."""

    ok: bool
    sent: list[str]
    """The bodies of the sample, as they were sent."""
    answer: str
    """Status and first characters of what came back, or why nothing did."""
    took_ms: int


class TrialView(TypedDict):
    answer: str
    """Empty: it would be a gap."""
    passages: list[PassageView]
    least: float
    """The fit from which on a passage answers."""
    by_meaning: bool
    corrected: dict[str, str]
    """Words that nobody writes, as they were taken."""
    ms: int


class UnderstandingView(TypedDict):
    version_id: str
    state: Literal["waiting", "training", "ready", "failed", "none"]
    """`none`: the bot has no intents with examples. Until it is `ready`, the model before serves."""
    done: int
    """Texts read so far."""
    total: int
    """Of so many."""
    reason: str
    """Why it failed, or learnt less than it could."""
    remarks: list[str]
    """What about the examples is worth mending."""
    intents: int
    examples: int
    accuracy: float
    """Share of the examples understood when they were held back; 0 to 1."""
    by_meaning: bool
    """False: texts are compared by their words only."""
    size_bytes: int
    finished_at: str | None


class UploadView(TypedDict):
    id: str
    name: str
    content_type: str
    """Judged by the content, whatever its sender said."""
    size_bytes: int
    width: int | None
    """In pixels, of a picture that is shown within pages."""
    height: int | None
    url: str
    """Opens the file to whoever has it, for a day or so."""


class VariableSet(TypedDict):
    """A slot or variable that was set; values of slots marked as personal data read `***`."""

    step: str
    file: str | None
    line: int | None
    kind: Literal["variable"]
    name: str
    slot: bool
    scope: str
    before: Any
    after: Any


class Verified(TypedDict):
    ok: bool
    """Whether everything fits that was gone through."""
    complete: bool
    """False when the time of one request was up: send `length` and `head` with `go_on` for the rest."""
    length: int
    """How many entries there are, or were gone through."""
    head: str
    """The hash of the last one; keep both elsewhere to notice a log cut short."""
    first_broken: int | None
    """The number of the first entry that does not fit."""


class VersionView(TypedDict):
    number: int
    """Counted from 1 for each assistant."""
    id: str
    comment: str
    created_by: str
    """Who published it, as the audit log has it."""
    created_at: str
    published: bool
    """Whether this is the version that answers new conversations."""
    same_as: int | None
    """The first version with exactly these files, if it is an earlier one."""
    sha256: str
    """Of the files; equal for equal files."""


class VersionViewPage(TypedDict):
    data: list[VersionView]
    next_cursor: str | None


class VersionWithFiles(TypedDict):
    number: int
    """Counted from 1 for each assistant."""
    id: str
    comment: str
    created_by: str
    """Who published it, as the audit log has it."""
    created_at: str
    published: bool
    """Whether this is the version that answers new conversations."""
    same_as: int | None
    """The first version with exactly these files, if it is an earlier one."""
    sha256: str
    """Of the files; equal for equal files."""
    files: dict[str, str]
    """Path within the bot's folder -> text, as it was published."""


class Warned(TypedDict):
    """Something in the files that did not keep the bot from being published."""

    file: str
    line: int
    message: str
    fix: str


class WebhookChange(TypedDict):
    url: NotRequired[str | None]
    events: NotRequired[
        list[
            Literal[
                "conversation.created",
                "conversation.updated",
                "message.created",
                "handoff.requested",
                "feedback.received",
                "knowledge_base.query_failed",
                "alert.raised",
                "alert.over",
            ]
        ]
        | None
    ]
    description: NotRequired[str | None]
    enabled: NotRequired[bool | None]


class WebhookMade(TypedDict):
    id: str
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_because: Literal["", "by_hand", "gone", "failing", "plan"]
    """What switched it off: somebody, an answer 410, five days of nothing but failures, or the plan."""
    disabled_detail: str
    """How the last attempt ended, where that switched it off; of a plan, which one, and what lifts it."""
    disabled_at: str | None
    failing_since: str | None
    """Nothing has arrived since then; null while all is well."""
    held: bool
    """So much waits for it that new events go to its log as failed, to be sent again later."""
    name: str
    """What people call it: its description, or its address."""
    created_at: str
    deleted_at: str | None
    secret: str
    """Signs what is posted. Given now and never again."""


class WebhookTestView(TypedDict):
    """How the test went; it is in the log like any other delivery."""

    ok: bool
    delivery_id: str
    status: int | None
    """Of the answer; null where none came."""
    detail: str
    answer: str
    """The first 20 kB of what came back."""
    took_ms: int
    sent: str
    """The body that was posted."""


class WebhookView(TypedDict):
    id: str
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_because: Literal["", "by_hand", "gone", "failing", "plan"]
    """What switched it off: somebody, an answer 410, five days of nothing but failures, or the plan."""
    disabled_detail: str
    """How the last attempt ended, where that switched it off; of a plan, which one, and what lifts it."""
    disabled_at: str | None
    failing_since: str | None
    """Nothing has arrived since then; null while all is well."""
    held: bool
    """So much waits for it that new events go to its log as failed, to be sent again later."""
    name: str
    """What people call it: its description, or its address."""
    created_at: str
    deleted_at: str | None


class WebhookViewPage(TypedDict):
    data: list[WebhookView]
    next_cursor: str | None


class WhyView(TypedDict):
    """What led to a line of the bot, for people who talk with its customers."""

    version: int | None
    """The number of the bot's version; null when it is gone."""
    heard: str
    """The message that it answered, personal data left out."""
    considered: list[Candidate]
    """The intents that fitted best, the best first."""
    certainty: float | None
    band: str
    started: Started | None
    steps: list[StepTaken]
    actions: list[ActionCalled]
    knowledge: list[Searched]
    models: list[ModelAsked]
    noticed: list[str]


class WorkbenchTestView(TypedDict):
    name: str
    file: str
    line: int
    passed: bool
    failure: str
    """What was not as expected; empty where it passed."""
    diff: list[str]
    """Lines that begin with `- ` (expected), `+ ` (got) or blanks."""


class WorkspaceChange(TypedDict):
    name: NotRequired[str | None]
    language: NotRequired[str | None]
    time_zone: NotRequired[str | None]
    api_requests_a_minute: NotRequired[int | None]


class WorkspaceView(TypedDict):
    name: str
    language: str
    time_zone: str
    api_requests_a_minute: int | None
    """How often each key may ask; null is without a limit."""


class WorkspaceWithPlan(TypedDict):
    id: str
    name: str
    is_default: bool
    """The installation's own, whose owner gives the plans."""
    plan: Literal["everything", "basic", "standard", "premium"]


class WorkspaceWithPlanPage(TypedDict):
    data: list[WorkspaceWithPlan]
    next_cursor: str | None


class ListActivityQuery(TypedDict, total=False):
    """What `list_activity` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""
    actor: str
    """Who: `session:acct_…`, `key:key_…`, `shell`."""
    kind: (
        Literal[
            "account",
            "activity",
            "alert",
            "ai_limits",
            "ai_service",
            "article",
            "assistant",
            "bot",
            "channel",
            "contact",
            "conversation",
            "desk",
            "integration",
            "key",
            "label",
            "mail",
            "plan",
            "retention",
            "saved_reply",
            "secret",
            "task",
            "team",
            "webhook",
            "workspace",
        ]
        | Literal[""]
    )
    """What it is about: actions of this kind."""
    action: str
    """One action: `key.created`."""
    target: str
    """The id of what it was done to."""
    since: str | None
    """From this moment on."""
    until: str | None
    """Before this moment."""


class ExportActivityQuery(TypedDict, total=False):
    """What `export_activity` is asked."""

    format: Literal["csv", "jsonl"]
    actor: str
    """Who: `session:acct_…`, `key:key_…`, `shell`."""
    kind: (
        Literal[
            "account",
            "activity",
            "alert",
            "ai_limits",
            "ai_service",
            "article",
            "assistant",
            "bot",
            "channel",
            "contact",
            "conversation",
            "desk",
            "integration",
            "key",
            "label",
            "mail",
            "plan",
            "retention",
            "saved_reply",
            "secret",
            "task",
            "team",
            "webhook",
            "workspace",
        ]
        | Literal[""]
    )
    """What it is about: actions of this kind."""
    action: str
    """One action: `key.created`."""
    target: str
    """The id of what it was done to."""
    since: str | None
    """From this moment on."""
    until: str | None
    """Before this moment."""


class ListAlertsQuery(TypedDict, total=False):
    """What `list_alerts` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ReadConversationAnalyticsQuery(TypedDict, total=False):
    """What `read_conversation_analytics` is asked."""

    from_: str | None
    """The first day; otherwise 13 days before the last."""
    to: str | None
    """The last day, whole; otherwise today."""
    assistant_id: str
    channel_id: str
    team: str
    """The name of a team."""


class ReadKnowledgeAnalyticsQuery(TypedDict, total=False):
    """What `read_knowledge_analytics` is asked."""

    from_: str | None
    """The first day; otherwise 13 days before the last."""
    to: str | None
    """The last day, whole; otherwise today."""
    assistant_id: str


class ListArticlesQuery(TypedDict, total=False):
    """What `list_articles` is asked."""

    q: str
    """Words of the title."""
    status: Literal["", "draft", "published", "removed"]
    """`removed`: what is in the bin."""
    source: str
    tag: str
    language: str
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class UploadArticlesQuery(TypedDict, total=False):
    """What `upload_articles` is asked."""

    name: Required[str]
    """The file's name; its ending says the kind."""
    source: str
    """The source that its articles belong to; left out: `files`."""
    language: str
    """Of the text, where the file does not say it; left out: `en`."""
    status: str
    """`draft` or `published`; left out: `published`."""


class ListAssistantsQuery(TypedDict, total=False):
    """What `list_assistants` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class UploadAssistantQuery(TypedDict, total=False):
    """What `upload_assistant` is asked."""

    name: Required[str]
    """What to call it."""


class ListVersionsQuery(TypedDict, total=False):
    """What `list_versions` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListChannelsQuery(TypedDict, total=False):
    """What `list_channels` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListContactsQuery(TypedDict, total=False):
    """What `list_contacts` is asked."""

    q: str
    """A part of the name, address, number or company, or what a channel calls them. With it a page may hold fewer than `limit`, even none, while `next_cursor` says that there is more."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListConversationsQuery(TypedDict, total=False):
    """What `list_conversations` is asked."""

    view: Literal["mine", "unassigned", "queue", "bot", "human", "snoozed", "closed", "mentions", "all"]
    order: Literal["newest", "oldest", "waiting"]
    since: str | None
    """Those with a message from this moment on."""
    until: str | None
    """Those whose last message is from before this moment."""
    assistant_id: str | None
    channel_id: str | None
    team: str | None
    label: str | None
    assignee_id: str | None
    contact_id: str | None
    priority: Literal["low", "normal", "high", "urgent"] | None
    unread: bool
    q: str | None
    """A part of the subject, of the last message, of the contact's name, address or number, or of their id on the channel. With it a page may hold fewer than `limit`, even none, while `next_cursor` says that there is more."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListMessagesQuery(TypedDict, total=False):
    """What `list_messages` is asked."""

    before_seq: int | None
    after_seq: int | None
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListTracesQuery(TypedDict, total=False):
    """What `list_traces` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ReadTranscriptQuery(TypedDict, total=False):
    """What `read_transcript` is asked."""

    format: Literal["text", "html", "json"]


class FollowFeedQuery(TypedDict, total=False):
    """What `follow_feed` is asked."""

    after: str
    """The last event's id; without it the feed begins now."""


class PollFeedQuery(TypedDict, total=False):
    """What `poll_feed` is asked."""

    after: str
    """The last event's id; without it the feed begins now."""
    wait_s: int
    """How long to wait for news, 0 to 25 seconds."""


class UploadFileQuery(TypedDict, total=False):
    """What `upload_file` is asked."""

    name: str
    """What it is called; folders in it are left out."""


class ListGapsQuery(TypedDict, total=False):
    """What `list_gaps` is asked."""

    days: int
    """Of the last so many days."""


class DraftGapQuery(TypedDict, total=False):
    """What `draft_gap` is asked."""

    days: int
    """Of the last so many days."""


class ListIntegrationsQuery(TypedDict, total=False):
    """What `list_integrations` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListDeliveriesQuery(TypedDict, total=False):
    """What `list_deliveries` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""
    status: Literal["", "waiting", "sending", "sent", "failed"]
    """Only those of this status."""


class ListKeysQuery(TypedDict, total=False):
    """What `list_keys` is asked."""

    state: Literal["active", "expired", "revoked"] | Literal[""]
    """Only those in this state."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListEntriesQuery(TypedDict, total=False):
    """What `list_entries` is asked."""

    q: str
    """Words of the title."""
    tag: str
    language: str
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ImportEntriesQuery(TypedDict, total=False):
    """What `import_entries` is asked."""

    name: Required[str]
    """The file's name; its ending says the kind."""
    source: str
    """The source that its articles belong to; left out: `files`."""
    language: str
    """Of the text, where the file does not say it; left out: `en`."""
    status: str
    """`draft` or `published`; left out: `published`."""


class SearchEntriesQuery(TypedDict, total=False):
    """What `search_entries` is asked."""

    q: Required[str]
    language: str


class ReadFiguresQuery(TypedDict, total=False):
    """What `read_figures` is asked."""

    days: int
    """Of the last so many days."""


class SearchKnowledgeQuery(TypedDict, total=False):
    """What `search_knowledge` is asked."""

    q: Required[str]
    """As a customer asks."""
    language: str
    part: str
    """A source or tag to look in."""
    audience: str
    page_url: str
    """Where the customer is."""


class ListLabelsQuery(TypedDict, total=False):
    """What `list_labels` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class PreviewRetentionQuery(TypedDict, total=False):
    """What `preview_retention` is asked."""

    days: Required[int]


class ListRepliesQuery(TypedDict, total=False):
    """What `list_replies` is asked."""

    q: str
    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class SearchQuery(TypedDict, total=False):
    """What `search` is asked."""

    q: Required[str]
    kind: Literal["messages", "contacts", "notes"]
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListTasksQuery(TypedDict, total=False):
    """What `list_tasks` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListTeamsQuery(TypedDict, total=False):
    """What `list_teams` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListWebhooksQuery(TypedDict, total=False):
    """What `list_webhooks` is asked."""

    bin: bool
    """Those in the bin instead."""
    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""


class ListWebhookDeliveriesQuery(TypedDict, total=False):
    """What `list_webhook_deliveries` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""
    status: Literal["", "waiting", "sending", "sent", "failed"]
    """Only those of this status."""
    event: (
        Literal[
            "conversation.created",
            "conversation.updated",
            "message.created",
            "handoff.requested",
            "feedback.received",
            "knowledge_base.query_failed",
            "alert.raised",
            "alert.over",
        ]
        | Literal[""]
    )
    """Only this event."""


class ListWorkspacesQuery(TypedDict, total=False):
    """What `list_workspaces` is asked."""

    limit: int
    """How many at most."""
    cursor: str
    """`next_cursor` of the page before."""
