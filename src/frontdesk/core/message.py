"""What a message is made of: parts, the same for every channel.

Channels translate parts to their own wire and fall back to text where they cannot show one.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import msgspec

MAX_TEXT = 8_000
"""Most characters of a customer's message that are looked at; longer ones are cut on the way in."""


Author = Literal["contact", "bot", "operator", "note", "event"]
"""Who says a message. A `note` is seen by people at the desk only; an `event` nobody wrote: it happened."""


Pixels = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class TextLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Most characters that a channel shows; 0 where it has no limit."""

    text: int = 0
    button: int = 0
    quick_reply: int = 0
    card_title: int = 0
    card_subtitle: int = 0


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an answer rests on: an article, and the character of its text at which the answer begins."""

    title: str
    url: str = ""
    start: int = 0


class Text(msgspec.Struct, frozen=True, tag="text", omit_defaults=True):
    """Plain text, never HTML; line breaks count. `sources`: of an answer out of the knowledge base."""

    text: str
    sources: tuple[Source, ...] = ()


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to tap: `payload` comes back as the customer's next message, `url` opens a page instead."""

    title: str
    payload: str = ""
    url: str = ""


class Buttons(msgspec.Struct, frozen=True, tag="buttons", omit_defaults=True):
    """A text with buttons under it; channels without buttons number them.

    `quick`: they are quick replies, gone once the customer has answered. `sources`: of an answer out of the knowledge
    base.
    """

    text: str
    buttons: tuple[Button, ...]
    quick: bool = False
    sources: tuple[Source, ...] = ()


class Image(msgspec.Struct, frozen=True, tag="image", omit_defaults=True):
    """A picture at an absolute http(s) URL, or an uploaded one: then `url` is made anew whenever it is shown.

    `width` and `height` are those it is shown with, 0 where nobody knows; of an uploaded one they are the file's own.
    """

    url: str = ""
    alt: str = ""
    file_id: str = ""
    width: Pixels = 0
    height: Pixels = 0


class Attachment(msgspec.Struct, frozen=True, tag="attachment", omit_defaults=True):
    """A file at an absolute http(s) URL, or an uploaded one: then `url` is made anew whenever it is shown.

    `size_bytes` is 0 where nobody knows; of an uploaded one it is the file's own.
    """

    url: str = ""
    name: str = ""
    file_id: str = ""
    size_bytes: Bytes = 0


class Audio(msgspec.Struct, frozen=True, tag="audio", omit_defaults=True):
    """A sound at an absolute http(s) URL."""

    url: str
    title: str = ""


class Video(msgspec.Struct, frozen=True, tag="video", omit_defaults=True):
    """A film at an absolute http(s) URL."""

    url: str
    title: str = ""


class Input(msgspec.Struct, frozen=True, tag="input", omit_defaults=True):
    """A question whose answer is of a kind that channels may have a field for; elsewhere it is plain text."""

    text: str
    kind: Literal["email", "phone", "number", "date", "time", "file"]


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tile of a carousel."""

    title: str
    subtitle: str = ""
    image: str = ""
    buttons: tuple[Button, ...] = ()


class Cards(msgspec.Struct, frozen=True, tag="cards"):
    """A carousel of 1..10 tiles."""

    cards: tuple[Card, ...]


class Custom(msgspec.Struct, frozen=True, tag="custom"):
    """A body that only the receiving channel understands; passed through untouched."""

    body: dict[str, object]


File = Image | Attachment


class Sent(msgspec.Struct, frozen=True, tag="attachment", omit_defaults=True):
    """A file that a customer sent along, as it is stored while its message waits; `width` and `height` are 0 of what is no picture.

    A picture has the tag of any file, which is the only one that a former release takes here: a message that it cannot read
    it sets aside, and a conversation's state it begins anew.
    """

    url: str = ""
    name: str = ""
    file_id: str = ""
    size_bytes: Bytes = 0
    width: Pixels = 0
    height: Pixels = 0

    @property
    def part(self) -> File:
        """What is kept and shown of it as a part of its message."""
        if self.width and self.height:
            return Image(self.url, self.name, self.file_id, self.width, self.height)
        return Attachment(self.url, self.name, self.file_id, self.size_bytes)


Part = Text | Buttons | Input | Image | Audio | Video | Attachment | Cards | Custom


class FileFacts(msgspec.Struct, frozen=True):
    """What is known of an uploaded file; `width` and `height` are 0 of what is no picture."""

    width: int
    height: int
    size_bytes: int


def file_ids(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The uploaded files of a message.

    Returns:
        Their ids in order, each once.
    """
    found = (part.file_id for part in parts if isinstance(part, Image | Attachment) and part.file_id)
    return tuple(dict.fromkeys(found))


