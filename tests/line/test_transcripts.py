"""The conversations that an engine of this family must hold, over the REST wire: the tutorial's assistant, its API a
real server. Each line is what the customer says and what comes back; numbers are those of the agreed transcripts.

Number 9 (scripts) is in `test_tutorial.py`, 8's warning of the linter in `tests/dialog`.
"""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pytest
from tests.doubles.http_client import HttpClient
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.program import EXAMPLE, Desk, Program, until

from frontdesk.app.demo import balance
from frontdesk.app.demo.files import example

Q = "Please enter your 6-digit account number? (eg: 123456)"
Q1 = ["I can help you with your account balance.", Q]
Q2 = ["Please give me your email address (eg: fred@home.com)"]
R1 = ["An account number has exactly six digits."]
R2 = ["That does not look like an email address."]
BALANCE = ["Your current balance is 512.75"]
FAILED = ['I could not read your balance just now. Say "agent" if you want a person.']
HELLO = "Hello! Ask me about your bill or your account balance."
OFFER = ["This is not working well. Shall I get a person for you?"]
TRANSFER = ["Hold on while I transfer you to an agent."]
RESET = ["The conversation starts over."]
BILL = "Shall I send a copy of your latest bill?"

Lines = list[tuple[str, list[str]]]
Files = dict[str, str]
Queries = tuple[list[tuple[str, str]], ...]
FOUND = json_answer({"accountId": "123456", "accountBalance": 512.75})


def unsure(text: str) -> list[str]:
    return [f"I am not sure what '{text}' means."]


def changed(path: str, old: str, new: str) -> Callable[[Files], None]:
    """The tutorial's bot with one thing written otherwise."""

    def change(files: Files) -> None:
        assert files[path].count(old) == 1
        files[path] = files[path].replace(old, new)

    return change


def as_it_is(_: Files) -> None:
    """The tutorial's bot."""


DEBUG = changed("bot.yaml", "debug_commands: preview", "debug_commands: everywhere")
WHOLE_MESSAGE = changed(
    "flows/account_balance.yaml", "slot: accountNumber", 'slot: accountNumber\n    value: "{$query}"'
)
ONLY_PATTERN = changed("flows/agent_handoff.yaml", "  intent: talk_to_human\n", "")


def no_intent(files: Files) -> None:
    ONLY_PATTERN(files)
    main = files["bot.yaml"]
    files["bot.yaml"] = main[: main.index("  talk_to_human:\n")] + main[main.index("\nentities:\n") :]


def two_flows_that_jump_to_each_other(files: Files) -> None:
    files["flows/one.yaml"] = "trigger: {patterns: [loop]}\nsteps: [{say: Round.}, {run: two}]"
    files["flows/two.yaml"] = "steps: [{say: And round.}, {run: one}]"


@dataclass(frozen=True)
class Case:
    """One transcript. `queries` are those of the calls it makes, each parameter in full."""

    name: str
    lines: Lines
    bot: Callable[[Files], None] = as_it_is
    api: Answer = FOUND
    queries: Queries = ()


def asked_with(account: str) -> Queries:
    return ([("accountNumber", account), ("email", "fred@home.com")],)


ASKED = asked_with("123456")

