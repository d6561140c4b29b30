"""What scripts do to a conversation, at every place where one can stand; all of them really run."""

import json

import pytest
from tests.dialog.driver import ERROR, Talk, answers, make, problems_of

from frontdesk.core.action import Note, Say
from frontdesk.core.message import Button, Buttons
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.load import load_bot

HEAD = "format: assistant/v1\nassistant: {id: b, name: B, language: en}\n"


def running(code: str, top: str = "", step: str = "", more: dict[str, str] | None = None) -> Bot:
    """A bot whose flow runs `scripts/s.js`, then says what slot `s` and variable `v` hold."""
    files = {
        "bot.yaml": f"{HEAD}slots: {{s: {{scope: session}}}}\n{top}\n",
        "flows/f.yaml": "trigger: {patterns: ['go*'], intent: start}\nsteps:\n"
        f"  - {step or 'script: scripts/s.js'}\n"
        "  - {id: tell, say: '[{{ slots.s }}|{{ vars.v }}]'}\n  - {say: end, next: end}\n  - {id: far, say: far}\n",
        "flows/other.yaml": "trigger: {patterns: [other]}\nsteps: [{say: Other.}]\n",
        "scripts/s.js": code,
        **(more or {}),
    }
    files["bot.yaml"] += "intents: {start: {examples: [begin]}}\n"
    return load_bot(files)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("botContext.sendMessage('a'); botContext.sendMessages(['b', 'c'])", ["a", "b", "c", "[|]", "end"]),
        ("botContext.setBotVariable('s', 1, true, false)", ["[1|]", "end"]),
        ("botContext.setBotVariable('v', 'x', false, false)", ["[|x]", "end"]),
        ("botContext.setBotVariable('slot.s', 'y', true, false)", ["[y|]", "end"]),
        ("botContext.setTriggerNextMessage('far')", ["far"]),
        ("botContext.setTriggerNextMessage('other')", ["Other."]),
        ("botContext.setTriggerNextMessage('nowhere')", ["[|]", "end"]),
        ("botContext.sendImmediateReply('stop'); botContext.sendMessage('never')", ["stop"]),
        ("botContext.sendMessage(botContext.getDialogStarterIntent() + '.')", [".", "[|]", "end"]),
    ],
)
def test_what_it_wants_is_done_in_its_order(code: str, said: list[str]) -> None:
    assert Talk(running(code)).say("go") == said


def test_it_reads_the_conversation() -> None:
    code = """
    botContext.sendMessage(JSON.stringify([
      botContext.getCurrentUserMessage(), botContext.getChannel(), botContext.getEnvVariable('E'),
      botContext.getConversationId(), botContext.getUserPlatformId(), botContext.getChatBotId(),
      botContext.getNamedEntities('@city').map(function (m) { return m.getPhrase() + '=' + m.getDataValue(); }),
      botContext.getDialogStarterIntent(), botContext.getLPUserPersonalInfo().firstname, new Date().getTime()]));
    """
    talk = Talk(
        running(code, "env: {E: live}\nentities: {city: ['Riga~RIX']}"), contact={"firstname": "Fred"}
    )
    (told, *_) = talk.say("go to Riga")
    assert json.loads(told) == [
        "go to Riga",
        "web",
        "live",
        "conv_1",
        "vis_1",
        "asst_1",
        ["riga=RIX"],
        "",
        "Fred",
        int(talk.now.timestamp() * 1000),
    ]
    talk = Talk(
        running("botContext.sendMessage(botContext.getDialogStarterIntent() + botContext.getChannel())"),
        preview=False,
        channel="rest",
    )
    assert talk.say("begin")[0] == "startlp_web"


def test_variables_of_each_scope_live_as_long_as_they_should() -> None:
    code = """
    botContext.sendMessage([botContext.getBotVariable('t'), botContext.getBotVariable('u'), botContext.getBotVariable('w')].join());
    botContext.setBotVariable('t', 'turn', false, false);
    botContext.setBotVariable('u', 'session', true, false);
    botContext.setBotVariable('w', 'forever', false, true);
    """
    talk = Talk(running(code))
    assert talk.say("go")[0] == ",,"
    assert talk.say("go")[0] == ",session,forever"
    talk.wait(hours=2)
    assert talk.say("go")[0] == ",,forever"


def test_notes_events_and_quick_replies() -> None:
    code = """
    botContext.sendPrivateMessage('for us'); botContext.logCustomEvent('it happened', 'name', {a: 1});
    botContext.printDebugMessage('look'); botContext.sendMessageWithQuickReplies('Which?', ['One~1', 'Two']);
    botContext.addQuickReplies(['More~m']); botContext.setMessageDelay(1500);
    """
    talk = Talk(running(code))
    talk.say("go")
    assert talk.last[0] == Note("for us", "f/#1")
    assert any(fact["fact"] == "debug" and fact["text"] == "look" for fact in talk.trace)
    assert talk.parts[0] == Buttons("Which?", (Button("One", "1"), Button("Two", "Two")), quick=True)
    assert talk.parts[1] == Buttons("[|]", (Button("More", "m"),), quick=True)
    delays = [action.delay_s for action in talk.last if isinstance(action, Say)]
    assert delays == [1.5, 0.0, 0.0], "what follows comes behind it"


def test_before_any_step() -> None:
    code = "botContext.setBotVariable('s', 'set before', true, false); botContext.addQuickReplies(['A'])"
    talk = Talk(running(code, step="{say: 'now {{ slots.s }}', before: scripts/s.js}"))
    assert talk.say("go")[0] == "now set before"
    assert talk.parts[0] == Buttons("now set before", (Button("A", "A"),), quick=True)
    talk = Talk(running("botContext.sendMessage('first')", step="{goto: far, before: scripts/s.js}"))
    assert talk.say("go") == ["first", "far"]


