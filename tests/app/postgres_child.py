"""A process of its own that starts PostgreSQL, says what it got as JSON, and obeys: `stop` stops, end of input leaves.

With --uid it is an ordinary user from then on. What Python loads late is loaded before that, because the
interpreter may lie in a home that nobody else enters.
"""

import argparse
import asyncio
import concurrent.futures.thread
import encodings.ascii
import encodings.idna
import encodings.latin_1
import json
import os
import stringprep
import sys
from contextlib import suppress
from pathlib import Path

import structlog

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import Hosting, start

LOADED = (concurrent.futures.thread, encodings.ascii, encodings.idna, encodings.latin_1, stringprep)


def say(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def main(asked: argparse.Namespace) -> None:
    hosting = Hosting(unshare=("false",), accounts=()) if asked.nothing_offered else Hosting()
    try:
        server = await start(Path(asked.data), hosting)
    except CannotStart as refused:
        say(refused=refused.message)
        return
    say(owned=server.owned, admin=server.admin.url(), uid=os.geteuid())
    watching = asyncio.ensure_future(server.supervise()) if asked.supervise else None
    if (await asyncio.to_thread(sys.stdin.readline)).strip() == "stop":
        await server.stop()
        say(stopped=True)
    if watching:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--uid", type=int)
parser.add_argument("--supervise", action="store_true")
parser.add_argument("--nothing-offered", action="store_true")
options = parser.parse_args()
if options.uid:
    os.setgroups([])
    os.setresgid(options.uid, options.uid, options.uid)
    os.setresuid(options.uid, options.uid, options.uid)
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
asyncio.run(main(options))
