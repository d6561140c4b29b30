"""The linter: for each rule what it finds, where it points, what it proposes, and a bot it is content with."""

import time
from dataclasses import dataclass, field

import pytest
from tests.dialog.driver import HEAD, problems_of

from frontdesk.core.message import TextLimits
from frontdesk.dialog.lint import installed
from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import Problem

FLOW = "flows:\n  f:\n    trigger: {patterns: [go]}\n    steps:\n"
MENU = FLOW + "    - id: menu\n      ask: What next?\n"


@dataclass(frozen=True)
class Case:
    rule: str
    bad: str
    line: int
    says: str
    fix: str
    good: str
    files: dict[str, str] = field(default_factory=dict)


def step(text: str) -> str:
    return FLOW + "".join(f"    - {line}\n" for line in text.split("\n"))


def asking(*lines: str) -> str:
    """A bot with an action; the first of the lines is the bot's seventh."""
    head = "actions:\n  A:\n    request:\n      url: https://a.test\n"
    return head + "".join(f"    {line}\n" for line in lines) + "env: {K: ''}\n" + FLOW + "    - call: A\n"


def at(url: str) -> str:
    return f"actions: {{A: {{request: {{url: '{url}'}}}}}}\n{FLOW}    - call: A\n"


def open_secret(what: str, name: str, line: int, bad: tuple[str, ...], good: tuple[str, ...]) -> Case:
    return Case(
        "open secret",
        asking(*bad),
        line,
        f"{what} stands in the bot's files.",
        f"{{{{ secret.{name} }}}}",
        asking(*good),
    )


