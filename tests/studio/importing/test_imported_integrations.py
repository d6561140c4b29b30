"""Integrations of an export: calls, knowledge, hand-over, and those that are not there."""

import pytest
from tests.dialog.driver import Talk, answers
from tests.studio.importing.bringing import one, talk, told
from tests.studio.importing.exports import Json, api, call, ident, message, pairs, result, rule
from tests.studio.importing.loading import load

from frontdesk.core.action import QueryKey, SecretRef


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
    assert made.request.query == (("tag", "a"), ("tag", "b"))
    assert made.request.auth == QueryKey("api_key", (SecretRef("SHOP_API_KEY"),))
    assert [name for name, _ in made.request.headers] == ["Accept", "Authorization", "X-Trace"]
    assert made.request.json == {"n": None, "deep": [{"text": "Hi go"}], "password": "", "on": True}
    assert "Authorization: Bearer {{ secret.SHOP_AUTHORIZATION }}\n" in found.files["actions/Shop.yaml"]
    assert not any("s3cret" in text or "abcdef" in text for text in (*found.files.values(), told(found)))
    assert "env REGION: " in told(found)


def test_a_password_in_an_address_is_taken_out() -> None:
    found = one(call("c", "S"), responders=[api("S", "GET", "https://me:s3cret@api.example.test/x")])
    assert not any("s3cret" in text for text in (*found.files.values(), told(found)))
    assert "S: The address held a key" in told(found)
    load(found.files)


def test_a_key_in_the_query_of_an_address_becomes_a_secret() -> None:
    url = "https://api.example.test/x?apikey=s3cr%21t&y=1&apikey=s3cr%21t#z"
    found = one(call("c", "S"), responders=[api("S", "GET", url)])
    assert not any("s3cr" in text for text in (*found.files.values(), told(found)))
    assert "Store it as the secret S_APIKEY" in told(found)
    held = Talk(load(found.files), {"S": answers()})
    held.say("go")
    (made,) = held.calls
    assert made.request.url == "https://api.example.test/x?y=1#z"
    assert made.request.auth == QueryKey("apikey", (SecretRef("S_APIKEY"),))


def test_a_second_key_in_a_query_becomes_a_value_of_the_environment() -> None:
    found = one(
        call("c", "S"),
        responders=[
            api("S", "GET", "https://api.example.test/x?key=s3cret", params=pairs(token="s3cret", a="b"))
        ],
    )
    held = Talk(load(found.files), {"S": answers()}, env={"S_TOKEN": "here"})
    held.say("go")
    (made,) = held.calls
    assert made.request.query == (("token", "here"), ("a", "b"))
    assert made.request.auth == QueryKey("key", (SecretRef("S_KEY"),))
    assert not any("s3cret" in text for text in (*found.files.values(), told(found)))


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


def test_a_card_for_each_element_of_a_list_is_told() -> None:
    found = one(
        call("c", "Shop"),
        message("cards", "STRUCTURED", tile={"title": "{Shop.city}"}),
        responders=[shop(customDataFields=pairs(city="{$.api_Shop.stores[i].city}"))],
    )
    assert "cards: The card stands for each element of Shop.city" in told(found)
