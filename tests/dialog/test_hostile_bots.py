"""Bots that mean harm, or that somebody wrote carelessly: refused at load, or done with every turn soon.

A turn of these takes some tens of milliseconds; the bound asserted is generous, so that a busy machine passes.
"""

import time

import pytest
from tests.dialog.driver import HEAD, Talk, answers, make

from frontdesk.dialog.jsonpaths import JsonPathError, Place
from frontdesk.dialog.load import BotInvalid, load_bot

MOST_S = 1.0
ASK = "flows: {f: {trigger: {patterns: [go]}, steps: [{ask: q, %s}, {say: done}]}}"


def read(path: str) -> str:
    return (
        "actions: {A: {request: {url: 'https://a.test'}, result: {x: \"" + path + '"}}}\n'
        "flows: {f: {trigger: {patterns: [go]}, steps: [{call: A, on_empty: {say: none}}, {say: done}]}}"
    )


REFUSED = {
    "jsonpath: commas": (read("$" + "[0,0]" * 20 + ".x"), "','"),
    "jsonpath: wildcards": (read("$" + "[*]" * 20), "more than 5"),
    "jsonpath: slices": (read("$" + "[::1]" * 20), "more than 5"),
    "jsonpath: descent and filter": (read("$[?count(@..*)>9]"), "beside '..'"),
    "jsonpath: descent and wildcards": (read("$..*[*][*]"), "beside '..'"),
    "jsonpath: long filter": (read("$[?@.a" + "||@.b" * 9 + "]"), "'&&'"),
    "regex: large ones": (
        ASK % "accept: {regex: [%s]}" % ", ".join(f"'(\\w|\\W){{0,1000}}x{{{n}}}'" for n in range(1, 60)),
        "more than 20,000",
    ),
    "regex: large ones in rules": (
        ASK % "rules: [%s]" % ", ".join(f"{{regex: '.{{0,1000}}x{{{n}}}'}}" for n in range(1, 4)),
        "more than 20,000",
    ),
    "tests: in one list": (ASK % "accept: {exact: [%s]}" % ", ".join(map(str, range(101))), "101 tests"),
    "tests: over rules": (
        ASK % "rules: [%s], accept: {exact: z}" % ", ".join(f"{{pattern: x{n}}}" for n in range(100)),
        "101 tests",
    ),
    "filters": (ASK % "reprompt: '{{ message.text%s }}'" % ("|upper" * 1_600), "more than 10 filters"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_hostile_bots_are_refused_at_load(text: str, message: str) -> None:
    with pytest.raises(BotInvalid) as refused:
        load_bot({"bot.yaml": HEAD + text})
    assert message in refused.value.message


def nested(depth: int, width: int = 1) -> object:
    body: object = 1
    for _ in range(depth):
        body = [body] * width
    return body


BODIES = (nested(500), nested(12, 2), [1] * 30_000, [[1]] * 12_000, [{"a": 1}] * 6_000)

DONE = {
    "jsonpath: descent": (read("$..x"), BODIES),
    "jsonpath: descent and wildcard": (read("$..x[*]"), BODIES),
    "jsonpath: wildcards": (read("$[*][*][*][*][*]"), BODIES),
    "jsonpath: nested filters": (read("$[?@[?@.a==9]]"), BODIES),
    "jsonpath: filter": (read("$[*][?count(@.*)>9||@.a==2||@.b==3||@.c==4]"), BODIES),
}


@pytest.mark.parametrize(("text", "bodies"), DONE.values(), ids=DONE)
def test_what_is_loaded_is_done_with_a_turn_soon(text: str, bodies: tuple[object, ...]) -> None:
    bot = make(text)
    for body in bodies:
        talk = Talk(bot, {"A": answers(200, body)})
        began = time.perf_counter()
        said = talk.say("go")
        assert time.perf_counter() - began < MOST_S
        assert said in (["done"], ["none"])


MESSAGES = ("a" * 8_000, "\u00e91x " * 2_000, "abc \u00e9% " * 1_100)
QUESTIONS = {
    "regex: within the budget": [f"(\\w|\\W){{0,1000}}x{{{n}}}" for n in (1, 2)],
    "regex: a hundred with word edges": [f"\\bx{n}\\b" for n in range(100)],
    "regex: repeats": [f".{{0,990}}x{{{n}}}" for n in (1, 2)],
}


@pytest.mark.parametrize("regexes", QUESTIONS.values(), ids=QUESTIONS)
def test_a_long_answer_is_tested_soon(regexes: list[str]) -> None:
    accept = ", ".join(f"'{regex}'" for regex in regexes)
    bot = make(ASK % f"accept: {{regex: [{accept}]}}, reprompt: again")
    for message in MESSAGES:
        talk = Talk(bot)
        talk.say("go")
        began = time.perf_counter()
        talk.say(message)
        assert time.perf_counter() - began < MOST_S


def test_ten_filters_will_do() -> None:
    bot = make(
        "flows: {f: {trigger: {patterns: [go]}, steps: [{say: '{{ message.text%s }}'}]}}" % (" | upper" * 10)
    )
    assert Talk(bot).say("go") == ["GO"]


def test_a_comma_in_the_name_of_a_member_is_no_list_of_places() -> None:
    assert Place("$['a,b'].c").find({"a,b": {"c": 1}}) == 1
    with pytest.raises(JsonPathError, match="several places"):
        Place("$['a','b']")
