"""What `say` can show: variants, quick replies, files, cards of a list, delays; and what becomes of each."""

import pytest
from tests.dialog.driver import Talk, answers, make, problems_of

from frontdesk.core.action import Say
from frontdesk.core.message import (
    Attachment,
    Audio,
    Button,
    Buttons,
    Card,
    Cards,
    Image,
    Part,
    Text,
    Video,
)

LIST = """
actions: {Find: {request: {url: "https://a.test/"}, result: {hits: $.hits}}}
flows:
  f:
    trigger: {patterns: [go]}
    steps:
      - call: Find
      - say:
          text: "Found {{ Find.hits.count }}:"
          cards:
            for_each: Find.hits
            as: hit
            card:
              title: "{{ hit.name }}"
              subtitle: "{{ hit.price | money('EUR') }}"
              image: "https://img.test/{{ hit.id }}.png"
              buttons: [{title: Buy, payload: "buy {{ hit.id }}"}, {title: Look, url: "https://shop.test/{{ hit.id }}"}]
"""


def shown(say: str) -> list[Part]:
    talk = Talk(make(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{{say: {say}}}]}}}}"))
    talk.say("go")
    return talk.parts


@pytest.mark.parametrize(
    ("say", "parts"),
    [
        (
            "{quick_replies: [One, {title: Two, payload: '2'}], text: Pick}",
            [Buttons("Pick", (Button("One", "One"), Button("Two", "2")), quick=True)],
        ),
        ("{image: 'https://a.test/i.png', alt: A cat}", [Image("https://a.test/i.png", "A cat")]),
        ("{audio: 'https://a.test/i.mp3', title: A song}", [Audio("https://a.test/i.mp3", "A song")]),
        ("{text: See, video: 'https://a.test/i.mp4'}", [Text("See"), Video("https://a.test/i.mp4")]),
        ("{attachment: 'https://a.test/i.pdf', name: Terms}", [Attachment("https://a.test/i.pdf", "Terms")]),
        (
            "{cards: [{title: A, subtitle: B}, {title: '{{ vars.none }}'}, {title: C}]}",
            [Cards((Card("A", "B"), Card("C")))],
        ),
    ],
)
def test_what_is_shown(say: str, parts: list[Part]) -> None:
    assert shown(say) == parts


def test_one_card_for_each_element_of_a_list() -> None:
    hits = [{"name": f"N{n}", "price": n, "id": n} for n in range(12)]
    talk = Talk(make(LIST), {"Find": answers(body={"hits": hits})})
    talk.say("go")
    text, cards = talk.parts
    assert text == Text("Found 12:")
    assert isinstance(cards, Cards)
    assert len(cards.cards) == 10
    assert cards.cards[1] == Card(
        "N1",
        "1.00 EUR",
        "https://img.test/1.png",
        (Button("Buy", "buy 1"), Button("Look", url="https://shop.test/1")),
    )
    assert talk.state.stack == []


@pytest.mark.parametrize("body", [{"hits": []}, {"hits": "text"}, {"hits": [{"id": 1}]}])
def test_no_elements_are_no_cards(body: object) -> None:
    talk = Talk(make(LIST), {"Find": answers(body=body)})
    talk.say("go")
    assert not any(isinstance(part, Cards) for part in talk.parts)


def test_variants_are_drawn_and_the_same_turn_draws_the_same() -> None:
    bot = make("flows: {f: {trigger: {patterns: [go]}, steps: [{say: {variants: [a, b, c, d]}}]}}")
    said = []
    for turns in range(40):
        first, again = Talk(bot, turns=turns), Talk(bot, turns=turns)
        assert first.say("go") == again.say("go")
        said += first.said
    assert set(said) == {"a", "b", "c", "d"}


def test_a_delay_goes_with_its_message() -> None:
    talk = Talk(
        make(
            "flows: {f: {trigger: {patterns: [go]}, steps: [{say: a}, {say: {text: b, delay: 2s}}, {say: c}]}}"
        )
    )
    talk.say("go")
    assert [action.delay_s for action in talk.last if isinstance(action, Say)] == [0.0, 2.0, 0.0]


@pytest.mark.parametrize(
    ("say", "message"),
    [
        ("{text: a, variants: [b]}", "'text' and 'variants' exclude each other"),
        ("{buttons: [a], quick_replies: [b]}", "'buttons' and 'quick_replies' exclude each other"),
        ("{cards: [{subtitle: a}]}", "The card has no title"),
        ("{cards: {for_each: vars.x}}", "for each element"),
        ("{cards: {for_each: nothing.x, card: {title: a}}}", "There is nothing called 'nothing.x'"),
        ("{cards: {for_each: vars.x, as: slots, card: {title: a}}}", "'slots' means something else"),
        ("{cards: [" + "{title: a}, " * 11 + "]}", "more than 10 cards"),
        ("{text: a, delay: 20s}", "'delay' must be a duration"),
        ("{image: 'javascript:alert(1)'}", "'image' cannot be used"),
        ("{}", "'say' is empty"),
    ],
)
def test_mistakes(say: str, message: str) -> None:
    found = problems_of(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{{say: {say}}}]}}}}")
    assert any(message in problem.message for problem in found), found


def test_an_element_is_known_inside_its_loop_only() -> None:
    found = problems_of("flows: {f: {trigger: {patterns: [go]}, steps: [{say: '{{ item.a }}'}]}}")
    assert "There is nothing called 'item.a'" in found[0].message
