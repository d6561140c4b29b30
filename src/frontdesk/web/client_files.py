"""The clients of the API that come along, each as one archive; from the package or from the source tree beside it."""

from functools import cache

from frontdesk.web.packed import folder_of, packed

CLIENTS = {
    "python": ("pyproject.toml", "src/frontdesk_client/*"),
    "typescript": ("package.json", "tsconfig.json", "src/*.ts"),
}
"""Name -> what belongs to it, in its folder."""


@cache
def archive(client: str) -> bytes:
    """A zip of one client, with a folder around it."""
    return packed(folder_of(f"clients/{client}"), CLIENTS[client], f"frontdesk-client-{client}")
