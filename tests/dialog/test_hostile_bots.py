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
        "actions: {A: {request: {url: 'https://a.test'}, result: {x: \"%s\"}}}\n" % path
        + "flows: {f: {trigger: {patterns: [go]}, steps: [{call: A, on_empty: {say: none}}, {say: done}]}}"
    )


REFUSED = {
    "jsonpath: commas": (read("$" + "[0,0]" * 20 + ".x"), "','"),
    "jsonpath: wildcards": (read("$" + "[*]" * 20), "more than 5"),
    "jsonpath: slices": (read("$" + "[::1]" * 20), "more than 5"),
    "jsonpath: descent and filter": (read("$[?count(@..*)>9]"), "beside '..'"),
    "jsonpath: descent and wildcards": (read("$..*[*][*]"), "beside '..'"),
    "jsonpath: long filter": (read("$[?@.a" + "||@.b" * 9 + "]"), "'&&'"),
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


def test_a_comma_in_the_name_of_a_member_is_no_list_of_places() -> None:
    assert Place("$['a,b'].c").find({"a,b": {"c": 1}}) == 1
    with pytest.raises(JsonPathError, match="several places"):
        Place("$['a','b']")
