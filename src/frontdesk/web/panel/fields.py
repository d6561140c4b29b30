"""Forms drawn from settings models: which fields there are, what was sent of them, what is wrong with it.

model --drawn--> fields --shown by _forms.html, sent back--> given --> the endpoint of the API
                   ^                                                      |
                   `--again: what was sent, its mistakes, others' changes-'
Knows pydantic's models and no plug-in. Field names are dotted paths, as errors name them: `settings.url`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from frontdesk.kit.plugin_texts import FieldTexts
from frontdesk.web.panel.form import Sent

Kind = Literal[
    "text", "long", "url", "code", "color", "number", "switch", "radio", "select", "list", "map", "secret"
]
LONG_FROM = 500
RADIO_UP_TO = 4
_BY_TYPE: Mapping[object, Kind] = {
    SecretStr: "secret",
    bool: "switch",
    int: "number",
    float: "number",
    list: "list",
    tuple: "list",
    set: "list",
    frozenset: "list",
    dict: "map",
}
UNITS = {"_s": "seconds", "_ms": "milliseconds", "_days": "days", "_bytes": "bytes"}


@dataclass(frozen=True, slots=True)
class Choice:
    """`group`: of a select, the heading that it stands under."""

    value: str
    label: str
    line: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: Its dotted path.
        value: What is stored, or was sent: text; of a switch a bool, of a list its rows, of a map its pairs.
        blank: Of a select, whether nothing can be chosen.
        more: Whether it stands under "More options".
        unit: A key of the section `units` of the catalogue.
        stored: Of a secret, whether there is one; it is never shown.
        problem: What to write instead.
        retype: Of a secret, that it was sent and has to be sent once more, since it is never shown.
        theirs: What somebody else stored meanwhile.
        when: `NAME=VALUE`: it matters for one choice only.
        group: The heading of those next to each other that have the same.
    """

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    value: object = ""
    required: bool = False
    blank: bool = True
    more: bool = False
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    most_letters: int | None = None
    example: str = ""
    stored: bool = False
    problem: str = ""
    retype: bool = False
    theirs: str | None = None
    when: str = ""
    group: str = ""
    autofocus: bool = False

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong with what was sent: by field, and with the whole."""

    by_field: Mapping[str, str]
    general: str = ""
    code: str = "invalid"
    status: int = 422


def drawn(
    model: type[BaseModel],
    values: Mapping[str, object],
    *,
    secrets: Iterable[str] = (),
    prefix: str = "settings.",
    texts: Mapping[str, FieldTexts] | None = None,
) -> list[Field]:
    """The fields of `model`, with what is stored of it; required ones first, then usual ones, then the others.

    A field says more in its `json_schema_extra`: `place` ("usual" or "more"), `choices` (value -> label),
    `select` (a list to fold out, however few), `long`, `color`. `texts`: how they are called in the reader's language.
    """
    there = frozenset(secrets)
    fields = [
        _field(prefix + name, name, about, values.get(name), stored=name in there)
        for name, about in model.model_fields.items()
    ]
    fields = [_told(field, (texts or {}).get(field.name.removeprefix(prefix))) for field in fields]
    return sorted(fields, key=lambda field: (not field.required, field.more))


def _told(field: Field, texts: FieldTexts | None) -> Field:
    if texts is None:
        return field
    choices = tuple(replace(one, label=texts.choices.get(one.value, one.label)) for one in field.choices)
    return replace(field, label=texts.title, hint=texts.description, choices=choices)


def _field(path: str, name: str, about: FieldInfo, value: object, *, stored: bool) -> Field:
    extra = about.json_schema_extra if isinstance(about.json_schema_extra, dict) else {}
    kind, choices = _kind(about, extra)
    default = about.get_default(call_default_factory=True) if not about.is_required() else None
    usual = about.is_required() or kind == "secret" or default in ("", None)
    shown = default if value is None else value
    return Field(
        name=path,
        label=about.title or name.replace("_", " ").capitalize(),
        kind=kind,
        hint=about.description or "",
        value="" if kind == "secret" else _shown(kind, shown),
        required=about.is_required(),
        blank=default in ("", None),
        more=extra.get("place", "usual" if usual else "more") == "more",
        choices=choices,
        unit=next((unit for end, unit in UNITS.items() if name.endswith(end)), ""),
        most_letters=_most_letters(about),
        example=str(about.examples[0]) if about.examples else "",
        stored=stored,
    )


def _kind(about: FieldInfo, extra: Mapping[str, object]) -> tuple[Kind, tuple[Choice, ...]]:
    wanted = _without_none(about.annotation)
    if kind := _BY_TYPE.get(wanted) or _BY_TYPE.get(get_origin(wanted)):
        return kind, ()
    labels = extra.get("choices")
    labels = labels if isinstance(labels, dict) else {}
    if values := _values(wanted) or tuple(labels):
        choices = tuple(Choice(value, str(labels.get(value, value))) for value in values)
        return ("radio" if len(choices) <= RADIO_UP_TO and not extra.get("select") else "select"), choices
    return _text_kind(about, extra), ()


def _text_kind(about: FieldInfo, extra: Mapping[str, object]) -> Kind:
    if isinstance(extra.get("purpose"), str):
        return "url"
    if extra.get("color"):
        return "color"
    if extra.get("long") or (_most_letters(about) or 0) > LONG_FROM:
        return "long"
    has_pattern = any(getattr(rule, "pattern", None) for rule in about.metadata)
    return "code" if has_pattern else "text"


def _without_none(wanted: object) -> object:
    if get_origin(wanted) in (Union, UnionType):
        some = [one for one in get_args(wanted) if one is not NoneType]
        return some[0] if len(some) == 1 else str
    return wanted


def _values(wanted: object) -> tuple[str, ...]:
    if get_origin(wanted) is Literal:
        return tuple(map(str, get_args(wanted)))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return tuple(str(one.value) for one in wanted)
    return ()


def _most_letters(about: FieldInfo) -> int | None:
    if _without_none(about.annotation) is not str:
        return None
    return next(
        (rule.max_length for rule in about.metadata if isinstance(rule, annotated_types.MaxLen)), None
    )


def _shown(kind: Kind, value: object) -> object:
    if kind == "switch":
        return bool(value)
    if kind == "list":
        return (
            [str(one) for one in value] if isinstance(value, Iterable) and not isinstance(value, str) else []
        )
    if kind == "map":
        return [(str(key), str(one)) for key, one in value.items()] if isinstance(value, Mapping) else []
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


# --- what came back


def given(fields: Sequence[Field], sent: Sent, *, prefix: str = "settings.") -> dict[str, object]:
    """What was sent of the fields under `prefix`, by their names without it; None empties one.

    A secret that was not replaced is not among them, nor is a field that is needed and was left empty.
    """
    found: dict[str, object] = {}
    for field in fields:
        if not field.name.startswith(prefix):
            continue
        value = _sent_value(field, sent)
        if field.kind == "secret" and field.name not in sent:
            continue
        if value == "" and (field.required or field.kind in ("secret", "number", "radio", "select")):
            if not field.required:
                found[field.name.removeprefix(prefix)] = None
            continue
        found[field.name.removeprefix(prefix)] = value
    return found


def _sent_value(field: Field, sent: Sent) -> object:
    if field.kind == "switch":
        return field.name in sent
    if field.kind == "list":
        return [row.strip() for row in sent.every(field.name) if row.strip()]
    if field.kind == "map":
        keys, values = sent.every(f"{field.name}.key"), sent.every(f"{field.name}.value")
        return {key.strip(): value for key, value in zip(keys, values, strict=False) if key.strip()}
    value = sent.get(field.name)
    return value if field.kind == "long" else value.strip()


def again(
    fields: Sequence[Field], sent: Sent, mistakes: Mistakes, stored: Sequence[Field] = ()
) -> tuple[list[Field], Mistakes]:
    """The fields as they were sent, each with what is wrong with it; what fits no field is wrong with the whole.

    With `stored`, what is there now: where that differs from what was sent, the field shows it beside.
    """
    now = {field.name: field for field in stored}
    known = {field.name for field in fields}
    shown = [_again(field, sent, mistakes, now.get(field.name)) for field in fields]
    first = next((field.name for field in shown if field.problem), None)
    shown = [replace(field, autofocus=field.name == first) for field in shown]
    lost = [text for name, text in mistakes.by_field.items() if _place(name, known) is None]
    general = " ".join(filter(None, (mistakes.general, *lost)))
    return shown, replace(mistakes, general=general)


def _place(name: str, known: Iterable[str]) -> str | None:
    """The field that an error belongs to: the one of its path, or of the list or map it is in."""
    return next((field for field in known if name == field or name.startswith(f"{field}.")), None)


def _again(field: Field, sent: Sent, mistakes: Mistakes, now: Field | None) -> Field:
    said = next((text for name, text in mistakes.by_field.items() if _place(name, [field.name])), "")
    if field.kind == "secret":
        return replace(field, problem=said, retype=bool(sent.get(field.name)))
    value = _shown(field.kind, _sent_value(field, sent))
    theirs = None
    if now is not None and now.value != value:
        theirs = _one_line(now.value)
    return replace(field, value=value, problem=said, theirs=theirs)


def _one_line(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(": ".join(row) if isinstance(row, tuple) else str(row) for row in value)
    return str(value)
