"""A customer's answer to the question of how satisfied they are, asked when people close a conversation. Pure.

asked --points, with a comment or without--> rated, stays closed
  |`----points that there are not--> told once which there are, stays closed and asked
  `-----anything else--> a new message, which opens the conversation again
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
    score: int
    most: int
    thanks: str
    comment: str = ""


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
    if 1 <= score <= asked.most:
        return Given(int(score), asked.most, asked.thanks, comment)
    return Missed(asked) if asked.range else None


def _read(text: str, asked: Asked) -> tuple[int, str] | None:
    """The points, 0 for what cannot be some, and the comment; None for a text that does not begin with points.

    A number that other words follow at once counts something else: "2 parcels are missing" is no answer.
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
    end = begun.end()
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
    return score, (plain[end + comment.end() :] if len(plain) == len(even) else rest[comment.end() :]).strip()


def _whole(number: str) -> int:
    return int(number) if number.isdigit() else 0


def answer(acting: Acting, to: Given | Missed) -> None:
    """Keep the points, tell the world, and thank the customer, or say which points there are; it stays closed."""
    if isinstance(to, Missed):
        acting.learn(rating_ask=msgspec.to_builtins(msgspec.structs.replace(to.asked, range="")))
        acting.mark(Strip("rating_asked", reason="range"), (Text(to.asked.range),))
        return
    acting.learn(rating=to.score, rating_max=to.most)
    acting.event(FeedbackReceived(acting.conversation_id, acting.contact_id, to.score, to.most, to.comment))
    told = (Text(to.thanks),) if to.thanks else ()
    acting.mark(Strip("rated", after=f"{to.score}/{to.most}"), told)