OAUTH2 = "auth: {oauth2: {token_url: 'https://a.test', client_id: me, client_secret: %s}}"
OPEN_SECRETS = [
    open_secret("The key of the sign-in", "A_BEARER", 7, ("auth: {bearer: sk-live-abcdef}",),
                ("auth: {bearer: '{{ secret.A_BEARER }}'}",)),
    open_secret("The key of the sign-in", "A_PASSWORD", 10, ("auth:", "  basic:", "    user: me", "    password: s3cret"),
                ("auth: {basic: {user: me, password: '{{ secret.P }}'}}",)),
    open_secret("The key of the sign-in", "A_VALUE", 7, ("auth: {api_key: {query: key, value: s3cret}}",),
                ("auth: {api_key: {query: key, value: '{{ env.K }}'}}",)),
    open_secret("The key of the sign-in", "A_SECRET", 7, ("auth: {hmac: {secret: s3cret}}",),
                ("auth: {hmac: {secret: 'a{{ secret.S }}b'}}",)),
    open_secret("The key of the sign-in", "A_CLIENT_SECRET", 7, (OAUTH2 % "s3cret",), (OAUTH2 % "'{{ secret.S }}'",)),
    open_secret("The header 'Authorization'", "A_AUTHORIZATION", 8,
                ("  headers:", "    Authorization: Bearer sk-live-abcdef"),
                ("  headers: {Authorization: 'Bearer {{ secret.S }}', X-Key: 'k={{ secret.S }}', Accept: text/plain}",)),
    open_secret("The parameter 'apiKey'", "NAME", 7, ("  query: {apiKey: [a]}",),
                ("  query: {apiKey: '{{ env.K }}', key_word: x, token: ''}",)),
    open_secret("The field 'password'", "NAME", 7, ("  json: {who: [{password: s3cret}]}",),
                ("  json: {who: [{password: '{$query}', name: x, token: 7}]}",)),
    Case("open secret", at("https://me:s3cret@a.test/"), 3, "The address of 'A' holds a key.", "Write it under auth:",
         at("https://a.test/?key={$query}")),
    Case("open secret", at("https://a.test/?a=b&key=s3cret"), 3, "The address of 'A' holds a key.", "Write it under auth:",
         at("https://a.test/?a=b&keys=x")),
    Case("open secret", "env:\n  API_KEY: s3cret\n" + at("https://a.test"), 4, "The value 'API_KEY' stands in the bot's files.",
         "{{ secret.API_KEY }}", "env: {API_KEY: '', TOKEN_URL: 'https://a.test'}\n" + at("https://a.test")),
    Case("open secret", "env:\n  API_KEY:\n    dev: ''\n    live: s3cret\n" + at("https://a.test"), 6,
         "The value 'API_KEY' stands in the bot's files.", "{{ secret.API_KEY }}",
         "env: {API_KEY: {dev: '', live: ''}}\n" + at("https://a.test")),
]  # fmt: skip
CASES = [
    Case(
        "unreachable step",
        step("say: a\nend: true\nsay: lost\nsay: lost too"),
        9,
        "This step is never reached.",
        "Let a step go to its id",
        step("say: a\nend: true\n{id: found, say: b}") + "  g: {trigger: {patterns: [g]}, steps: [{goto: f/found}]}",
    ),
    Case(
        "unreachable step",
        step("{if: channel, then: [{goto: b}], else: {goto: b}}\nsay: lost\n{id: b, say: b}"),
        8,
        "This step is never reached.",
        "or remove it",
        step("{if: channel, then: [{goto: b}], else: {say: x}}\nsay: found\n{id: b, say: b}"),
    ),
    Case(
        "unreachable step",
        step("end: true\n{id: a, say: a, next: b}\n{id: b, say: b, next: a}"),
        8,
        "This step is never reached.",
        "Let a step",
        step("script: botContext.setTriggerNextMessage('b')\nend: true\n{id: b, say: b}"),
    ),
    Case("unstarted flow", "flows: {f: {steps: [{say: x}]}}", 3, "Nothing starts the flow 'f'.", "Give it a trigger",
         "flows: {f: {steps: [{say: x}]}, g: {trigger: {patterns: [g]}, steps: [{run: f}]}}"),
    Case("unused action", "actions: {A: {request: {url: 'https://a.test'}}}", 3, "No flow calls the action 'A'.",
         "Write call: A", "actions: {A: {request: {url: 'https://a.test'}}}\n" + step("call: A")),
    Case("unused script", step("say: x"), 1, "Nothing runs this script.", "Name it in a step",
         step("script: scripts/a.js"), {"scripts/a.js": "1"}),
    Case(
        "own example",
        "flows:\n  f: {trigger: {patterns: ['*bill*']}, steps: [{say: x}]}\n"
        "  g:\n    trigger:\n      patterns: [pay]\n      examples:\n      - pay now\n      - pay my bill\n"
        "    steps: [{say: x}]",
        10,
        "The example 'pay my bill' of 'g' cannot be reached: 'f' takes it by its pattern '*bill*'.",
        "Exclude it with not: in the trigger of 'f'.",
        "flows:\n  f: {trigger: {patterns: ['*bill*'], not: ['pay*']}, steps: [{say: x}]}\n"
        "  g: {trigger: {examples: [pay my bill, pay now]}, steps: [{say: x}]}",
    ),
    Case(
        "own example",
        "intents:\n  i:\n    examples:\n    - I need help\n    - Do something\nflows:\n"
        "  f: {trigger: {intent: i, not: ['*help*']}, steps: [{say: x}]}",
        6,
        "The example 'I need help' of 'f' starts nothing.",
        "Take it out of 'not:'",
        "intents: {i: {examples: [I need help, Do something]}}\nflows: {f: {trigger: {intent: i}, steps: [{say: x}]}}",
    ),
    Case(
        "ambiguous trigger",
        "flows:\n  f: {trigger: {patterns: ['(hi|hey)*']}, steps: [{say: x}]}\n"
        "  g:\n    trigger:\n      patterns: [howdy, 'hi*']\n    steps: [{say: x}]",
        7,
        "'hi' fits the pattern 'hi*' of 'g' as well as a pattern of 'f', which comes first.",
        "exclude the other's words with not:",
        "flows:\n  f: {trigger: {patterns: ['(hi|hey)*']}, steps: [{say: x}]}\n"
        "  g: {trigger: {patterns: ['hi there*']}, steps: [{say: x}]}",
    ),
    Case(
        "ambiguous trigger",
        "intents: {i: {}}\nflows:\n  f: {trigger: {intent: i}, steps: [{say: x}]}\n"
        "  g:\n    trigger:\n      intent: i\n    steps: [{say: x}]",
        8,
        "The intent 'i' of 'g' starts 'f' already.",
        "Give one of them another trigger.",
        "intents: {i: {}, j: {}}\nflows:\n  f: {trigger: {intent: i}, steps: [{say: x}]}\n"
        "  g: {trigger: {intent: j}, steps: [{say: x}]}",
    ),
    Case(
        "shadowed trigger",
        "flows:\n  f: {trigger: {patterns: [representative]}, steps: [{say: x}]}\n"
        "  g:\n    trigger:\n      patterns:\n      - (agent|representative)\n    steps: [{say: x}]",
        8,
        "The pattern '(agent|representative)', by 'representative', never starts 'g': 'f' takes it by 'representative'.",
        "Exclude it with not: in the trigger of 'f', or remove it here.",
        "flows:\n  f: {trigger: {patterns: [representative]}, steps: [{say: x}]}\n"
        "  g: {trigger: {patterns: [(agent|person)]}, steps: [{say: x}]}",
    ),
    Case(
        "shadowed trigger",
        "flows:\n  f:\n    trigger: {patterns: ['*bill*'], not: ['*bill*']}\n    steps: [{say: x}]",
        5,
        "The pattern '*bill*' never starts 'f': its own 'not' keeps it from that.",
        "Take one of them out.",
        "flows:\n  f:\n    trigger: {patterns: ['*bill*'], not: ['*billy*']}\n    steps: [{say: x}]",
    ),
    Case(
        "flow with no exit",
        MENU + "      rules: [{pattern: a, goto: menu}, {pattern: b, goto: other}]\n"
        "    - {id: other, say: There is nothing else., next: menu}\n",
        7,
        "There is no way out of the flow 'f' from here",
        "next: end",
        MENU + "      rules: [{pattern: a, goto: menu}, {pattern: b, end: true}]\n",
    ),
    Case(
        "endless loop",
        step("{id: a, say: a}\n{if: channel, then: {goto: a}, else: {goto: b}}\n{id: b, set: {x: 1}, next: a}"),
        7,
        "goes round in a circle without waiting",
        "ask something in between",
        step("{id: a, say: a}\n{if: channel, then: {goto: a}, else: {goto: b}}\n{id: b, set: {x: 1}}"),
    ),
    Case(
        "endless loop",
        "flows:\n  f: {trigger: {patterns: [f]}, steps: [{goto: g}]}\n"
        "  g: {trigger: {patterns: [g]}, steps: [{say: x}, {goto: f}]}",
        4,
        "goes round in a circle",
        "Let one of the steps end",
        "flows:\n  f: {trigger: {patterns: [f]}, steps: [{goto: g}]}\n"
        "  g: {trigger: {patterns: [g]}, steps: [{ask: q, rules: [{pattern: x}, {pattern: z, end: true}]}, {goto: f}]}",
    ),
    Case(
        "unfilled slot",
        "slots:\n  used: {}\n  idle: {}\n" + step("{ask: q, slot: used}\nsay: '{{ slots.idle }}'"),
        5,
        "Nothing fills the slot 'idle'.",
        "Write slot: idle at a question",
        "slots: {a: {}, b: {}, c: {}}\n"
        + step("{ask: q, slot: a}\nset: {b: 1}\nscript: 'botContext.setBotVariable(\"c\", 1)'"),
    ),
    Case("unknown function", step("script: botContext.sendMesage('x')"), 7,
         "Scripts have no function botContext.sendMesage here.", "Did you mean 'sendMessage'?",
         step("script: botContext.sendMessage('http://x'); // botContext.nope()")),
    Case("unknown function", FLOW + "    - script: |\n        var a;\n        botContext . askMaven ()\n",
         9, "Scripts have no function botContext.askMaven here.", "Write that part another way", step("say: x")),
    Case("unset variable", step("set: {total: 1}\nsay: a\nsay: '{{ vars.totl }} {{ vars.total }}'"), 9,
         "Nothing sets the variable 'totl', which is read here.", "Did you mean 'total'?",
         step("script: 'botContext.setBotVariable(\"x\", 1)'\nsay: '{$botContext.x}'")),
    Case("unset variable", "slots: {size: {}}\n" + step("{ask: q, slot: size}\n{if: vars.size == 1, then: {end: true}}"), 9,
         "Nothing sets the variable 'size'", "It is a slot: write slots.size.",
         "slots: {size: {}}\n" + step("{ask: q, slot: size}\n{if: slots.size == 1, then: {end: true}}")),
    Case("own example", "intents:\n  a: {examples: [My bill, x]}\n  b:\n    examples:\n      - my bill!\n      - y\n"
         "flows: {a: {trigger: {intent: a}, steps: [{say: x}]}, b: {trigger: {intent: b}, steps: [{say: x}]}}", 7,
         "The example 'my bill!' of 'b' cannot be reached: 'a' has it too.", "of the intent 'a' as well: take it out of one of the two.",
         "flows: {a: {trigger: {examples: [x, y]}, steps: [{say: x}]}}"),
    Case("one example", "intents:\n  z: {}\n  i: {examples: [x]}\n" + step("{ask: q, rules: [{intent: i}, {intent: z}]}"), 5,
         "With one example only, this intent is mostly not understood: i.", "Give it 5 or more, worded differently.",
         "intents:\n  z: {}\n  i: {examples: [x, y]}\n" + step("{ask: q, rules: [{intent: i}, {intent: z}]}")),
    Case("one example", "flows:\n  f:\n    trigger:\n      examples: [Where is it?]\n    steps: [{say: x}]", 6,
         "this intent is mostly not understood: flow:f.", "Give it 5 or more, worded differently.",
         "flows: {f: {trigger: {examples: [Where is it?, I look for it]}, steps: [{say: x}]}}"),
    Case("unused intent", "intents:\n  i: {examples: [x, y]}", 4, "Nothing listens for the intent 'i'.", "Write intent: i",
         "intents: {i: {}}\n" + step("{ask: q, rules: [{intent: i}]}")),
    Case(
        "choice without rule",
        step("{ask: q, choices: [Yes, {label: Maybe, payload: m}, No], rules: [{choice: Yes}, {choice: m, end: true}]}"),
        7,
        "No rule takes the choice 'No'",
        "Add a rule with choice: No",
        step("{ask: q, choices: [Yes, No], rules: [{pattern: '(yes|no)'}]}"),
    ),
    Case("choice without rule", step("{ask: q, choices: [Yes, No]}"), 7, "Whatever is chosen here makes no difference.",
         "slot: to keep it", "slots: {s: {}}\n" + step("{ask: q, choices: [Yes, No], slot: s}")),
    *OPEN_SECRETS,
    Case("unknown team", step("handoff: Humna"), 7, "There is no team 'Humna'.", "Did you mean 'Human'?",
         step("handoff: Human")),
    Case("text over a channel's limit", step("say: {text: x, buttons: [{title: A very long button}]}"), 7,
         "This text has 18 characters; SMS shows 10.", "Write less.", step("say: {text: x, buttons: [Short]}")),
    Case("text over a channel's limit", step(f"say: {'x' * 41} {{{{ channel }}}}"), 7,
         "This text has 42 characters; SMS shows 40.", "split it", step(f"say: {'x' * 39} {{{{ channel }}}}")),
]  # fmt: skip