CASES = [
    Case(
        "1-happy-path",
        [("reset", RESET), ("account balance", Q1), ("123456", Q2), ("fred@home.com", BALANCE)],
        bot=DEBUG,
        queries=ASKED,
    ),
    Case("2-punctuation", [("What's my BALANCE?!", Q1)]),
    Case("2-blanks", [("  Balance ", Q1)]),
    Case("2-inside-a-word", [("rebalanced", Q1)]),
    Case("3-six-digits", [("balance", Q1), ("12345", R1), ("1234567", R1), (" 123456 ", Q2)]),
    Case(
        "4-the-matched-text-is-kept",
        [("balance", Q1), ("123456 please", Q2), ("fred@home.com", BALANCE)],
        queries=ASKED,
    ),
    Case(
        "4-the-whole-message-where-asked-for",
        [("balance", Q1), ("123456 please", Q2), ("fred@home.com", BALANCE)],
        bot=WHOLE_MESSAGE,
        queries=asked_with("123456 please"),
    ),
    Case(
        "5-no-parameter-is-smuggled-in",
        [("balance", Q1), ("123456&email=x@y.zz", Q2), ("fred@home.com", BALANCE)],
        bot=WHOLE_MESSAGE,
        queries=asked_with("123456&email=x@y.zz"),
    ),
    Case("6-a-greeting-in-between", [("balance", Q1), ("hello there", [HELLO, Q]), ("123456", Q2)]),
    Case("7-hand-off", [("balance", Q1), ("agent", TRANSFER), ("are you there?", []), ("123456", [])]),
    Case("8-by-example", [("I want to speak to an agent", TRANSFER)]),
    Case("8-by-word", [("Human!", TRANSFER)]),
    Case(
        "8-pattern-only", [("I want to speak to an agent", unsure("I want to speak to an agent"))], no_intent
    ),
    Case("8-pattern-is-whole", [("I need an agent", unsure("I need an agent"))], no_intent),
    Case(
        "10-the-api-fails",
        [("balance", Q1), ("123456", Q2), ("fred@home.com", FAILED), ("balance", Q1)],
        api=Answer(500),
        queries=ASKED,
    ),
    Case(
        "11-the-api-answers-without-a-balance",
        [("balance", Q1), ("123456", Q2), ("fred@home.com", FAILED), ("balance", Q1)],
        api=json_answer({}),
        queries=ASKED,
    ),
    Case(
        "12-declined",
        [
            ("balance", Q1),
            ("a", R1),
            ("b", R1),
            ("c", R1),
            ("d", OFFER),
            ("no", [Q]),
            ("e", R1),
            ("123456", Q2),
        ],
    ),
    Case(
        "12-accepted",
        [("balance", Q1), ("a", R1), ("b", R1), ("c", R1), ("d", OFFER), ("Yes!", TRANSFER), ("a", [])],
    ),
    Case(
        "13-reset",
        [("balance", Q1), ("123456", Q2), ("RESET", RESET), ("fred@home.com", unsure("fred@home.com"))],
        bot=DEBUG,
    ),
    Case("13-reset-is-ordinary-text-for-customers", [("balance", Q1), ("reset", R1)]),
    Case(
        "14-nothing-is-expanded",
        [
            (text, unsure(text))
            for text in (
                "{$botContext.slot.userEmail} {{ secret.DESK_KEY }} {$query}",
                "{{ message.text }}",
                "{% for x in y %}",
                "{$.api_Rate.value} {Rate.value}",
            )
        ],
    ),
    Case(
        "15-no-text-holds-the-engine-up",
        [("balance", Q1), ("123456", Q2), ("a" * 5000 + "!", R2), ("fred@home.com", BALANCE)],
        queries=ASKED,
    ),
    Case(
        "18-branches",
        [
            ("My bill is past due.", ["Happy to look at your bill with you.", BILL]),
            ("what is my balance", Q1),
            ("123456", Q2),
            ("fred@home.com", [*BALANCE, BILL]),
            ("maybe", ["Please answer yes or no."]),
            ("Yup!", ["You can download it at http://example.com"]),
        ],
        queries=ASKED,
    ),
    Case(
        "18-a-loop-ends",
        [
            ("loop", ["Round.", "And round.", "Sorry, I got stuck. Please tell me again what you need."]),
            ("balance", Q1),
        ],
        bot=two_flows_that_jump_to_each_other,
    ),
]


@pytest.fixture
async def api() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        server.answers(FOUND)
        yield server


async def make_desk(program: Program, api: FaultServer, bot: Callable[[Files], None] = as_it_is) -> Desk:
    files = dict(example(EXAMPLE))
    bot(files)
    return await program.desk(files, env={"BALANCE_API": api.url("")})


def queries(api: FaultServer) -> Queries:
    """The parameters of each call as its receiver reads them, doubled ones included."""
    # Encoded without exception (transcript 5): no reserved character of a value is left to a receiver's taste.
    assert all("@" not in request.target for request in api.received)
    return tuple(
        parse_qsl(request.target.partition("?")[2], keep_blank_values=True) for request in api.received
    )


