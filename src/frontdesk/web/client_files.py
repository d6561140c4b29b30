"""The clients of the API that come along, each as one archive; from the package or from the source tree beside it."""

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import frontdesk
from frontdesk.core.errors import Bug

CLIENTS = {
    "python": ("pyproject.toml", "src/frontdesk_client/*"),
    "typescript": ("package.json", "tsconfig.json", "src/*.ts"),
}
"""Name -> what belongs to it, in its folder."""
_BEGINNING = (1980, 1, 1, 0, 0, 0)


@cache
def archive(client: str) -> bytes:
    """A zip of one client, with a folder around it; the same bytes each time."""
    folder, made = _folder(client), BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(path for pattern in CLIENTS[client] for path in folder.glob(pattern)):
            if path.is_file():
                name = f"frontdesk-client-{client}/{path.relative_to(folder).as_posix()}"
                zipped.writestr(_entry(name), path.read_bytes())
    return made.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _folder(client: str) -> Path:
    package = Path(frontdesk.__file__).parent
    for folder in (package / "clients" / client, package.parents[1] / "clients" / client):
        if folder.is_dir():
            return folder
    raise Bug(f"the client {client} is not part of this installation")
