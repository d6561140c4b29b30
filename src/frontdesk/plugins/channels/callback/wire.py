"""A message in the callback channel's wire: one JSON object a bubble, the same objects as the REST wire's."""

import json

from frontdesk.core.message import Part
from frontdesk.kit.rasa_bubbles import bubbles


def bodies(recipient: str, parts: tuple[Part, ...]) -> tuple[bytes, ...]:
    return tuple(
        json.dumps(bubble, ensure_ascii=False, separators=(",", ":")).encode()
        for bubble in bubbles(recipient, parts)
    )
