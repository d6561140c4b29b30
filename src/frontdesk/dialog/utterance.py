"""What one turn is about: its facts, and what the customer said. Handed in by whoever steps the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from frontdesk.core.action import Candidate
from frontdesk.core.message import Sent
from frontdesk.core.script import Mention

Environment = Literal["dev", "staging", "live"]


class Turn(msgspec.Struct, frozen=True):
    """The facts of one turn, handed in by the caller.

    `key` is unique per turn and the same when it is run again; `env` overrides the bot's defaults, `environment`
    chooses among those it has by environment; `language` is that of built-in sentences and numbers, empty for the
    bot's; `contact` holds what is known of the customer (`firstname`, `email` ...); `version` is the id of the bot's;
    `spoken` is the language that the message was found to be in, empty where it does not tell.
    """

    now: datetime
    channel: str
    preview: bool
    key: str
    language: str
    env: Mapping[str, str]
    conversation_id: str
    contact_id: str
    contact: Mapping[str, str]
    assistant_id: str
    workspace_id: str = ""
    environment: Environment = "live"
    version: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the customer said: as written and as compared.

    `intent` is one this bot knows and the channel was sure of: it alone decides then, not the text. `guess` is
    the intent one of whose examples the text is; `candidates` are those that understanding found, best first; `mentions` what is
    said of each entity.
    """

    text: str
    plain: str
    intent: str = ""
    guess: str = ""
    candidates: tuple[Candidate, ...] = ()
    payload: str = ""
    files: tuple[Sent, ...] = ()
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
