"""Customers rate what people closed; what is no answer to that question is heard as what it is."""

import json

import pytest
from tests.desk.people import Person, conversation_of, waiting, with_event
from tests.program import Desk


async def test_the_customer_rates_what_people_closed_and_it_stays_closed(
    desk: Desk, boss: Person, ann: Person
) -> None:
    await boss.send("PATCH", "/api/v1/desk", json={"ask_rating": True}, headers={"If-Match": "*"})
    conversation = await waiting(desk)
    await ann.act(conversation, "take")
    await ann.act(conversation, "close", {"outcome": "solved"})
    line = await with_event(ann, conversation, "rating_asked")
    assert [button["title"] for button in line["parts"][0]["buttons"]] == ["1", "2", "3", "4", "5"]
    assert await desk.say("jo", "4") == ["Thank you for your rating."]
    found = await ann.read(conversation)
    assert (found["owner"], found["rating"], found["outcome"]) == ("closed", 4, "solved")
    events = [row for row in await desk.rows("events") if row["type"] == "feedback.received"]
    assert len(events) == 1
    assert await desk.say("jo", "5") != ["Thank you for your rating."]
    assert ((await ann.read(conversation))["owner"], (await ann.read(conversation))["rating"]) == ("bot", 4)


async def _asked(desk: Desk, boss: Person, ann: Person, sender: str = "jo") -> str:
    """A conversation that was closed, whose customer is asked how satisfied they are."""
    await boss.send("PATCH", "/api/v1/desk", json={"ask_rating": True}, headers={"If-Match": "*"})
    conversation = await waiting(desk, sender)
    await ann.write(conversation, "Here you are.", close="solved")
    await with_event(ann, conversation, "rating_asked")
    return conversation


async def test_who_is_answered_and_closed_at_once_is_asked_as_well(
    desk: Desk, boss: Person, ann: Person
) -> None:
    conversation = await _asked(desk, boss, ann)
    events = [line["event"]["kind"] for line in await ann.lines(conversation) if line["event"]]
    assert events[-3:] == ["taken", "closed", "rating_asked"]
    assert (await ann.read(conversation))["owner"] == "closed"


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("5", 5, ""),
        (" 5! ", 5, ""),
        ("5, great help", 5, "great help"),
        ("3 - It took long: 2 days", 3, "It took long: 2 days"),
        ("five", 5, ""),
        ("Four. Thanks, Ann", 4, "Thanks, Ann"),
        ("4/5", 4, ""),
        ("4 out of 5 stars", 4, ""),
        ("5 \N{THUMBS UP SIGN}", 5, ""),
        ("5\ufe0f\u20e3", 5, ""),
        ("\u2b50\u2b50\u2b50", 3, ""),
        ("\u0665", 5, ""),
    ],
)
async def test_points_are_a_rating_also_with_words_around_them(
    desk: Desk, boss: Person, ann: Person, text: str, score: int, comment: str
) -> None:
    conversation = await _asked(desk, boss, ann)
    assert await desk.say("jo", text) == ["Thank you for your rating."]
    found = await ann.read(conversation)
    assert (found["owner"], found["rating"]) == ("closed", score)
    [event] = [row for row in await desk.rows("events") if row["type"] == "feedback.received"]
    assert json.loads(event["data"])["comment"] == comment


@pytest.mark.parametrize("text", ["7", "0", "100", "4.5", "4/10", "seven, really"])
async def test_points_that_there_are_not_are_answered_once_with_those_that_there_are(
    desk: Desk, boss: Person, ann: Person, text: str
) -> None:
    conversation = await _asked(desk, boss, ann)
    assert await desk.say("jo", text) == ["Please answer with a number from 1 to 5."]
    assert (await ann.read(conversation))["owner"] == "closed"
    assert await desk.say("jo", "5") == ["Thank you for your rating."]
    other = await _asked(desk, boss, ann, "al")
    await desk.say("al", text)
    await desk.say("al", text)
    assert (await ann.read(other))["owner"] != "closed"


@pytest.mark.parametrize(
    "text",
    [
        "2 parcels are missing",
        "thank you",
        "5-10 days, you said",
        "5:30 pm?",
        "one more thing",
        "2. Where is my second parcel?",
        "One, I want to return the shoes",
        "7, is that too much?",
    ],
)
async def test_what_is_no_answer_to_the_question_opens_the_conversation_again(
    desk: Desk, boss: Person, ann: Person, text: str
) -> None:
    conversation = await _asked(desk, boss, ann)
    await desk.say("jo", text)
    found = await ann.read(conversation)
    assert (found["owner"] != "closed", found["rating"]) == (True, None)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5, great. But where is my invoice?", 5),
        ("4 stars. Where is my second parcel?", 4),
        ("5, Main street is my new address", 5),
    ],
)
async def test_who_rates_and_goes_on_is_answered_as_well(
    desk: Desk, boss: Person, ann: Person, text: str, score: int
) -> None:
    conversation = await _asked(desk, boss, ann)
    told = await desk.say("jo", text)
    assert told
    assert "Thank you for your rating." not in told
    found = await ann.read(conversation)
    assert (found["owner"], found["rating"]) == ("bot", score)


async def test_after_a_day_the_question_is_over(desk: Desk, boss: Person, ann: Person) -> None:
    conversation = await _asked(desk, boss, ann)
    await desk.program.execute(
        "UPDATE conversations SET closed_at = closed_at - interval '25 hours' WHERE id = $1", conversation
    )
    await desk.say("jo", "5")
    found = await ann.read(conversation)
    assert (found["owner"], found["rating"]) == ("bot", None)


async def test_points_are_read_in_the_customers_language(desk: Desk, boss: Person, ann: Person) -> None:
    await desk.say("jo", "hello")
    await desk.program.execute(
        "UPDATE contacts SET language = 'ru' WHERE id = (SELECT contact_id FROM conversations WHERE id = $1)",
        await conversation_of(desk, "jo"),
    )
    conversation = await _asked(desk, boss, ann)
    assert await desk.say("jo", "десять") == ["Ответьте, пожалуйста, числом от 1 до 5."]
    assert await desk.say("jo", "Четыре, спасибо") == ["Спасибо за оценку."]
    assert (await ann.read(conversation))["rating"] == 4
