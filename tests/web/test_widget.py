"""The site widget's wire: who may open it, what a visitor says and hears, and that nobody hears what is not theirs."""

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest
from tests.desk.people import person
from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.people import Browser, make_account
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says

from frontdesk.core.widget_languages import names
from frontdesk.store import trims, words
from frontdesk.web import static_files

SHOP = "https://shop.example.com"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="widget")
    await made.channel("web", {})
    program.forget_entrances()
    return made


async def begin(desk: Desk, **headers: str) -> str:
    answer = await desk.program.client.post(f"/widget/{desk.assistant_id}/session", headers=headers)
    assert answer.status == 201, answer.body
    return str(answer.json()["token"])


async def say(
    desk: Desk, token: str, text: str, *, id_: str = "message-1", after: int = 0, **body: Any
) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/messages?after={after}",
        json={"id": id_, "text": text, **body},
        headers={"authorization": f"Bearer {token}"},
    )


def texts(shown: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["by"], part.get("text", "")) for line in shown["lines"] for part in line["parts"]]


async def test_a_visitor_says_something_and_reads_the_answer(desk: Desk) -> None:
    token = await begin(desk)
    answer = await say(desk, token, "tell me something about you")
    assert answer.status == 200, answer.body
    assert texts(answer.json()) == [
        ("you", "tell me something about you"),
        ("ai", "I can help you work smarter, rather than harder"),
    ]
    assert answer.json()["state"] == {"owner": "bot"} or answer.json()["state"] == {}


@pytest.mark.parametrize("said", ["hi", "slow"], ids=["answered at once", "looked up first"])
@pytest.mark.parametrize("url", ["https://shop.example.com/a", "/a"])
async def test_the_beginning_of_a_conversation_tells_the_page_the_browser_and_the_device(
    desk: Desk, url: str, said: str
) -> None:
    """S004-173 to S004-176; a page may tell its address without the site, as templates of shops have it."""
    token = await begin(desk)
    answer = await desk.program.client.post(
        f"/widget/{desk.assistant_id}/messages",
        json={"id": "message-1", "text": said, "page": {"url": url}},
        headers={
            "authorization": f"Bearer {token}",
            "user-agent": ANDROID,
            "origin": "https://shop.example.com",
        },
    )
    assert answer.status == 200, answer.body
    begun, *after = await desk.rows("events", "seq")
    assert begun["type"] == "conversation.created"
    assert "conversation.created" not in {row["type"] for row in after}
    told = json.loads(begun["data"])
    assert (told["browser"], told["device"]) == ("Samsung Internet", "mobile")
    assert (told["source_url"], told["initial_message"]) == ("https://shop.example.com/a", said)


@pytest.mark.parametrize("said", ["hi", "slow"], ids=["answered at once", "looked up first"])
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://search.example.org/?q=speakers", "https://search.example.org/?q=speakers"),
        ("https://shop.example.com/before", ""),
        ("javascript:alert(1)//search.example.org", ""),
        ("https://[", ""),
        ("https://search.example.org/" + "x" * 2000, ""),
        (["https://search.example.org/"], ""),
        ("", ""),
    ],
)
async def test_what_led_a_visitor_to_the_site_is_kept_from_the_first_message(
    desk: Desk, told: object, kept: str, said: str
) -> None:
    token = await begin(desk)
    page = {"url": "https://shop.example.com/a", "referrer": told}
    assert (await say(desk, token, said, page=page)).status == 200
    later = {**page, "referrer": "https://later.example.org/"}
    assert (await say(desk, token, "hello", id_="message-2", page=later)).status == 200
    (talk,) = await desk.rows("conversations")
    path = f"/api/v1/conversations/{talk['id']}"
    answer = await desk.program.client.get(path, key=await desk.key("api", "admin"))
    assert answer.json()["referrer"] == kept
    (begun,) = [row for row in await desk.rows("events") if row["type"] == "conversation.created"]
    assert json.loads(begun["data"]).get("referrer", "") == kept


