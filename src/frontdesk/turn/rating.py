"""A customer's answer to the question of how satisfied they are, asked when people close a conversation. Pure.

What is no plain number of points is no answer: it is a new message, and opens the conversation again.
"""

import re
from dataclasses import dataclass

import msgspec

from frontdesk.core.action import Heard, Said
from frontdesk.core.conversation import Strip
from frontdesk.core.event import FeedbackReceived
from frontdesk.core.message import Text
from frontdesk.dialog.lexicon import western_digits
from frontdesk.store.turns import Conversation
from frontdesk.turn.act import Acting

_STARS = "\u2b50\u2605"
_POINTS = re.compile(rf"\s*(?:([0-9]{{1,2}})|([{_STARS}]{{1,10}}))\s*", re.ASCII)


class Asked(msgspec.Struct, frozen=True):
    """What a conversation keeps of the question: the most points, and what is said to an answer."""

    most: int
    thanks: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    score: int
    most: int
    thanks: str


def given(found: Conversation, heard: Heard) -> Given | None:
    """The points that this message gives to a closed conversation; None when it gives none."""
    if found.owner != "closed" or found.rating_ask is None or not isinstance(heard, Said):
        return None
    read = _POINTS.fullmatch(western_digits(heard.text))
    if read is None:
        return None
    asked = msgspec.json.decode(found.rating_ask, type=Asked)
    score = int(read[1]) if read[1] else len(read[2])
    return Given(score, asked.most, asked.thanks) if 1 <= score <= asked.most else None


def rate(acting: Acting, points: Given) -> None:
    """Keep the points, tell the world, and thank the customer; the conversation stays closed."""
    acting.learn(rating=points.score, rating_max=points.most)
    acting.event(FeedbackReceived(acting.conversation_id, acting.contact_id, points.score, points.most))
    told = (Text(points.thanks),) if points.thanks else ()
    acting.mark(Strip("rated", after=f"{points.score}/{points.most}"), told)
