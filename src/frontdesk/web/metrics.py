"""`/metrics`: what this process counted and what waits in the installation, in the text format of Prometheus.

It tells of all workspaces together, so no workspace's key opens it: only the networks of `METRICS_FROM` do, and where
`METRICS_TOKEN` is set, only with that. To everybody else there is nothing at the address.
"""

import asyncio
import hmac
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import Unavailable
from frontdesk.core.meter import MEASURES
from frontdesk.core.network_address import read_address
from frontdesk.core.permission import PUBLIC
from frontdesk.core.redacted import Redacted
from frontdesk.store.backlog import backlog, pools
from frontdesk.store.connect import Store
from frontdesk.web.exchange import exchange_of
from frontdesk.web.route import Route, not_found
from frontdesk.web.session_ring import address_of

WITHIN_S = 5.0
TYPE = "text/plain; version=0.0.4; charset=utf-8"
PATH = "/metrics"
_STARTED_AT = time.time()
_FORWARDED = frozenset({b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"})

Sample = tuple[str, dict[str, str], float]


@dataclass(frozen=True)
class Gauge:
    """What is looked up when it is asked for."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    kind: str = "gauge"


GAUGES = (
    Gauge("frontdesk_lane_backlog", "Messages that came in and wait to be handled."),
    Gauge("frontdesk_lane_oldest_seconds", "For how long the one that has waited longest does."),
    Gauge("frontdesk_deliveries_waiting", "Deliveries that wait, for their time or for their turn."),
    Gauge("frontdesk_deliveries_sending", "Deliveries under way."),
    Gauge("frontdesk_delivery_overdue_seconds", "By how much the latest waiting delivery is past its time."),
    Gauge("frontdesk_delivery_oldest_seconds", "How long ago the oldest waiting delivery was made."),
    Gauge("frontdesk_jobs", "Jobs in the queue.", ("job", "state")),
    Gauge("frontdesk_backlog_known", "1 when the database told what waits; 0 when it did not answer."),
    Gauge("frontdesk_feed_streams", "Live streams open in this process."),
    Gauge("frontdesk_db_connections", "Connections of this process to the database.", ("pool", "state")),
    Gauge("frontdesk_db_connections_most", "How many there may be.", ("pool",)),
    Gauge("process_cpu_seconds_total", "Processor time of this process.", kind="counter"),
    Gauge("process_resident_memory_bytes", "Memory of this process."),
    Gauge("process_open_fds", "Files and sockets this process has open."),
    Gauge("process_start_time_seconds", "When this process started, in seconds since 1970."),
)


def route(networks: Iterable[str], token: Redacted | None, streams: Callable[[], int]) -> Route:
    """The endpoint; `streams` says how many live streams are open."""
    allowed = [ip_network(each, strict=False) for each in networks]

    async def metrics(request: Request) -> Response:
        if not _may(request, allowed, token):
            raise not_found()
        samples = [*await _waiting(exchange_of(request).program.store, streams()), *_process()]
        return Response("".join((*_counted(), *_looked_up(samples))), media_type=TYPE)

    return Route(
        method="GET",
        path=PATH,
        handler=metrics,
        permission=PUBLIC,
        summary="Measures of the installation, for Prometheus; from `METRICS_FROM` alone.",
        raw=True,
        quiet=True,
    )


def _may(request: Request, allowed: list[IPv4Network | IPv6Network], token: Redacted | None) -> bool:
    given = request.headers.get("authorization", "")
    if token is not None and not hmac.compare_digest(given.encode(), f"Bearer {token.reveal()}".encode()):
        return False
    # Whatever a proxy hands on comes from outside, also where the proxy's own address is on the list.
    if any(name in _FORWARDED for name, _ in request.scope["headers"]):
        return False
    address = read_address(address_of(request.scope))
    return address is not None and any(address in network for network in allowed)


async def _waiting(store: Store, streams: int) -> list[Sample]:
    found: list[Sample] = [("frontdesk_feed_streams", {}, streams)]
    for pool in pools(store):
        busy = pool.open - pool.idle
        found.append(("frontdesk_db_connections", {"pool": pool.name, "state": "busy"}, busy))
        found.append(("frontdesk_db_connections", {"pool": pool.name, "state": "idle"}, pool.idle))
        found.append(("frontdesk_db_connections_most", {"pool": pool.name}, pool.most))
    known = 0
    with suppress(Unavailable, TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            waits = await backlog(store)
        known = 1
        found += [
            ("frontdesk_lane_backlog", {}, waits.waiting),
            ("frontdesk_lane_oldest_seconds", {}, waits.waiting_s),
            ("frontdesk_deliveries_waiting", {}, waits.deliveries),
            ("frontdesk_deliveries_sending", {}, waits.sending),
            ("frontdesk_delivery_overdue_seconds", {}, waits.overdue_s),
            ("frontdesk_delivery_oldest_seconds", {}, waits.oldest_s),
        ]
        found += [
            ("frontdesk_jobs", {"job": job, "state": state}, number)
            for (job, state), number in sorted(waits.jobs.items())
        ]
    return [*found, ("frontdesk_backlog_known", {}, known)]


def _process() -> list[Sample]:
    found: list[Sample] = [
        ("process_cpu_seconds_total", {}, time.process_time()),
        ("process_start_time_seconds", {}, _STARTED_AT),
    ]
    with suppress(OSError, ValueError):  # other systems than Linux have no /proc; then these two are left out
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        found.append(("process_resident_memory_bytes", {}, pages * resource.getpagesize()))
        found.append(("process_open_fds", {}, sum(1 for _ in Path("/proc/self/fd").iterdir())))
    return found


def _counted() -> Iterator[str]:
    for measure in MEASURES:
        yield _head(measure.name, measure.meaning, measure.kind)
        for suffix, further, values, number in measure.lines():
            labels = [*map(_label, measure.labels, values), *([further] if further else [])]
            yield _line(measure.name + suffix, labels, number)


def _looked_up(samples: list[Sample]) -> Iterator[str]:
    for gauge in GAUGES:
        yield _head(gauge.name, gauge.meaning, gauge.kind)
        for name, labels, number in samples:
            if name == gauge.name:
                yield _line(name, [_label(*each) for each in labels.items()], number)


def _head(name: str, meaning: str, kind: str) -> str:
    return f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n"


def _line(name: str, labels: list[str], number: float) -> str:
    shown = f"{{{','.join(labels)}}}" if labels else ""
    return f"{name}{shown} {number:.17g}\n"


def _label(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{name}="{escaped}"'
