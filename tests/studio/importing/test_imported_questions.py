"""Questions, rules, variables and conditions of an export, seen in conversations."""

from tests.studio.importing.bringing import brought, one, parts_of, talk, told
from tests.studio.importing.exports import (
    flow,
    ident,
    intent,
    message,
    no_match,
    option,
    pattern,
    regex,
    rule,
    starter,
    variable,
)
from tests.studio.importing.loading import load

from frontdesk.core.message import Buttons, Image


def test_an_open_question_takes_anything_and_keeps_it() -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "Name?",
            rules=[rule(variables=[variable("slot.who", "{$query}", "SESSION")])],
        ),
        message("m", "TEXT", "Hello {$botContext.slot.who}"),
    )
    assert talk(found).all("go", "Ann") == ["Hello Ann"]


def test_rules_are_tried_intents_first_and_no_match_last() -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "Well?",
            rules=[
                rule(conditions=[no_match("Sorry?")], target=ident("q"), name="none"),
                rule(conditions=[pattern("*")], target=ident("p"), name="any"),
                rule(conditions=[intent("i")], target=ident("by intent"), name="intent"),
            ],
        ),
        message("p", "TEXT", "by pattern", rules=[rule("none")]),
        message("by intent", "TEXT", "by intent"),
        associatedIntents=[{"id": ident("i"), "name": "card"}],
    )
    rules = found.files["flows/go.yaml"]
    assert rules.index("intent: card") < rules.index('pattern: "*"')
    assert talk(found).all("go", "x") == ["by pattern"]


def test_a_no_match_rule_that_goes_elsewhere_says_its_message_first() -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "Well?",
            rules=[
                rule(conditions=[pattern("a")]),
                rule(conditions=[no_match("Never mind.")], target=ident("out")),
            ],
        ),
        message("m", "TEXT", "a it is", rules=[rule("none")]),
        message("out", "TEXT", "Bye."),
    )
    assert talk(found).all("go", "a") == ["a it is"]
    assert talk(found).all("go", "zzz") == ["Never mind.", "Bye."]


def test_multiple_choice_is_answered_by_option_number_and_letter() -> None:
    found = one(
        message(
            "q",
            "MULTIPLE_CHOICE_QUESTION",
            "How?",
            tile={"multipleChoice": {"multipleChoices": ["Text", "Voice call"], "displayChoice": "BUTTON"}},
            rules=[
                rule(
                    conditions=[option("Voice call")],
                    target=ident("v"),
                    variables=[variable("how", "{$query}")],
                ),
                rule(conditions=[option("Text")]),
            ],
        ),
        message("t", "TEXT", "texting", rules=[rule("none")]),
        message("v", "TEXT", "calling {$botContext.how}"),
    )
    assert talk(found).all("go", "text") == ["texting"]
    assert talk(found).all("go", "b") == ["calling b"]
    held = talk(found)
    held.say("go")
    (asked,) = parts_of(held)
    assert isinstance(asked, Buttons)
    assert [button.title for button in asked.buttons] == ["Text", "Voice call"]


def test_quick_replies_and_buttons_are_choices_with_payloads() -> None:
    for shape in (
        message(
            "q",
            "QUICK_REPLY",
            "Pick",
            quickReplies=[
                {"type": "text", "title": "Quiz me!", "payload": "quiz"},
                {"type": "location", "title": "Where"},
            ],
            rules=[rule(conditions=[pattern("quiz")])],
        ),
        message(
            "q",
            "BUTTON",
            "Pick",
            tile={"buttons": [{"name": "Quiz me!", "type": "postback", "callback": "quiz"}]},
            rules=[rule(conditions=[pattern("quiz")])],
        ),
    ):
        assert talk(one(shape, message("m", "TEXT", "ready"))).all("go", "Quiz me!") == ["ready"]


def test_buttons_after_which_nothing_happens_are_a_message_that_can_start_any_flow() -> None:
    menu = message(
        "q",
        "BUTTON",
        "Pick",
        rules=[rule("none")],
        tile={
            "buttons": [
                {"name": "Shop", "type": "postback", "callback": "shop"},
                {"name": "Site", "type": "web_url", "callback": "https://e.test/x"},
            ]
        },
    )
    found = brought(
        flow("go", starter("s", "go"), menu),
        flow("Shop", starter("s2", "shop"), message("m", "TEXT", "shopping")),
    )
    assert talk(found).all("go", "shop") == ["shopping"]


def test_an_address_that_is_a_value_of_the_conversation_is_shown_as_text() -> None:
    found = one(
        message(
            "q",
            "BUTTON",
            "Your cart",
            tile={"buttons": [{"name": "Cart", "type": "web_url", "callback": "{$botContext.cart}"}]},
        )
    )
    assert "Cart: {$botContext.cart}" in found.files["flows/go.yaml"]
    assert "q: The address '{$botContext.cart}' cannot be used" in told(found)


