"""Every service of language models keeps the same promises, whatever the other side does. S004-200 to S004-203."""

import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest
import pytest_asyncio
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.outside import outside_of
from tests.plugins.llm.vendors import MODELS, SECRET, Vendor, sse, vendor_of

from frontdesk.app.registry import Plugin
from frontdesk.ports.chat_model import (
    ChatMessage,
    ChatModel,
    ChatRequest,
    Checked,
    Delta,
    Ended,
    Failed,
    Piece,
    Tool,
    ToolCall,
    Usage,
)

pytestmark = pytest.mark.parametrize("plugin", MODELS, ids=lambda plugin: plugin.manifest.id)

TOOL = Tool(
    "do_Balance",
    "Reads the balance.",
    {
        "type": "object",
        "properties": {"account": {"type": "string"}, "year": {"type": "number"}},
        "required": ["account"],
    },
)
ASKED = ChatRequest(
    model="m-1",
    messages=(ChatMessage("system", "Be kind."), ChatMessage("customer", 'Was ist "mein" Saldo? — ок')),
    tools=(TOOL,),
    max_tokens=100,
    timeout_s=5,
    idle_s=2,
)


class Service:
    """One plug-in's adapter, and the fake of its vendor."""

    def __init__(self, model: ChatModel, vendor: Vendor, server: FaultServer) -> None:
        self.model, self.vendor, self.server = model, vendor, server
        self.settings = vendor.settings(server)
        server.fixed.update(vendor.fixed)

    async def ask(self, *answers: Answer, request: ChatRequest = ASKED) -> list[Piece]:
        self.server.answers(*answers)
        return [piece async for piece in self.model.chat(self.settings, request)]


@pytest_asyncio.fixture
async def service(plugin: Plugin) -> AsyncIterator[Service]:
    async with FaultServer() as server, outside_of(server, "ai") as outside:
        yield Service(cast("ChatModel", plugin.load()(outside)), vendor_of(plugin), server)


async def test_text_comes_in_pieces_and_ends_with_what_it_cost(service: Service) -> None:
    pieces = await service.ask(service.vendor.text(["Your ", "balance — ", "512,75 €"]))
    assert [piece.text for piece in pieces if isinstance(piece, Delta)] == ["Your ", "balance — ", "512,75 €"]
    end = pieces[-1]
    assert isinstance(end, Ended)
    assert (end.finish, end.usage) == ("stop", Usage(12, 5) if service.vendor.counts else None)


async def test_the_request_says_what_is_asked_and_the_vendors_description_takes_it(service: Service) -> None:
    await service.ask(service.vendor.text(["x"]))
    sent = service.server.received[-1]
    texts = service.vendor.texts_of(sent)
    assert [text for _, text in texts] == ["Be kind.", 'Was ist "mein" Saldo? — ок']
    assert service.vendor.tools_of(sent) == ["do_Balance"]
    assert sent.headers["user-agent"] == "Frontdesk/0.1.0"
    assert SECRET not in sent.target
    service.vendor.judge(sent)


async def test_tools_are_asked_for_and_their_results_sent_back(service: Service) -> None:
    wanted = ToolCall("call_7", "do_Balance", {"account": 'a"1', "year": 2026})
    pieces = await service.ask(service.vendor.calls([wanted, ToolCall("call_8", "do_Balance", {})]))
    calls = [piece for piece in pieces if isinstance(piece, ToolCall)]
    assert [(call.name, call.arguments) for call in calls] == [
        ("do_Balance", {"account": 'a"1', "year": 2026}),
        ("do_Balance", {}),
    ]
    assert len({call.id for call in calls}) == 2
    assert isinstance(pieces[-1], Ended)
    assert pieces[-1].finish == "tools"
    told = (
        *ASKED.messages,
        ChatMessage("assistant", wants=(wanted,)),
        ChatMessage("tool", '{"balance": 5}', call_id="call_7", name="do_Balance"),
    )
    assert [
        type(p) for p in await service.ask(service.vendor.text(["5"]), request=replace(ASKED, messages=told))
    ] == [
        Delta,
        Ended,
    ]
    sent = service.server.received[-1]
    assert '{\\"balance\\": 5}' in sent.body.decode() or '"balance":5' in sent.body.decode().replace(" ", "")
    service.vendor.judge(sent)


