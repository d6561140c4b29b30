"""A load generator that costs little beside what it measures: raw keep-alive connections in a process of its own.

`python -m bench.load` reads a JSON order from standard input and prints a JSON result; see `Order` and `Result`.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import count

import uvloop


@dataclass
class Order:
    """`messages` are sent in turn by each sender; `senders` = 0 means a new sender for every message."""

    port: int
    connections: int
    seconds: float
    messages: list[str]
    senders: int = 0
    path: str = "/webhooks/rest/webhook"


@dataclass
class Result:
    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    latencies_ms: dict[str, float] = field(default_factory=dict)


class _Connection(asyncio.Protocol):
    def __init__(self, order: Order, numbers: "count[int]", until: float) -> None:
        self.order, self.numbers, self.until = order, numbers, until
        self.done = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.errors = 0
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._send()

    def _send(self) -> None:
        number = next(self.numbers)
        order = self.order
        sender = number if order.senders == 0 else number % order.senders
        message = order.messages[
            (number if order.senders == 0 else number // order.senders) % len(order.messages)
        ]
        body = json.dumps({"sender": f"load-{sender}", "message": message}).encode()
        head = f"POST {order.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        self.started = time.perf_counter()
        self.transport.write(head.encode() + body)  # type: ignore[attr-defined]  # a stream transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        self.buffer = b""
        now = time.perf_counter()
        self.latencies.append(now - self.started)
        if not head.startswith(b"HTTP/1.1 200") or body == b"[]":
            self.errors += 1
        if now < self.until:
            self._send()
        else:
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.errors += 1
            self.done.set_result(None)


async def run(order: Order) -> Result:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    numbers = count(int(time.time() * 1000) << 20) if order.senders == 0 else count()
    connections = [
        (
            await loop.create_connection(
                lambda: _Connection(order, numbers, started + order.seconds), "127.0.0.1", order.port
            )
        )[1]
        for _ in range(order.connections)
    ]
    await asyncio.gather(*(connection.done for connection in connections))
    took = time.perf_counter() - started
    latencies = sorted(latency for connection in connections for latency in connection.latencies)
    result = Result(len(latencies), sum(connection.errors for connection in connections), took)
    if latencies:
        for name, part in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99)):
            result.latencies_ms[name] = round(latencies[int(part * (len(latencies) - 1))] * 1000, 2)
    return result


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(asdict(runner.run(run(Order(**json.load(sys.stdin))))), sys.stdout)
