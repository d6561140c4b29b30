"""Texts, order, jumps and triggers of an export, seen in conversations where they can be."""

import pytest
from tests.studio.importing.bringing import brought, one, talk, told
from tests.studio.importing.exports import flow, ident, message, pattern, regex, rule, starter

from frontdesk.core.action import Close


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>Hello <b>you</b>,</p><p>welcome.</p>", "Hello you,\n\nwelcome."),
        (
            'See <a href="https://shop.example.test/a?b=1">the shop</a> &amp; more',
            "See the shop (https://shop.example.test/a?b=1) & more",
        ),
        ('<a href="tel:+123456789">Call</a>', "Call (+123456789)"),
        ("One<ul><li>a</li><li>b</li></ul>", "One\n- a\n- b"),
        ("5 < 6 and {braces} and a \\ stay", "5 < 6 and {braces} and a \\ stay"),
        ("Line\r\nbreak", "Line\nbreak"),
    ],
)
def test_small_html_becomes_plain_text(written: str, shown: str) -> None:
    assert talk(one(message("m", "TEXT", written))).say("go") == [shown]


def test_a_break_tag_makes_two_messages() -> None:
    found = one(message("m", "TEXT", "First. tag::breakWithDelay=1000 Second."))
    assert talk(found).say("go") == ["First.", "Second."]


def test_a_blank_message_says_nothing_and_keeps_its_code() -> None:
    found = one(
        message("quiet", "TEXT", "BLANK_MESSAGE", preProcessMessage="var a = 1;"), message("m", "TEXT", "Hi")
    )
    assert talk(found).say("go") == ["Hi"]
    assert "script: scripts/quiet_before.js" in found.files["flows/go.yaml"]


def test_a_notation_that_works_here_stays_and_another_is_shown_and_told() -> None:
    found = one(message("m", "TEXT", "You said {$query}, from {$location.city} {{x}}"))
    assert talk(found).say("go") == ["You said go, from {$location.city} {{x}}"]
    assert "m: The notation '{$location.city}' has no value here" in told(found)


def test_the_links_give_the_order_and_each_chain_ends_where_it_ended() -> None:
    group, chain = flow("go", starter("start", "go"), message("b", "TEXT", "2"), message("a", "TEXT", "3"))
    loose = {**message("aside", "TEXT", "not said"), "group": group["id"]}
    assert talk(brought((group, [loose, *chain]))).say("go") == ["2", "3"]


def test_an_upward_link_counts_where_the_downward_one_is_missing() -> None:
    group, chain = flow("go", starter("start", "go"), message("a", "TEXT", "1"), message("b", "TEXT", "2"))
    del chain[1]["nextMessageId"]
    assert talk(brought((group, chain))).say("go") == ["1", "2"]


def test_jumps_by_id_become_jumps_by_name_within_and_between_flows() -> None:
    first = flow(
        "go",
        starter("start", "go"),
        message("a", "TEXT", "1", rules=[rule(ident("far two"))]),
        message("b", "TEXT", "never"),
    )
    other = flow(
        "Far away",
        message("far one", "TEXT", "never"),
        message("far two", "TEXT", "2", rules=[rule(ident("flow end"), dialog=True)]),
    )
    last = flow("end", message("c", "TEXT", "3"))
    found = brought(first, other, last)
    assert "next: far_away/far_two" in found.files["flows/go.yaml"]
    assert talk(found).say("go") == ["1", "2", "3"]


def test_a_jump_to_what_the_export_lacks_ends_the_flow_and_is_told() -> None:
    found = one(message("a", "TEXT", "1", rules=[rule("gone")]), message("b", "TEXT", "2"))
    assert talk(found).say("go") == ["1"]
    assert "a: It goes on to 'gone', which is not in the export" in told(found)


