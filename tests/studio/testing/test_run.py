"""Conversations in tests/ are held as written: what goes wrong is told by file, line and difference."""

from collections.abc import AsyncIterator, Mapping

import pytest
from tests.dialog.driver import HEAD, billing_files

from frontdesk.dialog.load import load_bot
from frontdesk.dialog.problems import BotInvalid
from frontdesk.sandbox.pool import ScriptPool
from frontdesk.studio.testing import Result, StoryRun, chosen, run_tests, stories_of

BOT = (
    HEAD.replace("language: en", "language: en, timezone: Asia/Tashkent")
    + """
env: {SHOP: {dev: dev shop, live: live shop}}
slots: {size: {}, kept: {scope: session}}
actions:
  Look:
    request: {url: 'https://a.test/look', query: {size: '{{ slots.size }}', page: '1'}}
    result: {state: $.state}
  Post:
    request: {method: POST, url: 'https://a.test/post', json: {size: '{{ slots.size }}', count: 2}}
    sample: {}
flows:
  order:
    trigger: {patterns: [order]}
    steps:
      - say: {text: Which?, buttons: [Small, Large]}
      - {id: size, ask: Size?, slot: size, no_reply: {after: 5m, say: Still there?}}
      - {call: Look, on_error: {say: No luck., goto: done}, on_timeout: {say: Too slow.}}
      - say: It is {{ Look.state }}.
      - {id: done, call: Post}
  person:
    trigger: {patterns: ['*person*']}
    steps:
      - note: wants a person
      - set: {kept: 'yes', mood: {angry: true}}
      - handoff: {team: Sales, message: One moment., priority: high}
  time:
    trigger: {patterns: [time]}
    steps:
      - say: "{{ now | date('%d.%m. %H:%M') }} {{ env.SHOP }} {{ contact.firstname }} {{ language }} {{ channel }}"
  code:
    trigger: {patterns: [code]}
    steps:
      - script: "botContext.sendMessage('from ' + botContext.getChannel())"
  bye:
    trigger: {patterns: [bye]}
    steps:
      - rate: How was it?
      - close: true
  model:
    trigger: {patterns: [model]}
    steps:
      - {agent: {instructions: Help., actions: [Post], flows: [time]}, on_error: {say: No model.}}
  ask_it:
    trigger: {patterns: [know]}
    steps:
      - {answer: true, on_none: {say: Nothing known.}, on_error: {say: No knowledge.}}
"""
)


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[ScriptPool]:
    async with ScriptPool(size=1) as pool:
        yield pool


async def held(pool: ScriptPool, *stories: str, files: Mapping[str, str] | None = None) -> StoryRun:
    """The conversations held, each in a file of its own."""
    named = {f"tests/{number}.yaml": story for number, story in enumerate(stories)}
    files = {"bot.yaml": BOT, **(files or {}), **named}
    bot = load_bot(files)
    return await run_tests(bot, stories_of(files, bot), pool)


async def failure(pool: ScriptPool, story: str) -> str:
    (result,) = (await held(pool, story)).results
    assert result.failure is not None
    return str(result.failure)


async def passes(pool: ScriptPool, story: str) -> Result:
    (result,) = (await held(pool, story)).results
    assert result.failure is None, str(result.failure)
    return result


async def test_what_happens_and_what_is_true_is_told_in_one_story(pool: ScriptPool) -> None:
    await passes(
        pool,
        """
- name: all of it
  mock: {Look: [{status: 503}, {status: 200, body: {state: ready}}]}
  talk:
    - user: order
    - bot: {text: Which?, buttons: [Small, Large]}
    - bot: ~^Si.e~
    - expect: {flow: order, slots: {}}
    - user: large
    - bot: No luck.
    - expect:
        flow: ""
        calls:
          - {Look: {size: large, page: 1}}
          - {Post: {size: large, count: 2}}
    - user: order
    - bot: {buttons: [Small, Large]}
    - bot: Size?
    - wait: 10m
    - bot: Still there?
    - user: small
    - bot: It is ready.
    - user: I want a person
    - bot: One moment.
    - user: hello?
  expect:
    calls:
      - Look
      - {call: Post, method: POST, url: https://a.test/post, json: {size: large, count: 2}}
      - {call: Look, query: {size: small, page: "1"}}
      - Post
    slots: {kept: "yes"}
    vars: {mood: {angry: true}, nothing: null}
    notes: [~wants~]
    handoff: {team: Sales, priority: high}
""",
    )


async def test_the_circumstances_are_the_tests_own(pool: ScriptPool) -> None:
    await passes(
        pool,
        """
- name: by default
  talk:
    - user: time
    - bot: "02.03. 07:00 dev shop  en web"
""",
    )
    await passes(
        pool,
        """
- name: as written
  at: 2026-12-24 18:30
  environment: live
  channel: sms
  language: ru
  contact: {firstname: Ann}
  talk:
    - user: time
    - bot: "24.12. 13:30 live shop Ann ru sms"
    - wait: 2h
    - user: time
    - bot: ~15:30~
""",
    )
    await passes(pool, "- {name: env, env: {SHOP: own}, talk: [{user: time}, {bot: ~own~}]}")