async def test_an_answer_that_is_too_long_says_so(service: Service) -> None:
    pieces = await service.ask(service.vendor.length("and so on"))
    assert isinstance(pieces[-1], Ended)
    assert pieces[-1].finish == "length"


async def test_every_error_is_told_by_what_it_means(service: Service) -> None:
    for trouble, answers in service.vendor.errors.items():
        for answer in answers:
            (failed,) = await service.ask(answer)
            assert isinstance(failed, Failed), (trouble, answer)
            assert failed.trouble == trouble, (failed, answer)
            if trouble == "auth":
                checked = await check(service, answer)
                assert isinstance(checked, Failed)
                assert checked.trouble == "auth"


async def check(service: Service, answer: Answer) -> Checked | Failed:
    service.server.answers(answer)
    return await service.model.check(service.settings)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [((), None), ((("retry-after", "7"),), 7.0), ((("retry-after", "Sun, 01 Mar 2026 12:00:30 GMT"),), 30.0),
     ((("retry-after", "soon"),), None), ((("retry-after-ms", "250"),), 0.25)],
    ids=["none", "seconds", "date", "garbage", "milliseconds"],
)  # fmt: skip
async def test_too_many_requests_say_when_to_come_back(
    service: Service, headers: tuple[tuple[str, str], ...], wait_s: float | None
) -> None:
    (failed,) = await service.ask(Answer(429, b"{}", headers))
    assert isinstance(failed, Failed)
    assert (failed.trouble, failed.retry_after_s) == ("rate_limited", wait_s)


async def test_trouble_in_the_midst_of_an_answer_ends_it(service: Service) -> None:
    for trouble, answer in service.vendor.in_stream:
        failed = (await service.ask(answer))[-1]
        assert isinstance(failed, Failed)
        assert failed.trouble == trouble, answer


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
async def test_an_answer_cut_short_is_never_taken_for_a_whole_one(service: Service, part: float) -> None:
    whole = service.vendor.text(["It ", "is ", "not ", "5."])
    cut = replace(whole, cut_after=int(len(whole.body) * part))
    failed = (await service.ask(cut))[-1]
    assert isinstance(failed, Failed)
    assert failed.trouble == "unavailable"
    # The same without a word from the transport: the stream just ends.
    ended = (await service.ask(Answer(body=whole.body[: cut.cut_after], headers=whole.headers)))[-1]
    assert isinstance(ended, Failed)


@pytest.mark.parametrize(
    "answer",
    [
        sse("{not json"),
        sse("[1, 2]"),
        sse('{"a": 1, "a": 2}'),
        sse("[" * 1000),
        Answer(body=b"data: \xff\xfe\n\n", headers=(("content-type", "text/event-stream"),)),
        Answer(body=b"<html>", headers=(("content-type", "application/json"),)),
        Answer(body=b"data: " + b"x" * 1_100_000, headers=(("content-type", "text/event-stream"),)),
    ],
    ids=["no json", "no object", "ambiguous", "deep", "no utf-8", "no json at all", "endless event"],
)
async def test_what_cannot_be_read_is_malformed(service: Service, answer: Answer) -> None:
    pieces = await service.ask(answer)
    assert isinstance(pieces[-1], Failed)
    assert pieces[-1].trouble == "malformed"


