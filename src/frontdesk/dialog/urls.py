"""URLs with values in them: values are percent-encoded and can never change host, path depth or query keys."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from frontdesk.dialog.paths import Values
from frontdesk.dialog.templates import Ref, Template

_HOST_DONE = re.compile(r"https?://[^/?#]+[/?#].*", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BAD = re.compile(r"[\x00-\x20\x7f\\]")
MAX_URL = 4_000


class UrlRefused(ValueError):
    """The expanded URL must not be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL template."""

    template: Template

    def text(self, values: Values) -> str:
        """The expanded URL.

        Raises:
            UrlRefused: It is not absolute http(s), or a value would walk up its path.
        """
        url = self.template.text(values, _quote)
        if not _SCHEME.match(url) or len(url) > MAX_URL or _BAD.search(url):
            raise UrlRefused("it is not an absolute http(s) address")
        try:
            parts = urlsplit(url)
        except ValueError:
            raise UrlRefused("it is not an absolute http(s) address") from None
        if not parts.hostname:
            raise UrlRefused("it has no host")
        if any(unquote(segment) in {".", ".."} for segment in parts.path.split("/")):
            raise UrlRefused("a part of its path is '.' or '..'")
        return url


@dataclass(frozen=True, slots=True)
class RegionalUrl:
    """One URL for each region; `region` says whose is taken."""

    region: Template
    urls: Mapping[str, Url]

    def text(self, values: Values) -> str:
        """The expanded URL of the region.

        Raises:
            UrlRefused: There is none for it, or it cannot be used.
        """
        region = self.region.text(values).strip()
        if region not in self.urls:
            raise UrlRefused(f"there is none for the region '{region[:40]}'")
        return self.urls[region].text(values)


def url_mistake(template: Template) -> str:
    """What is wrong with a URL template as written; `""` when nothing is."""
    before = ""
    for piece in template.pieces:
        if isinstance(piece, Ref):
            # An env value is the author's own and may hold scheme and host; nothing else may.
            if piece.kind != "env" and not _HOST_DONE.match(before):
                return "a value stands where scheme and host belong"
            before += "https://env" if piece.kind == "env" and not before else "x"
        else:
            before += piece
    return "" if _SCHEME.match(before) else "it does not begin with http:// or https://"


def _quote(text: str) -> str:
    return quote(text, safe="", errors="replace")