async def test_scripts_really_run(pool: ScriptPool) -> None:
    await passes(pool, "- {name: s, talk: [{user: code}, {bot: from web}]}")
    await passes(pool, "- {name: s, channel: rest, talk: [{user: code}, {bot: ~from lp_~}]}")


async def test_knowledge_and_model_answer_as_told(pool: ScriptPool) -> None:
    await passes(
        pool,
        """
- name: m
  model: [{calls: Post, arguments: {size: big}}, {says: What else?}, {starts: time}]
  talk:
    - user: model
    - bot: What else?
    - user: the time
    - bot: ~02.03.~
  expect: {calls: [{Post: {size: big, count: 2}}]}
""",
    )
    await passes(
        pool, "- {name: m, talk: [{user: model}, {bot: No model.}], expect: {alerts: [agent_failed]}}"
    )
    await passes(
        pool, "- {name: k, talk: [{user: know}, {bot: No knowledge.}], expect: {alerts: [no_knowledge]}}"
    )
    await passes(pool, "- {name: k, knowledge: [], talk: [{user: know}, {bot: Nothing known.}]}")
    await passes(
        pool,
        "- {name: k, knowledge: [{text: It is so., title: Page}], talk: [{user: know}, {bot: ~It is so~}]}",
    )


async def test_a_rating_a_close_and_a_restart(pool: ScriptPool) -> None:
    await passes(
        pool,
        """
- name: r
  talk: [{user: bye}, {bot: How was it?}, {user: "4"}, {expect: {rating: 4, closed: true}}, {user: code}, {bot: ~from~}]
  expect: {closed: false}
""",
    )
    await passes(
        pool,
        "- {name: r, talk: [{user: order}, {bot: Which?}, {bot: Size?}, {restart: true}, {expect: {flow: ''}}]}",
    )


@pytest.mark.parametrize(
    ("story", "told"),
    [
        (
            "- name: a\n  talk:\n  - user: order\n  - bot: Which?\n  - bot: Colour?",
            (
                "tests/0.yaml:5: The bot says something else.\n"
                '      user: order\n      bot: Which? {"buttons": ["Small", "Large"]}\n    - bot: Colour?\n    + bot: Size?'
            ),
        ),
        (
            "- name: a\n  talk:\n  - user: order\n  - bot: Which?",
            (
                "tests/0.yaml:3: The bot says more than the test tells.\n"
                '      user: order\n      bot: Which? {"buttons": ["Small", "Large"]}\n    + bot: Size?'
            ),
        ),
        (
            "- name: a\n  talk:\n  - user: order\n  - bot: Which?\n  - bot: Size?\n  - bot: ~more~",
            "tests/0.yaml:6: The bot says nothing more.",
        ),
        (
            "- name: a\n  talk:\n  - user: order\n  - bot: {buttons: [Small]}\n  - bot: Size?",
            'tests/0.yaml:4: The bot says something else.\n      user: order\n    - bot: {"buttons": ["Small"]}\n',
        ),
        (
            "- name: a\n  talk:\n  - user: order\n  - bot: Which?\n  - bot: Size?\n  - user: x",
            "tests/0.yaml:6: The action 'Look' is called, which has neither a mock in this test nor a sample.",
        ),
        (
            "- name: a\n  talk:\n  - user: code\n  - bot: ~from~\n  expect:\n    slots: {size: x}",
            'tests/0.yaml:5: \'slots\' is not as expected.\n    - slots: {"size": "x"}\n    + slots: {}',
        ),
        (
            (
                "- name: a\n  mock: {Look: {timeout: true}}\n  talk:\n  - user: order\n  - bot: Which?\n"
                "  - bot: Size?\n  - user: x\n  - bot: Too slow.\n  expect:\n    calls: [{Look: {size: y, page: 1}}]"
            ),
            (
                'tests/0.yaml:9: \'calls\' is not as expected.\n    - Look: {"size": "y", "page": 1}\n'
                '    + Look: {"size": "x", "page": "1"}'
            ),
        ),
        (
            "- name: a\n  talk:\n  - user: person\n  - bot: One moment.",
            "tests/0.yaml:1: The conversation is handed off, which the test does not expect.\n    + handoff: Sales",
        ),
        (
            "- name: a\n  talk:\n  - user: code\n  - bot: ~from~\n  expect: {handoff: Sales}",
            'tests/0.yaml:5: \'handoff\' is not as expected.\n    - handoff: {"team": "Sales"}\n    + handoff: {}',
        ),
        (
            "- name: a\n  talk:\n  - user: person\n  - bot: One moment.\n  expect: {calls: [], notes: [other], handoff: Sales}",
            "tests/0.yaml:5: 'notes' is not as expected.\n    - note: other\n    + note: wants a person",
        ),
    ],
)
async def test_a_failure_shows_where_and_what_differs(pool: ScriptPool, story: str, told: str) -> None:
    assert (await failure(pool, story)).startswith(told)


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ("name: a", "tests/0.yaml:1: Tests are a list"),
        ("- talk: [{user: x}]", "tests/0.yaml:1: The test has no name."),
        ("- name: a", "tests/0.yaml:1: 'talk' must be a list"),
        ("- {name: a, talk: [{user: x, bot: y}]}", "This is not a line of a conversation."),
        ("- {name: a, talk: [{usr: x}]}", "A line of 'talk' has no key 'usr'. Did you mean 'user'?"),
        ("- {name: a, talk: [{user: x}], mok: {}}", "A test has no key 'mok'. Did you mean 'mock'?"),
        (
            "- {name: a, talk: [{user: x}], mock: {Loook: {}}}",
            "There is no action 'Loook'. Known: Look, Post.",
        ),
        ("- {name: a, talk: [{user: x}], expect: {calls: [{Loook: {}}]}}", "There is no action 'Loook'."),
        ("- {name: a, talk: [{user: x}], expect: {flow: ordr}}", "There is no flow 'ordr'."),
        ("- {name: a, talk: [{user: x}], expect: {slots: {sze: 1}}}", "There is no slot 'sze'."),
        ("- {name: a, talk: [{bot: '~(~'}]}", "The regex '~(~' cannot be used"),
        ("- {name: a, talk: [{wait: soon}]}", "'wait' must be a duration."),
        ("- {name: a, at: soon, talk: [{user: x}]}", "'soon' is no moment."),
        (
            "- {name: a, talk: [{user: x}]}\n- {name: a, talk: [{user: x}]}",
            "tests/0.yaml:1 is called 'a' too.",
        ),
        (
            "- {name: a, talk: [{user: x}], model: [{says: a, done: true}]}",
            "A move of the model is one thing.",
        ),
    ],
)
def test_a_mistake_in_a_test_is_told_as_one_in_the_bot(story: str, told: str) -> None:
    files = {"bot.yaml": BOT, "tests/0.yaml": story}
    with pytest.raises(BotInvalid) as refused:
        stories_of(files, load_bot(files))
    assert told in refused.value.message


