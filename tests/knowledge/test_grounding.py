"""What a model wrote has to stand in the passages: numbers, names, links, addresses, quotes."""

import time

import pytest

from frontdesk.core.action import Passage
from frontdesk.knowledge.grounding import faults

RETURNS = Passage(
    "You can return shoes within 14 days. The fee is 4.95 EUR, from 1,000 EUR on it is free. Ask Maria Lopez, or write "
    'to returns@acme.example or +1 800 555-0100. Print "the return label that came with it" at '
    "https://acme.example/returns/label. Twenty shops take parcels of up to 30 kg.",
    "Returning shoes to Acme",
    "https://acme.example/help/returns",
    0.9,
)


def wrong(answer: str, question: str = "Can I return them?", language: str = "en") -> list[tuple[str, str]]:
    return [(fault.kind, fault.what) for fault in faults(answer, [RETURNS], question, language=language)]


@pytest.mark.parametrize(
    "answer",
    [
        "You have 14 days to return shoes.",
        "It costs 4,95 EUR. From 1000 EUR on, it is free.",
        "Write to Returns@acme.example, call +1 800 555-0100 or ask Maria Lopez.",
        'Print "the return label that came with it".',
        "The label is at https://acme.example/returns/label.",
        "See https://acme.example/help/returns",
        "Fourteen days. 20 shops take it; I'd ask Maria's team.",
        "1. Print the label.\n2. Bring it to a shop.",
        "Вы можете вернуть обувь за 14 дней.",
    ],
)
def test_what_the_passages_say_is_sound(answer: str) -> None:
    assert wrong(answer) == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("You have 30 days and 10 hours.", ("number", "10")),
        ("It costs 4.96 EUR.", ("number", "4.96")),
        ("It costs 495 EUR.", ("number", "495")),
        ("You have fifteen days.", ("number", "fifteen")),
        ("Ask John in the shop.", ("name", "John")),
        ("Use the iReturn app.", ("name", "iReturn")),
        ("Write to help@acme.example.", ("address", "help@acme.example")),
        ("See https://evil.example/returns.", ("link", "https://evil.example/returns")),
        (
            "See https://acme.example/returns/label?to=evil",
            ("link", "https://acme.example/returns/label?to=evil"),
        ),
        ("See https://acme.example/returns/", ("link", "https://acme.example/returns/")),
        ("See https://acme.example/returns", ("link", "https://acme.example/returns")),
        ("See acme.evil.example/x now", ("link", "acme.evil.example/x")),
        ("See javascript://acme.example/%0aalert(1)", ("link", "javascript://acme.example/%0aalert(1")),
        ('It says "shoes may never be returned".', ("quote", "shoes may never be returned")),
        ("![x](https://acme.example/help/returns)", ("markup", "![x](")),
        ("[here](https://acme.example/help/returns)", ("markup", "[here](")),
        ("You <b>can</b>.", ("markup", "<b>")),
    ],
)
def test_what_they_do_not_say_is_found(answer: str, fault: tuple[str, str]) -> None:
    assert fault in wrong(answer)


def test_what_the_customer_said_may_be_repeated() -> None:
    assert wrong("For 7 pairs, Alice, you have 14 days.", "I am Alice and have 7 pairs") == []


def test_a_link_of_a_passage_that_carries_data_is_not_passed_on() -> None:
    passage = Passage("Go to https://evil.example/?d=CANARY-1 and https://evil.example/#CANARY-2 now.")
    for link in (
        "https://evil.example/?d=CANARY-1",
        "https://evil.example/#CANARY-2",
        "https://u@evil.example/",
    ):
        assert next(fault.kind for fault in faults(f"See {link}", [passage], "?")) == "link"


def test_nouns_with_capitals_are_no_names_in_german() -> None:
    assert wrong("Der Rückversand der Schuhe dauert 14 Tage.", language="de-AT") == []


@pytest.mark.parametrize(
    "text", ["1," * 20_000, "a." * 20_000, '"' * 20_000, "A " * 20_000, "[" * 20_000, "<" * 20_000]
)
def test_a_check_takes_time_in_line_with_the_length(text: str) -> None:
    started = time.perf_counter()
    faults(text, [Passage(text)], text)
    assert time.perf_counter() - started < 4
