"""A question that names a country, a place or a product is not answered with an article that says nothing of it."""

from collections.abc import Awaitable, Callable, Sequence

import numpy
import pytest
from numpy.typing import NDArray
from tests.library.conftest import Here, WordMeaning, Write, conversation

from frontdesk.core.action import Looked, Lookup
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.library.answering import Answering
from frontdesk.library.search import Query, Search
from frontdesk.ports.answerer import Asker
from frontdesk.store.connect import Store

Index = Callable[..., Awaitable[None]]
Ask = Callable[..., Awaitable[Looked]]


class Same(WordMeaning):
    """To its mind questions of one verb are one question, and whatever else there is says the same."""

    def _vectors(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        kinds = ("open", "case")
        return super()._vectors([next((kind for kind in kinds if kind in text), "deliver") for text in texts])


@pytest.fixture(params=[False, True], ids=["words", "meaning"])
def ask(request: pytest.FixtureRequest, store: Store, workspace: WorkspaceId, index: Index) -> Ask:
    embedder = Same() if request.param else None

    async def asked(text: str, language: str = "en", least: float | None = None) -> Looked:
        await index(embedder)
        asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace))
        answering = Answering(store, Here(embedder))
        return await answering.look(asker, Lookup(text, text, language=language, least=least))

    return asked


@pytest.mark.parametrize(
    "question",
    [
        "what does delivery to France cost?",
        "what does delivery to france cost",
        "I live in France. What does delivery cost?",
        "what does delivery to the UK cost?",
        "what does delivery cost to Samarkand?",
    ],
)
async def test_a_price_at_home_is_not_the_price_abroad(write: Write, ask: Ask, question: str) -> None:
    await write("Delivery", "Delivery takes two days and costs 4.95.")
    assert (await ask(question)).outcome == "none"
    assert "4.95" in (await ask("what does delivery cost?")).answer
    # Whoever wants the best that there is gets it.
    assert "4.95" in (await ask(question, least=0.0)).answer


async def test_a_country_is_one_in_every_language_and_form(write: Write, ask: Ask) -> None:
    await write("Доставка", "Доставка стоит 4.95.", language="ru")
    assert (await ask("сколько стоит доставка во францию?", "ru")).outcome == "none"
    await write("Доставка за рубеж", "Доставка во Францию стоит 12.50.", language="ru")
    assert "12.50" in (await ask("сколько стоит доставка во францию?", "ru")).answer


async def test_of_an_article_the_section_that_speaks_of_other_countries_answers(
    write: Write, ask: Ask
) -> None:
    body = (
        "Delivery takes two days and costs 4.95.\n\n## Other countries\n\n"
        "We deliver to every country of the European Union. There delivery costs 9.95."
    )
    await write("Delivery", body)
    assert "9.95" in (await ask("what does delivery to France cost?")).answer
    assert "4.95" in (await ask("what does delivery cost?")).answer


@pytest.mark.parametrize(
    "question",
    [
        "Hi, I'm Peter, what does delivery cost?",
        "What Does Delivery Cost?",
        "WHAT DOES DELIVERY COST",
        "Please tell us what delivery costs on Monday",
        "My Nike shoes are here. What does delivery cost?",
        "What does delivery by the Shop cost?",
        "What does Ladeniya take for delivery, what does delivery cost?",
    ],
)
async def test_what_is_no_name_or_ones_own_keeps_nothing_back(write: Write, ask: Ask, question: str) -> None:
    await write("Delivery", "Delivery takes two days and costs 4.95.", url="https://ladeniya.example/help")
    await write("About", "The Shop has been there since 1990.")
    assert "4.95" in (await ask(question)).answer


async def test_a_curated_answer_is_not_given_to_a_neighbour_of_its_question(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    embedder = Same()
    await write("Do you deliver to Denmark?", "Yes, for 7.00.", kind="answer")
    await write("Are you open on Sundays?", "No, Monday to Saturday.", kind="answer")
    await write("Is there a case for the model 14?", "Yes, a blue one.", kind="answer")
    await index(embedder)
    search = Search(store, Here(embedder))

    async def curated(text: str) -> str:
        first = (await search.find(workspace, Query(text, "en"))).hits[0]
        return first.found.answer if first.is_curated else ""

    assert await curated("can you deliver to denmark") == "Yes, for 7.00."
    assert await curated("do you deliver to Norway?") == ""
    assert await curated("do you deliver?") == ""
    assert await curated("are you open on Sunday?") == "No, Monday to Saturday."
    assert await curated("are you open on mondays?") == "No, Monday to Saturday."
    assert await curated("is there a case for the model 15?") == ""
