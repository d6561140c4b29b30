"""What the loader says of files that do not make a bot: everything at once, with file, line and the way out."""

import pytest
from tests.dialog.driver import HEAD, billing_files, make, problems_of

from frontdesk.core.errors import Refused
from frontdesk.dialog.load import BotInvalid, load_bot
from frontdesk.dialog.problems import Problem

FLOW = "flows: {f: {trigger: {patterns: [go]}, steps: [%s]}}"
ACTION = 'actions: {A: {request: {url: "https://a.test/", %s}, %s}}'


def one(files: dict[str, str] | str, severity: str = "error") -> Problem:
    found = [problem for problem in problems_of(files) if problem.severity == severity]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (FLOW % "{goto: nowhere}", "no step 'nowhere' in this flow, and no flow", "Flows: f"),
        (FLOW % "{say: x, next: nowhere}", "no step 'nowhere'", ""),
        (FLOW % "{goto: f/nowhere}", "no step 'nowhere' in a flow 'f'", "flow/step"),
        (FLOW % "{run: nowhere}", "no flow 'nowhere'", "Known: f"),
        (FLOW % "{call: Nothing}", "no action 'Nothing'", "none yet"),
        (FLOW % "{ask: q, slot: nothing}", "no slot 'nothing'", "slots:"),
        (FLOW % '{say: "{{ slots.nothing }}"}', "no slot 'nothing'", "slots:"),
        (FLOW % '{say: "{{ env.X }}"}', "no env value 'X'", "env:"),
        (FLOW % '{say: "{{ Nothing.x }}"}', "nothing called 'Nothing.x'", "begin with one of"),
        (FLOW % '{say: "{Nothing.x}"}', "nothing called 'Nothing.x'", "begin with one of"),
        (FLOW % '{say: "{$nothing}"}', "nothing called '{$nothing}'", "{$query}"),
        (FLOW % '{say: "{$.api_X.y}"}', "response variable 'X'", ""),
        (FLOW % '{say: "{{ message.text"}', "'{{' without its end", r"\{"),
        (FLOW % '{say: "{{ message.text | shout }}"}', "no filter 'shout'", "upper"),
        (FLOW % "{say: \"{{ message.text | date('%Q') }}\"}", "cannot take '%Q'", "%d.%m.%Y"),
        (FLOW % "{say: \"{{ message.text | upper('x') }}\"}", "takes no argument", "| upper"),
        (FLOW % '{say: "{{ secret.KEY }}"}', "outside a header", "header"),
        (FLOW % "{ask: q, rules: [{pattern: '(a'}]}", "'(' without its ')'", ""),
        (FLOW % "{ask: q, accept: {regex: '(?=a)'}}", "look-ahead", ""),
        (FLOW % "{ask: q, accept: {regexp: a}}", "no key 'regexp'", "Did you mean 'regex'?"),
        (FLOW % "{ask: q, rules: [{goto: f}]}", "must test something", "pattern"),
        (FLOW % "{ask: q, rules: [{intent: i}]}", "no intent 'i'", ""),
        (FLOW % "{ask: q, choices: [a, b], rules: [{choice: c}]}", "No choice is called 'c'", "a, b"),
        (FLOW % "{ask: q, choices: yes}", "'choices' must be a list", "- "),
        (FLOW % "{ask: q, value: x}", "'value' needs a slot", "slot:"),
        (FLOW % "{ask: q, listen: no}", "'listen' must be true or false", "listen: true"),
        (FLOW % "{ask: q, rules: [{pattern: a, goto: f, end: true}]}", "exclude each other", "Keep one"),
        (FLOW % "{ask: q, rules: [{pattern: a, end: false}]}", "can only be true", "end: true"),
        (FLOW % "{say: x, goto: f}", "'say' and 'goto' in one step", "- "),
        (FLOW % "{shout: x}", "'shout' is not a step", "A step has one of: agent"),
        (FLOW % "{sai: x}", "'sai' is not a step", "Did you mean 'say'?"),
        (FLOW % "{question: x, slot: s}", "'question' is not a step", "Did you mean 'ask'?"),
        (FLOW % "{id: a, text: x}", "'text' is not a step", "Did you mean 'say'?"),
        (FLOW % "{integration: x}", "'integration' is not a step", "Did you mean 'call'?"),
        (FLOW % "{transfer: x}", "'transfer' is not a step", "Did you mean 'handoff'?"),
        (FLOW % "{ask: q, reprompt: {en: [a, b]}}", "'reprompt' has a list in one language", "[{en: ..., ru"),
        ("flows: {end: {steps: [{say: x}]}}", "A flow cannot be called 'end'", "where a flow goes on"),
        ("flows: {resume: {steps: [{say: x}]}}", "A flow cannot be called 'resume'", "where a flow goes on"),
        (FLOW % "{id: one, hand_off: x}", "'hand_off' is not a step", "Did you mean 'handoff'?"),
        (FLOW % "{id: one}", "This is not a step", "A step has one of: agent"),
        (FLOW % "just text", "not a step", "say"),
        (FLOW % "{say: x, id: end}", "cannot be called 'end'", ""),
        (FLOW % "{say: x, id: 'a b'}", "'a b' cannot be the name of a step", "letters"),
        (FLOW % "{say: x, id: a}, {say: y, id: a}", "two steps 'a'", "Rename"),
        (FLOW % "{say: {}}", "'say' is empty", "text"),
        (FLOW % "{say: }", "'say' has no text", "quotes"),
        (FLOW % '{say: {image: "ftp://x/y"}}', "does not begin with http", "https://"),
        (FLOW % '{say: {image: "https://{{ message.text }}/y"}}', "where scheme and host belong", "https://"),
        (FLOW % "{handoff: {message: x}}", "names no team", "team:"),
        (FLOW % "{handoff: {team: T, share: [all]}}", "'all' cannot be shared", "transcript"),
        (FLOW % "{set: {}}", "sets nothing", "set:"),
        (FLOW % "{if: channel = web, then: [{end: true}]}", "not understood", "channel =="),
        (FLOW % "{if: chanel == 'web', then: [{end: true}]}", "nothing called 'chanel'", "channel"),
        (FLOW % "{if: secret.X == 'web', then: [{end: true}]}", "cannot be compared", ""),
        (FLOW % "{if: channel == 'web'}", "nothing to do", "then:"),
        (FLOW % "", "has no steps", "steps:"),
        (
            "flows: {f: {trigger: {patern: x}, steps: [{say: x}]}}",
            "no key 'patern'",
            "Did you mean 'patterns'?",
        ),
        ("flows: {f: {trigger: {intent: i}, steps: [{say: x}]}}", "no intent 'i'", "none yet"),
        ("flows: {'a b': {steps: [{say: x}]}}", "cannot be the name of a flow", "letters"),
        ("flows: [a]", "must be a mapping", "key: value"),
        ("flows: {fallback: {steps: [{say: x}]}}", "not an ordinary flow", "top of bot.yaml"),
        ("slots: {s: {type: colour}}", "'type' cannot be 'colour'", "date, email, file"),
        ("slots: {s: {scope: global}}", "'scope' cannot be 'global'", "turn, flow, session, contact"),
        ("intent: {}", "no key 'intent'", "Did you mean 'intents'?"),
        (ACTION % ("method: FETCH", ""), "'method' cannot be 'FETCH'", "GET"),
        (ACTION % ("", "timeout: 5"), "'timeout' must be a duration", "ms, s, m"),
        (ACTION % ("", "timeout: 5h"), "'timeout' must be a duration", "from 100ms to 1m."),
        (ACTION % ("", "result: {x: account}"), "JSONPath 'account' cannot be used", "$.accountBalance"),
        (ACTION % ("", "result: {x: \"$[?match(@.a, '(a+)+')]\"}"), "cannot be used", ""),
        (ACTION % ("", 'result: {x: "$..a..b..c"}'), "cannot be used", ""),
        (ACTION % ("", "retry: {on: [yes]}"), "nothing to retry on", "503"),
        (ACTION % ("", "retry: {attempts: 99}"), "whole number", "0 to 5"),
        (ACTION % ('headers: {"A b": x}', ""), "cannot be sent as a header", ""),
        (ACTION % ("headers: {Host: x}", ""), "cannot be sent as a header", ""),
        (ACTION % ('query: {k: "{{ secret.X }}"}', ""), "outside a header", ""),
        (ACTION % ('json: {k: "{{ secret.X }}"}', ""), "outside a header", ""),
        (
            ACTION % ("json: just words", ""),
            "'json' is not JSON: Expecting value.",
            "below json:, or as JSON",
        ),
        (ACTION % ("json: '{a: 1}'", ""), "'json' is not JSON: ", "double quotes"),
        (ACTION % ("json: '{\"a\": NaN}'", ""), "'json' is not JSON", "double quotes"),
        (ACTION % ('json: \'{"a": "{{ secret.X }}"}\'', ""), "outside a header", ""),
        (ACTION % ("json: '%s'" % ("[" * 60 + "]" * 60), ""), "deeper than 50 levels", "flatter"),
        (ACTION % ("json: '%s'" % ("[" * 90_000), ""), "is not JSON", "below json:"),
        (ACTION % ("json: '[1e999]'", ""), "a number is out of range", ""),
        (ACTION % (r"""json: '["\ud800"]'""", ""), "half of a character", "Leave it out."),
        (ACTION % (r"""json: '{"\u0000": 1}'""", ""), "a NUL character", "Leave it out."),
        (ACTION % ("body: {a: 1}", ""), "'request' has no key 'body'", "Write json: and the body under it."),
        (ACTION % ("params: {a: 1}", ""), "no key 'params'", "Write query: and the parameters under it."),
        (ACTION % ("parameters: {a: 1}", ""), "no key 'parameters'", "Write query: and the parameters"),
        (
            'actions: {A: {request: {url: "{{ message.text }}/x"}}}',
            "where scheme and host belong",
            "env.NAME",
        ),
        (
            'actions: {A: {request: {url: "https://a.test{{ message.text }}"}}}',
            "where scheme and host",
            "env.NAME",
        ),
        ('actions: {A: {request: {url: "/x"}}}', "does not begin with http", ""),
        ("actions: {A: {}}", "has no request", "request:"),
        (
            ACTION % ("", "response_variable: a b"),
            "'a b' cannot be the name of a response variable",
            "letters",
        ),
        (
            "actions: {A: {request: {url: 'https://a.test'}, response_variable: B}, B: {request: {url: 'https://a.test'}}}",
            "'A' and 'B' have the same response variable 'B'",
            "response_variable:",
        ),
        (
            "actions: {A: {request: {url: 'https://a.test'}}, B: {request: {url: 'https://a.test'}, response_variable: A}}",
            "'A' and 'B' have the same response variable 'A'",
            "response_variable:",
        ),
        (
            ACTION
            % ("json: {{{}}}".format(", ".join(f"k{n}: '{{{{ message.text }}}}'" for n in range(501))), ""),
            "more than 500 places for values",
            "fewer",
        ),
        ('actions: {env: {request: {url: "https://a.test"}}}', "cannot be called 'env'", ""),
    ],
)
def test_a_mistake_is_named_with_what_to_write_instead(text: str, message: str, fix: str) -> None:
    problem = next(found for found in problems_of(text) if found.severity == "error")
    assert message in problem.message
    assert fix in problem.fix
    assert (problem.file, problem.line) == ("bot.yaml", 3)


