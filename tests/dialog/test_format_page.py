"""The page on the format of bots names everything there is, and its examples make a bot."""

import re
from pathlib import Path

import pytest
from tests.dialog.driver import problems_of

from frontdesk.dialog.actions import METHODS
from frontdesk.dialog.filters import FILTERS
from frontdesk.dialog.paths import FACTS, SYSTEM
from frontdesk.dialog.rules import TEST_KEYS
from frontdesk.dialog.slots import SCOPES
from frontdesk.dialog.steps import installed
from frontdesk.dialog.typed import installed as answer_types

PAGE = (Path(__file__).parents[2] / "docs" / "build-a-bot" / "format.md").read_text("utf-8")
# A bot with every kind of mapping, each with a key that none of them has: what is said of it lists those it has.
EVERY_MAPPING = """
format: assistant/v1
zzz: 1
assistant: {id: b, name: B, limits: {zzz: 1}, zzz: 1}
env: {E: {zzz: 1}}
slots: {s: {zzz: 1}}
intents: {i: {zzz: 1}}
entities: {e: {regex: x, zzz: 1}}
repair: {zzz: 1}
detect: {interest: {zzz: 1}, success: {zzz: 1}, is_bot: {zzz: 1}, zzz: 1}
actions:
  A: {request: {url: "https://a.test", zzz: 1}, retry: {zzz: 1}, result: {r: {path: $.r, zzz: 1}}, zzz: 1}
  B: {request: {url: "https://a.test"}, auth: {basic: {user: u, password: p, zzz: 1}}}
  C: {request: {url: "https://a.test"}, auth: {api_key: {header: X, value: p, zzz: 1}}}
  D: {request: {url: "https://a.test"}, auth: {oauth2: {token_url: "https://a.test", client_id: i, client_secret: s, zzz: 1}}}
  E: {request: {url: "https://a.test"}, auth: {hmac: {secret: s, zzz: 1}}}
  F: {request: {url: "https://a.test"}, auth: {bearer: s, zzz: 1}}
flows:
  f:
    zzz: 1
    trigger: {patterns: [x], zzz: 1}
    steps:
      - {say: {text: x, buttons: [{title: t, zzz: 1}], zzz: 1}, zzz: 1}
      - {say: {cards: [{title: t, zzz: 1}]}}
      - {say: {cards: {for_each: vars.x, card: {title: t}, zzz: 1}}}
      - {ask: q, no_reply: {after: 1m, zzz: 1}}
      - {script: "1", zzz: 1}
      - {note: x, zzz: 1}
      - {rate: {ask: x, zzz: 1}, zzz: 1}
      - {wait: 1s, zzz: 1}
      - {for_each: vars.x, steps: [{end: true}], zzz: 1}
      - {answer: {zzz: 1}, zzz: 1}
      - {agent: {instructions: x, zzz: 1}, zzz: 1}
      - {close: true, zzz: 1}
      - {ask: q, choices: [{label: l, zzz: 1}], accept: {pattern: x, zzz: 1}, rules: [{pattern: x, zzz: 1}], zzz: 1}
      - {call: A, on_error: {zzz: 1}, zzz: 1}
      - {if: channel, then: {say: x}, zzz: 1}
      - {set: {v: 1}, zzz: 1}
      - {handoff: {team: T, zzz: 1}, zzz: 1}
      - {goto: f, zzz: 1}
      - {run: f, zzz: 1}
      - {end: true, zzz: 1}
      - {resume: true, zzz: 1}
"""


def accepted() -> dict[str, set[str]]:
    """The keys that each kind of mapping takes, as the loader itself lists them."""
    found = {}
    for problem in problems_of({"bot.yaml": EVERY_MAPPING}):
        what, _, rest = problem.message.partition(" has no key 'zzz'")
        if rest and problem.fix.startswith("Known here: "):
            found[what] = set(problem.fix.removeprefix("Known here: ").rstrip(".").split(", "))
    return found


ACCEPTED = accepted()


