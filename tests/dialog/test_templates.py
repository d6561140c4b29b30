"""Templates: every notation, single pass, nothing leaks, escaping by target."""

from decimal import Decimal

import pytest
from tests.dialog.driver import ERROR, Talk, answers, make

from frontdesk.core.action import Alert, Literal, SecretRef
from frontdesk.dialog.filters import FILTERS, as_number, as_text

BODY = {
    "a": 1,
    "name": "Ann {{ x }}",
    "items": [{"title": "one", "n": 1}, {"title": "two", "n": 2}],
    "none": None,
    "obj": {"k": "v"},
}


def saying(text: str, **said: object) -> str:
    """What a `say` of this text comes to, with a slot, a variable and an answered call at hand."""
    bot = make(
        """
env: {HOST: https://h.test}
slots: {colour: {scope: session}, empty: {}}
actions:
  Shop:
    request: {url: "https://a.test/"}
    response_variable: shopAnswer
    result:
      a: $.a
      name: $.name
      titles: "{$.api_shopAnswer.items[i].title}"
      items: $.items
      obj: $.obj
      none: {path: $.none, required: false}
flows:
  go:
    trigger: {patterns: ["go*"]}
    steps:
      - set: {colour: red, mood: glad}
      - call: Shop
      - say: SAY
""".replace("SAY", "'" + text.replace("'", "''") + "'")
    )
    talk = Talk(
        bot,
        {"Shop": answers(200, BODY)},
        contact={"firstname": "Fred", "email": "f@x.test"},
        env={"HOST": "https://o.test"},
    )
    talk.language = str(said.get("language", "en"))
    return "\n".join(talk.say("go now"))


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("{{ message.text }}", "go now"),
        ("{$query}", "go now"),
        ("{$userMessage}", "go now"),
        ("{$query }!", "go now!"),
        ("{{slots.colour}}", "red"),
        ("{$botContext.slot.colour}", "red"),
        ("{{ vars.mood }}", "glad"),
        ("{$botContext.mood}", "glad"),
        ("{$botContext.convId}", "conv_1"),
        ("{$conversationId}", "conv_1"),
        ("{{ conversation.id }}", "conv_1"),
        ("{$chatBotId}", "asst_1"),
        ("{{ assistant.id }} {{ assistant.name }}", "asst_1 B"),
        ("{$chatBotUserId}", "vis_1"),
        ("{$chatBotUserPlatformId}", "vis_1"),
        ("{{ contact.id }}", "vis_1"),
        ("{$firstname}", "Fred"),
        ("{{ contact.email }}", "f@x.test"),
        ("{$env.HOST}", "https://o.test"),
        ("{{ env.HOST }}", "https://o.test"),
        ("{Shop.a}", "1"),
        ("{{ Shop.a }}", "1"),
        ("{$botContext.Shop.a}", "1"),
        ("{{ $query }}", "go now"),
        ("{$.api_shopAnswer.a}", "1"),
        ("{$.api_shopAnswer.items[1].title}", "two"),
        ("{$.api_shopAnswer.items[i].title}", "one, two"),
        ("{$.api_shopAnswer['a']}", "1"),
        ("{Shop.titles}", "one, two"),
        ("{Shop.titles.count}", "2"),
        ("{{ Shop.titles[1] }}", "two"),
        ("{{ Shop.titles.1 }}", "two"),
        ("{{ Shop.titles[9] }}|", "|"),
        ("{{ Shop.items.title }}", "one, two"),
        ("{{ Shop.items[0].n }}", "1"),
        ("{{ Shop.obj.k }}", "v"),
        ("{{ channel }} {{ language }}", "web en"),
        ("{{ now | date }}", "2026-03-01"),
        ("{{ now | date('%d.%m.%Y') }}", "01.03.2026"),
    ],
)
def test_every_notation_stands_for_its_value(text: str, comes_to: str) -> None:
    """S001-10, S001-12, S001-15, S001-33, S001-44 to S001-47."""
    assert saying(text) == comes_to


