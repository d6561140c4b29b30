"""Where a browser sent a request from, and at which address it believes to be."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def is_from_here(request: HTTPConnection, public_url: str) -> bool:
    """Whether a browser sent this from a page of ours: under the public address, or the one it asked just now."""
    origin = urlsplit(request.headers.get("origin", ""))
    public = urlsplit(public_url)
    if origin.scheme not in {"http", "https"}:
        return False
    # The proxy in front may speak TLS where we do not, so of our own address only the host is compared.
    return origin[:2] == public[:2] or origin.netloc == request.headers.get("host")


def keeps_secrets(request: HTTPConnection, public_url: str) -> bool:
    """Whether nobody on the way can read or change what goes between this browser and us: https, or one machine."""
    origin = urlsplit(request.headers.get("origin", ""))
    if origin.netloc:
        # The browser knows best; a proxy may have put another host and scheme in the place of its own.
        return origin.scheme == "https" or is_loopback(origin.hostname or "")
    host, public = request.headers.get("host", ""), urlsplit(public_url)
    if is_loopback(urlsplit(f"//{host}").hostname or ""):
        return True
    # A proxy that speaks TLS for us may not say so; the setting does.
    return request.url.scheme == "https" or (public.netloc == host and public.scheme == "https")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
