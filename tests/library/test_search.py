"""What is found, in which order and for whom: over a real database, by words and by meaning."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy
import pytest
from numpy.typing import NDArray
from tests.library.conftest import AT, Here, WordMeaning, Write

from frontdesk.core.action import Page
from frontdesk.core.ids import WorkspaceId
from frontdesk.knowledge.tuning import Tuning
from frontdesk.library import editing, indexing
from frontdesk.library.bench import Trial, try_question
from frontdesk.library.search import Query, Search, Searched
from frontdesk.ports.embedder import EmbedderProfile
from frontdesk.store import articles
from frontdesk.store.articles import Content
from frontdesk.store.connect import Store
from frontdesk.store.retrieval import Scope

Index = Callable[..., Awaitable[None]]
Find = Callable[..., Awaitable[Searched]]


@pytest.fixture
def find(store: Store, workspace: WorkspaceId) -> Find:
    async def found(text: str, language: str = "en", **how: Any) -> Searched:
        embedder = how.pop("embedder", None)
        query = Query(text, language, **how)
        return await Search(store, Here(embedder)).find(workspace, query)

    return found


def titles(found: Searched) -> list[str]:
    return [hit.found.title for hit in found.hits]


def answers(found: Searched) -> bool:
    return bool(found.hits) and found.hits[0].fit >= found.least


async def test_without_articles_nothing_is_found(find: Find) -> None:
    assert (await find("anything at all?")).hits == ()


async def test_words_are_found_whatever_their_ending_and_case(write: Write, index: Index, find: Find) -> None:
    await write("Paying", "Payments are taken by card. We accept vouchers.")
    await write("Opening hours", "The shop opens at nine.")
    await index()
    assert titles(await find("Do you ACCEPT a voucher?"))[0] == "Paying"
    assert titles(await find("when is opening"))[0] == "Opening hours"


async def test_an_address_in_a_question_is_not_what_is_asked_about(
    write: Write, index: Index, find: Find
) -> None:
    await write("Returns", "Shoes can be returned within fourteen days.")
    await write("Contact", "Write to help@shop.example or call 0800 123 45 67.")
    await index()
    assert answers(await find("i am fred@home.com, +998 90 123 45 67: can i return my shoes?"))
    assert not answers(await find("fred@home.com"))
    # What an article has is asked about.
    assert titles(await find("whose is help@shop.example"))[0] == "Contact"


async def test_a_mistyped_word_is_taken_for_the_one_it_is_like(
    write: Write, index: Index, find: Find
) -> None:
    await write("Vouchers", "A voucher is valid for two years.")
    await write("Delivery", "Parcels are delivered on weekdays.")
    await index()
    found = await find("vuocher vaild?")
    assert titles(found)[0] == "Vouchers"
    assert found.corrected == {"vuocher": "voucher", "vaild": "valid"}


async def test_an_off_topic_question_does_not_fit(write: Write, index: Index, find: Find) -> None:
    for number in range(30):
        await write(
            f"Product {number}", f"The product number {number} is made of steel and costs {number} euros."
        )
    await write("Returns", "You can return goods within 30 days.")
    await index()
    assert answers(await find("can i return the goods?"))
    assert not answers(await find("who won the world chess championship in 1972?"))
    assert not answers(await find("the of and"))
    assert not answers(await find(""))


async def test_russian_and_uzbek_are_found_in_their_forms_and_alphabets(
    write: Write, index: Index, find: Find
) -> None:
    await write("Доставка", "Мы доставляем заказы курьером за два дня.", language="ru")
    await write("To'lov", "Buyurtmalarni kartadan to'lash mumkin.", language="uz")
    await write("Paying", "Orders are paid by card.", language="en")
    await index()
    assert titles(await find("сколько идёт доставка заказа курьером", "ru"))[0] == "Доставка"
    assert titles(await find("буюртмани картадан тўлаш", "uz"))[0] == "To'lov"
    assert titles(await find("buyurtmani kartadan to‘lash", "uz"))[0] == "To'lov"


async def test_of_two_that_say_the_same_the_one_in_the_askers_language_comes_first(
    write: Write, index: Index, find: Find
) -> None:
    await write("Router", "Das WLAN Passwort steht am Router.", language="de")
    await write("Router", "The WLAN Passwort is on the Router.", language="en")
    await index()
    for language in ("de", "en"):
        found = await find("WLAN Passwort Router", language)
        assert found.hits[0].found.language == language


async def test_drafts_and_what_is_for_others_is_not_found(write: Write, index: Index, find: Find) -> None:
    await write("Refunds", "A refund takes five days.")
    await write("Refunds for staff", "Staff may grant a refund of any amount.", audience="staff")
    await write("Refunds to come", "A refund will take one day.", status="draft")
    await index()
    assert titles(await find("refund")) == ["Refunds"]
    found = await find("refund", scope=Scope(audience="staff"))
    assert set(titles(found)) == {"Refunds", "Refunds for staff"}


async def test_a_part_is_a_source_or_a_tag_however_much_else_fits_better(
    write: Write, index: Index, find: Find
) -> None:
    for number in range(120):
        await write(f"Refund {number}", "refund refund refund")
    await write("The one", "About a refund, among many other things that matter here.", tags=("billing",))
    await index()
    assert titles(await find("refund", scope=Scope(part="billing"))) == ["The one"]
    assert len((await find("refund", scope=Scope(part=editing.OWN_SOURCE))).hits) == 10
    assert (await find("refund", scope=Scope(part="nothing"))).hits == ()


async def test_the_page_that_the_customer_is_on_raises_its_article(
    write: Write, index: Index, find: Find
) -> None:
    await write("Plan Basic", "The price of this plan is 5 euros.", url="https://a.test/plans/basic")
    await write("Plan Premium", "The price of this plan is 9 euros.", url="https://a.test/plans/premium")
    await index()
    for name in ("basic", "premium"):
        found = await find(
            "what is the price of this plan?", page=Page(f"https://a.test/plans/{name}/?utm=x")
        )
        assert titles(found)[0] == f"Plan {name.title()}"
        assert found.hits[0].page > 0


async def test_a_curated_answer_comes_before_whatever_was_found(
    write: Write, index: Index, find: Find
) -> None:
    await write("Refunds", "A refund takes five days. How long does a refund take? It depends.")
    await write(
        "How long does a refund take?", "Five days.", kind="answer", questions=("When is my money back?",)
    )
    await index()
    for asked in ("how long does a refund take", "when will my money be back?"):
        first = (await find(asked)).hits[0]
        assert first.is_curated, asked
        assert first.found.answer == "Five days."
    assert not (await find("is a refund possible after a year?")).hits[0].is_curated


async def test_a_curated_answer_is_found_by_what_it_says(write: Write, index: Index, find: Find) -> None:
    meaning = WordMeaning()
    await write("Do you ship abroad?", "We ship to Kazakhstan and Georgia within a week.", kind="answer")
    for number in range(3):
        await write(f"Matter {number}", f"Something else {number}.")
    await index(meaning)
    for embedder in (None, meaning):
        first = (await find("ship to Kazakhstan", embedder=embedder)).hits[0]
        assert (first.found.asks, first.is_curated, first.same) == (False, False, 0.0)
        assert first.found.answer == first.found.text == "We ship to Kazakhstan and Georgia within a week."
        first = (await find("do you ship abroad", embedder=embedder)).hits[0]
        assert (first.found.asks, first.is_curated) == (True, True)


async def test_of_a_long_curated_answer_that_its_text_found_the_best_sentences_are_given(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    story = "\n\n".join(f"Here is part {number} of a story that goes on and on." for number in range(20))
    told = "We ship to Kazakhstan within a week: see https://post.example/kz."
    await write("Do you ship abroad?", f"{story}\n\n{told}\n\n{story}", kind="answer")
    await index()

    async def tried(question: str) -> Trial:
        return await try_question(workspace, store, Here(), question, tuning=Tuning(), language="en")

    assert (await tried("do you ship to Kazakhstan?")).answer == told
    assert len((await tried("do you ship abroad?")).answer) > len(story)


async def test_meaning_finds_what_words_do_not(write: Write, index: Index, find: Find) -> None:
    meaning = WordMeaning()
    await write("Money back", "You get your money within five days.")
    await write("Hours", "We open at nine.")
    await index(meaning)
    assert (await find("cash", embedder=None)).hits == ()
    found = await find("cash", embedder=meaning)
    assert found.by_meaning
    assert titles(found)[0] == "Money back"


async def test_a_model_is_asked_only_about_the_languages_it_was_made_for(
    store: Store, workspace: WorkspaceId, write: Write, index: Index, find: Find
) -> None:
    english = WordMeaning()
    english.profile = replace(english.profile, languages=frozenset({"en"}))
    await write("Money back", "You get your money within five days.", language="en-GB")
    await write("Money", "Money is counted in euros.")
    await write("Возврат", "Деньги вернутся за пять дней.", language="ru")
    await index(english)
    asked = english.asked
    progress = await indexing.progress(workspace, store, Here(english))
    assert (progress.passages, progress.with_vectors) == (3, 2)
    assert (await find("cash", "en", embedder=english)).by_meaning
    assert english.asked == asked + 1
    found = await find("деньги", "ru", embedder=english)
    assert not found.by_meaning
    assert titles(found)[0] == "Возврат"
    assert english.asked == asked + 1


class Crowded(WordMeaning):
    """All of its cosines are high, as those of some models are."""

    def __init__(self) -> None:
        super().__init__("crowded:1", 128)
        self.profile = EmbedderProfile(
            "crowded", "crowded:1", 128, 256, dense_weight=0.6, usual=("Where is it?",)
        )

    def _vectors(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        found = super()._vectors(texts) * 0.5
        found[:, 0] += 1
        scaled: NDArray[numpy.float32] = found / numpy.linalg.norm(found, axis=1, keepdims=True)
        return scaled


@pytest.mark.parametrize("others", [3, 30])
async def test_a_model_whose_cosines_are_all_high_is_not_taken_at_its_word(
    write: Write, index: Index, find: Find, others: int
) -> None:
    meaning = Crowded()
    for number in range(others):
        await write(f"Product {number}", f"Steel thing{number} of {number} kilos.")
    await write("Money back", "You get your money within five days.")
    await index(meaning)
    good = await find("cash within how many days?", embedder=meaning)
    assert titles(good)[0] == "Money back"
    off = await find("famous chess champion sicilian", embedder=meaning)
    assert off.by_meaning
    assert not answers(off)
    assert off.hits[0].near is None or off.hits[0].near.whole < 0.5


async def test_while_vectors_of_new_articles_are_being_made_the_older_do_not_come_before_them(
    write: Write, index: Index, find: Find
) -> None:
    model = WordMeaning()
    for number in range(30):
        await write(f"Shelf {number}", f"Shelf {number} holds books about topic {number}.")
    await write("Paid back", "Money comes within a week.")
    await index(model)
    model.away = True
    await write("Toasters", "The refund of a toaster is paid at the counter.")
    await index(model)
    model.away = False
    assert titles(await find("refund of a toaster", embedder=model))[0] == "Toasters"
    await index(model)
    found = await find("refund of a toaster", embedder=model)
    assert (titles(found)[0], found.by_meaning) == ("Toasters", True)


async def test_a_question_that_shares_no_word_is_not_answered_from_the_few_that_have_vectors(
    write: Write, index: Index, find: Find
) -> None:
    model = WordMeaning()
    await write("Delivery", "A shipment takes two days.")
    await index(model)
    model.away = True
    for number in range(4):
        await write(f"Lost {number}", f"Lost shipments are looked for by team{number}.")
    await index(model)
    model.away = False
    found = await find("parcel", embedder=model)
    assert (found.hits, found.by_meaning) == ((), False)
    await index(model)
    assert (await find("parcel", embedder=model)).by_meaning


async def test_a_model_that_is_away_leaves_the_words(write: Write, index: Index, find: Find) -> None:
    meaning = WordMeaning()
    await write("Hours", "We open at nine.")
    await index(meaning)
    meaning.away = True
    found = await find("when do you open", embedder=meaning)
    assert not found.by_meaning
    assert titles(found) == ["Hours"]


class Hanging(WordMeaning):
    """Takes questions and never answers, while it is away."""

    async def embed_queries(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        if self.away:
            self.asked += 1
            await asyncio.Event().wait()
        return await super().embed_queries(texts)


async def test_a_model_that_hangs_costs_one_question_two_seconds_and_is_then_left_alone_for_a_while(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    meaning, now = Hanging(), 1_000.0
    await write("Money back", "You get your money within five days.")
    await index(meaning)
    search = Search(store, Here(meaning), clock=lambda: now)
    meaning.away, before = True, meaning.asked
    for _ in range(3):
        async with asyncio.timeout(60):
            found = await search.find(workspace, Query("when do i get my money", "en"))
        assert (titles(found), found.by_meaning) == (["Money back"], False)
    assert meaning.asked == before + 1, "only the first question waited for it"
    meaning.away = False
    assert not (await search.find(workspace, Query("cash", "en"))).by_meaning
    now += 31
    assert (await search.find(workspace, Query("cash", "en"))).by_meaning


async def test_vectors_of_one_model_are_never_compared_with_anothers(
    write: Write, index: Index, find: Find
) -> None:
    first, second = WordMeaning("words:1", 64), WordMeaning("words:2", 32)
    await write("Money back", "You get your money within five days.")
    await index(first)
    between = await find("money", embedder=second)
    assert not between.by_meaning
    assert titles(between) == ["Money back"]
    await index(second)
    assert (await find("cash", embedder=second)).by_meaning
    assert not (await find("money", embedder=first)).by_meaning


async def test_hits_fall_in_rank_and_each_article_is_there_once(
    write: Write, index: Index, find: Find
) -> None:
    for number in range(5):
        body = "\n\n".join(
            f"## Part {part}\n\nA parcel is delivered. {'Parcel. ' * part}" for part in range(number + 1)
        )
        await write(f"Parcels {number}", body)
    await index()
    found = await find("parcel delivered")
    assert len(titles(found)) == len(set(titles(found))) == 5
    assert all(one.rank >= other.rank for one, other in pairwise(found.hits))


async def test_another_workspaces_articles_are_never_found(
    store: Store, write: Write, index: Index, find: Find, workspace: WorkspaceId
) -> None:
    await write("Ours", "The secret word is xylophone.")
    await index(WordMeaning())
    other = WorkspaceId("ws_other")
    for embedder in (None, WordMeaning()):
        assert (await Search(store, Here(embedder)).find(other, Query("xylophone", "en"))).hits == ()


async def test_a_changed_article_is_found_by_what_it_says_now(
    store: Store, workspace: WorkspaceId, write: Write, index: Index, find: Find
) -> None:
    made = await write("Gifts", "We wrap presents in silver paper.")
    await index()
    async with store.unit_of_work(workspace) as tx:
        new = Content(title="Gifts", body="We wrap nothing. Balloons are sold.")
        await editing.change(workspace, tx, made.id, new, by="test", at=AT)
    assert titles(await find("silver paper")) == ["Gifts"], (
        "the former version answers until the new is indexed"
    )
    await index()
    assert (await find("silver paper")).hits == ()
    assert titles(await find("balloons")) == ["Gifts"]
    async with store.unit_of_work(workspace) as tx:
        assert [row.number for row in await articles.list_versions(workspace, tx, made.id)] == [2, 1]


async def test_a_removed_article_is_found_no_more_at_once_and_leaves_nothing_to_search(
    store: Store, workspace: WorkspaceId, write: Write, index: Index, find: Find
) -> None:
    made = await write("Gifts", "We wrap presents.")
    await index(WordMeaning())
    async with store.unit_of_work(workspace) as tx:
        await editing.remove(workspace, tx, made.id, by="test", at=AT)
    assert (await find("presents")).hits == ()
    await index()
    async with store.turn_work(workspace) as connection:
        for table in (
            "passages",
            "postings",
            "knowledge_languages",
            "passage_vectors",
        ):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608  # test's own


async def test_a_sentence_that_names_its_thing_no_more_answers_with_what_stood_before_it(
    write: Write, index: Index, store: Store, workspace: WorkspaceId
) -> None:
    story = "The warranty of our bicycles is a long story, told by many. It lasts until the frame breaks."
    await write("Shop", f"{story} We sell tents in red and in blue.")
    await index()
    tried = await try_question(
        workspace, store, Here(None), "how long does the warranty last?", tuning=Tuning(), language="en"
    )
    assert tried.answer == story
