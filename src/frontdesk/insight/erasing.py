"""What is asked of who forgets a customer: a reason that stays, and so may not name them. Called by the API and commands."""

import re

from frontdesk.core.errors import Refused

MOST_REASON = 500


def reason(text: str) -> str:
    """The reason as it is kept.

    Raises:
        Refused: There is none, or it is no line of text.
    """
    why = text.strip()
    if not why or len(why) > MOST_REASON or not why.isprintable():
        raise Refused("invalid", f"Give a reason of 1 to {MOST_REASON} characters.", field="reason")
    return why


def refuse_naming(why: str, *known: str) -> None:
    """Refuse a reason in which one of the words stands by which the customer is known."""
    if any(each and _stands_in(each.casefold(), why.casefold()) for each in known):
        raise Refused(
            "invalid",
            "The reason names the customer, and would stay: give one that does not.",
            field="reason",
        )


def _stands_in(known: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(known)}(?!\w)", text) is not None
