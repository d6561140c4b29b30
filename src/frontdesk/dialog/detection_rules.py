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
MOST_QUESTION = 500
QUESTIONS: Mapping[Mark, str] = {
    "interest": "The customer wants to buy, order or book something, or asks what one asks before that.",
    "success": "The customer has got what they came for.",
    "is_bot": "What the customer's side writes was written by a program and not by a person.",
}
"""What a language model is asked where the author says no more than that it is."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows something: any of these, in a message or in what came of it. `steps` read `flow/step`.

    `question`: what a language model is asked about the conversation, empty where it is not.
    """

    intents: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    patterns: tuple[Pattern, ...] = ()
    regexes: tuple[Regex, ...] = ()
    question: str = ""


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

    def open_questions(self, marks: frozenset[Mark]) -> dict[Mark, str]:
        """What a language model is still to be asked of a conversation that has these `marks`."""
        return {
            mark: sign.question for mark, sign in self.signs.items() if sign.question and mark not in marks
        }
