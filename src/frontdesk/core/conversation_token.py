"""What opens one conversation to the customer's side: signed, so that none can be made up, and good until a moment."""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

GOOD_FOR = timedelta(days=30)
_SHAPE = re.compile(r"([0-9a-f]{8,10})\.([a-z2-7]{52})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ConversationTokens:
    """Gives and knows the tokens of an installation.

    Attributes:
        key: Known to the processes of this installation alone.
    """

    key: bytes = field(repr=False)

    def give(self, reader: str, now: datetime) -> str:
        """Make the token of a conversation.

        Args:
            reader: What the conversation is known by for this purpose: random, kept with it.
            now: The present moment; the token is good for `GOOD_FOR` from here.

        Returns:
            64 characters or less, for a header.
        """
        until = f"{int((now + GOOD_FOR).timestamp()):08x}"
        return f"{until}.{self._mac(reader, until)}"

    def opens(self, token: str, reader: str, now: datetime) -> bool:
        """Judge a token that came from outside.

        Args:
            token: Anything.
            reader: As it is kept with the conversation; empty where no token opens it.
            now: Tokens that ended before are over.

        Returns:
            Whether it is one of `reader`, and still good.
        """
        read = _SHAPE.fullmatch(token)
        if read is None or not reader:
            return False
        right = hmac.compare_digest(read[2], self._mac(reader, read[1]))
        return right and int(read[1], 16) > now.timestamp()

    def _mac(self, reader: str, until: str) -> str:
        made = hmac.digest(self.key, f"conversation token {reader} {until}".encode(), "sha256")
        return b32encode(made).decode().rstrip("=").lower()