@pytest.mark.parametrize(
    "text",
    [
        FLOW % "{ask: q, rules: [{pattern: '(a', goto: f}]}",
        FLOW % "{ask: q, accept: {regex: '(?=a)'}}",
        FLOW % "{ask: q, accept: {regexp: a}}",
        "flows: {f: {trigger: {patterns: ['(a']}, steps: [{say: x}]}}",
        "flows: {f: {trigger: {patern: x}, steps: [{say: x}]}}",
    ],
)
def test_one_cause_is_one_error(text: str) -> None:
    (found,) = [problem for problem in problems_of(text) if problem.severity == "error"]
    assert "cannot be used" in found.message or "no key" in found.message


def test_every_problem_is_found_at_once_with_its_own_place() -> None:
    files = billing_files()
    files["flows/billing.yaml"] = files["flows/billing.yaml"].replace("goto: copy_no", "goto: copy_not")
    files["flows/account_balance.yaml"] = files["flows/account_balance.yaml"].replace(
        "slot: userEmail", "slot: mail"
    )
    files["actions/Balance.yaml"] = files["actions/Balance.yaml"].replace("timeout: 5s", "timeout: soon")
    files["tests/billing.yaml"] = "- a: [\n"
    with pytest.raises(BotInvalid) as refused:
        load_bot(files)
    assert isinstance(refused.value, Refused)
    assert refused.value.code == "bot_invalid"
    assert {
        (problem.file, problem.line) for problem in refused.value.problems if problem.severity == "error"
    } == {
        ("flows/billing.yaml", 9),
        ("flows/account_balance.yaml", 12),
        ("actions/Balance.yaml", 8),
        ("tests/billing.yaml", 1),
    }
    assert "flows/billing.yaml:9: There is no step 'copy_not'" in refused.value.message


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "There is no bot.yaml"),
        ({"bot.yaml": ""}, "There is no bot.yaml"),
        ({"bot.yaml": "format: assistant/v2\nassistant: {id: a, name: b}"}, "format"),
        ({"bot.yaml": "format: assistant/v1"}, "'assistant' is missing"),
        ({"bot.yaml": "format: assistant/v1\nassistant: {id: a}"}, "no name"),
        (
            {"bot.yaml": "format: assistant/v1\nassistant: {id: a, name: b, language: English}"},
            "not a language",
        ),
        ({"bot.yaml": HEAD, "flows/a b.yaml": "steps: [{say: x}]"}, "cannot be the name of a flow"),
        (
            {"bot.yaml": HEAD + "flows: {f: {steps: [{say: x}]}}", "flows/f.yaml": "steps: [{say: x}]"},
            "'f' is in bot.yaml too",
        ),
    ],
)
def test_a_bot_has_a_head_and_each_name_once(files: dict[str, str], message: str) -> None:
    assert message in one(files).message


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ('"My Bot!"', "my-bot"),
        ("a/b", "a-b"),
        ("1st desk", "desk-1st-desk"),
        ("Café Größe", "cafe-groe"),
        ("asst_01k0000000000000000000000", "desk-01k0000000000000000000000"),
        ("'...'", "desk"),
        ('""', "shop-desk"),
        ("a" * 81, "a" * 80),
    ],
)
def test_the_id_is_a_short_name_or_one_is_proposed(written: str, proposed: str) -> None:
    text = "format: assistant/v1\nassistant:\n  name: Shop desk\n  id: %s\n"
    problem = one({"bot.yaml": text % written})
    assert (problem.file, problem.line) == ("bot.yaml", 4)
    assert problem.fix.endswith(f"Write id: {proposed}")
    assert problems_of({"bot.yaml": text % proposed}) == []


