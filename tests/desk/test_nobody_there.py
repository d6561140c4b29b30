"""Whoever asks for a person while nobody is there is told so, in words that they understand; and their place once somebody is."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.desk.people import Person, conversation_of, person, team, waiting, with_event
from tests.program import Desk, until

from frontdesk.web.feed.at_work import AtWork

ME = "/api/v1/me/presence"


@pytest.fixture
async def gone(desk: Desk) -> Person:
    """The owner, with no window open."""
    return await person(desk, "Bo Boss", "owner", is_at_work=False)


async def told(boss: Person, conversation: str) -> list[str]:
    """What the customer was told of their wait."""
    kinds = [line["event"]["kind"] for line in await boss.lines(conversation) if line["event"]]
    return [kind for kind in kinds if kind in {"queue_position", "away"}]


async def looked_at(desk: Desk, conversation: str) -> None:
    """As soon as the desk has looked at it, which is due."""
    await desk.program.execute("UPDATE conversations SET desk_due_at = now() WHERE id = $1", conversation)
    late = "SELECT 1 FROM conversations WHERE id = $1 AND desk_due_at > now()"
    await until(lambda: desk.program.query(late, conversation))


async def open_window(desk: Desk, who: Person) -> None:
    running = desk.program.running
    await AtWork(desk.workspace, running.store, running.line.clock, lambda _: None).note([who.id])


async def change_desk(boss: Person, **settings: object) -> None:
    answer = await boss.send("PATCH", "/api/v1/desk", headers={"If-Match": "*"}, json=settings)
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("comes", ["window", "online"])
async def test_of_no_team_the_customer_hears_that_nobody_is_there_and_their_place_as_soon_as_somebody_is(
    desk: Desk, gone: Person, comes: str
) -> None:
    ann = await person(desk, is_at_work=comes == "online")
    if comes == "online":
        assert (await ann.send("PATCH", ME, json={"state": "away"})).status == 200
    first, second = await waiting(desk, "first"), await waiting(desk, "second")
    line = await with_event(gone, first, "away")
    assert line["parts"][0]["text"].startswith("Nobody is here to answer just now. We have your message")
    await with_event(gone, second, "away")
    if comes == "online":
        assert (await ann.send("PATCH", ME, json={"state": "online"})).status == 200
    else:
        await open_window(desk, ann)
    for place, each in enumerate((first, second), start=1):
        assert (await with_event(gone, each, "queue_position"))["event"]["to"] == str(place)
        assert await told(gone, each) == ["away", "queue_position"]
        rows = await desk.program.query("SELECT queue_told FROM conversations WHERE id = $1", each)
        assert rows[0]["queue_told"] == place  # which the widget shows, and not that nobody is there


async def test_who_answers_no_customers_is_nobody_to_wait_for(desk: Desk, gone: Person) -> None:
    await person(desk, "Ed", "author")
    conversation = await waiting(desk)
    await with_event(gone, conversation, "away")
    assert await told(gone, conversation) == ["away"]


async def test_of_no_team_a_window_that_was_just_closed_is_missed_only_a_little_later(
    desk: Desk, gone: Person, ann: Person
) -> None:
    conversation = await waiting(desk)
    await with_event(gone, conversation, "queue_position")

    async def seen_ago(seconds: int) -> list[str]:
        await desk.program.execute(
            "UPDATE presence SET seen_at = now() - make_interval(secs => $3) WHERE workspace_id = $1 AND account_id = $2",
            desk.workspace,
            ann.id,
            float(seconds),
        )
        await looked_at(desk, conversation)
        return await told(gone, conversation)

    assert await seen_ago(100) == ["queue_position"]
    assert await seen_ago(600) == ["queue_position", "away"]
    assert await seen_ago(0) == ["queue_position", "away"]
    assert await seen_ago(600) == ["queue_position", "away"]


async def test_a_desk_whose_people_answer_elsewhere_tells_the_place_all_the_same(
    desk: Desk, gone: Person
) -> None:
    await change_desk(gone, tell_away=False)
    conversation = await waiting(desk)
    await with_event(gone, conversation, "queue_position")
    await change_desk(gone, tell_away=True)
    other = await waiting(desk, "other")
    await with_event(gone, other, "away")
    assert "queue_position" not in await told(gone, other)


@pytest.mark.parametrize(
    ("teams_own", "language", "told_as"),
    [
        (
            "Asia/Tashkent",
            "en",
            r"We are back on \w+day, [A-Z][a-z]+ \d+, 12:00.AM \(Tashkent time\) and will answer here\.$",
        ),
        (
            "Asia/Tashkent",
            "ru-RU",
            r": [а-я]+, \d+ [а-я]+, 00:00 \(часовой пояс: Ташкент\)\. Тогда и ответим здесь\.$",
        ),
        ("", "en", r"on \w+day, [A-Z][a-z]+ \d+, [\d:]+.[AP]M \(Tokyo time\) and"),
    ],
)
async def test_the_next_opening_is_told_as_ones_language_writes_it_by_the_teams_clocks(
    desk: Desk, gone: Person, teams_own: str, language: str, told_as: str
) -> None:
    await desk.program.execute(
        "UPDATE workspaces SET time_zone = 'Asia/Tokyo' WHERE workspace_id = $1", desk.workspace
    )
    closed = [(datetime.now(UTC) + timedelta(days=days)).strftime("%m-%d") for days in (-1, 0, 1)]
    hours = {"mon-sun": "00:00-23:59"}
    await team(gone, rule="none", hours=hours, holidays=closed, time_zone=teams_own)
    await desk.say("jo", "hello")
    conversation = await conversation_of(desk, "jo")
    await desk.program.execute(
        "UPDATE contacts SET language = $1 WHERE id = (SELECT contact_id FROM conversations WHERE id = $2)",
        language,
        conversation,
    )
    await desk.say("jo", "human")
    line = await with_event(gone, conversation, "away")
    assert re.search(told_as, line["parts"][0]["text"])
