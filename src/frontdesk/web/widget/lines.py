"""A conversation as its visitor's browser gets it: lines by number, and how it stands. Names are short on the wire.

Line: `{"n": number, "by": "you" | "ai" | "person" | "event", "at": milliseconds since 1970, "parts": [...]}`, of a person with
their name as `"who"` where it is known, with the parts of `core/message.py` as they are stored, uploaded files with addresses that open them, and sources
said once.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from frontdesk.core.conversation import Owner
from frontdesk.core.message import Author, Part, with_links
from frontdesk.core.queue_told import is_away, place_told
from frontdesk.store.messages import Message
from frontdesk.store.visitors import Standing
from frontdesk.web.widget.cited import once

MOST = 50
_BY: dict[Author, str] = {"contact": "you", "bot": "ai", "operator": "person", "event": "event"}


class Line(msgspec.Struct, omit_defaults=True):
    n: int
    by: str
    at: int
    parts: tuple[Part, ...]
    who: str = ""


class State(msgspec.Struct, omit_defaults=True):
    """`person`: who has it of our people. `rate`: the visitor is asked how it was. `place`: in the queue, 0 for not said.
    `away`: nobody is there to answer. `comment`: words may go with the rating. `mail`: it can be sent by mail.
    """

    owner: Owner = "bot"
    person: str = ""
    rate: bool = False
    place: int = 0
    away: bool = False
    comment: bool = False
    mail: bool = False


class Shown(msgspec.Struct, omit_defaults=True):
    """`of`: the conversation; another one than before has other numbers. `after`: these are all above this number, as far
    as they go. `more`: there are lines before these. `open`: something is still to come as a line.
    """

    lines: list[Line]
    state: State
    of: str = ""
    after: int = 0
    more: bool = False
    open: bool = False


def shown(messages: Iterable[Message], link: Callable[[str], str]) -> list[Line]:
    return [
        Line(
            each.seq,
            _BY[each.author],
            int(each.created_at.timestamp() * 1000),
            tuple(once(part) for part in with_links(each.parts, link)),
            each.person,
        )
        for each in messages
    ]


def mails_copies(settings: Mapping[str, object]) -> bool:
    """Whether visitors of the channel may have a conversation sent by mail."""
    return settings.get("mail_copies") is not False


def state_of(standing: Standing | None, settings: Mapping[str, object]) -> State:
    if standing is None:
        return State()
    told = standing.told if standing.owner == "queued" else 0
    return State(
        standing.owner,
        standing.person,
        standing.asks_rating,
        0 if is_away(told) else place_told(told),
        is_away(told),
        comment=standing.asks_comment,
        mail=standing.mails and mails_copies(settings),
    )
