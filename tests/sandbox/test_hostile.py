"""Hostile scripts: each ends within its bounds with a reason for the author, and leaves the next one alone."""

import pytest
from tests.sandbox.conftest import Runs, script, used_s

from frontdesk.core.script import Debug, Put, Send, Source
from frontdesk.sandbox.pool import ScriptPool

HELLO = "botContext.sendMessage('hello')"
NATIVE_LOOP = "new Array(4294967295).reverse()"

# Code, outcome, part of the error. Whatever came before stays.
BOMBS = [
    ("while (true) {}", "timeout", "stopped after 250 ms"),
    ("for (;;) { try { while (true) {} } catch (e) {} finally { continue } }", "timeout", "stopped after"),
    (NATIVE_LOOP, "timeout", "stopped after"),
    ("[].indexOf.call({length: 9007199254740991}, 1)", "timeout", "stopped after"),
    ("var s = 'a'.repeat(1e7); s.indexOf('a'.repeat(5e6) + 'b')", "timeout", "stopped after"),
    ("new Array(1e9).sort()", "", ""),
    ("/^(a+)+$/.test('a'.repeat(60) + '!')", "timeout", "stopped after"),
    (r"/^\w+([\.-]?\w+)*@\w+([\.-]?\w+)*(\.\w{2,3})+$/.test('a'.repeat(60) + '!')", "timeout", "stopped"),
    ("var a = []; while (true) a.push('x'.repeat(100000) + a.length)", "error", "out of memory"),
    (
        "var a = []; try { while (true) a.push(new Array(1e6).fill(1)) } catch (e) { while (true) a.push(1) }",
        "",
        "",
    ),
    ("'x'.repeat(1e9)", "error", ""),
    ("new ArrayBuffer(1e9)", "error", ""),
    ("new Array(1e9).join('abc')", "", ""),
    ("function f() { return f() + 1 } f()", "error", "RangeError"),
    ("function f() { try { f() } finally { f() } } f()", "", ""),
    ("var s = '['.repeat(100000); JSON.parse(s)", "error", ""),
    ("throw {get message() { while (true) {} }}", "timeout", "stopped after"),
    ("throw {toString() { throw this }}", "error", ""),
    ("throw {get name() { throw 1 }}", "error", "cannot be shown"),
    ("throw Symbol('s')", "error", "Symbol(s)"),
    ("throw null", "error", "null"),
    ("throw 'x'.repeat(1e6)", "error", "xxxx"),
    (
        "Error.prepareStackTrace = function () { return {toString() { throw 1 }} }; throw new Error('e')",
        "error",
        "e",
    ),
    ("var e = new Error('mine'); e.stack = ':9:1)\\n'.repeat(1e5); throw e", "error", "Error: mine"),
    ("eval('\\n\\n\\nthrow new Error(1)')", "error", "Error: 1"),
    (
        "botContext.setBotVariable('v', (function () { var a = {}; a.a = a; return a })())",
        "error",
        "circular",
    ),
    ("botContext.setBotVariable('v', {n: 10n})", "error", "BigInt"),
    ("botContext.setBotVariable('v', {toJSON() { while (true) {} }})", "timeout", "stopped after"),
    (
        "botContext.setBotVariable('v', new Proxy({}, {ownKeys() { throw new Error('trap') }}))",
        "error",
        "trap",
    ),
    ("botContext.setBotVariable('v', {get a() { throw new Error('getter') }})", "error", "getter"),
    ("botContext.setBotVariable({toString() { throw new Error('name') }}, 1)", "error", "name"),
    ("botContext.setBotVariable('x'.repeat(201), 1)", "error", "longer than 200"),
    (
        "var d = []; for (var i = 0; i < 100; i++) d = [d]; botContext.setBotVariable('v', d)",
        "error",
        "nested deeper",
    ),
    ("for (var i = 0; i < 5000; i++) botContext.setBotVariable('v' + i, 1)", "error", "at most 100 effects"),
    (
        "for (var i = 0; i < 5000; i++) try { botContext.sendMessage(i) } catch (e) {}",
        "error",
        "at most 100 effects",
    ),
    ("botContext.sendMessage('x'.repeat(70000))", "error", "65536 characters"),
    ("botContext.sendMessages(new Array(101).fill('x'))", "error", "more than 100 items"),
    (
        "botContext.sendMessages(new Proxy([], {get(t, k) { return k === 'length' ? 1e9 : 'x' }}))",
        "error",
        "100 items",
    ),
    ("botContext.setMessageDelay(-1)", "error", "setMessageDelay"),
    ("botContext.addQuickReplies({length: 1e9})", "ok", ""),
    ("});(function(){botContext.sendMessage('out')})();(function(){", "ok", ""),
    ("}); while (true) {}; (function () {", "timeout", "stopped after"),
    ("})", "error", "SyntaxError"),
    ("import('os')", "ok", ""),
    ("import os from 'os'", "error", "SyntaxError"),
    ("require('fs')", "error", "ReferenceError"),
    ("fetch('http://127.0.0.1')", "error", "ReferenceError"),
    ("process.exit(1)", "error", "ReferenceError"),
    ("Function('return process')()", "error", "ReferenceError"),
    ("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", "error", "ReferenceError"),
    ("botContext = null", "ok", ""),
    ("'use strict'; botContext = null", "error", "TypeError"),
    ("'use strict'; botContext.sendMessage = null", "error", "TypeError"),
    ("delete globalThis.botContext; botContext.sendMessage('x')", "ok", ""),
    ("JSON.parse = JSON.stringify = Object.keys = String = Error = eval = null", "ok", ""),
    ("function loop() { return Promise.resolve().then(loop) } loop()", "ok", ""),
    ("\u2028\u2029", "ok", ""),
    ("", "ok", ""),
    ("#!x", "error", "SyntaxError"),
    ("\0", "error", ""),
]


