"""Has a language model put passages into words, and takes nothing of it that the passages do not have.

asked --answer--> checked --sound--> given out
                     `--strays--> told so, asked once more --sound--> given out
                                                              `--strays--> none: whoever asks says what it has found
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog

from frontdesk.core.action import Passage
from frontdesk.hub import asking, router
from frontdesk.hub.asking import Question, Whose
from frontdesk.hub.context import Hub
from frontdesk.hub.drafts import Draft
from frontdesk.knowledge import grounding, prompt
from frontdesk.nlu import masking
from frontdesk.nlu.language import written_in
from frontdesk.nlu.masking import Mask
from frontdesk.ports.answerer import Asker, Written
from frontdesk.ports.chat_model import ChatMessage

log = structlog.get_logger()
TRIES = 2


class ModelWriter:
    """`ports.answerer.Writer` by the AI services of the asker's workspace."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def write(
        self, asker: Asker, question: str, passages: Sequence[Passage], *, language: str
    ) -> Written | None:
        task = _Task(question, passages[: prompt.MOST_PASSAGES], language, Mask(asker.personal))
        if not task.given:
            return None
        tell = self._hub.drafts.of(asker.conversation_id)
        draft = None if tell is None else Draft(tell, task.shown)
        hears = None if draft is None else draft.hears
        whose = Whose(asker.workspace, "write", asker.assistant_id, asker.conversation_id, hears)
        written = await self._written(whose, task, asking.until(self._hub, asker.turn))
        if draft is not None:
            draft.over(given_out=written is not None)
        return written

    async def _written(self, whose: Whose, task: "_Task", until: float) -> Written | None:
        asked = Question(task.messages(), _tier(task.question, task.given), until)
        for _ in range(TRIES):
            came = await asking.ask(self._hub, whose, asked)
            if isinstance(came, asking.Unanswered):
                log.info("ai.unwritten", conversation=whose.conversation_id, budget=came.budget)
                return None
            # One that was cut off at its length has lost its end, which may have been the condition.
            written, wrong = task.read(came.text) if came.finish == "stop" else (None, ())
            if written is None or not wrong:
                return written
            kinds = sorted({one.kind for one in wrong})
            log.info("ai.strayed", conversation=whose.conversation_id, kinds=kinds)
            asked = asking.again(
                asked,
                ChatMessage("assistant", came.text),
                ChatMessage("customer", prompt.once_more([_told(one, task.mask) for one in wrong])),
            )
        return None


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be written, and how what was written is judged."""

    question: str
    given: Sequence[Passage]
    language: str
    mask: Mask

    def messages(self) -> tuple[ChatMessage, ...]:
        told = prompt.told(self.mask.hide(self.question), _guarded(self.given, self.mask))
        return ChatMessage("system", prompt.rules(self.language)), ChatMessage("customer", told)

    def read(self, text: str) -> tuple[Written | None, tuple[grounding.Fault, ...]]:
        """What a model's words say, and what is wrong with it; None when they say that there is no answer."""
        read = prompt.read(text, len(self.given))
        if read is None:
            return None, ()
        written = Written(self.mask.restore(read.text), read.used)
        asked = (self.question, self.mask.behind(read.text))
        return written, _faults(written, self.given, asked, self.language)

    def shown(self, text: str) -> str | None:
        """The same of a beginning: what the customer may read of it."""
        written, wrong = self.read(text)
        return None if written is None or wrong else written.text


def _guarded(passages: Sequence[Passage], mask: Mask) -> list[Passage]:
    """Passages in which nothing passes for a placeholder; what else is in them is the company's own and public."""
    return [
        msgspec.structs.replace(each, text=mask.guard(each.text), title=mask.guard(each.title))
        for each in passages
    ]


def _told(fault: grounding.Fault, mask: Mask) -> str:
    # Placeholders are the model's own words; hidden they would become others.
    return (fault.what if fault.kind == "placeholder" else mask.hide(fault.what))[: grounding.MOST_TOLD]


def _faults(
    written: Written, passages: Sequence[Passage], asked: tuple[str, Sequence[str]], language: str
) -> tuple[grounding.Fault, ...]:
    if not written.used:
        return (grounding.Fault("citation", "no passage is named"),)
    if not written_in(written.text, language):
        return (grounding.Fault("language", "the language"),)
    left = tuple(grounding.Fault("placeholder", place) for place in masking.left_over(written.text))
    used = [passages[index] for index in written.used]
    question, own = asked
    return left or grounding.faults(written.text, used, question, own=own, language=language)


def _tier(question: str, passages: Sequence[Passage]) -> router.Tier:
    found = router.features(
        question,
        sources=[passage.title for passage in passages],
        best=max(passage.score for passage in passages),
    )
    return router.tier(found)