def test_after_a_message_is_prepared() -> None:
    code = "botContext.setBotVariable('s', 'too late', true, false); botContext.setMessageDelay(2000)"
    talk = Talk(running(code, step="{say: 'now {{ slots.s }}', after: scripts/s.js}"))
    assert talk.say("go") == ["now ", "[too late|]", "end"]
    delays = [action.delay_s for action in talk.last if isinstance(action, Say)]
    assert delays == [2.0, 0.0, 0.0]


CALL = "actions: {A: {request: {url: 'https://a.test/'}, result: {v: $.v}%s}}"


def test_around_a_call() -> None:
    code = """
    botContext.sendMessage(botContext.isApiExecutionSuccessful() + ' ' + botContext.getApiStatusCode() + ' '
      + botContext.getBotVariable('A.v'));
    """
    step = "{call: A, after: scripts/s.js, on_error: {say: failed, goto: tell}}"
    talk = Talk(running(code, CALL % "", step), {"A": answers(body={"v": 5})})
    assert talk.say("go")[0] == "true 200 5"
    renamed = CALL.replace("request", "response_variable: Other, request") % ""
    code = "botContext.sendMessage(botContext.getBotVariable('api_Other.v') + ' ' + botContext.getBotVariable('A.v'))"
    assert Talk(running(code, renamed, step), {"A": answers(body={"v": 5})}).say("go")[0] == "5 5"
    talk.mocks["A"] = answers(503)
    assert talk.say("go")[:2] == ["false 503 null", "failed"]


def test_a_transform_reshapes_the_answer() -> None:
    top = CALL % ", transform: scripts/t.js"
    step = "{call: A}"
    code = {
        "scripts/t.js": "return {v: response.items.map(function (i) { return i.n; })};",
        "flows/say.yaml": "trigger: {patterns: [tell]}\nsteps: [{call: A}, {say: \"{{ A.v | join(' ') }}\"}]",
    }
    talk = Talk(running("1", top, step, code), {"A": answers(body={"items": [{"n": 1}, {"n": 2}]})})
    assert talk.say("tell") == ["1 2"]
    talk.mocks["A"] = answers(body={"items": None})
    assert talk.say("tell") == [ERROR]
    assert talk.alerts[0] == "script_failed"


def test_global_functions_are_everywhere() -> None:
    more = {"scripts/globals.js": "function shout(text) { return text.toUpperCase() + '!'; }"}
    talk = Talk(running("botContext.sendMessage(shout('hi'))", "globals: scripts/globals.js", more=more))
    assert talk.say("go")[0] == "HI!"


@pytest.mark.parametrize("code", ["throw 1", "x.y.z", "for (;;) {}", "botContext.sendMessage('a'); null.x"])
def test_a_failure_is_the_authors_to_see(code: str) -> None:
    talk = Talk(running(code))
    said = talk.say("go")
    assert said[-2:] == ["[|]", "end"]
    assert talk.alerts == ["script_failed"]
    (returned,) = [fact for fact in talk.trace if fact["fact"] == "returned"]
    assert returned["what"] == "scripts/s.js"
    talk = Talk(running(code, step="{script: scripts/s.js, on_error: {say: handled}}"))
    assert talk.say("go")[-1] == "handled"


def test_scripts_that_jump_in_circles_end_in_one_sentence() -> None:
    talk = Talk(
        running("botContext.setTriggerNextMessage('again')", step="{id: again, script: scripts/s.js}")
    )
    assert talk.say("go") == ["Sorry, I got stuck. Please tell me again what you need."]
    assert talk.alerts == ["loop"]


def test_a_file_that_is_not_there_is_named() -> None:
    (found,) = problems_of("flows: {f: {trigger: {patterns: [go]}, steps: [{script: scripts/no.js}]}}")
    assert "There is no file 'scripts/no.js'" in found.message
    talk = Talk(
        make(
            "flows: {f: {trigger: {patterns: [go]}, steps: [{script: 'botContext.sendMessage(\"inline\")'}]}}"
        )
    )
    assert talk.say("go") == ["inline"]


def test_scripts_that_stand_on_one_line_are_each_their_own() -> None:
    send = "botContext.sendMessage('%s')"
    steps = ", ".join(f'{{script: "{send % word}"}}' for word in ("one", "two", "one", "three"))
    talk = Talk(make(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{steps}]}}}}"))
    assert talk.say("go") == ["one", "two", "one", "three"]


def test_an_error_in_the_second_script_of_a_line_is_told_with_that_line() -> None:
    talk = Talk(
        make(
            "flows:\n  f:\n    trigger: {patterns: [go]}\n"
            "    steps: [{script: 'botContext.sendMessage(1)'}, {script: 'missing()'}]\n"
        )
    )
    talk.say("go")
    (fact,) = [fact for fact in talk.trace if fact.get("error")]
    assert (fact["source"], fact["line"]) == ("bot.yaml", 6)


def test_where_a_script_wanted_to_go_is_dropped_with_a_cancelled_question() -> None:
    code = "botContext.setTriggerNextMessage('far')"
    steps = f'{{ask: Size?, accept: {{exact: m}}, before: "{code}"}}, {{say: below}}, {{id: far, say: far}}'
    talk = Talk(make(f"flows: {{f: {{trigger: {{patterns: [go]}}, steps: [{steps}]}}}}"))
    assert talk.all("go", "cancel") == ["All right, we leave it at that."]
    assert talk.all("go", "m") == ["far"]
