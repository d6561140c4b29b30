"""Saved replies as they are for one conversation: `{{contact.name}}` and the like give way to what is known. Pure.

What is put in is text and stays text: it is not looked through for places again.
"""

import re
from collections.abc import Mapping

from frontdesk.store.desk_lists import Full

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_-]+)?)\s*\}\}", re.ASCII)


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


def render(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with its places filled, and the places for which there was nothing."""
    missing: list[str] = []

    def fill(place: re.Match[str]) -> str:
        value = values.get(place[1], "")
        if not value and place[1] not in missing:
            missing.append(place[1])
        return value

    return _PLACE.sub(fill, text), missing
