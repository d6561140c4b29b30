"""A turn's trace as people and programs read it: one stable shape, made of the facts that the turn has written.

Facts are terse and may gain fields; this shape is documented and keeps its meaning. Called by `web` and `app`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from frontdesk.store.traces import TraceRow


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the turn began with; `kind` is `moment` when nobody said anything but a time had come."""

    kind: Literal["message", "restart", "moment"]
    text: str = ""
    payload: str = ""
    intent: str = ""
    entities: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Place:
    """Where in the bot it happened: `flow/step`, and where that stands in its files, as far as known."""

    step: str = ""
    file: str | None = None
    line: int | None = None


@dataclass(slots=True, kw_only=True)
class Candidate:
    """What else would have fitted; with a score, 0 to 1, where understanding gave one."""

    name: str
    score: float | None = None


@dataclass(slots=True, kw_only=True)
class Rung(Place):
    """One rung of the matching ladder that was tried, and whether it answered the message."""

    kind: Literal["rung"] = "rung"
    rung: str
    hit: bool
    flow: str = ""
    by: str = ""
    what: str = ""
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class StepRun(Place):
    """A step that was run; `type` is the key by which its author wrote it, such as `say`."""

    kind: Literal["step"] = "step"
    type: str = ""


@dataclass(slots=True, kw_only=True)
class RuleHit(Place):
    """What of a question took the answer: the kind of test, and the test as its author wrote it."""

    kind: Literal["rule"] = "rule"
    test: str
    what: str


@dataclass(slots=True, kw_only=True)
class VariableSet(Place):
    """A slot or variable that was set; values of slots marked as personal data read `***`."""

    kind: Literal["variable"] = "variable"
    name: str
    slot: bool
    scope: str
    before: Any = None
    after: Any = None


@dataclass(slots=True, kw_only=True)
class CallMade(Place):
    """An action that was called; `request` is method and address without what stands in query and body."""

    kind: Literal["call"] = "call"
    action: str
    request: str = ""
    outcome: str = ""
    status: int = 0
    reason: str = ""
    ms: int | None = None


@dataclass(slots=True, kw_only=True)
class ScriptRun(Place):
    """A script that was run; of one that failed, what is wrong and in which file and line of the scripts."""

    kind: Literal["script"] = "script"
    script: str
    outcome: str = ""
    ms: int | None = None
    error: str = ""
    error_file: str = ""
    error_line: int | None = None


@dataclass(slots=True, kw_only=True)
class Asked(Place):
    """Intents, the knowledge base or the language model were asked; `wanted` is the action or flow that a model named.

    Of intents: the best of them whatever came of it, and how sure it was with the two thresholds that this is held
    against. Null where nothing was compared.
    """

    kind: Literal["asked"] = "asked"
    of: str
    outcome: str = ""
    wanted: str = ""
    reason: str = ""
    found: list[str] = field(default_factory=list)
    score: float | None = None
    candidates: list[Candidate] = field(default_factory=list)
    how: str = ""
    certainty: float | None = None
    reject_below: float | None = None
    confirm_below: float | None = None
    ms: int | None = None


@dataclass(slots=True, kw_only=True)
class AlertRaised(Place):
    """Something the author should look at, such as a loop or a call that failed."""

    kind: Literal["alert"] = "alert"
    code: str
    message: str


@dataclass(slots=True, kw_only=True)
class Logged(Place):
    """A line that a script wrote: `debug`, or an event of this name."""

    kind: Literal["log"] = "log"
    name: str
    message: str = ""
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Happened(Place):
    """Anything else, by name: `resumed`, `expired`, `loop`, `miss`, `repair`, `handoff` and so on."""

    kind: Literal["event"] = "event"
    name: str
    details: dict[str, Any] = field(default_factory=dict)


Entry = (
    Rung | StepRun | RuleHit | VariableSet | CallMade | ScriptRun | Asked | AlertRaised | Logged | Happened
)


