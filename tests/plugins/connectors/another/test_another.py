"""The webhook as its source documents show it, and which of them an integration is told."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.outside import outside_of

from frontdesk.core.contact import Known
from frontdesk.core.message import Attachment, Button, Buttons, Card, Cards, Custom, Image, Text, written_out
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.another.adapter import Another
from frontdesk.plugins.connectors.another.settings import AnotherSettings
from frontdesk.plugins.connectors.another.wire import body
from frontdesk.ports.listener import Occasion, Told
from frontdesk.ports.outlet import Outgoing

EXAMPLE = {
    "channel_id": "5q",
    "close": "no",
    "company_id": "1708251850060x460235863640434700",
    "contacts": "123456789",
    "external_chat_id": "123456789",
    "get_contact": "no",
    "interest": "no",
    "is_bot": "no",
    "manager_id": "4q",
    "message_id": "1731336491876x582725124419040400",
    "message_text": "It looks like you are testing API functionality.",
    "message_type": "bot",
    "operator": "no",
    "panel_url": "https://desk.example.com/panel?menu=chats&thread=1731336491572x316716105037601100",
    "share_url": "https://desk.example.com/share?thread=1731336491572x316716105037601100",
    "success": "no",
    "task_id": "1721129985149x478019552540622850",
    "thread_id": "1731336491572x316716105037601100",
    "title": "API chat 123456789",
    "wh_type": "all_messages",
}
TOLD = Told(
    occasion="message",
    workspace_id=EXAMPLE["company_id"],
    channel_id="5q",
    task_id=EXAMPLE["task_id"],
    manager_id="4q",
    conversation_id=EXAMPLE["thread_id"],
    external_id="123456789",
    known=Known(),
    owner="bot",
    marks=frozenset(),
    message_id=EXAMPLE["message_id"],
    author="bot",
    parts=(Text(EXAMPLE["message_text"]),),
    panel_url=EXAMPLE["panel_url"],
    share_url=EXAMPLE["share_url"],
)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as running:
        yield running


@pytest_asyncio.fixture
async def outside(server: FaultServer) -> AsyncIterator[Outside]:
    async with outside_of(server, "webhook") as world:
        yield world


def test_s003_28_the_example_of_the_source_is_made_field_for_field() -> None:
    assert list(json.loads(body(TOLD)).items()) == list(EXAMPLE.items())


def test_s003_27_flags_are_the_words_yes_and_no() -> None:
    told = replace(TOLD, marks=frozenset(["get_contact", "interest", "success", "is_bot"]), owner="closed")
    made = json.loads(body(told))
    flags = ("get_contact", "interest", "success", "is_bot", "close", "operator")
    assert [made[flag] for flag in flags] == ["yes"] * 5 + ["no"]
    assert [json.loads(body(replace(TOLD, owner=owner)))["operator"] for owner in ("queued", "human")] == [
        "yes",
        "yes",
    ]


def test_a_person_who_is_known_is_named() -> None:
    made = json.loads(body(replace(TOLD, known=Known("Jo Doe", "jo@example.com", "+442071838750"))))
    assert (made["title"], made["contacts"]) == ("Jo Doe", "+442071838750, jo@example.com")


def test_what_a_text_cannot_show_is_written_out() -> None:
    parts = (
        Buttons("Which one?", (Button("Red", "red"), Button("Shop", url="https://shop.example.com"))),
        Image("https://files.example.com/a.png", "A lamp"),
        Attachment("https://files.example.com/b.pdf"),
        Buttons("How was it?", tuple(Button(number, number) for number in "12345")),
        Cards((Card("Lamp", "It shines", buttons=(Button("Buy"),)),)),
        Custom({"only": "ours"}),
    )
    assert written_out(parts).splitlines() == [
        "Which one?",
        "1. Red",
        "2. Shop: https://shop.example.com",
        "A lamp: https://files.example.com/a.png",
        "https://files.example.com/b.pdf",
        "How was it?",
        "1 / 2 / 3 / 4 / 5",
        "Lamp: It shines",
        "1. Buy",
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"webhook_type": "all_messages"}, ["all_messages"]),
        ({"webhook_type": "contact_received"}, ["contact_received"]),
        ({"webhook_type": "interest", "also_success": True}, ["interest", "success"]),
        (
            {"webhook_type": "all_messages", "also_contact_received": True},
            ["all_messages", "contact_received"],
        ),
    ],
)
def test_s003_31_only_the_types_that_are_asked_for_are_told(
    outside: Outside, settings: dict[str, object], told: list[str]
) -> None:
    occasions: tuple[Occasion, ...] = ("message", "get_contact", "interest", "success")
    stored = AnotherSettings.model_validate({"webhook_url": "https://a.example.com", **settings}).model_dump(
        exclude={"secret_value"}
    )
    made = [
        json.loads(one)["wh_type"]
        for occasion in occasions
        for one in Another(outside).bodies(stored, replace(TOLD, occasion=occasion))
    ]
    assert made == told


async def test_the_stored_bytes_are_posted_with_the_secret_header(
    server: FaultServer, outside: Outside
) -> None:
    server.answers(Answer(200, b"ok"))
    settings: dict[str, object] = {
        "webhook_url": server.url("/hook"),
        "secret_header": "X-Key",
        "secret_value": "s3cr3t",
    }
    sent = await Another(outside).send(Outgoing("dlv_1", settings, body(TOLD), 1))
    assert (sent.ok, sent.detail) == (True, "200 ok")
    (got,) = server.received
    assert got.body == body(TOLD)
    assert (got.headers["x-key"], got.headers["webhook-id"]) == ("s3cr3t", "dlv_1")
