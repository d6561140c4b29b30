"""Bots that mean harm, or that somebody wrote carelessly: refused at load, or done with every turn soon.

Processor time is measured, so that a busy machine changes little: a turn of these takes up to 0.3 s, a load up to 4 s.
"""

import time

import msgspec
import pytest
from tests.dialog.driver import HEAD, Talk, answers, make

from frontdesk.dialog.jsonpaths import JsonPathError, Place
from frontdesk.dialog.load import BotInvalid, load_bot
from frontdesk.dialog.state import MAX_STATE_BYTES, dump_state

MOST_S = 1.0
MOST_TRACED = 500_000
MOST_SAID = 250_000
"""Bytes of what one turn sends: the engine stops after 200,000, at the end of the step that went over."""
MOST_LARGE = 1_000_000
"""The same where one message alone is large, and for notes, which only the number of steps bounds."""
LOAD_S = 15.0
ASK = "flows: {f: {trigger: {patterns: [go]}, steps: [{ask: q, %s}, {say: done}]}}"


def held(talk: Talk, text: str, most: int = MOST_SAID) -> list[str]:
    """One turn that is over soon, and leaves little: in what is sent, in the state and in the trace."""
    began = time.process_time()
    said = talk.say(text)
    assert time.process_time() - began < MOST_S
    assert sum(len(msgspec.json.encode(action)) for action in talk.last) < most
    assert len(dump_state(talk.state)) <= MAX_STATE_BYTES
    assert len(msgspec.json.encode(talk.trace)) < MOST_TRACED
    return said


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


MANY = ", ".join

NUL, HALF = r"\0", r"\ud800"
NESTED_IF = "{if: channel, then: [" * 20 + "{say: deep}" + "]}" * 20
AT_A_LINE = {
    # what is written -> line, message
    "nesting": ("env: {x: %s}" % ("[" * 60 + "]" * 60), 3, "deeper than 50"),
    "nesting of steps": (
        "flows: {{f: {{steps: [{}]}}}}".format(NESTED_IF.replace("[", "[" * 2).replace("]", "]" * 2)),
        3,
        "deeper",
    ),
    "aliases": (
        "slots: &s {{a: {{}}}}\nenv: {{x: [{}]}}".format(MANY(["*s"] * 11)),
        4,
        "More than 10 aliases",
    ),
    "aliases within aliases": ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]", 4, "anchored"),
    "alias of itself": ("slots: &s {a: *s}", 3, "anchored"),
    "scalar": ("env:\n  a: 1\n  x: %s" % ("x" * 100_001), 5, "longer than 100,000"),
    "key": ("env:\n  %s: x" % ("x" * 100_001), 4, "longer than 100,000"),
    "text": (ASK % "reprompt: %s" % ("x" * 10_001), 3, "longer than 10,000"),
    "pattern": (ASK % "accept: {pattern: %s}" % ("x" * 501), 3, "longer than 500"),
    "NUL in a text": (f'flows:\n  f: {{steps: [{{say: "a{NUL}"}}]}}', 4, "NUL"),
    "NUL in a key": (f'slots: {{"a{NUL}": {{}}}}', 3, "NUL"),
    "NUL in a team": (f'flows: {{f: {{steps: [{{handoff: "a{NUL}"}}]}}}}', 3, "NUL"),
    "NUL as it is": ("env: {a: '\0'}", 3, "does not allow"),
    "half a character": (f'flows:\n  f: {{steps: [{{say: "a{HALF}"}}]}}', 4, "escape"),
    "half a character as it is": ("env: {a: '\ud800'}", 3, "Unicode"),
    "catch-all in a trigger": (
        "flows:\n  f:\n    trigger: {patterns: ['*?']}\n    steps: [{say: x}]",
        5,
        "every message",
    ),
    "catch-all that keeps a flow": (
        ASK.replace("[go]", "[go], not: ['* *']") % "slot: ''",
        3,
        "every message",
    ),
    "catch-all in a rule": (ASK % "rules: [{pattern: '(yes|*)'}]", 3, "every message"),
    "values of a set": (
        "flows: {{f: {{steps: [{{set: {{{}}}}}]}}}}".format(MANY(f"v{n}: 1" for n in range(201))),
        3,
        "more than 200",
    ),
    "places of a body": (
        "actions: {{A: {{request: {{url: 'https://a.test', json: [{}]}}}}}}".format(
            MANY(["'{$query}'"] * 501)
        ),
        3,
        "more than 500 places",
    ),
    "values": ("env: [{}]".format(MANY("x" * 100_001)), 3, "More than 100,000 values"),
    "choices": (ASK % "choices: [%s]" % MANY(f"c{n}" for n in range(101)), 3, "a list of 1 to 100"),
    "buttons": (
        "flows: {{f: {{steps: [{{say: {{buttons: [{}]}}}}]}}}}".format(MANY(["b"] * 101)),
        3,
        "a list of 1 to 100",
    ),
    "steps": ("flows: {{f: {{steps: [{}]}}}}".format(MANY(["{say: x}"] * 5_001)), 3, "more than 5,000 steps"),
    "patterns": (
        "flows: {{f: {{trigger: {{patterns: [{}]}}, steps: [{{say: x}}]}}}}".format(
            MANY(f"p{n}" for n in range(30_000))
        ),
        3,
        "too large together",
    ),
}


