"""Code of an export that cannot be run at all: it stays in its file as a comment, so that the folder loads.

Nothing is run: a script process reads the code. Called behind `import_export` by whoever writes the folder.
"""

import re
from collections.abc import Sequence

from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import Problem
from frontdesk.studio.importing.findings import Finding, Imported
from frontdesk.studio.scripts import script_problems

_LINE_END = re.compile(r"(\r\n|[\n\r\u2028\u2029])")
"""What ends a line, and a comment, in JavaScript."""
_MOST_BYTES = 1_000_000


async def readable(found: Imported) -> Imported:
    """The same with scripts that no process can read as comments, each among the findings.

    Raises:
        BotInvalid: The folder does not load for another reason.
        Unavailable: No process could read the scripts.
    """
    problems = await script_problems(load_bot(found.files, linted=False))
    wrong = {problem.file: problem for problem in problems}
    if not wrong:
        return found
    files = {path: _commented(path, text, wrong) for path, text in found.files.items()}
    return Imported(files, (*found.report, *_told(tuple(wrong.values()))))


def _commented(path: str, text: str, wrong: dict[str, Problem]) -> str:
    if path not in wrong:
        return text
    lines = _LINE_END.split(text)
    kept = "".join(part if index % 2 or not part else f"// {part}" for index, part in enumerate(lines))
    return (
        kept
        if len(kept.encode()) <= _MOST_BYTES
        else "// Left out: it cannot be run, and is too large for a comment.\n"
    )


def _told(wrong: Sequence[Problem]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            problem.file,
            f"Its line {problem.line} is no JavaScript, so it is kept as a comment and does nothing. {problem.message}",
            "Mend the code, and take away the // in front of its lines.",
        )
        for problem in wrong
    )
