"""Indexing is whole or not at all: killed, changed under its hands, with another model, with none that answers."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import asyncpg
import numpy
from numpy.typing import NDArray
from tests.database import Database
from tests.library.conftest import AT, Here, WordMeaning, Write

from frontdesk.core.ids import WorkspaceId
from frontdesk.knowledge import postings
from frontdesk.knowledge.entries import of_answer
from frontdesk.library import editing, indexing
from frontdesk.library.hit import Hit
from frontdesk.library.indexing import Indexing
from frontdesk.library.search import Query, Search
from frontdesk.library.waking import LateIndexing
from frontdesk.ports.embedder import Embedder
from frontdesk.store import articles, passages, retrieval
from frontdesk.store.articles import Content
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.passages import Lists, PassageRow

Index = Callable[..., Awaitable[None]]
ROOT = Path(__file__).parents[2]


async def rows(store: Store, workspace: WorkspaceId, query: str) -> list[tuple[Any, ...]]:
    async with store.turn_work(workspace) as connection:
        return [tuple(row) for row in await connection.fetch(query)]


async def check_lists(store: Store, workspace: WorkspaceId) -> None:
    """The terms' lists say exactly what the passages say."""
    there = await rows(store, workspace, "SELECT language, no, terms, length FROM passages")
    wanted = {(language, term, no) for language, no, terms, _ in there for term in terms}
    found = set()
    for language, term, packed in await rows(store, workspace, "SELECT language, term, packed FROM postings"):
        numbers = [int(row["no"]) for row in numpy.frombuffer(packed, postings.ROW)]
        assert len(numbers) == len(set(numbers)) > 0, term
        found |= {(language, term, no) for no in numbers}
    assert found == wanted
    counts = await rows(store, workspace, "SELECT language, terms FROM knowledge_languages")
    counted: dict[object, object] = {row[0]: row[1] for row in counts}
    for language in {row[0] for row in there}:
        assert counted[language] == sum(row[3] for row in there if row[0] == language)


