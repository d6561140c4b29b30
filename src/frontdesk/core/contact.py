"""What is known of a customer as a person, and how they are called where that is little."""

import re

import msgspec

_OURS = re.compile(r"(?:vis_|api-)[0-9a-z]{26}", re.ASCII)
"""What we call somebody whom their channel has no name for."""
_TOLD_APART = 5


class Known(msgspec.Struct, frozen=True):
    """A person; what is not known is empty."""

    name: str = ""
    email: str = ""
    phone: str = ""


NOBODY = Known()
"""Somebody of whom nothing is known."""


def reached_at(known: Known, external_id: str) -> str:
    """Say how a person is reached.

    Returns:
        Phone and e-mail as far as they are known, else their id on the channel.
    """
    return ", ".join(way for way in (known.phone, known.email) if way) or external_id


def called(known: Known, external_id: str) -> str:
    """Say how a person is called.

    Returns:
        Their name, else one made of their id on the channel; of one that we gave, the end tells them apart.

    Source: S003-32.
    """
    if known.name:
        return known.name
    if _OURS.fullmatch(external_id):
        return f"Visitor {external_id[-_TOLD_APART:]}"
    return f"API chat {external_id}"
