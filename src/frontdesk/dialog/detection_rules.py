"""The rules by which a bot's conversations are looked at for more than what is answered; data only.

`detection_reader` makes them of `detect:`, `detection` goes by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from frontdesk.core.conversation import Mark
from frontdesk.dialog.patterns import Pattern
from frontdesk.dialog.regexes import Regex

Way = Literal["email", "phone", "name"]
WAYS: tuple[Way, ...] = ("email", "phone", "name")
SIGNED: tuple[Mark, ...] = ("interest", "success", "is_bot")
"""What an author says the signs of."""
ECHOES, FAST = 2, 3


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows something: any of these, in a message or in what came of it. `steps` read `flow/step`."""

    intents: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()
    regexes: tuple[Regex, ...] = ()


@dataclass(frozen=True, slots=True)
class Detection:
    """The rules of one bot.

    `ways` are what counts as a contact; `name_slot` holds the customer's name. `echoes`: how many messages in a row
    may be lines of ours before a program is thought to have sent them; `fast_s` and `fast`: likewise for messages that
    come sooner after our answer than that. 0 is never.
    """

    ways: frozenset[Way] = frozenset(WAYS)
    name_slot: str = ""
    signs: Mapping[Mark, Sign] = field(default_factory=dict)
    echoes: int = ECHOES
    fast_s: float = 0.0
    fast: int = FAST
