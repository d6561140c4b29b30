"""What a message shows besides its text, as templates: buttons, files behind a URL, cards. Read by steps that say."""

from dataclasses import dataclass

from frontdesk.core.message import Button, Card, Cards
from frontdesk.dialog.bot import Talk
from frontdesk.dialog.fields import check_name
from frontdesk.dialog.paths import Getter
from frontdesk.dialog.reading import StepFields
from frontdesk.dialog.rules import read_list
from frontdesk.dialog.state import MAX_RESULTS, Loop, bounded
from frontdesk.dialog.templates import Template
from frontdesk.dialog.urls import Url, UrlRefused, url_mistake
from frontdesk.dialog.yaml import Node

MAX_CARDS = 10
_ROUND = "a card of "
"""Begins the name of the loop that cards are made in, which no step's loop can have."""


@dataclass(frozen=True, slots=True)
class ButtonText:
    """One button."""

    title: Template
    payload: Template | None = None
    url: Url | None = None

    def show(self, talk: Talk) -> Button | None:
        title = self.title.text(talk)
        if self.url is not None:
            url = opened(self.url, talk)
            return Button(title, url=url) if title and url else None
        payload = self.payload.text(talk) if self.payload is not None else ""
        return Button(title, payload or title) if title else None


@dataclass(frozen=True, slots=True)
class FileText:
    """A file behind a URL, and what is said of it."""

    url: Url
    caption: Template | None = None

    def show(self, talk: Talk) -> tuple[str, str]:
        """URL and caption; the URL is empty where it must not be used."""
        return opened(self.url, talk), self.caption.text(talk) if self.caption is not None else ""


@dataclass(frozen=True, slots=True)
class CardText:
    """One card."""

    title: Template
    subtitle: Template | None = None
    image: Url | None = None
    buttons: tuple[ButtonText, ...] = ()

    def show(self, talk: Talk) -> Card | None:
        title = self.title.text(talk)
        if not title:
            return None
        subtitle = self.subtitle.text(talk) if self.subtitle is not None else ""
        image = opened(self.image, talk) if self.image is not None else ""
        return Card(title, subtitle, image, shown_buttons(self.buttons, talk))


@dataclass(frozen=True, slots=True)
class CardList:
    """Cards as written, or one for each element of a list."""

    cards: tuple[CardText, ...] = ()
    items: Getter | None = None
    name: str = ""

    def show(self, talk: Talk) -> Cards | None:
        if self.items is None:
            shown = [card.show(talk) for card in self.cards]
        else:
            shown = self._each(talk, self.items)
        kept = tuple(card for card in shown if card is not None)[:MAX_CARDS]
        return Cards(kept) if kept else None

    def _each(self, talk: Talk, items: Getter) -> list[Card | None]:
        found = items(talk)
        kept = bounded(list(found)[:MAX_CARDS] if isinstance(found, list | tuple) else [], MAX_RESULTS)
        if not isinstance(kept, list) or not talk.state.stack:
            return []
        loops = talk.state.stack[-1].loops
        shown: list[Card | None] = []
        try:
            for index in range(len(kept)):
                loops[_ROUND + self.name] = Loop(self.name, kept, index)
                shown += [card.show(talk) for card in self.cards]
        finally:
            loops.pop(_ROUND + self.name, None)
        return shown


def opened(url: Url, talk: Talk) -> str:
    """The URL with its values; empty, and the author told, where it must not be used."""
    try:
        return url.text(talk)
    except UrlRefused as error:
        talk.alert("link_refused", f"A link was left out: {error}.")
        return ""


def shown_buttons(buttons: tuple[ButtonText, ...], talk: Talk) -> tuple[Button, ...]:
    return tuple(button for each in buttons if (button := each.show(talk)) is not None)


def read_buttons(fields: StepFields, key: str) -> tuple[ButtonText, ...]:
    """The list under `key`: titles, or mappings of title and payload or url."""
    return tuple(_read_button(fields, node) for node in read_list(fields, key, fields.get(key)))


def _read_button(fields: StepFields, node: Node) -> ButtonText:
    if not isinstance(node.value, dict) or fields.is_localised(node):
        return ButtonText(fields.template_of(node, "A button"))
    inner = fields.inside(node, "A button")
    title = inner.template("title")
    if title is None:
        inner.problems.error(node, "The button has no title.", "Write title: and a text.")
    button = ButtonText(title or Template("", ()), inner.template("payload"), read_url(inner, "url"))
    if button.payload is not None and button.url is not None:
        inner.problems.error(node, "'payload' and 'url' exclude each other.", "Keep one.")
    inner.close()
    return button


def read_file(fields: StepFields, key: str, caption: str) -> FileText | None:
    """The URL under `key` and the text under `caption`."""
    said = fields.template(caption)
    url = read_url(fields, key)
    return None if url is None else FileText(url, said)


def read_url(fields: StepFields, key: str) -> Url | None:
    template = fields.template(key)
    if template is None:
        return None
    mistake = url_mistake(template) if template.pieces else ""
    if mistake:
        fields.problems.error(
            fields.place(key), f"'{key}' cannot be used: {mistake}.", "Write https://host/path."
        )
    return Url(template)


def read_cards(fields: StepFields, key: str) -> CardList | None:
    """A list of cards, or `{for_each: ..., as: ..., card: ...}`."""
    node = fields.get(key)
    if node is None:
        return None
    if isinstance(node.value, dict):
        return _read_card_for_each(fields.inside(node, f"'{key}'"))
    items = read_list(fields, key, node)
    if len(items) > MAX_CARDS:
        fields.problems.error(node, f"'{key}' has more than {MAX_CARDS} cards.", "Show fewer.")
    return CardList(tuple(_read_card(fields.inside(item, "A card")) for item in items))


def _read_card_for_each(fields: StepFields) -> CardList:
    items = fields.list_of("for_each")
    name = fields.text("as", "item")
    check_name(name, "an element", fields.place("as"), fields.problems)
    node = fields.get("card")
    if items is None or node is None:
        fields.problems.error(
            fields.node,
            "Cards come as a list, or for each element of one.",
            "Write for_each: a list, and card:.",
        )
        node = node or fields.place("card")
    with fields.element(name, fields.place("as")):
        card = _read_card(fields.inside(node, "A card"))
    fields.close()
    return CardList((card,), items, name)


def _read_card(fields: StepFields) -> CardText:
    title = fields.template("title")
    if title is None:
        fields.problems.error(fields.node, "The card has no title.", "Write title: and a text.")
    card = CardText(
        title or Template("", ()),
        fields.template("subtitle"),
        read_url(fields, "image"),
        read_buttons(fields, "buttons"),
    )
    fields.close()
    return card
