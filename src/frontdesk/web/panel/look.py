"""The look and behaviour of a site widget as Settings, Integration shows them: the fields of its channel, and its preview."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import annotated_types
from pydantic import BaseModel, ValidationError

from frontdesk.store.assistants import Assistant
from frontdesk.store.channels import Channel
from frontdesk.web.panel.channel import Editing
from frontdesk.web.panel.fields import Field, Kind
from frontdesk.web.panel.plugin_form import plugin_fields, plugin_mistakes
from frontdesk.web.panel.shell import Visit

GROUPS: Mapping[str, tuple[str, ...]] = {
    "words": ("title", "welcome_message", "starters", "language"),
    "look": ("primary_color", "theme", "position", "show_avatar", "width", "height"),
    "behaviour": ("auto_open", "auto_open_delay_ms", "sound", "hide_on_mobile", "page_context"),
    "where": ("origins", "show_on_paths", "hide_on_paths"),
}
"""What a heading of the form has under it; a setting that is in none of them stands behind all others."""
_PREFIX = "settings."


@dataclass(frozen=True, slots=True)
class Look:
    """`stored`: what the form has of it, and `rules`, what may be written into its fields, both JSON. `path`: where the form goes."""

    editing: Editing
    stored: str
    rules: str
    path: str


def look_shown(visit: Visit, assistant: Assistant, channel: Channel) -> Look:
    fields = look_fields(visit, channel)
    stored = {field.name.removeprefix(_PREFIX): field.value for field in fields}
    return Look(
        editing=Editing(fields, channel.row_version),
        stored=json.dumps({"name": assistant.name, **stored}),
        rules=json.dumps(_rules(visit, visit.program.channel_types[channel.type], fields)),
        path=f"/panel/settings/integration/look?assistant={assistant.id}",
    )


def look_fields(visit: Visit, channel: Channel) -> list[Field]:
    """Every setting of the channel, under headings."""
    found = plugin_fields(visit, visit.program.channel_types[channel.type], channel.settings)
    named = {field.name.removeprefix(_PREFIX): field for field in found}
    grouped = [
        replace(named.pop(name), more=False, group=visit.say(f"integration.groups.{group}"))
        for group, names in GROUPS.items()
        for name in names
        if name in named
    ]
    return [*grouped, *named.values()]


def _rules(visit: Visit, model: type[BaseModel], fields: Iterable[Field]) -> dict[str, dict[str, object]]:
    """By field: how it is called, its hint, and what may be written into it, as far as a page can tell while one types.

    `said`: what stands at the field where something else is in it.
    """
    return {
        name: {"label": field.label, "hint": field.hint, **_rule(visit, model, field.kind, name)}
        for field in fields
        if (name := field.name.removeprefix(_PREFIX)) in model.model_fields
    }


def _rule(visit: Visit, model: type[BaseModel], kind: Kind, name: str) -> dict[str, object]:
    about = model.model_fields[name]
    if kind == "number":
        least = next((rule.ge for rule in about.metadata if isinstance(rule, annotated_types.Ge)), None)
        most = next((rule.le for rule in about.metadata if isinstance(rule, annotated_types.Le)), None)
        said = visit.say("integration.between", least=least, most=most)
        return {"kind": "number", "least": least, "most": most, "usual": about.default, "said": said}
    if kind == "color":
        return {"kind": "color", "said": _refused(visit, model, name, "?")}
    extra = about.json_schema_extra if isinstance(about.json_schema_extra, dict) else {}
    lines = extra.get("lines")
    if isinstance(lines, dict):
        said = _refused(visit, model, name, "x" * (int(str(lines["longest"])) + 1))
        return {"kind": "lines", **lines, "said": said}
    if written := extra.get("written"):
        return {"kind": "written", "written": written, "said": _refused(visit, model, name, "?")}
    return {}


def _refused(visit: Visit, model: type[BaseModel], name: str, wrong: str) -> str:
    """What a field says of something that it does not take."""
    try:
        model.model_validate({name: wrong})
    except ValidationError as error:
        return plugin_mistakes(visit, error).by_field[name]
    return ""
