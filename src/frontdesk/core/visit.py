"""What a customer writes with, as their browser calls itself: its family and the kind of machine, nothing finer. Pure.

Called by the wires that browsers speak, and told in `conversation.created`. A browser can say of itself what it likes, so
nothing is decided by it. An iPad that asks for desktop pages calls itself a Mac, and is one here.
"""

import re
from functools import lru_cache
from typing import Literal

import msgspec

from frontdesk.core.languages import is_language

Device = Literal["desktop", "mobile", "tablet", "bot", "other", ""]
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,8}", re.ASCII | re.IGNORECASE)
MOST_USER_AGENT = 512
"""Characters that are looked at."""

# Each of these says the names of those below as well.
_FAMILIES = (
    (re.compile(r"\bEdg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"\b(OPR|OPT|OPiOS|Opera( Mini| Mobi)?)\b"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(YaBrowser|Vivaldi|UCBrowser|MiuiBrowser|DuckDuckGo|Brave|SeaMonkey)\b"), "Other"),
    (re.compile(r"\b(Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/"), "Chrome"),
    (re.compile(r"\bVersion/[^ ]+ .*\bSafari/"), "Safari"),
)
_DEVICES: tuple[tuple[re.Pattern[str], Device], ...] = (
    (re.compile(r"bot\b|crawl|spider|slurp|headless|lighthouse", re.IGNORECASE), "bot"),
    (re.compile(r"\bOpera (Mini|Mobi)\b"), "mobile"),
    (
        re.compile(r"\biPad\b|\bTablet\b|\bKindle\b|\bSilk/|\bPlayBook\b|\bAndroid\b(?!.*\bMobile\b)"),
        "tablet",
    ),
    (re.compile(r"\biPhone\b|\biPod\b|\bMobi(le)?\b"), "mobile"),
    (re.compile(r"\bWindows NT\b|\bMacintosh\b|\bX11\b|\bCrOS\b|\bLinux\b"), "desktop"),
)
_BROWSERS = re.compile(r"(Mozilla|Opera)/")


class Visit(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which browser a customer writes with, and on what.

    Attributes:
        browser: Chrome, Edge, Firefox, Opera, Safari, Samsung Internet or Other; empty where no browser writes.
        device: What it runs on; empty where no browser writes.
        language: What the window they write in speaks, such as `pt-BR`; empty where that is not said.
        referrer: The page of another site that led them here; empty where none did, or that is not said.
    """

    browser: str = ""
    device: Device = ""
    language: str = ""
    referrer: str = ""


UNSEEN = Visit()
"""Of a customer who writes with no browser that is known of."""


def visit_of(user_agent: str, language: object = "", referrer: str = "") -> Visit:
    """What a browser's own words say: those of programs, which do not begin as browsers' do, say nothing.

    Args:
        user_agent: The header as it came; anything. Beyond `MOST_USER_AGENT` characters it is not read.
        language: What the page says that it speaks; anything.
        referrer: As `Visit` has it.

    Returns:
        Besides `referrer` words of ours alone, none of the header's, and a language only where there is one of that code.
    """
    found = _visit_of(user_agent[:MOST_USER_AGENT])
    if referrer:
        found = msgspec.structs.replace(found, referrer=referrer)
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language) or not is_language(language):
        return found
    return msgspec.structs.replace(found, language=language)


@lru_cache(maxsize=256)
def _visit_of(text: str) -> Visit:
    if not _BROWSERS.match(text):
        return UNSEEN
    browser = next((name for sign, name in _FAMILIES if sign.search(text)), "Other")
    return Visit(browser, next((name for sign, name in _DEVICES if sign.search(text)), "other"))