def found(text: str, files: dict[str, str]) -> list[Problem]:
    """The warnings of a bot with a team and a channel known; without the file it makes the bot load."""
    bot = load_bot(
        {"bot.yaml": HEAD + text, **files},
        teams=("Human", "Sales"),
        limits={"SMS": TextLimits(text=40, button=10), "Site": TextLimits()},
    )
    return list(bot.warnings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}:{case.line}")
def test_a_finding_names_its_place_and_what_to_do(case: Case) -> None:
    (problem,) = found(case.bad, case.files)
    assert case.says in problem.message
    assert case.fix in problem.fix
    assert (problem.file, problem.line) == (next(iter(case.files), "bot.yaml"), case.line)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}:{case.line}")
def test_the_mended_bot_has_nothing_to_complain_about(case: Case) -> None:
    assert found(case.good, case.files) == []


def test_every_rule_is_tried() -> None:
    assert {case.rule for case in CASES} | {"missing translation"} == {rule.name for rule in installed()}


def test_a_text_that_lacks_a_language_is_told() -> None:
    head = HEAD.replace("language: en", "language: en, languages: [ru, uz]")
    (problem,) = load_bot({"bot.yaml": head + step("say: {en: Hello, uz: Salom}")}).warnings
    assert str(problem) == "bot.yaml:7: 'say' has no text in ru. Add ru: and the text."
    assert (
        load_bot({"bot.yaml": head + step("say: {en: Hello, uz: Salom, ru: Privet}\nsay: For all")}).warnings
        == ()
    )


