"""The look and behaviour of a site widget as Settings, Integration shows them: the fields of its channel, and its preview."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from frontdesk.store.assistants import Assistant
from frontdesk.store.channels import Channel
from frontdesk.web.panel.channel import Editing
from frontdesk.web.panel.fields import Field
from frontdesk.web.panel.plugin_form import plugin_fields
from frontdesk.web.panel.shell import Visit
from frontdesk.web.widget.look import look_of

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
    """`told`: what the preview begins with, and `stored`, what the form has of it, both JSON. `path`: where the form goes."""

    editing: Editing
    told: str
    stored: str
    path: str


def look_shown(visit: Visit, assistant: Assistant, channel: Channel) -> Look:
    fields = look_fields(visit, channel)
    stored = {field.name.removeprefix(_PREFIX): field.value for field in fields}
    return Look(
        editing=Editing(fields, channel.row_version),
        told=json.dumps(look_of(channel.settings, assistant.name)),
        stored=json.dumps({"name": assistant.name, **stored}),
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
