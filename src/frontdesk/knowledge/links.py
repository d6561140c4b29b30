"""Addresses of the web in a text, and a text without those that lead elsewhere than to its article's own site.

An article may have been written by a stranger. What a customer is answered with, and what a model reads to write an
answer, holds no address but the article's and others on its host; so neither can pass one on.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\"'«»“”\])]{1,2000}", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?![\w/-])")
TRAIL = ".,;:!?…*_"
"""Behind an address and not of it."""
LEFT_OUT = "…"
"""Stands where an address was."""
_BARE = re.compile(
    r"(?<!\w)((?:[\w-]{1,63}\.){1,6}([\w-]{1,63}))(:\d{1,5})?(/[^\s<>\"'«»“”\])]{0,500})?(?![\w@])"
)
"""Words with stops between them; `_leads_somewhere` tells which of them are addresses without a scheme."""
_ODD_STOP = re.compile(r"(?<=[a-z0-9])[．。｡](?=[a-z0-9])", re.IGNORECASE)
"""Browsers read these stops of other scripts as the one of a host's name."""
_NAMED = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(\s{0,3}<?([^\s()<>]{1,2000})>?(?:\s[^()\n]{0,300})?\)")
_EITHER = re.compile(
    f"(?P<mail>{EMAIL.pattern})|(?P<url>{URL.pattern})|(?P<bare>{_BARE.pattern})", re.IGNORECASE
)
_FILE_ENDINGS = re.compile(
    r"apk|cfg|css|csv|dmg|docx?|exe|gif|html?|ini|jpe?g|js|json|log|odt|pdf|png|pptx?|rtf|svg|toml|txt|webp|xlsx?|xml|ya?ml",
    re.IGNORECASE,
)
"""Of those only that are no domain: what ends so is the name of a file."""
_DOMAINS = re.compile(
    r"[a-z]{2}|com|net|org|info|biz|edu|gov|mil|int|name|pro|app|dev|shop|store|online|site|website|xyz|top|click|link|live"
    r"|icu|vip|club|cloud|tech|space|page|work|support|help|pay|bank|finance|money|delivery|express|tracking"
    r"|рф|бел|укр|қаз|срб|онлайн|сайт|ком|орг|дети|москва",
    re.IGNORECASE,
)
"""Well known ones, and those of countries; another word behind a stop is rather the next sentence."""
_IPV4_LABELS = 4
_SHORTEST = 2


def bare_addresses(text: str) -> list[re.Match[str]]:
    """Addresses without a scheme, such as `shop.example/pay`, as chats make links of them."""
    return [match for match in _BARE.finditer(text) if _leads_somewhere(match[0])]


def without_bare(text: str) -> str:
    """A text with a space in the place of each of its `bare_addresses`."""
    return _BARE.sub(lambda match: " " if _leads_somewhere(match[0]) else match[0], text)


def own_only(text: str, url: str) -> str:
    """A text without addresses of other hosts than that of `url`, its article's; all go where that is empty.

    A link with a name keeps the name; an address alone becomes `…`, and a line that held nothing else goes.
    """
    text = _ODD_STOP.sub(".", text)
    if "." not in text and "://" not in text:
        return text
    kept = []
    for line in text.split("\n"):
        own = _own_in(line, url)
        if own == line or says_something(own):
            kept.append(own)
    return "\n".join(kept)


def says_something(text: str) -> bool:
    """Whether there is a word or a number in it."""
    return any(char.isalnum() for char in text)


def _own_in(line: str, url: str) -> str:
    def named(match: re.Match[str]) -> str:
        return match[0] if _is_own(match[2], url) else match[1]

    return _EITHER.sub(_left_of(url), _NAMED.sub(named, line))


def _left_of(url: str) -> Callable[[re.Match[str]], str]:
    """What stays of an address that stands alone."""

    def left(match: re.Match[str]) -> str:
        link = match[0].rstrip(TRAIL)
        if match["mail"] is not None or _is_own(link, url):
            return match[0]
        if match["bare"] is not None and not _leads_somewhere(link):
            return match[0]
        if match["bare"] is not None and _is_forgotten_space(link):
            return match[0].replace(".", ". ", 1)
        return LEFT_OUT + match[0][len(link) :].lstrip(".…")

    return left


def _is_own(link: str, url: str) -> bool:
    if not url:
        return False
    return link == url or (_place(link) is not None and _place(link) == _place(url))


def _place(link: str) -> str | None:
    """Its host; None of what browsers may understand otherwise than we do."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        return None
    if (
        parts.scheme.lower() not in {"http", "https"}
        or "@" in parts.netloc
        or "\\" in link
        or not parts.netloc
    ):
        return None
    return parts.netloc.lower().removeprefix("www.")


def _leads_somewhere(bare: str) -> bool:
    host, slash, _ = bare.rstrip(TRAIL).partition("/")
    host, port, _ = host.partition(":")
    labels = host.split(".")
    last = labels[-1].lower()
    if all(label.isdecimal() for label in labels):
        return len(labels) == _IPV4_LABELS
    if len(last) < _SHORTEST or not (last.isalpha() or last.startswith("xn--")):
        return False
    return bool(slash or port) or not _FILE_ENDINGS.fullmatch(last)


def _is_forgotten_space(bare: str) -> bool:
    """`days.The`, `days.the`, `12.Mai`: two words, the second none that domains end with."""
    before, _, last = bare.partition(".")
    if not last.isalpha() or not before.isalnum():
        return False
    return last.istitle() or (before.isalpha() and not _DOMAINS.fullmatch(last))
