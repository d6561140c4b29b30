"""Log lines hold event names and fields; what was in a function's variables when it broke stays there."""

import json
import subprocess
import sys

PROGRAM = """
import structlog
from frontdesk.app.logs import configure

configure("info")

def breaks(body):
    key = "fd_api_planted"
    raise ValueError("broken")

try:
    breaks("a customer's words")
except ValueError:
    structlog.get_logger().exception("turn.failed", conversation="conv_1")
"""


def test_a_traceback_is_logged_without_the_variables_of_its_frames() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    line = json.loads(done.stderr)
    assert (line["event"], line["conversation"]) == ("turn.failed", "conv_1")
    assert line["exception"][0]["frames"][-1]["name"] == "breaks"
    assert "fd_api_planted" not in done.stderr.replace('key = "fd_api_planted"', "")
    assert "a customer's words" not in done.stderr
