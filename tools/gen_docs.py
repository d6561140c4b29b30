"""Writes the pages of docs/reference that the program itself knows best: settings, commands, endpoints, plug-ins.

python tools/gen_docs.py            writes them
python tools/gen_docs.py --check    writes nothing; says which are stale, and fails if any is
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Literal, Union, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from frontdesk.app.application import wires
from frontdesk.app.cli import app
from frontdesk.app.clock import SystemClock
from frontdesk.app.registry import load_registry
from frontdesk.app.settings import Settings
from frontdesk.app.trace_settings import TraceSettings
from frontdesk.core.file_link import FileLinks
from frontdesk.core.permission import KIND_SCOPES, PERMISSIONS, PUBLIC, SCOPES
from frontdesk.turn.links import Links
from frontdesk.web.app import WebApplication, build
from frontdesk.web.program import Program
from frontdesk.web.route import Route

if TYPE_CHECKING:
    from frontdesk.store.connect import Store
    from frontdesk.store.secrets import Vault
    from frontdesk.studio.intents.serving import Understanding
    from frontdesk.turn.lanes import Lanes
    from frontdesk.turn.line import Line

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
COMMAND = "python tools/gen_docs.py"
MADE = "<!-- Made by `python tools/gen_docs.py` from the program; change it there. -->\n"
SHOWN_DEFAULTS = {"frontdesk_data": "`$XDG_DATA_HOME/frontdesk`, else `~/.local/share/frontdesk`"}
"""Defaults that differ from machine to machine."""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def code(text: object) -> str:
    return f"`{text}`"


# --- settings


def settings() -> str:
    rows = [
        (code(name.upper()), SHOWN_DEFAULTS.get(name) or _default(field), _meaning(field))
        for name, field in sorted(Settings.model_fields.items(), key=_is_about_traces)
    ]
    return (
        f"{MADE}\n# Settings\n\n"
        "Every setting is an environment variable; a file `.env` in the folder in which the program is started is read\n"
        "too, and the environment wins. A value that cannot be stops the start with a line that names it. How they play\n"
        "together is told in [Running](../operate/running.md).\n\n"
        + table(("Setting", "Default", "Meaning"), rows)
    )


def _is_about_traces(named: tuple[str, FieldInfo]) -> bool:
    """They stand last."""
    return named[0] in TraceSettings.model_fields


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=False)
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, float) and value.is_integer():
        return code(int(value))
    return "none" if value in {None, ""} else code(value)


def _meaning(field: FieldInfo) -> str:
    said = [str(field.description)]
    kind = field.annotation
    if get_origin(kind) is Literal:
        said.append(f"One of {', '.join(map(code, get_args(kind)))}.")
    elif kind is bool:
        said.append("`true` or `false`.")
    if (bounds := _bounds(field)) and bounds.rstrip(".").lower() not in said[0]:
        said.append(bounds)
    if SecretStr in (get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)):
        said.append("Secret.")
    return " ".join(said)


def _bounds(field: FieldInfo) -> str:
    words = {
        annotated_types.Ge: ("at least", "ge"),
        annotated_types.Gt: ("more than", "gt"),
        annotated_types.Le: ("at most", "le"),
        annotated_types.Lt: ("less than", "lt"),
    }
    found = [
        f"{words[type(limit)][0]} {getattr(limit, words[type(limit)][1])}"
        for limit in field.metadata
        if type(limit) in words
    ]
    return f"{', '.join(found).capitalize()}." if found else ""


# --- commands


def commands() -> str:
    described = "\n".join(_command(*found) for found in every_command())
    return (
        f"{MADE}\n# Commands\n\n"
        "`frontdesk --help` and `frontdesk COMMAND --help` say the same. From a source tree the program is\n"
        "`.venv/bin/frontdesk`. [Settings](settings.md) come from the environment. A command that cannot be done prints\n"
        "one line that says why and what to do, and ends with exit code 2.\n\n" + described
    )


def every_command() -> Iterator[tuple[str, TyperCommand]]:
    """Every command with its full name, groups left out."""
    return _walk(app, "frontdesk")


def _walk(group: TyperGroup, path: str) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _walk(command, f"{path} {name}")
        else:
            yield f"{path} {name}", cast("TyperCommand", command)


def _command(name: str, command: TyperCommand) -> str:
    arguments = [found for found in command.params if isinstance(found, TyperArgument)]
    options = [found for found in command.params if isinstance(found, TyperOption)]
    words = [str(found.name) if found.required else f"[{found.name}]" for found in arguments]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *words])
    text = f"## {name}\n\n{command.help}\n\n```sh\n{usage}\n```\n"
    rows = [(code(found.name), _shown(found), str(found.help)) for found in arguments]
    rows += [(code(_spelling(found)), _shown(found), str(found.help)) for found in options]
    return text + (f"\n{table(('Argument or option', 'Default', 'Meaning'), rows)}" if rows else "")


def _spelling(option: TyperOption) -> str:
    return ", ".join(option.opts) + ("" if option.is_flag else " TEXT")


def _shown(found: TyperArgument | TyperOption) -> str:
    if found.required:
        return "needed"
    return code(found.default) if found.default not in (None, "", False, [], ()) else "none"


# --- endpoints


def application() -> WebApplication:
    """Every declared endpoint, as the running program has them with the settings' defaults."""
    nobody = cast("Store", None)
    # No request is served here, so what serves one is left out.
    line, lanes = cast("Line", None), cast("Lanes", None)
    understanding = cast("Understanding", None)
    channels = [found for found in load_registry().plugins if found.manifest.category == "channel"]
    program = Program(
        store=nobody,
        vault=cast("Vault", None),
        clock=SystemClock(),
        channel_types={found.manifest.id: found.settings_model() or BaseModel for found in channels},
        cursor_key=bytes(32),
        links=Links("", bytes(32)),
        public_url="",
        version="",
        file_links=FileLinks(b"", ""),
    )
    return build(program, wires(line, lanes, understanding, Settings.model_construct()))


