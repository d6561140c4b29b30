"""Which steps, rules and triggers of a bot the conversations of its tests came through."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from frontdesk.dialog.bot import Bot, Flow
from frontdesk.dialog.steps.ask import Ask
from frontdesk.studio.testing.stories import Spot


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that no conversation came through; `what` describes it."""

    at: Spot
    what: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, and those that were never reached."""

    total: int
    missed: tuple[Missed, ...]

    @property
    def reached(self) -> int:
        return self.total - len(self.missed)


@dataclass(frozen=True, slots=True)
class Coverage:
    steps: Count
    rules: Count
    triggers: Count


@dataclass
class Watch:
    """Counts what of a bot is used."""

    bot: Bot
    _steps: set[str] = field(default_factory=set)
    _rules: set[tuple[str, str, str]] = field(default_factory=set)
    _triggers: set[tuple[str, str]] = field(default_factory=set)

    def note(self, trace: Iterable[Mapping[str, object]]) -> None:
        """Take from a conversation's trace which steps ran, and which rules and triggers decided."""
        for fact in trace:
            match fact:
                case {"fact": "step", "step": str(step)}:
                    self._steps.add(step)
                case {"fact": "rule", "step": str(step), "kind": str(kind), "what": str(what)}:
                    self._rules.add((step, kind, what))
                case {"fact": "trigger", "flow": str(flow), "by": str(by), "what": str(what)}:
                    self._triggers.add((flow, what if by == "pattern" else by))

    def coverage(self) -> Coverage:
        flows = list(self.bot.flows.values())
        return Coverage(
            Count(*_counted(found for flow in flows for found in self._of_steps(flow))),
            Count(*_counted(found for flow in flows for found in self._of_rules(flow))),
            Count(*_counted(found for flow in flows for found in self._of_triggers(flow))),
        )

    def _of_steps(self, flow: Flow) -> Iterator[tuple[bool, Missed]]:
        for step in flow.steps.values():
            if not step.id.endswith(".again"):
                taken = f"{flow.id}/{step.id}" in self._steps
                yield taken, Missed(Spot(step.file, step.line), f"{step.kind} in '{flow.id}'")

    def _of_rules(self, flow: Flow) -> Iterator[tuple[bool, Missed]]:
        for step in flow.steps.values():
            rules = step.body.rules if isinstance(step.body, Ask) else ()
            for rule in rules:
                place = f"{flow.id}/{step.id}"
                hit = any((place, test.kind, test.source) in self._rules for test in rule.tests)
                tests = ", ".join(f"{test.kind} {test.source[:60]}" for test in rule.tests)
                yield hit, Missed(Spot(step.file, rule.line), f"rule with {tests}")

    def _of_triggers(self, flow: Flow) -> Iterator[tuple[bool, Missed]]:
        at = Spot(flow.file, flow.line)
        hits = {what for name, what in self._triggers if name == flow.id}
        for pattern in flow.trigger.patterns:
            yield (
                pattern.source in hits,
                Missed(at, f"trigger of '{flow.id}' by pattern {pattern.source[:60]}"),
            )
        if flow.trigger.intent or flow.trigger.examples:
            by = f"intent {flow.trigger.intent}" if flow.trigger.intent else "examples"
            yield bool(hits & {"intent", "example"}), Missed(at, f"trigger of '{flow.id}' by {by}")


def _counted(found: Iterable[tuple[bool, Missed]]) -> tuple[int, tuple[Missed, ...]]:
    every = list(found)
    return len(every), tuple(missed for hit, missed in every if not hit)