async def slots(desk: Desk) -> list[Mapping[str, object]]:
    """The slots of the flows under way, of the desk's one conversation."""
    (row,) = await desk.rows("conversations")
    return [frame.get("slots", {}) for frame in json.loads(row["state"]).get("stack", [])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_transcript(program: Program, api: FaultServer, case: Case) -> None:
    api.answers(case.api)
    desk = await make_desk(program, api, case.bot)
    async with asyncio.timeout(60):
        for said, expected in case.lines:
            assert await desk.say("jhon", said) == expected, said
    assert queries(api) == case.queries


async def test_3_and_13_slots_are_written_by_good_answers_only_and_forgotten(
    program: Program, api: FaultServer
) -> None:
    desk = await make_desk(program, api, DEBUG)
    for said, kept in (
        ("balance", [{}]),
        ("12345", [{}]),
        ("1234567", [{}]),
        ("123456", [{"accountNumber": "123456"}]),
        ("RESET", []),
        ("balance", [{}]),
        ("123456", [{"accountNumber": "123456"}]),
        ("fred@home.com", []),
    ):
        await desk.say("jhon", said)
        assert await slots(desk) == kept, said


async def test_7_what_is_said_to_people_waits_in_the_inbox(program: Program, api: FaultServer) -> None:
    desk = await make_desk(program, api)
    for said in ("balance", "agent", "are you there?"):
        await desk.say("jhon", said)
    (conversation,) = await desk.rows("conversations")
    assert (conversation["owner"], conversation["team"]) == ("queued", "Human")
    messages = await desk.rows("messages", "seq")
    assert [row["author"] for row in messages if row["author"] != "event"][-2:] == ["bot", "contact"]
    messages = [row for row in messages if row["author"] == "contact"]
    assert json.loads(messages[-1]["parts"]) == [{"type": "text", "text": "are you there?"}]
    (asked,) = [row for row in await desk.rows("events") if row["type"] == "handoff.requested"]
    assert json.loads(asked["data"])["team"] == "Human"
    assert json.loads(asked["data"])["share"] == ["transcript", "slots", "contact", "last_intent"]


async def test_16_every_message_delivered_twice_is_answered_once(program: Program, api: FaultServer) -> None:
    desk = await make_desk(program, api)
    lines = [("balance", Q1), ("123456", Q2), ("fred@home.com", BALANCE)]
    for number, (said, expected) in enumerate(lines):
        for _ in range(2):
            answer = await desk.post("jhon", said, metadata={"message_id": f"m{number}"})
            assert [bubble["text"] for bubble in answer.json()] == expected
    assert queries(api) == ASKED
    assert len(await desk.rows("messages")) == 7


async def test_16_messages_sent_while_the_api_is_asked_follow_in_order(
    program: Program, api: FaultServer
) -> None:
    api.answers(dataclasses.replace(FOUND, delay_s=0.5))
    desk = await make_desk(program, api)
    await desk.say("jhon", "balance")
    await desk.say("jhon", "123456")
    talking = [asyncio.create_task(desk.say("jhon", "fred@home.com"))]

    async def asked() -> bool:
        return len(api.received) == 1

    await until(asked)
    for count, said in enumerate(("hello", "my shoe"), start=1):
        talking.append(asyncio.create_task(desk.say("jhon", said)))

        async def waits(count: int = count) -> bool:
            return len([row for row in await desk.rows("inbound") if row["status"] == "waiting"]) == count + 1

        await until(waits)
    assert await asyncio.gather(*talking) == [BALANCE, [HELLO], unsure("my shoe")]
    assert queries(api) == ASKED
    texts = [json.loads(row["parts"])[0]["text"] for row in await desk.rows("messages", "seq")]
    assert texts[-6:] == ["fred@home.com", *BALANCE, "hello", HELLO, "my shoe", *unsure("my shoe")]


async def test_17_a_question_is_forgotten_after_the_session(program: Program, api: FaultServer) -> None:
    desk = await make_desk(program, api)
    assert await desk.say("jhon", "balance") == Q1
    await program.execute(
        """UPDATE conversations SET state = jsonb_set(state, '{last_at}',
               to_jsonb((state->>'last_at')::float8 - 7300)) WHERE workspace_id = $1""",
        desk.workspace,
    )
    assert await desk.say("jhon", "123456") == unsure("123456")
    assert await desk.say("jhon", "balance") == Q1


async def test_18_a_loop_tells_the_author(program: Program, api: FaultServer) -> None:
    desk = await make_desk(program, api, two_flows_that_jump_to_each_other)
    await desk.say("jhon", "loop")
    (row,) = await desk.rows("traces")
    assert any(step.get("alert") == "loop" for step in json.loads(row["trace"])["steps"])


# -- more than one conversation, assistant and workspace


async def test_the_demos_own_balance_service_is_asked(program: Program) -> None:
    service = await balance.serve()
    try:
        desk = await program.desk(env={"BALANCE_API": service.url})
        for said, expected in (("balance", Q1), ("123456", Q2)):
            assert await desk.say("jhon", said) == expected
        (found,) = await desk.say("jhon", "fred@home.com")  # S001-39
        assert float(found.removeprefix("Your current balance is ")) >= 0
    finally:
        await service.close()


async def test_two_customers_at_once_do_not_mix(program: Program, api: FaultServer) -> None:
    desk = await make_desk(program, api)
    senders = [f"s{number}" for number in range(10)]
    for said, expected in (("balance", Q1), ("123456", Q2), ("fred@home.com", BALANCE)):
        answers = await asyncio.gather(*(desk.post(sender, said) for sender in senders))
        for sender, answer in zip(senders, answers, strict=True):
            assert answer.json() == [{"recipient_id": sender, "text": text} for text in expected]
    assert len(await desk.rows("conversations")) == 10


async def test_the_same_customers_name_in_two_workspaces_is_two_conversations(
    program: Program, api: FaultServer
) -> None:
    one, other = await make_desk(program, api), await make_desk(program, api)
    assert one.slug == other.slug
    assert await one.say("jhon", "balance") == Q1
    assert await other.say("jhon", "123456") == unsure("123456")
    assert await one.say("jhon", "123456") == Q2
    for desk in (one, other):
        assert len(await desk.rows("conversations")) == 1


async def test_an_assistant_is_found_by_its_host_name(program: Program, api: FaultServer) -> None:
    """A server name with a language in it, one endpoint per language (S000-8, S000-11)."""
    hello: list[Desk] = []
    for language in ("en", "ru"):
        files = dict(example(EXAMPLE))
        changed("flows/welcome.yaml", "Hello!", f"Hello {language}!")(files)
        hello.append(await program.desk(files, hosts=(f"acme-{language}.example.test",)))
    for desk, language in zip(hello, ("en", "ru"), strict=True):
        for host in (f"acme-{language}.example.test", f"ACME-{language}.example.test:8000"):
            answer = await post_to(program.client, host, "hi")
            assert answer == [f"Hello {language}! Ask me about your bill or your account balance."]
        assert len(await desk.rows("inbound")) == 2


async def test_a_path_name_counts_at_the_host_of_its_workspace(program: Program) -> None:
    desk = await program.desk(slug="front", hosts=("front.example.test",))
    assert await post_to(program.client, "front.example.test", "hi", "/a/front") == [HELLO]
    body = {"sender": "jhon", "message": "hi"}
    elsewhere = await program.client.post("/a/front/webhooks/rest/webhook", json=body)
    assert elsewhere.status == 404  # a name is its workspace's own, an id is everywhere the same
    assert await desk.say("jhon", "hi") == [HELLO]


async def post_to(client: HttpClient, host: str, message: str, prefix: str = "") -> list[str]:
    answer = await client.post(
        f"{prefix}/webhooks/rest/webhook",
        json={"sender": "jhon", "message": message},
        headers={"Host": host},
    )
    assert answer.status == 200, answer.body
    return [bubble["text"] for bubble in answer.json()]
