"""The rules of a message (`responseMatches`): what they test, store and do, in the order in which they are tried."""

import re
from dataclasses import dataclass, field

from frontdesk.dialog.conditions import compile_condition
from frontdesk.dialog.patterns import PatternError, compile_pattern, normalise
from frontdesk.dialog.regexes import Regex, RegexError
from frontdesk.dialog.rules import MAX_QUESTION_PROGRAM
from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.findings import ImportRefused
from frontdesk.studio.importing.vocabulary import bare
from frontdesk.studio.importing.work import Work
from frontdesk.studio.importing.yaml_text import Yaml

MAX_TESTS = 90
MAX_BOT_SIZE = 2_000_000
"""Most instructions of all patterns and regexes together; half of what a bot may have."""
_INTENT, _TEST, _ANY, _NO_MATCH = range(4)
_NOTATION = re.compile(r"\{(\$[^{}\s]+)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", re.ASCII)
_UNKNOWN = "?"
_SIGNS = {
    "EQUALS": "==",
    "EQUAL": "==",
    "IS": "==",
    "NOT_EQUALS": "!=",
    "NOT_EQUAL": "!=",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUALS": ">=",
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUALS": "<=",
}
_BARE_CHECKS = {
    "EXISTS": "{} != null",
    "NOT_EXISTS": "{} == null",
    "IS_NULL": "{} == null",
    "NOT_NULL": "{} != null",
}


@dataclass(slots=True)
class Rule:
    """One rule. `result`: the outcome of a call that it is for; `target` and `dialog`: where it goes."""

    name: str
    tests: dict[str, list[str]] = field(default_factory=dict)
    when: str = ""
    result: str = ""
    no_match: bool = False
    message: str = ""
    slots: dict[str, str] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    target: str = "next"
    dialog: bool = False
    broken: bool = False
    """It tested something that cannot be tested here, and is left out."""

    @property
    def unconditional(self) -> bool:
        return not (self.tests or self.when or self.result or self.no_match)

    @property
    def stores(self) -> bool:
        return bool(self.slots or self.sets)

    @property
    def band(self) -> int:
        if self.no_match:
            return _NO_MATCH
        if self.unconditional:
            return _ANY
        return _INTENT if "intent" in self.tests else _TEST

    def test_yaml(self) -> dict[str, Yaml]:
        return {key: texts[0] if len(texts) == 1 else list(texts) for key, texts in self.tests.items()}

    def store_yaml(self) -> dict[str, Yaml]:
        """`slot` and `value` for the only slot, `set` for everything else."""
        stored: dict[str, Yaml] = {}
        others = dict(self.sets)
        if len(self.slots) == 1:
            ((name, value),) = self.slots.items()
            stored |= {"slot": name, "value": value} if value else {"slot": name}
        else:
            others |= self.slots
        if others:
            stored["set"] = dict(others)
        return stored


def read_rules(message: Part, work: Work, where: str, choices: list[str]) -> list[Rule]:
    """The rules in the order in which they are tried: intents, other tests, anything, no match."""
    reader = _Reader(work, where, choices)
    rules = [reader.read(part) for part in message.parts("responseMatches")]
    return sorted((rule for rule in rules if not rule.broken), key=lambda rule: rule.band)


