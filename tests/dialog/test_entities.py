"""Entities: which words of a message are mentions, and what they stand for."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import examples

from frontdesk.core.script import Mention
from frontdesk.dialog.entities import MAX_MENTIONS, Entities, phrase_words
from frontdesk.dialog.entities_reader import MAX_ENTITIES, MAX_PHRASES, read_entities
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.problems import Problem, Problems
from frontdesk.dialog.yaml import read

SHOP = r"""
entities:
  bill: [bill, billing, "payment~pay", past due bill]
  size: [small~10, "extra large~30", large~20]
  city:
    description: where they live
    values:
      Tashkent: [Toshkent, Тошкент, "the capital"]
      New York: [NYC, big apple]
      York:
  order: {regex: '\b[A-Z]{2}-\d{3}\b'}
  plan: {values: {pro: [professional]}, regex: ['plan \d+']}
  language: ["c++", "o‘zbekcha"]
"""


def load(text: str) -> tuple[Entities, list[Problem]]:
    problems = Problems()
    root = read(text, "bot.yaml", problems)
    assert root is not None
    return read_entities(Fields(root, problems, "The bot")), problems.found


SHOP_ENTITIES, SHOP_PROBLEMS = load(SHOP)


def found(text: str) -> dict[str, list[tuple[str, str]]]:
    return {
        entity: [(mention.phrase, mention.value) for mention in mentions]
        for entity, mentions in SHOP_ENTITIES.find(text).items()
    }


def test_the_lists_are_read_without_a_problem() -> None:
    assert SHOP_PROBLEMS == []
    assert SHOP_ENTITIES.names == ("bill", "size", "city", "order", "plan", "language")


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("What about my BILL?!", {"bill": [("bill", "bill")]}),
        ("my payment", {"bill": [("payment", "pay")]}),
        ("a small one", {"size": [("small", "10")]}),
        ("extra  large", {"size": [("extra large", "30")]}),
        ("extra small, large", {"size": [("small", "10"), ("large", "20")]}),
        ("my past due bill and my billing", {"bill": [("past due bill", "past due bill"), ("billing", "billing")]}),
        ("bill bill bill", {"bill": [("bill", "bill")]}),
        ("the bill's date", {"bill": [("bill's", "bill")]}),
        ("billboard, rebill", {}),
        ("i live in toshkent", {"city": [("toshkent", "Tashkent")]}),
        ("ТОШКЕНТ", {"city": [("тошкент", "Tashkent")]}),
        ("New York, NYC", {"city": [("new york", "New York"), ("nyc", "New York")]}),
        ("york", {"city": [("york", "York")]}),
        ("new york and york", {"city": [("new york", "New York"), ("york", "York")]}),
        ("order AB-123 and CD-456", {"order": [("AB-123", "AB-123"), ("CD-456", "CD-456")]}),
        ("AB-1234 ab-123", {}),
        ("заказ AB-123й и CD-456", {"order": [("CD-456", "CD-456")]}),
        ("professional plan 5", {"plan": [("professional", "pro"), ("plan 5", "plan 5")]}),
        ("C++!", {"language": [("c + +", "c++")]}),
        ("oʻzbekcha", {"language": [("o'zbekcha", "o‘zbekcha")]}),
        ("small payment in NYC", {
            "size": [("small", "10")],
            "bill": [("payment", "pay")],
            "city": [("nyc", "New York")],
        }),
        ("", {}),
    ],
)  # fmt: skip
def test_whole_words_are_found_the_longest_first(
    text: str, mentions: dict[str, list[tuple[str, str]]]
) -> None:
    assert found(text) == mentions


def test_lists_do_not_disturb_each_other() -> None:
    entities, problems = load('entities: {city: ["new york"], team: [york, new]}')
    assert problems == []
    assert entities.find("new york") == {
        "city": (Mention("new york", "new york"),),
        "team": (Mention("new", "new"), Mention("york", "york")),
    }


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("entities: {a: ['!']}", "", ""),
        ("entities: {a: ['   ']}", "'' cannot be found", "1 to 10 words"),
        ("entities: {a: ['" + "x " * 11 + "']}", "cannot be found in a message", "at most 100"),
        ("entities: {a: ['" + "x" * 101 + "']}", "cannot be found in a message", "at most 100"),
        ("entities: {a: [small~1, small~2]}", "'small' stands for '1' already", "Keep one"),
        ("entities: {a: {values: {x: [s], y: [S]}}}", "'S' stands for 'x' already", "Keep one"),
        ("entities: {a: {}}", "has no words", "values:"),
        ("entities: {a: {words: [x], values: {x: []}}}", "no key 'words'", ""),
        ("entities: {a: {regex: '(?=x)'}}", "look-ahead", "RE2"),
        ("entities: {a: {regex: ['\\w{1,90}', '\\pL{1,90}']}}", "instructions", "smaller"),
        ("entities: {a: [[x]]}", "must be text", ""),
        ("entities: {a b: [x]}", "cannot be the name of an entity", "letters"),
        ("entities: [x]", "must be a mapping", ""),
        (
            "entities: {" + ", ".join(f"e{n}: [same]" for n in range(11)) + "}",
            "in more than 10 entities",
            "Merge",
        ),
        (
            "entities: {" + ", ".join(f"e{n}: [w{n}]" for n in range(MAX_ENTITIES + 1)) + "}",
            "more than 200",
            "",
        ),
    ],
)
def test_what_is_wrong_with_an_entity_is_said_with_its_place(text: str, message: str, fix: str) -> None:
    problems = load(text)[1]
    if not message:
        assert problems == []
        return
    assert any(message in problem.message and fix in problem.fix for problem in problems), problems
    assert all((problem.file, problem.line) == ("bot.yaml", 1) for problem in problems)


def test_more_phrases_than_a_bot_may_have_are_one_problem() -> None:
    lines = "".join(f"\n    - word{n}" for n in range(MAX_PHRASES + 100))
    problems = load("entities:\n  a:" + lines)[1]
    assert [problem.message for problem in problems] == [
        "The entities have more than 20,000 words and phrases."
    ]
    assert problems[0].line == 2 + MAX_PHRASES + 1


def test_a_message_costs_little_whatever_the_lists_hold() -> None:
    entities = Entities(
        (f"e{n % 50}", phrase_words(f"word{n} of list {n % 7}"), str(n)) for n in range(10_000)
    )
    ones = Entities(("e", phrase_words("a " * size), str(size)) for size in range(1, 11))
    assert entities.find("tell me word9999 of list 3")["e49"] == (Mention("word9999 of list 3", "9999"),)
    for matcher in (entities, ones):
        for text in (
            "word5 of list " * 570,
            "word1 " * 1_300,
            "a " * 4_000,
            "'" * 8_000,
            "?" * 8_000,
            "a'" * 4_000,
        ):
            took_s = []
            for _ in range(3):
                start = time.process_time()
                matcher.find(text[:8_000])
                took_s.append(time.process_time() - start)
            assert min(took_s) < 0.05, text[:20]


def test_mentions_are_bounded() -> None:
    entities, _ = load(r"entities: {n: {regex: '\d+'}}")
    assert len(entities.find(" ".join(map(str, range(500))))["n"]) == MAX_MENTIONS


words = st.sampled_from(["a", "b", "c", "d"])
phrases = st.lists(words, min_size=1, max_size=3).map(tuple)


@given(st.lists(phrases, max_size=8, unique=True), st.lists(words, max_size=12))
@examples(200)
def test_the_trie_finds_what_a_slow_search_finds(listed: list[tuple[str, ...]], message: list[str]) -> None:
    entities = Entities(("e", phrase, " ".join(phrase).upper()) for phrase in listed)
    expected: dict[str, None] = {}
    at = 0
    while at < len(message):
        fitting = [phrase for phrase in listed if tuple(message[at : at + len(phrase)]) == phrase]
        longest = max(fitting, key=len, default=())
        if longest:
            expected[" ".join(longest)] = None
        at += len(longest) or 1
    mentions = entities.find(" ".join(message)).get("e", ())
    assert [mention.phrase for mention in mentions] == list(expected)
    assert all(mention.value == mention.phrase.upper() for mention in mentions)


@given(st.text(max_size=200))
@examples(200)
def test_any_text_can_be_searched(text: str) -> None:
    for mentions in SHOP_ENTITIES.find(text).values():
        assert 0 < len(mentions) <= MAX_MENTIONS
