"""Jobs for the tests of work children: some do as they are told, most do not. Loaded in the child alone."""

import ctypes
import os
import socket
import subprocess
import sys
from pathlib import Path

from frontdesk.core.errors import Refused


def reverse(payload: bytes) -> bytes:
    sys.stdout.write("libraries print")
    sys.stdout.flush()
    os.write(2, b"and complain")
    return payload[::-1]


def refuse(payload: bytes) -> bytes:
    raise Refused("invalid", f"{payload.decode()} is not a document")


def raises(payload: bytes) -> bytes:
    raise KeyError(payload.decode())


def loop(payload: bytes) -> bytes:
    while True:
        pass


def sleep(payload: bytes) -> bytes:
    Path(f"/proc/{os.getpid()}").stat()
    while True:
        os.sched_yield()


def eat(payload: bytes) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(10 << 20))


def crash(payload: bytes) -> bytes:
    return ctypes.string_at(0)


def leave(payload: bytes) -> bytes:
    os._exit(7)


def large(payload: bytes) -> bytes:
    return bytes(int(payload))


def surroundings(payload: bytes) -> bytes:
    return repr((dict(os.environ), str(Path.cwd()), sys.argv[1:2])).encode()


def outside(payload: bytes) -> bytes:
    """What of the world can be reached; the payload is a file that may not be touched."""
    place = Path(payload.decode())
    reached = []
    for name, attempt in (
        ("network", lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
        ("name server", lambda: socket.getaddrinfo("example.com", 80)),
        ("unix socket", lambda: socket.socket(socket.AF_UNIX)),
        ("process", lambda: subprocess.run(["/bin/true"], check=False)),
        ("fork", os.fork),
        ("signal", lambda: os.kill(os.getppid(), 0)),
        ("write", lambda: place.write_text("gone")),
        ("new file", lambda: (place.parent / "new").write_text("x")),
        ("remove", place.unlink),
        ("rename", lambda: place.rename(place.with_name("moved"))),
    ):
        try:
            attempt()
        except OSError:
            continue
        reached.append(name)
    return ",".join(reached).encode()
