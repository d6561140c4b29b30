"""Every scripting function of the Conversation Builder, by name and meaning."""

import pytest
from tests.sandbox.conftest import Runs, told

from frontdesk.core.script import (
    AddReplies,
    Debug,
    Delay,
    Jump,
    Logged,
    Mention,
    Private,
    Put,
    Reply,
    Script,
    ScriptContext,
    Send,
    Source,
)
from frontdesk.sandbox.pool import ScriptPool

TUTORIAL = """var channel = botContext.getChannel();

var msg = "Hold on while I transfer you to an agent.";

if(channel == "web"){

  botContext.sendMessage(msg);

}else{

  botContext.setBotVariable('transferMessage',msg,true,false);

}"""
HOLD_ON = "Hold on while I transfer you to an agent."
NOW = "2026-11-21T18:30:00Z"  # a Saturday; 10:30 in Los Angeles


async def test_the_tutorials_script_sends_its_text_in_the_preview(runs: Runs) -> None:
    assert (await runs(TUTORIAL, channel="web")).effects == (Send((HOLD_ON,)),)


async def test_the_tutorials_script_keeps_its_text_for_the_call_elsewhere(runs: Runs) -> None:
    assert (await runs(TUTORIAL, channel="lp_web")).effects == (Put("transferMessage", HOLD_ON, "session"),)


async def test_effects_come_in_order(runs: Runs) -> None:
    ran = await runs(
        """
        botContext.sendMessages(["one", "", "two"]);
        botContext.sendMessageWithQuickReplies("Sauce?", ["Ranch~sauce01", "Hot"]);
        botContext.addQuickReplies(["A~a"]);
        botContext.addQuickReples(["B"]);
        botContext.sendPrivateMessage("for us");
        botContext.setTriggerNextMessage("Welcome Other");
        botContext.setMessageDelay("1500");
        botContext.setMessageDelay(999999);
        botContext.setAllowMaxTextResponse(true);
        botContext.logCustomEvent("said", "Invoice API", "detail");
        botContext.logEscalationEvent("said", "LivePerson");
        botContext.printDebugMessage({a: [1]});
        """
    )
    assert (ran.outcome, ran.error) == ("ok", "")
    assert ran.effects == (
        Send(("one", "two")),
        Send(("Sauce?",), (Reply("Ranch", "sauce01"), Reply("Hot"))),
        AddReplies((Reply("A", "a"),)),
        AddReplies((Reply("B"),)),
        Private("for us"),
        Jump("Welcome Other"),
        Delay(1500),
        Delay(10000),
        Logged("Invoice API", "said", "detail"),
        Logged("escalation", "said", "LivePerson"),
        Debug('{"a":[1]}'),
    )


async def test_an_empty_text_is_not_sent_and_the_author_hears_it(runs: Runs) -> None:
    ran = await runs("botContext.sendMessage(botContext.getBotVariable('unset'))")
    assert ran.effects == (Debug("sendMessage: there is no text to send"),)


@pytest.mark.parametrize(
    "tried",
    ["botContext.sendImmediateReply({0})", "try {{ botContext.sendImmediateReply({0}) }} catch (e) {{}}"],
)
async def test_an_immediate_reply_ends_the_script(runs: Runs, tried: str) -> None:
    call = tried.format('["Bye", "now"]')
    ran = await runs(f"botContext.sendMessage('first'); {call}; botContext.sendMessage('never'); null.x")
    assert ran.outcome == "ok"
    assert ran.effects == (Send(("first",)), Send(("Bye", "now"), stops=True))


@pytest.mark.parametrize(
    ("arguments", "put"),
    [
        ("'n', 'v'", Put("n", "v")),
        ("'n', 'v', false, false", Put("n", "v")),
        ("'n', 10, true, false", Put("n", "10", "session")),
        ("'n', true, true, true", Put("n", "true", "contact")),
        ("'n', NaN", Put("n", "NaN")),
        ("'n', null", Put("n", None)),
        ("'n', undefined", Put("n", None)),
        ("'n', {a: [1, null]}", Put("n", {"a": [1, None]})),
        ("'n', [1, 'x']", Put("n", [1, "x"])),
        ("'n', new Date()", Put("n", "2026-11-21T18:30:00.000Z")),
    ],
)
async def test_setting_a_variable(runs: Runs, arguments: str, put: Put) -> None:
    assert (await runs(f"botContext.setBotVariable({arguments})", now=NOW)).effects == (put,)


