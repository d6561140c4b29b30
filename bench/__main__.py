"""`python -m bench [name ...]`: each benchmark prints its figures, one line each."""

import sys

from bench import import_export, start, turns

BENCHMARKS = {"start": start.run, "turns": turns.run, "import": import_export.run}

for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
