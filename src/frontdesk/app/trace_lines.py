"""A turn's trace as lines for people; the shape is that of `studio.traces`. Called by `frontdesk talk --trace`."""

from collections.abc import Iterator

from frontdesk.app.console import visible
from frontdesk.studio.trace_words import told, value
from frontdesk.studio.traces import Heard, StepRun, Trace

_WIDTH = 9


def trace_lines(trace: Trace) -> Iterator[str]:
    """One line for each thing that happened, in order."""
    version = f"version {trace.version}" if trace.version is not None else "no version"
    yield _line("turn", f"{version}  {trace.conversation_id}  {trace.inbound_id}")
    if trace.heard is not None:
        yield _line("heard", _heard(trace.heard))
    for entry in trace.entries:
        kind, words = told(entry)
        at = f"  ({entry.file}:{entry.line})" if isinstance(entry, StepRun) and entry.file else ""
        yield _line(kind, words + at)


def _line(kind: str, told: str) -> str:
    return visible(f"{kind:{_WIDTH}}{told}".rstrip())


def _heard(heard: Heard) -> str:
    if heard.kind != "message":
        return heard.kind
    said = [value(heard.text)]
    said += [f"payload {value(heard.payload)}"] if heard.payload else []
    said += [f"intent {heard.intent}"] if heard.intent else []
    said += [f"{entity} {', '.join(phrases)}" for entity, phrases in heard.entities.items()]
    return "  ".join(said)