def test_names_become_ids_that_are_unique_and_readable() -> None:
    found = brought(
        flow("1 Welcome!", starter("s1", "a"), message("What's your name?", "TEXT", "x")),
        flow("2 Welcome", starter("s2", "b"), message("what s your name", "TEXT", "y")),
        flow("Баланс счёта", starter("s3", "c"), message("日本", "TEXT", "z")),
    )
    assert [path for path in found.files if path.startswith("flows/")] == [
        "flows/balans_scheta.yaml",
        "flows/welcome.yaml",
        "flows/welcome_2.yaml",
    ]
    assert "id: what_s_your_name\n" in found.files["flows/welcome.yaml"]
    assert "id: what_s_your_name_2\n" in found.files["flows/welcome_2.yaml"]
    assert "id: text\n" in found.files["flows/balans_scheta.yaml"]


def test_a_trigger_has_patterns_excluded_words_and_an_intent() -> None:
    found = brought(
        flow(
            "go",
            starter(
                "s", "*card*", "*(pass|", excludeKeywords=["gift"], intentId=ident("i"), sample="replace it"
            ),
            message("m", "TEXT", "ok"),
        ),
        flow("Fallback", message("f", "TEXT", "what?"), kind="FALLBACK_DIALOG"),
        associatedIntents=[{"id": ident("i"), "name": "ask about card"}],
    )
    assert talk(found).say("my card") == ["ok"]
    assert talk(found).say("my gift card") == ["what?"]
    assert talk(found).say("replace it") == ["ok"]
    assert "The pattern '*(pass|' is left out" in told(found)


def test_the_fallback_and_the_escalation_flow_have_their_places() -> None:
    found = brought(
        flow(
            "go",
            starter("s", "go"),
            message(
                "q",
                "TEXT_QUESTION",
                "Digits?",
                rules=[rule(conditions=[regex("[0-9]")])],
                fallbackMessage="No.",
            ),
        ),
        flow("Fallback", message("f", "TEXT", "what?"), kind="FALLBACK_DIALOG"),
        flow("Escalate", message("e", "TEXT", "This does not work."), kind="AUTO_ESCALATION"),
        bot={"name": "B", "botAttributes": {"PCS_FALLBACK_LIMIT": "1"}},
    )
    held = talk(found)
    assert held.say("hm") == ["what?"]
    assert held.all("go", "x") == ["No."]
    assert held.say("x")[0] == "This does not work."


@pytest.mark.parametrize("kind", ["DISAMBIGUATION", "SURVEY", "FALLBACK_DIALOG"])
def test_a_flow_that_cannot_start_by_itself_is_told(kind: str) -> None:
    found = brought(
        flow("1 fallback", message("f", "TEXT", "what?"), kind="FALLBACK_DIALOG"),
        flow("Other", message("o", "TEXT", "x"), kind=kind),
    )
    assert "flows/other.yaml" in found.files
    assert "Other: " in told(found)


@pytest.mark.parametrize("word", ["close_conversation", "closeDialog"])
def test_a_question_can_close_the_conversation(word: str) -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "Done?",
            rules=[rule(word, conditions=[pattern("yes")]), rule(conditions=[pattern("no")])],
        ),
        message("m", "TEXT", "What else?"),
    )
    held = talk(found)
    assert held.all("go", "no") == ["What else?"]
    assert not any(isinstance(action, Close) for action in held.last)
    held.all("go", "yes")
    assert any(isinstance(action, Close) for action in held.last)
    assert "clos" not in told(found)


def test_a_message_that_closes_the_conversation() -> None:
    found = brought(
        flow(
            "close conversation",
            starter("s", "go"),
            message("m", "TEXT", "Bye.", rules=[rule("close_conversation")]),
        ),
        flow("b", starter("t", "stop"), message("n", "TEXT", "LP_CLOSECONVERSATION")),
        flow("c", starter("u", "leave"), message("o", "TEXT", "Bye. tag::breakWithDelay=1 LP_CLOSEDIALOG")),
    )
    for said, answer in (("go", ["Bye."]), ("stop", []), ("leave", ["Bye."])):
        held = talk(found)
        assert held.say(said) == answer
        assert any(isinstance(action, Close) for action in held.last), said