async def test_a_variable_is_read_back_in_the_same_script(runs: Runs) -> None:
    code = "(botContext.setBotVariable('n', 3), botContext.getBotVariable('n'))"
    ran = await runs(
        f"botContext.sendMessage(typeof {code} + botContext.getBotVariable('n'))", variables={"n": "old"}
    )
    assert ran.effects[-1] == Send(("string3",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plain", '"text"'),
        ("Balance.balance", "512.75"),
        ("Balance.missing", "null"),
        ("api_Cars.items[1].title", '"b"'),
        ("api_Cars.items.0.title", '"a"'),
        ("api_Cars.items.count", "2"),
        ("Cars.title.count", "2"),
        ("Cars.title", '["a","b"]'),
        ("slot.city", '"Tashkent"'),
        ("kept", '"long ago"'),
        ("unset", "null"),
        ("constructor", "null"),
        ("__proto__", "null"),
        ("plain.constructor", "null"),
    ],
)
async def test_reading_a_variable(runs: Runs, name: str, value: str) -> None:
    variables = {
        "plain": "text",
        "Balance.balance": 512.75,
        "api_Cars": {"items": [{"title": "a"}, {"title": "b"}]},
        "Cars.title": ["a", "b"],
        "city": "Tashkent",
    }
    expression = f"botContext.getBotVariable('{name}')"
    assert await told(runs, expression, variables=variables, contact={"kept": "long ago"}) == value


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("getCurrentUserMessage()", '"my bill"'),
        ("getChannel()", '"lp_sms"'),
        ("getUserChannel()", '"lp_sms"'),
        ("getQuickReplyPayload()", '"pay-1"'),
        ("getButtonPayload()", '"pay-1"'),
        ("getDialogStarterIntent()", '"billing"'),
        ("getDisambiguatedIntentName()", '"refund"'),
        ("getDisambiguatedIntentId()", '"refund"'),
        ("getEnvVariable('API')", '"https://x.test"'),
        ("getEnvVariable('none')", "null"),
        ("getConversationId()", '"conv_1"'),
        ("getChatBotId()", '"asst_1"'),
        ("getLPAccountId()", '"ws_1"'),
        ("getUserPlatformId()", '"vis_1"'),
        ("isApiExecutionSuccessful()", "true"),
        ("getApiStatusCode()", "201"),
        ("getNamedEntities('size')[0].getPhrase()", '"small"'),
        ("getNamedEntities('@size')[0].getDataValue()", '"10"'),
        ("getNamedEntities('none')", "[]"),
        ("getMetadata('plan')", '"gold"'),
        ("getLPEngagementAttribute('plan')", '"gold"'),
        ("getLPEngagementAttribute('toString')", "null"),
        ("getLPUserPersonalInfo().firstname", '"Ann"'),
        ("getLPCustomerInfo().customerId", '"vis_1"'),
        ("getContextDataForUser('shop', 'basket')", '"3"'),
        ("getContextDataForConversation('shop')", '{"basket":"3"}'),
        ("registerContextNamespace('shop', 60)", "true"),
    ],
)
async def test_what_a_script_can_ask(runs: Runs, call: str, value: str) -> None:
    said = await told(
        runs,
        f"botContext.{call}",
        message="my bill",
        payload="pay-1",
        channel="lp_sms",
        env={"API": "https://x.test"},
        entities={"size": (Mention("small", "10"),)},
        intent="billing",
        chosen_intent="refund",
        contact={"plan": "gold", "firstname": "Ann", "shop.basket": "3"},
        conversation_id="conv_1",
        assistant_id="asst_1",
        workspace_id="ws_1",
        contact_id="vis_1",
        api_ok=True,
        api_status=201,
    )
    assert said == value


async def test_the_long_term_store_is_the_contacts_attributes(runs: Runs) -> None:
    ran = await runs(
        """
        botContext.setContextDataForUser("shop", "basket", 2);
        botContext.setContextDataForConversation("shop", "step", "pay");
        botContext.deleteContextDataForUser("shop", "basket");
        botContext.deleteAllContextDataForUser("old");
        botContext.sendMessage(String(botContext.getContextDataForUser("shop", "basket")));
        """,
        contact={"old.a": "1", "other": "2"},
    )
    assert ran.effects == (
        Put("shop.basket", "2", "contact"),
        Put("shop.step", "pay", "contact"),
        Put("shop.basket", None, "contact"),
        Put("old.a", None, "contact"),
        Send(("null",)),
    )


@pytest.mark.parametrize(
    "name",
    [
        "askMaven",
        "getNlpResponse",
        "getSentiment",
        "getWebViewVariable",
        "getFileType",
        "setGlobalContextData",
    ],
)
async def test_what_is_not_available_says_so_by_name(runs: Runs, name: str) -> None:
    ran = await runs(f"\nbotContext.{name}('x')")
    assert (ran.outcome, ran.error, ran.line) == ("error", f"Error: botContext.{name} is not available", 2)