@dataclass(slots=True, kw_only=True)
class Trace:
    """One turn: what was heard, on which version of the bot, and everything that came of it in its order."""

    inbound_id: str
    conversation_id: str
    at: datetime
    version_id: str | None
    version: int | None
    heard: Heard | None
    entries: list[Entry]


def read_trace(row: TraceRow) -> Trace:
    """The shape of a stored trace."""
    reading = _Reading(row.facts)
    return Trace(
        inbound_id=row.inbound_id,
        conversation_id=row.conversation_id,
        at=row.created_at,
        version_id=row.version_id,
        version=row.number,
        heard=reading.heard,
        entries=reading.entries,
    )


Fact = Mapping[str, Any]


class _Reading:
    def __init__(self, facts: Iterable[Fact]) -> None:
        facts = list(facts)
        self.heard: Heard | None = None
        self.entries: list[Entry] = []
        self._places = {fact["step"]: _file_and_line(fact["at"]) for fact in facts if fact.get("at")}
        self._pending: CallMade | ScriptRun | Asked | None = None
        self._scores: list[Candidate] = []
        for fact in facts:
            self._take(fact)

    def _take(self, fact: Fact) -> None:
        name = fact.get("fact") or next((known for known in _OF_THE_TURN if known in fact), "")
        read = _READERS.get(name)
        if read is not None:
            read(self, fact)
        else:
            skipped = {"fact", "step", "at"}
            details = {key: value for key, value in fact.items() if key not in skipped}
            self.entries.append(Happened(**self._where(fact), name=name, details=details))

    def _where(self, fact: Fact) -> dict[str, Any]:
        step = fact.get("step", "")
        file, line = self._places.get(step, (None, None))
        return {"step": step, "file": file, "line": line}

    def heard_message(self, fact: Fact) -> None:
        self.heard = Heard(
            kind="message",
            text=fact["text"],
            payload=fact.get("payload", ""),
            intent=fact.get("intent", ""),
            entities=fact.get("entities", {}),
        )

    def heard_restart(self, _: Fact) -> None:
        self.heard = Heard(kind="restart")

    def heard_moment(self, fact: Fact) -> None:
        self.heard = self.heard or Heard(kind="moment")
        self.entries.append(Happened(**self._where(fact), name=fact["fact"]))

    def understood(self, fact: Fact) -> None:
        self._scores = _best_first(fact["candidates"])

    def rung(self, fact: Fact) -> None:
        scored = fact["rung"] in {"intent", "disambiguation"}
        candidates = list(self._scores) if scored else []
        self.entries.append(
            Rung(**self._where(fact), rung=fact["rung"], hit=fact["hit"], candidates=candidates)
        )

    def trigger(self, fact: Fact) -> None:
        flows = [Candidate(name=flow) for flow in fact["candidates"]]
        by_pattern = fact["by"] == "pattern"
        self.entries.append(
            Rung(
                rung="pattern" if by_pattern else "intent",
                hit=True,
                flow=fact["flow"],
                by=fact["by"],
                what=fact["what"],
                candidates=flows if by_pattern else list(self._scores) or flows,
            )
        )

    def choose(self, fact: Fact) -> None:
        last = self.entries[-1] if self.entries else None
        if isinstance(last, Rung) and not last.candidates:
            last.candidates = [Candidate(name=flow) for flow in fact["candidates"]]

    def last_resort(self, fact: Fact) -> None:
        self.entries.append(Rung(**self._where(fact), rung=fact["fact"], hit=True))

    def step(self, fact: Fact) -> None:
        self.entries.append(StepRun(**self._where(fact), type=fact.get("kind", "")))

    def rule(self, fact: Fact) -> None:
        test = fact.get("kind", fact["fact"])
        self.entries.append(RuleHit(**self._where(fact), test=test, what=fact["what"]))

    def variable(self, fact: Fact) -> None:
        self.entries.append(
            VariableSet(
                **self._where(fact),
                name=fact["name"],
                slot=fact["fact"] == "slot",
                scope=fact["scope"],
                before=fact["before"],
                after=fact["after"],
            )
        )

    def need(self, fact: Fact) -> None:
        where, what = self._where(fact), fact["what"]
        match fact.get("kind", ""):
            case "call":
                self._pending = CallMade(**where, action=what, request=fact.get("request", ""))
            case "script":
                self._pending = ScriptRun(**where, script=what)
            case _:
                self._pending = Asked(**where, of=what)
        self.entries.append(self._pending)

    def took(self, fact: Fact) -> None:
        if self._pending is not None:
            self._pending.ms = fact["ms"]

    def looked(self, fact: Fact) -> None:
        if isinstance(self._pending, Asked):
            self._pending.score, self._pending.ms = fact["score"], fact["ms"]

    def returned(self, fact: Fact) -> None:
        pending = self._pending
        if pending is None:
            return
        pending.outcome = fact["outcome"]
        match pending:
            case CallMade():
                pending.status, pending.reason = fact.get("status", 0), fact.get("reason", "")
            case ScriptRun():
                pending.error, pending.error_file = fact.get("error", ""), fact.get("source", "")
                pending.error_line = fact.get("line") or None
            case Asked():
                pending.reason, pending.found = fact.get("reason", ""), fact.get("passages", [])
                pending.wanted, pending.how = fact.get("name", ""), fact.get("how", "")
                _compared(pending, fact)
        self._pending = None

    def debug(self, fact: Fact) -> None:
        if "text" in fact:
            self.entries.append(Logged(**self._where(fact), name="debug", message=fact["text"]))
        else:
            details = {"command": fact["command"]}
            self.entries.append(Happened(**self._where(fact), name="debug_command", details=details))

    def logged(self, fact: Fact) -> None:
        self.entries.append(Logged(name=fact["logged"], message=fact["message"], detail=fact["detail"]))

    def alert(self, fact: Fact) -> None:
        self.entries.append(AlertRaised(**self._where(fact), code=fact["alert"], message=fact["message"]))


