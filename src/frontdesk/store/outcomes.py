"""What a turn writes: the message that came in, the conversation it opens, and everything that came of it."""

import msgspec

from frontdesk.core.contact import UNINTRODUCED, Introduced
from frontdesk.core.conversation import Owner, Strip
from frontdesk.core.event import Event
from frontdesk.core.ids import BotVersionId, ChannelId, ContactId, ConversationId, InboundId, TaskId
from frontdesk.core.message import Author, Part
from frontdesk.store.marks import Noticed


class NewMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """`event` is set where the author is: nobody wrote it, it happened; its parts are what the customer was told."""

    id: str
    seq: int
    author: Author
    parts: tuple[Part, ...]
    step: str = ""
    sender_id: str | None = None
    client_id: str | None = None
    event: Strip | None = None


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a list of conversations learns from what happened; what is left out stays as it is.

    `author`, `preview` and `seq` are those of the last message, `contact_seq` is the number of the customer's last.
    `referrer` is kept of the first message alone. `reader`: what the tokens are made of that open the conversation to the customer's side.
    """

    author: str | None = None
    preview: str | None = None
    seq: int | None = None
    contact_seq: int | None = None
    subject: str | None = None
    page_url: str | None = None
    browser: str | None = None
    device: str | None = None
    referrer: str | None = None
    priority: int | None = None
    handoff: dict[str, object] | None = None
    rating: int | None = None
    rating_max: int | None = None
    rating_comment: str | None = None
    rating_ask: dict[str, object] | None = None
    reader: str | None = None


class NewEvent(msgspec.Struct, frozen=True):
    id: str
    type: str
    data: Event


class NewDelivery(msgspec.Struct, frozen=True):
    """`message_id`: what it carries to the customer. `tells_of`: what it tells others of, which goes another way."""

    id: str
    lane: str
    kind: str
    target_id: str
    body: str
    delay_s: float = 0.0
    message_id: str | None = None
    tells_of: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """Everything a turn writes besides the inbound row: what changed, what was said, what goes out, what was noticed.

    With `jobs` each lane of the deliveries is woken by one; without, somebody sends them here.
    """

    state: str
    state_format: int
    bot_version_id: BotVersionId | None
    owner: Owner
    team: str
    messages: tuple[NewMessage, ...]
    events: tuple[NewEvent, ...]
    deliveries: tuple[NewDelivery, ...]
    trace: str
    first_seq: int
    last_seq: int
    jobs: bool = True
    noticed: Noticed | None = None
    shown: Shown = Shown()


class Received(msgspec.Struct, frozen=True):
    """One message that came in, before anything was done about it."""

    id: InboundId
    channel_id: ChannelId
    heard: str
    provider_id: str | None = None
    body_hash: bytes | None = None


class Opening(msgspec.Struct, frozen=True):
    """What a conversation is made of when its first message comes in. `met`: what its customer was introduced with."""

    id: ConversationId
    contact_id: ContactId
    task_id: TaskId
    assistant_id: str
    external_id: str
    met: Introduced = UNINTRODUCED
