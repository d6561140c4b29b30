"""`python -m bench [name ...]`: each benchmark prints its figures, one line each."""

import sys
from collections.abc import Callable

from bench import (
    analytics,
    api,
    bot_check,
    deliveries,
    engine,
    feed,
    import_export,
    inbox,
    knowledge,
    memory,
    panel,
    scripts,
    start,
    turns,
    understanding,
    widget,
    widget_load,
)

BENCHMARKS: dict[str, Callable[[], object]] = {
    "analytics": analytics.run,
    "api": api.run,
    "bot_check": bot_check.run,
    "deliveries": deliveries.run,
    "engine": engine.run,
    "feed": feed.run,
    "import": import_export.run,
    "inbox": inbox.run,
    "knowledge": knowledge.run,
    "memory": memory.run,
    "panel": panel.run,
    "scripts": scripts.run,
    "start": start.run,
    "turns": turns.run,
    "understanding": understanding.run,
    "widget": widget.run,
    "widget_load": widget_load.run,
}

# `understanding` prints what `knowledge` does as well.
for name in sys.argv[1:] or [each for each in BENCHMARKS if each != "knowledge"]:
    BENCHMARKS[name]()
