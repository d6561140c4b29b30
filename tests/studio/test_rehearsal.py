"""A bot's own conversations: what holds, what does not and where, and what none of them reaches."""

import pytest

from frontdesk.app.demo.files import example
from frontdesk.dialog.problems import BotInvalid
from frontdesk.studio.publish import check
from frontdesk.studio.rehearsal import Rehearsal, rehearse
from frontdesk.studio.stories import read_stories

BOT = """format: assistant/v1
assistant: {id: b, name: B, language: en}
slots: {s: {scope: session}}
actions: {A: {request: {url: "https://a.test/", query: {q: "{$query}"}}, result: {v: $.v}, sample: {v: sample}}}
flows:
  look: {trigger: {patterns: ["look*"]}, steps: [{call: A, on_timeout: {say: slow}, on_error: {say: bad}}, {id: tell, say: "{{ A.v }}"}]}
  ask:
    trigger: {patterns: [ask]}
    steps: [{ask: Name?, slot: s, no_reply: {after: 10m, say: Still there?}}, {say: "Hi {{ slots.s }}"}]
  code: {trigger: {patterns: [code]}, steps: [{script: "botContext.sendMessage(botContext.getChannel())"}]}
  person: {trigger: {patterns: [person]}, steps: [{note: hm}, {handoff: Human}]}
"""


async def held(tests: str) -> Rehearsal:
    files = {"bot.yaml": BOT, "tests/a.yaml": tests}
    return await rehearse(await check(files), read_stories(files))


async def test_the_example_holds_all_of_its_own() -> None:
    files = example("billing-helper")
    run = await rehearse(await check(files), read_stories(files))
    assert len(run.results) > 10
    assert run.failures == ()
    assert run.coverage.reached > 0.9 * run.coverage.steps


@pytest.mark.parametrize(
    "story",
    [
        "[{user: look here}, {bot: sample}]",
        "[{user: look}, {bot: m1}, {user: look}, {bot: m2}, {user: look}, {bot: m2}]\n  mock: {A: [{body: {v: m1}}, {body: {v: m2}}]}",
        "[{user: look}, {bot: slow}]\n  mock: {A: {outcome: timeout}}",
        "[{user: look}, {bot: bad}]\n  mock: {A: {status: 503}}",
        "[{user: ask}, {bot: ~^Na~}, {wait: 9m}, {wait: 2m}, {bot: Still there?}, {user: Fred}, {bot: Hi Fred}]\n  expect: {slots: {s: Fred}}",
        "[{user: code}, {bot: lp_web}]\n  channel: rest",
        "[{user: code}, {bot: web}]\n  preview: true",
        "[{user: person}]\n  expect: {handoff: Human, notes: [hm], calls: []}",
        "[{user: look x}, {bot: sample}]\n  expect: {calls: [{A: {q: look x}}]}",
    ],
)
async def test_what_holds(story: str) -> None:
    run = await held(f"- name: t\n  talk: {story}\n")
    assert run.failures == ()


@pytest.mark.parametrize(
    ("story", "line", "message"),
    [
        ("\n  - user: look\n  - bot: other", 4, "The bot says 'sample', not 'other'."),
        ("\n  - user: look\n  - bot: ~oth~", 4, "The bot says 'sample', without ~oth~."),
        (
            "\n  - user: look\n  - bot: sample\n  - bot: more",
            5,
            "The bot says nothing more; 'more' was expected.",
        ),
        ("\n  - user: look", 3, "The bot goes on: 'sample'."),
        ("\n  - user: look\n  - user: look", 4, "The bot has more to say first: 'sample'."),
        (" [{user: person}]", 1, "In the end 'handoff' is ['Human'], not []."),
        (
            " [{user: ask}, {bot: 'Name?'}]\n  expect: {slots: {s: x}}",
            1,
            "In the end 'slots' is {}, not {'s': 'x'}.",
        ),
    ],
)
async def test_what_does_not_hold_is_named_with_its_line(story: str, line: int, message: str) -> None:
    run = await held(f"- name: t\n  talk:{story}\n")
    (failure,) = run.failures
    assert (failure.file, failure.line, failure.message) == ("tests/a.yaml", line, message)


async def test_steps_that_no_conversation_reaches_are_named() -> None:
    run = await held("- name: t\n  talk: [{user: look}, {bot: bad}]\n  mock: {A: {status: 500}}\n")
    assert "look/tell" in run.coverage.idle
    assert "look/#1" not in run.coverage.idle
    assert (run.coverage.steps, run.coverage.reached) == (7, 1)


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ("a: 1", "A file of tests holds a list."),
        ("- name: t", "'talk' must be a list of lines."),
        ("- {name: t, talk: [{cat: x}]}", "A line has one speaker."),
        ("- {name: t, talk: [{bot: '~(~'}]}", "cannot be looked for"),
        ("- {name: t, talk: [], expects: {}}", "A test has no key 'expects'."),
        ("- {name: t, talk: [], mock: {A: {state: 5}}}", "An answer has no key 'state'."),
    ],
)
def test_mistakes_in_tests_are_named(tests: str, message: str) -> None:
    with pytest.raises(BotInvalid) as refused:
        read_stories({"tests/a.yaml": tests})
    assert any(message in problem.message for problem in refused.value.problems)
