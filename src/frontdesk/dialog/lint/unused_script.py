"""Files with code that nothing runs."""

from collections.abc import Iterator

from frontdesk.dialog.book import SCRIPT_FOLDER
from frontdesk.dialog.linting import Finding, Made, Rule, Spot


def _find(made: Made) -> Iterator[Finding]:
    for path in sorted(made.book.files):
        if path.startswith(SCRIPT_FOLDER) and path.endswith(".js") and path not in made.book.scripts:
            yield Finding(Spot(path, 1), "Nothing runs this script.", "Name it in a step, or remove it.")


RULE = Rule("unused script", "a file of scripts/ that nothing runs", _find)
