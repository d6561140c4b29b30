"""Which flow a message starts: every flow's patterns in one pass, then intents and examples.

Order: an intent the channel was sure of; patterns without wildcard; patterns with more literal characters; the
order of the flows; then the intent of which the text is an example, then a trigger's own examples.
"""

from collections.abc import Iterable

import re2

from frontdesk.dialog.bot import Flow
from frontdesk.dialog.bot_parts import Hit
from frontdesk.dialog.patterns import Pattern, normalise, options
from frontdesk.dialog.utterance import Utterance


class Triggers:
    """All triggers of one bot, compiled together."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._flows = {flow.id: flow for flow in flows}
        self._patterns: list[tuple[Flow, Pattern]] = []
        self._intents: dict[str, str] = {}
        self._examples: dict[str, str] = {}
        for flow in self._flows.values():
            self._patterns += [(flow, pattern) for pattern in flow.trigger.patterns]
            if intent := flow.trigger.learnt(flow.id):
                self._intents.setdefault(intent, flow.id)
            for example in flow.trigger.examples:
                self._examples.setdefault(normalise(example), flow.id)
        # Stable, so what is equal keeps the order of the flows.
        self._patterns.sort(key=lambda entry: (not entry[1].exact, -entry[1].literals))
        self._set = _compile([pattern.regex for _, pattern in self._patterns])

    def by_pattern(self, said: Utterance) -> Hit | None:
        """The flow whose pattern fits best; none where the channel says what is meant."""
        if said.intent:
            return None
        fitting = [entry for entry in self._fitting(said.plain) if not _vetoed(entry[0], said.plain)]
        if not fitting:
            return None
        flow, pattern = fitting[0]
        candidates = tuple(dict.fromkeys(found.id for found, _ in fitting))
        return Hit(flow.id, "pattern", pattern.source, candidates)

    def by_intent(self, said: Utterance) -> Hit | None:
        """The flow of an intent that is sure: named by the channel, of an example, or understood."""
        if said.intent:
            sure = self._intents.get(said.intent)
            return None if sure is None else Hit(sure, "intent", said.intent)
        for flow_id in (self._intents.get(said.guess), self._examples.get(said.plain)):
            if flow_id is not None and not self.vetoed(flow_id, said):
                return Hit(flow_id, "example", said.guess or said.plain, (flow_id,))
        for found in said.candidates:
            flow_id = self._intents.get(found.intent)
            if found.sure and flow_id is not None and not self.vetoed(flow_id, said):
                return Hit(flow_id, "intent", found.intent, self.unsure(said))
        return None

    def unsure(self, said: Utterance) -> tuple[str, ...]:
        """The flows of all intents that understanding found, best first."""
        flows = (self._intents.get(found.intent) for found in said.candidates)
        return tuple(
            dict.fromkeys(flow for flow in flows if flow is not None and not self.vetoed(flow, said))
        )

    def vetoed(self, flow: str, said: Utterance) -> bool:
        return _vetoed(self._flows[flow], said.plain)

    def _fitting(self, plain: str) -> list[tuple[Flow, Pattern]]:
        found = self._set.Match(plain) if self._set is not None else None
        # The last member fits everything; without it the set gave up for want of memory.
        if found and len(self._patterns) in found:
            return [self._patterns[index] for index in sorted(found) if index < len(self._patterns)]
        return [entry for entry in self._patterns if entry[1].fits(plain)]


def _vetoed(flow: Flow, plain: str) -> bool:
    return any(exclude.fits(plain) for exclude in flow.trigger.excludes)


def _compile(regexes: list[str]) -> "re2.Set | None":
    if not regexes:
        return None
    together = re2.Set.FullMatchSet(options())
    try:
        for regex in [*regexes, ".*"]:
            together.Add(regex)
        together.Compile()
    except re2.error:
        return None  # too large for one set: `find` tries them one by one
    return together
