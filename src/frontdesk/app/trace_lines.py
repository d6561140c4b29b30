"""A turn's trace as lines for people; the shape is that of `studio.traces`. Called by `frontdesk talk --trace`."""

import json
from collections.abc import Iterator

from frontdesk.app.console import visible
from frontdesk.studio.traces import (
    AlertRaised,
    Asked,
    CallMade,
    Candidate,
    Entry,
    Happened,
    Heard,
    Logged,
    RuleHit,
    Rung,
    ScriptRun,
    StepRun,
    Trace,
    VariableSet,
)

_WIDTH = 9
_LONGEST = 200


def trace_lines(trace: Trace) -> Iterator[str]:
    """One line for each thing that happened, in order."""
    version = f"version {trace.version}" if trace.version is not None else "no version"
    yield _line("turn", f"{version}  {trace.conversation_id}  {trace.inbound_id}")
    if trace.heard is not None:
        yield _line("heard", _heard(trace.heard))
    for entry in trace.entries:
        kind, told = _told(entry)
        at = f"  ({entry.file}:{entry.line})" if isinstance(entry, StepRun) and entry.file else ""
        yield _line(kind, told + at)


def _line(kind: str, told: str) -> str:
    return visible(f"{kind:{_WIDTH}}{told}".rstrip())


def _heard(heard: Heard) -> str:
    if heard.kind != "message":
        return heard.kind
    told = [_value(heard.text)]
    told += [f"payload {_value(heard.payload)}"] if heard.payload else []
    told += [f"intent {heard.intent}"] if heard.intent else []
    told += [f"{entity} {', '.join(phrases)}" for entity, phrases in heard.entities.items()]
    return "  ".join(told)


def _told(entry: Entry) -> tuple[str, str]:
    told: tuple[str, str]
    match entry:
        case Rung():
            told = "ladder", _rung(entry)
        case StepRun():
            told = "step", _parts(entry.step, entry.type)
        case RuleHit():
            told = "rule", f"{entry.test} {_value(entry.what)}"
        case VariableSet():
            kind = "slot" if entry.slot else "variable"
            change = f"{_value(entry.before)} -> {_value(entry.after)}"
            told = "set", f"{kind} {entry.name} ({entry.scope}): {change}"
        case AlertRaised():
            told = "alert", f"{entry.code}: {entry.message}"
        case Logged():
            told = "log", _parts(entry.name, entry.message, entry.detail)
        case Happened():
            told = "event", _parts(entry.name, *(f"{key}={_value(v)}" for key, v in entry.details.items()))
        case _:
            told = _outside(entry)
    return told


def _outside(entry: CallMade | ScriptRun | Asked) -> tuple[str, str]:
    took = f"{entry.ms} ms" if entry.ms is not None else ""
    match entry:
        case CallMade():
            status = str(entry.status) if entry.status else ""
            return "call", _parts(entry.action, entry.request, entry.outcome, status, took, entry.reason)
        case ScriptRun():
            where = f"{entry.error_file}:{entry.error_line}: " if entry.error_line else ""
            wrong = f"{where}{entry.error}" if entry.error else ""
            return "script", _parts(entry.script, entry.outcome, took, wrong)
        case Asked():
            score = "" if entry.score is None else f"score {entry.score:.2f}"
            found = ", ".join([*entry.found, *map(_candidate, entry.candidates)])
            told = entry.of, entry.outcome, entry.wanted, entry.reason, found, score, _certainty(entry), took
            return "asked", _parts(*told)


def _certainty(entry: Asked) -> str:
    if entry.certainty is None:
        return ""
    return (
        f"certainty {entry.certainty:.2f} (reject below {entry.reject_below:.2f}, "
        f"confirm below {entry.confirm_below:.2f})"
    )


def _parts(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _rung(entry: Rung) -> str:
    hit = "yes" if entry.hit else "no"
    flow = f"starts {entry.flow} by {entry.by} {_value(entry.what)}" if entry.flow else ""
    where = entry.step if entry.rung == "question" else ""
    others = ", ".join(map(_candidate, entry.candidates)) if entry.candidates else ""
    return _parts(f"{entry.rung:15}{hit:4}{flow or where}", f"of {others}" if others else "")


def _candidate(found: Candidate) -> str:
    return found.name if found.score is None else f"{found.name} {found.score:.2f}"


def _value(value: object) -> str:
    if value is None:
        return "-"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
