"""Exports made to be slow: half a megabyte of one thing takes no longer than a bot of that size.

An import of 1 MB takes up to 2 s. Processor time is measured, with room for a busy machine.
"""

import time
from contextlib import suppress

import pytest
from tests.studio.importing.exports import (
    Json,
    api,
    call,
    export,
    flow,
    message,
    option,
    packed,
    pairs,
    pattern,
    regex,
    result,
    rule,
    starter,
    variable,
)

from frontdesk.studio.importing import ImportRefused, import_export

MOST_S = 2.0
UNITS = [
    *'"\\{}[]()<>&|*-.:/@$ \n\t',
    *['\\"', "a", "aB", "\u5024", "\u0301", "\u00a0", "{a", "{$", "{$a.", "{A.x", "{$query}", "{$env.A", "slot."],
    *["tag::breakWithDelay", " tag::breakWithDelay = ", "<a", "<a href=", "<p ", "&#1", "&amp;", "href= "],
    *["setTriggerNextMessage('", "botContext.  a", "api_key =   ", "initConversation   ", "key=1&", "Basic "],
    *["https://", "$.a", "[i]", "{$.api_Store.", "a==", '{"a":'],
]  # fmt: skip


def took_s(made: Json) -> float:
    data = packed(made)
    began = time.process_time()
    with suppress(ImportRefused):
        import_export(data, "b")
    return time.process_time() - began


def long_texts(text: str) -> Json:
    """A bot with this in every place that takes a text of any length."""
    store = api(
        "Store",
        "POST",
        f"https://api.example.test/{text}",
        headers=pairs(Authorization=text, X=text),
        params=pairs(a=text, token=text),
        postBody=text,
        customDataFields=pairs(city="{$.api_Store." + text, b=text),
        transformResultsScript=text,
    )
    tests = [
        rule(conditions=[pattern(text)]),
        rule(conditions=[regex(text)]),
        rule(conditions=[option(text)], variables=[variable(text, text)]),
    ]
    tapped = rule(context=[{"matchType": "EQUALS", "contextName": text, "value": text}], target=text)
    messages = [
        message("t", "TEXT", text),
        message("q", "TEXT_QUESTION", text, rules=tests, processUserResponse=text),
        call("c", "Store", preProcessMessage=text, rules=[rule(conditions=[result(text)])]),
        message("m", "MULTIPLE_CHOICE_QUESTION", text, tile={"multipleChoice": {"multipleChoices": [text]}}, rules=[tapped]),
        message("s", "STRUCTURED", tile={"title": text, "subTitle": text, "image": text}),
        message("e", "ESCALATION", text, tile={"escalation": {"agentSkillId": text}}),
    ]  # fmt: skip
    return export(
        flow("go", starter("start", text, sample=text), *messages),
        responders=[store],
        globalFunctions={"methods": text},
    )


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_a_long_text_of_any_kind_is_read_soon(unit: str) -> None:
    assert took_s(long_texts(unit * (40_000 // len(unit)))) < MOST_S


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_many_texts_of_the_longest_kind_are_read_soon(unit: str) -> None:
    text = unit * (5_000 // len(unit))
    assert took_s(export(flow("go", *(message(f"m{n}", "TEXT", text) for n in range(60))))) < MOST_S


def with_one(**more: object) -> Json:
    """A bot of one message, and an integration with all of this."""
    return export(
        flow("go", message("t", "TEXT", "x")), responders=[api("Store", "POST", "https://a.test", **more)]
    )


def entries(count: int, key: str, value: str = "x") -> list[Json]:
    return [{"key": key.format(n), "value": value} for n in range(count)]


def cards(count: int) -> Json:
    made = [message(f"s{n}", "STRUCTURED", tile={"title": "{Store.f1}"}) for n in range(count)]
    fields = entries(count, "f{}", "{$.api_Store.x[i].y}")
    return export(
        flow("go", *made), responders=[api("Store", "GET", "https://a.test", customDataFields=fields)]
    )


def choices(count: int) -> Json:
    labels = [f"c{n}" for n in range(count)]
    tests = [rule(conditions=[option(label)]) for label in labels[:2_000]]
    tile = {"multipleChoice": {"multipleChoices": labels}}
    return export(flow("go", message("m", "MULTIPLE_CHOICE_QUESTION", "x?", tile=tile, rules=tests)))


def variables(count: int) -> Json:
    stores = [variable(chr(0x4E00 + n), "1") for n in range(count)]
    return export(flow("go", message("q", "TEXT_QUESTION", "x?", rules=[rule(variables=stores)])))


MANY = {
    "messages of one name": export(
        flow("go", *({**message(f"m{n}", "TEXT", "x"), "name": "same"} for n in range(1_500)))
    ),
    "flows that cannot keep their names": export(
        *(
            flow(chr(0x4E00 + n), starter(f"s{n}", f"go {n}"), message(f"t{n}", "TEXT", "x"))
            for n in range(500)
        )
    ),
    "intents of one name": export(
        flow("go", message("t", "TEXT", "x")),
        associatedIntents=[{"id": f"i{n}", "name": "same"} for n in range(10_000)],
    ),
    "variables that cannot keep their names": variables(10_000),
    "slots": export(flow("go", message("t", "TEXT", " ".join(f"slot.A{n}-" for n in range(20_000))))),
    "values of the environment": export(
        flow("go", message("t", "TEXT", "".join(f"{{$env.A{n}}}" for n in range(20_000))))
    ),
    "parameters": with_one(params=entries(5_000, "a{}_token")),
    "headers": with_one(headers=entries(10_000, "a{}")),
    "fields": with_one(customDataFields=entries(10_000, "a{}", "{$.api_Store.x}")),
    "keys in a body": with_one(postBody="{" + ",".join(f'"a{n}_token":"x"' for n in range(10_000)) + "}"),
    "cards and lists": cards(1_500),
    "choices": choices(10_000),
}


@pytest.mark.parametrize("made", MANY.values(), ids=MANY)
def test_many_things_of_one_kind_are_read_soon(made: Json) -> None:
    assert took_s(made) < MOST_S
