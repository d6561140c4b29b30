"""Exports nobody meant well with: one clear refusal, or a bot that loads. Never anything else, never half a folder."""

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests.made_up import examples
from tests.studio.importing.exports import (
    GLOBALS_JS,
    Json,
    api,
    call,
    export,
    flow,
    ident,
    message,
    no_match,
    option,
    packed,
    pairs,
    pattern,
    regex,
    result,
    rule,
    starter,
    tutorial,
    variable,
)
from tests.studio.importing.loading import load

from frontdesk.studio.importing import ImportRefused, import_export


def refused(data: bytes | Json) -> str:
    with pytest.raises(ImportRefused) as caught:
        import_export(data if isinstance(data, bytes) else packed(data), "b")
    return caught.value.message


def imports_or_refuses(data: bytes) -> None:
    try:
        found = import_export(data, "b")
    except ImportRefused:
        return
    load(found.files)


def every_kind() -> list[Json]:
    """A message of each kind, every key filled somewhere."""
    return [
        message("t", "TEXT", "Hello {$botContext.slot.who} {Store.city}<br>there", comment={"content": "c"}),
        message("i", "IMAGE", tile={"url": "https://e.test/i.png"}),
        message(
            "mc",
            "MULTIPLE_CHOICE_QUESTION",
            "Which?",
            tile={"multipleChoice": {"multipleChoices": ["A", "B"]}},
            rules=[rule(conditions=[option("A")], target=ident("t")), rule(conditions=[no_match("No.")])],
        ),
        message("qr", "QUICK_REPLY", "Pick", quickReplies=[{"type": "text", "title": "Y", "payload": "y"}]),
        message(
            "b",
            "BUTTON",
            "Go",
            tile={"buttons": [{"name": "S", "type": "web_url", "callback": "https://e.test"}]},
        ),
        message("s", "STRUCTURED", tile={"title": "T", "image": "https://e.test/i.png"}),
        message(
            "tq",
            "TEXT_QUESTION",
            "Name?",
            rules=[
                rule(conditions=[regex("[a-z]+")], variables=[variable("slot.who", "{$query}", "DIALOG")]),
                rule(
                    conditions=[pattern("*")],
                    context=[{"matchType": "EQUALS", "contextName": "x", "value": "1"}],
                    variables=[variable("y", "1", "REQUEST")],
                ),
            ],
            processUserResponse="botContext.setTriggerNextMessage('t')",
            interactionDelay="500",
        ),
        call(
            "c",
            "Store",
            rules=[rule(conditions=[result("FAILURE")], target="none"), rule()],
            preProcessMessage="x()",
        ),
        message("e", "ESCALATION", "Moment", tile={"escalation": {"agentSkillId": "3"}}),
    ]


def everything() -> Json:
    """A bot in which every part of an export stands."""
    store = api(
        "Store",
        "POST",
        "https://api.example.test/{$env.REGION}/x?key=abc",
        headers=pairs(Authorization="Bearer abcdef", Accept="*/*"),
        params=pairs(a="{$query}", token="t0ken"),
        postBody='{"a": [{$botContext.x}, {"b": "{$query}"}]}',
        customDataFields=pairs(city="{$.api_Store.stores[i].city}"),
        transformResultsScript="botContext.setBotVariable('a', 1, true, false)",
    )
    return export(
        flow("go", starter("start", "go", "(a|b)*", sample="go on", intentId=ident("int")), *every_kind()),
        flow("Fallback", message("f", "TEXT", "what?"), kind="FALLBACK_DIALOG"),
        flow("Esc", message("es", "TEXT", "sorry"), kind="AUTO_ESCALATION"),
        responders=[store],
        associatedIntents=[{"id": ident("int"), "name": "ask"}],
        globalFunctions={"methods": GLOBALS_JS},
    )


EVERYTHING = everything()


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in entries:
        found += places(item, (*path, key))
    return found


def with_value(path: tuple[str | int, ...], value: object) -> Json:
    made: Json = copy.deepcopy(EVERYTHING)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


PLACES = places(EVERYTHING)
ODD = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            1e308,
            10**60,
            [],
            {},
            [None],
            [[]],
            [{}],
            [1, "a"],
            {"a": 1},
            "",
            " ",
            "next",
            "end",
            "fallback",
            "slot.",
            "slot.a.b",
            "a b",
            "{",
            "{{",
            "{$",
            "{$query",
            "{{ secret.X }}",
            "{{ env.X }}",
            "{$env.Z}",
            "{Store.nothing}",
            "\\",
            "*",
            "(((",
            "a" * 3_000,
            "{$query}" * 300,
            "<a>" * 900,
            "((a|b)*)" * 200,
            "(?=a)",
            "a{1000}",
            "on: [yes",
            "- a\n  b",
            "---\n...",
            "é\u2028\x85\ufeff\ufffe",
            "\t\x01\x1b",
            "日本",
            "<<",
            "https://{$query}",
            "@entity",
            "{}",
            "[]",
            '{"a": 1e999}',
            '{"<<": 1}',
            "[" * 500,
            ident("t"),
            ident("Store"),
            ident("flow go"),
        ]
    ),
    st.text(max_size=30),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
)


