"""A message in the form of Rasa's socket channel: one `bot_uttered` a bubble. Pure; called by `web/rasa_socket_customer.py`.

Cards go as one carousel with a list of elements, which is what clients of that channel draw.
"""

import re

import msgspec

from frontdesk.core.message import (
    Attachment,
    Audio,
    Button,
    Buttons,
    Card,
    Cards,
    Custom,
    Image,
    Input,
    Part,
    Source,
    Text,
    Video,
)

Bubble = dict[str, object]

_BLANK_LINES = re.compile(r"\r?\n(?:[ \t]*\r?\n)+")


def uttered(parts: tuple[Part, ...]) -> list[Bubble]:
    """The bodies of the events, in the order of `parts`; keys only when set."""
    return [bubble for part in parts for bubble in _of(part)]


def _of(part: Part) -> list[Bubble]:
    match part:
        case Text(text, sources) | Buttons(text, (), sources=sources):
            return _sourced(_texts(text), sources)
        case Input(text):
            return _texts(text)
        case Buttons(text, buttons, sources=sources):
            pieces = _texts(text) or [{"text": ""}]
            pieces[-1]["quick_replies"] = [_reply(button) for button in buttons]
            return _sourced(pieces, sources)
        case Custom(body):
            return [{"custom": body}]
        case Cards(cards):
            elements = [_element(card) for card in cards]
            return [_attached("template", {"template_type": "generic", "elements": elements})]
        case _:
            return [_medium(part)]


def _medium(part: Image | Attachment | Audio | Video) -> Bubble:
    match part:
        case Image(url, title):
            return _attached("image", _titled(url, title))
        case Audio(url, title):
            return _attached("audio", _titled(url, title))
        case Video(url, title):
            return _attached("video", _titled(url, title))
        case Attachment(url, title):
            return _attached("file", _titled(url, title))


def _texts(text: str) -> list[Bubble]:
    text = text.strip()
    return [{"text": piece} for piece in _BLANK_LINES.split(text)] if text else []


def _sourced(pieces: list[Bubble], sources: tuple[Source, ...]) -> list[Bubble]:
    if sources and pieces:
        pieces[-1]["metadata"] = {"sources": [msgspec.to_builtins(source) for source in sources]}
    return pieces


def _attached(kind: str, payload: Bubble) -> Bubble:
    return {"attachment": {"type": kind, "payload": payload}}


def _titled(url: str, title: str) -> Bubble:
    return {"src": url, "title": title} if title else {"src": url}


def _reply(button: Button) -> Bubble:
    # A button without a payload says its own title, as on every other channel.
    reply: Bubble = {"content_type": "text", "title": button.title, "payload": button.payload or button.title}
    return reply | {"type": "web_url", "url": button.url} if button.url else reply


def _element(card: Card) -> Bubble:
    found: Bubble = {"title": card.title}
    if card.subtitle:
        found["subtitle"] = card.subtitle
    if card.image:
        found["image_url"] = card.image
    return found | {"buttons": [_of_card(button) for button in card.buttons]}


def _of_card(button: Button) -> Bubble:
    if button.url:
        return {"type": "web_url", "title": button.title, "url": button.url}
    return {"type": "postback", "title": button.title, "payload": button.payload or button.title}
