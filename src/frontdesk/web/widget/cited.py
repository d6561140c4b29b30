"""An answer's sources stand once in a window that draws them below it: what is written for channels of text alone goes.

`dialog/steps/answer.py` writes it: a last line `Source: Title; Title`, in words that a bot's author may choose, and a button
for each source that has an address.
"""

import re

import msgspec

from frontdesk.core.message import Buttons, Part, Source, Text

MOST = 3
"""So many are drawn."""

_NAMING = re.compile(r"[^:\uff1a]{1,40}[:\uff1a]\s*(?P<titles>.+)")


def once(part: Part) -> Part:
    """`part` without what only repeats the sources that are drawn below it."""
    if not isinstance(part, Text | Buttons) or not part.sources:
        return part
    drawn = part.sources[:MOST]
    text = _unnamed(part.text, drawn)
    if isinstance(part, Text):
        return msgspec.structs.replace(part, text=text)
    linked = {(each.title or each.url, each.url) for each in drawn if each.url}
    buttons = tuple(each for each in part.buttons if (each.title, each.url) not in linked)
    if buttons:
        return msgspec.structs.replace(part, text=text, buttons=buttons)
    return Text(text, part.sources)


def _unnamed(text: str, drawn: tuple[Source, ...]) -> str:
    said, _, last = text.rpartition("\n")
    found = _NAMING.fullmatch(last)
    if not said.strip() or found is None:
        return text
    titles = dict.fromkeys(each.title for each in drawn if each.title and not each.url)
    named = found["titles"]
    is_naming = named == "; ".join(titles) or all(each in titles for each in named.split("; "))
    return said if is_naming else text