def _best_first(scores: Mapping[str, float]) -> list[Candidate]:
    # The database keeps a fact's keys in an order of its own.
    found = [Candidate(name=name, score=score) for name, score in scores.items()]
    return sorted(found, key=lambda each: -(each.score or 0.0))


def _compared(asked: Asked, fact: Fact) -> None:
    asked.candidates = _best_first(fact.get("intents", {}))
    # Without a band nothing was compared, and the numbers say nothing.
    if "certainty" in fact and fact["outcome"] != "none":
        asked.certainty, asked.reject_below = fact["certainty"], fact["reject_below"]
        asked.confirm_below = fact["confirm_below"]


def _file_and_line(at: str) -> tuple[str, int]:
    file, _, line = at.rpartition(":")
    return file, int(line)


_OF_THE_TURN = ("call", "script", "understand", "knowledge", "model", "alert", "logged", "parked")
"""What `turn` adds to the facts of the engine, by its first key."""
_READERS: dict[str, Callable[[_Reading, Fact], None]] = {
    "heard": _Reading.heard_message,
    "restarted": _Reading.heard_restart,
    "pause_over": _Reading.heard_moment,
    "no_reply": _Reading.heard_moment,
    "understood": _Reading.understood,
    "rung": _Reading.rung,
    "trigger": _Reading.trigger,
    "choose": _Reading.choose,
    "fallback": _Reading.last_resort,
    "escalation": _Reading.last_resort,
    "step": _Reading.step,
    "rule": _Reading.rule,
    "choice": _Reading.rule,
    "accept": _Reading.rule,
    "slot": _Reading.variable,
    "var": _Reading.variable,
    "need": _Reading.need,
    "call": _Reading.took,
    "script": _Reading.took,
    "understand": _Reading.took,
    "knowledge": _Reading.looked,
    "model": _Reading.took,
    "returned": _Reading.returned,
    "debug": _Reading.debug,
    "logged": _Reading.logged,
    "alert": _Reading.alert,
}
