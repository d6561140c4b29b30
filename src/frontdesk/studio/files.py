"""Which files a bot may have: paths that stay inside its folder on every system, text that can be stored.

What is in them is for `dialog.load` to judge. Called before anything is published, imported or exported.
"""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from frontdesk.dialog.problems import BotInvalid, Problem
from frontdesk.dialog.yaml import UNSTORABLE

SUFFIXES = frozenset({".yaml", ".yml", ".js", ".json", ".md"})
"""The kinds of files that belong to a bot; others in its folder are left alone."""
MAX_PATH = 200
MAX_DEPTH = 8
# What one system or another takes for something else; hidden names are no part of a bot.
_NAME = re.compile(r"""[^\x00-\x1f\x7f/\\:*?"<>|.~\s][^\x00-\x1f\x7f/\\:*?"<>|]*(?<![.\s])""")
_KINDS = ", ".join(sorted(SUFFIXES))


def check_files(files: Mapping[str, str]) -> None:
    """Look at paths and texts.

    Raises:
        BotInvalid: With every file that cannot be one of a bot's.
    """
    problems = [problem for path in sorted(files) for problem in _wrong(path, files[path])]
    problems += _clashes(files)
    if problems:
        raise BotInvalid(tuple(problems[:_MOST]))


_MOST = 200


def _wrong(path: str, text: str) -> list[Problem]:
    shown = path[:MAX_PATH].encode("unicode_escape").decode() if not path.isprintable() else path[:MAX_PATH]
    if not is_inside(path):
        return [
            Problem(
                shown or "(no path)",
                1,
                "This is no path within a bot's folder.",
                "Write names with / between them, such as flows/pay.yaml.",
            )
        ]
    if PurePosixPath(path).suffix not in SUFFIXES:
        return [Problem(shown, 1, "A bot has no files of this kind.", f"It has {_KINDS}.")]
    if found := UNSTORABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return [Problem(shown, line, "The file has characters that are no text.", "Save it as UTF-8 text.")]
    return []


def is_inside(path: str) -> bool:
    """Whether a path leads to a file below the folder it is joined to, on every system."""
    names = path.split("/")
    return len(path) <= MAX_PATH and len(names) <= MAX_DEPTH and all(map(_NAME.fullmatch, names))


def _clashes(files: Mapping[str, str]) -> list[Problem]:
    """Files that cannot be side by side everywhere: one name in two spellings, a file where a folder is."""
    known: dict[str, str] = {}
    files_folded = {path.casefold() for path in files}
    found = []
    for path in sorted(files):
        other = known.setdefault(path.casefold(), path)
        if other != path:
            found.append(Problem(path, 1, f"Some systems take this for {other}.", "Rename one of them."))
        folders = (folder.as_posix() for folder in PurePosixPath(path.casefold()).parents)
        if file := next((folder for folder in folders if folder in files_folded), ""):
            found.append(Problem(path, 1, f"{file} is a file and a folder.", "Rename one of them."))
    return found
