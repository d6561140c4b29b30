"""Origins of pages as people write them, brought to what browsers send."""

import re
from urllib.parse import urlsplit

from frontdesk.core.host_name import in_ascii

_OWN_PORTS = {"http": 80, "https": 443}
_NO_HOST = re.compile(r"[\x00-\x20\x7f#%/<>?@\\^|]")
"""What stands in no host's name."""


def origin_of(text: str, *, slash: bool = False) -> str | None:
    """As browsers send it: in small letters of ASCII, with the host and a port that is not the scheme's own.

    Args:
        text: What somebody wrote.
        slash: Whether there may be one at the end.

    Returns:
        None for what is no origin.
    """
    try:
        parts = urlsplit(text.strip().lower())
        host, port = in_ascii(parts.hostname or ""), parts.port
    except ValueError:  # of which errors of letters are some
        return None
    path = parts.path.strip("/") if slash else parts.path
    beside = (
        parts.username is not None
        or path
        or text.strip().endswith(("?", "#"))
        or parts.query
        or parts.fragment
    )
    if parts.scheme not in _OWN_PORTS or not host or _NO_HOST.search(host) or beside:
        return None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if port in {None, _OWN_PORTS[parts.scheme]} else f":{port}")