async def test_an_answer_out_of_another_world_is_a_failure_and_no_crash(service: Service) -> None:
    odd: list[object] = [
        {}, {"choices": 5}, {"choices": [5]}, {"choices": [{"delta": 7, "finish_reason": 3}]},
        {"candidates": [{"content": {"parts": 5}}]}, {"candidates": {}}, {"usage": [], "usageMetadata": 7},
        {"choices": [{"delta": {"tool_calls": [{"index": "x", "function": 5}, 7]}}]}, {"error": 5},
    ]  # fmt: skip
    for event in odd:
        pieces = await service.ask(sse(event))
        assert isinstance(pieces[-1], Failed), event


@pytest.mark.parametrize(
    "answer",
    [
        Answer(silent=True),
        Answer(body=b"data: {}\n\n" * 50, drip_s=0.05),
        Answer(hang_up=True),
        Answer(reset=True),
    ],
    ids=["silent", "dripping", "hang-up", "reset"],
)
async def test_a_service_that_does_not_answer_costs_no_more_than_its_time(
    service: Service, answer: Answer
) -> None:
    started = time.perf_counter()
    (failed,) = await service.ask(answer, request=replace(ASKED, timeout_s=0.5, idle_s=0.3))
    assert isinstance(failed, Failed)
    assert failed.trouble == "unavailable"
    assert time.perf_counter() - started < 20


async def test_a_flood_ends(service: Service) -> None:
    flood = Answer(
        body=b": " + b"x" * 60_000 + b"\n", headers=(("content-type", "text/event-stream"),), repeat=2_000
    )
    failed = (await service.ask(flood))[-1]
    assert isinstance(failed, Failed)


async def test_nothing_is_asked_twice(service: Service) -> None:
    await service.ask(Answer(503))
    assert len([got for got in service.server.received if got.target not in service.vendor.fixed]) == 1


async def test_a_connection_is_tested_without_asking_a_model(service: Service) -> None:
    """S004-204"""
    assert await check(service, service.vendor.models) == Checked(service.vendor.names)
    for answer, trouble in (
        (Answer(503), "unavailable"),
        (Answer(body=b"hm"), "malformed"),
        (Answer(429), "rate_limited"),
    ):
        failed = await check(service, answer)
        assert isinstance(failed, Failed)
        assert failed.trouble == trouble


async def test_wrong_settings_are_an_outcome_and_nothing_is_sent(service: Service) -> None:
    service.settings = {"nonsense": SECRET}
    (failed,) = await service.ask(Answer())
    assert isinstance(failed, Failed)
    assert failed.trouble == "misconfigured"
    assert await check(service, Answer()) == failed
    assert service.server.connections == 0


async def test_a_closed_address_is_an_outcome(service: Service) -> None:
    for name, value in service.settings.items():
        if isinstance(value, str) and value.startswith("http"):
            service.settings[name] = "http://169.254.169.254/latest"
    (failed,) = await service.ask(Answer())
    assert isinstance(failed, Failed)
    assert failed.trouble == "misconfigured"
    assert "link-local" in failed.detail


async def test_neither_logs_nor_failures_say_the_key_or_the_conversation(
    service: Service, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    told = json.dumps(
        {"error": {"message": f"{SECRET} Saldo", "code": f"{SECRET} x", "type": "Saldo x"}}
    ).encode()
    said: list[object] = []
    for answer in (
        Answer(401, told),
        Answer(400, told),
        Answer(500, told),
        Answer(hang_up=True),
        sse(f"{SECRET}"),
    ):
        said += await service.ask(answer)
        said.append(await check(service, answer))
    printed = capsys.readouterr()
    everything = " ".join([str(said), caplog.text, printed.out, printed.err])
    assert SECRET not in everything
    assert "Saldo" not in everything


async def test_an_answer_nobody_waits_for_any_more_is_let_go(service: Service) -> None:
    service.server.answers(replace(service.vendor.text(["a"] * 50), drip_s=0.001))
    async for piece in service.model.chat(service.settings, ASKED):
        assert isinstance(piece, Delta)
        break
