"""What happened in a turn in a few words each: a kind, and what is to be known. For the panel and `frontdesk talk`."""

import json

from frontdesk.studio.traces import (
    AlertRaised,
    Asked,
    CallMade,
    Candidate,
    Entry,
    Happened,
    Logged,
    RuleHit,
    Rung,
    ScriptRun,
    StepRun,
    VariableSet,
)

_LONGEST = 200


def told(entry: Entry) -> tuple[str, str]:
    said: tuple[str, str]
    match entry:
        case Rung():
            said = "ladder", _rung(entry)
        case StepRun():
            said = "step", parts(entry.step, entry.type)
        case RuleHit():
            said = "rule", f"{entry.test} {value(entry.what)}"
        case VariableSet():
            kind = "slot" if entry.slot else "variable"
            change = f"{value(entry.before)} -> {value(entry.after)}"
            said = "set", f"{kind} {entry.name} ({entry.scope}): {change}"
        case AlertRaised():
            said = "alert", f"{entry.code}: {entry.message}"
        case Logged():
            said = "log", parts(entry.name, entry.message, entry.detail)
        case Happened():
            said = "event", parts(entry.name, *(f"{key}={value(v)}" for key, v in entry.details.items()))
        case _:
            said = _outside(entry)
    return said


def _outside(entry: CallMade | ScriptRun | Asked) -> tuple[str, str]:
    took = f"{entry.ms} ms" if entry.ms is not None else ""
    match entry:
        case CallMade():
            status = str(entry.status) if entry.status else ""
            return "call", parts(entry.action, entry.request, entry.outcome, status, took, entry.reason)
        case ScriptRun():
            where = f"{entry.error_file}:{entry.error_line}: " if entry.error_line else ""
            wrong = f"{where}{entry.error}" if entry.error else ""
            return "script", parts(entry.script, entry.outcome, took, wrong)
        case Asked():
            score = "" if entry.score is None else f"score {entry.score:.2f}"
            found = ", ".join([*entry.found, *map(_candidate, entry.candidates)])
            told = entry.of, entry.outcome, entry.wanted, entry.reason, found, score, _certainty(entry), took
            return "asked", parts(*told)


def _certainty(entry: Asked) -> str:
    if entry.certainty is None:
        return ""
    return (
        f"certainty {entry.certainty:.2f} (reject below {entry.reject_below:.2f}, "
        f"confirm below {entry.confirm_below:.2f})"
    )


def parts(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _rung(entry: Rung) -> str:
    hit = "yes" if entry.hit else "no"
    flow = f"starts {entry.flow} by {entry.by} {value(entry.what)}" if entry.flow else ""
    where = entry.step if entry.rung == "question" else ""
    others = ", ".join(map(_candidate, entry.candidates)) if entry.candidates else ""
    return parts(f"{entry.rung:15}{hit:4}{flow or where}", f"of {others}" if others else "")


def _candidate(found: Candidate) -> str:
    return found.name if found.score is None else f"{found.name} {found.score:.2f}"


def value(value: object) -> str:
    if value is None:
        return "-"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
