"""`python -m bench [name ...]`: each benchmark prints its figures, one line each."""

import sys

from bench import scripts, start, turns

BENCHMARKS = {"scripts": scripts.run, "start": start.run, "turns": turns.run}

for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
