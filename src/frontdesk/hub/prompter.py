"""Has a language model hold a conversation: what it is told, what it may do, and what of its answer is passed on.

asked --calls, starts, ends--> allowed? --yes--> given out
  |                                `--no--> told so, asked once more, then given up
  `--says--> links, numbers, placeholders checked --sound--> given out
                                                     `--strays--> told so, asked once more, then given up
"""

from dataclasses import dataclass

import structlog

from frontdesk.core.action import MOST_SAID, Prompt, Prompted
from frontdesk.core.message import MAX_TEXT
from frontdesk.hub import agent_talk, asking, router
from frontdesk.hub.agent_talk import Tools
from frontdesk.hub.asking import Answered, Question, Unanswered, Whose
from frontdesk.hub.context import Hub
from frontdesk.hub.drafts import Draft
from frontdesk.nlu.masking import Mask
from frontdesk.ports.answerer import Asker
from frontdesk.ports.chat_model import ChatMessage, ToolCall

log = structlog.get_logger()
TRIES = 2


@dataclass(frozen=True, slots=True)
class _Strayed:
    """A move that is not passed on: why, and what the model is told about it."""

    why: str
    told: tuple[ChatMessage, ...]


class ModelPrompter:
    """`ports.answerer.Prompter` by the AI services of the asker's workspace."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def prompt(self, asker: Asker, need: Prompt) -> Prompted:
        mask, tools = Mask(asker.personal), agent_talk.tools(need)
        until = asking.until(self._hub, asker.turn or need.key.partition(":")[0])
        question = Question(agent_talk.messages(need, tools, mask), _tier(need), until, tools.offered)
        tell = self._hub.drafts.of(asker.conversation_id)
        draft = None if tell is None else Draft(tell, lambda text: _shown(need, mask, text))
        hears = None if draft is None else draft.hears
        whose = Whose(asker.workspace, "agent", asker.assistant_id, asker.conversation_id, hears)
        moved = await self._moved(whose, need, question, (tools, mask))
        if draft is not None:
            draft.over(given_out=moved.outcome in {"says", "done"})
        return moved

    async def _moved(
        self, whose: Whose, need: Prompt, question: Question, with_: tuple[Tools, Mask]
    ) -> Prompted:
        tools, mask = with_
        why = ""
        for _ in range(TRIES):
            came = await asking.ask(self._hub, whose, question)
            if isinstance(came, Unanswered):
                return Prompted(need.key, "unavailable", reason=came.reason)
            move = _move(need, tools, mask, came)
            if isinstance(move, Prompted):
                return move
            why = move.why
            # Why may hold words of the model.
            log.info("ai.strayed", conversation=whose.conversation_id)
            question = asking.again(question, *move.told)
        return Prompted(need.key, "unavailable", reason=why)


def _tier(need: Prompt) -> router.Tier:
    turns = len([exchange for exchange in need.memory if exchange.role == "model"])
    found = router.features(need.heard, tools=len(need.actions) + len(need.flows), turns=turns)
    return router.tier(found)


def _move(need: Prompt, tools: Tools, mask: Mask, came: Answered) -> Prompted | _Strayed:
    if came.calls:
        return _called(need, tools, mask, came)
    text = _restored(came.text, mask)
    wrong = agent_talk.faults(text, need)
    if not wrong:
        return Prompted(need.key, "says", text)
    return _Strayed(
        f"what it said is nowhere to be found: {', '.join(sorted({fault.kind for fault in wrong}))}",
        (
            ChatMessage("assistant", came.text),
            ChatMessage("customer", agent_talk.once_more(agent_talk.told(wrong, mask))),
        ),
    )


def _restored(text: str, mask: Mask) -> str:
    # Cut before the values are back in their places: half of one would be told again in the clear.
    return mask.restore(text.strip()[:MOST_SAID])[:MAX_TEXT]


def _shown(need: Prompt, mask: Mask, text: str) -> str | None:
    """What the customer may read of an answer that is still being written."""
    restored = _restored(text, mask)
    return None if agent_talk.faults(restored, need) else restored


def _called(need: Prompt, tools: Tools, mask: Mask, came: Answered) -> Prompted | _Strayed:
    """The first call counts: what comes of it may change what is to be done next."""
    call = came.calls[0]
    if call.name in tools.actions:
        able = tools.actions[call.name]
        given = {name: mask.restored(value) for name, value in call.arguments.items()}
        return Prompted(need.key, "calls", name=able.name, arguments=agent_talk.arguments(able, given))
    if call.name in tools.flows:
        return Prompted(need.key, "starts", name=tools.flows[call.name].name)
    if call.name == agent_talk.END:
        words = call.arguments.get("last_words")
        text = _restored(words if isinstance(words, str) and words else came.text, mask)
        wrong = agent_talk.faults(text, need)
        if not wrong:
            return Prompted(need.key, "done", text)
        return _refused(came, call, agent_talk.once_more(agent_talk.told(wrong, mask)), "it strayed")
    return _refused(came, call, "There is no such tool.", f"it wanted the tool {call.name[:80]!r}")


def _refused(came: Answered, call: ToolCall, told: str, why: str) -> _Strayed:
    # Services want an answer to the very call; the others of the same answer were never taken up. What it was to be
    # called with is of no use any more, and a name that no service takes would have the whole request refused.
    call = ToolCall(call.id, agent_talk.plain_name(call.name))
    return _Strayed(
        why,
        (
            ChatMessage("assistant", came.text, wants=(call,)),
            ChatMessage("tool", told, call_id=call.id, name=call.name),
        ),
    )