@pytest.mark.parametrize("name", ["shop", "Shop_2", "_x", "a" * 80, "asst"])
def test_a_short_name_is_taken_as_it_is(name: str) -> None:
    assert problems_of({"bot.yaml": f"format: assistant/v1\nassistant: {{id: {name}, name: A}}"}) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FLOW % "{end: true}, {say: lost}", "never reached"),
        (FLOW % "{say: x, next: end}, {say: lost}", "never reached"),
        ("flows: {f: {steps: [{say: x}]}}", "Nothing starts the flow 'f'"),
        (
            (
                "flows:\n  f: {trigger: {patterns: ['*bill*']}, steps: [{say: x}]}\n"
                "  g: {trigger: {patterns: [pay], examples: [pay my bill]}, steps: [{say: x}]}"
            ),
            "The example 'pay my bill' of 'g' cannot be reached: 'f' takes it by its pattern '*bill*'",
        ),
        (
            (
                "flows:\n  f: {trigger: {patterns: [Hi!]}, steps: [{say: x}]}\n"
                "  g: {trigger: {patterns: [hi]}, steps: [{say: x}]}"
            ),
            "The pattern 'hi' of 'g' starts 'f' already",
        ),
        (
            (
                "intents: {i: {}}\nflows:\n  f: {trigger: {intent: i}, steps: [{say: x}]}\n"
                "  g: {trigger: {intent: i}, steps: [{say: x}]}"
            ),
            "The intent 'i' of 'g' starts 'f' already",
        ),
        (ACTION % ("", ""), "No flow calls the action 'A'"),
        (
            ACTION % ("", "response_variable: shop") + "\n" + FLOW % "{call: A}",
            "Nothing reads the response variable 'shop' of 'A'",
        ),
    ],
)
def test_what_an_author_surely_did_not_mean_is_a_warning(text: str, message: str) -> None:
    assert message in one(text, "warning").message


