"""A question gets an answer from the first service that has one, within its time and within what may be spent."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.doubles.http_server import Answer
from tests.hub.conftest import KEY, House
from tests.plugins.llm import completions as wire
from tests.plugins.llm.vendors import sse

from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.hub import asking, services
from frontdesk.hub.asking import Answered, Question, Unanswered, Whose
from frontdesk.hub.router import Tier
from frontdesk.hub.services import Change
from frontdesk.ports.chat_model import ChatMessage, ToolCall
from frontdesk.store import ai_usage
from frontdesk.store.ids import mint


async def ask(
    house: House,
    text: str = "How much?",
    *,
    tier: Tier = "standard",
    conversation: str = "conv_1",
    **given: float,
) -> Answered | Unanswered:
    whose = Whose(
        house.workspace,
        "write",
        AssistantId("asst_1"),
        ConversationId(conversation) if conversation else None,
    )
    messages = (ChatMessage("system", "Be kind."), ChatMessage("customer", text))
    until = time.monotonic() + given.get("within_s", 10.0)
    return await asking.ask(house.hub, whose, Question(messages, tier, until))


async def used(house: House) -> list[tuple[str, str, int, int, bool, int]]:
    async with house.hub.store.turn_work(house.workspace) as connection:
        rows = await connection.fetch(
            "SELECT model, outcome, prompt_tokens, answer_tokens, is_estimate, cost_micros FROM ai_usage ORDER BY id"
        )
    return [tuple(row) for row in rows]


async def test_an_answer_is_had_and_what_it_cost_is_written_down(house: House) -> None:
    await house.service(house.first, "One", price_in=2.5, price_out=10.0)
    house.first.answers(wire.text(["5 ", "€"]))
    assert await ask(house) == Answered("5 €", (), "stop", "One", "m-2026")
    # 12 tokens at 2.5 and 5 at 10 for a million, in millionths.
    assert await used(house) == [("small", "ok", 12, 5, False, 80)]
    async with house.hub.store.unit_of_work(house.workspace) as tx:
        (line,) = await ai_usage.report(house.workspace, tx, house.clock.at.date())
    assert (line.name, line.answers, line.failures, line.prompt_tokens, line.cost_micros) == (
        "One",
        1,
        0,
        12,
        80,
    )


async def test_complex_questions_go_to_the_other_model(house: House) -> None:
    """S004-205, S004-206"""
    await house.service(house.first, "One")
    house.first.answers(wire.text(["x"]))
    await ask(house)
    await ask(house, tier="complex")
    assert [request.json()["model"] for request in house.first.received] == ["small", "big"]  # type: ignore[index]


async def test_a_service_without_a_model_for_it_uses_the_one_it_has(house: House) -> None:
    await house.service(house.first, "One", models={"standard": "only"})
    house.first.answers(wire.text(["x"]))
    assert isinstance(await ask(house, tier="complex"), Answered)
    await services.change(house.hub, house.workspace, "One", Change(models={"standard": ""}), by="t")
    assert await ask(house) == Unanswered("no AI service is set up")


@pytest.mark.parametrize(
    "answer",
    [
        wire.error(401, "invalid_api_key"),
        wire.error(429, "insufficient_quota", retry_after="0"),
        Answer(429),
        Answer(429, b"{}", (("retry-after", "60"),)),
        wire.error(404, "model_not_found"),
        sse("{broken"),
        wire.text([""]),
        wire.text(["long " * 10_000]),
        wire.text(["It is\u0000"]),
    ],
    ids=[
        "auth",
        "quota",
        "429",
        "429 for long",
        "no model",
        "malformed",
        "empty",
        "endless",
        "cannot be stored",
    ],
)
async def test_the_next_service_takes_over_at_once(house: House, answer: Answer) -> None:
    """S004-209"""
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(answer)
    house.second.answers(wire.text(["here"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert (came.text, came.service) == ("here", "Two")
    assert (len(house.first.received), house.pauses.seconds) == (1, [])


@pytest.mark.parametrize(
    ("answer", "pause_s"),
    [
        (Answer(503), 0.3),
        (Answer(hang_up=True), 0.3),
        (Answer(503, b"", (("retry-after", "2"),)), 2.0),
        (Answer(429, b"{}", (("retry-after", "1"),)), 1.0),
        (Answer(429, b"{}", (("retry-after-ms", "400"),)), 0.4),
    ],
    ids=["503", "hang-up", "503 with a time", "429 with a time", "429 in milliseconds"],
)
async def test_passing_trouble_is_waited_for_as_long_as_the_service_says(
    house: House, answer: Answer, pause_s: float
) -> None:
    await house.service(house.first, "One")
    house.first.answers(answer, wire.text(["at last"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert house.pauses.seconds == [pause_s]


async def test_a_cut_answer_is_not_passed_on(house: House) -> None:
    await house.service(house.first, "One")
    whole = wire.text(["It is not ", "5."])
    house.first.answers(Answer(body=whole.body, headers=whole.headers, cut_after=len(whole.body) // 2))
    came = await ask(house)
    assert isinstance(came, Unanswered)
    assert [row[1] for row in await used(house)] == ["unavailable", "unavailable"]


async def test_a_blocked_answer_is_not_tried_elsewhere(house: House) -> None:
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(wire.error(400, "content_policy_violation"))
    assert await ask(house) == Unanswered("One: content_policy_violation")
    assert house.second.connections == 0


async def test_a_service_that_never_answers_costs_no_more_than_the_time_there_is(house: House) -> None:
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(Answer(silent=True))
    house.second.answers(Answer(body=b"data: {}\n\n" * 100, drip_s=0.05))
    started = time.monotonic()
    came = await ask(house, within_s=1.5)
    assert isinstance(came, Unanswered)
    assert time.monotonic() - started < 3


async def test_a_service_that_is_silent_leaves_time_for_the_next(house: House) -> None:
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(Answer(silent=True))
    house.second.answers(wire.text(["here"]))
    house.bounded(idle_s=0.3)
    came = await ask(house, within_s=20)
    assert isinstance(came, Answered)
    assert came.service == "Two"


async def test_a_service_that_keeps_failing_is_left_alone_for_a_while(house: House) -> None:
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(Answer(503))
    house.second.answers(wire.text(["here"]))
    for _ in range(5):
        await ask(house)
    assert len(house.first.received) == 4
    house.clock.at += timedelta(seconds=31)
    house.first.answers(wire.text(["back"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert came.text == "back"


async def test_a_new_key_is_tried_at_once(house: House) -> None:
    await house.service(house.first, "One")
    house.first.answers(wire.error(401, "invalid_api_key"), wire.text(["here"]))
    assert isinstance(await ask(house), Unanswered)
    assert await ask(house) == Unanswered("One: not asked: auth a moment ago")
    await services.change(house.hub, house.workspace, "One", Change(settings={"api_key": "new-key"}), by="t")
    assert isinstance(await ask(house), Answered)
    assert house.first.received[-1].headers["authorization"] == "Bearer new-key"


async def test_services_switched_off_and_of_missing_plugins_are_passed_over(house: House) -> None:
    one = await house.service(house.first, "One")
    await services.change(house.hub, house.workspace, one.id, Change(enabled=False), by="t")
    await house.service(house.second, "Two")
    async with house.hub.store.turn_work(house.workspace) as connection:
        await connection.execute("UPDATE ai_services SET kind = 'gone' WHERE name = 'Two'")
    assert await ask(house) == Unanswered("Two: its plug-in is not installed")


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


async def test_neither_reasons_nor_logs_say_the_key_or_the_question(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.service(house.first, "One")
    said = []
    for answer in (wire.error(401, f"{KEY} x", f"{KEY} canary-question"), Answer(500, b"canary-question")):
        house.first.answers(answer)
        said.append(str(await ask(house, "canary-question")))
    printed = capsys.readouterr()
    everything = " ".join([*said, printed.out, printed.err])
    assert "ai.failed" in everything
    assert KEY not in everything
    assert "canary-question" not in everything


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


async def test_what_no_customer_can_see_is_taken_out_of_an_answer(house: House) -> None:
    """Letters that are not seen carry data out, turn a line round, or cannot be stored at all."""
    await house.service(house.first, "One")
    hidden = "\u001b\u202e\u2066\U000e0041\U000e007f\u200b\ufeff\ufe01\U000e0101"
    house.first.answers(wire.text([f"5{hidden} €\r\n\tfor \u200dall"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert came.text == "5 €\n\tfor \u200dall"


async def test_a_tool_call_without_end_is_malformed(house: House) -> None:
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(wire.calls([ToolCall("c", "do_Status", {"order": "x" * 60_000})]))
    house.second.answers(wire.text(["here"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert came.service == "Two"


@pytest.mark.parametrize("finish", ["abort", "error", "load", "who knows"])
async def test_an_answer_that_ended_in_a_way_unheard_of_is_none(house: House, finish: str) -> None:
    await house.service(house.first, "One")
    house.first.answers(sse(wire.chunk({"content": "It is"}), wire.chunk({}, finish), wire.last()))
    assert isinstance(await ask(house), Unanswered)


@pytest.mark.parametrize(
    "answer",
    [wire.error(400, "context_length_exceeded"), Answer(413), wire.error(400, "string_above_max_length")],
)
async def test_a_question_that_is_too_long_stops_no_other_question(house: House, answer: Answer) -> None:
    """Else one customer's long message would take the service from all."""
    await house.service(house.first, "One")
    await house.service(house.second, "Two")
    house.first.answers(answer)
    house.second.answers(wire.text(["here"]))
    for _ in range(3):
        assert isinstance(await ask(house), Answered)
    assert len(house.first.received) == 3
    house.first.answers(wire.text(["short"]))
    came = await ask(house)
    assert isinstance(came, Answered)
    assert came.service == "One"


async def test_a_service_that_refuses_one_question_is_asked_the_next(house: House) -> None:
    await house.service(house.first, "One")
    house.first.answers(wire.error(400, "invalid_value"), wire.text(["here"]))
    assert isinstance(await ask(house), Unanswered)
    assert isinstance(await ask(house), Answered)


async def test_a_redirect_takes_neither_key_nor_question_elsewhere(house: House) -> None:
    await house.service(house.first, "One")
    for status in (301, 302, 307, 308):
        house.first.answers(Answer(status, b"", (("location", house.second.url("/v1/chat/completions")),)))
        assert isinstance(await ask(house, conversation=f"conv_{status}"), Unanswered)
        house.clock.at += timedelta(hours=2)
    assert house.second.connections == 0


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
