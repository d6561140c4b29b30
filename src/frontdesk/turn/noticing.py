"""Looks at a turn for what it shows besides its answer: a contact, interest, success, a program on the other side.

Called by `run` before the turn's rows are made; what is new is written with them, once.
"""

from dataclasses import dataclass

from frontdesk.core.action import Heard, Said
from frontdesk.core.ids import BotVersionId
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.detection import Seen, notice
from frontdesk.store.bots import PREVIEW
from frontdesk.store.conversations import Conversation
from frontdesk.turn.act import Acting
from frontdesk.turn.decide import Decided
from frontdesk.turn.line import Line


@dataclass(frozen=True, slots=True)
class Turned:
    """Whose turn it was; `found` is the conversation before it, None for a new one."""

    bot: Bot
    version: BotVersionId
    found: Conversation | None


def look(line: Line, acting: Acting, turned: Turned, heard: Heard, decided: Decided) -> None:
    """Put what is new into `acting`, and why into the trace."""
    seen = Seen(
        heard.text if isinstance(heard, Said) else "",
        decided.state,
        decided.actions,
        decided.trace,
        line.clock.now(),
        None if turned.found is None else turned.found.updated_at,
    )
    noticed = notice(turned.bot, seen, acting.known, acting.marks)
    decided.state.watch = noticed.watch
    decided.trace += ({"fact": "noticed", "mark": mark, "by": by} for mark, by in noticed.by.items())
    acting.notice(noticed.known, frozenset(noticed.by))


def ask(line: Line, acting: Acting, turned: Turned, heard: Heard) -> None:
    """Have a language model look for what was not seen yet, after a message whose number is a power of two and at the end.

    So a conversation in which nobody shows a sign costs a question for each doubling, and one when it is closed.
    """
    found = turned.found
    number = 1 if found is None else found.handled_seq + 1
    is_over = acting.owner == "closed" and (found is None or found.owner != "closed")
    is_due = number & (number - 1) == 0 and isinstance(heard, Said) and bool(heard.text)
    if (is_over or is_due) and line.judge is not None and acting.entrance.channel_type != PREVIEW:
        acting.judge = bool(turned.bot.detection.open_questions(acting.marks))