def test_an_action_nobody_calls_is_told_at_its_own_file() -> None:
    files = {"bot.yaml": HEAD, "actions/A.yaml": "# kept\nrequest: {url: 'https://a.test'}"}
    assert one(files, "warning").file == "actions/A.yaml"


@pytest.mark.parametrize("reader", ["result: {x: '{$.api_shop.x}'}", "result: {}"])
def test_a_response_variable_that_is_read_is_fine(reader: str) -> None:
    said = '{say: "{$.api_shop.y}"}' if reader == "result: {}" else "{say: '{{ A.x }}'}"
    text = ACTION % ("", f"response_variable: shop, {reader}") + "\n" + FLOW % f"{{call: A}}, {said}"
    assert problems_of(text) == []


def test_nested_and_targeted_steps_are_not_called_unreachable() -> None:
    text = FLOW % (
        "{if: channel == 'web', then: [{say: a, id: named}, {goto: last}], else: {say: b}}, "
        "{ask: q, rules: [{pattern: x, goto: other}, {pattern: y}]}, {end: true}, {id: other, say: o, next: end}, {id: last, say: l}"
    )
    assert problems_of(text) == []


def test_a_folder_and_a_single_file_make_the_same_bot() -> None:
    folder = make(
        "",
        flows__hi="trigger: {patterns: [hi]}\nsteps: [{say: hello}]",
        actions__A="request: {url: 'https://a.test'}",
    )
    single = make(
        "flows: {hi: {trigger: {patterns: [hi]}, steps: [{say: hello}]}}\nactions: {A: {request: {url: 'https://a.test'}}}"
    )
    assert list(folder.flows) == list(single.flows) == ["hi"]
    assert list(folder.actions) == list(single.actions) == ["A"]


