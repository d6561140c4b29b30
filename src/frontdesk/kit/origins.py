"""Origins of pages as people write them, brought to what browsers send."""

from urllib.parse import urlsplit

_OWN_PORTS = {"http": 80, "https": 443}


def origin_of(text: str, *, slash: bool = False) -> str | None:
    """As browsers send it: in small letters, with the host and a port that is not the scheme's own.

    Args:
        text: What somebody wrote.
        slash: Whether there may be one at the end.

    Returns:
        None for what is no origin.
    """
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        return None
    path = parts.path.strip("/") if slash else parts.path
    beside = (
        parts.username is not None
        or path
        or text.strip().endswith(("?", "#"))
        or parts.query
        or parts.fragment
    )
    if parts.scheme not in _OWN_PORTS or not parts.hostname or beside or not text.isascii():
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in {None, _OWN_PORTS[parts.scheme]} else f":{port}")
