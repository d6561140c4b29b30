"""Saved replies as they are for one conversation: `{{contact.name}}` and the like give way to what is known. Pure.

What is put in is text and stays text: it is not looked through for places again.
"""

import re
from collections.abc import Mapping

from frontdesk.store.desk_lists import Full

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)?)\s*\}\}", re.ASCII)


PLACES = (
    "contact.name",
    "contact.first_name",
    "contact.email",
    "contact.phone",
    "agent.name",
    "conversation.id",
    "conversation.subject",
    "conversation.team",
    "assistant.name",
    "page.url",
)
"""What a reply may name."""


def values_of(full: Full, agent: str) -> Mapping[str, str]:
    """What is known for each of `PLACES`."""
    row = full.row
    first, _, _ = row.contact_name.partition(" ")
    known = (
        row.contact_name,
        first,
        row.email,
        row.phone,
        agent,
        row.id,
        row.subject,
        row.team,
        row.assistant_name,
        full.page_url,
    )
    return dict(zip(PLACES, known, strict=True))


def render(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with its places filled, and the places for which there was nothing."""
    missing: list[str] = []

    def fill(place: re.Match[str]) -> str:
        value = values.get(place[1], "")
        if not value and place[1] not in missing:
            missing.append(place[1])
        return value

    return _PLACE.sub(fill, text), missing
