"""Files of others that pages use: made from their packages, and noted in `static/vendored.toml`.

python -m tools.vendored            fetches the packages with npm and writes the files and the note
python -m tools.vendored --check    fetches nothing; fails when a file is not the one that was noted
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.css_trim import trimmed

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "src" / "frontdesk" / "web" / "static"
NOTE = STATIC / "vendored.toml"
LICENCES = STATIC / "vendored.txt"

HTMX, TABLER, ICONS = "htmx.org@4.0.1", "@tabler/core@1.6.1", "@tabler/icons@3.51.0"

CLASSES = frozenset(
    [
        "btn",
        "btn-primary",
        "btn-danger",
        "btn-sm",
        "btn-icon",
        "btn-group",
        "card",
        "form-check",
        "form-check-input",
        "form-check-label",
        "form-control",
        "form-control-sm",
        "form-fieldset",
        "form-hint",
        "form-label",
        "form-select",
        "form-switch",
        "input-group",
        "input-group-text",
        "invalid-feedback",
        "is-invalid",
        "m-0",
        "table",
        "visually-hidden",
        "visually-hidden-focusable",
    ]
)
"""What pages use of Tabler; everything else of ours is called `fd-...`."""

NAMES = [
    "address-book",
    "adjustments-horizontal",
    "alarm-snooze",
    "alert-circle",
    "alert-triangle",
    "api",
    "arrow-back-up",
    "arrow-forward-up",
    "arrow-left",
    "arrow-right",
    "arrows-exchange",
    "arrows-split-2",
    "at",
    "bell",
    "bell-off",
    "bolt",
    "book",
    "book-2",
    "bookmark",
    "brand-messenger",
    "broadcast",
    "browser",
    "bulb",
    "calendar",
    "chart-bar",
    "check",
    "checks",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-check",
    "clock-hour-4",
    "clock",
    "code",
    "copy",
    "corner-up-left",
    "database",
    "device-desktop",
    "device-mobile",
    "dots",
    "download",
    "edit",
    "external-link",
    "eye",
    "eye-off",
    "file",
    "file-text",
    "filter",
    "flag-3",
    "git-compare",
    "grip-vertical",
    "hand-stop",
    "headset",
    "help-circle",
    "help-hexagon",
    "history",
    "home",
    "hourglass",
    "inbox",
    "info-circle",
    "key",
    "keyboard",
    "language",
    "layout-sidebar",
    "layout-sidebar-left-collapse",
    "layout-sidebar-left-expand",
    "lifebuoy",
    "link",
    "link-off",
    "list-check",
    "lock",
    "login-2",
    "logout",
    "mail",
    "map-pin",
    "menu-2",
    "message",
    "message-2",
    "message-circle",
    "minus",
    "mood-smile",
    "moon",
    "notes",
    "package",
    "paperclip",
    "pencil",
    "phone",
    "photo",
    "player-pause",
    "player-play",
    "plug",
    "plus",
    "pointer",
    "puzzle",
    "refresh",
    "repeat",
    "robot",
    "rotate-2",
    "route",
    "search",
    "send",
    "send-2",
    "server",
    "settings",
    "share",
    "share-2",
    "shield-check",
    "shield-lock",
    "sitemap",
    "slash",
    "sort-descending",
    "sparkles",
    "stack-2",
    "star",
    "stethoscope",
    "sun",
    "switch-horizontal",
    "table",
    "tag",
    "target",
    "terminal-2",
    "ticket",
    "trash",
    "upload",
    "urgent",
    "user",
    "user-check",
    "user-circle",
    "user-minus",
    "user-plus",
    "user-x",
    "users",
    "users-group",
    "variable",
    "versions",
    "volume",
    "volume-off",
    "webhook",
    "wifi-off",
    "world",
    "x",
    "zoom-question",
]
"""Icons of the outline set; `icon` in templates takes these names."""


_MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
LICENCE_TEXTS = f"""Files of others in this folder; vendored.toml says which.

tabler.css: Tabler, MIT License
Copyright 2018-2026 The Tabler Authors
Copyright 2018-2026 codecalm.net Paweł Kuna

icons.svg: Tabler Icons, MIT License
Copyright (c) 2020-2026 Paweł Kuna

{_MIT}
htmx.min.js: htmx, Zero-Clause BSD
Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.
"""


@dataclass(frozen=True)
class Made:
    """One of our files, and what it was made from."""

    file: str
    package: str
    licence: str
    how: str
    content: bytes


def fetched(package: str, folder: Path) -> Path:
    """The unpacked package."""
    said = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    into = folder / package.replace("/", "_")
    with tarfile.open(folder / said.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def made(folder: Path) -> Iterator[Made]:
    htmx = (fetched(HTMX, folder) / "dist" / "htmx.min.js").read_bytes()
    yield Made("htmx.min.js", HTMX, "0BSD", "dist/htmx.min.js as it is", _without_map(htmx))
    css = (fetched(TABLER, folder) / "dist" / "css" / "tabler.min.css").read_text(encoding="utf-8")
    ours = (STATIC / "panel.css").read_text(encoding="utf-8")
    head = "/* Tabler v1.6.1, https://tabler.io, MIT. The rules that pages use; made by `python -m tools.vendored`. */\n"
    small = (head + trimmed(css, CLASSES, ours)).encode()
    yield Made("tabler.css", TABLER, "MIT", "dist/css/tabler.min.css, rules that nobody uses left out", small)
    icons = fetched(ICONS, folder) / "icons" / "outline"
    yield Made("icons.svg", ICONS, "MIT", "icons/outline, one symbol each", _sprite(icons))


def _without_map(script: bytes) -> bytes:
    """Its map is not shipped, and asking for it would be an error in the console."""
    return b"\n".join(line for line in script.splitlines() if not line.startswith(b"//# sourceMappingURL="))


def _sprite(folder: Path) -> bytes:
    symbols = []
    for name in NAMES:
        svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        lines = [line.strip() for line in inner.splitlines() if 'stroke="none"' not in line]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(lines)}</symbol>')
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'.encode()


def noted(files: list[Made]) -> str:
    text = "# Files of others in this folder. Made by `python -m tools.vendored`; change it there.\n"
    for one in files:
        name, _, version = one.package.rpartition("@")
        text += (
            f'\n["{one.file}"]\nname = "{name}"\nversion = "{version}"\nlicence = "{one.licence}"\n'
            f'made_from = "{one.how}"\nsha256 = "{hashlib.sha256(one.content).hexdigest()}"\n'
        )
    return text


def check() -> list[str]:
    """Names of files that are not what the note says."""
    note = tomllib.loads(NOTE.read_text(encoding="utf-8"))
    return [
        file
        for file, about in note.items()
        if not (STATIC / file).is_file()
        or hashlib.sha256((STATIC / file).read_bytes()).hexdigest() != about["sha256"]
    ]


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        wrong = check()
        for file in wrong:
            print(
                f"{file} is not the file that vendored.toml notes; run: python -m tools.vendored",
                file=sys.stderr,
            )
        return 1 if wrong else 0
    with tempfile.TemporaryDirectory() as folder:
        files = list(made(Path(folder)))
    for one in files:
        (STATIC / one.file).write_bytes(one.content)
    NOTE.write_text(noted(files), encoding="utf-8")
    LICENCES.write_text(LICENCE_TEXTS, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
