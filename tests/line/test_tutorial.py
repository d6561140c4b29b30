"""The tutorial "Integrations" followed word by word: its notations, its regexes, its two integrations and its code.

Over the REST wire and in the preview, with real servers in the place of its two services and real script processes.
Acceptance S001: every test quotes the tutorial's own step.
"""

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.doubles.http_server import FaultServer, json_answer
from tests.program import Desk, Program

from frontdesk.core.action import Restarted, Said
from frontdesk.core.message import plain
from frontdesk.core.redacted import Redacted
from frontdesk.store.bots import PREVIEW
from frontdesk.store.ids import mint
from frontdesk.store.secrets import put_secrets
from frontdesk.turn.receive import Arrival, receive

Q = "Please enter your 6-digit account number? (eg: 123456)"
TRANSFER = "Hold on while I transfer you to an agent."
SCRIPT = """var channel = botContext.getChannel();

var msg = "Hold on while I transfer you to an agent.";

if(channel == "web"){

  botContext.sendMessage(msg);

}else{

  botContext.setBotVariable('transferMessage',msg,true,false);

}
"""
BOT = {
    "bot.yaml": """format: assistant/v1
assistant: {id: tutorial, name: Tutorial, language: en}
env: {BALANCE_API: "", DESK_API: ""}
slots:
  accountNumber: {scope: flow}
  userEmail: {scope: flow}
intents:
  agent: {examples: [I want to speak to an agent]}
""",
    "flows/account_balance.yaml": """name: Account Balance
trigger: {patterns: ["*balance*"]}
steps:
  - say: I can help you with your account balance.
  - ask: "Please enter your 6-digit account number? (eg: 123456)"
    slot: accountNumber
    value: "{$query}"
    accept: {regex: '^\\b\\d{6}\\b'}
  - ask: "Please give me your email address (eg: fred@home.com)"
    slot: userEmail
    value: "{$query}"
    accept: {regex: '^\\w+([\\.-]?\\w+)*@\\w+([\\.-]?\\w+)*(\\.\\w{2,3})+$'}
  - call: Balance
  - say: "Your current balance is {Balance.balance}"
""",
    "flows/agent_handoff.yaml": """name: Agent Handoff
trigger:
  patterns: ["(agent|representative|help|human)"]
  intent: agent
steps:
  - call: Escalation
    before: scripts/transfer.js
    then: handoff
""",
    "actions/Balance.yaml": """response_variable: Balance
request:
  method: GET
  url: "{$env.BALANCE_API}/thirdparty-services-0.1/accountBalance"
  query:
    accountNumber: "{$botContext.slot.accountNumber} "
    email: "{$botContext.slot.userEmail}"
result:
  accountId: "{$.api_Balance.accountId}"
  balance: "{$.api_Balance.accountBalance}"
""",
    "actions/Escalation.yaml": """response_variable: Escalation
request:
  method: POST
  url: "{$env.DESK_API}/botservice-0.1/botcentral/livePersonAgent"
  headers: {Authorization: "{{ secret.DESK_KEY }}"}
  json:
    userPlatformId: "{$chatBotUserPlatformId}"
    chatBotId: "{$chatBotId}"
    message: "{$botContext.transferMessage}"
    conversationId: "{$botContext.convId}"
    agentSkillName: Human
    agentSkillId: "42"
""",
    "scripts/transfer.js": SCRIPT,
}


@pytest.fixture
async def service() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        server.answers(json_answer({"accountId": "123456", "accountBalance": 512.75}))
        yield server


@pytest.fixture
async def desk(program: Program, service: FaultServer) -> Desk:
    return await program.desk(BOT, env={"BALANCE_API": service.url(""), "DESK_API": service.url("")})


async def preview(desk: Desk, sender: str, heard: Said | Restarted) -> list[str]:
    """The previewer: what `frontdesk talk` does."""
    running = desk.program.running
    entrance = await running.line.bots.entrance(host="", name=desk.assistant_id, channel_type=PREVIEW)
    answer = await receive(running.line, running.lanes, Arrival(entrance, sender, heard))
    return [plain(parts) for parts in answer.messages]


async def test_step_6_the_balance_integration(desk: Desk, service: FaultServer) -> None:
    assert await desk.say("fred", "account balance") == ["I can help you with your account balance.", Q]
    assert await desk.say("fred", "123456") == ["Please give me your email address (eg: fred@home.com)"]
    assert await desk.say("fred", "fred@home.com") == ["Your current balance is 512.75"]
    (made,) = service.received
    parts = urlsplit(made.target)
    assert (made.method, parts.path) == ("GET", "/thirdparty-services-0.1/accountBalance")
    assert parse_qsl(parts.query) == [("accountNumber", "123456 "), ("email", "fred@home.com")]


async def test_step_6_reset_in_the_previewer(desk: Desk) -> None:
    sender = mint("vis")
    assert (await preview(desk, sender, Said("my balance please")))[-1] == Q
    assert await preview(desk, sender, Said("reset")) == ["The conversation starts over."]
    assert (await preview(desk, sender, Said("account balance")))[-1] == Q


@pytest.mark.parametrize("said", ["agent", "Representative!", "I want to speak to an agent"])
async def test_step_7_on_a_channel_the_message_goes_with_the_call(
    desk: Desk, service: FaultServer, said: str
) -> None:
    """Transcript 9: the code sets the variable, sends nothing itself, and people have the conversation then."""
    service.answers(json_answer({"ok": True}, 201))
    await keep_key(desk)
    assert await desk.say("fred", said) == []
    (made,) = service.received
    assert (made.method, made.target) == ("POST", "/botservice-0.1/botcentral/livePersonAgent")
    assert made.headers["authorization"] == "permanent-key"
    (conversation,) = await desk.rows("conversations")
    assert json.loads(made.body) == {
        "userPlatformId": conversation["contact_id"],
        "chatBotId": desk.assistant_id,
        "message": TRANSFER,
        "conversationId": conversation["id"],
        "agentSkillName": "Human",
        "agentSkillId": "42",
    }
    assert conversation["owner"] == "queued"
    assert await desk.say("fred", "are you there?") == []


async def test_step_7_in_the_previewer_the_code_says_it_itself(desk: Desk, service: FaultServer) -> None:
    service.answers(json_answer({"ok": True}))
    await keep_key(desk)
    assert await preview(desk, mint("vis"), Said("human")) == [TRANSFER]


async def test_code_that_breaks_stays_between_the_program_and_the_author(
    desk: Desk, service: FaultServer
) -> None:
    service.answers(json_answer({"ok": True}))
    await keep_key(desk)
    await desk.publish({**BOT, "scripts/transfer.js": "var a = 1;\nnobody.home();\n"})
    assert await desk.say("fred", "agent") == []
    (trace,) = await desk.rows("traces")
    assert "scripts/transfer.js:2" in trace["trace"]
    assert "nobody" in trace["trace"]


async def keep_key(desk: Desk) -> None:
    running = desk.program.running
    async with running.store.unit_of_work(desk.workspace) as tx:
        await put_secrets(
            desk.workspace, tx, running.vault, desk.assistant_id, {"DESK_KEY": Redacted("permanent-key")}
        )