@pytest.mark.parametrize(("code", "outcome", "error"), BOMBS)
async def test_a_bomb_ends_within_two_seconds_and_tells_the_author(
    runs: Runs, pool: ScriptPool, code: str, outcome: str, error: str
) -> None:
    before_s = used_s(pool)
    ran = await runs(code)
    assert used_s(pool) - before_s < 2
    assert ran.outcome == outcome or (not outcome and ran.outcome in {"error", "timeout"})
    assert error in ran.error
    assert len(ran.error) <= 500
    assert "/" not in ran.source.removeprefix("scripts/")
    assert ".py" not in ran.error
    assert (await runs(HELLO)).effects == (Send(("hello",)),)


POLLUTIONS = [
    "Object.prototype.toJSON = function () { return 'polluted' }",
    "Array.prototype.toJSON = String.prototype.toJSON = function () { return 'polluted' }",
    "Object.defineProperty(Object.prototype, '0', {set(v) { throw new Error('set') }})",
    "Object.defineProperty(Object.prototype, 'v', {set(v) { throw new Error('set') }, get() { return 'polluted' }})",
    "Object.prototype.type = 'jump'; Object.prototype.step = 'polluted'",
    "Array.prototype.push = Array.prototype.join = Array.prototype[Symbol.iterator] = null",
    "String.prototype.trim = String.prototype.slice = String.prototype.indexOf = function () { return 'polluted' }",
    "RegExp.prototype.exec = RegExp.prototype.test = function () { throw new Error('exec') }",
    "JSON.stringify = JSON.parse = function () { return 'polluted' }; globalThis.JSON = null",
    "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = null",
    "Object.hasOwn = Object.freeze = Array.isArray = Reflect.construct = null",
    "globalThis.String = globalThis.Number = globalThis.Date = globalThis.Object = globalThis.Array = null",
    "for (var k of Object.getOwnPropertyNames(globalThis)) if (k !== 'botContext') try { globalThis[k] = 1 } catch (e) {}",
]
AFTERWARDS = """
botContext.setBotVariable('v', 'kept');
botContext.sendMessages(['one', botContext.getBotVariable('v')]);
botContext.setBotVariable('l', 5);
"""


