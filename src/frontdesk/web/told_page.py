"""Which page a customer is on, as it tells of itself. Called by the wires that browsers speak.

What is too long or no text cannot be it, and is no reason not to answer. Of a title the beginning says enough.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from frontdesk.core.action import NOWHERE, Page

NAMES = ("page_url", "page_title", "page_context")
"""What a page's address, title and kind are called beside other things."""
_MOST_URL, _MOST_TITLE, _MOST_KIND = 2_000, 300, 100


def told(given: object, most: int) -> str:
    """`given` where it is a text of at most so many characters, else nothing."""
    is_text = isinstance(given, str) and len(given) <= most and "\x00" not in given
    return str(given).strip() if is_text else ""


def page_of(given: Mapping[str, object], names: tuple[str, str, str] = NAMES, *, site: str = "") -> Page:
    """`site`: scheme and host of the page, for an address that is told without them, such as a shop's `/products/lamp`."""
    url, title, kind = (given.get(name) for name in names)
    title = title.strip()[:_MOST_TITLE] if isinstance(title, str) else title
    url, title, kind = (told(url, _MOST_URL), told(title, _MOST_TITLE), told(kind, _MOST_KIND))
    if url.startswith("/") and not url.startswith("//") and _host(site):
        url = told(site + url, _MOST_URL)
    return Page(url, title, kind) if url or title or kind else NOWHERE


def came_from(given: object, *here: str) -> str:
    """The address of a page of another site that led somebody here; empty where it is none.

    `here`: addresses of the sites that it must not be on.
    """
    found = told(given, _MOST_URL)
    is_address = found.isascii() and found.isprintable() and found.startswith(("https://", "http://"))
    return found if is_address and _host(found) not in ("", *map(_host, here)) else ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