async def test_what_a_person_says_has_arrived_where_the_conversation_is_opened_anew(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    await operator_says(desk, "A person is here")
    headers = {"authorization": f"Bearer {token}"}
    lines = (await desk.program.client.get(f"/widget/{desk.assistant_id}/lines", headers=headers)).json()
    assert texts(lines)[-1] == ("person", "A person is here")
    (written,) = [row for row in await desk.rows("messages") if row["author"] == "operator"]
    assert written["fetched_at"] is not None


async def test_whoever_wrote_a_line_is_named_in_it(desk: Desk) -> None:
    program = desk.program
    token = await begin(desk)
    await say(desk, token, "hello")
    (conversation,) = await desk.rows("conversations")
    await operator_says(desk, "Somebody's own program here")
    for name in ("Anna Berg", "Ben Cole"):
        account = await make_account(program.running.store, desk.workspace, role="owner", name=name)
        browser = Browser(program.client)
        assert (await browser.sign_in(account.email)).status == 201
        path = f"/api/v1/conversations/{conversation['id']}"
        assigned = await browser.post(f"{path}/assign", json={"assignee_id": account.id})
        assert assigned.status == 200, assigned.body
        assert (await browser.post(f"{path}/messages", json={"text": f"{name} here"})).status == 201
    headers = {"authorization": f"Bearer {token}"}
    shown = (await program.client.get(f"/widget/{desk.assistant_id}/lines", headers=headers)).json()
    said = [(line.get("who", ""), *[part["text"] for part in line["parts"]]) for line in shown["lines"]]
    assert ("Anna Berg", "Anna Berg here") in said
    assert ("Ben Cole", "Ben Cole here") in said
    assert ("", "Somebody's own program here") in said
    assert ("", "hello") in said


async def test_the_same_message_again_is_the_same_message(desk: Desk) -> None:
    token = await begin(desk)
    first = await say(desk, token, "tell me something about you")
    again = await say(desk, token, "tell me something about you")
    assert again.json()["lines"] == first.json()["lines"]
    # Sent again by a browser that has heard more meanwhile.
    later = await say(desk, token, "tell me something about you", after=first.json()["lines"][0]["n"])
    assert (later.status, later.json()["lines"]) == (200, first.json()["lines"][1:])
    # What the lines are behind is said, so that a tab that lacks some of those before asks for them.
    assert (first.json().get("after", 0), later.json()["after"]) == (0, first.json()["lines"][0]["n"])
    other = await say(desk, token, "something else")
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_a_page_of_another_origin_is_refused_and_a_listed_one_may_read(program: Program) -> None:
    desk = await program.desk(WIRE, slug="origins")
    await desk.channel("web", {"origins": SHOP})
    program.forget_entrances()
    path = f"/widget/{desk.assistant_id}/session"
    refused = await program.client.post(path, headers={"origin": "https://evil.example.com"})
    assert refused.status == 403
    unsaid = await program.client.post(path)
    assert unsaid.status == 403
    # The page may read why.
    config = f"/widget/{desk.assistant_id}/config"
    told = await program.client.get(config, headers={"origin": "https://evil.example.com"})
    assert (told.status, told.headers["access-control-allow-origin"]) == (403, "https://evil.example.com")
    assert (await program.client.get(config, headers={"origin": SHOP})).json()["title"]
    taken = await program.client.post(path, headers={"origin": SHOP})
    assert (taken.status, taken.headers["access-control-allow-origin"]) == (201, SHOP)


async def test_a_listed_origin_in_other_letters_is_the_one_that_browsers_send(program: Program) -> None:
    desk = await program.desk(WIRE, slug="books")
    body = {
        "type": "web",
        "name": "Books",
        "assistant_id": desk.assistant_id,
        "settings": {"origins": "https://bücher.example https://straße.example:8443"},
    }
    made = await program.client.post("/api/v1/channels", json=body, key=await desk.key("api", "admin"))
    assert made.status == 201, made.body
    sent = "https://xn--bcher-kva.example https://xn--strae-oqa.example:8443"
    assert made.json()["settings"]["origins"] == sent
    config = f"/widget/{desk.assistant_id}/config"
    for origin in sent.split():
        assert (await program.client.get(config, headers={"origin": origin})).status == 200
    near = await program.client.get(config, headers={"origin": "https://strasse.example:8443"})
    assert near.status == 403


@pytest.mark.parametrize("token", ["", "x" * 43, "a.b.c", "\u00e9" * 10])
async def test_without_the_visitors_token_nothing_is_shown(desk: Desk, token: str) -> None:
    client = desk.program.client
    headers = {"authorization": f"Bearer {token}"} if token.isascii() else {}
    for method, name in (("GET", "lines"), ("GET", "stream"), ("POST", "messages")):
        answer = await client.send(method, f"/widget/{desk.assistant_id}/{name}", headers=headers)
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")


async def test_what_is_said_elsewhere_arrives_on_the_stream(desk: Desk) -> None:
    token = await begin(desk)
    first = (await say(desk, token, "tell me something about you")).json()
    after = first["lines"][-1]["n"]
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream?after={after}"
    headers = {"authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as stream:
        assert stream.status == 200
        first_event = await next_event(stream)
        assert first_event["lines"] == []
        await say(desk, token, "tell me something about you", id_="message-2", after=after)
        heard = await next_event(stream)
        while not heard["lines"]:
            heard = await next_event(stream)
        assert texts(heard)[0] == ("you", "tell me something about you")


async def test_a_stream_says_within_how_long_those_who_are_cut_off_come_back(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream"
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers={"authorization": f"Bearer {token}"}) as stream,
        asyncio.timeout(60),
    ):
        assert re.fullmatch(rb"retry: \d+\n", await stream.content.readline())


async def next_event(stream: aiohttp.ClientResponse) -> Any:
    async with asyncio.timeout(60):
        while True:
            line = await stream.content.readline()
            assert line, "the stream has ended"
            if line.startswith(b"data: "):
                return json.loads(line[6:])


async def test_a_person_who_writes_is_seen_to_while_they_do(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    (talk,) = await desk.rows("conversations")
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream"
    headers = {"authorization": f"Bearer {token}"}

    def person(*, typing: bool) -> str:
        return words.At(
            desk.workspace, talk["id"], "acc_1", viewing=True, typing=typing, stamp=words.stamp()
        ).word

    async with aiohttp.ClientSession() as opened, opened.get(url, headers=headers) as stream:
        assert (await next_event(stream))["lines"]
        desk.program.running.hints.touch(person(typing=True))
        while (heard := await next_event(stream)) is not True:
            assert "lines" in heard
        desk.program.running.hints.touch(person(typing=False))
        while (heard := await next_event(stream)) is not False:
            assert "lines" in heard


async def session(desk: Desk, token: str) -> str:
    headers = {"authorization": f"Bearer {token}"}
    answer = await desk.program.client.post(f"/widget/{desk.assistant_id}/session", headers=headers)
    assert answer.status == 200, answer.body
    return str(answer.json()["token"])


async def test_a_token_is_exchanged_in_two_steps_and_a_lost_answer_costs_nothing(desk: Desk) -> None:
    first = await begin(desk)
    await say(desk, first, "tell me something about you")
    assert await session(desk, first) == first
    age = "UPDATE visitor_sessions SET made_at = now() - interval '2 days' WHERE workspace_id = $1"
    await desk.program.execute(age, desk.workspace)
    second = await session(desk, first)
    assert second != first
    # The answer was lost: the same one is handed out again, however long that takes.
    assert await session(desk, first) == second
    assert (await say(desk, first, "hello", id_="message-2")).status == 200
    assert await session(desk, second) == second
    # A tab that still has the former one is handed the present one.
    assert await session(desk, first) == second
    over = "UPDATE visitor_sessions SET before_until = now() WHERE workspace_id = $1"
    await desk.program.execute(over, desk.workspace)
    assert (await say(desk, first, "hello", id_="message-3")).status == 401
    assert (await say(desk, second, "hello", id_="message-3")).status == 200


async def test_another_assistants_channel_does_not_know_the_token(program: Program, desk: Desk) -> None:
    other = await program.desk(WIRE, slug="other-widget")
    await other.channel("web", {})
    program.forget_entrances()
    token = await begin(desk)
    assert (await say(other, token, "hello")).status == 401


async def test_who_writes_too_fast_is_told_when_to_go_on(desk: Desk) -> None:
    token = await begin(desk)
    answers = [await say(desk, token, "hello", id_=f"message-{n}") for n in range(25)]
    held = [answer for answer in answers if answer.status == 429]
    assert held
    assert int(held[0].headers["Retry-After"]) >= 1


async def test_sessions_end_with_their_conversation_and_when_nobody_comes_back(desk: Desk) -> None:
    erased, unused, used = await begin(desk), await begin(desk), await begin(desk)
    await say(desk, erased, "hello")
    await say(desk, used, "hello")
    key = await desk.key("api", "admin")
    (talk, _) = await desk.rows("conversations", "created_at")
    gone = await desk.program.client.post(
        f"/api/v1/contacts/{talk['contact_id']}/erase", json={"reason": "asked"}, key=key
    )
    assert gone.status == 200, gone.body
    assert (await say(desk, erased, "again", id_="message-2")).status == 401
    old = "UPDATE visitor_sessions SET seen_at = now() - interval '2 days' WHERE workspace_id = $1"
    await desk.program.execute(old, desk.workspace)
    store = desk.program.running.store
    await trims.trim_workspace(desk.workspace, store, traces_days=30, events_days=90)
    assert (await say(desk, unused, "hello")).status == 401
    assert (await say(desk, used, "again", id_="message-2")).status == 200
    older = "UPDATE visitor_sessions SET seen_at = now() - interval '200 days' WHERE workspace_id = $1"
    await desk.program.execute(older, desk.workspace)
    await trims.trim_workspace(desk.workspace, store, traces_days=30, events_days=90)
    assert (await say(desk, used, "more", id_="message-3")).status == 401


async def test_a_stream_ends_when_the_channel_is_switched_off(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream"
    headers = {"authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as opened, opened.get(url, headers=headers) as stream:
        await next_event(stream)
        off = "UPDATE channels SET enabled = false WHERE workspace_id = $1 AND type = 'web'"
        await desk.program.execute(off, desk.workspace)
        desk.program.forget_entrances()
        (talk,) = await desk.rows("conversations")
        desk.program.running.line.waiting.wake(talk["id"])
        async with asyncio.timeout(60):
            assert b"data:" not in await stream.content.read()


async def act(desk: Desk, token: str, do: str) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/acts", json={"do": do}, headers={"authorization": f"Bearer {token}"}
    )


async def test_a_visitor_asks_for_a_person_goes_back_to_the_assistant_and_ends_it(desk: Desk) -> None:
    token = await begin(desk)
    assert (await act(desk, token, "person")).status == 404
    await say(desk, token, "hello")
    asked = await act(desk, token, "person")
    assert (asked.status, asked.json()["state"]["owner"]) == (200, "queued"), asked.body
    (talk,) = await desk.rows("conversations")
    assert talk["owner"] == "queued"
    requests = [
        json.loads(row["data"]) for row in await desk.rows("events") if row["type"].startswith("handoff")
    ]
    assert [each["reason"] for each in requests] == ["visitor"]
    # Once more changes nothing.
    assert (await act(desk, token, "person")).json()["state"]["owner"] == "queued"
    assert (await act(desk, token, "assistant")).json()["state"]["owner"] == "bot"
    assert (await act(desk, token, "end")).json()["state"]["owner"] == "closed"
    again = await say(desk, token, "tell me something about you", id_="message-2")
    assert again.json()["state"]["owner"] == "bot"


async def test_who_asks_for_a_person_again_and_again_is_told_to_wait(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    answers = []
    for _ in range(7):
        answers.append(await act(desk, token, "person"))
        assert (await act(desk, token, "assistant")).status == 200
    refused = [answer for answer in answers if answer.status != 200]
    assert [answer.status for answer in answers[:4]] == [200] * 4
    assert [(answer.status, answer.json()["code"]) for answer in refused] == [(429, "asked_often")] * 3
    assert "asked for a person" in refused[0].json()["detail"]
    assert int(refused[0].headers["Retry-After"]) > 60
    requests = [row for row in await desk.rows("events") if row["type"] == "handoff.requested"]
    assert len(requests) == 4
    # Another visitor may.
    other = await begin(desk)
    await say(desk, other, "hello")
    assert (await act(desk, other, "person")).status == 200


@pytest.mark.parametrize(
    ("language", "waits"),
    [("ru", "Вам ответит человек"), ("xx", "A person will answer"), (9, "A person will answer")],
)
async def test_who_waits_is_told_so_in_the_language_of_their_window(
    desk: Desk, language: object, waits: str
) -> None:
    await person(desk)
    token = await begin(desk)
    await say(desk, token, "hello", language=language)
    last = (await act(desk, token, "person")).json()
    async with asyncio.timeout(60):
        while not any(text.startswith(waits) for _, text in texts(last)):
            answer = await desk.program.client.get(
                f"/widget/{desk.assistant_id}/lines", headers={"authorization": f"Bearer {token}"}
            )
            last = answer.json()
            await asyncio.sleep(0.05)


BOTH = {
    "bot.yaml": """
format: assistant/v1
assistant: {id: both, name: Both, language: en, languages: [ru]}
fallback:
  steps: [{say: "{{ language }}"}]
""",
}


async def test_a_bot_of_several_languages_begins_in_the_windows_and_goes_on_in_the_visitors(
    program: Program,
) -> None:
    desk = await program.desk(BOTH, slug="both")
    await desk.channel("web", {})
    program.forget_entrances()
    for language, said, spoken in (
        ("ru", "12:30", "ru"),
        ("ru-RU", "12:30", "ru"),
        ("de", "12:30", "en"),
        ("ru", "where is my parcel, please?", "en"),
        ("en", "где моя посылка?", "ru"),
    ):
        answer = await say(desk, await begin(desk), said, language=language)
        assert texts(answer.json())[-1] == ("ai", spoken), (language, said)


async def test_the_window_is_told_the_channels_language_where_one_is_set(program: Program) -> None:
    desk = await program.desk(WIRE, slug="spoken")
    await desk.channel("web", {"language": "ar"})
    program.forget_entrances()
    answer = await program.client.get(f"/widget/{desk.assistant_id}/config")
    assert answer.json()["language"] == "ar"


async def test_every_language_is_a_script_that_pages_of_others_may_hold_to_a_sum(program: Program) -> None:
    for code in list(names())[1:]:
        name = f"widget_words_{code}.js"
        answer = await program.client.get(static_files.address(name), headers={"origin": SHOP})
        assert answer.status == 200, code
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("body", [{}, {"do": "erase"}, {"do": ["end"]}, [], "end"])
async def test_what_a_visitor_cannot_do_is_refused(desk: Desk, body: object) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    path, headers = f"/widget/{desk.assistant_id}/acts", {"authorization": f"Bearer {token}"}
    answer = await desk.program.client.post(path, json=body, headers=headers)
    assert (answer.status, answer.json()["code"]) == (422, "invalid")


async def test_a_transcript_has_what_was_said_in_this_conversation_alone(desk: Desk) -> None:
    token, other = await begin(desk), await begin(desk)
    await say(desk, token, "hello")
    await say(desk, other, "a secret of somebody else")
    path, headers = f"/widget/{desk.assistant_id}/transcript", {"authorization": f"Bearer {token}"}
    told = await desk.program.client.get(path, headers=headers)
    assert (told.status, told.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    first, *_ = told.body.decode().splitlines()
    assert first.endswith(": hello")
    assert b"secret" not in told.body
    assert (await desk.program.client.get(path)).status == 401
