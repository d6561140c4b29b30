"""What may come as the parts of a message that people or programs write: read once here, then it is one of our types.

Called by `web/v1`. What channels show less of, they cut themselves.
"""

from collections.abc import Iterator, Sequence

import msgspec

from frontdesk.core.errors import Refused
from frontdesk.core.message import (
    MAX_TEXT,
    Attachment,
    Audio,
    Button,
    Buttons,
    Cards,
    Custom,
    Image,
    Input,
    Part,
    Text,
    Video,
)

MOST_PARTS = 10
MOST_BUTTONS = 20
MOST_CARDS = 10
MOST_SOURCES = 10
MAX_WORDS = 1_000
"""Characters of a title, a name, a payload."""
MAX_URL = 2_000
MAX_BYTES = 100_000
"""Of all parts together, as JSON."""

_encode = msgspec.json.Encoder().encode


def parts_of(text: str, given: Sequence[object]) -> tuple[Part, ...]:
    """The parts of a message as they came from outside.

    Raises:
        Refused: One of them cannot be read, says nothing, is too large, or leads somewhere else than to http or https.
    """
    try:
        read = msgspec.convert(given, tuple[Part, ...])
    except msgspec.ValidationError as error:
        raise _refused(f"A part cannot be read: {error}.") from None
    for part in read:
        for trouble in _troubles(part):
            raise _refused(trouble)
    lead = (Text(text),) if text.strip() else ()
    if not (lead or read):
        raise Refused("invalid", "A message has to say something.", field="text")
    if len(_encode(read)) > MAX_BYTES:
        raise _refused(f"The parts are larger than {MAX_BYTES} bytes.")
    return (*lead, *read)


def _refused(trouble: str) -> Refused:
    return Refused("invalid", trouble, field="parts")


def _troubles(part: Part) -> Iterator[str]:
    match part:
        case Text(text, sources):
            yield from _text(text)
            yield from _addresses("source", (source.url for source in sources))
            yield from _words("source", (source.title for source in sources))
            yield from _count("sources", len(sources), 0, MOST_SOURCES)
        case Buttons(text, buttons, sources=sources):
            yield from _text(text)
            yield from _buttons(buttons, least=1)
            yield from _addresses("source", (source.url for source in sources))
            yield from _words("source", (source.title for source in sources))
            yield from _count("sources", len(sources), 0, MOST_SOURCES)
        case Input(text):
            yield from _text(text)
        case Image(url, name, file_id) | Attachment(url, name, file_id):
            if not (url or file_id):
                yield "An image or attachment has a url or the file_id of an uploaded file."
            yield from _addresses("file", (url,))
            yield from _words("file", (name, file_id))
        case Audio(url, title) | Video(url, title):
            if not url:
                yield "A sound or film has a url."
            yield from _addresses("file", (url,))
            yield from _words("file", (title,))
        case Cards():
            yield from _cards(part)
        case Custom():
            yield "A part of the type custom is for bots."


def _text(text: str) -> Iterator[str]:
    if not text.strip():
        yield "A part has to say something."
    if len(text) > MAX_TEXT:
        yield f"A text is longer than {MAX_TEXT} characters."


def _buttons(buttons: tuple[Button, ...], *, least: int) -> Iterator[str]:
    yield from _count("buttons", len(buttons), least, MOST_BUTTONS)
    for button in buttons:
        if not button.title.strip():
            yield "A button has a title."
        yield from _words("button", (button.title, button.payload))
        yield from _addresses("button", (button.url,))


def _cards(part: Cards) -> Iterator[str]:
    yield from _count("cards", len(part.cards), 1, MOST_CARDS)
    for card in part.cards:
        if not card.title.strip():
            yield "A card has a title."
        yield from _words("card", (card.title, card.subtitle))
        yield from _addresses("card", (card.image,))
        yield from _buttons(card.buttons, least=0)


def _count(what: str, count: int, least: int, most: int) -> Iterator[str]:
    if not least <= count <= most:
        yield f"There are {least} to {most} {what}."


def _words(what: str, found: Iterator[str] | Sequence[str]) -> Iterator[str]:
    if any(len(text) > MAX_WORDS for text in found):
        yield f"A text of a {what} is longer than {MAX_WORDS} characters."


def _addresses(what: str, found: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for url in found:
        if url and not url.startswith(("https://", "http://")):
            yield "An address begins with http:// or https://."
        if len(url) > MAX_URL:
            yield f"An address of a {what} is longer than {MAX_URL} characters."
