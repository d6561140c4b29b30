"""What the forms have in common that make something of a plug-in's type: the type, a name, the plug-in's settings."""

from collections.abc import Iterable, Mapping, Sequence

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from frontdesk.core.errors import Refused
from frontdesk.web.panel.fields import Choice, Field, Mistakes, again, drawn, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import also_in, mistakes_of
from frontdesk.web.panel.plan_said import switch_names
from frontdesk.web.panel.shell import Visit
from frontdesk.web.program import Offer

MOST_NAME = 100


def chosen_of(offers: Sequence[Offer], wanted: str) -> Offer:
    """The type that was chosen, else the first."""
    if not offers:
        raise Refused("not_found", "There is no plug-in of this kind here.")
    return next((offer for offer in offers if offer.id == wanted), offers[0])


def own_fields(
    visit: Visit, offers: Sequence[Offer], chosen: Offer, texts: str, more: Sequence[Field] = ()
) -> list[Field]:
    """The fields of a new one. `texts`: the section of the catalogue with `type`, `name` and `name_hint`."""
    say = visit.say
    return [
        Field(
            "type",
            say(f"{texts}.type"),
            "select",
            hint=chosen.summary,
            value=chosen.id,
            required=True,
            choices=tuple(Choice(one.id, one.name) for one in offers),
            autofocus=True,
        ),
        name_field(visit, texts, hint=say(f"{texts}.name_hint")),
        *more,
        *(plugin_fields(visit, chosen.settings, {}) if chosen.settings else []),
    ]


def spoken(visit: Visit) -> list[Offer]:
    """Every plug-in, in the reader's language."""
    return [offer.spoken(visit.viewer.language) for offer in visit.program.offers]


def plugin_fields(
    visit: Visit, model: type[BaseModel], values: Mapping[str, object], *, secrets: Iterable[str] = ()
) -> list[Field]:
    """The fields of a plug-in's settings, in the reader's language as far as it speaks that."""
    found = next((offer for offer in visit.program.offers if offer.settings is model), None)
    texts = found.fields_in(visit.viewer.language) if found else {}
    return drawn(model, values, secrets=secrets, texts=texts)


def plugin_mistakes(visit: Visit, error: Refused | RequestValidationError | ValidationError) -> Mistakes:
    """What was refused of a form with a plug-in's settings."""
    return mistakes_of(error, visit.viewer.language, _faults(visit), _switches(visit))


def _faults(visit: Visit) -> dict[str, str]:
    """Of all plug-ins: their keys begin with what they are called."""
    language = visit.viewer.language
    return {key: text for offer in visit.program.offers for key, text in offer.faults_in(language).items()}


def _switches(visit: Visit) -> Mapping[str, str]:
    return switch_names(visit.program, visit.viewer.language)


def name_field(visit: Visit, texts: str, value: str = "", hint: str = "") -> Field:
    label = visit.say(f"{texts}.name")
    return Field("name", label, hint=hint, value=value, required=True, most_letters=MOST_NAME)


def wanted(fields: Sequence[Field], sent: Sent) -> dict[str, object]:
    """The body for the endpoint that makes one."""
    settings = {name: value for name, value in given(fields, sent).items() if value is not None}
    own = given([field for field in fields if not field.name.startswith("settings.")], sent, prefix="")
    return {**own, "settings": settings}


def refused(
    visit: Visit,
    fields: list[Field],
    sent: Sent,
    chosen: Offer,
    error: Refused | RequestValidationError | ValidationError,
) -> tuple[list[Field], Mistakes]:
    """The form once more, with everything that is wrong in it."""
    language, faults = visit.viewer.language, _faults(visit)
    settings = {name: value for name, value in given(fields, sent).items() if value is not None}
    return again(
        fields,
        sent,
        also_in(chosen.settings, settings, plugin_mistakes(visit, error), language, faults),
    )