@pytest.mark.parametrize("pollution", POLLUTIONS)
async def test_rewritten_builtins_change_nothing_of_ours(runs: Runs, pollution: str) -> None:
    ran = await runs(f"{pollution};{AFTERWARDS}", variables={"v": "old"})
    assert (ran.outcome, ran.error) == ("ok", "")
    assert ran.effects == (Put("v", "kept"), Send(("one", "kept")), Put("l", "5"))


@pytest.mark.parametrize("pollution", POLLUTIONS)
async def test_the_next_script_sees_nothing_of_the_last(runs: Runs, pollution: str) -> None:
    await runs(f"{pollution}; globalThis.left = 'behind'")
    ran = await runs("botContext.sendMessage(typeof left + JSON.stringify({a: [1]}) + typeof ({}).toJSON)")
    assert ran.effects == (Send(('undefined{"a":[1]}undefined',)),)


async def test_effects_before_the_end_are_kept(runs: Runs) -> None:
    for bomb in ("null.x", "while (true) {}", "var a = []; while (true) a.push('x'.repeat(1e5) + a.length)"):
        ran = await runs(f"{HELLO}; {bomb}")
        assert ran.outcome != "ok"
        assert ran.effects == (Send(("hello",)),)


async def test_half_a_character_and_nul_are_mended(runs: Runs) -> None:
    ran = await runs(
        r"botContext.sendMessage('\ud83d a\0b \\ud800 \ud83d\ude00'); botContext.setBotVariable('v', {'\udc00': 1})"
    )
    assert ran.effects == (
        Send(("\N{REPLACEMENT CHARACTER} a\N{REPLACEMENT CHARACTER}b \\ud800 \N{GRINNING FACE}",)),
        Put("v", {"\N{REPLACEMENT CHARACTER}": 1}),
    )


async def test_exotic_values_become_text(runs: Runs) -> None:
    ran = await runs(
        """
        botContext.sendMessage(Symbol('s')); botContext.sendMessage(10n); botContext.sendMessage(-0);
        botContext.printDebugMessage(NaN); var c = {}; c.c = c; botContext.printDebugMessage(c);
        """
    )
    assert ran.effects == (
        Send(("Symbol(s)",)),
        Send(("10",)),
        Send(("0",)),
        Debug("NaN"),
        Debug("[object Object]"),
    )


async def test_a_customers_text_is_never_code(runs: Runs) -> None:
    message = "'); botContext.sendMessage('taken'); ('\u2028</script>`${1}`\\"
    ran = await runs("botContext.sendMessage(botContext.getCurrentUserMessage())", message=message)
    assert ran.effects == (Send((message,)),)


async def test_names_in_the_data_are_only_names(runs: Runs) -> None:
    variables = {"__proto__": {"isAdmin": True}, "constructor": "c", "hasOwnProperty": 1}
    code = "botContext.sendMessage(botContext.getBotVariable('constructor') + ({}).isAdmin)"
    assert (await runs(code, variables=variables)).effects == (Send(("cundefined",)),)


async def test_too_much_data_is_refused_before_it_is_sent(runs: Runs) -> None:
    ran = await runs(HELLO, message="x" * (5 << 20))
    assert (ran.outcome, ran.effects) == ("error", ())
    assert "are allowed" in ran.error


async def test_a_syntax_check_of_a_bomb_ends(pool: ScriptPool) -> None:
    before_s = used_s(pool)
    for wrapping in (
        "}); %s; (function () {",
        "}}); %s; ({a: function () {{",
        "} %s {",
        "}] %s [{",
        "}), %s, (function () {",
    ):
        for shared in (False, True):
            code = wrapping % "(function () { while (true) {} })()"
            fault = await pool.check_syntax(Source("s.js", code), shared=shared)
            assert fault is not None, code
            assert not fault.error.startswith("stopped after"), code
    assert used_s(pool) - before_s < 2
    assert await pool.check_syntax(Source("s.js", "(" * 200_000)) is not None


async def test_a_longer_limit_than_allowed_is_cut(pool: ScriptPool) -> None:
    hanging = script("while (true) {}")
    before_s = used_s(pool)
    ran = await pool.run(type(hanging)("k", hanging.source, hanging.context, limit_ms=60_000))
    assert used_s(pool) - before_s < 2
    assert ran.error == "stopped after 1000 ms"
