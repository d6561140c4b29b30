"""Code, settings and everything else of an export."""

import json

import pytest
from tests.dialog.driver import Talk, make
from tests.studio.importing.bringing import brought, one, talk, told
from tests.studio.importing.exports import api, call, flow, message, pattern, rule, starter
from tests.studio.importing.loading import load

from frontdesk.studio.importing.scripts import KNOWN


def test_code_around_a_question_has_its_three_places() -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "A tag::breakWithDelay=1 B",
            preProcessMessage="a()",
            postProcessMessage="b()",
            processUserResponse="c()",
        )
    )
    text = found.files["flows/go.yaml"]
    assert "say: A\n    before: scripts/q_before.js" in text
    assert "on_answer: scripts/q_on_answer.js" in text
    assert "after: scripts/q_after.js" in text
    assert {found.files[f"scripts/q_{part}.js"] for part in ("before", "after", "on_answer")} == {
        "a()",
        "b()",
        "c()",
    }


def test_a_transform_script_runs_behind_the_call_before_its_own_code() -> None:
    found = one(
        call("c", "Shop", postProcessMessage="post()"),
        responders=[
            api(
                "Shop",
                "GET",
                "https://api.example.test/x",
                transformResultsScript="botContext.setBotVariable('api_Shop', 1, true, false)",
            )
        ],
    )
    assert (
        "call: Shop\n    after: scripts/Shop_transform.js\n  - script: scripts/c_after.js\n"
        in found.files["flows/go.yaml"]
    )
    assert "replaces an API answer before it is read" in told(found)


def test_scripts_are_looked_at_for_what_will_not_work() -> None:
    code = "botContext.setTriggerNextMessage('Welcome Back'); botContext.getUserLocation(); var token = 'abcdef123456'; botContext.setBotVariable('skipPreviousDialog','true',true,false)"
    found = one(message("q", "TEXT", "x", preProcessMessage=code), message("Welcome Back", "TEXT", "y"))
    report = told(found)
    assert "It jumps to 'Welcome Back', which is no name here. Write welcome_back." in report
    assert "uses getUserLocation" in report
    assert "seems to hold a key or password" in report
    assert "switches off the return" in report


def test_the_functions_taken_as_known_are_those_that_work_here() -> None:
    """Each is called, but for the one that ends the script; what is refused is refused in any case."""
    code = (
        "const refused = Object.keys(botContext).filter((name) => {"
        "  if (name === 'sendImmediateReply') return false;"
        "  try { botContext[name](); } catch (error) { return /is not available/.test(error.message); }"
        "  return false; });"
        "botContext.sendMessage('all ' + Object.keys(botContext).join(' '));"
        "botContext.sendMessage('refused ' + refused.join(' '));"
    )
    steps = [{"script": code}]
    told = Talk(make(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: {json.dumps(steps)}}}}}")).say("go")
    words = {said.split()[0]: set(said.split()[1:]) for said in told if said.startswith(("all ", "refused "))}
    assert len(words["refused"]) > 5
    assert words["all"] - words["refused"] == KNOWN


def test_settings_are_carried_over() -> None:
    found = one(
        message("m", "TEXT", "x"),
        bot={
            "name": "My bot",
            "description": "What it does",
            "language": "ru-RU",
            "sessionLength": 30,
            "botAttributes": {"ENABLE_DEBUG": "false", "PCS_FALLBACK_LIMIT": "5"},
        },
    )
    bot = load(found.files)
    assert (bot.id, bot.name, bot.language) == ("b", "My bot", "ru")
    assert (bot.session_timeout_s, bot.debug_commands, bot.limits.reprompts) == (1800.0, "off", 5)


@pytest.mark.parametrize(
    "kind", ["UNIVERSAL", "TIME_PICKER", "FILE_UPLOAD", "DYNAMIC_ROUTING", "NEVER_HEARD_OF", ""]
)
def test_an_unknown_interaction_is_told_and_the_flow_goes_on(kind: str) -> None:
    found = one(message("odd", kind), message("m", "TEXT", "on"))
    assert talk(found).say("go") == ["on"]
    assert "odd: The interaction" in told(found)


def test_an_unknown_interaction_with_text_and_rules_asks() -> None:
    found = one(
        message("odd", "LIST_PICKER", "Which?", rules=[rule(conditions=[pattern("a")])]),
        message("m", "TEXT", "on"),
    )
    assert talk(found).all("go", "a") == ["on"]


def test_what_was_switched_off_is_left_out_and_told() -> None:
    group, chain = flow("Off", starter("s2", "off"), message("o", "TEXT", "x"))
    found = brought(
        flow(
            "go",
            starter("s", "go"),
            {**message("m", "TEXT", "1"), "status": "INACTIVE"},
            message("n", "TEXT", "2"),
        ),
        ({**group, "status": "DISABLED"}, chain),
    )
    assert talk(found).say("go") == ["2"]
    assert talk(found).say("off") != ["x"]
    assert "m: It was switched off" in told(found)
    assert "Off: It was switched off, so its patterns (off)" in told(found)


def test_comments_private_messages_and_delays() -> None:
    found = one(
        message("m", "TEXT", "x", comment={"content": "why\nso"}, interactionDelay="500"),
        message("p", "PRIVATE_MESSAGE", "for you"),
    )
    text = found.files["flows/go.yaml"]
    assert "comment: why so\n" in text
    assert "note: for you\n" in text
    assert "The delays of 1 messages are left out" in told(found)