async def test_killed_in_the_middle_the_former_model_answers_and_the_next_run_goes_on(
    store: Store, database: Database, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    for number in range(60):
        await write(
            f"Article {number}", f"Number {number} tells of the money of customer {number}. It is long."
        )
    first = WordMeaning("words:1", 64)
    await index(first)
    environment = {**os.environ, "TEST_URL": database.url, "TEST_WORKSPACE": workspace}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.library.indexing_child"),
        env={**environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    async with asyncio.timeout(60):
        while (line := await child.stdout.readline()) and line.strip() != b"stuck":
            pass
    child.kill()
    await child.wait()
    assert await rows(
        store, workspace, "SELECT count(*) FROM passage_vectors WHERE fingerprint = 'words:2'"
    ) != [(0,)]
    found = await Search(store, Here(first)).find(workspace, Query("cash of customer 7", "en"))
    assert found.by_meaning
    assert found.hits[0].found.title == "Article 7"
    second = WordMeaning("words:2", 32)
    between = await indexing.progress(workspace, store, Here(second))
    assert not between.by_meaning
    assert 0 < between.with_vectors < between.passages
    await index(second)
    assert second.asked < 60 * 4, "what was made before the kill is not made again"
    assert (await Search(store, Here(second)).find(workspace, Query("cash", "en"))).by_meaning
    assert await rows(store, workspace, "SELECT DISTINCT fingerprint FROM passage_vectors") == [("words:2",)]


async def test_changes_in_any_order_leave_exactly_what_the_articles_say(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    made = [
        await write(f"T{n}", f"alpha beta word{n} gamma{n % 3}", language=("en", "ru")[n % 2])
        for n in range(12)
    ]
    await index()
    await check_lists(store, workspace)
    async with store.unit_of_work(workspace) as tx:
        for number, article in enumerate(made):
            if number % 3 == 0:
                await editing.remove(workspace, tx, article.id, by="t", at=AT)
            elif number % 3 == 1:
                status: Literal["draft", "published"] = "draft" if number % 2 else "published"
                content = Content(title="New", body=f"alpha delta{number}", status=status)
                await editing.change(workspace, tx, article.id, content, by="t", at=AT)
    await index()
    await check_lists(store, workspace)
    async with store.unit_of_work(workspace) as tx:
        await passages.index_all_again(workspace, tx)
    await index()
    await check_lists(store, workspace)
    opened = await retrieval.open_index(workspace, store)
    assert opened.languages["en"].passages == sum(
        row == ("en",) for row in await rows(store, workspace, "SELECT language FROM passages")
    )


async def test_two_at_once_make_nothing_twice(store: Store, workspace: WorkspaceId, write: Write) -> None:
    for number in range(30):
        await write(f"T{number}", f"alpha beta{number}")
    await asyncio.gather(*(Indexing(store, Here(WordMeaning())).run(workspace) for _ in range(3)))
    await check_lists(store, workspace)
    assert await rows(store, workspace, "SELECT count(*) FROM passages") == [(30,)]


async def test_a_model_that_is_away_is_told_and_asked_again_later(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    meaning = WordMeaning()
    meaning.away = True
    await write("Hours", "We open at nine.")
    await index(meaning)
    told = await indexing.progress(workspace, store, Here(meaning))
    assert (told.by_meaning, told.problem) == (False, "the model is away")
    assert (await Search(store, Here(meaning)).find(workspace, Query("open", "en"))).hits
    meaning.away = False
    await LateIndexing(store, Here(meaning)).sweep()
    told = await indexing.progress(workspace, store, Here(meaning))
    assert (told.by_meaning, told.problem) == (True, "")


async def test_a_sweep_does_nothing_where_nothing_is_due(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    meaning = WordMeaning()
    await write("Hours", "We open at nine.")
    await index(meaning)

    async def kept() -> passages.Kept:
        (found,) = [each for each in await passages.every_kept(store) if each.workspace == workspace]
        return found

    assert await kept() == passages.Kept(
        workspace, is_due=False, languages=("en",), fingerprint=meaning.profile.fingerprint, problem=""
    )
    assert (await kept()).is_of(meaning.profile.fingerprint)
    assert not (await kept()).is_of("another")
    await write("Prices", "It costs nine.")
    assert (await kept()).is_due


async def test_a_sweep_makes_the_vectors_that_a_lost_job_owed_of_the_model_that_answers(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    meaning = WordMeaning()
    await write("Hours", "We open at nine.")
    await index(meaning)
    await write("Prices", "It costs nine.")
    # As a job that was killed between its words and its vectors leaves it.
    await index(None)
    left = await indexing.progress(workspace, store, Here(meaning))
    assert (left.passages, left.with_vectors, left.by_meaning) == (2, 1, True)
    await LateIndexing(store, Here(meaning)).sweep()
    assert (await indexing.progress(workspace, store, Here(meaning))).with_vectors == 2


async def waiting_jobs(database: Database, workspace: WorkspaceId) -> int:
    admin = await asyncpg.connect(database.admin_url)
    try:
        query = "SELECT count(*) FROM pgqueuer WHERE convert_from(payload, 'UTF8') LIKE '%' || $1 || '%'"
        return int(await admin.fetchval(query, workspace))
    finally:
        await admin.close()


async def test_one_job_does_what_all_that_wait_ask_for(
    store: Store, database: Database, workspace: WorkspaceId, write: Write
) -> None:
    for number in range(5):
        await write(f"T{number}", f"alpha beta{number}")
    assert await waiting_jobs(database, workspace) == 5
    await LateIndexing(store, Here()).run_job({"workspace": workspace})
    assert await waiting_jobs(database, workspace) == 0
    assert await rows(store, workspace, "SELECT count(*) FROM passages") == [(5,)]


async def test_a_run_that_finds_another_at_it_leaves_word_and_does_not_wait(
    store: Store, database: Database, workspace: WorkspaceId, write: Write
) -> None:
    work = Indexing(store, Here())
    await write("Hours", "We open at nine.")
    admin = await asyncpg.connect(database.admin_url)
    lock = "hashtextextended('knowledge ' || $1, 0)"
    await admin.execute(f"SELECT pg_advisory_lock({lock})", workspace)
    first = asyncio.create_task(work.run(workspace))
    try:
        async with asyncio.timeout(60):
            while not await admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
            await write("Prices", "It costs nine.")
            await work.run(workspace)
        assert not first.done()
    finally:
        await admin.close()
    await asyncio.wait_for(first, 60)
    assert await rows(store, workspace, "SELECT count(*) FROM passages") == [(2,)]


async def test_an_article_that_breaks_indexing_is_told_and_holds_nothing_up(
    store: Store, database: Database, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    bad = await write("Bad", "The cursedword stands here.")
    for number in range(3):
        await write(f"Good {number}", f"Thing number {number} weighs nine kilos.")
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute("ALTER TABLE passages ADD CONSTRAINT curse CHECK (text NOT LIKE '%cursedword%')")
    try:
        await index()
    finally:
        await admin.execute("ALTER TABLE passages DROP CONSTRAINT curse")
        await admin.close()
    async with store.unit_of_work(workspace) as tx:
        counts = await articles.count(workspace, tx)
        assert (counts.waiting, counts.failed) == (0, 1)
        assert (await articles.read_article(workspace, tx, bad.id)).problem == indexing.BROKE
    assert len((await Search(store, Here()).find(workspace, Query("how heavy is thing", "en"))).hits) == 3


async def test_a_workspace_that_breaks_a_sweep_does_not_end_it_for_the_others(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    class Broken(Here):
        """Breaks over one workspace's language."""

        def of(self, languages: Sequence[str]) -> Embedder | None:
            if "eo" in languages:
                raise ValueError("no such language")
            return super().of(languages)

    async def other_workspace(language: str) -> WorkspaceId:
        made = WorkspaceId(mint("ws"))
        async with store.turn_work(made) as connection:
            await connection.execute("INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Other')", made)
        content = Content(title="Hours", body="We open at nine.", language=language)
        async with store.unit_of_work(made) as tx:
            await editing.add(made, tx, content, by="test", at=AT)
        return made

    broken = await other_workspace("eo")
    await Indexing(store, Here()).run(broken)
    behind = await other_workspace("en")
    await LateIndexing(store, Broken(WordMeaning())).sweep()
    assert (await Search(store, Here()).find(behind, Query("when do you open", "en"))).hits


async def test_an_article_without_words_is_told_and_keeps_nothing_else_waiting(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    empty = await write("Only a heading", "# Nothing below")
    await write("Hours", "We open at nine.")
    await index()
    async with store.unit_of_work(workspace) as tx:
        counts = await articles.count(workspace, tx)
        assert (counts.waiting, counts.failed) == (0, 1)
        assert (await articles.read_article(workspace, tx, empty.id)).problem == indexing.NO_TEXT
    assert (await Search(store, Here()).find(workspace, Query("open", "en"))).hits


async def test_long_articles_are_put_in_place_one_after_the_other(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    for number in range(3):
        await write(f"Long {number}", f"Thing{number} weighs nine kilos. " * 9_000)
    await index()
    commits = await rows(store, workspace, "SELECT count(DISTINCT xmin::text) FROM passages")
    assert commits == [(3,)], "none waits in the database until all are"


async def test_a_very_long_article_is_indexed_to_a_bound(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    await write("Long", "\n\n".join(f"Paragraph {n} tells of thing{n}. " + "x" * 400 for n in range(4_000)))
    await index()
    [(count,)] = await rows(store, workspace, "SELECT count(*) FROM passages")
    assert 500 < int(str(count)) <= 2_000


async def as_formerly(store: Store, workspace: WorkspaceId, index: Index) -> None:
    """Curated answers as releases took them in that had their questions alone."""
    for answer in await passages.due(workspace, store, 100):
        questions, *_ = of_answer((answer.title, *answer.questions), answer.body, answer.language)
        no = await passages.reserve(workspace, store, 1)
        row = PassageRow(
            no,
            answer.id,
            answer.language,
            (),
            questions.text,
            0,
            tuple(place for span in questions.sentences for place in (span.start, span.end)),
            questions.terms,
            questions.length,
            asks=True,
        )
        lists = {answer.id: [Lists(answer.language, questions.packed(no))]}
        await passages.replace(
            workspace, store, [answer], passages=[row], lists=lists, without=postings.without
        )
    await index(WordMeaning())
    async with store.turn_work(workspace) as connection:
        await connection.execute("UPDATE passages SET asks = NULL WHERE workspace_id = $1", workspace)


async def is_due(store: Store, workspace: WorkspaceId) -> bool:
    return any(kept.workspace == workspace and kept.is_due for kept in await passages.every_kept(store))


async def test_answers_of_a_former_release_are_taken_in_anew_a_few_at_a_time_and_answer_meanwhile(
    store: Store, workspace: WorkspaceId, write: Write, index: Index
) -> None:
    for number in range(20):
        await write(f"Is there a shop in town {number}?", f"Yes, beside fountain {number}.", kind="answer")
    await as_formerly(store, workspace, index)
    left: list[int] = []

    async def first(question: str) -> Hit | None:
        found = await Search(store, Here(WordMeaning())).find(workspace, Query(question, "en"))
        return next(iter(found.hits), None)

    class Watched(WordMeaning):
        async def embed_passages(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
            [(former,)] = await rows(store, workspace, "SELECT count(*) FROM passages WHERE asks IS NULL")
            left.append(former)
            hit = await first("is there a shop in town 7?")
            assert hit is not None
            assert (hit.is_curated, hit.found.answer) == (True, "Yes, beside fountain 7.")
            return await super().embed_passages(texts)

    hit = await first("fountain 7")
    assert hit is not None
    assert hit.found.asks
    assert await is_due(store, workspace)
    await Indexing(store, Here(Watched())).run(workspace)
    assert not await is_due(store, workspace)
    assert sorted(set(left), reverse=True) == [12, 4, 0]
    hit = await first("fountain 7")
    assert hit is not None
    assert (hit.found.asks, hit.found.answer) == (False, "Yes, beside fountain 7.")
    await check_lists(store, workspace)
