"""`python -m tools.lint [folder]`: one line a finding; exit code 1 when one of them is more than a note."""

import sys
from pathlib import Path

from tools.lint.run import run


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).parents[2]
    found = run(root.resolve())
    for rule, finding in found:
        mark = "note: " if finding.note else ""
        print(f"{finding.path}:{finding.line} {mark}{rule}: {finding.message} -> {finding.todo}")
    return 1 if any(not finding.note for _, finding in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
