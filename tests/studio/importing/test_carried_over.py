"""What each part of an export becomes, seen in conversations where it can be."""

from collections.abc import Sequence

import pytest
from tests.dialog.driver import Talk, answers
from tests.studio.importing.exports import (
    Json,
    api,
    call,
    export,
    flow,
    ident,
    intent,
    message,
    no_match,
    option,
    packed,
    pairs,
    pattern,
    regex,
    result,
    rule,
    starter,
    variable,
)
from tests.studio.importing.loading import load

from frontdesk.core.message import Buttons, Image
from frontdesk.studio.importing import Imported, import_export


def brought(*flows: tuple[Json, list[Json]], **more: object) -> Imported:
    return import_export(packed(export(*flows, **more)), "b")  # type: ignore[arg-type]


def one(*messages: Json, responders: Sequence[Json] = (), **more: object) -> Imported:
    """A bot whose flow `go` has these messages."""
    return brought(flow("go", starter("start", "go"), *messages), responders=responders, **more)


def talk(found: Imported, body: object = None, status: int = 200) -> Talk:
    bot = load(found.files)
    return Talk(bot, {name: answers(status, {} if body is None else body) for name in bot.actions})


def told(found: Imported) -> str:
    return "\n".join(map(str, found.report))


# Texts


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


# Order and jumps


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


# Triggers


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


# Questions


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
    (asked,) = [part for action in held.last for part in action.parts]  # type: ignore[union-attr]
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
    assert [part for action in held.last for part in action.parts if isinstance(part, Image)] == [  # type: ignore[union-attr]
        Image("https://e.test/cat.png", "")
    ]


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


# Variables and conditions


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


# Integrations


def shop(**more: object) -> Json:
    return api("Shop", "POST", "https://api.example.test/{$env.REGION}/orders", **more)


def test_a_call_has_its_environment_parameters_headers_and_typed_body() -> None:
    found = one(
        call("c", "Shop"),
        responders=[
            shop(
                headers=pairs(
                    Accept="text/plain", Authorization="Bearer abcdef", **{"X-Trace": "{$conversationId}"}
                ),
                params=[
                    {"key": "tag", "value": "a"},
                    {"key": "tag", "value": "b"},
                    {"key": "api_key", "value": "s3cret"},
                ],
                postBody='{"n": {$botContext.count}, "deep": [{"text": "Hi {$query}"}], "password": "s3cret", "on": true}',
            )
        ],
    )
    held = Talk(load(found.files), {"Shop": answers()}, env={"REGION": "eu"})
    held.say("go")
    (made,) = held.calls
    assert made.request.url == "https://api.example.test/eu/orders"
    assert made.request.query == (("tag", "a"), ("tag", "b"), ("api_key", ""))
    assert [name for name, _ in made.request.headers] == ["Accept", "Authorization", "X-Trace"]
    assert made.request.json == {"n": None, "deep": [{"text": "Hi go"}], "password": "", "on": True}
    assert "Authorization: Bearer {{ secret.SHOP_AUTHORIZATION }}\n" in found.files["actions/Shop.yaml"]
    assert not any("s3cret" in text or "abcdef" in text for text in (*found.files.values(), told(found)))
    assert "env REGION: " in told(found)


@pytest.mark.parametrize(
    "url", ["https://me:s3cret@api.example.test/x", "https://api.example.test/x?apikey=s3cret&y=1"]
)
def test_a_key_in_an_address_is_taken_out(url: str) -> None:
    found = one(call("c", "S"), responders=[api("S", "GET", url)])
    assert not any("s3cret" in text for text in (*found.files.values(), told(found)))
    assert "S: The address held a key" in told(found)
    load(found.files)


def test_an_address_whose_host_is_a_value_becomes_one_of_the_environment() -> None:
    found = one(call("c", "S"), responders=[api("S", "GET", "https://{$botContext.host}/x")])
    assert "{{ env.S_URL }}" in found.files["actions/S.yaml"]
    assert "S: The address 'https://{$botContext.host}/x' cannot be used" in told(found)


