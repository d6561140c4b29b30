"""What a conversation shows besides what is answered: a contact given, interest, success, a program on the other side.

Pure: one message and the turn that it led to go in, marks and a person come out. Called by `turn`, whoever owns the
conversation; each mark is found once. Rules are the author's, under `detect:`; `detection_reader` reads them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import NamedTuple
from zlib import crc32

import re2

from frontdesk.core.action import Action, Say
from frontdesk.core.contact import Known
from frontdesk.core.conversation import Mark
from frontdesk.core.message import plain
from frontdesk.dialog.answer_types import Around
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.detection_rules import Detection, Sign, Way
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.slots import read_slot
from frontdesk.dialog.state import State, Watch
from frontdesk.dialog.typed import installed
from frontdesk.dialog.utterance import Utterance

LINES = 3
"""Lines of ours, of the last turn, that a message is compared with."""
SHORTEST_ECHO = 12
"""Characters of a line that nobody writes by chance; shorter ones, such as "Hello!", are what people say too."""
MOST_NAME = 80
_DIGITS = re.compile(r"\d[\d ()./\u00a0\u2010-\u2015-]{5,}\d")
# A name begins with a capital; what stands before it is said in many ways.
_NAME = re2.compile(
    r"(?:^|[^\pL])(?:(?i:my name(?: is|'s|’s)|call me|меня зовут|мо[её] имя|(?:mening )?ismim)[ :,—-]+)"
    r"(\p{Lu}[\pL’'ʻʼ.-]*(?: \p{Lu}[\pL’'ʻʼ.-]*){0,3})"
)


class Noticed(NamedTuple):
    """`known` is the person with what is new; `by` says for each new mark what showed it."""

    known: Known
    by: dict[Mark, str]
    watch: Watch | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One turn as it is looked at.

    `text` is empty where nobody wrote; `state` is the one after the turn; `last_at` is when the one before it ended.
    """

    text: str
    state: State
    actions: Sequence[Action]
    trace: Sequence[Mapping[str, object]]
    now: datetime
    last_at: datetime | None


def notice(bot: Bot, seen: Seen, known: Known, marks: frozenset[Mark]) -> Noticed:
    """What is new in a turn, `known` and `marks` being what was there before."""
    rules, by = bot.detection, dict[Mark, str]()
    found = dict(_met(bot, rules, seen, known)) if rules.ways else {}
    if found and "get_contact" not in marks:
        by["get_contact"] = ", ".join(sorted(found))
    for mark, sign in rules.signs.items():
        if mark not in marks and (shown := _shown(sign, seen)):
            by[mark] = shown
    watch = _watch(rules, seen) if rules.echoes or rules.fast_s else None
    if watch is not None and "is_bot" not in marks | by.keys() and (odd := _odd(rules, watch)):
        by["is_bot"] = odd
    filled = Known(
        known.name or found.get("name", ""),
        known.email or found.get("email", ""),
        known.phone or found.get("phone", ""),
    )
    return Noticed(filled, by, watch)


def _met(bot: Bot, rules: Detection, seen: Seen, known: Known) -> Iterator[tuple[Way, str]]:
    """What the customer has given of themselves: in this message, or in a slot that holds what we did not know."""
    text, around = seen.text, Around(bot.language, seen.now, bot.region)
    said = Utterance(text, normalise(text)) if "@" in text or _DIGITS.search(text) else None
    for way in ("email", "phone"):
        if way in rules.ways:
            given = None if said is None else installed()[way].take(said, around)
            value = given or ("" if getattr(known, way) else _in_slots(bot, seen.state, way))
            if value:
                yield way, str(value)
    if "name" in rules.ways and not known.name:
        spoken = _NAME.search(text) if text else None
        slot = bot.slots.get(rules.name_slot)
        held = None if slot is None else read_slot(seen.state, slot)
        name = str(held or "") or (spoken.group(1).rstrip(".") if spoken else "")
        if name:
            yield "name", name[:MOST_NAME]


def _in_slots(bot: Bot, state: State, way: str) -> str:
    values = (read_slot(state, slot) for slot in bot.slots.values() if slot.type == way)
    return next((str(value) for value in values if value), "")


def _shown(sign: Sign, seen: Seen) -> str:
    """What shows it, in words for the trace; empty when nothing does."""
    if seen.state.intent in sign.intents:
        return f"intent {seen.state.intent}"
    if seen.text and (sign.patterns or sign.regexes):
        plainly = normalise(seen.text)
        for pattern in sign.patterns:
            if pattern.fits(plainly):
                return f"pattern {pattern.source}"
        for regex in sign.regexes:
            if regex.find(seen.text) is not None:
                return f"regex {regex.source}"
    for place in _places(seen) if sign.flows or sign.steps else ():
        if place in sign.steps or place.partition("/")[0] in sign.flows:
            return f"step {place}"
    return ""


def _places(seen: Seen) -> Iterator[str]:
    return (str(fact.get("step", "")) for fact in seen.trace if fact.get("fact") == "step")


def _watch(rules: Detection, seen: Seen) -> Watch:
    """What is remembered of our lines, and how often in a row they came back or were answered at once."""
    before = seen.state.watch or Watch()
    echoes, fast = before.echoes, before.fast
    if seen.text:
        echoes = echoes + 1 if _print(seen.text) in before.lines else 0
        fast = fast + 1 if before.lines and _since_s(seen) < rules.fast_s else 0
    said = (plain(action.parts) for action in seen.actions if isinstance(action, Say))
    lines = tuple(_print(line) for line in said if len(line) >= SHORTEST_ECHO)[-LINES:]
    return Watch(lines or before.lines, echoes, fast)


def _since_s(seen: Seen) -> float:
    return inf if seen.last_at is None else (seen.now - seen.last_at).total_seconds()


def _print(line: str) -> int:
    return crc32(" ".join(line.lower().split()).encode())


def _odd(rules: Detection, watch: Watch) -> str:
    if rules.echoes and watch.echoes >= rules.echoes:
        return "echo"
    return "speed" if rules.fast_s and watch.fast >= rules.fast else ""
