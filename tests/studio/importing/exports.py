"""Builds exports of the Conversation Builder's shape; `tutorial()` is the whole bot of the tutorial."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

TRANSFER_JS = """var channel = botContext.getChannel();

var msg = "Hold on while I transfer you to an agent.";

if(channel == "web"){

  botContext.sendMessage(msg);

}else{

  botContext.setBotVariable('transferMessage',msg,true,false);

}
"""
GLOBALS_JS = "function __initConversation() {\n  botContext.setBotVariable('visits', '1', true, false);\n}\n// caf\u00e9\r\n"
ACCOUNT_REGEX = r"^\b\d{6}\b"
EMAIL_REGEX = r"^\w+([\.-]?\w+)*@\w+([\.-]?\w+)*(\.\w{2,3})+$"


def ident(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


def rule(
    target: str = "next",
    *,
    conditions: Sequence[Json] = (),
    variables: Sequence[Json] = (),
    context: Sequence[Json] = (),
    dialog: bool = False,
    name: str = "RULE_1",
    joined: str = "ANY",
) -> Json:
    return {
        "name": name,
        "conditions": list(conditions),
        "contextConditions": list(context),
        "contextMatchConditionType": joined,
        "action": {"name": "DIALOG" if dialog else "INTERACTION", "value": target},
        "contextDataVariables": list(variables),
    }


def pattern(*patterns: str) -> Json:
    return {"matchType": "PATTERN", "patternMatch": {"patterns": list(patterns), "excludeKeywords": []}}


def regex(text: str) -> Json:
    return {"matchType": "REGEX", "regexMatch": {"regexText": text, "excludeKeywords": []}}


def no_match(text: str = "") -> Json:
    return {"matchType": "NO_MATCH", "noMatch": {"fallbackMessage": text}}


def option(text: str) -> Json:
    return {"matchType": "EVAL_OPTION", "evaluateOptionMatch": {"value": text}}


def result(status: str) -> Json:
    return {"matchType": "API_RESULT", "apiResultsMatch": {"status": status}}


def intent(name: str) -> Json:
    return {"matchType": "INTENT", "intentMatch": {"intentId": ident(name)}}


def variable(name: str, value: str, scope: str = "SESSION") -> Json:
    return {"name": name, "value": value, "scope": scope}


def message(
    name: str, kind: str, text: str | None = None, *, rules: Sequence[Json] = (), **more: Any
) -> Json:
    """One message; `tile` among `more` goes into its tile data, everything else beside it."""
    extra = more.pop("tile", {})
    assert isinstance(extra, dict)
    data: Json = {
        "buttons": [],
        "quickReplyList": [],
        **({"text": text} if text is not None else {}),
        **extra,
    }
    return {
        "id": ident(name),
        "name": name,
        "userInputRequired": False,
        "type": "BOT_MESSAGE",
        "content": {"contentType": "STATIC", "results": {"type": kind, "tile": {"tileData": [data]}}},
        "status": "ACTIVE",
        "responseMatches": list(rules) or [rule()],
        "interactionType": kind,
        **more,
    }


def starter(name: str, *patterns: str, sample: str = "", **more: Any) -> Json:
    made = message(name, "DIALOG_STARTER", **more, pattern=list(patterns))
    if sample:
        made["content"]["results"]["tile"]["sampleUserInput"] = sample
    return made


def call(name: str, integration: str, *, rules: Sequence[Json] = (), **more: Any) -> Json:
    made = message(name, "API_INTEGRATION", rules=rules, **more)
    made["content"] = {
        "contentType": "DYNAMIC",
        "responderName": integration,
        "responderId": ident(integration),
    }
    return made


def flow(name: str, *messages: Json, kind: str = "DIALOG") -> tuple[Json, list[Json]]:
    """A flow with its messages linked below each other."""
    group = ident(f"flow {name}")
    linked = []
    for index, each in enumerate(messages):
        links = {"group": group}
        if index:
            links["prevMessageId"] = messages[index - 1]["id"]
        if index + 1 < len(messages):
            links["nextMessageId"] = messages[index + 1]["id"]
        linked.append({**each, **links})
    return {"id": group, "name": name, "dialogType": kind, "status": "ENABLED"}, linked


def api(name: str, method: str, url: str, **more: Any) -> Json:
    return {
        "id": ident(name),
        "name": name,
        "integrationType": "API",
        "method": method,
        "webhook": url,
        "responseDataVariable": name,
        "group": "Responders",
        "defaultValues": [{"key": "title"}, {"key": "subTitle"}],
        "results": {"type": "TEXT", "tile": {"tileData": [{"buttons": [], "quickReplyList": []}]}},
        **more,
    }


def pairs(**values: str) -> list[Json]:
    return [{"key": key, "value": value} for key, value in values.items()]


def export(*flows: tuple[Json, list[Json]], responders: Sequence[Json] = (), **more: Any) -> Json:
    return {
        "hash": "-1",
        "bot": {
            "id": ident("bot"),
            "name": "Billing Bot",
            "chatBotType": "CUSTOMER_FACING_BOT",
            "language": "en-US",
            "sessionLength": 0,
            "botAttributes": {"ENABLE_DEBUG": "true"},
        },
        "responder": list(responders),
        "requiredContext": [],
        "conversationMessage": sorted(
            (each for _, many in flows for each in many), key=lambda each: str(each["id"])
        ),
        "menus": [],
        "groups": [group for group, _ in flows],
        "platforms": [{"id": ident("web"), "platform": "HTMLCLIENT"}],
        "associatedDomains": [],
        "dialogTemplates": [],
        **more,
    }


def packed(made: Json) -> bytes:
    return json.dumps(made, ensure_ascii=False).encode()


BALANCE = api(
    "Balance",
    "GET",
    "https://api.example.test/accountBalance",
    params=pairs(accountNumber="{$botContext.slot.accountNumber}", email="{$botContext.slot.userEmail}"),
    customDataFields=pairs(accountId="{$.api_Balance.accountId}", balance="{$.api_Balance.accountBalance}"),
)
ESCALATION = api(
    "Escalation",
    "POST",
    "https://desk.example.test/botcentral/livePersonAgent",
    headers=pairs(Authorization="4f7d1c0a-permanent-key"),
    postBody="""{
  "userPlatformId" : "{$chatBotUserPlatformId}",
  "chatBotId": "{$chatBotId}",
  "message": "{$botContext.transferMessage}",
  "conversationId": "{$botContext.convId}",
  "agentSkillName": "Human",
  "agentSkillId": "42"
}""",
)


def billing() -> tuple[Json, list[Json]]:
    """The flow with a yes/no question."""
    to_no = ident("copy no")
    return flow(
        "Billing",
        starter(
            "billing starter", "*bill*", sample="my bill is past due", intentId=ident("billing question")
        ),
        message("billing intro", "TEXT", "Happy to look at your bill with you."),
        message(
            "want copy",
            "TEXT_QUESTION",
            "Shall I send a copy of your latest bill?",
            rules=[
                rule(
                    conditions=[no_match("Please answer yes or no.")], target=ident("want copy"), name="none"
                ),
                rule(conditions=[pattern("(yes|yah|yup)")], name="yes"),
                rule(conditions=[pattern("(no|nope|nah)")], target=to_no, name="no"),
            ],
        ),
        message("copy yes", "TEXT", "You can download it at http://example.com", rules=[rule("none")]),
        message("copy no", "TEXT", "OK. What else can I do for you?"),
    )


def account_balance() -> tuple[Json, list[Json]]:
    """The flow with two regex questions and the call."""
    return flow(
        "Account Balance",
        starter("balance starter", "*balance*"),
        message("balance intro", "TEXT", "I can help you with your account balance."),
        message(
            "ask account",
            "TEXT_QUESTION",
            "Please enter your 6-digit account number? (eg: 123456)",
            rules=[
                rule(
                    conditions=[regex(ACCOUNT_REGEX)],
                    variables=[variable("slot.accountNumber", "{$query}", "DIALOG")],
                )
            ],
            fallbackMessage="An account number has exactly six digits.",
        ),
        message(
            "ask email",
            "TEXT_QUESTION",
            "Please give me your email address (eg: fred@home.com)",
            rules=[
                rule(
                    conditions=[regex(EMAIL_REGEX)],
                    variables=[variable("slot.userEmail", "{$query}", "DIALOG")],
                )
            ],
        ),
        call("get balance", "Balance"),
        message("show balance", "TEXT", "Your current balance is {Balance.balance}"),
    )


def tutorial(**more: Any) -> Json:
    """Billing, Account Balance, Agent Handoff, and the fallback."""
    handoff = flow(
        "Agent Handoff",
        starter("agent starter", "(agent|representative|help|human)", sample="I want to speak to an agent"),
        call("transfer", "Escalation", preProcessMessage=TRANSFER_JS),
    )
    fallback = flow(
        "Fallback", message("fallback text", "TEXT", "I do not know what that means."), kind="FALLBACK_DIALOG"
    )
    intents = [{"id": ident("billing question"), "name": "billing question"}]
    return export(
        billing(),
        account_balance(),
        handoff,
        fallback,
        responders=[BALANCE, ESCALATION],
        **{"associatedIntents": intents, **more},
    )
