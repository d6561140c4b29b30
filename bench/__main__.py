"""`python -m bench [name ...]`: each benchmark prints its figures, one line each."""

import sys

from bench import bot_check, engine, import_export, knowledge, scripts, start, turns, understanding

BENCHMARKS = {
    "bot_check": bot_check.run,
    "engine": engine.run,
    "import": import_export.run,
    "knowledge": knowledge.run,
    "scripts": scripts.run,
    "start": start.run,
    "turns": turns.run,
    "understanding": understanding.run,
}

for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
