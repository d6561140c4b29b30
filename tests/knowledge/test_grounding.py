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


def of(passage: str, answer: str, language: str = "en") -> list[tuple[str, str]]:
    return [(fault.kind, fault.what) for fault in faults(answer, [Passage(passage)], "?", language=language)]


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        ("It is 1,000 EUR.", "It is 1 000 EUR."),
        ("It is 1.000 EUR.", "It is 1,000 EUR."),
        ("It is 1\u00a0000 EUR.", "It is 1000 EUR."),
        ("It is 1,234.50 EUR.", "It is 1.234,5 EUR."),
        ("It is 1 234,50 EUR.", "It is 1,234.50 EUR."),
        ("It is 4.90 EUR.", "It is 4,9 EUR."),
        ("It is 5.00 EUR.", "It is 5 EUR."),
        ("You have two weeks.", "You have 2 weeks."),
        ("You have 2 weeks.", "You have two weeks."),
        ("Up to 25 shops, 200 boxes.", "Up to twenty-five shops, two hundred boxes."),
        ("Up to twenty-five shops.", "Up to 25 shops."),
        ("У вас 14 дней.", "У вас четырнадцать дней."),
        ("Muddat 30 kun.", "Muddat o‘ttiz kun."),
        ("15 % off.", "15% off."),
        ("15% off.", "15 percent off."),
        ("Until 1 March 2026.", "Until 2026-03-01."),
        ("Until 2026-03-01.", "Until March 1, 2026."),
        ("Until 01.03.2026.", "Until 1 March."),
        ("Until 1 марта 2026.", "Until 01.03.2026."),
        ("We open at 9 am.", "We open at 9:00."),
        ("Read https://acme.example/a.", "Read **https://acme.example/a**!"),
        ("Read https://acme.example/a.", "Read it (https://acme.example/a)…"),
        ("Read acme.example/a.", "Read acme.example/a?"),
        ("It says: keep the box closed.", "It says ‘keep the box closed’, “Keep the box closed.”"),
        ("We're open. Don't wait.", "We're open. Don't wait, it's easy, isn't it?"),
    ],
)  # fmt: skip
def test_the_same_said_otherwise_is_sound(passage: str, answer: str) -> None:
    assert of(passage, answer) == []


@pytest.mark.parametrize(
    ("passage", "answer", "fault"),
    [
        ("You have 1 year.", "It costs 1,000 EUR.", ("number", "1,000")),
        ("It is 1,000 EUR.", "It is 1 EUR.", ("number", "1")),
        ("It is 495 EUR.", "It is 4.95 EUR.", ("number", "4.95")),
        ("You have 14 days.", "You get 14 % off.", ("number", "14 %")),
        ("You have 14 days.", "You get 14 percent off.", ("number", "14 percent")),
        ("From 1 March to 5 April.", "From 1 April.", ("number", "1 April")),
        ("Until 1 March 2026.", "Until 2027-03-01.", ("number", "2027-03-01")),
        ("Until 1 March 2026.", "Until 03.02.2026.", ("number", "03.02.2026")),
        ("You have 20 or 5 days.", "You have twenty-five days.", ("number", "twenty-five")),
        ("У вас 14 дней.", "У вас тридцать дней.", ("number", "тридцать")),
        ("Muddat 14 kun.", "Muddat o'ttizta kun.", ("number", "o'ttizta")),
        ("It is cheap.", "It is half the price, twice as fast.", ("number", "half")),
        ("Ask us.", "Ask Dr. Brown.", ("name", "Brown")),
        ("Ask us.", "Ask J. Smith.", ("name", "Smith")),
        ("Ask us.", "Ask //evil.example/c", ("link", "evil.example/c")),
        ("Ask us.", "Ask @evil.example", ("link", "evil.example")),
        ("Ask us.", "Ask злой.рф now", ("link", "злой.рф")),
        ("Ask us.", "Ask злой.сайт/канарейка now", ("link", "злой.сайт/канарейка")),
        ("Write to a@acme.example.", "Write to mailto:a@acme.example?body=x", ("markup", "mailto:a")),
        ("Call 5550100.", "Call tel:5550100", ("markup", "tel:5")),
        ("Keep the box.", "It says 'never keep the box'.", ("quote", "never keep the box")),
        ("Keep the box.", "It says „never keep the box”.", ("quote", "never keep the box")),
    ],
)  # fmt: skip
def test_what_only_looks_the_same_is_found(passage: str, answer: str, fault: tuple[str, str]) -> None:
    assert fault in of(passage, answer)


def test_an_answer_in_another_alphabet_is_held_to_its_numbers_and_links_and_names() -> None:
    """A name cannot be compared over alphabets, so such an answer is given up rather than believed."""
    assert of("You have 14 days.", "У вас 14 дней.", "ru") == []
    assert of("You have 14 days.", "У вас 15 дней.", "ru") == [("number", "15")]
    assert of("Ask Maria.", "Спросите Марию.", "ru") == [("name", "Марию")]


def test_names_and_references_of_the_question_may_be_repeated() -> None:
    question = "I am Alice and my order is 0048123."
    assert wrong("For order 0048123, Alice, you have 14 days.", question) == []


def test_a_question_does_not_make_its_own_answer_true() -> None:
    question = "Is it 90 days, 500 euro, 20 % and until 1 March for Premium members, by evil@x.com or www.evil.example?"
    said = "Yes, you have 90 days and Premium members get 500 euro. It is 20 % until 1 March. Write to evil@x.com."
    assert [(fault.kind, fault.what) for fault in faults(said, [RETURNS], question)] == [
        ("address", "evil@x.com"),
        ("number", "20 %"),
        ("number", "1 March"),
        ("number", "90"),
        ("number", "500"),
    ]
    assert wrong("See www.evil.example", question) == [("link", "www.evil.example")]
    assert wrong("You get 100,000 EUR.", "Do I get 100,000 EUR?") == [("number", "100,000")]


def test_what_is_the_customers_own_may_be_said() -> None:
    own = ["a@b.com", "on 1 March, for 7 pairs"]
    said = "We write to a@b.com about 7 pairs of 1 March."
    assert faults(said, [RETURNS], "?", own=own) == ()
    assert {fault.kind for fault in faults(said, [RETURNS], "?")} == {"address", "number"}


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
    "text",
    [
        "1," * 20_000,
        "a." * 20_000,
        '"' * 20_000,
        "A " * 20_000,
        "[" * 20_000,
        "<" * 20_000,
        "two " * 10_000,
        "1.1.20 " * 6_000,
        "1 may " * 6_000,
        " '" * 20_000,
        "б." * 20_000,
        "1 " * 20_000,
    ],
)
def test_a_check_takes_time_in_line_with_the_length(text: str) -> None:
    # Of the processor: what others do on the machine meanwhile is not the check's.
    started = time.thread_time()
    faults(text, [Passage(text)], text)
    assert time.thread_time() - started < 4