def with_links(parts: tuple[Part, ...], link: Callable[[str], str]) -> tuple[Part, ...]:
    """Give uploaded files the addresses at which whoever is shown the message can fetch them.

    Args:
        parts: As stored; an uploaded file has its id and no address.
        link: From the id of a file to its address.

    Returns:
        The parts with these addresses; all others untouched.
    """
    return tuple(
        msgspec.structs.replace(part, url=link(part.file_id))
        if isinstance(part, Image | Attachment) and part.file_id
        else part
        for part in parts
    )


def with_facts(parts: tuple[Part, ...], facts: Mapping[str, FileFacts]) -> tuple[Part, ...]:
    """Say of uploaded files what is known of them, whatever their sender said.

    Args:
        parts: As they came.
        facts: By the file's id.

    Returns:
        The parts with these facts; those of other files untouched.
    """
    return tuple(
        _with(part, facts[part.file_id])
        if isinstance(part, Image | Attachment) and part.file_id in facts
        else part
        for part in parts
    )


def _with(part: File, known: FileFacts) -> File:
    match part:
        case Image():
            return msgspec.structs.replace(part, width=known.width, height=known.height)
        case Attachment():
            return msgspec.structs.replace(part, size_bytes=known.size_bytes)


def plain(parts: tuple[Part, ...]) -> str:
    """The text of a message, for search, logs and channels that know nothing else.

    Returns:
        The texts of all parts, one a line; `""` when no part has any.
    """
    lines: list[str] = []
    for part in parts:
        match part:
            case Text(text) | Buttons(text, _) | Input(text):
                lines.append(text)
            case Image(alt=text) | Attachment(name=text) | Audio(title=text) | Video(title=text):
                lines.append(text)
            case Cards(cards):
                lines += [card.title for card in cards]
            case Custom():
                pass
    return "\n".join(line for line in lines if line)


def written_out(parts: tuple[Part, ...]) -> str:
    """Everything of a message as text, for whoever can be shown nothing else.

    Returns:
        One line and more for each part: buttons numbered, or in one line where their titles are their numbers; media as
        their addresses, cards line by line.
    """
    return "\n".join(line for part in parts for line in _lines(part) if line)


def _lines(part: Part) -> list[str]:
    match part:
        case Text(text) | Input(text):
            return [text]
        case Buttons(text, buttons):
            return [text, *_numbered(buttons)]
        case Image(url, name) | Attachment(url, name) | Audio(url, name) | Video(url, name):
            return [_named(name, url)]
        case Cards(cards):
            return [line for card in cards for line in _card(card)]
        case Custom():
            return []


def _card(card: Card) -> list[str]:
    return [_named(card.title, card.subtitle), card.image, *_numbered(card.buttons)]


def _numbered(buttons: tuple[Button, ...]) -> list[str]:
    lines = [_named(button.title, button.url) for button in buttons]
    if lines == [str(number) for number in range(1, len(lines) + 1)]:
        return [" / ".join(lines)]
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _named(name: str, what: str) -> str:
    return f"{name}: {what}" if name and what else name or what
