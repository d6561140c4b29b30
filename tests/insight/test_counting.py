"""What is kept of conversations says what counting them says, whatever happened to them, and however the job ended."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import pytest
from tests.insight.happening import FIRST, LAST, NOW, Happening

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.insight import counting, figures
from frontdesk.store import insight, retention, tallies, workspaces
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.insight_span import Span


@pytest.fixture
def happening(store: Store, workspace: WorkspaceId) -> Callable[[int], Awaitable[Happening]]:
    async def begin(seed: int) -> Happening:
        made = Happening(store, workspace, Random(seed))  # noqa: S311 - the same things happen at every run
        await made.open()
        return made

    return begin


@pytest.mark.parametrize("seed", range(6))
async def test_sums_are_what_counting_the_rows_says(
    happening: Callable[[int], Awaitable[Happening]], seed: int
) -> None:
    here = await happening(seed)
    for _ in range(5):
        for _ in range(here.random.randint(1, 14)):
            await here.act()
        if here.random.random() < 0.3:
            await here.forget_a_customer()
        await counting.count(here.workspace, here.store)
        await here.compare()


class Killed(Exception):
    pass


async def _broken_off(here: Happening) -> None:
    async with here.store.unit_of_work(here.workspace) as tx:
        await tallies.step(here.workspace, tx, zone=here.zone, batch=4)
        raise Killed


async def test_a_job_that_broke_off_loses_and_doubles_nothing(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(11)
    for _ in range(40):
        await here.act()
    for _ in range(6):
        with pytest.raises(Killed):
            await _broken_off(here)
        async with here.store.unit_of_work(here.workspace) as tx:
            await tallies.step(here.workspace, tx, zone=here.zone, batch=4)
        await here.act()
    await counting.count(here.workspace, here.store, batch=4)
    await here.compare()


async def test_many_changes_are_worked_off_in_batches_while_more_are_written_and_figures_are_read(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(12)
    for _ in range(120):
        await here.begin()
    await counting.count(here.workspace, here.store)
    # More than anybody who asks for figures waits for, all of it in one transaction.
    await here.run(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step)
           SELECT workspace_id, id || '-' || n, channel_id, id, 100 + n, 'note', '[]', ''
           FROM conversations, generate_series(1, 20) n WHERE workspace_id = $1"""
    )
    await here.run("UPDATE conversations SET team = 'Sales', version = version + 1 WHERE workspace_id = $1")
    done = asyncio.Event()

    async def write() -> None:
        while not done.is_set():
            chosen = await here.any()
            assert chosen is not None
            await here.say(chosen, "operator")
            await here.begin()

    async def read() -> int:
        rounds = 0
        while not done.is_set() or not rounds:
            await figures.count_on(here.workspace, here.store, here.zone)
            async with here.store.unit_of_work(here.workspace) as tx:
                found = await insight.parts(here.workspace, tx, Span(FIRST, LAST, NOW))
            assert sum(one.conversations for one in found.teams.values()) == found.total.conversations
            rounds += 1
        return rounds

    async def work_off() -> None:
        for _ in range(40):
            await one_step()
        done.set()

    async def one_step() -> tallies.Step:
        async with here.store.unit_of_work(here.workspace) as tx:
            return await tallies.step(here.workspace, tx, zone=here.zone, batch=10)

    assert not await figures.count_on(here.workspace, here.store, here.zone)
    assert await one_step() == "more"
    async with asyncio.TaskGroup() as all_at_once:
        all_at_once.create_task(write())
        reading = all_at_once.create_task(read())
        await work_off()
    assert reading.result()
    await counting.count(here.workspace, here.store, batch=10)
    await here.compare()