@pytest.mark.parametrize("text", ["", " \n", "# later\n"])
@pytest.mark.parametrize("path", ["flows/x.yaml", "actions/x.yaml", "tests/x.yaml"])
def test_an_empty_file_is_told(path: str, text: str) -> None:
    files = {"bot.yaml": HEAD, path: text}
    problem = one(files, "warning")
    assert (problem.file, problem.line, problem.message) == (path, 1, "This file is empty.")


def test_the_bounds_of_a_duration_are_readable() -> None:
    files = {"bot.yaml": "format: assistant/v1\nassistant: {id: b, name: B, session_timeout: 2000d}"}
    assert one(files).fix == "Write a number with ms, s, m, h or d, from 1s to 365d."


def test_files_that_are_no_part_of_a_bot_are_left_alone() -> None:
    files = {
        "bot.yaml": HEAD,
        "layout.json": "{",
        "README.md": ": : :",
        "scripts/a.txt": "x",
        "flows/notes.txt": ":",
    }
    assert problems_of(files) == []
    assert one({**files, "more/x.yaml": "a"}, "warning").file == "more/x.yaml"


@pytest.mark.parametrize(
    "files",
    [
        {
            "bot.yaml": HEAD
            + "flows: {f: {steps: ["
            + ",".join(f"{{ask: q, accept: {{regex: '{n}\\w{{99}}'}}}}" for n in range(40))
            + "]}}"
        },
        {"bot.yaml": HEAD, **{f"flows/f{number}.yaml": "x" for number in range(2_000)}},
        {"bot.yaml": HEAD, **{f"flows/f{number}.yaml": "#" * 900_000 for number in range(6)}},
        {"bot.yaml": HEAD + "flows: {f: {trigger: {patterns: [x]}, steps: [" + "{say: x}," * 5_001 + "]}}"},
        {"bot.yaml": HEAD + "a: " + "[" * 100},
        {"bot.yaml": HEAD + "flows: &f {g: {steps: [{say: x}]}}\nactions: [" + "*f," * 50 + "]"},
        {"bot.yaml": HEAD + "flows: {f: {steps: [{say: '" + "x" * 10_001 + "'}]}}"},
        {"bot.yaml": HEAD + "flows: {f: {steps: [{say: '" + "{$query}" * 300 + "'}]}}"},
        {"bot.yaml": HEAD + "flows: {f: {steps: [{if: '" + "(" * 200 + "', then: [{end: true}]}]}}"},
        {"bot.yaml": HEAD + "flows: {f: {steps: [{if: '" + "not " * 100 + "true', then: [{end: true}]}]}}"},
        {
            "bot.yaml": HEAD
            + "actions: {A: {request: {url: 'https://a.test'}, result: {x: '$"
            + "[?(@.a" * 40
            + "'}}}"
        },
    ],
    ids=[
        "expressions",
        "files",
        "bytes",
        "steps",
        "depth",
        "aliases",
        "text",
        "places",
        "brackets",
        "nots",
        "jsonpath",
    ],
)
def test_hostile_files_are_refused(files: dict[str, str]) -> None:
    with pytest.raises(BotInvalid):
        load_bot(files)


def test_a_file_full_of_mistakes_gives_a_bounded_list() -> None:
    with pytest.raises(BotInvalid) as refused:
        load_bot({"bot.yaml": HEAD + "\n".join(f"key{number}: x" for number in range(1_000))})
    assert len(refused.value.problems) == 200


def test_a_loaded_bot_is_immutable(billing: object) -> None:
    with pytest.raises(AttributeError):
        billing.name = "other"  # type: ignore[attr-defined]
