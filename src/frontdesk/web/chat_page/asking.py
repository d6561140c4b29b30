"""What the chat page asks before the first message: the same as the window, in the form that the message is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.contact import CONSENT, Introduced
from frontdesk.core.errors import Refused
from frontdesk.web.chat_page.links import safe
from frontdesk.web.panel.form import Sent
from frontdesk.web.site_look import FIELDS
from frontdesk.web.widget import forms

WRONG = "about."
"""What the field of a refusal begins with, whose form is shown again."""
NOTHING = Sent([])


@dataclass(frozen=True, slots=True)
class Field:
    """`wrong`: what is said below it, by its name in the catalogue; empty when nothing is."""

    name: str
    value: str
    needed: bool
    wrong: str


@dataclass(frozen=True, slots=True)
class Asking:
    """`why`: what the answers are for. `consent`: what visitors agree to, and `page`: where more of it stands."""

    fields: tuple[Field, ...]
    why: str
    consent: str
    page: str
    is_agreed: bool
    wrong: str


def asking(settings: Mapping[str, object], here: str, sent: Sent = NOTHING, wrong: str = "") -> Asking | None:
    """The form, with what was sent in it; None where nothing is asked. `here`: host and port of the page. `wrong`: the field
    that was refused.
    """
    asked = {name: how for name in FIELDS if (how := settings.get(f"ask_{name}")) in {"optional", "required"}}
    consent = str(settings.get("consent") or "")
    if not asked and not consent:
        return None
    fields = tuple(
        Field(name, sent.get(name), how == "required", _said_of(name, sent) if name == wrong else "")
        for name, how in asked.items()
    )
    return Asking(
        fields,
        why=str(settings.get("ask_why") or ""),
        consent=consent,
        page=safe(str(settings.get("consent_page") or ""), here),
        is_agreed=bool(sent.get(CONSENT)),
        wrong="agree_needed" if wrong == CONSENT else "",
    )


def _said_of(name: str, sent: Sent) -> str:
    return f"{name}_like" if sent.get(name).strip() and name != "name" else "needed"


def answered(settings: Mapping[str, object], sent: Sent, now: datetime) -> Introduced:
    """What a visitor has filled in.

    Raises:
        Refused: Something lacks or is none of its kind; its field is the name, after `WRONG`.
    """
    given: dict[str, object] = {name: sent.get(name) for name in FIELDS if sent.get(name).strip()}
    found = forms.filled(settings, given | {"consent": bool(sent.get(CONSENT))}, now)
    if lacks := forms.lacking(settings, found):
        raise forms.needs(lacks)
    return found


def wrong_in(error: Refused) -> str:
    """The field of the form that was refused; empty where something else was."""
    return str(error.field or "").removeprefix(WRONG) if str(error.field or "").startswith(WRONG) else ""
