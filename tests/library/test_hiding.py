"""What is personal in a long question is hidden before the question is cut."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import numpy
from numpy.typing import NDArray
from tests.library.conftest import Here, WordMeaning, Write, conversation

from frontdesk.core.action import Lookup
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.library.answering import MOST_ASKED, Answering
from frontdesk.ports.answerer import Asker
from frontdesk.store.connect import Store

CARD = "4111 1111 1111 1111"


class Outside(WordMeaning):
    """A service that keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.profile = replace(self.profile, is_outside=True)
        self.sent: list[str] = []

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        self.sent += texts
        return self._vectors(texts)


async def test_a_card_across_the_end_of_a_long_question_neither_leaves_nor_is_kept(
    store: Store, workspace: WorkspaceId, write: Write, index: Callable[..., Awaitable[None]]
) -> None:
    await write("Money back", "You get your money within five days.")
    service = Outside()
    await index(service)
    text = f"{'money ' * 400}"[: MOST_ASKED - 8] + f" {CARD} please"
    asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace))
    looked = await Answering(store, Here(service)).look(asker, Lookup("k:1", text, language="en"))
    assert looked.outcome == "found"
    [sent] = service.sent
    async with store.turn_work(workspace) as connection:
        [kept] = await connection.fetch(
            "SELECT question FROM knowledge_questions WHERE workspace_id = $1", workspace
        )
    for each in (sent, kept["question"]):
        assert "4111" not in each
        assert "[CARD_1" in each
