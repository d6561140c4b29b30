"""Questions without an answer: kept, grouped, taken up. Acceptance S004-157 to S004-162: list, add, change, remove, figures."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.library.conftest import AT, Here, WordMeaning, Write, conversation

from frontdesk.core.action import Lookup
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.library import editing, gaps
from frontdesk.library.answering import Answering
from frontdesk.library.indexing import Indexing
from frontdesk.ports.answerer import Asker
from frontdesk.store import articles, audit
from frontdesk.store.articles import Content
from frontdesk.store.connect import Store

SINCE, UNTIL = AT - timedelta(days=9_000), AT + timedelta(days=9_000)


async def ask(
    store: Store, workspace: WorkspaceId, *texts: str, embedder: WordMeaning | None = None
) -> list[str]:
    answering = Answering(store, Here(embedder))
    asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace))
    return [
        (await answering.look(asker, Lookup(f"{text}:{place}", text, language="en"))).outcome
        for place, text in enumerate(texts)
    ]


async def test_questions_that_ask_the_same_are_one_gap(store: Store, workspace: WorkspaceId) -> None:
    asked = ["Do you repair bicycles?", "can you repair a bicycle", "bicycle repair", "Is there parking?"]
    assert set(await ask(store, workspace, *asked)) == {"none"}
    first, second = await gaps.list_gaps(workspace, store, Here(), since=SINCE)
    assert (first.times, second.times) == (3, 1)
    assert {first.question, *first.others} == set(asked[:3])
    assert second.question == "Is there parking?"


async def test_a_gap_is_named_by_as_much_of_its_id_as_is_no_others(
    store: Store, workspace: WorkspaceId
) -> None:
    await ask(store, workspace, *(f"Do you sell {thing}?" for thing in ("bicycles", "ponies", "vegetables")))
    found = await gaps.list_gaps(workspace, store, Here(), since=SINCE)
    one, two = replace(found[0], id="abc1"), replace(found[1], id="abd2")
    assert gaps.find([one, two], "abc") == one
    assert gaps.find([one, two], two.key) == two
    assert gaps.find([one, replace(two, id="abc")], "abc").id == "abc"
    with pytest.raises(Refused, match=r"Several gaps begin with ab: abc1, abd2\. Give more of it\."):
        gaps.find([one, two], "ab")
    for none in ("", "x"):
        with pytest.raises(Refused, match="no gap"):
            gaps.find([one, two], none)


async def test_with_a_model_they_are_grouped_by_meaning(
    store: Store, workspace: WorkspaceId, write: Write, index: Callable[..., Awaitable[None]]
) -> None:
    meaning = WordMeaning()
    meaning.profile = replace(meaning.profile, languages=frozenset({"en"}))
    await write("Hours", "We open at nine.")
    await index(meaning)
    await ask(store, workspace, "refund", "cash")
    assert len(await gaps.list_gaps(workspace, store, Here(), since=SINCE)) == 2
    assert len(await gaps.list_gaps(workspace, store, Here(meaning), since=SINCE)) == 1
    asker = Asker(workspace, AssistantId("asst_1"), await conversation(store, workspace, "al"))
    await Answering(store, Here()).look(asker, Lookup("ru:1", "money", language="ru"))
    assert len(await gaps.list_gaps(workspace, store, Here(meaning), since=SINCE)) == 2, (
        "not a language it knows"
    )


async def test_a_gap_becomes_a_draft_and_is_no_gap_any_more(store: Store, workspace: WorkspaceId) -> None:
    await ask(store, workspace, "Do you repair bicycles?", "can you repair my bicycle")
    [gap] = await gaps.list_gaps(workspace, store, Here(), since=SINCE)
    async with store.unit_of_work(workspace) as tx:
        article = await gaps.draft(workspace, tx, gap, by="jo", at=AT)
    assert article.content.status == "draft"
    assert set(article.content.questions) == {"Do you repair bicycles?", "can you repair my bicycle"}
    assert await gaps.list_gaps(workspace, store, Here(), since=SINCE) == []
    async with store.unit_of_work(workspace) as tx:
        with pytest.raises(Refused, match="already"):
            await gaps.draft(workspace, tx, gap, by="jo", at=AT)
    async with store.unit_of_work(workspace) as tx:
        answered = {"body": "Yes, on Fridays.", "status": "published", "title": article.content.title}
        content = Content(
            **{**{f: getattr(article.content, f) for f in Content.__struct_fields__}, **answered}
        )
        await editing.change(workspace, tx, article.id, content, by="jo", at=AT)
    await Indexing(store, Here()).run(workspace)
    assert await ask(store, workspace, "repair bicycle?") == ["found"]


async def test_hit_rate_and_the_articles_that_answer(store: Store, workspace: WorkspaceId) -> None:
    async with store.unit_of_work(workspace) as tx:
        await editing.add(workspace, tx, Content(title="Hours", body="We open at nine."), by="jo", at=AT)
        assert (await gaps.usage(workspace, tx, since=SINCE, until=UNTIL)).figures.hit_rate is None
    await Indexing(store, Here()).run(workspace)
    await ask(
        store,
        workspace,
        "when do you open?",
        "what time do you open",
        "is there a swimming pool in the garden",
    )
    async with store.unit_of_work(workspace) as tx:
        usage = await gaps.usage(workspace, tx, since=SINCE, until=UNTIL)
    assert (usage.figures.found, usage.figures.none) == (2, 1)
    assert usage.figures.hit_rate == pytest.approx(2 / 3)
    assert [(used.title, used.times) for used in usage.used] == [("Hours", 2)]


async def test_the_same_question_of_a_turn_stepped_again_counts_once(
    store: Store, workspace: WorkspaceId
) -> None:
    await ask(store, workspace, "anyone?")
    await ask(store, workspace, "anyone?")
    async with store.unit_of_work(workspace) as tx:
        assert (await gaps.usage(workspace, tx, since=SINCE, until=UNTIL)).figures.none == 1


async def test_articles_are_added_changed_listed_and_removed_and_the_audit_log_says_so(
    store: Store, workspace: WorkspaceId
) -> None:
    async with store.unit_of_work(workspace) as tx:
        one = await editing.add(workspace, tx, Content(title="A", body="a", tags=("x",)), by="jo", at=AT)
        two = await editing.add(workspace, tx, Content(title="B", body="b"), by="jo", at=AT)
        assert [a.id for a in await articles.list_articles(workspace, tx)] == [one.id, two.id]
        assert [a.id for a in await articles.list_articles(workspace, tx, tag="x")] == [one.id]
        assert [a.id for a in await articles.list_articles(workspace, tx, after=one.id)] == [two.id]
        changed = await editing.change(workspace, tx, one.id, Content(title="A2", body="a"), by="jo", at=AT)
        assert changed.version == 2
        same = await editing.change(workspace, tx, one.id, Content(title="A2", body="a"), by="jo", at=AT)
        assert same.version == 2
        await editing.remove(workspace, tx, two.id, by="jo", at=AT)
        assert [a.content.title for a in await articles.list_articles(workspace, tx)] == ["A2"]
        with pytest.raises(Refused, match="no such article"):
            await editing.remove(workspace, tx, two.id, by="jo", at=AT)
    async with store.turn_work(workspace) as connection:
        done = [row["action"] for row in await connection.fetch("SELECT action FROM audit ORDER BY seq")]
    assert done == ["article.added", "article.added", "article.changed", "article.removed"]
    verdict = await audit.verify(workspace, store)
    assert (verdict.chain.length, verdict.broken) == (4, None)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Content(title=" ", body="b"), "title"),
        (Content(title="t", body=""), "body"),
        (Content(title="t" * 301, body="b"), "title"),
        (Content(title="t", body="b", url="javascript:alert(1)"), "url"),
        (Content(title="t", body="b", url="https://"), "url"),
        (Content(title="t", body="b", language="English"), "language"),
        (Content(title="t", body="a\x00b"), "body"),
        (Content(title="t", body="b", tags=tuple(map(str, range(51)))), "tags"),
        (Content(title="t", body="b", questions=("",)), "questions"),
    ],
)
async def test_what_an_article_cannot_be_is_refused_by_field(
    store: Store, workspace: WorkspaceId, content: Content, field: str
) -> None:
    async with store.unit_of_work(workspace) as tx:
        with pytest.raises(Refused) as refused:
            await editing.add(workspace, tx, content, by="jo", at=AT)
    assert (refused.value.code, refused.value.field) == ("invalid", field)


async def test_greetings_thanks_and_single_letters_are_no_gaps(store: Store, workspace: WorkspaceId) -> None:
    said = [
        "Hello!",
        "thank you very much",
        "x",
        "42",
        "👍",
        "Good morning",
        "?",
        "hi, do you repair bicycles?",
    ]
    await ask(store, workspace, *said)
    found = await gaps.list_gaps(workspace, store, Here(), since=SINCE)
    assert [one.question for one in found] == [said[-1]]
