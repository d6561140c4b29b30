"""What an export's texts and scripts speak of: slots, variables and their scopes, environment values.

A variable that does not live as long as the session becomes a slot of that scope, and texts read it there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from frontdesk.dialog.fields import NAME
from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.findings import Report
from frontdesk.studio.importing.names import Namer, plain_id

_SLOT = re.compile(r"\bslot\.([A-Za-z_][A-Za-z0-9_-]{0,79})", re.ASCII)
_ENV = re.compile(
    r"\{\$env\.([A-Za-z_][A-Za-z0-9_-]{0,79})\}|getEnvVariable\(\s{0,5}[\"']([A-Za-z_][A-Za-z0-9_-]{0,79})[\"']",
    re.ASCII,
)
_SCOPES = {
    "REQUEST": "turn",
    "DIALOG": "flow",
    "SESSION": "session",
    "CONVERSATION": "session",
    "FOREVER": "contact",
    "USER": "contact",
}
_WIDTH = ("turn", "flow", "session", "contact")


@dataclass(slots=True)
class Vocabulary:
    """`slots` is name -> scope, `moved` the variables that became slots, `env` the names in use."""

    slots: dict[str, str] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    env: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)

    def name(self, given: str) -> str:
        """What a variable of the export is called here."""
        return self._names.get(bare(given), bare(given))

    def declare(self, given: str, namer: Namer, report: Report, where: str) -> str:
        name = bare(given)
        if name not in self._names:
            self._names[name] = namer.take(
                name if NAME.fullmatch(name) else plain_id(name, lower=False), "value"
            )
            if self._names[name] != name:
                report.add(
                    where,
                    f"The variable '{name[:60]}' is called {self._names[name]} here.",
                    "Use that name in texts and scripts too.",
                )
        return self._names[name]


def bare(given: str) -> str:
    """The name of a variable without what says where it is kept."""
    name = given.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    return name.removeprefix("botContext.").removeprefix("slot.")


def gather(export: Part, texts: Iterable[str], report: Report) -> Vocabulary:
    """Look through the whole export once."""
    found = Vocabulary()
    named_slots: set[str] = set()
    for text in texts:
        named_slots.update(_SLOT.findall(text))
        found.env.update(first or second for first, second in _ENV.findall(text))
    noter = _Noter(found, named_slots, report)
    for message in export.parts("conversationMessage"):
        where = message.text("name") or message.text("id")
        for rule in message.parts("responseMatches"):
            for variable in rule.parts("contextDataVariables"):
                noter.note(variable, where)
    noter.rest()
    return found


class _Noter:
    def __init__(self, found: Vocabulary, named_slots: set[str], report: Report) -> None:
        self._found = found
        self._named_slots = named_slots
        self._report = report
        self._namer = Namer()

    def note(self, variable: Part, where: str) -> None:
        found, given = self._found, variable.text("name")
        if not bare(given):
            return
        scope = _SCOPES.get(variable.text("scope", "SESSION").upper(), "session")
        is_slot = "slot." in given or bare(given) in self._named_slots
        name = found.declare(given, self._namer, self._report, where)
        if scope == "session" and not is_slot and name not in found.slots:
            return
        if not is_slot:
            found.moved.add(bare(given))
        before = found.slots.get(name, scope)
        if before != scope:
            self._report.add(
                where,
                f"The variable '{name}' has several scopes, among them {before} and {scope}.",
                "The longer-lived one is kept; look whether that is right.",
            )
        found.slots[name] = max(before, scope, key=_WIDTH.index)

    def rest(self) -> None:
        """The slots that only texts and scripts speak of."""
        for given in sorted(self._named_slots):
            name = self._found.declare(given, self._namer, self._report, given)
            self._found.slots.setdefault(name, "flow")