def test_an_image_is_shown_with_its_text() -> None:
    held = talk(one(message("i", "IMAGE", tile={"url": "https://e.test/cat.png"})))
    held.say("go")
    assert [part for part in parts_of(held) if isinstance(part, Image)] == [
        Image("https://e.test/cat.png", "")
    ]


def test_a_card_without_a_title_gets_one_and_is_told() -> None:
    found = one(
        message(
            "c", "STRUCTURED", tile={"title": None, "subTitle": "Mon-Fri", "image": "https://e.test/b.png"}
        )
    )
    assert talk(found).all("go") == ["Mon-Fri"]
    assert "A card has no title" in told(found)


def test_cards_become_a_message_and_a_question_about_them() -> None:
    found = one(
        message(
            "c",
            "STRUCTURED",
            tile={
                "title": "Berlin",
                "subTitle": "Mon-Fri",
                "image": "https://e.test/b.png",
                "buttons": [{"name": "Take it", "type": "postback", "callback": "take"}],
            },
            rules=[rule(conditions=[pattern("take")])],
        ),
        message("m", "TEXT", "taken"),
    )
    text = found.files["flows/go.yaml"]
    assert (
        "        - title: Berlin\n          subtitle: Mon-Fri\n          image: https://e.test/b.png\n"
        in text
    )
    assert talk(found).all("go", "Take it") == ["taken"]


def test_a_regex_that_re2_refuses_is_left_out_loudly_and_the_rest_of_its_rule_stays() -> None:
    found = one(
        message("q", "TEXT_QUESTION", "Well?", rules=[rule(conditions=[regex("(?=x)y"), pattern("ok")])]),
        message("m", "TEXT", "fine"),
    )
    assert "q: The regex '(?=x)y' is left out" in told(found)
    assert talk(found).all("go", "ok") == ["fine"]


def test_a_rule_that_could_test_nothing_is_left_out_and_never_taken_for_anything() -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "Well?",
            rules=[
                rule(conditions=[regex("(?=x)y")], target=ident("m"), name="R"),
                rule(conditions=[pattern("ok")]),
            ],
        ),
        message("n", "TEXT", "fine", rules=[rule("none")]),
        message("m", "TEXT", "wrong"),
    )
    assert "The rule 'R' is left out" in told(found)
    assert "wrong" not in talk(found).all("go", "x", "anything")


def test_variables_keep_their_scope_and_texts_find_them() -> None:
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "Well?",
            rules=[
                rule(
                    variables=[
                        variable("a", "{$query}", "SESSION"),
                        variable("b", "{$query}", "DIALOG"),
                        variable("c", "x", "FOREVER"),
                    ]
                )
            ],
        ),
        message("m", "TEXT", "{$botContext.a} {$botContext.b} {$botContext.c}"),
    )
    held = talk(found)
    assert held.all("go", "hm") == ["hm hm x"]
    bot = load(found.files)
    assert {name: slot.scope for name, slot in bot.slots.items()} == {"b": "flow", "c": "contact"}


def test_conditions_on_variables_decide_rules_and_ways_on() -> None:
    equals = {"matchType": "EQUALS", "contextName": "kind", "value": "gold"}
    found = one(
        message("q", "TEXT_QUESTION", "Kind?", rules=[rule(variables=[variable("kind", "{$query}")])]),
        message("m", "TEXT", "Thanks.", rules=[rule(ident("gold"), context=[equals]), rule("next")]),
        message("n", "TEXT", "Plain.", rules=[rule("none")]),
        message("gold", "TEXT", "Gold!"),
    )
    assert talk(found).all("go", "gold") == ["Thanks.", "Gold!"]
    assert talk(found).all("go", "tin") == ["Thanks.", "Plain."]


def test_a_condition_that_cannot_be_written_takes_its_rule_out_and_says_which() -> None:
    contains = {"matchType": "CONTAINS", "contextName": "{$userMessage}", "value": "answer"}
    found = one(
        message(
            "q",
            "TEXT_QUESTION",
            "?",
            rules=[
                rule(conditions=[pattern("*")], context=[contains], name="has", target=ident("m")),
                rule(conditions=[pattern("b")]),
            ],
        ),
        message("n", "TEXT", "b", rules=[rule("none")]),
        message("m", "TEXT", "wrong"),
    )
    assert "The rule 'has' is left out: its condition on variables ({$userMessage} CONTAINS answer)" in told(
        found
    )
    assert talk(found).all("go", "b") == ["b"]
