"""What a log line may hold: where something broke, never the values that were at hand there."""

import os
import pty
import subprocess
import sys

import pytest

BREAKS = """
import structlog
from frontdesk.app import logs

logs.configure("info")

def handle(message):
    raise ValueError("it broke")

try:
    handle("my " + "card is 4111")
except ValueError:
    structlog.get_logger().exception("turn.failed")
"""


@pytest.mark.parametrize("watched", [False, True], ids=["json", "terminal"])
def test_a_traceback_shows_no_values(*, watched: bool) -> None:
    reader, writer = pty.openpty() if watched else os.pipe()
    path = os.pathsep.join(sys.path)
    subprocess.run(
        [sys.executable, "-c", BREAKS], stderr=writer, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    os.close(writer)
    said = _all(reader)
    assert "turn.failed" in said
    assert "it broke" in said
    assert "handle" in said
    assert "card is 4111" not in said


def _all(reader: int) -> str:
    said = b""
    try:
        while piece := os.read(reader, 65_536):
            said += piece
    except OSError:
        pass  # how a terminal says that nobody writes to it any more
    os.close(reader)
    return said.decode()