async def test_whoever_asks_for_figures_does_not_wait_for_many_changes(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(19)
    await here.begin()
    await counting.count(here.workspace, here.store)
    await here.run(
        """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step)
           SELECT workspace_id, id || '-' || n, channel_id, id, 100 + n, 'operator', '[]', ''
           FROM conversations, generate_series(0, $2::int) n WHERE workspace_id = $1""",
        figures.MOST_AT_ONCE,
    )
    async with here.store.turn_work(here.workspace) as job, job.transaction():
        # The job is at it, and holds what it works on.
        await job.execute(
            "SELECT FROM figure_marks WHERE workspace_id = $1 FOR NO KEY UPDATE", here.workspace
        )
        assert await figures.count_on(here.workspace, here.store, here.zone) is False
    await counting.count(here.workspace, here.store)
    assert await figures.count_on(here.workspace, here.store, here.zone) is True


async def test_sums_of_an_older_release_are_made_again(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(20)
    for _ in range(20):
        await here.act()
    await counting.count(here.workspace, here.store)
    await here.run(
        "UPDATE figure_sums SET waits = NULL, firsts = NULL, closes = NULL WHERE workspace_id = $1"
    )
    await here.run("DELETE FROM figure_sums WHERE workspace_id = $1 AND kind LIKE 'every%'")
    await counting.count(here.workspace, here.store)
    await here.compare()


async def test_days_of_an_older_release_are_summed_a_month_at_a_time_and_not_by_readers(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(21)
    for _ in range(20):
        await here.act()
    await counting.count(here.workspace, here.store)
    days = 2 * tallies.DAYS + 1
    await here.run(
        """INSERT INTO figure_sums (workspace_id, kind, day, value, assistant_id, channel_id, team, conversations, bot,
               person, nobody, confirmed, silent, unsolved, handed, reached, closed, rated)
           SELECT $1, 'all', date '2020-01-01' + n, '', 'asst_1', 'site', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0
           FROM generate_series(1, $2::int) n""",
        days,
    )
    async with here.store.turn_work(here.workspace) as job, job.transaction():
        # The job is at it, and holds what it works on.
        await job.execute(
            "SELECT FROM figure_marks WHERE workspace_id = $1 FOR NO KEY UPDATE", here.workspace
        )
        with pytest.raises(figures.NotCounted):
            await figures.count_on(here.workspace, here.store, here.zone)
    steps = []
    for _ in range(3):
        async with here.store.unit_of_work(here.workspace) as tx:
            steps.append(await tallies.step(here.workspace, tx, zone=here.zone))
    assert steps == ["more", "more", "done"]
    assert await figures.count_on(here.workspace, here.store, here.zone) is True
    await here.compare()


async def test_what_is_kept_of_deleted_ones_stays_under_its_day_when_the_zone_changes(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(22)
    for _ in range(30):
        await here.begin()
    await counting.count(here.workspace, here.store)
    span = Span(FIRST, LAST, NOW)
    async with here.store.turn_work(here.workspace) as connection:
        query = "SELECT id FROM conversations WHERE workspace_id = $1"
        every = [row["id"] for row in await connection.fetch(query, here.workspace)]
    async with here.store.unit_of_work(here.workspace) as tx:
        before = await insight.parts(here.workspace, tx, span)
        hours = (await insight.lists(here.workspace, tx, span)).hours
        await tallies.keep(here.workspace, tx, every, zone=here.zone)
        await retention.delete(here.workspace, tx, [ConversationId(one) for one in every])
    here.zone = "Asia/Kathmandu"
    await here.run("UPDATE workspaces SET time_zone = $2 WHERE workspace_id = $1", here.zone)
    await counting.count(here.workspace, here.store)
    async with here.store.unit_of_work(here.workspace) as tx:
        after = await insight.parts(here.workspace, tx, span)
        assert (await insight.lists(here.workspace, tx, span)).hours == hours
    assert before.total.conversations
    for day, one in before.days.items():
        assert after.days[day].conversations == one.conversations, day
    assert after.total.conversations == before.total.conversations


async def test_what_is_written_while_the_job_counts_is_counted_by_the_next_one(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(13)
    for _ in range(5):
        await here.begin()
    await counting.count(here.workspace, here.store)
    chosen = await here.any()
    async with here.store.turn_work(here.workspace) as connection, connection.transaction():
        # It has a number already, and shows only when the job is past it.
        await connection.execute(
            "UPDATE conversations SET team = 'Late', version = version + 1 WHERE workspace_id = $1 AND id = $2",
            here.workspace,
            chosen,
        )
        await here.begin()
        await counting.count(here.workspace, here.store)
    await counting.count(here.workspace, here.store)
    await here.compare()


async def test_a_conversation_that_is_being_erased_is_not_waited_for(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(14)
    for _ in range(3):
        await here.begin()
    await counting.count(here.workspace, here.store)
    chosen = await here.any()
    assert chosen is not None
    await here.say(chosen, "bot")
    async with here.store.turn_work(here.workspace) as connection:
        erasing = connection.transaction()
        await erasing.start()
        await connection.execute(
            "DELETE FROM conversations WHERE workspace_id = $1 AND id = $2", here.workspace, chosen
        )
        async with here.store.unit_of_work(here.workspace) as tx:
            assert await tallies.step(here.workspace, tx, zone=here.zone) == "held"
        await erasing.rollback()
    await counting.count(here.workspace, here.store)
    await here.compare()


async def test_nothing_is_left_of_a_workspace_that_went(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(15)
    for _ in range(3):
        await here.begin()
    await counting.count(here.workspace, here.store)
    async with here.store.unit_of_work(here.workspace) as tx:
        await workspaces.remove(here.workspace, tx)
    await counting.count(here.workspace, here.store)
    async with here.store.turn_work(here.workspace) as connection:
        for table in ("conversation_figures", "figure_sums", "figure_days_due", "figure_marks"):
            left = f"SELECT count(*) FROM {table} WHERE workspace_id = $1"  # noqa: S608 - one of four
            assert await connection.fetchval(left, here.workspace) == 0, table


async def test_a_workspace_that_cannot_be_counted_keeps_no_other_from_it(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(16)
    there = Happening(here.store, WorkspaceId(mint("ws")), Random(17))  # noqa: S311
    await there.run("INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Broken')")
    await there.open()
    await there.begin()
    await here.begin()
    # Of no day at all.
    await there.run(
        """UPDATE conversations SET created_at = 'infinity', contact_seq = 1, channel_id = 'site'
           WHERE workspace_id = $1"""
    )
    try:
        await counting.Counting(here.store).sweep()
        await here.compare()
    finally:
        async with here.store.unit_of_work(there.workspace) as tx:
            await workspaces.remove(there.workspace, tx)


async def test_a_long_count_is_left_for_the_others_after_a_few_steps(
    happening: Callable[[int], Awaitable[Happening]],
) -> None:
    here = await happening(18)
    for _ in range(counting.STEPS + 1):
        await here.begin()
    assert await counting.count_some(here.workspace, here.store, batch=1)
    await counting.Counting(here.store).sweep()
    assert not await counting.count_some(here.workspace, here.store, batch=1)
    await here.compare()
