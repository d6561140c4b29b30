"""A message in the Rasa wire: one object a bubble, as the REST wire answers and the callback channel posts them."""

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

_BLANK_LINES = re.compile(r"\r?\n(?:[ \t]*\r?\n)+")
_ORDER: dict[type[Part], int] = {
    Text: 0,
    Buttons: 0,
    Input: 0,
    Custom: 1,
    Image: 2,
    Attachment: 3,
    Audio: 3,
    Video: 3,
    Cards: 4,
}


def bubbles(recipient: str, parts: tuple[Part, ...]) -> list[dict[str, object]]:
    """What the customer's side gets for one message.

    Args:
        recipient: The sender of the message that is answered; becomes `recipient_id`.
        parts: The message; may be empty.

    Returns:
        0..n bubbles: texts and buttons first, then custom, image, attachment (audio and video too) and cards,
        each kind in the order of `parts`. Keys only when set, `recipient_id` first. A text is cut at blank lines, its buttons, and
        as `metadata` the sources of an answer, go with the last piece; cards become texts.

    Source: S000-23 to S000-28; the REST channel of Rasa 3.6 for order, cutting and cards.
    """
    found: list[dict[str, object]] = []
    for part in parts if len(parts) == 1 else sorted(parts, key=lambda part: _ORDER[type(part)]):
        match part:
            case Text(text, sources):
                found += _with_buttons(recipient, text, (), sources)
            case Input(text):
                found += _with_buttons(recipient, text, ())
            case Buttons(text, buttons, sources=sources):
                found += _with_buttons(recipient, text, buttons, sources)
            case Custom(body):
                found.append({"recipient_id": recipient, "custom": body})
            case Image(url):
                found.append({"recipient_id": recipient, "image": url})
            case Attachment(url) | Audio(url) | Video(url):
                found.append({"recipient_id": recipient, "attachment": url})
            case Cards(cards):
                for card in cards:
                    found += _with_buttons(recipient, _card_text(card), card.buttons)
    return found


def _pieces(text: str) -> list[str]:
    text = text.strip()
    if "\n" in text:
        return _BLANK_LINES.split(text)
    return [text] if text else []


def _with_buttons(
    recipient: str, text: str, buttons: tuple[Button, ...], sources: tuple[Source, ...] = ()
) -> list[dict[str, object]]:
    pieces = _pieces(text)
    if buttons and not pieces:
        pieces = [""]
    found: list[dict[str, object]] = [{"recipient_id": recipient, "text": piece} for piece in pieces]
    if buttons:
        found[-1]["buttons"] = [_button(button) for button in buttons]
    if sources and found:
        found[-1]["metadata"] = {"sources": [msgspec.to_builtins(source) for source in sources]}
    return found


def _button(button: Button) -> dict[str, str]:
    if button.url:
        link = {"title": button.title, "url": button.url}
        return link | {"payload": button.payload} if button.payload else link
    # A button without a payload says its own title, as on every other channel.
    return {"title": button.title, "payload": button.payload or button.title}


def _card_text(card: Card) -> str:
    return f"{card.title} : {card.subtitle}" if card.subtitle else card.title
