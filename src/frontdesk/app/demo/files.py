"""The example bots that come with the program, from the package or from the source tree beside it."""

from pathlib import Path

import frontdesk
from frontdesk.app.bot_folder import read_bot

EXAMPLES = ("billing-helper", "outside-desk")
"""Those from which an author can begin."""


def example(name: str) -> dict[str, str]:
    """Path -> text of the files of one example bot."""
    return read_bot(_folder(name))


def articles_of(name: str) -> dict[str, bytes]:
    """Name -> content of the articles that lie beside one example bot."""
    return {path.name: path.read_bytes() for path in sorted((_folder(name) / "articles").iterdir())}


def _folder(name: str) -> Path:
    package = Path(frontdesk.__file__).parent
    for folder in (package / "examples" / name, package.parents[1] / "examples" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the example bot {name} is not part of this installation")
