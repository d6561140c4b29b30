"""Cold start on an existing data folder until the first answer, idle memory, and the ten dearest imports."""

import re
import subprocess
import sys
import time

from bench.running import folder, memory_mb, program

ROUNDS = 3
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")


def run() -> None:
    with folder() as data:
        with program(data) as first:
            fresh_s = first.started_s
        starts: list[float] = []
        memory = 0.0
        for _ in range(ROUNDS):
            with program(data) as running:
                starts.append(running.started_s)
                time.sleep(2)  # idle: what the start itself needed is settled
                memory = memory_mb(running.pid)
    print(
        f"start: {min(starts):.2f} s to the first answer ({fresh_s:.2f} s with a new folder); {memory:.0f} MB idle"
    )
    print(f"imports: {', '.join(dearest_imports())}")


def dearest_imports() -> list[str]:
    """Packages by the time that importing the program spends in them, itself included."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import frontdesk.app.commands.start"],
        capture_output=True,
        text=True,
        check=True,
    )
    spent: dict[str, int] = {}
    for line in done.stderr.splitlines():
        if match := IMPORT.match(line):
            package = match[4].partition(".")[0]
            spent[package] = spent.get(package, 0) + int(match[1])
    dearest = sorted(spent.items(), key=lambda item: -item[1])[:10]
    return [f"{name} {micros / 1000:.0f} ms" for name, micros in dearest]