@pytest.mark.parametrize(("text", "line", "message"), AT_A_LINE.values(), ids=AT_A_LINE)
def test_what_is_too_much_is_refused_where_it_stands(text: str, line: int, message: str) -> None:
    began = time.process_time()
    with pytest.raises(BotInvalid) as refused:
        load_bot({"bot.yaml": HEAD + text})
    assert time.process_time() - began < LOAD_S
    found = [problem for problem in refused.value.problems if message in problem.message]
    assert [(problem.file, problem.line) for problem in found][:1] == [("bot.yaml", line)]
    assert found[0].fix


MISTAKES = {
    "slots": "slots: {{{}}}\nflows: {{f: {{trigger: {{patterns: [go]}}, steps: [{}]}}}}".format(
        MANY(f"s{n}: {{}}" for n in range(20_000)),
        MANY(f"{{say: '{{{{ slots.x{n} }}}}'}}" for n in range(3_000)),
    ),
    "steps": "flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{}]}}}}".format(
        MANY(f"{{id: s{n}, goto: n{n}}}" for n in range(4_900))
    ),
    "intents": "intents: {{{}}}\nflows: {{{}}}".format(
        MANY(f"i{n}: {{}}" for n in range(20_000)),
        MANY(f"f{n}: {{trigger: {{intent: x{n}}}, steps: [{{say: a}}]}}" for n in range(2_500)),
    ),
    "long names": "flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{}]}}}}".format(
        MANY(["{goto: %s}" % ("x" * 90_000)] * 10)
    ),
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES)
def test_a_heap_of_mistakes_is_told_briefly_and_soon(text: str) -> None:
    began = time.process_time()
    with pytest.raises(BotInvalid) as refused:
        load_bot({"bot.yaml": HEAD + text})
    assert time.process_time() - began < LOAD_S
    assert len(refused.value.problems) <= 200
    assert len(refused.value.message) < 500_000


def test_no_heap_of_warnings_hides_a_mistake() -> None:
    unread = {f"more/{n}.yaml": "x" for n in range(300)}
    with pytest.raises(BotInvalid, match="no step 'nowhere'"):
        load_bot({"bot.yaml": HEAD + "flows: {f: {steps: [{goto: nowhere}]}}", **unread})


LARGE: dict[str, dict[str, str]] = {
    "examples": {
        "bot.yaml": HEAD
        + "intents: {{i: {{examples: [{}]}}}}".format(MANY(f"example {n}" for n in range(20_000))),
        "flows/a.yaml": "trigger: {intent: i}\nsteps: [{say: x}]",
        "flows/b.yaml": "trigger: {{patterns: [{}]}}\nsteps: [{{say: x}}]".format(
            MANY(f"'*p {n}*'" for n in range(400))
        ),
    },
    "flows with many ways on": {
        "bot.yaml": HEAD,
        **{
            f"flows/f{n}.yaml": f"trigger: {{patterns: [a{n}]}}\nsteps: [{{ask: q, rules: [%s]}}]"
            % MANY(["{exact: a, goto: f1}"] * 20)
            for n in range(800)
        },
    },
    "parameters": {
        "bot.yaml": HEAD
        + "actions: {{A: {{request: {{url: 'https://a.test', query: {{a: [{}]}}}}}}}}".format(
            MANY("x" * 50_000)
        )
    },
    "aliases of a large value": {
        "bot.yaml": HEAD
        + "actions:\n  A: {{request: {{url: 'https://a.test', json: {{first: &a [{}], more: [{}]}}}}}}".format(
            MANY("x" * 9_000), MANY(["*a"] * 10)
        )
    },
}


@pytest.mark.parametrize("files", LARGE.values(), ids=LARGE)
def test_what_is_merely_large_is_read_soon(files: dict[str, str]) -> None:
    began = time.process_time()
    load_bot(files)
    assert time.process_time() - began < LOAD_S


LOOPS = {
    "to itself": "{id: a, goto: a}",
    "to itself by next": "{id: a, say: again, next: a}",
    "to its own flow": "{say: again}, {goto: f}",
    "running itself": "{run: f}",
    "running itself, then on": "{say: again}, {run: f}, {goto: f}",
    "within a branch": "{id: a, if: channel, then: [{say: again}, {goto: a}]}",
    "growing a value": "{id: a, set: {v: '{{ vars.v }}{$query}{{ vars.v }}'}, next: a}",
    "growing a list": "{id: a, set: {v: ['{{ vars.v }}', '{{ vars.v }}']}, next: a}",
    "by way of another flow": "{goto: g}",
}