def test_success_and_failure_go_their_ways() -> None:
    found = one(
        call(
            "c",
            "Shop",
            rules=[
                rule(conditions=[result("FAILURE")], target=ident("bad")),
                rule(conditions=[result("SUCCESS")]),
            ],
        ),
        message("m", "TEXT", "Done: {Shop.number}", rules=[rule("none")]),
        message("bad", "TEXT", "It failed."),
        responders=[shop(customDataFields=pairs(number="{$.api_Shop.order.number}", odd="{$botContext.x}"))],
    )
    assert talk(found, {"order": {"number": 7}}).say("go") == ["Done: 7"]
    assert talk(found, status=500).say("go") == ["It failed."]
    assert "The custom data field 'odd' ({$botContext.x}) is left out" in told(found)


def test_the_bots_sentence_for_errors_is_said_where_a_call_fails() -> None:
    found = one(
        call("c", "Shop"),
        message("m", "TEXT", "never"),
        responders=[shop()],
        bot={"name": "B", "botAttributes": {"DEFAULT_ERROR_MESSAGE": "Please come back later."}},
    )
    assert talk(found, status=500).say("go") == ["Please come back later."]


def test_an_integration_with_another_name_and_response_variable_is_found_by_both() -> None:
    store = {
        **shop(customDataFields=pairs(city="{$.api_found.stores[i].city}")),
        "name": "Store Finder",
        "id": "st",
        "responseDataVariable": "found",
    }
    other = {**store, "id": "st2", "name": "Other"}
    found = one(
        {**call("c", "x"), "content": {"contentType": "DYNAMIC", "responderId": "st"}},
        message("m", "TEXT", "{$.api_found.stores[0].city}"),
        responders=[store, other],
    )
    assert talk(found, {"stores": [{"city": "Bonn"}]}).say("go") == ["Bonn"]
    assert "response_variable: found\n" in found.files["actions/Store_Finder.yaml"]
    assert "path: $.stores[*].city\n" in found.files["actions/Store_Finder.yaml"]
    assert "The response variable 'found' is called" in told(found)


@pytest.mark.parametrize("kind", ["EMAIL", "FILE", "LP_FUNCTIONS"])
def test_other_integrations_are_left_out_and_told_and_the_flow_goes_on(kind: str) -> None:
    found = one(
        call("c", "Mail"),
        message("m", "TEXT", "on"),
        responders=[{**api("Mail", "POST", ""), "integrationType": kind}],
    )
    assert talk(found).say("go") == ["on"]
    assert "c: Integrations of this kind ('Mail') are not there" in told(found)


def test_a_knowledge_integration_becomes_an_answer_step() -> None:
    found = one(
        call("c", "FAQ", rules=[rule(conditions=[result("FAILURE")], target=ident("none"))]),
        message("m", "TEXT", "x", rules=[rule("none")]),
        message("none", "TEXT", "y"),
        responders=[{**api("FAQ", "GET", ""), "integrationType": "KNOWLEDGE_BASE"}],
    )
    assert "answer:\n      knowledge: FAQ\n    on_none:\n      goto: none_2\n" in found.files[
        "flows/go.yaml"
    ].replace("goto: none\n", "goto: none_2\n")
    assert "knowledge base 'FAQ'" in told(found)


def test_an_escalation_hands_over() -> None:
    step = message(
        "esc",
        "ESCALATION",
        "One moment.",
        tile={"escalation": {"agentSkillId": "340", "agentSkillName": "Billing team"}},
        rules=[rule("none")],
    )
    held = talk(one(step))
    assert held.say("go") == ["One moment."]
    assert [handoff.team for handoff in held.handoffs] == ["Billing team"]


# Code, settings and the rest


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
        responders=[shop(transformResultsScript="botContext.setBotVariable('api_Shop', 1, true, false)")],
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
