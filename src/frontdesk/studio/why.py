"""Why the bot said a line, for people who talk with its customers: what it took the message for and what it did. Pure.

The trace of the turn tells everything to authors; this is the part of it that needs no knowledge of the bot's files.
Called by `web`.
"""

from dataclasses import dataclass, field

from frontdesk.studio.traces import Asked, CallMade, Candidate, Happened, Rung, StepRun, Trace

MOST_CONSIDERED = 3


@dataclass(slots=True, kw_only=True)
class Started:
    """The flow that the message started: by a `pattern`, an `intent` or an `example`, and which it was."""

    flow: str
    by: str
    what: str


@dataclass(slots=True, kw_only=True)
class StepTaken:
    """A step that ran; `type` is what it does, such as `say`."""

    flow: str
    step: str
    type: str


@dataclass(slots=True, kw_only=True)
class ActionCalled:
    """A system of the company's that was asked. `outcome` is `ok`, or what went wrong."""

    name: str
    outcome: str
    status: int
    reason: str
    ms: int | None


@dataclass(slots=True, kw_only=True)
class Searched:
    """The knowledge base was asked. `how` the answer was made: `curated`, `model`, `extract`; empty where there is none."""

    outcome: str
    how: str
    score: float | None
    articles: list[str]


@dataclass(slots=True, kw_only=True)
class ModelAsked:
    """A language model was asked for its next move, and what became of that."""

    outcome: str
    wanted: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Why:
    """What led to a line of the bot. `considered` are the intents that fitted best, the best first."""

    version: int | None
    heard: str
    considered: list[Candidate] = field(default_factory=list)
    certainty: float | None = None
    band: str = ""
    started: Started | None = None
    steps: list[StepTaken] = field(default_factory=list)
    actions: list[ActionCalled] = field(default_factory=list)
    knowledge: list[Searched] = field(default_factory=list)
    models: list[ModelAsked] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)


def why(trace: Trace) -> Why:
    found = Why(version=trace.version, heard=trace.heard.text if trace.heard is not None else "")
    for entry in trace.entries:
        match entry:
            case Rung(hit=True, flow=flow) if flow:
                found.started = Started(flow=flow, by=entry.by, what=entry.what)
            case StepRun():
                flow, _, step = entry.step.partition("/")
                found.steps.append(StepTaken(flow=flow, step=step, type=entry.type))
            case CallMade():
                found.actions.append(
                    ActionCalled(
                        name=entry.action,
                        outcome=entry.outcome,
                        status=entry.status,
                        reason=entry.reason,
                        ms=entry.ms,
                    )
                )
            case Asked():
                _asked(found, entry)
            case Happened(name="noticed"):
                found.noticed.append(str(entry.details.get("mark", "")))
            case _:
                pass
    return found


def _asked(found: Why, entry: Asked) -> None:
    match entry.of:
        case "intents":
            found.considered = entry.candidates[:MOST_CONSIDERED]
            found.certainty, found.band = entry.certainty, entry.outcome
        case "knowledge":
            searched = Searched(
                outcome=entry.outcome,
                how=entry.how,
                score=entry.score,
                articles=list(dict.fromkeys(entry.found)),
            )
            found.knowledge.append(searched)
        case "model":
            asked = ModelAsked(outcome=entry.outcome, wanted=entry.wanted, reason=entry.reason)
            found.models.append(asked)
        case _:
            pass