def section(title: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    level, _, _ = title.partition(" ")
    after = PAGE.partition(f"\n{title}\n")[2]
    assert after, f"the page has no heading {title!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("step", sorted(installed()))
def test_every_step_type_has_its_place(step: str) -> None:
    headings = re.findall(r"^### (.*)$", section("## Steps"), re.MULTILINE)
    assert any(f"`{step}`" in heading for heading in headings)


def table(title: str, head: str) -> set[str]:
    """The keys in the first column of the table that begins so, in the text under a heading."""
    rows = section(title).partition(f"\n| {head} |")[2].splitlines()
    keys: set[str] = set()
    for row in rows[2:]:
        if not row.startswith("|"):
            break
        keys |= {key.partition(":")[0] for key in re.findall(r"`([^`]+)`", row.split(" | ")[0])}
    assert keys, f"no table {head!r} under {title!r}"
    return keys


def under(keys: set[str], prefix: str = "") -> set[str]:
    """Of keys such as `limits.reprompts`, those one level below the prefix."""
    return {key.removeprefix(prefix).partition(".")[0] for key in keys if key.startswith(prefix)}


def documented() -> dict[str, set[str]]:
    assistant, flow = table("## bot.yaml", "key | default"), table("## Flows", "key")
    action, tests = table("## Actions", "key | default"), table("### `ask`", "test")
    steps = {
        "say": table("### `say`", "key beside `say`"),
        "script": table("### `script`", "key beside `script`"),
        "for_each": table("### `for_each`", "key"),
        "answer": table("### `answer`", "key beside `answer`"),
        "agent": table("### `agent`", "key beside `agent`"),
        "ask": table("### `ask`", "key"),
        "call": table("### `call`", "key"),
        "if": table("### `if`", "key"),
        "set": set(),
        "handoff": table("### `handoff`", "key beside `handoff`"),
        **{key: set[str]() for key in ("goto", "run", "end", "resume", "note", "rate", "wait", "close")},
    }
    common = table("## Steps", "key")
    return {
        "The bot": table("## bot.yaml", "key"),
        "'assistant'": under(assistant),
        "'limits'": under(assistant, "limits."),
        "Slot 's'": table("### Slots", "key"),
        "'E'": table("## bot.yaml", "key of a value"),
        "Entity 'e'": table("### Entities", "key"),
        "'repair'": table("### Repair", "key"),
        "'detect'": table("### Detection", "key"),
        "'interest'": table("### Detection", "key of a sign"),
        "'success'": table("### Detection", "key of a sign"),
        "'is_bot'": table("### Detection", "key of a sign")
        | table("### Detection", "key of `is_bot` besides | default"),
        "Intent 'i'": table("### Intents", "key"),
        "Action 'A'": under(action),
        "'request'": under(action, "request."),
        "'auth'": under(action, "auth."),
        "'basic'": under(action, "auth.basic."),
        "'api_key'": under(action, "auth.api_key."),
        "'oauth2'": under(action, "auth.oauth2."),
        "'hmac'": under(action, "auth.hmac."),
        "'retry'": under(action, "retry."),
        "Result 'r'": under(action, "result.NAME."),
        "Flow 'f'": under(flow),
        "'trigger'": under(flow, "trigger."),
        "'say'": table("### `say`", "key of the mapping"),
        "A button": table("### `say`", "key of a button"),
        "A card": table("### `say`", "key of a card"),
        "'cards'": table("### `say`", "key of cards for a list"),
        "'no_reply'": table("### `ask`", "key of `no_reply`"),
        "'rate'": table("### `rate`", "key of the mapping"),
        "'answer'": table("### `answer`", "key of the mapping"),
        "'agent'": table("### `agent`", "key of the mapping"),
        "A choice": table("### `ask`", "key of a choice"),
        "'accept'": tests,
        "A rule": tests | table("### `ask`", "key of a rule"),
        "'on_error'": table("### `call`", "key of a handler"),
        "'handoff'": table("### `handoff`", "key of the mapping"),
        **{f"Step '{step}'": {step, *keys, *common} for step, keys in steps.items()},
    }


DOCUMENTED = documented()


def test_every_kind_of_mapping_is_looked_at() -> None:
    assert DOCUMENTED.keys() == ACCEPTED.keys()
    assert {f"Step '{step}'" for step in installed()} <= ACCEPTED.keys()


@pytest.mark.parametrize("what", sorted(DOCUMENTED))
def test_every_key_is_described_and_every_described_key_is_taken(what: str) -> None:
    assert DOCUMENTED[what] == ACCEPTED[what]


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_every_filter_is_described(name: str) -> None:
    assert re.search(rf"`{name}[`(]", section("## Templates"))


def test_every_path_and_notation_is_described() -> None:
    text = section("## Templates")
    for path in FACTS:
        assert f"`{path}`" in text
    for name in SYSTEM:
        assert f"`{{${name}}}`" in text


def test_every_word_that_can_be_chosen_is_described() -> None:
    for word in [*METHODS, *TEST_KEYS, *SCOPES, *answer_types()]:
        assert f"`{word}`" in PAGE


def blocks(title: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", section(title), re.DOTALL)


def test_the_examples_make_a_bot() -> None:
    steps = "".join(block for title in ("### `say`", "### `ask`", "### `if`") for block in blocks(title))
    files = {
        "bot.yaml": blocks("## bot.yaml")[0],
        "flows/account_balance.yaml": blocks("## Flows")[0],
        "flows/others.yaml": "trigger: {patterns: [x]}\nsteps:\n- call: Balance\n"
        + steps.replace("- ask:", "- id: ask_account\n  ask:"),
        "actions/Balance.yaml": blocks("## Actions")[0],
    }
    assert problems_of(files) == []
