"""Whether the built files of the islands are those of their sources: `python -m tools.ui_built`.

`ui/parts/island.mjs` writes beside them which sources they were made from; this looks without node. That a build makes the
very same files is checked where node is, by `make ui-check`.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
STATIC = ROOT / "src" / "frontdesk" / "web" / "static"
PARTS = ("widget_files", "widget_forms", "widget_more", "widget_rich", "widget_talk")
WORDS = ROOT / "src" / "frontdesk" / "locales" / "widget"
LANGUAGES = tuple(sorted(file.stem for file in WORDS.glob("*.json")))
ISLANDS = {
    "inbox": "inbox",
    "embed": "loader",
    "widget_preview": "loader",
    "widget": "widget",
} | dict.fromkeys((*PARTS, "widget_languages"), "widget")
"""What the files of the islands are called -> the folders of their sources."""
HOLDS = (
    {"widget.js": "embed.js", "widget_languages.js": "embed.js"}
    | {f"{name}.js": "widget.js" for name in PARTS}
    | {f"widget_words_{code}.js": "widget_languages.js" for code in LANGUAGES}
)
"""A script -> the one that fetches it, and holds it to its content."""


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def source_sum(ui: Path, island: str) -> str:
    """The same sum as in `island.mjs`."""
    folder = ui / island
    files = [path for path in (folder / "src").rglob("*") if path.is_file()]
    files += [path for path in (ui / "parts").rglob("*") if path.is_file()]
    files += [folder / "build.mjs", ui / "package-lock.json"]
    named = sorted((path.relative_to(ui).as_posix(), path) for path in files)
    lines = [f"{name}\0{_sum(path.read_bytes())}\n" for name, path in named]
    return _sum("".join(lines).encode())


def script_of(words: bytes) -> bytes:
    """What the build makes of a language's words."""
    spoken = json.loads(words)
    del spoken["name"]
    written = json.dumps(spoken, ensure_ascii=False, separators=(",", ":"))
    return f"document.currentScript.begin={written};\n".encode()


def wrong(ui: Path = UI, static: Path = STATIC) -> list[str]:
    """What is not as it was built, a line each."""
    found = []
    for called, island in ISLANDS.items():
        stamp = json.loads((static / f"{called}.built.json").read_text(encoding="utf-8"))
        if stamp["source"] != source_sum(ui, island):
            found.append(f"{called}.built.json: ui/{island} was built from other sources; run make ui")
        for name, made in stamp["files"].items():
            if _sum((static / name).read_bytes()) != made:
                found.append(f"{name}: changed by hand; change ui/{island}/src and run make ui")
    for code in LANGUAGES:
        name = f"widget_words_{code}.js"
        path = static / name
        if not path.exists() or path.read_bytes() != script_of((WORDS / f"{code}.json").read_bytes()):
            found.append(f"{name}: was made from other words; run make ui")
    for name, holder in HOLDS.items():
        held_to = base64.b64encode(hashlib.sha384((static / name).read_bytes()).digest())
        if held_to not in (static / holder).read_bytes():
            found.append(f"{holder}: holds what it fetches to another script than {name}; run make ui")
    return found


def main() -> int:
    found = wrong()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
