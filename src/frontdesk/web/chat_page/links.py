"""Where a visitor may be led, and addresses in a text, as `ui/widget/src/text/links.ts` has it for the widget."""

import re
from urllib.parse import urlsplit

from frontdesk.web.origin import is_loopback

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`]+")
_TAIL = ".,;:!?)]}"
_USUAL_PORTS = {"http": 80, "https": 443}
_ANYWHERE = frozenset({"https", "mailto", "tel"})


def safe(address: str, here: str) -> str:
    """The address where it may be followed, else empty. `here`: host and port of this page."""
    address = address.strip()
    if not address.isprintable() or " " in address or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = host_of(address)
    # A name before the host is taken for the host by whoever reads it.
    if "@" in parts.netloc:
        return ""
    if parts.scheme in _ANYWHERE:
        return address if host or parts.scheme != "https" else ""
    near = host == host_of(f"//{here}") or is_loopback(parts.hostname or "")
    return address if parts.scheme == "http" and host and near else ""


def host_of(address: str) -> str:
    """Host and port that a browser would ask for it, always written alike; empty where there is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, _USUAL_PORTS.get(parts.scheme)) else f"{host}:{port}"


def pieces(text: str, here: str) -> list[tuple[str, str]]:
    """The text in pieces, each with its address where it is one."""
    found: list[tuple[str, str]] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_TAIL)
        if not safe(address, here):
            continue
        if match.start() > at:
            found.append((text[at : match.start()], ""))
        found.append((address, address))
        at = match.start() + len(address)
    if at < len(text):
        found.append((text[at:], ""))
    return found
