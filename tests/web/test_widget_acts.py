"""What visitors of the site widget do besides writing: say more of a rating, take the conversation along by mail, type."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from tests.doubles.http_client import Answer
from tests.doubles.mail_server import MailServer
from tests.doubles.sse_client import listening
from tests.program import Desk, Program, until
from tests.web.rasa_wire import WIRE
from tests.web.socket_client import operator_says
from tests.web.test_widget import begin, next_event, say


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="widget-acts")
    await made.channel("web", {})
    program.forget_entrances()
    return made


async def rated(desk: Desk, token: str, *, points: str = "4") -> dict[str, Any]:
    """The conversation after a person closed it and the visitor said how it was."""
    await say(desk, token, "hello")
    key, client = await desk.key("api", "admin"), desk.program.client
    asking = await client.send(
        "PATCH", "/api/v1/desk", key=key, json={"ask_rating": True}, headers={"If-Match": "*"}
    )
    assert asking.status == 200, asking.body
    await operator_says(desk, "Maya here", key)
    (talk,) = await desk.rows("conversations")
    closed = await client.post(f"/api/v1/conversations/{talk['id']}/close", key=key, json={})
    assert closed.status == 200, closed.body
    answer = await say(desk, token, points, id_="message-rating")
    assert answer.status == 200, answer.body
    state: dict[str, Any] = answer.json()["state"]
    assert state["owner"] == "closed"
    return state


async def comment(desk: Desk, token: str, text: object) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/acts",
        json={"do": "comment", "text": text},
        headers={"authorization": f"Bearer {token}"},
    )


async def feedback(desk: Desk) -> list[tuple[int, str]]:
    rows = await desk.rows("events", "seq")
    told = [json.loads(row["data"]) for row in rows if row["type"] == "feedback.received"]
    return [(each["rating"], each["comment"]) for each in told]


async def test_words_go_with_a_rating_once_and_open_nothing(desk: Desk) -> None:
    token = await begin(desk)
    assert (await rated(desk, token))["comment"] is True
    said = await comment(desk, token, "Quick and kind, thank you. Was that all?")
    assert (said.status, said.json()["state"]) == (200, {"owner": "closed"}), said.body
    assert await feedback(desk) == [(4, ""), (4, "Quick and kind, thank you. Was that all?")]
    (talk,) = await desk.rows("conversations")
    assert talk["rating_comment"] == "Quick and kind, thank you. Was that all?"
    # Once more changes nothing.
    assert (await comment(desk, token, "something else")).status == 200
    (talk,) = await desk.rows("conversations")
    assert talk["rating_comment"] == "Quick and kind, thank you. Was that all?"
    path = f"/api/v1/conversations/{talk['id']}/messages"
    lines = (await desk.program.client.get(path, key=await desk.key("api", "admin"))).json()["data"]
    strips = [line["event"] for line in lines if (line.get("event") or {}).get("kind") == "rated"]
    assert [strip.get("text", "") for strip in strips] == ["", "Quick and kind, thank you. Was that all?"]


async def test_who_says_nothing_of_a_rating_is_asked_no_more(desk: Desk) -> None:
    token = await begin(desk)
    await rated(desk, token)
    assert (await comment(desk, token, "")).json()["state"] == {"owner": "closed"}
    assert await feedback(desk) == [(4, "")]


async def test_a_rating_with_words_asks_for_none_and_where_none_was_given_there_are_no_words(
    desk: Desk,
) -> None:
    token = await begin(desk)
    assert "comment" not in await rated(desk, token, points="5, great help")
    (talk,) = await desk.rows("conversations")
    assert talk["rating_comment"] == "great help"
    other = await begin(desk)
    await say(desk, other, "hello")
    assert (await comment(desk, other, "so good")).status == 200
    assert await feedback(desk) == [(5, "great help")]


@pytest.mark.parametrize("text", [None, 5, ["x"], "x" * 1001])
async def test_words_that_are_none_are_refused(desk: Desk, text: object) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    answer = await comment(desk, token, text)
    assert (answer.status, answer.json()["code"]) == (422, "invalid")


@asynccontextmanager
async def mailing(desk: Desk) -> AsyncIterator[MailServer]:
    async with MailServer() as server:
        settings = {
            "host": "127.0.0.1",
            "port": server.port,
            "encryption": "none",
            "from_address": "d@example.com",
        }
        made = await desk.program.client.send(
            "PATCH",
            "/api/v1/settings/mail",
            key=await desk.key("api", "admin"),
            json={"settings": settings},
            headers={"If-Match": "*"},
        )
        assert made.status == 200, made.body
        yield server


async def mail(desk: Desk, token: str, to: object, **headers: str) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/mail",
        json={"to": to},
        headers={"authorization": f"Bearer {token}", **headers},
    )


async def test_a_visitor_has_the_conversation_mailed_where_mail_is_set_up(desk: Desk) -> None:
    token = await begin(desk)
    said = await say(desk, token, "tell me something about you")
    assert "mail" not in said.json()["state"]
    assert (await mail(desk, token, "jo@example.com")).status == 422
    async with mailing(desk) as server:
        again = await say(desk, token, "<b>hello</b>", id_="message-2")
        assert again.json()["state"]["mail"] is True
        for _ in range(3):
            answer = await mail(desk, token, "Jo@example.com")
            assert answer.status == 202, answer.body
        held = await mail(desk, token, "jo@example.com")
        assert (held.status, int(held.headers["Retry-After"]) > 0) == (429, True)

        async def has_come() -> bool:
            return len(server.received) == 3

        await until(has_come)
        message = server.received[0].message
        assert message["Subject"] == "Your conversation with Test workspace"
        text, html = (part.get_content() for part in message.iter_parts())
        assert "I can help you work smarter, rather than harder" in text
        assert "&lt;b&gt;hello&lt;/b&gt;" in html
    # To this address neither from another conversation.
    other = await begin(desk)
    await say(desk, other, "hello")
    assert (await mail(desk, other, "jo@example.com")).status == 429


@pytest.mark.parametrize("to", [None, "", "jo", "jo@example.com\nBcc: x@example.com", ["jo@example.com"]])
async def test_what_is_no_address_gets_no_mail(desk: Desk, to: object) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    answer = await mail(desk, token, to)
    assert (answer.status, answer.json()["code"]) == (422, "invalid")


async def types(desk: Desk, token: str) -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/typing", headers={"authorization": f"Bearer {token}"}
    )


async def test_people_are_told_that_a_visitor_types_and_nothing_of_what(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    (talk,) = await desk.rows("conversations")
    key = await desk.key("api", "admin")
    async with listening(desk.program.client.base_url, key) as feed:
        assert (await types(desk, token)).status == 204
        told = await feed.next("typing")
        assert told.data["conversation_id"] == talk["id"]
        assert (told.data["author"], told.data["typing"]) == ("contact", True)
        # It ends by itself.
        while (told := await feed.next("typing")).data["typing"]:
            pass
        assert told.data["author"] == "contact"
    url = f"{desk.program.client.base_url}/widget/{desk.assistant_id}/stream"
    async with (
        aiohttp.ClientSession() as opened,
        opened.get(url, headers={"authorization": f"Bearer {token}"}) as stream,
    ):
        assert (await next_event(stream))["lines"]
        # They are not told that they write themselves: the next that comes is what they say.
        await types(desk, token)
        await say(desk, token, "more", id_="message-2")
        assert (await next_event(stream))["lines"]


async def test_who_has_written_nothing_or_has_no_token_types_for_nobody(desk: Desk) -> None:
    assert (await types(desk, await begin(desk))).status == 204
    assert (await types(desk, "x" * 43)).status == 401


async def test_typing_is_told_only_so_often(desk: Desk) -> None:
    token = await begin(desk)
    await say(desk, token, "hello")
    statuses = {(await types(desk, token)).status for _ in range(30)}
    assert statuses == {204, 429}
