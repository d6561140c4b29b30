"""The tutorial's bot, imported: its conversations word for word, and its folder."""

import pytest
from tests.dialog.driver import ERROR, Talk, answers
from tests.studio.importing.exports import (
    GLOBALS_JS,
    TRANSFER_JS,
    export,
    flow,
    ident,
    message,
    packed,
    tutorial,
)
from tests.studio.importing.loading import load

from frontdesk.core.action import SecretRef
from frontdesk.dialog.load import load_bot
from frontdesk.studio.importing import Imported, import_export

ACCOUNT = "Please enter your 6-digit account number? (eg: 123456)"
Q1 = ["I can help you with your account balance.", ACCOUNT]
Q2 = ["Please give me your email address (eg: fred@home.com)"]
R1 = ["An account number has exactly six digits."]
COPY = "Shall I send a copy of your latest bill?"
UNKNOWN = "I do not know what that means."


@pytest.fixture(name="imported", scope="module")
def _imported() -> Imported:
    return import_export(packed(tutorial(globalFunctions={"methods": GLOBALS_JS})), "billing helper")


@pytest.fixture(name="talk")
def _talk(imported: Imported) -> Talk:
    return Talk(
        load(imported.files),
        {
            "Balance": answers(body={"accountId": "7", "accountBalance": 512.75}),
            "Escalation": answers(201, {}),
        },
    )


def test_the_whole_conversation_of_the_tutorial(talk: Talk) -> None:
    """S001-29, S001-30, S001-33, S001-35, S001-38, S001-39."""
    assert talk.say("account balance") == Q1
    assert talk.say("12345") == R1
    assert talk.say("123456") == Q2
    assert talk.say("fred@home.com") == ["Your current balance is 512.75"]
    (made,) = talk.calls
    assert made.request.method == "GET"
    assert made.request.url == "https://api.example.test/accountBalance"
    assert made.request.query == (("accountNumber", "123456"), ("email", "fred@home.com"))
    assert talk.slots() == {}


def test_the_whole_message_is_kept_as_the_rule_said(talk: Talk) -> None:
    talk.all("balance", "123456 please")
    assert talk.slots() == {"accountNumber": "123456 please"}


def test_a_question_asks_again_in_another_run_of_its_flow(talk: Talk) -> None:
    talk.all("balance", "123456", "fred@home.com")
    assert talk.say("balance") == Q1


def test_yes_and_no_go_their_own_ways(talk: Talk) -> None:
    assert talk.say("my bill is past due") == ["Happy to look at your bill with you.", COPY]
    assert talk.say("maybe") == ["Please answer yes or no."]
    assert talk.say("balance") == ["Please answer yes or no."], "a no-match rule keeps other flows away"
    assert talk.say("Yup!") == ["You can download it at http://example.com"]
    assert talk.all("bill", "nope") == ["OK. What else can I do for you?"]


def test_a_question_without_a_no_match_rule_lets_other_flows_in(talk: Talk) -> None:
    talk.say("balance")
    assert talk.say("my bill") == ["Happy to look at your bill with you.", COPY]
    assert talk.say("no") == ["OK. What else can I do for you?", ACCOUNT]


def test_the_transfer_posts_its_body_and_leaves_the_bot(talk: Talk) -> None:
    assert talk.say("Human!") == ["Hold on while I transfer you to an agent."], (
        "said by its code, in previews"
    )
    (made,) = talk.calls
    assert made.request.method == "POST"
    assert made.request.headers == (("Authorization", (SecretRef("ESCALATION_AUTHORIZATION"),)),)
    assert made.request.json == {
        "userPlatformId": "vis_1",
        "chatBotId": "asst_1",
        "message": None,
        "conversationId": "conv_1",
        "agentSkillName": "Human",
        "agentSkillId": "42",
    }
    assert len(talk.handoffs) == 1


def test_the_sample_sentence_starts_its_flow(talk: Talk) -> None:
    talk.say("I want to speak to an agent")
    assert len(talk.handoffs) == 1


def test_what_nothing_takes_goes_to_the_fallback(talk: Talk) -> None:
    assert talk.say("what is the weather") == [UNKNOWN]


def test_a_failed_call_is_told(imported: Imported) -> None:
    talk = Talk(load(imported.files), {"Balance": answers(500)})
    assert talk.all("balance", "123456", "fred@home.com") == [ERROR]


def test_the_folder_has_a_file_for_each_part(imported: Imported) -> None:
    assert list(imported.files) == [
        "bot.yaml",
        "flows/account_balance.yaml",
        "flows/agent_handoff.yaml",
        "flows/billing.yaml",
        "actions/Balance.yaml",
        "actions/Escalation.yaml",
        "scripts/globals.js",
        "scripts/transfer_before.js",
    ]


def test_scripts_are_kept_byte_for_byte_and_called(imported: Imported) -> None:
    assert imported.files["scripts/transfer_before.js"] == TRANSFER_JS
    assert imported.files["scripts/globals.js"] == GLOBALS_JS
    assert "before: scripts/transfer_before.js" in imported.files["flows/agent_handoff.yaml"]
    assert "globals: scripts/globals.js" in imported.files["bot.yaml"]
    assert "__initConversation();" in imported.files["bot.yaml"]


def test_no_secret_stands_in_the_folder_or_in_the_report(imported: Imported) -> None:
    assert not [path for path, text in imported.files.items() if "permanent-key" in text]
    assert not [found for found in imported.report if "permanent-key" in str(found)]


def test_the_report_names_what_needs_the_authors_hand(imported: Imported) -> None:
    told = [(found.where, found.what) for found in imported.report]
    assert told == [
        ("Escalation", "The value of the header 'Authorization' is taken out: it may be a key."),
        ("transfer", "It transfers to agents of the other platform by its own API."),
        ("intent billing_question", "The sentences it was trained with are not in the export."),
    ]
    assert all(found.todo for found in imported.report)


def test_the_same_bot_gives_the_same_folder_whatever_its_ids(imported: Imported) -> None:
    made = packed(tutorial(globalFunctions={"methods": GLOBALS_JS})).decode()
    for name in ("want copy", "flow Billing", "Balance", "copy no", "ask account"):
        made = made.replace(ident(name), f"new-{ident(name)[::-1]}")
    assert import_export(made.encode(), "billing helper") == imported


def test_of_the_folder_the_loader_says_only_that_the_intent_lacks_its_sentences(imported: Imported) -> None:
    assert [warning.message for warning in load(imported.files).warnings] == [
        "With one example only, this intent is mostly not understood: billing_question."
    ]


def test_the_smallest_bot_loads_with_the_loader_as_it_is() -> None:
    found = import_export(packed(export(flow("One", message("hello", "TEXT", "Hello.")))), "")
    assert tuple(load_bot(found.files).flows) == ("one",)
