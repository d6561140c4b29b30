"""A process that has imported the program and forks for each command: a start then takes milliseconds, not a second.

Run by `running` as `python forking.py`, with a socket in place of its standard input. Each request there is a length,
the words, environment and folder in JSON, and four descriptors: the standard streams, and where to say the number of
the process and, at its end, its exit code. The forked process is the command as it is without this: it has its own
environment, folder, streams and signals, and ends as every program does. This one ends with who started it.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
from typing import TypedDict

from frontdesk.app import commands
from frontdesk.app.cli import main

STREAMS = 3


class Request(TypedDict):
    words: list[str]
    environment: dict[str, str]
    folder: str


def serve(asked: socket.socket) -> None:
    """Comes back in each forked process that is to run a command, with everything in place for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        head, given, _, _ = socket.recv_fds(asked, 4, STREAMS + 1)
        if not head:
            sys.exit()
        request: Request = json.loads(_all_of(asked, int.from_bytes(head)))
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch_over_command(given[STREAMS])
            asked.close()
            return _begin(request, given)
        for descriptor in given:
            os.close(descriptor)


def _all_of(asked: socket.socket, size_bytes: int) -> bytes:
    found = b""
    while len(found) < size_bytes:
        found += asked.recv(size_bytes - len(found))
    return found


def _watch_over_command(told: int) -> None:
    """Comes back in the command's process; the one above it says what becomes of it."""
    command = os.fork()
    if command == 0:
        return
    os.write(told, f"{command}\n".encode())
    _, status = os.waitpid(command, 0)
    os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _begin(request: Request, given: list[int]) -> None:
    for stream, descriptor in enumerate(given[:STREAMS]):
        os.dup2(descriptor, stream)
    for descriptor in given:
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["words"]


if __name__ == "__main__":
    for found in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(found.name)
    gc.freeze()
    requests = socket.socket(fileno=os.dup(0))
    serve(requests)
    sys.argv[0] = "-c"
    main()
