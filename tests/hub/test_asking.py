"""A question gets an answer from the first service that has one, within its time and within what may be spent."""

import time
from datetime import timedelta

import pytest
from tests.doubles.http_server import Answer, json_answer
from tests.hub.asked import ask, used
from tests.hub.conftest import KEY, House
from tests.plugins.llm import completions as wire
from tests.plugins.llm.vendors import sse

from frontdesk.hub import services
from frontdesk.hub.asking import Answered, Unanswered
from frontdesk.hub.services import Change
from frontdesk.ports.chat_model import ToolCall
from frontdesk.store import ai_usage
from frontdesk.store.ai_services import Rests


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
    assert [request.json()["model"] for request in house.first.received] == ["small", "big"]


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
    assert time.monotonic() - started < 20


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


async def test_a_service_that_hangs_is_not_asked_the_same_again(house: House) -> None:
    """The customer waits for one silence, not for two."""
    await house.service(house.first, "One")
    house.bounded(idle_s=0.3)
    house.first.answers(Answer(silent=True))
    came = await ask(house, within_s=10)
    assert isinstance(came, Unanswered)
    assert (len(house.first.received), house.pauses.seconds) == (1, [])
    # Quick trouble is still asked once more.
    house.first.answers(Answer(503), wire.text(["here"]))
    assert isinstance(await ask(house, within_s=10), Answered)


async def test_a_service_that_was_slow_to_fail_is_not_asked_again(house: House) -> None:
    """A gateway's 504 after ten seconds is a silence too."""
    house.bounded(quick_s=0.1)
    await house.service(house.first, "One")
    house.first.answers(Answer(504, delay_s=0.2), wire.text(["here"]))
    assert isinstance(await ask(house), Unanswered)
    assert len(house.first.received) == 1


async def test_the_time_there_is_holds_for_all_requests_that_one_answer_takes(house: House) -> None:
    """A service whose token is slow, and then its answer: each request alone would keep its time."""
    rule = {"base_url": house.second.url(""), "iam_url": house.first.url("/token"), "project_id": "p"}
    given = Change(name="W", settings={**rule, "api_key": KEY}, models={"standard": "m"})
    await services.add(house.hub, house.workspace, "watson", given, by="test")
    token = json_answer({"access_token": "t", "expires_in": 3600})
    house.first.answers(Answer(body=token.body, headers=token.headers, drip_s=0.02))
    house.second.answers(Answer(silent=True))
    started = time.monotonic()
    came = await ask(house, within_s=1.5)
    took_s = time.monotonic() - started
    assert isinstance(came, Unanswered)
    assert len(house.second.received) == 1
    assert took_s < 1.9, "the token's time came on top"


async def test_that_a_service_rests_is_shown_until_it_answers_or_is_changed(house: House) -> None:
    await house.service(house.first, "One")

    async def rests() -> Rests | None:
        [found] = await services.listed(house.hub, house.workspace)
        return found.rests

    house.first.answers(Answer(503))
    await ask(house)
    assert await rests() is None
    first = house.clock.at
    await ask(house)
    seconds = timedelta(seconds=30)
    assert await rests() == Rests(first, first + seconds, "unavailable", "status 503")
    house.clock.at += timedelta(seconds=31)
    await ask(house)
    assert await rests() == Rests(first, house.clock.at + seconds, "unavailable", "status 503")
    house.clock.at += timedelta(seconds=31)
    house.first.answers(wire.text(["back"]))
    assert isinstance(await ask(house), Answered)
    assert await rests() is None
    house.first.answers(wire.error(401, "invalid_api_key"))
    await ask(house)
    assert (await rests() or pytest.fail("it does not rest")).why == "auth"
    await services.change(house.hub, house.workspace, "One", Change(settings={"api_key": "new-key"}), by="t")
    assert await rests() is None
