"""The integration of a task while one turn is made: what there is to tell it, and the link that its webhooks carry.

`act` makes the deliveries. A link lives for 30 days and is renewed in its last week, by the turn that notices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from frontdesk.core.conversation import Mark
from frontdesk.core.ids import IntegrationId, ShareId
from frontdesk.ports.listener import Listener, Occasion
from frontdesk.store.conversations import Conversation
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.store.marks import NewShare
from frontdesk.store.outcomes import NewMessage
from frontdesk.turn.line import Line
from frontdesk.turn.links import Links, hash_of

SHARED_FOR = timedelta(days=30)
RENEWED_BEFORE = timedelta(days=7)
OCCASIONS: tuple[Occasion, ...] = ("get_contact", "interest", "success")
"""What is told besides messages, in this order."""


@dataclass(slots=True)
class Telling:
    """`said` are the turn's messages so far and how much later than now each is sent; `fresh` is a link of this turn.

    `brought_by`: the customer's message behind what was noticed after its own turn.
    """

    integration_id: IntegrationId
    kind: str
    settings: dict[str, object]
    listener: Listener
    links: Links
    share_id: ShareId
    fresh: NewShare | None
    said: list[tuple[NewMessage, float]] = field(default_factory=list)
    brought_by: NewMessage | None = None

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.said) or self.brought_by is not None

    def occasions(self, new: frozenset[Mark]) -> Iterator[tuple[Occasion, NewMessage, float]]:
        """Everything to tell, in its order: each message, and what is new behind the one that brought it."""
        brought_by = next((one for one, _ in reversed(self.said) if one.author == "contact"), None)
        if self.brought_by is not None:
            late = self.brought_by
            yield from ((occasion, late, 0.0) for occasion in OCCASIONS if occasion in new)
        for message, delay_s in self.said:
            yield "message", message, delay_s
            if message is brought_by:
                yield from ((occasion, message, delay_s) for occasion in OCCASIONS if occasion in new)


def telling_of(line: Line, entrance: Entrance, found: Conversation | None) -> Telling | None:
    """What a turn of this conversation tells; None where the task has no integration that can be told."""
    connected = entrance.integration
    listener = None if connected is None else line.listeners.get(connected.type)
    if connected is None or listener is None:
        return None
    share_id, fresh = (None, None) if found is None else (found.share_link, None)
    if share_id is None or _nearly_over(line, found):
        share_id = ShareId(mint("share"))
        until = line.clock.now() + SHARED_FOR
        fresh = NewShare(share_id, hash_of(line.links.capability(share_id)), until)
    return Telling(connected.id, connected.type, connected.settings, listener, line.links, share_id, fresh)


def _nearly_over(line: Line, found: Conversation | None) -> bool:
    until = None if found is None else found.share_until
    return until is None or until - line.clock.now() < RENEWED_BEFORE
