"""What is known of a customer as a person, and how they are called where that is little."""

import re

import msgspec

USER_ID = "user_id"
"""The attribute of a contact that says who they are where they are signed in."""
SIGNED_IN = "user:"
"""What their id on a channel begins with."""
_SIGNED_IN = re.compile(rf"{SIGNED_IN}(.{{1,200}})@asst_[0-9a-z]{{26}}", re.DOTALL)
"""Somebody who is signed in on a site with its widget, by what they are there."""
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


class Introduced(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody is introduced with before or while they write: by the site they are signed in on, or by themselves.

    `attributes` is kept with the contact and known to bots.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    attributes: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def known(self) -> Known:
        """As a person."""
        return Known(self.name, self.email, self.phone)


CONSENT, CONSENT_AT = "consent", "consent_at"
"""Attributes of somebody who agreed: to what, and when they did so first."""
UNINTRODUCED = Introduced()
"""Somebody whom nobody said anything of."""


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
    if signed_in := _SIGNED_IN.fullmatch(external_id):
        return f"Visitor {signed_in[1]}"
    return f"API chat {external_id}"
