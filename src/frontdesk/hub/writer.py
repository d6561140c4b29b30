"""Has a language model put passages into words, and takes nothing of it that the passages do not have.

asked --answer--> checked --sound--> given out
                     `--strays--> told so, asked once more --sound--> given out
                                                              `--strays--> none: whoever asks says what it has found
"""

from collections.abc import Sequence

import msgspec
import structlog

from frontdesk.core.action import Passage
from frontdesk.hub import asking, router
from frontdesk.hub.asking import Question, Whose
from frontdesk.hub.context import Hub
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
        given = passages[: prompt.MOST_PASSAGES]
        if not given:
            return None
        mask = Mask(asker.personal)
        asked = Question(
            (
                ChatMessage("system", prompt.rules(language)),
                ChatMessage("customer", prompt.told(mask.hide(question), _guarded(given, mask))),
            ),
            _tier(question, given),
            asking.until(self._hub, asker.turn),
        )
        whose = Whose(asker.workspace, "write", asker.assistant_id, asker.conversation_id)
        for _ in range(TRIES):
            came = await asking.ask(self._hub, whose, asked)
            if isinstance(came, asking.Unanswered):
                log.info("ai.unwritten", conversation=asker.conversation_id, reason=came.reason)
                return None
            # One that was cut off at its length has lost its end, which may have been the condition.
            read = prompt.read(came.text, len(given)) if came.finish == "stop" else None
            if read is None:
                return None
            written = Written(mask.restore(read.text), read.used)
            wrong = _faults(written, given, (question, mask.behind(read.text)), language)
            if not wrong:
                return written
            log.info(
                "ai.strayed", conversation=asker.conversation_id, kinds=sorted({one.kind for one in wrong})
            )
            asked = asking.again(
                asked,
                ChatMessage("assistant", came.text),
                ChatMessage("customer", prompt.once_more([_told(one, mask) for one in wrong])),
            )
        return None


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
