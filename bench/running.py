"""The program and its neighbours as child processes, and what they cost."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.load import Order, Result

TICKS_S = os.sysconf("SC_CLK_TCK")
REPOSITORY = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(url: str, child: "subprocess.Popen[bytes]", seconds: float = 60) -> float:
    """Poll until `url` answers; how long that took."""
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        if child.poll() is not None:
            raise SystemExit(f"the program ended with exit code {child.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own loopback address
        except (urllib.error.HTTPError, ConnectionResetError):
            break
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.01)
        else:
            break
    return time.perf_counter() - started


def cpu_s(pid: int) -> float:
    """Processor seconds of one process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"no VmRSS for {pid}")


@dataclass(frozen=True)
class Measured:
    """One run of load against one process."""

    result: Result
    cpu_us: float

    @property
    def per_s(self) -> float:
        return self.result.requests / self.result.seconds


def load(pid: int, order: Order) -> Measured:
    before = cpu_s(pid)
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(order)),
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    result = Result(**json.loads(done.stdout))
    if result.errors:
        raise SystemExit(f"{result.errors} of {result.requests} requests failed: {order}")
    return Measured(result, (cpu_s(pid) - before) / result.requests * 1e6)


@dataclass(frozen=True)
class Program:
    """`frontdesk up --demo` in a folder of its own."""

    child: "subprocess.Popen[bytes]"
    port: int
    data: Path
    started_s: float

    @property
    def pid(self) -> int:
        return self.child.pid


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="frontdesk-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def program(data: Path, conf: str = "", **settings: str) -> Iterator[Program]:
    """The program running; `conf` is PostgreSQL configuration of the user's own, `settings` the program's."""
    (data / "postgres.conf").write_text(conf)
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "FRONTDESK_DATA": str(data), "LOG_LEVEL": "warning"}
    environment |= settings
    command = [sys.executable, "-c", "from frontdesk.app.cli import main; main()", "up", "--demo"]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=REPOSITORY)
    try:
        yield Program(child, port, data, wait_for(f"http://127.0.0.1:{port}/readyz", child))
    finally:
        child.terminate()
        child.wait(timeout=30)
