"""What the window asks of a visitor besides messages: who they are before the first one, and where to answer when nobody is
there. Which of it, the channel's settings say; nothing of it is proved, so it fills only what is not known.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from frontdesk.core.contact import CONSENT, CONSENT_AT, UNINTRODUCED, Introduced
from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.store.directory import Entrance
from frontdesk.store.visitors import Visitor
from frontdesk.web.site_look import FIELDS
from frontdesk.web.widget.identity import introduced

Found = Callable[[Entrance, Visitor], Awaitable[ConversationId | None]]
"""How a visitor's conversation is found."""
_NO_SUCH = {"email": "That is no e-mail address.", "phone": "That is no phone number."}
_NEEDED = {
    "name": "Say what you are called before you write.",
    "email": "Say where you can be reached by e-mail before you write.",
    "phone": "Say where you can be reached by phone before you write.",
    CONSENT: "Agree to how this chat is used before you write.",
}


def filled(settings: Mapping[str, object], given: object, now: datetime) -> Introduced:
    """What a visitor has filled in.

    Raises:
        Refused: A field has what it cannot have; the form says so at it.
    """
    if given is None:
        return UNINTRODUCED
    if not isinstance(given, dict):
        raise Refused("invalid", "about has to be an object.", field="about")
    agreed = given.get("consent") is True and settings.get("consent")
    attributes = (
        {CONSENT: str(settings["consent"]), CONSENT_AT: now.isoformat(timespec="seconds")} if agreed else {}
    )
    found = introduced(given, attributes)
    for field, why in _NO_SUCH.items():
        if given.get(field) and not getattr(found, field):
            raise Refused("invalid", why, field=f"about.{field}")
    return found


def lacking(settings: Mapping[str, object], known: Introduced) -> str:
    """The first that has to be said before the first message and was not; empty when nothing lacks."""
    for field in FIELDS:
        if settings.get(f"ask_{field}") == "required" and not getattr(known, field):
            return field
    return CONSENT if settings.get("consent") and not known.attributes.get(CONSENT) else ""


async def refuse_lacking(at: Entrance, visitor: Visitor, found: Found) -> None:
    """
    Raises:
        Refused: Nothing was said yet, and something has to be said of the visitor before.
    """
    # The site says who is signed in.
    lacks = "" if visitor.user_id else lacking(at.settings, visitor.about)
    if lacks and await found(at, visitor) is None:
        raise needs(lacks)


def needs(field: str) -> Refused:
    """The refusal of a first message before that was said."""
    return Refused("invalid", _NEEDED[field], field=f"about.{field}")
