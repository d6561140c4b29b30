"""Addresses of mail as people type them, read once at the door. Called by whoever takes one from outside."""

import re

from frontdesk.core.host_name import in_ascii

MAX_ADDRESS = 254
"""RFC 5321, section 4.5.3.1.3, without the brackets."""

_MAX_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def read(text: str) -> str | None:
    """Read one plain address, `name@host`.

    Args:
        text: Anything; spaces around it do not count.

    Returns:
        The address with its host in small letters and in ASCII (UTS 46), or None when it is none that every mail
        server takes. Whether anybody reads mail there is not looked at.
    """
    local, at, host = text.strip().rpartition("@")
    try:
        host = in_ascii(host.lower()) if at else ""
    except UnicodeError:
        return None
    labels = host.split(".")
    if len(local) > _MAX_LOCAL or len(local) + len(host) >= MAX_ADDRESS or not _LOCAL.fullmatch(local):
        return None
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004
        return None
    return f"{local}@{host}"
