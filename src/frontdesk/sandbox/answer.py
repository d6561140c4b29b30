"""What a child answered, held to the contract again: a child may be in the hands of the script it ran."""

import re
from typing import Literal

import msgspec

from frontdesk.core import strict_json
from frontdesk.core.script import AddReplies, Delay, Effect, Jump, Logged, Put, Ran, Send
from frontdesk.sandbox.task import Task

MOST_EFFECTS = 100
MOST_TEXTS = 100
LONGEST_NAME = 200
LONGEST_ERROR = 500
LONGEST_DELAY_MS = 10_000

# Escapes as JavaScript writes them; pairs of surrogates come as the character itself, so one alone is half of one.
_ESCAPE = re.compile(r"\\(?:u(d[89a-f][0-9a-f]{2}|0000)|.)")


class Unusable(ValueError):
    """The answer is not one that a child of ours gives; the message says why in a few words."""


class _Answer(msgspec.Struct):
    outcome: Literal["ok", "error", "timeout"]
    effects: tuple[Effect, ...] = ()
    value: object = None
    error: str = ""
    at: int = 0


def ran(key: str, task: Task, body: bytes) -> Ran:
    """The outcome of a task, or `Unusable`."""
    answer = _read(body)
    source, line = task.place(answer.at) if answer.outcome != "ok" else ("", 0)
    reason = f"stopped after {task.limit_ms} ms" if answer.outcome == "timeout" else answer.error
    return Ran(
        key,
        outcome=answer.outcome,
        effects=answer.effects,
        value=answer.value,
        error=reason[:LONGEST_ERROR],
        source=source,
        line=line,
    )


def failed(
    key: str, task: Task, error: str, outcome: Literal["error", "timeout", "unavailable"] = "error"
) -> Ran:
    """The end of a script that left nothing behind; the main source is where the author looks first."""
    return Ran(key, outcome=outcome, error=error, source=task.sources[-1].name)


def _read(body: bytes) -> _Answer:
    try:
        decoded = strict_json.loads(_mended(body.decode()).encode())
        answer = msgspec.convert(decoded, _Answer)
    except (UnicodeError, strict_json.NotJson, msgspec.ValidationError) as error:
        raise Unusable(str(error)[:LONGEST_ERROR]) from None
    if len(answer.effects) > MOST_EFFECTS:
        raise Unusable("too many effects")
    for effect in answer.effects:
        _check(effect)
    return answer


def _mended(text: str) -> str:
    """Half a character (a text cut in the middle of one) and NUL can be stored nowhere."""
    return (
        _ESCAPE.sub(lambda hit: "\\ufffd" if hit[1] else hit[0], text)
        if "\\ud" in text or "\\u0000" in text
        else text
    )


def _check(effect: Effect) -> None:
    match effect:
        case Send(texts=texts, replies=replies) if len(texts) > MOST_TEXTS or len(replies) > MOST_TEXTS:
            raise Unusable("too many texts")
        case AddReplies(replies=replies) if len(replies) > MOST_TEXTS:
            raise Unusable("too many quick replies")
        case Put(name=name) | Jump(step=name) | Logged(name=name) if not 0 < len(name) <= LONGEST_NAME:
            raise Unusable("a name is empty or too long")
        case Delay(ms=ms) if not 0 <= ms <= LONGEST_DELAY_MS:
            raise Unusable("a delay out of range")
        case _:
            pass