def test_without_knowing_the_teams_only_two_spellings_of_one_are_told() -> None:
    text = step("{if: channel, then: {handoff: Humans}, else: {handoff: Sales}}") + (
        "  g: {trigger: {patterns: [g]}, steps: [{handoff: Human}]}\n"
        "  h: {trigger: {patterns: [h]}, steps: [{handoff: Human}]}\n"
    )
    (problem,) = load_bot({"bot.yaml": HEAD + text}).warnings
    assert str(problem) == "bot.yaml:7: The team 'Humans' is called 'Human' elsewhere. Write one name for it."


@pytest.mark.parametrize("teams", [None, tuple(f"Support desk of town {n}" for n in range(3_000))])
def test_thousands_of_teams_are_compared_soon(teams: tuple[str, ...] | None) -> None:
    steps = "\n".join(f"{{if: vars.v{n}, then: {{handoff: Desk of town {n}}}}}" for n in range(600))
    begun = time.process_time()
    load_bot({"bot.yaml": HEAD + step(steps)}, teams=teams)
    assert time.process_time() - begun < 2.5


def own(setting: str) -> str:
    return HEAD.replace("language: en", f"language: en, {setting}")


def test_an_author_may_state_the_limits_of_channels() -> None:
    bot = own("limits: {text: 5, button: 4, card_title: 3, card_subtitle: 2}") + step(
        "say: abcdef\nsay: {text: abcde, buttons: [abcde]}\n"
        "say: {cards: [{title: abcd, subtitle: abc}, {title: abc, subtitle: ab, buttons: [abcd]}]}"
    )
    assert [(problem.line, problem.message) for problem in load_bot({"bot.yaml": bot}).warnings] == [
        (7, "This text has 6 characters; a channel of this assistant shows 5."),
        (8, "This text has 5 characters; a channel of this assistant shows 4."),
        (9, "This text has 4 characters; a channel of this assistant shows 3."),
        (9, "This text has 3 characters; a channel of this assistant shows 2."),
    ]


