"""Saved replies as they are for one conversation: `{{contact.name}}` and the like give way to what is known. Pure.

What is put in is text and stays text: it is not looked through for places again.
"""

import re
from collections.abc import Mapping

from frontdesk.store.desk_lists import Full

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
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def values_of(full: Full, agent: str) -> Mapping[str, str]:
    """What a reply may name, by the names it is called."""
    row = full.row
    first, _, _ = row.contact_name.partition(" ")
    return {
        "contact.name": row.contact_name,
        "contact.first_name": first,
        "contact.email": row.email,
        "contact.phone": row.phone,
        "agent.name": agent,
        "conversation.id": row.id,
        "conversation.subject": row.subject,
        "conversation.team": row.team,
        "assistant.name": row.assistant_name,
        "page.url": full.page_url,
    }


def unknown(text: str) -> list[str]:
    """The places of a text that there are not, as they are written in it."""
    return list(dict.fromkeys(place[0] for place in _PLACE.finditer(text) if place[1] not in PLACES))


def render(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with its places filled, and the places for which there was nothing."""
    missing: list[str] = []

    def fill(place: re.Match[str]) -> str:
        value = values.get(place[1], "")
        if not value and place[1] not in missing:
            missing.append(place[1])
        return value

    return _PLACE.sub(fill, text), missing
