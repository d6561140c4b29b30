"""What a message of the export shows: texts, choices, buttons, pictures and cards of its tile."""

import re
from dataclasses import dataclass, field

from frontdesk.dialog.templates import compile_template
from frontdesk.dialog.urls import url_mistake
from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.work import Step, Work
from frontdesk.studio.importing.yaml_text import Yaml

MAX_CHOICES = 80
MAX_LINKS = 20
_PLACE = re.compile(r"\{([^{}]*)\}")
_NO_TITLE = "…"


@dataclass(slots=True)
class Content:
    """`texts` are messages of their own; the last one belongs to the question, if it is one."""

    texts: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    """Label and payload (empty where they are the same)."""
    links: list[Step] = field(default_factory=list)
    media: list[Step] = field(default_factory=list)
    cards: list[Step] = field(default_factory=list)

    def choices_yaml(self) -> list[Yaml]:
        return [{"label": label, "payload": payload} if payload else label for label, payload in self.choices]

    def buttons_yaml(self) -> list[Yaml]:
        taps: list[Yaml] = [
            {"title": label, "payload": payload} if payload else label for label, payload in self.choices
        ]
        return [*taps, *self.links]


def read_content(message: Part, work: Work, where: str) -> Content:
    content = Content()
    tile = message.part("content").part("results").part("tile")
    kind = message.text("interactionType").upper()
    reader = _Reader(content, work, where)
    for data in tile.parts("tileData"):
        if kind in {"STRUCTURED", "STRUCTURED_QUESTION"}:
            reader.card(data)
            continue
        content.texts += work.texts.messages(data.text("text"), where)
        reader.buttons(data)
        reader.options(data.part("multipleChoice"))
        reader.replies(data.parts("quickReplyList"))
        if kind in {"IMAGE", "AUDIO", "VIDEO"}:
            reader.media(data, kind.lower())
    reader.replies(message.parts("quickReplies"))
    if len(content.choices) > MAX_CHOICES:
        work.report.add(where, f"Choices beyond {MAX_CHOICES} are left out.", "Ask in two steps.")
        content.choices = content.choices[:MAX_CHOICES]
    if len(content.links) > MAX_LINKS:
        work.report.add(where, f"Links beyond {MAX_LINKS} are left out.", "Send them in several messages.")
        content.links = content.links[:MAX_LINKS]
    return content


def url(text: str, work: Work, where: str) -> str:
    """An address that can be opened; empty (and a finding) when it cannot be known to be one."""
    written = work.texts.template(text.strip(), where)
    try:
        fault = url_mistake(compile_template(written, work.texts.names))
    except ValueError as error:
        fault = str(error)
    if not fault:
        return written
    work.report.add(
        where,
        f"The address '{text[:100]}' cannot be used: {fault}.",
        "Begin it with https://host/ or an env value; values may stand behind the host.",
    )
    return ""


class _Reader:
    def __init__(self, content: Content, work: Work, where: str) -> None:
        self._content = content
        self._work = work
        self._where = where
        self._labels: set[str] = set()

    def _choose(self, label: str, payload: str) -> None:
        written = self._work.texts.message(label, self._where)
        if not written:
            return
        if "{" in payload:
            self._work.report.add(
                self._where,
                f"The payload '{payload[:80]}' holds a value; the label is sent instead.",
                "Test the label.",
            )
            payload = ""
        if written not in self._labels:
            self._labels.add(written)
            self._content.choices.append(
                (written, "" if payload.strip() in {"", label.strip()} else payload.strip())
            )

    def options(self, choice: Part) -> None:
        if choice.holds_texts("multipleChoices"):
            for label in choice.texts("multipleChoices"):
                self._choose(label, "")
            return
        for option in choice.parts("multipleChoices"):
            self._choose(
                option.text("label") or option.text("name") or option.text("title"), option.text("value")
            )

    def replies(self, replies: list[Part]) -> None:
        for reply in replies:
            if reply.text("type", "text").lower() == "text":
                self._choose(reply.text("title"), reply.text("payload"))
            else:
                self._work.report.add(
                    self._where,
                    f"The quick reply of type {reply.text('type')[:40]} is left out.",
                    "Ask for it in words.",
                )

    def buttons(self, data: Part) -> None:
        for button in data.parts("buttons"):
            if button.text("type").lower() == "web_url":
                self._link(button, self._content.links, self._content.texts)
            else:
                self._choose(button.text("name"), button.text("callback"))

    def _link(self, button: Part, links: list[Step], texts: list[str]) -> None:
        title = self._work.texts.message(button.text("name"), self._where)
        address = url(button.text("callback"), self._work, self._where)
        if title and address:
            links.append({"title": title, "url": address})
        elif title:
            # The address is a value of the conversation: shown in words it is still there.
            shown = self._work.texts.template(button.text("callback"), self._where)
            texts.append(f"{title}: {shown}")

    def media(self, data: Part, kind: str) -> None:
        given = data.text("url") or data.text(kind) or data.text("imageUrl")
        address = url(given, self._work, self._where) if given else ""
        if address:
            self._content.media.append({kind: address})

    def card(self, data: Part) -> None:
        card: Step = {}
        for ours, theirs in (("title", "title"), ("subtitle", "subTitle")):
            text = self._work.texts.message(data.text(theirs), self._where)
            if text:
                card[ours] = text
        if data.text("image") and (address := url(data.text("image"), self._work, self._where)):
            card["image"] = address
        if buttons := self._card_buttons(data):
            card["buttons"] = buttons
        if card:
            self._content.cards.append(card if "title" in card else self._titled(card))
        listed = sorted(self._work.lists.intersection(_PLACE.findall(f"{card}")))
        if listed:
            self._work.report.add(
                self._where,
                f"The card stands for each element of {', '.join(listed)[:120]}; here it is one card.",
                "Let the action give the list as one result, and write cards: {for_each: ..., as: ..., card: ...}.",
            )

    def _titled(self, card: Step) -> Step:
        """A card that shows a picture or buttons alone; ours have a title."""
        self._work.report.add(
            self._where, "A card has no title; it got one here.", "Write one that says what it is."
        )
        return {"title": card.get("subtitle") or _NO_TITLE, **card}

    def _card_buttons(self, data: Part) -> list[Step]:
        buttons: list[Step] = []
        for button in data.parts("buttons"):
            title = self._work.texts.message(button.text("name"), self._where)
            if not title:
                continue
            if button.text("type").lower() == "web_url":
                address = url(button.text("callback"), self._work, self._where)
                buttons += [{"title": title, "url": address}] if address else []
                continue
            payload = self._work.texts.template(button.text("callback"), self._where)
            buttons.append({"title": title, "payload": payload or title})
            self._choose(button.text("name"), button.text("callback"))
        return buttons
