"""Messages in the Rasa wire: the answers of the source guide to the letter, then the rest of the REST channel's rules."""

import json

import pytest

from frontdesk.core.message import (
    Attachment,
    Audio,
    Button,
    Buttons,
    Card,
    Cards,
    Custom,
    Image,
    Input,
    Part,
    Source,
    Text,
    Video,
)
from frontdesk.kit.rasa_bubbles import bubbles

PICTURE = "https://helperassistantimages.s3.amazonaws.com/dev/fe711b50-d974-11e9-9622-94de80f33bee.png"


def test_s000_24_a_text() -> None:
    text = "I can help you work smarter, rather than harder"
    assert bubbles("jhon", (Text(text),)) == [{"recipient_id": "jhon", "text": text}]


def test_sources_of_an_answer_go_with_its_last_piece() -> None:
    sources = (Source("Delivery", "https://a.test/d", 12), Source("Fees"))
    assert bubbles("jhon", (Text("one\n\ntwo", sources),)) == [
        {"recipient_id": "jhon", "text": "one"},
        {
            "recipient_id": "jhon",
            "text": "two",
            "metadata": {
                "sources": [{"title": "Delivery", "url": "https://a.test/d", "start": 12}, {"title": "Fees"}]
            },
        },
    ]
    (bubble,) = bubbles(
        "jhon", (Buttons("one", (Button("Delivery", url="https://a.test/d"),), sources=sources[:1]),)
    )
    assert list(bubble) == ["recipient_id", "text", "buttons", "metadata"]


def test_s000_25_buttons() -> None:
    yes_no = (Button("Yes", "yes"), Button("No", "no"))
    assert bubbles("jhon", (Buttons("Could you rate my service??", yes_no),)) == [
        {
            "recipient_id": "jhon",
            "text": "Could you rate my service??",
            "buttons": [{"title": "Yes", "payload": "yes"}, {"title": "No", "payload": "no"}],
        }
    ]


def test_s000_26_a_button_always_has_something_to_send_back() -> None:
    (bubble,) = bubbles("jhon", (Buttons("Copy?", (Button("Yes"),)),))
    assert bubble["buttons"] == [{"title": "Yes", "payload": "Yes"}]


def test_s000_27_an_image() -> None:
    assert bubbles("jhon", (Image(PICTURE, alt="a pizza"),)) == [{"recipient_id": "jhon", "image": PICTURE}]


def test_s000_28_an_attachment_is_its_url() -> None:
    assert bubbles("jhon", (Attachment(PICTURE, "pizza.png"),)) == [
        {"recipient_id": "jhon", "attachment": PICTURE}
    ]


def test_s000_23_every_bubble_has_the_recipient_and_has_it_first() -> None:
    parts: tuple[Part, ...] = (
        Text("a\n\nb"),
        Buttons("c", (Button("d"),)),
        Image("https://e"),
        Attachment("https://f"),
        Cards((Card("g"), Card("h", "i"))),
        Custom({"recipient_id": "mallory"}),
    )
    found = bubbles("jhon", parts)
    assert len(found) == 8
    assert all(next(iter(bubble.items())) == ("recipient_id", "jhon") for bubble in found)


def test_a_custom_body_passes_untouched() -> None:
    body: dict[str, object] = {"type": "date", "text": "a\n\nb", "n": [None, {}]}
    assert bubbles("jhon", (Custom(body),)) == [{"recipient_id": "jhon", "custom": body}]


def test_parts_come_in_the_order_of_the_rest_channel() -> None:
    parts: tuple[Part, ...] = (
        Cards((Card("card"),)),
        Attachment("https://file"),
        Image("https://picture"),
        Custom({"a": 1}),
        Text("first"),
        Buttons("second", (Button("b"),)),
        Text("third"),
    )
    assert [list(bubble.values())[1] for bubble in bubbles("jhon", parts)] == [
        "first",
        "second",
        "third",
        {"a": 1},
        "https://picture",
        "https://file",
        "card",
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one", ["one"]),
        ("one\ntwo", ["one\ntwo"]),
        ("one\n\ntwo", ["one", "two"]),
        ("one\r\n\r\ntwo", ["one", "two"]),
        ("one\n \t\ntwo\n\n\n\nthree", ["one", "two", "three"]),
        ("one\n\n  - two\n  - three", ["one", "  - two\n  - three"]),
        ("\n\n one \n\n", ["one"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_a_text_is_cut_at_blank_lines(text: str, pieces: list[str]) -> None:
    assert [bubble["text"] for bubble in bubbles("jhon", (Text(text),))] == pieces


def test_buttons_go_with_the_last_piece_of_their_text() -> None:
    button = {"title": "Yes", "payload": "yes"}
    assert bubbles("jhon", (Buttons("one\n\ntwo", (Button("Yes", "yes"),)),)) == [
        {"recipient_id": "jhon", "text": "one"},
        {"recipient_id": "jhon", "text": "two", "buttons": [button]},
    ]


def test_buttons_without_text_keep_the_pair() -> None:
    assert bubbles("jhon", (Buttons("", (Button("Yes", "yes"),)),)) == [
        {"recipient_id": "jhon", "text": "", "buttons": [{"title": "Yes", "payload": "yes"}]}
    ]


def test_a_text_that_lost_its_buttons_is_a_text() -> None:
    assert bubbles("jhon", (Buttons("hm", ()),)) == [{"recipient_id": "jhon", "text": "hm"}]


def test_a_link_button_has_its_url() -> None:
    buttons = (Button("Open", url="https://a"), Button("Both", "p", "https://b"))
    (bubble,) = bubbles("jhon", (Buttons("See", buttons),))
    assert bubble["buttons"] == [
        {"title": "Open", "url": "https://a"},
        {"title": "Both", "url": "https://b", "payload": "p"},
    ]


def test_cards_become_a_text_each_with_their_own_buttons() -> None:
    cards = Cards((Card("Pizza", "with cheese", PICTURE, (Button("Order", "order_1"),)), Card("Pasta")))
    assert bubbles("jhon", (cards,)) == [
        {
            "recipient_id": "jhon",
            "text": "Pizza : with cheese",
            "buttons": [{"title": "Order", "payload": "order_1"}],
        },
        {"recipient_id": "jhon", "text": "Pasta"},
    ]


def test_nothing_said_is_no_bubble() -> None:
    assert bubbles("jhon", ()) == []


def test_bubbles_are_plain_json() -> None:
    found = bubbles("42", (Text('"quoted" </script> \u2028'), Buttons("b", (Button("c"),))))
    assert json.loads(json.dumps(found)) == found


def test_what_the_wire_has_no_word_for_comes_as_the_nearest() -> None:
    parts: tuple[Part, ...] = (
        Video("https://v", "A film"),
        Audio("https://a"),
        Input("Your number?", "number"),
        Buttons("Pick", (Button("One", "1"),), quick=True),
    )
    assert bubbles("jhon", parts) == [
        {"recipient_id": "jhon", "text": "Your number?"},
        {"recipient_id": "jhon", "text": "Pick", "buttons": [{"title": "One", "payload": "1"}]},
        {"recipient_id": "jhon", "attachment": "https://v"},
        {"recipient_id": "jhon", "attachment": "https://a"},
    ]