def test_the_narrowest_channel_counts_whoever_states_it() -> None:
    bot = own("limits: {text: 50}") + step("say: " + "x" * 60)
    (problem,) = load_bot({"bot.yaml": bot}, limits={"SMS": TextLimits(text=40)}).warnings
    assert "SMS shows 40" in problem.message
    (problem,) = load_bot({"bot.yaml": bot}, limits={"SMS": TextLimits(text=55)}).warnings
    assert "a channel of this assistant shows 50" in problem.message


def test_with_the_teams_stated_a_hand_off_to_another_is_told() -> None:
    bot = own("teams: [Human, Sales]") + step("handoff: Sale")
    (problem,) = load_bot({"bot.yaml": bot}).warnings
    assert str(problem) == "bot.yaml:7: There is no team 'Sale'. Did you mean 'Sales'?"
    assert load_bot({"bot.yaml": bot}, teams=("Sale",)).warnings == ()
    assert load_bot({"bot.yaml": bot.replace("Sale\n", "Sales\n")}).warnings == ()


@pytest.mark.parametrize("setting", ["limits: {text: 0}", "limits: {button: x}", "limits: {card_title: 100001}",
                                     "teams: [a, [b]]"])  # fmt: skip
def test_what_is_no_limit_or_team_is_refused(setting: str) -> None:
    found = problems_of({"bot.yaml": own(setting) + step("say: x")})
    assert any(problem.severity == "error" for problem in found)


def test_of_a_bot_with_errors_only_these_are_told() -> None:
    """Much that looks wrong follows from them: a flow that is not there, a slot in a text that was not read."""
    from_both = problems_of(step("say: '{{ slots.nobody }}'\nend: true\nsay: lost"))
    assert [problem.severity for problem in from_both] == ["error"]
    bot = "slots: {s: {}}\nintents: {i: {}}\nflows: {f: {triger: {intent: i}, steps: [{ask: q, slot: s}]}}"
    assert [problem.message for problem in problems_of(bot)] == ["Flow 'f' has no key 'triger'."]
