"""Patterns of triggers and rules, and the normalisation both sides go through."""

import time

import pytest
from tests.dialog.driver import Talk, make

from frontdesk.dialog.patterns import PatternError, compile_pattern, normalise
from frontdesk.dialog.utterance import Utterance


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("hello", "hello", True),
        ("hello", "hello there", False),
        ("hello", "HELLO!", True),
        ("*balance*", "what's my balance", True),
        ("*home*", "homes", True),
        ("(hi|hello|hey)*", "hi", True),
        ("(hi|hello|hey)*", "hello there", True),
        ("(thank(|s)|thank you)*", "thanks a lot", True),
        ("(thank(|s)|thank you)*", "thank you", True),
        ("(agent|representative|help|human)", "Human!", True),
        ("(agent|representative|help|human)", "I want to speak to an agent", False),
        ("hi *", "hi", True),
        ("hi *", "hi there", True),
        ("hi *", "hiya", False),
        ("* agent", "agent", True),
        ("* agent", "an agent", True),
        ("* agent", "reagent", False),
        ("my * bill", "my bill", True),
        ("my * bill", "my last bill", True),
        ("a.c", "abc", False),
        (r"5 \* 5", "5 * 5", True),
        (r"5 \* 5", "5 times 5", False),
        (r"\(sic\)", "(sic)", True),
        ("what's my balance?", "What\u2019s my BALANCE", True),
        ("(yes!|yup!)", "Yup!!!", True),
        ("  two   blanks ", "Two\n blanks", True),
        ("Stra\u00dfe", "STRASSE", True),
        ("cafe\u0301", "CAF\u00c9", True),
        (
            "\u043f\u0440\u0438\u0432\u0435\u0442*",
            "\u041f\u0420\u0418\u0412\u0415\u0422, \u0431\u043e\u0442",
            True,
        ),
        ("*", "", True),
        ("?", "?", True),
        ("**x**", "axb", True),
        ("(a|(b|c)*)d", "bxd", True),
        ("C++", "c++", True),
        ("[x]|{y}", "[x]", True),
        ("[x]|{y}", "{y}", True),
    ],
)
def test_pattern(pattern: str, text: str, *, fits: bool) -> None:
    """S001-18, S001-19."""
    assert compile_pattern(pattern).fits(normalise(text)) is fits


@pytest.mark.parametrize("pattern", ["(a", "a)", "", "   ", "((a)", "(a|b", "(" * 30 + ")" * 30, "x" * 501])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["*?", "* *", "**", "...*", "(*)", "(hi|*)", "(hi|)*", "*!|no", '"*"', "(yes|(no|*.))"]
)
def test_a_pattern_that_fits_everything_by_accident_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"every message.*'\*'"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["*", " * ", "*a*", "(a|)", "* (a|) *", r"\**", "?", "(hi|bye)*", "*?x"])
def test_a_star_alone_and_patterns_with_a_word_are_fine(pattern: str) -> None:
    compile_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  What\u2019s   my BALANCE?! ", "what's my balance"),
        ("\u00abHello\u00bb", "hello"),
        ('"quoted."', "quoted"),
        ("...", "..."),
        ("\u00a1Hola!", "hola"),
        ("tab\tand\nline", "tab and line"),
        ("e.g. this", "e.g. this"),
        ("", ""),
    ],
)
def test_normalising(text: str, plain: str) -> None:
    assert normalise(text) == plain
    assert normalise(plain) == plain


def order_of(*patterns: str) -> Talk:
    flows = "".join(
        f'\n  f{i}: {{trigger: {{patterns: ["{p}"]}}, steps: [{{say: f{i}}}]}}'
        for i, p in enumerate(patterns)
    )
    return Talk(make(f"flows:{flows}"))


@pytest.mark.parametrize(
    ("patterns", "text", "winner"),
    [
        (("*balance*", "my balance"), "my balance", "f1"),
        (("*a*", "*account*", "*acc*"), "account", "f1"),
        (("*bill*", "*bull*"), "bill bull", "f0"),
        (("(one|two)*", "one*"), "one", "f0"),
        (("*very long wildcard*", "(very long wildcard|x)"), "very long wildcard", "f1"),
    ],
)
def test_the_more_literal_trigger_wins_then_the_first(
    patterns: tuple[str, ...], text: str, winner: str
) -> None:
    talk = order_of(*patterns)
    assert talk.say(text) == [winner]
    trigger = next(fact for fact in talk.trace if fact["fact"] == "trigger")
    assert trigger["flow"] == winner
    candidates = trigger["candidates"]
    assert isinstance(candidates, tuple)
    assert "f0" in candidates


def test_excluded_patterns_veto_patterns_intents_and_examples() -> None:
    talk = Talk(
        make("""
intents: {pay: {examples: [I paid my bill]}}
flows:
  bill:
    trigger: {patterns: ["*bill*"], not: ["*paid*", "*kill bill*"], intent: pay, examples: [all paid up]}
    steps: [{say: the bill}]
fallback: {steps: [{say: no idea}]}
""")
    )
    assert talk.say("my bill") == ["the bill"]
    assert talk.say("I paid my bill!") == ["no idea"]
    assert talk.say("Kill Bill") == ["no idea"]
    assert talk.say("All paid up.") == ["no idea"]
    assert talk.say("/pay", intent="pay") == ["the bill"]


def test_two_hundred_triggers_cost_one_pass() -> None:
    talk = order_of(*(f"*topic number {number}*" for number in range(200)))
    said = Utterance("x", "tell me about topic number 150 please")
    hit = talk.bot.triggers.by_pattern(said)
    assert hit is not None
    assert (hit.flow, hit.candidates) == ("f150", ("f150", "f15", "f1"))


def test_many_wildcards_stay_linear() -> None:
    pattern = compile_pattern("*a" * 100 + "*b")
    began = time.process_time()
    assert not pattern.fits("a" * 8_000)
    assert time.process_time() - began < 1.0
