"""An integration that is told what happens in the conversations of a task."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from frontdesk.core.contact import Known
from frontdesk.core.conversation import Mark, Owner
from frontdesk.core.message import Part
from frontdesk.ports.outlet import Outlet

Speaker = Literal["contact", "bot", "operator"]
"""Who said something."""

Occasion = Literal["message", "get_contact", "interest", "success"]
"""A message was written, or something was noticed for the first time."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message, and its conversation as the turn left it.

    Attributes:
        occasion: Why it is told.
        external_id: The customer's name on the channel.
        owner: Who answers from here on.
        marks: Everything noticed so far.
        panel_url: Where colleagues read and answer.
        share_url: Where whoever has this address reads.
    """

    occasion: Occasion
    workspace_id: str
    channel_id: str
    task_id: str
    manager_id: str
    conversation_id: str
    external_id: str
    known: Known
    owner: Owner
    marks: frozenset[Mark]
    message_id: str
    author: Speaker
    parts: tuple[Part, ...]
    panel_url: str
    share_url: str


class Listener(Outlet, Protocol):
    """The outlet of an integration; it also knows its wire, so that what is stored is what is sent."""

    def bodies(self, settings: Mapping[str, object], told: Told) -> tuple[bytes, ...]:
        """The bodies of the deliveries for one occasion; pure, called before the commit.

        Args:
            settings: Of the integration, without its secrets.
            told: What happened.

        Returns:
            0..n bodies, one delivery each; none where the settings ask for nothing of this kind.
        """
        ...
