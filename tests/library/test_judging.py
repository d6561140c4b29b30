"""How far what was found is trusted: by what of the question its article has, and lacks."""

from collections.abc import Awaitable, Callable

from tests.library.conftest import Here, WordMeaning, Write

from frontdesk.core.ids import WorkspaceId
from frontdesk.library.hit import Hit
from frontdesk.library.judging import COMPLETE, LACKING, judged
from frontdesk.library.search import Query, Search
from frontdesk.store.connect import Store

Index = Callable[..., Awaitable[None]]
FEES = "Delivery costs five euros.\n\n# Countries\n\nWe bring things to Portugal."


async def fits(store: Store, workspace: WorkspaceId, question: str, *, near: bool = True) -> tuple[Hit, Hit]:
    """The best hit as search has it, and as it is judged by a threshold beside it, or far away."""
    found = await Search(store, Here(WordMeaning())).find(workspace, Query(question, "en"))
    best = found.hits[0]
    told = await judged(workspace, store, found, best.fit + (0 if near else 0.5))
    assert [hit.found.no for hit in told.hits] == [hit.found.no for hit in found.hits], "the order stays"
    return best, told.hits[0]


async def test_what_has_every_word_of_the_question_is_trusted_more(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    await write("Fees", FEES)
    await index(WordMeaning())
    before, after = await fits(store, workspace, "what does delivery cost?")
    assert after.fit - before.fit > COMPLETE - 1e-6


async def test_a_word_that_the_article_lacks_costs_and_one_that_it_has_elsewhere_does_not(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    await write("Fees", FEES)
    await index(WordMeaning())
    before, after = await fits(store, workspace, "what does delivery to Portugal cost?")
    assert after.fit - before.fit > COMPLETE - 1e-6
    before, after = await fits(store, workspace, "what does delivery to Samarkand cost?")
    assert COMPLETE - LACKING < after.fit - before.fit < COMPLETE - LACKING / 4


async def test_curated_answers_and_words_alone_are_judged_by_search(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    await write("What is the fee?", "Five euros.", kind="answer")
    await index(WordMeaning())
    before, after = await fits(store, workspace, "which fee is there in Samarkand?")
    assert before == after
    await write("Fees", FEES)
    await index()
    found = await Search(store, Here()).find(workspace, Query("delivery", "en"))
    assert await judged(workspace, store, found, 0.4) == found