class _Reader:
    def __init__(self, work: Work, where: str, choices: list[str]) -> None:
        self._work = work
        self._where = where
        self._choices = {normalise(choice) for choice in choices}
        self._size = self._count = 0

    def read(self, part: Part) -> Rule:
        rule = Rule(part.text("name") or "rule")
        conditions = part.parts("conditions")
        for condition in conditions:
            self._condition(condition, rule)
        if conditions and not (rule.tests or rule.result or rule.no_match):
            rule.broken = True
            self._lost(rule, "none of its conditions can be tested here")
        self._context(part, rule)
        self._stored(part, rule)
        action = part.part("action")
        rule.target = action.text("value") or "next"
        rule.dialog = action.text("name").upper() == "DIALOG"
        return rule

    def _lost(self, rule: Rule, why: str) -> None:
        self._work.report.add(
            self._where, f"The rule '{rule.name[:60]}' is left out: {why}.", "Write it by hand under rules:."
        )

    def _condition(self, part: Part, rule: Rule) -> None:
        kind = part.text("matchType").upper()
        match kind:
            case "PATTERN":
                found = part.part("patternMatch")
                self._tests(rule, "pattern", found.texts("patterns"))
                self._excluded(found, rule)
            case "REGEX":
                found = part.part("regexMatch")
                self._tests(rule, "regex", [text] if (text := found.text("regexText")) else [])
                self._excluded(found, rule)
            case "EXACT" | "EXACT_VALUE" | "EXACT_MATCH":
                found = part.part("exactMatch")
                self._tests(
                    rule,
                    "exact",
                    [*found.texts("values"), *([found.text("value")] if found.text("value") else [])],
                )
            case "EVAL_OPTION" | "EVALUATE_OPTIONS" | "CHOICE":
                found = part.part("evaluateOptionMatch")
                self._choice(rule, found.text("value"))
            case "INTENT" | "RESPONSE_INTENT":
                self._intents(part.part("intentMatch"), rule)
            case "NO_MATCH":
                rule.no_match = True
                rule.message = part.part("noMatch").text("fallbackMessage")
            case "API_RESULT" | "KNOWLEDGE_RESULT" | "RESULT":
                self._result(part, rule)
            case _:
                self._work.report.add(
                    self._where,
                    f"The condition {kind[:40] or '(without a kind)'} of the rule '{rule.name[:60]}' is not known here.",
                    "Write it by hand under rules:.",
                )

    def _result(self, part: Part, rule: Rule) -> None:
        for key in part:
            if key.endswith("Match"):
                status = part.part(key).text("status").upper()
                good = status in {"SUCCESS", "FOUND", "RESULTS_FOUND"}
                rule.result = "success" if good else "failure"

    def _excluded(self, found: Part, rule: Rule) -> None:
        words = found.texts("excludeKeywords")
        if words:
            self._work.report.add(
                self._where,
                f"The rule '{rule.name[:60]}' excludes {', '.join(words)[:120]}, which rules cannot.",
                "Put a rule that takes those words above it.",
            )

    def _tests(self, rule: Rule, key: str, texts: list[str]) -> None:
        for text in dict.fromkeys(texts):
            try:
                size = _size(key, text)
            except (PatternError, RegexError) as error:
                self._work.report.add(
                    self._where,
                    f"The {key} '{text[:120]}' is left out: {error}.",
                    "Write one that can be used here.",
                )
                continue
            self._count += 1
            self._size += size
            self._work.tests_size += size
            if self._work.tests_size > MAX_BOT_SIZE:
                raise ImportRefused("The patterns and regexes of the export are too large together.")
            if self._count > MAX_TESTS or self._size > MAX_QUESTION_PROGRAM:
                self._work.report.add(
                    self._where,
                    f"The {key} '{text[:120]}' is left out: the question tests too much already.",
                    "Merge some: (one|other) in a pattern, one|other in a regex.",
                )
                continue
            rule.tests.setdefault(key, []).append(text)

    def _choice(self, rule: Rule, text: str) -> None:
        if not text.strip():
            return
        if normalise(text) in self._choices:
            self._tests(rule, "choice", [text])
        else:
            self._tests(rule, "pattern", [re.sub(r"([*()|\\])", r"\\\1", text)])

    def _intents(self, part: Part, rule: Rule) -> None:
        ids = [part.text(key) for key in ("intentId", "id", "value") if part.is_text(key)]
        for ident in dict.fromkeys([*ids, *part.texts("intentIds")]):
            name = self._work.intents.get(ident)
            if name is None:
                self._work.report.add(
                    self._where,
                    f"The intent '{ident[:60]}' is not in the export.",
                    "Declare it, and test it by name.",
                )
            else:
                self._tests(rule, "intent", [name])

    def _context(self, part: Part, rule: Rule) -> None:
        conditions = [self._compared(each) for each in part.parts("contextConditions")]
        if not conditions or rule.broken:
            return
        joined = (" and " if part.text("contextMatchConditionType").upper() == "ALL" else " or ").join(
            conditions
        )
        try:
            compile_condition(joined, self._work.texts.names)
        except ValueError as error:
            told = "; ".join(
                f"{each.text('contextName')[:40]} {each.text('matchType')[:20]} {each.text('value')[:40]}"
                for each in part.parts("contextConditions")
            )
            rule.broken = True
            self._lost(rule, f"its condition on variables ({told[:200]}) cannot be written: {error}")
            return
        rule.when = joined

    def _compared(self, part: Part) -> str:
        """A comparison; where it cannot be written, one that no condition can be."""
        left = self._operand(part.text("contextName"))
        kind = part.text("matchType").upper()
        if left is None:
            return _UNKNOWN
        if kind in _BARE_CHECKS:
            return _BARE_CHECKS[kind].format(left)
        right = self._literal(part.text("value"))
        return f"{left} {_SIGNS[kind]} {right}" if kind in _SIGNS and right is not None else _UNKNOWN

    def _operand(self, text: str) -> str | None:
        found = _NOTATION.fullmatch(text.strip())
        if found:
            inside = self._work.texts.notation(found[1], self._where)
            return None if inside is None else f"{{{inside}}}"
        name = bare(text)
        if not _NAME.fullmatch(name):
            return None
        if "." in name:
            return self._work.texts.notation(name, self._where)
        slot = "slot." in text or name in self._work.vocabulary.moved
        return f"slots.{self._work.vocabulary.name(name)}" if slot else f"vars.{name}"

    def _literal(self, text: str) -> str | None:
        found = _NOTATION.fullmatch(text.strip())
        if found:
            inside = self._work.texts.notation(found[1], self._where)
            return None if inside is None else f"{{{inside}}}"
        if _NUMBER.fullmatch(text.strip()):
            return text.strip()
        return f'"{text}"' if '"' not in text else f"'{text}'" if "'" not in text else None

    def _stored(self, part: Part, rule: Rule) -> None:
        for variable in part.parts("contextDataVariables"):
            given, value = variable.text("name"), variable.text("value")
            if not bare(given):
                continue
            name = self._work.vocabulary.name(given)
            if value.startswith("@"):
                self._work.report.add(
                    self._where,
                    f"'{name}' takes the entity {value[:60]}; here it gets what the rule matched.",
                    "Declare the entity, and give the slot entity: and its name.",
                )
                value = ""
            converted = self._work.texts.template(value, self._where)
            if name in self._work.vocabulary.slots:
                rule.slots[name] = converted
            else:
                rule.sets[name] = converted or "{$query}"


def _size(key: str, text: str) -> int:
    match key:
        case "pattern":
            return compile_pattern(text).size
        case "regex":
            return Regex(text).size
        case _:
            return 1