@pytest.mark.parametrize(
    "text",
    [
        "{{ slots.empty }}",
        "{$botContext.slot.empty}",
        "{{ vars.unset }}",
        "{$botContext.unset}",
        "{{ contact.unknown }}",
        "{$lastname}",
        "{{ Shop.none }}",
        "{{ Shop.obj }}",
        "{{ Shop.a.deeper }}",
        "{{ Shop.obj.nothing.there }}",
        "{{ vars.unset.deeper[3] }}",
        "{$.api_shopAnswer.nothing}",
        "{$.api_shopAnswer.none}",
        "{$.api_shopAnswer.items[9].title}",
        "{{ message.intent }}",
        "{{ slots.empty | upper }}",
        "{{ slots.empty | money('USD') }}",
        "{{ slots.empty | date }}",
        "{{ slots.empty | join }}",
    ],
)
def test_a_missing_value_leaves_nothing_behind(text: str) -> None:
    assert saying(f"[{text}]") == "[]"
    assert saying(text) == "", "and a message of nothing is not sent"


@pytest.mark.parametrize(
    "text", ["{ }", "{}", "{hello}", "a {b c} d", '{"json": 1}', "{x.}", "}} {", "{1.2}", "$query", "{-}"]
)
def test_braces_that_hold_no_name_are_ordinary_text(text: str) -> None:
    assert saying(text) == text


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [(r"\{{ message.text }}", "{{ message.text }}"), (r"\{$query}", "{$query}"), (r"a\\b\{", r"a\b{")],
)
def test_a_backslash_takes_a_brace_as_it_is(text: str, comes_to: str) -> None:
    assert saying(text) == comes_to


def test_values_are_never_expanded_again() -> None:
    assert saying("{{ Shop.name }}") == "Ann {{ x }}"
    bot = make("fallback: {steps: [{set: {kept: '{$query}'}}, {say: 'You said {{ vars.kept }}, {$query}'}]}")
    text = r"{{ env.X }} {$query} {Shop.a} \{ {{ secret.KEY }}"
    assert Talk(bot).say(text) == [f"You said {text}, {text}"]


@pytest.mark.parametrize(
    ("value", "applied", "language", "comes_to"),
    [
        ("", "default('none')", "en", "none"),
        ("x", "default('none')", "en", "x"),
        ("x", 'default("a b")', "en", "x"),
        ("stra\u00dfe", "upper", "en", "STRASSE"),
        ("ABC", "lower", "en", "abc"),
        ("1234567.5", "number", "en", "1,234,567.5"),
        ("1234567.5", "number(2)", "en", "1,234,567.50"),
        ("1234567.5", "number", "ru", "1\u00a0234\u00a0567,5"),
        ("1234567.5", "number", "uz-Latn", "1\u00a0234\u00a0567,5"),
        ("1234.5", "number(0)", "de", "1.234"),
        ("not a number", "number", "en", "not a number"),
        ("1e9999", "number", "en", "1e9999"),
        ("nan", "money", "en", "nan"),
        ("512.7", "money", "en", "512.70"),
        ("512.7", "money('USD')", "en", "512.70 USD"),
        ("x", "money('USD')", "en", "x"),
        ("x", "join", "en", "x"),
        ("x", "count", "en", "1"),
        ("", "count", "en", "0"),
        ("2026-03-05", "date('%d.%m.%Y')", "en", "05.03.2026"),
        ("2026-03-05T10:20:30Z", "date('%H:%M')", "en", "10:20"),
        ("soon", "date", "en", "soon"),
        ("2026-03-05", "date('100%%')", "en", "100%"),
        ("x", "upper | lower | default('z')", "en", "x"),
    ],
)
def test_filters(value: str, applied: str, language: str, comes_to: str) -> None:
    quoted = applied.replace('"', '\\"')
    bot = make(
        f'slots: {{v: {{}}}}\nflows: {{f: {{trigger: {{patterns: ["*"]}}, steps: [{{set: {{v: "{{$query}}"}}}}, {{say: "[{{{{ slots.v | {quoted} }}}}]"}}]}}}}'
    )
    assert Talk(bot, language=language).say(value) == [f"[{comes_to}]"]


def test_filters_of_lists() -> None:
    assert saying("{{ Shop.titles | join(' + ') }} ({{ Shop.titles | count }})") == "one + two (2)"
    assert saying("{{ Shop.none | count }} {{ Shop.obj | count }}") == "0 1"