async def test_the_coverage_counts_what_was_reached_and_lists_the_rest(pool: ScriptPool) -> None:
    files = billing_files()
    bot = load_bot(files)
    stories = stories_of(files, bot)
    whole = await run_tests(bot, stories, pool)
    assert whole.failed == ()
    assert [
        count.missed for count in (whole.coverage.steps, whole.coverage.rules, whole.coverage.triggers)
    ] == [()] * 3

    part = (await run_tests(bot, chosen(stories, ["a copy of the bill"]), pool)).coverage
    assert (part.steps.reached, part.rules.reached, part.triggers.reached) == (3, 1, 1)
    missed = {str(each.at): each.what for each in part.rules.missed}
    assert missed["flows/billing.yaml:9"] == "rule with pattern (no|nope|nah)"
    assert "flows/account_balance.yaml:20" in {str(each.at) for each in part.steps.missed}
    assert "trigger of 'welcome' by pattern (hi|hello|hey|howdy)*" in {
        each.what for each in part.triggers.missed
    }


async def test_a_loop_is_followed_to_its_end(pool: ScriptPool) -> None:
    bot = HEAD + (
        "flows:\n  f:\n    trigger: {patterns: [go]}\n    steps:\n      - set: {list: [a, b]}\n"
        "      - for_each: vars.list\n        steps: [{say: '{{ item }}'}]\n      - say: done\n"
    )
    story = "- {name: l, talk: [{user: go}, {bot: a}, {bot: b}, {bot: done}]}"
    run = await held(pool, story, files={"bot.yaml": bot})
    assert run.failed == ()
    assert (run.coverage.steps.total, run.coverage.steps.missed) == (4, ())


def test_tests_are_chosen_by_name_or_file() -> None:
    files = billing_files()
    stories = stories_of(files, load_bot(files))
    assert len(chosen(stories, [])) == len(stories)
    assert {story.at.file for story in chosen(stories, ["people.yaml"])} == {"tests/people.yaml"}
    assert [story.name for story in chosen(stories, ["greeting", "no copy"])] == ["no copy", "greeting"]
    with pytest.raises(KeyError, match="nobody"):
        chosen(stories, ["greeting", "nobody"])


async def test_a_script_that_crashes_fails_the_test_by_its_file_and_line(pool: ScriptPool) -> None:
    bot = HEAD + (
        "flows: {f: {trigger: {patterns: [go]}, steps: [{script: scripts/a.js}, {script: scripts/a.js}, {say: Done.}]}}"
    )
    files = {"bot.yaml": bot, "scripts/a.js": "var a = 1;\nbotContext.nope();\n"}
    story = "- name: a\n  talk:\n  - user: go\n  - bot: Else.\n"
    (result,) = (await held(pool, story, files=files)).results
    lines = str(result.failure).splitlines()
    assert lines[0] == "tests/0.yaml:3: The author is alerted, which the test does not expect."
    assert len(lines) == 3
    assert all(line.startswith("    + script_failed: scripts/a.js:2: TypeError") for line in lines[1:])
    expected = (
        "- {name: a, talk: [{user: go}, {bot: Done.}], expect: {alerts: [script_failed, script_failed]}}"
    )
    assert (await held(pool, expected, files=files)).failed == ()
