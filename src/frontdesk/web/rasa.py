"""The REST and callback channels in Rasa's wire form, field for field (source document 000; S000-22 to S000-28).

Synchronous: a request is answered when its turn is committed. Hot, so raw ASGI and no models; its own error
shape. Deviations from Rasa are listed in docs/integrate/rest-channel.md.
"""

import re
from dataclasses import dataclass

import msgspec

from frontdesk.core.action import Heard, Restarted, Said
from frontdesk.core.errors import Refused
from frontdesk.core.message import MAX_TEXT
from frontdesk.kit.rasa_bubbles import bubbles
from frontdesk.store.ids import mint
from frontdesk.turn.receive import Answer

MOST_ID = 255
_INTENT = re.compile(r"/([A-Za-z0-9_.-]{1,100})\s*(\{.*\})?\s*", re.DOTALL)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Posted:
    """A body that may be answered. `heard` is None for messages that Rasa ignores: they get an empty list."""

    sender: str
    heard: Heard | None
    provider_id: str | None


def read(body: object, idempotency_key: str | None) -> Posted:
    """What a decoded body says.

    Raises:
        Refused: Not an object, or a sender or id that cannot be one.
    """
    if not isinstance(body, dict):
        raise Refused("bad_request", "The body has to be a JSON object.")
    sender = _sender(body.get("sender"))
    metadata = body.get("metadata")
    message = body.get("message")
    if not isinstance(message, str) or not (metadata is None or isinstance(metadata, dict)):
        return Posted(sender, None, None)
    provider_id = None
    if idempotency_key:
        provider_id = f"key:{_bounded(idempotency_key, 'Idempotency-Key')}"
    elif metadata and isinstance(metadata.get("message_id"), str):
        provider_id = f"id:{sender}:{_bounded(metadata['message_id'], 'metadata.message_id')}"
    return Posted(sender, _heard(message[:MAX_TEXT]), provider_id)


def _sender(value: object) -> str:
    match value:
        case None | "":
            # Rasa has everybody share the conversation "default" here; we keep people apart.
            return mint("vis")
        case str():
            return _bounded(value, "sender")
        case bool() | dict() | list():
            raise Refused("bad_request", "sender has to be a string.", field="sender")
        case _:
            return _bounded(str(value), "sender")


def _bounded(value: str, field: str) -> str:
    if len(value) > MOST_ID:
        raise Refused("bad_request", f"{field} is longer than {MOST_ID} characters.", field=field)
    return value


def _heard(text: str) -> Heard:
    if text[:1] != "/":
        return Said(text)
    if text.strip() == "/restart":
        return Restarted()
    match = _INTENT.fullmatch(text)
    if match is None:
        return Said(text)
    return Said(text, intent=match[1], entities=_entities(match[2]))


def _entities(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def answer_body(sender: str, answer: Answer | None) -> list[dict[str, object]]:
    """The bubbles of a turn, always a list."""
    found: list[dict[str, object]] = []
    if answer is not None:
        for parts in answer.messages:
            found += bubbles(sender, parts)
    return found
