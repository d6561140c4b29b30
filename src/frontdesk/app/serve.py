"""Serves the web application: takes the port first, so that a taken one is said before anything is started."""

import asyncio
import contextlib
import errno
import resource
import socket
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, ip_network

import uvicorn

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.connection import Connection
from frontdesk.web.app import WebApplication
from frontdesk.web.rasa_socket import MOST_BYTES

DRAIN_S = 15
MOST_FILES = 65_536
"""Connections are files too, and each visitor with an open window has one."""


def take_port(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        CannotStart: The port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, each connection sends at once what is written: an answer's body does not wait 40 ms for
    # the acknowledgement of its head.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            message = (
                f"Port {port} is taken: stop what uses it, or choose another, for example PORT={port + 1}."
            )
        elif error.errno == errno.EACCES:
            message = f"Port {port} may not be taken by this account: choose one above 1023 with PORT=..."
        else:
            message = (
                f"Cannot listen on {host}:{port}: {error.strerror}. Set HOST to an address of this machine."
            )
        raise CannotStart(message) from error
    return listening


def allow_files() -> None:
    """As many connections as this process may have: what shells and service managers begin with is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        # Some systems let a process have fewer than they say.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: the program has its own, for all of its parts."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._end_streams = end_streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # It waits for the answers under way, and a live stream never ends by itself.
        self._end_streams()
        for each in list(self.server_state.connections):
            if isinstance(each, Connection):
                each.end_if_behind()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _in_both_spellings(proxies: str) -> str:
    """A socket that takes IPv6 too says the addresses of IPv4 in the spelling of that."""
    networks = [ip_network(each) for each in proxies.split(",") if each not in {"", "*"}]
    mapped = [
        f"::ffff:{each.network_address}/{96 + each.prefixlen}"
        for each in networks
        if isinstance(each, IPv4Network)
    ]
    return ",".join(filter(None, (proxies, *mapped)))


def server(application: WebApplication, *, trusted_proxies: str) -> Server:
    allow_files()
    return Server(
        uvicorn.Config(
            application,
            loop="uvloop",
            http=Connection,
            ws="wsproto",
            ws_max_size=MOST_BYTES,
            # Who talks over a socket has pings of its own.
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            lifespan="on",
            access_log=False,
            log_config=None,
            proxy_headers=True,
            forwarded_allow_ips=_in_both_spellings(trusted_proxies),
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=DRAIN_S,
            timeout_keep_alive=75,
        ),
        application.end_streams,
    )
