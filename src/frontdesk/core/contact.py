"""What is known of a customer as a person, and how they are called where that is little."""

import msgspec


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
        Their name, else one made of their id on the channel.

    Source: S003-32.
    """
    return known.name or f"API chat {external_id}"
