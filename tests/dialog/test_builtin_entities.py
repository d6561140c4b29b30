"""Entities that need no list: what they find, and that they fill and skip slots."""

from datetime import UTC, datetime

import pytest
from tests.dialog.driver import Talk, make, problems_of

from frontdesk.dialog.answer_types import Around
from frontdesk.dialog.entities_builtin import BUILTIN

AROUND = Around("en", datetime(2026, 3, 1, 12, tzinfo=UTC), "US")


def found(kind: str, text: str, around: Around = AROUND) -> list[str]:
    return [mention.value for mention in BUILTIN[kind](text, around)]


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("email", "write to Fred@Home.com please", ["Fred@home.com"]),
        ("email", "a@b.com or c@d.com", []),
        ("phone", "call me at +998 90 123 45 67", ["+998901234567"]),
        ("number", "for 12 people", ["12"]),
        ("date", "on 5 March", ["2026-03-05"]),
        ("time", "at half past nine in the morning", ["09:30"]),
        ("money", "it cost $1,299.50 and then 20 euros", ["1299.5 USD", "20 EUR"]),
        ("money", "EUR 5 more", ["5 EUR"]),
        ("money", "20 people, some euros", []),
        (
            "url",
            "see https://shop.example.com/a?b=1. or (www.example.org)",
            ["https://shop.example.com/a?b=1", "www.example.org"],
        ),
        ("url", "example.com is not one", []),
        ("order_number", "my orders AB-10023 and #4711 please", ["AB-10023", "4711"]),
        ("order_number", "order ab123456c", ["AB123456C"]),
        ("order_number", "for 12 people on 2026-03-05", []),
        ("order_number", "x" * 5_000 + "1" * 5_000, []),
    ],
)
def test_they_find(kind: str, text: str, values: list[str]) -> None:
    assert found(kind, text) == values


def test_money_is_read_as_the_language_writes_it() -> None:
    russian = Around("ru", AROUND.now)
    assert found("money", "это стоит 1 299,50 рублей", russian) == ["1299.5 RUB"]
    assert found("money", "250 000 so\u2018m", Around("uz", AROUND.now)) == ["250000 UZS"]


BOT = """
entities:
  mail: {builtin: email}
  order: {builtin: order_number, regex: 'ticket \\d+'}
slots:
  mail: {entity: mail, type: email}
  order: {entity: order}
flows:
  track:
    trigger: {patterns: ["track*"]}
    steps:
      - {ask: Which order?, slot: order}
      - {ask: Your e-mail?, slot: mail}
      - say: "{{ slots.order }} for {{ slots.mail }}."
"""


def test_a_mention_fills_its_slot_and_skips_the_question() -> None:
    desk = Talk(make(BOT))
    assert desk.say("track AB-10023 for fred@home.com") == ["AB-10023 for fred@home.com."]


def test_an_answer_with_more_in_it_is_taken_by_its_mention() -> None:
    desk = Talk(make(BOT))
    assert desk.say("track something") == ["Which order?"]
    assert desk.say("it is AB-10023") == ["Your e-mail?"]
    assert desk.say("fred@home.com") == ["AB-10023 for fred@home.com."]


def test_an_unknown_kind_is_told() -> None:
    (problem,) = problems_of(
        "entities: {e: {builtin: colour}}\nflows: {f: {trigger: {patterns: [x]}, steps: [{say: y}]}}"
    )
    assert "'builtin' cannot be 'colour'" in problem.message
    assert "order_number" in problem.fix
