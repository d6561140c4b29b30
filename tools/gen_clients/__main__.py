"""Writes the clients' types and operations, in Python and TypeScript, from the OpenAPI document of the program.

python -m tools.gen_clients            writes them
python -m tools.gen_clients --check    writes nothing; says which are stale, and fails if any is

What carries a request (retries, problems, pages) is written by hand and stands beside them, in `transport`.
"""

import sys

from tools.gen_clients.files import COMMAND, FOLDER, made, stale


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments:
        for name in (found := stale()):
            print(f"clients/{name} is stale: run `{COMMAND}` and commit it", file=sys.stderr)
        return 1 if found else 0
    for name, text in made().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