@pytest.mark.parametrize("steps", LOOPS.values(), ids=LOOPS)
def test_a_loop_ends_with_one_sentence_and_the_next_message_is_heard(steps: str) -> None:
    bot = make(
        f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{steps}]}}, g: {{steps: [{{goto: f}}]}}, "
        "h: {trigger: {patterns: [hello]}, steps: [{say: hi}]}}"
    )
    talk = Talk(bot)
    said = held(talk, "go")
    assert said[-1] == "Sorry, I got stuck. Please tell me again what you need."
    assert set(said[:-1]) <= {"again"}
    assert len(said) <= 2
    assert talk.alerts == ["loop"]
    assert (talk.state.stack, talk.say("hello")) == ([], ["hi"])


def test_a_loop_of_calls_ends_too() -> None:
    bot = make(
        "actions: {A: {request: {url: 'https://a.test'}}}\n"
        "flows: {f: {trigger: {patterns: [go]}, steps: [{id: a, call: A, next: a}]}}"
    )
    talk = Talk(bot, {"A": answers(200, {})})
    talk.say("go")
    assert (talk.alerts, len(talk.calls)) == (["loop"], 50)


def test_deep_branches_are_read_and_run() -> None:
    assert Talk(make(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{NESTED_IF}]}}}}")).say("go") == [
        "deep"
    ]


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
        said = held(talk, "go")
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
        held(talk, message)


LIST = "actions: {A: {request: {url: 'https://a.test'}, result: {list: $}}}\n"
LONG = "x" * 3_900
GROWING = {
    "a list shown for each of its elements": LIST
    + "flows: {f: {trigger: {patterns: ['go*']}, steps: [{call: A}, "
    "{for_each: A.list, steps: [{say: '{{ A.list | join }}'}]}]}}",
    "a long text for each of many": LIST + "flows: {f: {trigger: {patterns: ['go*']}, steps: [{call: A}, "
    f"{{for_each: A.list, steps: [{{say: '{LONG}{{{{ message.text }}}}{{{{ A.list | count }}}}'}}]}}]}}}}",
    "cards for a list": LIST
    + "flows: {f: {trigger: {patterns: ['go*']}, steps: [{call: A}, {id: a, say: {cards: "
    f"{{for_each: A.list, as: one, card: {{title: '{{{{ one }}}}{LONG}', subtitle: '{{{{ message.text }}}}'}}}}}}, next: a}}]}}}}",
    "a value that doubles": "flows: {f: {trigger: {patterns: ['go*']}, steps: [{set: {v: '{{ message.text }}'}}, "
    "{id: a, set: {v: '{{ vars.v }}{{ vars.v }}{{ vars.v }}'}}, {say: '{{ vars.v }}', next: a}]}}",
    "letters that become several": "flows: {f: {trigger: {patterns: ['go*']}, steps: [{id: a, "
    "say: '{{ message.text | upper }}{{ message.text | upper }}', next: a}]}}",
}
TWENTY = MANY(["'{{ message.text }}'"] * 20)
BULKY = {
    "notes": f"flows: {{f: {{trigger: {{patterns: ['go*']}}, steps: [{{id: a, note: '{LONG}{{{{ message.text }}}}', next: a}}]}}}}",
    "buttons": "flows: {f: {trigger: {patterns: ['go*']}, steps: [{id: a, next: a, say: {text: x, buttons: ["
    + TWENTY
    + "]}}]}}",
}


@pytest.mark.parametrize("text", [*GROWING.values(), *BULKY.values()], ids=[*GROWING, *BULKY])
@pytest.mark.parametrize("said", ["go " + "y" * 7_900, "go " + "\u0390" * 7_900], ids=["latin", "greek"])
def test_what_a_turn_leaves_is_bounded(text: str, said: str) -> None:
    talk = Talk(make(text), {"A": answers(200, ["z" * 1_000] * 900)})
    held(talk, said, MOST_LARGE if text in BULKY.values() else MOST_SAID)
    held(talk, "hello")


def test_ten_filters_will_do() -> None:
    bot = make(
        "flows: {f: {trigger: {patterns: [go]}, steps: [{say: '{{ message.text%s }}'}]}}" % (" | upper" * 10)
    )
    assert Talk(bot).say("go") == ["GO"]


def test_a_comma_in_the_name_of_a_member_is_no_list_of_places() -> None:
    assert Place("$['a,b'].c").find({"a,b": {"c": 1}}) == 1
    with pytest.raises(JsonPathError, match="several places"):
        Place("$['a','b']")
