"""What templates, conditions and scripts see of a turn: slots, variables, results and facts, read out of its state."""

import re
from collections.abc import Callable, Mapping

from frontdesk.dialog.bot import Bot
from frontdesk.dialog.slots import read_slot, running
from frontdesk.dialog.state import MAX_SPENT, State
from frontdesk.dialog.utterance import Turn

_MARK = re.compile(r"\{([a-z]+)\}")


class Endless(Exception):
    """The turn does not come to an end, or does more than one turn may; the message says of what."""


class View:
    """Implements `Values` and the reading half of `Talk`."""

    __slots__ = ("bot", "state", "turn")

    def __init__(self, bot: Bot, state: State, turn: Turn) -> None:
        self.bot = bot
        self.state = state
        self.turn = turn

    def slot(self, name: str) -> object:
        slot = self.bot.slots.get(name)
        return None if slot is None else read_slot(self.state, slot)

    def var(self, name: str) -> object:
        for values in (self.state.moment.vars, self.state.vars, self.state.contact):
            if name in values:
                return values[name]
        return None

    def env(self, name: str) -> str:
        turn, bot = self.turn, self.bot
        if name in turn.env:
            return turn.env[name]
        own = bot.env_by.get(turn.environment, {})
        return own[name] if name in own else bot.env.get(name, "")

    def result(self, action: str, name: str) -> object:
        found: Mapping[str, object] | None = next(
            (frame.results[action] for frame in running(self.state) if action in frame.results), None
        )
        return None if found is None else found.get(name)

    def raw(self, place: str) -> object:
        return self.state.moment.raw.get(place)

    def contact(self, name: str) -> object:
        found = self.state.contact.get(name)
        return self.turn.contact.get(name) if found is None else found

    def item(self, name: str) -> object:
        """The element that a loop is at."""
        for frame in running(self.state):
            for loop in reversed(frame.loops.values()):
                if loop.name == name and loop.index < len(loop.items):
                    return loop.items[loop.index]
        return None

    def entity(self, name: str) -> object:
        """The value of the entity's first mention in the message."""
        mentions = self.state.moment.mentions.get(name)
        return mentions[0].value if mentions else None

    def open_now(self, hours: str) -> bool:
        """Whether the business hours of this name are on."""
        return hours in self.bot.hours and self.bot.hours[hours].is_open(self.turn.now)

    def spend(self, cost: int) -> None:
        self.state.moment.spent += cost
        if self.state.moment.spent > MAX_SPENT:
            raise Endless("More said, noted and filled in than one turn may")

    def fact(self, name: str) -> object:
        find = _FACTS.get(name)
        return None if find is None else find(self)

    def phrase(self, key: str, **values: str) -> str:
        spoken = str(self.fact("language"))
        for language in (spoken, spoken.partition("-")[0], self.bot.language, "en"):
            text = self.bot.phrases.get(language, {}).get(key)
            if text:
                return _MARK.sub(lambda mark: values.get(mark[1], mark[0]), text)
        return ""


_FACTS: dict[str, Callable[[View], object]] = {
    "message.text": lambda view: view.state.moment.text,
    "message.payload": lambda view: (
        (heard.payload if (heard := view.state.moment.heard) else "") or view.state.moment.text
    ),
    "message.intent": lambda view: view.state.intent,
    "conversation.last_intent": lambda view: view.state.last_intent,
    "conversation.id": lambda view: view.turn.conversation_id,
    "assistant.id": lambda view: view.turn.assistant_id,
    "assistant.name": lambda view: view.bot.name,
    "contact.id": lambda view: view.turn.contact_id,
    "channel": lambda view: view.turn.channel,
    "environment": lambda view: view.turn.environment,
    "language": lambda view: (
        view.state.language or view.state.spoken or view.turn.language or view.bot.language
    ),
    "now": lambda view: view.turn.now.isoformat(timespec="seconds"),
}
