"""What the window asks of a visitor besides messages: who they are before the first one, and where to answer when nobody is
there. Which of it, the channel's settings say; nothing of it is proved, so it fills only what is not known.
"""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.core import mail_address
from frontdesk.core.contact import CONSENT, CONSENT_AT, UNINTRODUCED, Introduced
from frontdesk.core.errors import Refused
from frontdesk.web.widget.identity import introduced


def filled(settings: Mapping[str, object], given: object, now: datetime) -> Introduced:
    """What a visitor has filled in.

    Raises:
        Refused: A field has what it cannot have; the form says so at it.
    """
    if given is None:
        return UNINTRODUCED
    if not isinstance(given, dict):
        raise Refused("invalid", "about has to be an object.", field="about")
    if given.get("email") and (
        not isinstance(given["email"], str) or mail_address.read(given["email"]) is None
    ):
        raise Refused("invalid", "That is no e-mail address.", field="about.email")
    agreed = given.get("consent") is True and settings.get("consent")
    attributes = (
        {CONSENT: str(settings["consent"]), CONSENT_AT: now.isoformat(timespec="seconds")} if agreed else {}
    )
    found = introduced(given, attributes)
    if given.get("phone") and not found.phone:
        raise Refused("invalid", "That is no phone number.", field="about.phone")
    return found
