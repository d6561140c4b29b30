"""Who may fetch what is said in a conversation whose customer's name can be guessed: who opened it, and only they.

opened --message with its token--> open to its tokens
   `--message of anybody else--> open to keys alone, for good
Called by the stations that take a message in. Reads and writes nothing.
"""

import secrets
from dataclasses import dataclass

from frontdesk.store.conversations import Conversation
from frontdesk.turn.line import Line


@dataclass(frozen=True, slots=True)
class Reading:
    """Who sends a message on a wire whose customers fetch what people write.

    `token` is what they came with. `trusted`: a key says who they are. `secret_id`: the message's own id is one that
    nobody guesses, so that who repeats it is who sent it first.
    """

    token: str = ""
    trusted: bool = False
    secret_id: bool = False


def opens_to(reading: Reading | None) -> str:
    """The `reader` of a conversation that this message opens: whoever sends it may fetch what is said there."""
    return "" if reading is None or reading.trusted else secrets.token_hex(16)


def kept_by(line: Line, reading: Reading | None, found: Conversation) -> str | None:
    """The conversation's `reader` when its message comes from who may fetch; None where there is nothing to tell of it.

    Empty for a message of anybody else: two write under one name now, and neither may read what the other is told.
    """
    if not found.reader or reading is None or reading.trusted:
        return None
    return found.reader if line.tokens.opens(reading.token, found.reader, line.clock.now()) else ""