ODD: list[object] = [
    None,
    "",
    "x",
    1,
    2.5,
    True,
    [],
    [1, None],
    {},
    {"a": 1},
    "1e400",
    "\x00",
    "9" * 50,
    float("inf"),
]


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("name", list(FILTERS))
def test_no_filter_fails_on_any_value(name: str, value: object) -> None:
    assert isinstance(as_text(FILTERS[name].apply(value, "", "en")), str)


def test_numbers_are_read_from_text_and_nothing_else() -> None:
    assert as_number(" 1.50 ") == Decimal("1.50")
    assert [as_number(text) for text in ("-7", "+7", ".5", "1e3")] == [-7, 7, Decimal("0.5"), 1000]
    others: list[object] = [True, None, [], "x", "inf", "9" * 60, "1e60", "", "-", ".", "1 000", "1,5"]
    assert [as_number(value) for value in others] == [None] * len(others)


@pytest.mark.parametrize("text", ["1_000", "_1", "\u0661\u0662", "\uff11\uff12", "1\u0662", "\u0967.5"])
def test_only_the_digits_0_to_9_make_a_number(text: str) -> None:
    """As in a slot of type number, and as RE2's \\d has it."""
    assert as_number(text) is None
    assert FILTERS["number"].apply(text, "2", "en") == text


def calling(request: str, text: str = "v", *, value: str = "{$query}") -> Talk:
    bot = make(f"""
env: {{HOST: "https://h.test/base"}}
slots: {{v: {{scope: session}}}}
actions:
  A:
    request: {request}
flows:
  f:
    trigger: {{patterns: ["*"]}}
    steps:
      - set: {{v: "{value}"}}
      - call: A
        on_error: {{say: not called}}
      - say: called
""")
    talk = Talk(bot, {"A": answers(200, {})})
    talk.say(text)
    return talk


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("a b", "https://h.test/base/u/a%20b/x?q=a%20b"),
        ("a/../b?c=d#e&f", "https://h.test/base/u/a%2F..%2Fb%3Fc%3Dd%23e%26f/x?q=a%2F..%2Fb%3Fc%3Dd%23e%26f"),
        ("\u00e9", "https://h.test/base/u/%C3%A9/x?q=%C3%A9"),
        ("%2e%2e", "https://h.test/base/u/%252e%252e/x?q=%252e%252e"),
        ("@evil.test", "https://h.test/base/u/%40evil.test/x?q=%40evil.test"),
    ],
)
def test_values_in_a_url_are_percent_encoded(text: str, url: str) -> None:
    talk = calling('{url: "{{ env.HOST }}/u/{{ slots.v }}/x?q={$query}"}', text)
    assert [call.request.url for call in talk.calls] == [url]


@pytest.mark.parametrize("text", ["..", "."])
def test_a_value_cannot_walk_up_the_path(text: str) -> None:
    talk = calling('{url: "https://h.test/users/{{ slots.v }}/name"}', text)
    assert talk.calls == []
    assert (talk.said, talk.alerts) == (["not called"], ["call_refused"])


def test_an_environment_without_its_address_is_told_to_the_author() -> None:
    bot = make(
        "env: {HOST: ''}\nactions: {A: {request: {url: '{{ env.HOST }}/x'}}}\nflows: {f: {trigger: {patterns: [go]}, steps: [{call: A}]}}"
    )
    talk = Talk(bot)
    assert (talk.say("go"), talk.alerts) == ([ERROR], ["call_refused"])
    talk = Talk(bot, {"A": answers(200)}, env={"HOST": "http://here.test"})
    talk.say("go")
    assert talk.calls[0].request.url == "http://here.test/x"


def test_query_values_are_left_to_the_sender() -> None:
    talk = calling(
        '{url: "https://h.test/", query: {a: "{{ slots.v }}", b: ["1", "{$query}"], c: "{{ vars.none }}"}}',
        "x&y=z",
    )
    assert talk.calls[0].request.query == (("a", "x&y=z"), ("b", "1"), ("b", "x&y=z"), ("c", ""))


