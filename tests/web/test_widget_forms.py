"""What visitors fill in: asked as the channel says, kept with the contact, and never in the place of what is known."""

import asyncio
import json

import pytest
from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE
from tests.web.test_widget import begin, say
from tests.web.test_widget_files import send

ASKS = {
    "ask_name": "optional",
    "ask_email": "required",
    "ask_why": "So that we can write back.",
    "consent": "I agree that this chat is stored.",
    "consent_page": "https://shop.example.com/privacy",
}

LONG_AGO = "2020-01-02T03:04:05+00:00"
VISITOR_AGREED_AT = """
    UPDATE visitor_sessions SET about = jsonb_set(about, '{attributes,consent_at}', $2::jsonb) WHERE workspace_id = $1
"""
CONTACT_AGREED_AT = """
    UPDATE contacts SET attributes = jsonb_set(attributes, '{consent_at}', $2::jsonb) WHERE workspace_id = $1
"""
CONTACT_AGREED_TO = """
    UPDATE contacts SET attributes = jsonb_set(attributes, '{consent}', $2::jsonb) WHERE workspace_id = $1
"""


@pytest.fixture
async def desk(program: Program) -> Desk:
    made = await program.desk(WIRE, slug="forms")
    await made.channel("web", ASKS)
    program.forget_entrances()
    return made


async def session(desk: Desk, about: object, token: str = "") -> Answer:
    return await desk.program.client.post(
        f"/widget/{desk.assistant_id}/session",
        json={"about": about},
        headers={"authorization": f"Bearer {token}"} if token else {},
    )


async def contact(desk: Desk) -> dict[str, object]:
    key = await desk.key("api", "admin")
    (found,) = (await desk.program.client.get("/api/v1/contacts", key=key)).json()["data"]
    return dict(found)


async def remember(desk: Desk, statement: str, value: str) -> None:
    """Have a word of what is known be another one."""
    await desk.program.execute(statement, desk.workspace, json.dumps(value))


async def consent(desk: Desk) -> tuple[str, str]:
    found = (await contact(desk))["attributes"]
    assert isinstance(found, dict)
    return found["consent_at"], found["consent"]


async def test_the_window_is_told_what_to_ask(desk: Desk, program: Program) -> None:
    config = (await program.client.get(f"/widget/{desk.assistant_id}/config")).json()
    assert config["ask"] == {
        "name": "optional",
        "email": "required",
        "why": "So that we can write back.",
        "consent": "I agree that this chat is stored.",
        "page": "https://shop.example.com/privacy",
    }
    assert config["away_form"] is True
    other = await program.desk(WIRE, slug="asks-nothing")
    await other.channel("web", {})
    program.forget_entrances()
    assert "ask" not in (await program.client.get(f"/widget/{other.assistant_id}/config")).json()


async def test_what_is_filled_in_before_the_first_message_is_the_contacts(desk: Desk) -> None:
    made = await session(desk, {"name": " Ada  Park ", "email": "ada@example.com", "consent": True})
    assert made.status == 201, made.body
    await say(desk, made.json()["token"], "hello")
    found = await contact(desk)
    assert (found["name"], found["email"]) == ("Ada Park", "ada@example.com")
    attributes = found["attributes"]
    assert isinstance(attributes, dict)
    assert attributes.pop("consent_at")
    assert attributes == {"consent": "I agree that this chat is stored."}


async def test_who_agrees_again_has_agreed_the_first_time(desk: Desk) -> None:
    agreed = {"email": "ada@example.com", "consent": True}
    token = (await session(desk, agreed)).json()["token"]
    # As if that was long ago.
    await remember(desk, VISITOR_AGREED_AT, LONG_AGO)
    assert (await session(desk, agreed, token)).status == 200
    await say(desk, token, "hello")
    assert await consent(desk) == (LONG_AGO, ASKS["consent"])
    assert (await session(desk, agreed, token)).status == 200
    assert await consent(desk) == (LONG_AGO, ASKS["consent"])


async def test_whose_contact_has_agreed_elsewhere_has_agreed_then(desk: Desk) -> None:
    token = (await session(desk, {"email": "ada@example.com", "consent": True})).json()["token"]
    await say(desk, token, "hello")
    await remember(desk, CONTACT_AGREED_AT, LONG_AGO)
    assert (await session(desk, {"consent": True}, token)).status == 200
    assert await consent(desk) == (LONG_AGO, ASKS["consent"])
    # Another text is agreed to anew.
    await remember(desk, CONTACT_AGREED_TO, "Something else")
    assert (await session(desk, {"consent": True}, token)).status == 200
    at, agreed_to = await consent(desk)
    assert at > LONG_AGO
    assert agreed_to == ASKS["consent"]


async def test_who_has_their_token_looked_at_too_often_is_told_when_to_go_on(desk: Desk) -> None:
    token = (await session(desk, None)).json()["token"]
    answers = await asyncio.gather(*(session(desk, {"name": "Ada"}, token) for _ in range(60)))
    held = [answer for answer in answers if answer.status == 429]
    assert len(held) < len(answers)
    assert held
    assert int(held[0].headers["Retry-After"]) >= 1


