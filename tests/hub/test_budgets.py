"""What may be spent is not passed, whatever the service counts and however many ask at a time. S004-208"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.doubles.http_server import Answer
from tests.hub.asked import ask, used
from tests.hub.conftest import House
from tests.plugins.llm import completions as wire
from tests.plugins.llm.vendors import sse

from frontdesk.core.ids import WorkspaceId
from frontdesk.hub import services
from frontdesk.hub.asking import Answered, Unanswered
from frontdesk.store import ai_usage
from frontdesk.store.ids import mint


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"tokens_a_day": 2_000}, "the limit workspace_day is reached"),
        ({"tokens_a_month": 2_000}, "the limit workspace_month is reached"),
        ({"tokens_a_conversation": 2_000}, "the limit conversation is reached"),
    ],
)
async def test_a_workspaces_limit_holds_and_is_its_own(
    house: House, limit: dict[str, object], reason: str
) -> None:
    """S004-208: what is spent is counted over all services, and by nobody else."""
    usage = {"prompt_tokens": 900, "completion_tokens": 300}
    house.first.answers(
        sse(wire.chunk({"content": "x"}, "stop"), {**wire.HEAD, "choices": [], "usage": usage})
    )
    await house.service(house.first, "One", answer_tokens=100)
    await services.change_limits(house.hub, house.workspace, limit, by="test")
    came = [await ask(house) for _ in range(4)]
    assert [type(one) for one in came] == [Answered, Answered, Unanswered, Unanswered]
    assert came[-1] == Unanswered(reason, budget=True)
    assert len(house.first.received) == 2
    if "tokens_a_conversation" in limit:
        assert isinstance(await ask(house, conversation="conv_2"), Answered)
    other = WorkspaceId(mint("ws"))
    async with house.hub.store.turn_work(other) as connection:
        await connection.execute("INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'Other')", other)
    await house.service(house.first, "One", workspace=other)
    house.workspace = other
    assert isinstance(await ask(house), Answered)


async def test_a_new_day_begins_with_nothing_spent(house: House) -> None:
    house.first.answers(wire.text(["x"]))
    await house.service(house.first, "One", answer_tokens=100, tokens_a_day=130)
    assert isinstance(await ask(house), Answered)
    assert await ask(house) == Unanswered("One: the limit service_day is reached")
    house.clock.at += timedelta(days=1)
    assert isinstance(await ask(house), Answered)


async def test_a_service_at_its_limit_leaves_the_question_to_the_next(house: House) -> None:
    await house.service(house.first, "One", tokens_a_month=10)
    await house.service(house.second, "Two")
    house.second.answers(wire.text(["here"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert came.service == "Two"
    assert house.first.connections == 0


async def test_many_at_a_time_do_not_pass_a_limit_together(house: House) -> None:
    """Promise 39: parallel sessions stop at the budget."""
    event = asyncio.Event()
    slow = wire.text(["x"])
    house.first.answers(Answer(body=slow.body, headers=slow.headers, held=event))
    await house.service(house.first, "One", answer_tokens=100)
    await services.change_limits(house.hub, house.workspace, {"tokens_a_day": 500}, by="test")
    tasks = [asyncio.create_task(ask(house, conversation=f"conv_{n}")) for n in range(12)]
    ended = asyncio.as_completed(tasks)
    turned_away = [await next(ended) for _ in range(8)]
    assert {type(one) for one in turned_away} == {Unanswered}
    event.set()
    assert {type(await one) for one in ended} == {Answered}
    assert len(house.first.received) == 4


async def test_what_a_crash_cut_off_counts_with_its_estimate(house: House) -> None:
    await house.service(house.first, "One", answer_tokens=100, tokens_a_day=200)
    house.first.answers(Answer(silent=True))
    task = asyncio.create_task(ask(house))
    await house.first.asked(1)
    async with house.hub.store.turn_work(house.workspace) as connection:
        held = await connection.fetchrow("SELECT outcome, is_estimate FROM ai_usage")
        total = await connection.fetchval("SELECT sum(prompt_tokens + answer_tokens) FROM ai_days")
    assert tuple(held or ()) == ("held", True)
    assert total > 100
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [row[1] for row in await used(house)] == ["unavailable"]


async def test_usage_that_is_not_told_is_estimated_upwards(house: House) -> None:
    await house.service(house.first, "One")
    house.first.answers(sse(wire.chunk({"content": "Ваш баланс 512,75"}), wire.chunk({}, "stop")))
    assert isinstance(await ask(house), Answered)
    ((_, outcome, prompt, answer, is_estimate, _),) = await used(house)
    assert (outcome, is_estimate) == ("ok", True)
    assert prompt > 4
    assert answer > 4


async def test_old_single_answers_go_and_their_sums_stay(house: House) -> None:
    """S004-212"""
    await house.service(house.first, "One")
    house.first.answers(wire.text(["x"]))
    await ask(house)
    age = datetime.now(UTC) - house.clock.at
    assert await ai_usage.trim_old(house.workspace, house.hub.store, days=age.days + 2) == 0
    assert await ai_usage.trim_old(house.workspace, house.hub.store, days=age.days - 1) == 1
    async with house.hub.store.unit_of_work(house.workspace) as tx:
        assert len(await ai_usage.report(house.workspace, tx, house.clock.at.date())) == 1


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 10**30, "completion_tokens": 10**30},
        {"prompt_tokens": 12, "completion_tokens": 0},
        {"prompt_tokens": "12", "completion_tokens": 5},
        {"prompt_tokens": -1, "completion_tokens": 5},
    ],
    ids=["zero", "beyond all numbers", "an answer for nothing", "text", "negative"],
)
async def test_usage_that_cannot_be_is_estimated(house: House, usage: dict[str, object]) -> None:
    """Else a server that counts nothing would pass every budget, and one that counts wrongly end the turn."""
    await house.service(house.first, "One")
    house.first.answers(
        sse(
            wire.chunk({"content": "Nine words in all"}, "stop"), {**wire.HEAD, "choices": [], "usage": usage}
        )
    )
    assert isinstance(await ask(house), Answered)
    ((_, outcome, prompt, answer, is_estimate, _),) = await used(house)
    assert (outcome, is_estimate) == ("ok", True)
    assert 4 < prompt < 100
    assert 4 < answer < 100


async def test_a_question_that_a_silent_service_may_have_worked_on_is_counted(house: House) -> None:
    """Vendors charge for it; one that is refused or not reached costs nothing."""
    house.bounded(attempts=1)
    await house.service(house.first, "One")
    for answer in (Answer(silent=True), Answer(503), Answer(hang_up=True)):
        house.first.answers(answer)
        await ask(house, within_s=0.8)
        house.clock.at += timedelta(hours=1)
    counted = [prompt for _, _, prompt, _, _, _ in await used(house)]
    assert counted[0] > 4
    assert counted[1:] == [0, 0]


async def test_many_turns_of_one_conversation_do_not_pass_its_budget_together(house: House) -> None:
    """S004-208"""
    event = asyncio.Event()
    slow = wire.text(["x"])
    house.first.answers(Answer(body=slow.body, headers=slow.headers, held=event))
    await house.service(house.first, "One", answer_tokens=100)
    await services.change_limits(house.hub, house.workspace, {"tokens_a_conversation": 250}, by="test")
    tasks = [asyncio.create_task(ask(house)) for _ in range(6)]
    ended = asyncio.as_completed(tasks)
    turned_away = [await next(ended) for _ in range(4)]
    assert turned_away == [Unanswered("the limit conversation is reached", budget=True)] * 4
    event.set()
    assert {type(one) for one in [await each for each in ended]} == {Answered}


async def test_a_question_over_what_is_left_stops_no_smaller_one(house: House) -> None:
    """S004-208: a limit of ours says nothing of the service, which is not left alone for it."""
    await house.service(house.first, "One", answer_tokens=100, tokens_a_day=300)
    house.first.answers(wire.text(["x"]))
    assert await ask(house, "long " * 200) == Unanswered("One: the limit service_day is reached")
    assert isinstance(await ask(house), Answered)
