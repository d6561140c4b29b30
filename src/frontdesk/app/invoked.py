"""How this program is called from where the person stands: in what it prints and in what its pages say."""

import os
import shlex
import shutil
import sys
from pathlib import Path


def program() -> str:
    called, here = Path(sys.argv[0]), Path.cwd()
    # A service is started in a folder from which nobody types.
    near = called.is_relative_to(here) and here != here.parent
    name = str(called.relative_to(here) if near else called)
    if shutil.which("frontdesk"):
        name = "frontdesk"
    # What was set for this start alone has to be said again in another terminal.
    given = os.environ.get("FRONTDESK_DATA")
    return name if given is None else f"FRONTDESK_DATA={shlex.quote(given)} {name}"
