"""Questions to the services of a house, and what was written down of them."""

import time

from tests.hub.conftest import House

from frontdesk.core.ids import AssistantId, ConversationId
from frontdesk.hub import asking
from frontdesk.hub.asking import Answered, Question, Unanswered, Whose
from frontdesk.hub.router import Tier
from frontdesk.ports.chat_model import ChatMessage


async def ask(
    house: House,
    text: str = "How much?",
    *,
    tier: Tier = "standard",
    conversation: str = "conv_1",
    **given: float,
) -> Answered | Unanswered:
    whose = Whose(
        house.workspace,
        "write",
        AssistantId("asst_1"),
        ConversationId(conversation) if conversation else None,
    )
    messages = (ChatMessage("system", "Be kind."), ChatMessage("customer", text))
    until = time.monotonic() + given.get("within_s", 10.0)
    return await asking.ask(house.hub, whose, Question(messages, tier, until))


async def used(house: House) -> list[tuple[str, str, int, int, bool, int]]:
    async with house.hub.store.turn_work(house.workspace) as connection:
        rows = await connection.fetch(
            "SELECT model, outcome, prompt_tokens, answer_tokens, is_estimate, cost_micros FROM ai_usage ORDER BY id"
        )
    return [tuple(row) for row in rows]
