"""What a rule of the linter is given, and gives. The rules themselves are the files of `dialog.lint`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from frontdesk.dialog.book import Book
from frontdesk.dialog.bot import Bot, Flow
from frontdesk.dialog.bot_parts import Hit
from frontdesk.dialog.patterns import Pattern, normalise, samples
from frontdesk.dialog.problems import Place
from frontdesk.dialog.utterance import Utterance
from frontdesk.dialog.ways import Ways
from frontdesk.dialog.yaml import Node


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the files."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an author surely did not mean: where, what, and what to do about it."""

    place: Place
    message: str
    fix: str


MAX_TRIED = 5_000
"""Most messages that are made up to find out which triggers get in each other's way."""
MAX_COMPARED = 1_500_000
"""Most comparisons of such a message with a pattern; 400 flows of three patterns each stay below."""
_ANYTHING = "qzx vwy"
"""Stands for a run of words that no author writes."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A message that fits a pattern, and the flow that it starts; `bare`: with nothing in the place of `*`."""

    text: str
    bare: bool
    hit: Hit | None


@dataclass(frozen=True)
class Made:
    """A bot that has been read, and what was noted on the way."""

    bot: Bot
    book: Book = field(repr=False)

    @cached_property
    def ways(self) -> Ways:
        return Ways(self.bot, self.book)

    @cached_property
    def tried(self) -> list[tuple[Flow, Pattern, tuple[Tried, ...]]]:
        """Every pattern with what became of messages that fit it; the first of them in a very large bot."""
        found: list[tuple[Flow, Pattern, tuple[Tried, ...]]] = []
        patterns = sum(len(flow.trigger.patterns) for flow in self.bot.flows.values())
        left = min(MAX_TRIED, MAX_COMPARED // max(patterns, 1))
        for flow in self.bot.flows.values():
            for pattern in flow.trigger.patterns:
                bare = samples(pattern.source, "")
                texts = [(text, True) for text in bare]
                texts += [(text, False) for text in samples(pattern.source, _ANYTHING) if text not in bare]
                if len(texts) > left:
                    return found
                left -= len(texts)
                tried = (
                    Tried(text, bare, self.bot.triggers.by_pattern(self.said(text))) for text, bare in texts
                )
                found.append((flow, pattern, tuple(tried)))
        return found

    def declared(self, heading: str, name: str) -> Place:
        """Where the main file declares something under a heading."""
        found = entry(entry(self.book.main, heading), name)
        return found or Spot("bot.yaml", 1)

    def called(self, flow_id: str) -> str:
        """A flow as its author calls it, and its id where that is another word."""
        written = entry(self.book.flows.get(flow_id), "name")
        name = "" if written is None else written.raw
        return f"'{name[:60]}' ({flow_id})" if name and name != flow_id else f"'{flow_id}'"

    def trigger(self, flow: Flow, key: str, text: str = "") -> Place:
        """Where a flow's trigger has this text under the key, or the key at least."""
        under = entry(entry(self.book.flows.get(flow.id), "trigger"), key)
        items = under.value if under is not None and isinstance(under.value, list) else [under]
        exact = (node for node in items if node is not None and node.raw == text)
        return next(exact, None) or under or Spot(flow.file, flow.line)

    def intent_example(self, intent: str, text: str) -> Place:
        """Where this example of an intent stands."""
        node = entry(entry(entry(self.book.main, "intents"), intent), "examples")
        items = node.value if node is not None and isinstance(node.value, list) else []
        return next((item for item in items if item.raw == text), None) or self.declared("intents", intent)

    def said(self, text: str) -> Utterance:
        """The text as a customer's message."""
        plain = normalise(text)
        return Utterance(text, plain, guess=self.bot.examples.get(plain, ""))


def entry(node: Node | None, key: str) -> Node | None:
    """An entry of a mapping, if it is one and has it."""
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` is what documentation calls it, `summary` what it finds."""

    name: str
    summary: str
    find: Callable[[Made], Iterator[Finding]]