async def test_the_clock_stands_still_and_chance_repeats(runs: Runs) -> None:
    expression = """[new Date().toISOString(), Date.now(), new Date(0).getTime(), new Date(2020, 1, 2).getMonth(),
        new Date() instanceof Date, typeof Date(), new Date().getTimezoneOffset(), Math.random(), Math.random()]"""
    first = await told(runs, expression, now=NOW, seed=7)
    assert first == await told(runs, expression, now=NOW, seed=7)
    assert first != await told(runs, expression, now=NOW, seed=8)
    assert first.startswith('["2026-11-21T18:30:00.000Z",1795285800000,0,1,true,"string",0,0.')


async def test_old_and_modern_code_alike(runs: Runs) -> None:
    ran = await runs(
        """
        const [a, ...rest] = [1, 2, 3]; let o = {a, ...{b: rest?.length ?? 0}};
        class Greeter { #name = `n${o.b}`; hi() { return this.#name } }
        var old = function () { return this === globalThis };
        botContext.sendMessage(new Greeter().hi() + old());
        """
    )
    assert ran.effects == (Send(("n2true",)),)


async def test_shared_functions_come_first_and_errors_name_their_source(runs: Runs) -> None:
    shared = (
        Source("scripts/a.js", "function greet(name) {\n  return 'Hi ' + name;\n}"),
        Source(
            "scripts/b.js", "var count = 2;\n\nfunction breaks() {\n  var none = null;\n  return none.x;\n}"
        ),
    )
    ran = await runs("botContext.sendMessage(greet('Ann') + count);\n\nbreaks();", shared)
    assert ran.effects == (Send(("Hi Ann2",)),)
    assert (ran.outcome, ran.source, ran.line) == ("error", "scripts/b.js", 5)
    assert ran.error == "TypeError: cannot read property 'x' of null"


async def test_an_error_in_a_shared_source_itself_is_placed_there(runs: Runs) -> None:
    ran = await runs("return 1", (Source("scripts/a.js", "var a;\nfunction ("),))
    assert (ran.outcome, ran.source, ran.line) == ("error", "scripts/a.js", 2)


@pytest.mark.parametrize(
    ("code", "line", "error"),
    [
        ("null.x", 1, "TypeError"),
        ("var a;\n\n\nfoo()", 4, "ReferenceError: foo is not defined"),
        ("if (1) {\n", 2, "SyntaxError"),
        ("// last line is a comment\nthrow new RangeError('mine')", 2, "RangeError: mine"),
        ("botContext.setMessageDelay('soon')", 1, "RangeError: setMessageDelay"),
        ("botContext.setBotVariable('', 1)", 1, "Error: setBotVariable: the name is empty"),
        ("\nbotContext.setBotVariable('f', function () {})", 2, "TypeError: a function cannot be kept"),
    ],
)
async def test_errors_tell_the_author_where(runs: Runs, code: str, line: int, error: str) -> None:
    ran = await runs(code)
    assert (ran.outcome, ran.source, ran.line) == ("error", "scripts/test.js", line)
    assert ran.error.startswith(error)


async def test_return_ends_a_script_quietly(runs: Runs) -> None:
    ran = await runs("botContext.sendMessage('a'); return; botContext.sendMessage('b')")
    assert (ran.outcome, ran.effects, ran.value) == ("ok", (Send(("a",)),), None)


async def test_a_transform_returns_what_replaces_the_answer(pool: ScriptPool) -> None:
    code = "return response.items.filter(function (i) { return i.price > 1 })"
    response = {"items": [{"price": 1}, {"price": 2.5}]}
    transform = Script("t", Source("t.js", code), ScriptContext(), response=response, transforms=True)
    assert (await pool.run(transform)).value == [{"price": 2.5}]


async def test_a_transform_cannot_return_a_promise(pool: ScriptPool) -> None:
    transform = Script("t", Source("t.js", "return Promise.resolve(1)"), ScriptContext(), transforms=True)
    ran = await pool.run(transform)
    assert (ran.outcome, ran.value) == ("error", None)
    assert "not a promise" in ran.error


@pytest.mark.parametrize(
    ("code", "shared", "line"),
    [
        ("return 1", False, None),
        ("var a = 1;\n\nvar = 2;", False, 3),
        ("while (true) {}", False, None),
        ("function a() { return 1 }", True, None),
        ("\nreturn 1", True, 2),
        ("var r = /(/;", False, 0),  # the engine does not say where
        ("var a = '@';\n@", False, 2),
        ("var a = '\u2028@\u2028\u2028\u2028';\n\n\n@", False, 4),
        ("/* @", False, 1),
        ("var a = `\n@\n`; // @", False, None),
    ],
)
async def test_syntax_is_checked_without_running(
    pool: ScriptPool, code: str, *, shared: bool, line: int | None
) -> None:
    fault = await pool.check_syntax(Source("s.js", code), shared=shared)
    assert (fault.line if fault else None) == line
