"""Which files of `clients/` are generated, what they should hold, and which of them do not."""

from pathlib import Path
from typing import Any

from frontdesk.web import openapi
from tools.gen_clients import python, typescript
from tools.gen_clients.reading import read
from tools.gen_docs import application

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "clients"
COMMAND = "python -m tools.gen_clients"


def document() -> dict[str, Any]:
    return openapi.document(application().table, version="1", public_url="")


def made() -> dict[str, str]:
    """Path below `clients/` -> text."""
    api = read(document())
    return {
        "python/src/frontdesk_client/models.py": python.models(api),
        "python/src/frontdesk_client/operations.py": python.operations(api),
        "python/src/frontdesk_client/awaited_operations.py": python.operations(api, python.AWAITED),
        "typescript/src/models.ts": typescript.models(api),
        "typescript/src/operations.ts": typescript.operations(api),
    }


def stale() -> list[str]:
    return [name for name, text in made().items() if _present(name) != text]


def _present(name: str) -> str | None:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None
