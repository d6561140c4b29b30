"""Whether the built files of the inbox are those of its sources: `python -m tools.ui_built`.

`ui/inbox/build.mjs` writes beside them which sources they were made from; this looks without node. That a build makes the
very same files is checked where node is, by `make ui-check`.
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
STATIC = ROOT / "src" / "frontdesk" / "web" / "static"
STAMP = "inbox.built.json"


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def source_sum(ui: Path) -> str:
    """The same sum as in `build.mjs`."""
    inbox = ui / "inbox"
    files = [path for path in (inbox / "src").rglob("*") if path.is_file()]
    files += [inbox / "build.mjs", ui / "package-lock.json"]
    named = sorted((path.relative_to(ui).as_posix(), path) for path in files)
    lines = [f"{name}\0{_sum(path.read_bytes())}\n" for name, path in named]
    return _sum("".join(lines).encode())


def wrong(ui: Path = UI, static: Path = STATIC) -> list[str]:
    """What is not as it was built, a line each."""
    stamp = json.loads((static / STAMP).read_text(encoding="utf-8"))
    found = []
    if stamp["source"] != source_sum(ui):
        found.append(f"{STAMP}: the inbox was built from other sources; run make ui")
    for name, made in stamp["files"].items():
        if _sum((static / name).read_bytes()) != made:
            found.append(f"{name}: changed by hand; change ui/inbox/src and run make ui")
    return found


def main() -> int:
    found = wrong()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