def routes() -> list[Route]:
    return list(application().table.routes)


def endpoints() -> str:
    found = routes()
    paths = {(route.method, route.path) for route in found}
    listed = [route for route in found if not _is_second_spelling(route, paths)]
    rows = [
        (code(f"{route.method} {plain(route.path)}"), _asks(route), route.summary.rstrip(".") + ".")
        for route in sorted(listed, key=lambda route: (route.path, route.method))
    ]
    return (
        f"{MADE}\n# Endpoints\n\n"
        "Parameters, bodies and answers of each are in the OpenAPI document that the program serves at\n"
        "`/api/openapi.json`. Where GET is answered, HEAD is too. Addresses under `/webhooks` are taken with a slash at the\n"
        "end as well.\n\n"
        + table(("Address", "Permission", "What it does"), rows)
        + "\n## Permissions\n\nSend a key as `Authorization: Bearer fd_...`; where the table says so, also as `?token=`.\n"
        "A key that lacks a permission is answered 403; `details.scope` then names the scope to give to a key, which\n"
        "grants the least with it.\n"
        "`RASA_KEY_REQUIRED=true` puts the permission `conversations.rasa` in the place of *public* for the webhooks.\n\n"
        + table(
            ("Permission", "Allows", "Scopes that grant it"),
            (
                (code(name), each.meaning, _granting(each.scopes))
                for name, each in sorted(PERMISSIONS.items())
            ),
        )
        + "\n## Scopes of an API key\n\n"
        + table(("Scope", "Meaning"), ((code(name), meaning) for name, meaning in sorted(SCOPES.items())))
        + "\n## Kinds of keys\n\n"
        + table(
            ("Kind", "Begins with", "Scopes"),
            (
                (code(kind), code(f"fd_{kind}_"), _codes(scopes) if scopes else "those it was given")
                for kind, scopes in sorted(KIND_SCOPES.items())
            ),
        )
    )


def _granting(scopes: frozenset[str]) -> str:
    if chosen := scopes & SCOPES.keys():
        return _codes(chosen)
    kinds = [kind for kind, own in sorted(KIND_SCOPES.items()) if own & scopes]
    return (
        f"none: keys of the kind {code(kinds[0])} have it" if kinds else "none: for people who are signed in"
    )


def plain(path: str) -> str:
    """A path as people write it: `{id:path}`, which may hold slashes, is `{id}`."""
    return re.sub(r":\w+}", "}", path)


def _is_second_spelling(route: Route, paths: set[tuple[str, str]]) -> bool:
    return route.path.endswith("/") and (route.method, route.path.rstrip("/")) in paths


def _asks(route: Route) -> str:
    if route.permission == PUBLIC:
        return "*public*"
    return code(route.permission) + (" (or `?token=`)" if route.token_in_query else "")


def _codes(words: Iterable[str]) -> str:
    return ", ".join(map(code, sorted(words)))


# --- plug-ins


def plugins() -> str:
    ours = [found for found in load_registry().plugins if found.folder.is_relative_to(ROOT)]
    rows = [
        (
            f"[{found.manifest.name}](../../{found.folder.relative_to(ROOT).as_posix()}/README.md)",
            found.manifest.category,
            code(found.kind),
            found.manifest.summary,
        )
        for found in sorted(ours, key=lambda found: (found.manifest.category, found.manifest.id))
    ]
    return (
        f"{MADE}\n# Plug-ins that come along\n\n"
        "Each is one folder with a page of its own on set-up and removal. How to write one: [Plug-ins](../extend/plugins.md).\n\n"
        + table(("Plug-in", "Category", "Kind", "What it does"), rows)
    )


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "cli.md": commands,
    "http.md": endpoints,
    "plugins.md": plugins,
}


def stale() -> list[str]:
    """The names of pages that say something else than the program."""
    return [name for name, make in PAGES.items() if _present(name) != make()]


def _present(name: str) -> str | None:
    page = FOLDER / name
    return page.read_text(encoding="utf-8") if page.exists() else None


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments:
        for name in (found := stale()):
            print(f"docs/reference/{name} is stale: run `{COMMAND}` and commit it", file=sys.stderr)
        return 1 if found else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
