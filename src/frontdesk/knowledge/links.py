"""Addresses of the web in a text, and a text without those that lead elsewhere than to its article's own site.

An article may have been written by a stranger. What a customer is answered with, and what a model reads to write an
answer, holds no address but the article's and others on its host; so neither can pass one on.
"""

import re
from urllib.parse import urlsplit

URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\"'«»“”\])]{1,2000}", re.IGNORECASE)
BARE = re.compile(
    r"(?<!\w)(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}(?:/[^\s<>\"'«»“”\])]{0,500})?(?![\w@])"
    r"|(?<!\w)(?:[\w-]{1,63}\.){1,4}(?:[^\W\d_]{2,12}/[^\s<>\"'«»“”\])]{1,500}|(?:рф|бел|укр|қаз|срб)\b)",
    re.IGNORECASE,
)
"""Without a scheme, as chats make links of them."""
EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
TRAIL = ".,;:!?…*_"
"""Behind an address and not of it."""
LEFT_OUT = "…"
"""Stands where an address was."""
_NAMED = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(\s{0,3}<?([^\s()<>]{1,2000})>?(?:\s[^()\n]{0,300})?\)")
_EITHER = re.compile(
    f"(?P<mail>{EMAIL.pattern})|(?P<url>{URL.pattern})|(?P<bare>{BARE.pattern})", re.IGNORECASE
)
_FILE_ENDINGS = frozenset(
    [
        "apk",
        "cfg",
        "css",
        "csv",
        "dmg",
        "doc",
        "docx",
        "exe",
        "gif",
        "htm",
        "html",
        "ini",
        "jpeg",
        "jpg",
        "js",
        "json",
        "log",
        "odt",
        "pdf",
        "png",
        "ppt",
        "pptx",
        "rtf",
        "svg",
        "toml",
        "txt",
        "webp",
        "xls",
        "xlsx",
        "xml",
        "yaml",
        "yml",
    ]
)
"""Of those only that are no domain: what ends so is the name of a file."""


def own_only(text: str, url: str) -> str:
    """A text without addresses of other hosts than that of `url`, its article's; all go where that is empty.

    A link with a name keeps the name; an address alone becomes `…`, and a line that held nothing else goes.
    """
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

    def alone(match: re.Match[str]) -> str:
        if match["mail"] is not None:
            return match[0]
        link = match[0].rstrip(TRAIL)
        if match["bare"] is not None and not _leads_somewhere(link):
            return match[0]
        if match["bare"] is not None and _is_sentences_end(link):
            return match[0].replace(".", ". ", 1)
        return match[0] if _is_own(link, url) else LEFT_OUT + match[0][len(link) :].lstrip(".…")

    return _EITHER.sub(alone, _NAMED.sub(named, line))


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
    return bare.partition("/")[0].rpartition(".")[2].lower() not in _FILE_ENDINGS


def _is_sentences_end(bare: str) -> bool:
    """Whether a space was forgotten behind a stop: `days.The`."""
    before, _, last = bare.partition(".")
    return last.isalpha() and last.istitle() and before[-1:].islower()
