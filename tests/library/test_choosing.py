"""Which model a workspace is compared with, and what answers while that changes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import numpy
from numpy.typing import NDArray
from tests.library.conftest import AT, Here, WordMeaning, Write, conversation

from frontdesk.core.action import Lookup
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.library import choosing, editing, gaps, indexing
from frontdesk.library.answering import Answering
from frontdesk.library.indexing import Indexing
from frontdesk.library.search import Query, Search
from frontdesk.library.waking import LateIndexing
from frontdesk.ports.answerer import Asker
from frontdesk.store import vectors
from frontdesk.store.connect import Store

Index = Callable[..., Awaitable[None]]


class English(WordMeaning):
    def __init__(self) -> None:
        super().__init__("english:1", 64)
        self.profile = replace(self.profile, id="english", languages=frozenset({"en"}))


class Many(WordMeaning):
    """Knows all languages, and does not go past its second batch before it is let."""

    def __init__(self) -> None:
        super().__init__("many:1", 48)
        self.profile = replace(self.profile, id="many", dense_weight=0.7)
        self.let = asyncio.Event()
        self.waiting = asyncio.Event()
        self.batches = 0

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        self.batches += 1
        if self.batches > 2 and not self.let.is_set():
            self.waiting.set()
            await self.let.wait()
        return await super().embed_passages(texts)


async def chosen(store: Store, workspace: WorkspaceId, here: Here) -> str:
    found = await choosing.wanted(workspace, store, here)
    return "" if found is None else found.profile.id


async def test_the_languages_of_the_articles_choose(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    here = Here(English(), Many())
    assert await chosen(store, workspace, here) == ""
    await write("Hours", "We open at nine.", language="en-GB")
    await index()
    assert await chosen(store, workspace, here) == "english"
    russian = await write("Часы", "Мы открываемся в девять.", language="ru")
    await index()
    assert await chosen(store, workspace, here) == "many"
    assert await chosen(store, workspace, Here(English())) == "english", "for what it knows"
    assert await chosen(store, workspace, Here()) == ""
    async with store.unit_of_work(workspace) as tx:
        await editing.remove(workspace, tx, russian.id, by="test", at=AT)
    await index()
    assert await chosen(store, workspace, here) == "english"


async def check_former_answers(workspace: WorkspaceId, search: Search, many: Many) -> None:
    before = many.asked
    for _ in range(3):
        found = await search.find(workspace, Query("cash", "en"))
        assert found.by_meaning
        assert found.hits[0].found.title == "Money back"
    russian = await search.find(workspace, Query("деньги", "ru"))
    assert (russian.by_meaning, russian.hits[0].found.title) == (False, "Возврат")
    assert many.asked == before, "nobody's question is compared with a half-made index"


async def test_while_a_second_language_has_everything_compared_anew_the_former_model_answers(
    store: Store, workspace: WorkspaceId, write: Write
) -> None:
    english, many = English(), Many()
    here = Here(english, many)
    work, search = Indexing(store, here), Search(store, here)
    for number in range(40):
        await write(f"Product {number}", f"The steel thing{number} weighs {number} kilos.")
    await write("Money back", "You get your money within five days.")
    await work.run(workspace)
    asked = Query("cash", "en")
    assert (await search.find(workspace, asked)).by_meaning
    assert many.asked == 0

    await write("Возврат", "Деньги вернутся за пять дней.", language="ru")
    rebuilding = asyncio.create_task(work.run(workspace))
    await asyncio.wait_for(many.waiting.wait(), 60)
    told = await indexing.progress(workspace, store, here)
    assert (told.model, told.by_meaning, told.meanwhile) == ("many", False, "english")
    assert 0 < told.with_vectors < told.passages
    await check_former_answers(workspace, search, many)

    # What is written meanwhile waits for no vectors.
    await write("Gift wrapping", "We wrap gifts in silver paper.")
    await asyncio.wait_for(work.run(workspace), 60)
    wrapped = await search.find(workspace, Query("silver paper", "en"))
    assert wrapped.hits[0].found.title == "Gift wrapping"

    many.let.set()
    await asyncio.wait_for(rebuilding, 60)
    told = await indexing.progress(workspace, store, here)
    assert (told.by_meaning, told.meanwhile, told.problem) == (True, "many", "")
    assert told.with_vectors == told.passages, "also of what was written meanwhile"
    asked_of_english = english.asked
    found = await search.find(workspace, asked)
    assert (found.by_meaning, found.hits[0].found.title) == (True, "Money back")
    assert (await search.find(workspace, Query("деньги", "ru"))).by_meaning
    assert english.asked == asked_of_english
    assert (await vectors.state(workspace, store, "english:1")).made == 0


async def test_an_index_put_out_of_use_in_the_middle_of_a_search_leaves_the_words(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    class Late(WordMeaning):
        """While the question is being compared another model takes over."""

        async def embed_queries(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
            await vectors.serve(workspace, store, "another:1")
            return await super().embed_queries(texts)

    late = Late()
    await write("Hours", "We open at nine.")
    await index(late)
    found = await Search(store, Here(late)).find(workspace, Query("when do you open", "en"))
    assert not found.by_meaning
    assert found.hits[0].found.title == "Hours"
    assert found.least == 0.42


async def test_a_program_without_articles_looks_for_no_model(store: Store, workspace: WorkspaceId) -> None:
    here = Here(English(), Many())
    asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace))
    looked = await Answering(store, here).look(asker, Lookup("k", "where is my parcel?", language="en"))
    assert looked.outcome == "none"
    await Indexing(store, here).run(workspace)
    assert await gaps.list_gaps(workspace, store, here, since=AT.replace(year=2000))
    assert here.sought == 0


async def test_customers_are_answered_with_what_is_for_others_only_on_behalf_of_these(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    await write("Discounts", "The discount for partners is ten per cent.", audience="partners")
    await index()
    asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace))
    for audience, outcome in (("", "none"), ("staff", "none"), ("partners", "found")):
        need = Lookup(f"k:{audience}", "what is the discount?", language="en", audience=audience)
        assert (await Answering(store, Here()).look(asker, need)).outcome == outcome, audience


async def test_a_problem_is_forgotten_once_it_is_over(
    store: Store, workspace: WorkspaceId, write: Write
) -> None:
    """Also where the model that was away is the one that answers."""
    english = English()
    work = Indexing(store, Here(english))
    await write("Hours", "We open at nine.")
    await work.run(workspace)
    await write("Prices", "It costs nine.")
    english.away = True
    await work.run(workspace)
    told = await indexing.progress(workspace, store, Here(english))
    assert (told.by_meaning, told.problem, told.with_vectors) == (True, "the model is away", 1)
    english.away = False
    await LateIndexing(store, Here(english)).sweep()
    told = await indexing.progress(workspace, store, Here(english))
    assert (told.by_meaning, told.problem, told.with_vectors) == (True, "", 2)