@pytest.mark.parametrize(
    ("request_", "text", "why"),
    [
        ("json: {{k: [{}]}}".format(", ".join(["'{$query}{$query}'"] * 70)), "x" * 8_000, "JSON body"),
        ("json: {{k: [{}]}}".format(", ".join(["'{$query}{$query}'"] * 35)), "\u0436" * 8_000, "JSON body"),
        ("query: {k: '{$query}'}", "x" * 8_000, "query"),
        ("query: {k: '{$query}'}", "\u0436" * 1_400, "query"),
        ("query: {{{}}}".format(", ".join(f"k{n}: '{{$query}}'" for n in range(1_000))), "x" * 8, "query"),
        ("headers: {A: '{$query}', B: '{$query}', C: '{$query}'}", "x" * 8_000, "headers"),
    ],
)
def test_a_request_that_grows_too_large_is_not_made(request_: str, text: str, why: str) -> None:
    talk = calling(f'{{url: "https://h.test/", method: PUT, {request_}}}', text)
    assert (talk.calls, talk.said, talk.alerts) == ([], ["not called"], ["call_refused"])
    (alert,) = (action for action in talk.last if isinstance(action, Alert))
    assert why in alert.message


@pytest.mark.parametrize(
    "request_",
    [
        "json: {{k: [{}]}}".format(", ".join(["'{$query}{$query}'"] * 60)),
        "query: {k: '{$query}'}",
        "headers: {A: '{$query}'}",
    ],
)
def test_a_large_request_is_made(request_: str) -> None:
    text = "x" * (8_000 if "query:" not in request_ else 7_990)
    assert calling(f'{{url: "https://h.test/", method: PUT, {request_}}}', text).said == ["called"]


def test_json_values_keep_their_type_and_text_stays_text() -> None:
    bot = make("""
actions:
  First: {request: {url: "https://a.test/"}, result: {n: $.n, yes: $.yes, list: $.list, deep: $.deep}}
  Second:
    request:
      method: POST
      url: https://a.test/
      json:
        n: "{{ First.n }}"
        yes: "{{ First.yes }}"
        list: "{{ First.list }}"
        deep: "{{ First.deep }}"
        said: "{{ message.text }}"
        mixed: "n is {{ First.n }}"
        missing: "{{ vars.none }}"
        fixed: [1, 2.5, true, null, "3"]
flows: {f: {trigger: {patterns: ["*"]}, steps: [{call: First}, {call: Second}, {say: done}]}}
""")
    body = {"n": 512.75, "yes": True, "list": [1, "a"], "deep": {"k": [{}]}}
    talk = Talk(bot, {"First": answers(200, body), "Second": answers(201, None)})
    assert talk.say('", "admin": true, "x": "') == ["done"]
    second = talk.calls[1].request
    assert second.has_json
    assert second.json == {
        **body,
        "said": '", "admin": true, "x": "',
        "mixed": "n is 512.75",
        "missing": None,
        "fixed": [1, 2.5, True, None, "3"],
    }
    assert [call.key for call in talk.calls] == ["in_1:1:f/#1", "in_1:2:f/#2"]


def test_header_values_keep_secrets_as_references() -> None:
    """S001-8, S001-42."""
    talk = calling(
        '{url: "https://h.test/", headers: {Authorization: "Bearer {{ secret.KEY }}", X-Said: "{$query}"}}',
        "hello",
    )
    assert talk.calls[0].request.headers == (
        ("Authorization", (Literal("Bearer "), SecretRef("KEY"))),
        ("X-Said", (Literal("hello"),)),
    )


@pytest.mark.parametrize("text", ["a\nX-Admin: 1", "a\nb"])
def test_a_header_never_takes_a_line_break(text: str) -> None:
    talk = calling('{url: "https://h.test/", headers: {X-Said: "{$query}"}}', text)
    assert talk.calls == []
    assert (talk.said, talk.alerts) == (["not called"], ["call_refused"])


def test_an_expanded_text_is_bounded() -> None:
    bot = make("fallback: {steps: [{say: '" + "{$query}" * 100 + "'}]}")
    assert len(Talk(bot).say("x" * 8_000)[0]) == 16_000
