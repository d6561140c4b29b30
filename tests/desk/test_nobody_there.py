"""Whoever asks for a person while nobody is there is told so, in words that they understand; and their place once somebody is."""

import re
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from tests.desk.people import Person, conversation_of, person, team, waiting, with_event
from tests.program import Desk, until
from tests.web.test_widget import begin, next_event, say

from frontdesk.core.ids import ConversationId
from frontdesk.store import visitors
from frontdesk.web.feed.at_work import AtWork
from frontdesk.web.widget.lines import state_of

ME = "/api/v1/me/presence"


@pytest.fixture
async def gone(desk: Desk) -> Person:
    """The owner, with no window open."""
    return await person(desk, "Bo Boss", "owner", is_at_work=False)


async def told(boss: Person, conversation: str) -> list[str]:
    """What the customer was told of their wait."""
    kinds = [line["event"]["kind"] for line in await boss.lines(conversation) if line["event"]]
    return [kind for kind in kinds if kind in {"queue_position", "away"}]


async def seen(desk: Desk, conversation: str) -> tuple[int, bool]:
    """What stands at the top of the widget: the place, and whether it is that nobody is there."""
    store, found = desk.program.running.store, ConversationId(conversation)
    state = state_of(await visitors.standing(desk.workspace, store, found), {})
    return state.place, state.away


async def last_seen(desk: Desk, who: Person, seconds: float) -> None:
    """Their inbox was open so long ago."""
    await desk.program.execute(
        "UPDATE presence SET seen_at = now() - make_interval(secs => $3) WHERE workspace_id = $1 AND account_id = $2",
        desk.workspace,
        who.id,
        seconds,
    )


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
        assert await seen(desk, each) == (place, False)


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

    async def seen_ago(seconds: int) -> tuple[list[str], tuple[int, bool]]:
        await last_seen(desk, ann, seconds)
        await looked_at(desk, conversation)
        return await told(gone, conversation), await seen(desk, conversation)

    assert await seen_ago(100) == (["queue_position"], (1, False))
    assert await seen_ago(600) == (["queue_position", "away"], (0, True))
    for _ in range(2):
        # Neither is news any more; what is shown is right all the same.
        assert await seen_ago(0) == (["queue_position", "away"], (1, False))
        assert await seen_ago(100) == (["queue_position", "away"], (1, False))
        assert await seen_ago(600) == (["queue_position", "away"], (0, True))


async def test_of_a_full_team_the_place_is_shown_again_and_a_better_one_is_told(
    desk: Desk, gone: Person
) -> None:
    ann = await person(desk)
    await team(gone, members=[ann], rule="none")
    first, second = await waiting(desk, "first"), await waiting(desk, "second")
    for each in (first, second):
        await with_event(gone, each, "queue_position")
    await last_seen(desk, ann, 600)
    await looked_at(desk, first)
    await with_event(gone, second, "away")
    await open_window(desk, ann)
    await until_seen(desk, {first: (1, False), second: (2, False)})
    assert await told(gone, second) == ["queue_position", "away"]
    await ann.act(first, "take")
    await until_seen(desk, {second: (1, False)})
    assert await told(gone, second) == ["queue_position", "away", "queue_position"]
    await last_seen(desk, ann, 600)
    await looked_at(desk, second)
    assert await told(gone, second) == ["queue_position", "away"] * 2


async def until_seen(desk: Desk, wanted: dict[str, tuple[int, bool]]) -> None:
    async def as_wanted() -> bool:
        return {each: await seen(desk, each) for each in wanted} == wanted

    await until(as_wanted)


async def test_a_desk_that_tells_no_place_shows_that_somebody_is_there_again(
    desk: Desk, gone: Person
) -> None:
    ann = await person(desk, is_at_work=False)
    await change_desk(gone, tell_position=False)
    conversation = await waiting(desk)
    await with_event(gone, conversation, "away")
    assert await seen(desk, conversation) == (0, True)
    await open_window(desk, ann)
    await until_seen(desk, {conversation: (0, False)})
    await last_seen(desk, ann, 600)
    await looked_at(desk, conversation)
    assert await seen(desk, conversation) == (0, True)
    assert await told(gone, conversation) == ["away"]


async def test_a_window_that_is_open_shows_the_place_as_soon_as_somebody_is_back(
    desk: Desk, gone: Person, ann: Person
) -> None:
    await desk.channel("web", {"title": "Northwind Audio"})
    desk.program.forget_entrances()
    token = await begin(desk)
    assert (await say(desk, token, "human")).status == 200
    rows = await desk.program.query(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND owner = 'queued'", desk.workspace
    )
    conversation = rows[0]["id"]
    await with_event(gone, conversation, "queue_position")
    await last_seen(desk, ann, 600)
    await looked_at(desk, conversation)
    assert await seen(desk, conversation) == (0, True)
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream"
    headers = {"authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as opened:
        assert (await next_event(opened))["state"]["away"]
        await last_seen(desk, ann, 0)
        await looked_at(desk, conversation)
        came = await next_event(opened)
        assert (came["lines"], came["state"]["place"], "away" in came["state"]) == ([], 1, False)


async def test_who_sees_a_place_is_looked_at_no_sooner_because_the_first_sees_that_nobody_is_there(
    desk: Desk, gone: Person, ann: Person
) -> None:
    first, second = await waiting(desk, "first"), await waiting(desk, "second")
    for each in (first, second):
        await with_event(gone, each, "queue_position")
    await last_seen(desk, ann, 100)
    await desk.program.execute(
        """UPDATE conversations SET queue_told = CASE id WHEN $1 THEN -2 ELSE 2 END, desk_due_at = now() + interval '1 day'
           WHERE workspace_id = $2 AND owner = 'queued'""",
        first,
        desk.workspace,
    )
    due = "SELECT desk_due_at FROM conversations WHERE id = $1"
    before = await desk.program.query(due, second)
    await looked_at(desk, first)
    assert await desk.program.query(due, second) == before
    assert (await seen(desk, first), await seen(desk, second)) == ((0, True), (2, False))
    await last_seen(desk, ann, 600)
    await looked_at(desk, first)
    await with_event(gone, second, "away")


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
