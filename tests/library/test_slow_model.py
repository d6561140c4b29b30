"""A model that takes its time for a question is waited for as long as the settings say, and no longer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy
from numpy.typing import NDArray
from tests.doubles.http_server import FaultServer
from tests.doubles.outside import outside_of
from tests.library.conftest import Here, WordMeaning, Write, conversation
from tests.program import test_settings as settings_in

from frontdesk.app.answers import answers_of
from frontdesk.app.registry import load_registry
from frontdesk.core.action import Lookup
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.egress.allow import EgressSettings
from frontdesk.ports.answerer import Asker
from frontdesk.store.connect import Store
from frontdesk.store.secrets import Vault


class Silent(WordMeaning):
    """Has made the vectors of articles, and never makes one of a question."""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        await asyncio.Event().wait()
        return self._vectors(texts)


async def test_a_question_is_looked_for_by_words_when_its_model_takes_longer_than_is_set(
    store: Store,
    workspace: WorkspaceId,
    write: Write,
    index: Callable[..., Awaitable[None]],
    tmp_path: Path,
) -> None:
    await write("Money back", "You get your money within five days.")
    await index(WordMeaning())
    asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace))
    settings = settings_in(tmp_path, frontdesk_embedder_within_s=0.2)
    async with FaultServer() as server, outside_of(server, "ai") as outside:
        answers = answers_of(
            settings,
            load_registry(),
            outside,
            store,
            cast("Any", Here(Silent())),
            vault=Vault(b"k" * 32),
            egress=EgressSettings(),
        )
        started = time.monotonic()
        looked = await answers.answering.look(asker, Lookup("k:1", "when do i get my money?", language="en"))
    assert looked.outcome == "found"
    assert 0.2 <= time.monotonic() - started < 20