def test_the_bot_that_is_damaged_below_loads_whole() -> None:
    load(import_export(packed(EVERYTHING), "b").files)


@examples(500, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), ODD)
def test_any_value_anywhere_imports_to_a_bot_that_loads_or_is_refused(
    path: tuple[str | int, ...], value: object
) -> None:
    imports_or_refuses(json.dumps(with_value(path, value)).encode())


@examples(150)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=2, max_size=5))
def test_several_wrong_values_at_once(changes: list[tuple[tuple[str | int, ...], object]]) -> None:
    made: Any = copy.deepcopy(EVERYTHING)
    for path, value in changes:
        at = made
        for key in path[:-1]:
            at = at[key] if isinstance(at, dict) and key in at else at[key] if _has(at, key) else None
        if isinstance(at, dict) or _has(at, path[-1]):
            at[path[-1]] = value
    imports_or_refuses(json.dumps(made).encode())


def _has(value: object, key: str | int) -> bool:
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


@pytest.mark.parametrize("path", [path for path in PLACES if len(path) <= 3], ids=str)
def test_every_part_may_be_missing(path: tuple[str | int, ...]) -> None:
    made: Json = copy.deepcopy(EVERYTHING)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    imports_or_refuses(packed(made))


@examples(200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert refused(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"bot": NaN}', "no number"),
        (b'{"bot": ' + b"1" * 5_000 + b"}", "not JSON"),
        (b"[" * 200_000, "nested deeper"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "nested deeper"),
        (b" " * 5_000_001, "larger than"),
        (b"[" + b"0," * 450_000 + b"0]", "more than 400,000 values"),
        (b'{"bot": {"name": "a\\u0000"}, "groups": [1], "conversationMessage": [1]}', "NUL"),
        (b'{"bot": {"name": "\\ud83d"}, "groups": [1], "conversationMessage": [1]}', "half of a character"),
        (b'{"bot": {"name": "x"}, "groups": []}', "no 'groups'"),
        (b'{"groups": [{}], "conversationMessage": [{}]}', "no 'bot'"),
    ],
)
def test_what_is_no_export_is_refused_with_the_reason(data: bytes, said: str) -> None:
    assert said in refused(data)


def change(edit: Callable[[dict[str, Json]], None]) -> Json:
    made = tutorial()
    edit({each["name"]: each for each in made["conversationMessage"]})
    return made


def test_links_in_a_circle_are_refused() -> None:
    made = change(lambda by: by["show balance"].update(nextMessageId=ident("ask account")))
    assert refused(made) == "The messages of the flow 'Account Balance' are linked in a circle."


def test_a_circle_that_nothing_leads_into_is_refused() -> None:
    group, chain = flow("go", message("a", "TEXT", "1"), message("b", "TEXT", "2"))
    chain[1]["nextMessageId"] = chain[0]["id"]
    assert "linked in a circle" in refused(export((group, chain)))


def test_a_message_linked_to_itself_is_refused() -> None:
    assert "circle" in refused(change(lambda by: by["copy no"].update(nextMessageId=ident("copy no"))))


@pytest.mark.parametrize("key", ["groups", "conversationMessage", "responder"])
def test_an_id_given_twice_is_refused(key: str) -> None:
    made = tutorial()
    made[key].append(copy.deepcopy(made[key][0]))
    assert "the id" in refused(made)


def test_a_message_of_no_flow_is_refused() -> None:
    assert "is not in the export" in refused(change(lambda by: by["copy no"].update(group="gone")))


def test_two_starters_in_a_flow_are_refused() -> None:
    assert "2 dialog starters" in refused(
        change(lambda by: by["copy no"].update(interactionType="USER_SAYS"))
    )


def test_a_value_of_the_wrong_kind_is_refused_with_its_place() -> None:
    made = tutorial()
    made["conversationMessage"][3]["responseMatches"] = "next"
    assert refused(made) == "export.conversationMessage[3].responseMatches must be a list."


def test_patterns_that_are_too_large_together_are_refused() -> None:
    rules = [rule(conditions=[regex(f"(a{{0,900}}){number}")]) for number in range(40)]
    many = [
        flow(f"f{number}", message(f"q{number}", "TEXT_QUESTION", "?", rules=rules)) for number in range(60)
    ]
    assert "too large together" in refused(export(*many))


def test_more_than_a_question_may_test_is_left_out_and_told() -> None:
    rules = [
        rule(conditions=[pattern(f"word {number}")], target="none", name=str(number)) for number in range(300)
    ]
    found = import_export(
        packed(export(flow("go", starter("s", "go"), message("q", "TEXT_QUESTION", "?", rules=rules)))), "b"
    )
    load(found.files)
    assert "the question tests too much already" in "\n".join(map(str, found.report))


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 1_600,
        "<a href=" * 600,
        "{$a" * 1_600,
        "{a" * 2_500,
        "tag::breakWithDelay=1" * 200,
        "&amp;" * 1_000,
    ],
)
def test_texts_made_to_be_slow_are_not(text: str) -> None:
    texts = [message(f"m{number}", "TEXT", text) for number in range(60)]
    began = time.process_time()
    imports_or_refuses(packed(export(flow("go", *texts))))
    assert time.process_time() - began < 5
