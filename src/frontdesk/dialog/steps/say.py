"""`say`: one message to the customer; text, or a mapping with what else it shows."""

import zlib
from dataclasses import dataclass

import msgspec

from frontdesk.core.action import Returned
from frontdesk.core.message import Attachment, Audio, Buttons, Image, Part, Text, Video
from frontdesk.core.script import Ran
from frontdesk.dialog.bot import Asker, Body, Talk
from frontdesk.dialog.bot_parts import ScriptRef
from frontdesk.dialog.content import (
    ButtonText,
    CardList,
    FileText,
    read_buttons,
    read_cards,
    read_file,
    shown_buttons,
)
from frontdesk.dialog.moves import Failed, Move, Next
from frontdesk.dialog.reading import StepFields, StepType
from frontdesk.dialog.scripts import MAX_DELAY_S, apply_effects, run_script
from frontdesk.dialog.templates import Template

_PARTS = "parts"
"""The memo of the prepared message, while the script after it runs."""


@dataclass(frozen=True, slots=True)
class _Files:
    """What is shown beside the text, each behind a URL."""

    image: FileText | None = None
    audio: FileText | None = None
    video: FileText | None = None
    attachment: FileText | None = None

    def show(self, talk: Talk) -> list[Part]:
        shown: list[Part] = []
        for kind, file in (
            (Image, self.image),
            (Audio, self.audio),
            (Video, self.video),
            (Attachment, self.attachment),
        ):
            if file is not None:
                url, caption = file.show(talk)
                shown += [kind(url, caption)] if url else []
        return shown


@dataclass(frozen=True, slots=True)
class _Say(Asker):
    texts: tuple[Template, ...] = ()
    buttons: tuple[ButtonText, ...] = ()
    quick: bool = False
    files: _Files = _Files()
    cards: CardList | None = None
    delay_s: float = 0.0
    after: ScriptRef | None = None

    def run(self, talk: Talk) -> Move:
        parts = self._parts(talk)
        if self.after is not None:
            talk.memo[_PARTS] = msgspec.to_builtins(parts)
            return run_script(talk, self.after)
        talk.say(*parts, delay_s=self.delay_s)
        return Next()

    def came(self, talk: Talk, returned: Returned) -> Move:
        if not isinstance(returned, Ran):
            return Failed()
        moved = apply_effects(talk, returned)
        parts = msgspec.convert(talk.memo.pop(_PARTS, []), list[Part])
        if moved is not None:
            return moved
        talk.say(*parts, delay_s=talk.state.moment.delay_s or self.delay_s)
        return Next()

    def _parts(self, talk: Talk) -> list[Part]:
        text = self._text(talk)
        buttons = shown_buttons(self.buttons, talk)
        parts: list[Part] = [Buttons(text, buttons, self.quick) if buttons else Text(text)]
        parts += self.files.show(talk)
        cards = self.cards.show(talk) if self.cards is not None else None
        return [*parts, cards] if cards is not None else parts

    def _text(self, talk: Talk) -> str:
        if not self.texts:
            return ""
        # The same when the turn is run again, as after a crash.
        drawn = zlib.crc32(f"{talk.turn.key}:{talk.place}".encode())
        return self.texts[drawn % len(self.texts)].text(talk)


class _SayType:
    key = "say"

    def read(self, fields: StepFields) -> Body:
        after = fields.script("after")
        node = fields.get("say")
        if node is None:
            fields.problems.error(
                fields.place("say"), "'say' has no text.", "Write say: and the text, in quotes."
            )
            return _Say()
        if not isinstance(node.value, dict) or fields.is_localised(node):
            return _Say((fields.template_of(node, "'say'"),), after=after)
        inner = fields.inside(node, "'say'")
        buttons, quick = read_buttons(inner, "buttons"), read_buttons(inner, "quick_replies")
        if buttons and quick:
            inner.problems.error(node, "'buttons' and 'quick_replies' exclude each other.", "Keep one.")
        said = _Say(
            _read_texts(inner),
            buttons or quick,
            bool(quick),
            _Files(
                read_file(inner, "image", "alt"),
                read_file(inner, "audio", "title"),
                read_file(inner, "video", "title"),
                read_file(inner, "attachment", "name"),
            ),
            read_cards(inner, "cards"),
            inner.seconds("delay", 0.0, 0.0, MAX_DELAY_S),
            after,
        )
        inner.close()
        if not (said.texts or said.buttons or said.files != _Files() or said.cards):
            fields.problems.error(
                node, "'say' is empty.", "Give it text, buttons, cards, an image, audio, video or attachment."
            )
        return said


def _read_texts(fields: StepFields) -> tuple[Template, ...]:
    variants = fields.texts_or_languages("variants")
    text = fields.template("text")
    if text is not None and variants:
        fields.problems.error(
            fields.place("variants"), "'text' and 'variants' exclude each other.", "Keep one."
        )
    if text is not None:
        return (text,)
    return tuple(fields.template_of(node, "A variant") for node in variants)


STEP: StepType = _SayType()