async def test_what_is_needed_before_the_first_message_is_needed_of_every_client(desk: Desk) -> None:
    token = await begin(desk)

    async def lacks() -> object:
        answer = await say(desk, token, "hello")
        if answer.status == 200:
            return None
        assert (answer.status, answer.json()["code"]) == (422, "invalid")
        return answer.json()["field"]

    assert await lacks() == "about.email"
    await session(desk, {"email": "ada@example.com"}, token)
    assert await lacks() == "about.consent"
    await session(desk, {"consent": "yes"}, token)
    assert await lacks() == "about.consent"
    await session(desk, {"consent": True}, token)
    assert await lacks() is None
    found = await contact(desk)
    assert (found["email"], found["name"]) == ("ada@example.com", "")
    # With another token, on another page: they have said it.
    age = "UPDATE visitor_sessions SET made_at = now() - interval '2 days' WHERE workspace_id = $1"
    await desk.program.execute(age, desk.workspace)
    token = (await session(desk, None, token)).json()["token"]
    assert (await say(desk, token, "hello again", id_="message-2")).status == 200


async def test_a_file_too_waits_for_what_is_needed_before_the_first_message(desk: Desk) -> None:
    token = await begin(desk)
    for field, about in (("email", {"email": "ada@example.com"}), ("consent", {"consent": True})):
        refused = await send(desk, token, b"my passport", "passport.txt")
        assert (refused.status, refused.json()["field"]) == (422, f"about.{field}")
        await session(desk, about, token)
    assert (await send(desk, token, b"my passport", "passport.txt")).status == 201
    assert len(await desk.rows("uploads")) == 1


@pytest.mark.parametrize("field", ["name", "phone"])
async def test_every_field_that_is_needed_is(program: Program, field: str) -> None:
    desk = await program.desk(WIRE, slug=f"needs-{field}")
    await desk.channel("web", {f"ask_{field}": "required"})
    program.forget_entrances()
    token = await begin(desk)
    refused = await say(desk, token, "hello")
    assert (refused.status, refused.json()["field"]) == (422, f"about.{field}")
    await session(desk, {field: "+1 650 253 0000"}, token)
    assert (await say(desk, token, "hello")).status == 200


async def test_who_writes_already_is_not_asked_for_what_is_needed_since(program: Program) -> None:
    desk = await program.desk(WIRE, slug="asks-later")
    channel = await desk.channel("web", {})
    program.forget_entrances()
    token, other = await begin(desk), await begin(desk)
    assert (await say(desk, token, "hello")).status == 200
    key, path = await desk.key("api", "admin"), f"/api/v1/channels/{channel}"
    etag = (await program.client.get(path, key=key)).headers["ETag"]
    change = {"settings": {"ask_email": "required"}}
    changed = await program.client.send("PATCH", path, json=change, key=key, headers={"If-Match": etag})
    assert changed.status == 200, changed.body
    program.forget_entrances()
    assert (await say(desk, token, "hello again", id_="message-2")).status == 200
    assert (await say(desk, other, "hello")).status == 422
    assert (await send(desk, token, b"a list", "list.txt")).status == 201
    assert (await send(desk, other, b"a list", "list.txt")).status == 422


async def test_a_name_is_taken_without_what_nobody_sees(desk: Desk) -> None:
    made = await session(desk, {"name": "\u200fAda\tPark\u200b", "email": "ada@example.com", "consent": True})
    await say(desk, made.json()["token"], "hello")
    assert (await contact(desk))["name"] == "Ada Park"


async def test_what_is_left_later_fills_gaps_and_changes_nothing(program: Program) -> None:
    desk = await program.desk(WIRE, slug="away-form")
    await desk.channel("web", {})
    program.forget_entrances()
    token = await begin(desk)
    await say(desk, token, "hello")
    assert (await session(desk, {"email": "ada@example.com"}, token)).status == 200
    assert (
        await session(desk, {"email": "eve@example.com", "phone": "+1 650 253 0000"}, token)
    ).status == 200
    found = await contact(desk)
    assert (found["name"], found["email"], found["phone"]) == ("", "ada@example.com", "+1 650 253 0000")


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"email": "ada"}, "about.email"),
        ({"email": ["ada@example.com"]}, "about.email"),
        ({"phone": "call me"}, "about.phone"),
        ({"phone": 5}, "about.phone"),
        ("ada@example.com", "about"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(desk: Desk, about: object, field: str) -> None:
    answer = await session(desk, about)
    assert (answer.status, answer.json()["code"], answer.json()["field"]) == (422, "invalid", field)
    assert not await desk.rows("visitor_sessions")


async def test_nobody_gives_themselves_attributes_or_an_identity(desk: Desk) -> None:
    made = await session(
        desk,
        {"email": "ada@example.com", "user_id": "42", "attributes": {"tier": "gold"}, "consent": True},
    )
    await say(desk, made.json()["token"], "hello")
    found = (await contact(desk))["attributes"]
    assert isinstance(found, dict)
    assert found.keys() == {"consent", "consent_at"}


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "shop.example.com", 'https://x"onclick=', "https://a b"]
)
async def test_the_page_about_the_consent_has_to_be_an_address(desk: Desk, page: str) -> None:
    body = {
        "type": "web",
        "name": "Site",
        "assistant_id": desk.assistant_id,
        "settings": {"consent_page": page},
    }
    answer = await desk.program.client.post("/api/v1/channels", json=body, key=await desk.key("api", "admin"))
    assert (answer.status, answer.json()["field"]) == (422, "settings.consent_page")
