"""`say`: one message to the customer; text, or a mapping with text, buttons, image or attachment."""

from dataclasses import dataclass

from frontdesk.core.message import Attachment, Button, Buttons, Image, Part, Text
from frontdesk.dialog.bot import Body, Talk
from frontdesk.dialog.moves import Move, Next
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.rules import read_list
from frontdesk.dialog.templates import Template
from frontdesk.dialog.urls import Url, UrlRefused, url_mistake
from frontdesk.dialog.yaml import Node


@dataclass(frozen=True, slots=True)
class _Button:
    title: Template
    payload: Template | None = None
    url: Url | None = None

    def show(self, talk: Talk) -> Button | None:
        title = self.title.text(talk)
        if self.url is not None:
            url = _opened(self.url, talk)
            return Button(title, url=url) if title and url else None
        payload = self.payload.text(talk) if self.payload is not None else ""
        return Button(title, payload or title) if title else None


@dataclass(frozen=True, slots=True)
class _File:
    url: Url
    caption: Template | None = None

    def show(self, talk: Talk) -> tuple[str, str]:
        return _opened(self.url, talk), self.caption.text(talk) if self.caption is not None else ""


@dataclass(frozen=True, slots=True)
class _Say(Body):
    text: Template | None = None
    buttons: tuple[_Button, ...] = ()
    image: _File | None = None
    attachment: _File | None = None

    def run(self, talk: Talk) -> Move:
        if not (self.buttons or self.image or self.attachment):
            talk.say_text(self.text.text(talk) if self.text is not None else "")
            return Next()
        text = self.text.text(talk) if self.text is not None else ""
        shown = tuple(button for each in self.buttons if (button := each.show(talk)) is not None)
        parts: list[Part] = [Buttons(text, shown) if shown else Text(text)]
        if self.image is not None:
            url, alt = self.image.show(talk)
            parts += [Image(url, alt)] if url else []
        if self.attachment is not None:
            url, name = self.attachment.show(talk)
            parts += [Attachment(url, name)] if url else []
        talk.say(*parts)
        return Next()


def _opened(url: Url, talk: Talk) -> str:
    try:
        return url.text(talk)
    except UrlRefused as error:
        talk.alert("link_refused", f"A link was left out: {error}.")
        return ""


class _SayType:
    key = "say"

    def read(self, fields: StepFields) -> Body:
        node = fields.get("say")
        if node is None:
            fields.problems.error(
                fields.place("say"), "'say' has no text.", "Write say: and the text, in quotes."
            )
            return _Say()
        if not isinstance(node.value, dict):
            return _Say(fields.template_of(node, "'say'"))
        inner = fields.inside(node, "'say'")
        said = _Say(
            inner.template("text"),
            tuple(_read_button(inner, item) for item in read_list(inner, "buttons", inner.get("buttons"))),
            _read_file(inner, "image", "alt"),
            _read_file(inner, "attachment", "name"),
        )
        inner.close()
        if said == _Say():
            fields.problems.error(node, "'say' is empty.", "Give it text, buttons, image or attachment.")
        return said


def _read_button(fields: StepFields, node: Node) -> _Button:
    if not isinstance(node.value, dict):
        return _Button(fields.template_of(node, "A button"))
    inner = fields.inside(node, "A button")
    title = inner.template("title")
    if title is None:
        inner.problems.error(node, "The button has no title.", "Write title: and a text.")
    button = _Button(title or Template("", ()), inner.template("payload"), _read_url(inner, "url"))
    if button.payload is not None and button.url is not None:
        inner.problems.error(node, "'payload' and 'url' exclude each other.", "Keep one.")
    inner.close()
    return button


def _read_file(fields: StepFields, key: str, caption: str) -> _File | None:
    said = fields.template(caption)
    url = _read_url(fields, key)
    return None if url is None else _File(url, said)


def _read_url(fields: StepFields, key: str) -> Url | None:
    template = fields.template(key)
    if template is None:
        return None
    mistake = url_mistake(template) if template.pieces else ""
    if mistake:
        fields.problems.error(
            fields.place(key), f"'{key}' cannot be used: {mistake}.", "Write https://host/path."
        )
    return Url(template)


STEP: StepType = _SayType()
