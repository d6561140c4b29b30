"""The steps of a bot as a graph: what each leads to, whether it leaves, and whether it lets the customer speak.

Made for the linter. It errs on the side of a way that is not there over one that is overlooked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from frontdesk.dialog.book import Book
from frontdesk.dialog.bot import Bot, Go, Question, Step
from frontdesk.dialog.moves import End, Goto, Move, Next, Resume, RunFlow

Key = tuple[str, str]
"""Flow and step."""

_QUOTED = re.compile(r"""(["'])([A-Za-z_][A-Za-z0-9_ /-]{0,160})\1""", re.ASCII)
_AT_ONCE = frozenset({"say", "set", "goto", "if", "note", "call", "for_each", "run"})
"""Steps that neither wait nor may go anywhere that is not written at them."""


class Ways:
    """`of` and `leaves` are filled for every step; a step that `leaves` has a way out of the flow."""

    def __init__(self, bot: Bot, book: Book) -> None:
        self._bot = bot
        self._book = book
        self.steps: dict[Key, Step] = {
            (flow.id, step.id): step for flow in bot.flows.values() for step in flow.steps.values()
        }
        self.of: dict[Key, tuple[Key, ...]] = {}
        self.leaves: set[Key] = set()
        for key, step in self.steps.items():
            self.of[key] = tuple(dict.fromkeys(self._of(key, step)))
        firsts = [(flow.id, flow.first) for flow in bot.flows.values()]
        self.jumped = tuple(self._jumped_to())
        """Where scripts may go."""
        self.reached = spread([*firsts, *self.jumped], self.of)
        self.endless = self._endless()

    def _of(self, key: Key, step: Step) -> Iterator[Key]:
        ways = list(self._book.ways.get(key, ()))
        if step.body.goes_on:
            ways.append(Next())
        elif not ways or step.kind == "handoff":
            self.leaves.add(key)
        for way in ways:
            yield from self._lead(key, step, way)

    def _lead(self, key: Key, step: Step, way: Move) -> Iterator[Key]:
        match way:
            case Next() if step.next is not None:
                if not isinstance(step.next, Next):
                    yield from self._lead(key, step, step.next)
            case Next() if step.after:
                yield key[0], step.after
            case Next() | End() | Resume():
                self.leaves.add(key)
            case Goto(name, flow):
                yield from self._target(key[0], name, flow)
            case _:
                pass

    def _target(self, here: str, step: str, flow: str) -> Iterator[Key]:
        if not flow and (here, step) not in self.steps:
            flow, step = step, ""
        found = self._bot.flows.get(flow or here)
        if found is not None:
            yield found.id, step or found.first

    def _jumped_to(self) -> Iterator[Key]:
        # Scripts go to steps by name; any text in one may be such a name.
        named = {
            text
            for source in self._book.scripts.values()
            if "setTriggerNextMessage" in source.code
            for _, text in _QUOTED.findall(source.code)
        }
        for flow, step in self.steps:
            if named & {step, flow, f"{flow}/{step}"}:
                yield flow, step

    def _endless(self) -> frozenset[Key]:
        """The steps from which every way goes on for ever without a word from the customer."""
        forced = {key: self.at_once(key) for key, step in self.steps.items() if self._is_at_once(key, step)}
        ending = {key for key in self.steps if not forced.get(key)}
        return frozenset(self.steps) - spread(ending, _turned(forced))

    def _is_at_once(self, key: Key, step: Step) -> bool:
        return (
            step.kind in _AT_ONCE
            and step.before is None
            and (key not in self.leaves or bool(self._runs(key)))
            and not isinstance(step.body, Question)
        )

    def at_once(self, key: Key) -> tuple[Key, ...]:
        """Where a step leads without fail: a flow that it runs comes first, and may never come back."""
        return self._runs(key) or self.of[key]

    def _runs(self, key: Key) -> tuple[Key, ...]:
        body = self.steps[key].body
        if not isinstance(body, Go) or not isinstance(body.move, RunFlow):
            return ()
        return tuple(self._target(key[0], "", body.move.flow))

    def can_leave(self) -> frozenset[Key]:
        """The steps with a way, however long, out of their flow."""
        return spread(self.leaves, _turned(self.of))


def rounds(starts: Iterable[Key], of: Mapping[Key, Sequence[Key]]) -> Iterator[Key]:
    """A step of each circle that one comes to by always taking the first way."""
    done: set[Key] = set()
    for start in starts:
        way: set[Key] = set()
        at: Key | None = start
        while at is not None and at not in done and at not in way:
            way.add(at)
            at = next(iter(of.get(at, ())), None)
        if at in way:
            yield at
        done |= way


def spread(starts: Iterable[Key], of: Mapping[Key, Iterable[Key]]) -> frozenset[Key]:
    """Everything that can be reached."""
    found = set(starts)
    todo = list(found)
    while todo:
        for way in of.get(todo.pop(), ()):
            if way not in found:
                found.add(way)
                todo.append(way)
    return frozenset(found)


def _turned(of: Mapping[Key, Iterable[Key]]) -> dict[Key, list[Key]]:
    """The same ways, backwards."""
    back: dict[Key, list[Key]] = {}
    for key, ways in of.items():
        for way in ways:
            back.setdefault(way, []).append(key)
    return back
