"""A message as a wire hands it in, and what the wire is given to answer it with."""

from collections.abc import Callable
from dataclasses import dataclass

from frontdesk.core.action import Heard
from frontdesk.core.contact import UNINTRODUCED, Introduced
from frontdesk.core.ids import ConversationId, InboundId
from frontdesk.core.message import Part
from frontdesk.store.connect import json_text
from frontdesk.store.directory import Entrance
from frontdesk.store.ids import mint
from frontdesk.store.outcomes import Outcome, Received
from frontdesk.turn.act import TOLD
from frontdesk.turn.fetching import Reading


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as a wire hands it in.

    `provider_id` is the sender's own id for it, unique in its channel: the same one again is the same message.
    `body_hash` tells a repeat from another body under the same id. `reading` is None where nothing is fetched.
    `taken`: is told the conversation of a message that waits for its turn, before that. `met`: what a customer who never wrote
    before was introduced with. `named`: the name that is all there is of who sends it, empty where more proves who they are;
    `external_id` is another where it is open to these no longer.
    """

    entrance: Entrance
    external_id: str
    heard: Heard
    provider_id: str | None = None
    body_hash: bytes | None = None
    reading: Reading | None = None
    taken: Callable[[ConversationId], None] | None = None
    met: Introduced = UNINTRODUCED
    named: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller gets: the messages of the turn, or as much as is committed at its deadline.

    `external_id` is the customer's name on the channel; of a repeat, the one its first arrival came under.
    `reader`: what the tokens of the conversation are made of, for one who may have such a token; else empty.
    """

    conversation_id: ConversationId
    external_id: str
    messages: tuple[tuple[Part, ...], ...]
    complete: bool = True
    reader: str = ""


def received(arrival: Arrival) -> Received:
    return Received(
        InboundId(mint("in")),
        arrival.entrance.channel_id,
        json_text(arrival.heard),
        arrival.provider_id,
        arrival.body_hash,
    )


def said(written: Outcome) -> tuple[tuple[Part, ...], ...]:
    """What the customer is told, in order."""
    return tuple(message.parts for message in written.messages if message.author in TOLD and message.parts)
