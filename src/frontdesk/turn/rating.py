"""A customer's answer to the question of how satisfied they are, asked when people close a conversation. Pure.

asked --points, with a short comment or without--> rated, stays closed
  |`-----points, and a question or many words--> rated, and a new message, which opens the conversation again
  |`-----points that there are not--> told once which there are, stays closed and asked
  `------anything else, also after a day--> a new message, which opens the conversation again
"""

import re
from dataclasses import dataclass

import msgspec

from frontdesk.core.action import Heard, Said
from frontdesk.core.conversation import Strip
from frontdesk.core.event import FeedbackReceived
from frontdesk.core.message import Text
from frontdesk.dialog.lexicon import comparable, key, number_words
from frontdesk.store.conversations import Conversation
from frontdesk.turn.act import Acting

_STARS = "\u2b50\u2605"
_KEYCAP = dict.fromkeys((0xFE0F, 0x20E3))
"""What makes the picture of a key out of a digit."""
_BEGINNING = re.compile(
    rf"\s*(?:([0-9]{{1,3}}(?:[.,][0-9]+)?)|([{_STARS}]{{1,10}})|([^\W\d_]+(?:'[^\W\d_]+)*))"
)
_OF = re.compile(r"\s*(?:/|out of\b|of\b|из\b)\s*([0-9]{1,3})\b")
_UNIT = re.compile(r"\s*(?:stars?|points?|звезд\w?|балл\w{0,2}|yulduz|ball)\b")
_QUESTION_MARKS = frozenset("?\uff1f\u061f\u037e\u2049")
MOST_WORDS = 5
"""Of a comment; who writes more may want something."""
_COMMENT = re.compile(r"(?:\s*[,;!.:(\n]\s*|\s+[-\u2013\u2014]\s+)(?![0-9])")


class Asked(msgspec.Struct, frozen=True):
    """What a conversation keeps of the question: the most points, and what is said to an answer.

    `range`: said to points that there are not; empty once it was. `language`: in which numbers may be written as words.
    """

    most: int
    thanks: str = ""
    range: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Given:
    """`goes_on`: what follows the points may want something, so that it has to be answered."""

    score: int
    most: int
    thanks: str
    comment: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """Points that there are not."""

    asked: Asked


def answered(found: Conversation, heard: Heard) -> Given | Missed | None:
    """What this message is to the question of a closed conversation; None when it is no answer."""
    if found.owner != "closed" or found.rating_ask is None or not isinstance(heard, Said):
        return None
    asked = msgspec.json.decode(found.rating_ask, type=Asked)
    read = _read(heard.text, asked)
    if read is None:
        return None
    score, comment = read
    goes_on = _goes_on(comment)
    if 1 <= score <= asked.most:
        return Given(score, asked.most, asked.thanks, comment, goes_on)
    return Missed(asked) if asked.range and not goes_on else None


def opens(found: Conversation, heard: Heard) -> bool:
    """Whether this message, to a closed conversation, is one to be answered."""
    to = answered(found, heard)
    return to is None or (isinstance(to, Given) and to.goes_on)


def _goes_on(comment: str) -> bool:
    return not _QUESTION_MARKS.isdisjoint(comment) or len(comment.split()) > MOST_WORDS


def _read(text: str, asked: Asked) -> tuple[int, str] | None:
    """The points, 0 for what cannot be some, and the comment; None for a text that does not begin with points.

    A number that other words follow at once counts something else: "2 parcels are missing" is no answer. Nor is one that
    numbers what is wanted, as in "2. Where is it?", or begins to tell it, as in "One, I want to return the shoes".
    """
    plain = text.translate(_KEYCAP)
    even = comparable(plain)
    begun = _BEGINNING.match(even)
    if begun is None:
        return None
    number, stars, word = begun.groups()
    score = number_words(asked.language).get(key(word)) if word else len(stars or "") or _whole(number)
    if score is None:
        return None
    number_end = end = begun.end()
    if scale := _OF.match(even, end):
        end = scale.end()
        score = score if int(scale[1]) == asked.most else 0
    if unit := _UNIT.match(even, end):
        end = unit.end()
    rest = even[end:]
    if not any(char.isalnum() for char in rest):
        return score, ""
    comment = _COMMENT.match(rest)
    if comment is None:
        return None
    said = (plain[end + comment.end() :] if len(plain) == len(even) else rest[comment.end() :]).strip()
    counts = end == number_end and (word or comment[0].startswith("."))
    return None if counts and _goes_on(said) else (score, said)


def _whole(number: str) -> int:
    return int(number) if number.isdigit() else 0


def answer(acting: Acting, to: Given | Missed) -> None:
    """Keep the points, tell the world, and thank the customer, or say which points there are.

    Who goes on is answered by whoever has the conversation now.
    """
    if isinstance(to, Missed):
        acting.learn(rating_ask=msgspec.to_builtins(msgspec.structs.replace(to.asked, range="")))
        acting.mark(Strip("rating_asked", reason="range"), (Text(to.asked.range),))
        return
    acting.learn(rating=to.score, rating_max=to.most, rating_comment=to.comment or None)
    acting.event(FeedbackReceived(acting.conversation_id, acting.contact_id, to.score, to.most, to.comment))
    told = (Text(to.thanks),) if to.thanks and not to.goes_on else ()
    acting.mark(Strip("rated", after=f"{to.score}/{to.most}"), told)
