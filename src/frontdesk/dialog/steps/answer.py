"""`answer`: looks the customer's message up in the knowledge base and says what it finds, or keeps it in a slot."""

from dataclasses import dataclass

from frontdesk.core.action import Looked, Lookup, Returned
from frontdesk.core.message import Button, Buttons, Source, Text
from frontdesk.dialog.bot import Body, LooksUp, Talk
from frontdesk.dialog.moves import Ask, Failed, Move, Next
from frontdesk.dialog.reading import Outcome, StepFields, StepType
from frontdesk.dialog.templates import Template

_MOST = 3


@dataclass(frozen=True, slots=True)
class _Answer(LooksUp):
    knowledge: str = ""
    most: int = 1
    least: float | None = None
    slot: str = ""
    text: Template | None = None
    audience: Template | None = None
    on_none: Outcome | None = None
    on_error: Outcome | None = None

    def run(self, talk: Talk) -> Move:
        return Ask(self.lookup(talk, talk.new_key()))

    def lookup(self, talk: Talk, key: str) -> Lookup:
        asked = str(talk.fact("message.text")) if self.text is None else self.text.text(talk)
        language = str(talk.fact("language"))
        audience = "" if self.audience is None else self.audience.text(talk).strip()
        return Lookup(key, asked, self.knowledge, self.most, self.least, language, audience)

    def came(self, talk: Talk, returned: Returned) -> Move:
        if not isinstance(returned, Looked):
            return Failed()
        if returned.outcome == "found":
            self._found(talk, returned)
            return Next()
        if returned.outcome == "unavailable":
            talk.alert(
                "no_knowledge", f"The knowledge base was not asked: {returned.reason or 'it is away'}."
            )
        handler = (
            self.on_error if returned.outcome == "unavailable" and self.on_error is not None else self.on_none
        )
        if handler is not None:
            return handler.apply(talk)
        talk.say_text(talk.phrase("no_answer"))
        return Next()

    def _found(self, talk: Talk, looked: Looked) -> None:
        text = looked.answer or "\n\n".join(passage.text for passage in looked.passages)
        if self.slot:
            talk.put(self.slot, text)
            return
        pages = {passage.url: passage.title or passage.url for passage in looked.passages if passage.url}
        links = tuple(Button(title, url=url) for url, title in pages.items())
        # What has a link is named on it; who wrote an answer for this very question need not be.
        named = dict.fromkeys(
            passage.title
            for passage in looked.passages
            if passage.title and not passage.url and not passage.is_curated
        )
        if named:
            text = f"{text}\n{talk.phrase('source', title='; '.join(named))}"
        sources = tuple(Source(each.title, each.url, each.start) for each in looked.passages)
        talk.say(Buttons(text, links, sources=sources) if links else Text(text, sources))


class _AnswerType:
    key = "answer"

    def read(self, fields: StepFields) -> Body:
        handlers = fields.handler("on_none"), fields.handler("on_error")
        node = fields.get("answer")
        if node is None or not isinstance(node.value, dict):
            if node is not None and node.value is not True:
                fields.problems.error(
                    node, "'answer' must be true or a mapping.", "Write answer: true to look everywhere."
                )
            return _Answer(on_none=handlers[0], on_error=handlers[1])
        inner = fields.inside(node, "'answer'")
        step = _Answer(
            inner.text("knowledge"),
            inner.integer("most", 1, 1, _MOST),
            inner.fraction("least"),
            inner.slot("slot"),
            inner.template("text"),
            inner.template("audience"),
            *handlers,
        )
        inner.close()
        return step


STEP: StepType = _AnswerType()
