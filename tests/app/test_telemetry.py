"""Traces: one for a customer's message from its request to its delivery, in a collector's hands, and nothing said in it."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.database import migrated
from tests.doubles.http_server import Answer, FaultServer, json_answer
from tests.line.test_knowledge import taken_in
from tests.line.test_writing import ASKED, RETURNS
from tests.line.test_writing import BOT as ANSWERING
from tests.plugins.llm import completions
from tests.program import Desk, Program, served, until
from tests.program import test_settings as settings_with
from tests.turn.calling_bot import CALLING_BOT

from frontdesk.app import telemetry
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.postgres import PostgresServer
from frontdesk.core import spans
from frontdesk.hub import services
from frontdesk.hub.services import Change
from frontdesk.jobs.queue import PROBE, enqueue

CANARY = "canary-4711"
ROOT = "POST /a/{assistant}/webhooks/rest/webhook"


class Collector:
    """An OTLP receiver on loopback."""

    def __init__(self, server: FaultServer) -> None:
        self.server = server

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.server.received if each.target == "/v1/traces"]

    def spans(self) -> list[Span]:
        exports = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for export in exports
            for resource in export.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def trace_of(self, **facts: str) -> list[Span]:
        """Every span of the trace in which one tells `facts`."""
        every = self.spans()
        ids = {span.trace_id for span in every if facts.items() <= told(span).items()}
        return [span for span in every if span.trace_id in ids]


def names(trace: list[Span]) -> set[str]:
    return {span.name for span in trace}


def told(span: Span) -> dict[str, Any]:
    short = {outside: name for name, outside in spans.FACTS.items()}
    found = {}
    for each in span.attributes:
        value = each.value.string_value or each.value.int_value
        found[short.get(each.key, each.key)] = value
    return found


def parents(server: FaultServer) -> tuple[str, str]:
    """Trace and span that the first request to a server said it belongs to."""
    if not server.received:
        return "", ""
    _, trace, span, _ = server.received[0].headers["traceparent"].split("-")
    return trace, span


@pytest.fixture(scope="module")
async def collector() -> AsyncIterator[Collector]:
    async with FaultServer() as server:
        server.answers(Answer(200))
        yield Collector(server)


@pytest.fixture(scope="module")
async def traced(
    server: PostgresServer, tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> AsyncIterator[Program]:
    database = await migrated(server, f"traced_{secrets.token_hex(4)}")
    given: dict[str, Any] = {
        "otel_exporter_otlp_endpoint": collector.server.url(""),
        "otel_bsp_schedule_delay": 50,
        "frontdesk_trace_hosts": "127.0.0.1",
    }
    async with served(database, tmp_path_factory.mktemp("traced"), **given) as program:
        yield program


async def test_a_message_is_one_trace_from_its_request_to_its_delivery(
    traced: Program, collector: Collector
) -> None:
    desk = await traced.desk()
    key = await desk.key("api", "admin")
    async with FaultServer() as hook:
        hook.answers(Answer(200))
        given = {"url": hook.url(f"/{CANARY}"), "events": ["message.created"]}
        made = await traced.client.post("/api/v1/webhooks", key=key, json=given)
        assert made.status == 201, made.body
        await desk.post(CANARY, f"hello, {CANARY}@example.com", metadata={"message_id": CANARY})

        async def delivered() -> list[Span]:
            found = collector.trace_of(workspace=desk.workspace, way="at_once")
            ended = {span.span_id for span in found}
            sent = [span for span in found if span.span_id.hex() == parents(hook)[1]]
            # A span is sent when it has ended, so what it belongs to may come after it.
            return found if sent and sent[0].parent_span_id in ended and ROOT in names(found) else []

        trace = await until(delivered)
    assert len({span.trace_id for span in trace}) == 1
    (root,) = [span for span in trace if not span.parent_span_id]
    assert root.name == ROOT
    assert told(root)["status"] == 200
    assert {"turn", "delivery", "request"} <= names(trace)
    by_id = {span.span_id: span for span in trace}
    # The receiver of the webhook, one of our own hosts here, was told what the request belongs to.
    sent = next(span for span in trace if span.span_id.hex() == parents(hook)[1])
    assert (sent.name, sent.trace_id.hex()) == ("request", parents(hook)[0])
    assert by_id[sent.parent_span_id].name == "delivery"
    assert told(by_id[sent.parent_span_id])["outcome"] == "sent"
    assert {told(span)["workspace"] for span in trace if "workspace" in told(span)} == {desk.workspace}
    assert "telemetry" not in {told(span).get("purpose") for span in collector.spans()}
    assert CANARY.encode() not in b"".join(collector.bodies)


async def one_named(collector: Collector, desk: Desk, name: str) -> Span:
    """The one span of this name, once it and what it belongs to have been sent."""

    async def seen() -> list[Span]:
        trace = collector.trace_of(workspace=desk.workspace)
        there = {span.span_id for span in trace}
        return [span for span in trace if span.name == name and span.parent_span_id in there]

    (found,) = await until(seen)
    return cast("Span", found)


async def test_a_step_that_calls_outside_is_a_span_of_its_turn(traced: Program, collector: Collector) -> None:
    async with FaultServer() as outside:
        outside.answers(json_answer({"value": "7"}))
        desk = await traced.desk(CALLING_BOT, env={"API": outside.url("")})
        assert await desk.say("jo", "look") == ["I found 7"]
    step = await one_named(collector, desk, "step")
    assert (told(step)["kind"], told(step)["outcome"]) == ("http", "ok")
    trace = collector.trace_of(workspace=desk.workspace)
    (turn,) = [span for span in trace if span.span_id == step.parent_span_id]
    assert (turn.name, told(turn)["turn"]) == ("turn", told(step)["turn"])


async def test_a_question_to_a_model_is_a_span_that_tells_its_tokens_as_everybody_does(
    traced: Program, collector: Collector
) -> None:
    async with FaultServer() as model:
        model.answers(completions.text(["Shoes go back within 14 days [1]."]))
        desk = await traced.desk(ANSWERING, slug="desk")
        await taken_in(desk, {"returns.md": RETURNS})
        settings = {"base_url": model.url("/v1"), "api_key": CANARY}
        given = Change(name=CANARY, settings=settings, models={"standard": CANARY})
        made = await services.add(traced.running.answers.hub, desk.workspace, "custom", given, by="test")
        assert (await desk.say("jo", ASKED))[0].startswith("Shoes go back")
    asked = await one_named(collector, desk, "model")
    facts = {each.key: each.value for each in asked.attributes}
    assert facts["gen_ai.usage.input_tokens"].int_value == 12
    assert facts["gen_ai.usage.output_tokens"].int_value == 5
    assert (told(asked)["kind"], told(asked)["service"], told(asked)["outcome"]) == ("custom", made.id, "ok")
    assert CANARY.encode() not in b"".join(collector.bodies)


async def test_what_a_stranger_says_of_a_trace_is_not_believed(traced: Program, collector: Collector) -> None:
    desk = await traced.desk()
    stranger = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{stranger}-00f067aa0ba902b7-01"}
    await desk.post("jo", "hello", headers=headers)

    async def seen() -> list[Span]:
        return collector.trace_of(workspace=desk.workspace)

    assert {span.trace_id.hex() for span in await until(seen)} != {stranger}


async def test_a_receiver_that_is_away_holds_up_nobody(traced: Program, collector: Collector) -> None:
    desk = await traced.desk()
    collector.server.answers(Answer(503))
    assert await desk.say("jo", "hello")

    async def lost() -> bool:
        measures = (await traced.client.get("/metrics")).body
        return b'frontdesk_spans_total{outcome="lost"}' in measures

    await until(lost)
    collector.server.answers(Answer(200))
    await desk.say("jo", "hello again")

    async def seen() -> list[Span]:
        return collector.trace_of(workspace=desk.workspace)

    await until(seen)


async def test_a_job_goes_on_with_the_trace_that_it_comes_from(traced: Program, collector: Collector) -> None:
    with spans.span("asks", parent=""):
        trace = spans.here().split("-")[1]
        store = traced.running.store
        async with store.claim_work() as connection, connection.transaction():
            await enqueue(connection, PROBE, {})

    async def seen() -> list[Span]:
        found = [span for span in collector.spans() if span.trace_id.hex() == trace]
        return [span for span in found if span.name == f"job {PROBE}"]

    assert await until(seen)


async def in_a_process(code: str) -> str:
    """What it prints; a process of its own, as nothing takes back what is loaded."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    printed, _ = await process.communicate()
    return printed.decode()


async def test_without_an_address_nothing_is_loaded() -> None:
    printed = await in_a_process(
        "import sys; import frontdesk.app.wiring; from frontdesk.core import spans; "
        "print(spans.span('x') is spans.span('y'), spans.here() == '', 'opentelemetry.sdk' in sys.modules)"
    )
    assert printed.split() == ["True", "True", "False"]


async def test_without_the_extra_the_program_starts_and_says_so() -> None:
    printed = await in_a_process(
        """
import asyncio, sys
sys.modules["opentelemetry.sdk"] = None
from frontdesk.app.settings import Settings
from frontdesk.app.telemetry import tracing
async def main():
    async with tracing(Settings(_env_file=None, otel_exporter_otlp_endpoint="http://127.0.0.1:4318"), None, "1"):
        print("goes on")
asyncio.run(main())
"""
    )
    assert "telemetry.extra_missing" in printed
    assert "goes on" in printed


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"otel_exporter_otlp_endpoint": "http://127.0.0.1:4318", "otel_sdk_disabled": True},
        {"otel_exporter_otlp_endpoint": "http://127.0.0.1:4318", "otel_traces_exporter": "none"},
    ],
)
def test_switched_off_there_is_no_receiver_and_nothing_is_opened(
    tmp_path: Path, given: Mapping[str, Any]
) -> None:
    settings = settings_with(tmp_path, **given)
    assert telemetry.receiver_of(settings) is None
    assert telemetry.rules(settings) == ()


def test_the_variables_of_opentelemetry_say_where_and_as_whom(tmp_path: Path) -> None:
    settings = settings_with(
        tmp_path,
        otel_exporter_otlp_endpoint="https://collector.example.com/otlp/",
        otel_exporter_otlp_headers="api-key=a%2Cb, x = y",
        otel_resource_attributes="service.name=desk,deployment.environment.name=live",
        otel_exporter_otlp_timeout=2_000,
    )
    receiver = telemetry.receiver_of(settings)
    assert receiver is not None
    assert receiver.url == "https://collector.example.com/otlp/v1/traces"
    assert receiver.headers == (("api-key", "a,b"), ("x", "y"))
    assert receiver.facts == {"service.name": "desk", "deployment.environment.name": "live"}
    assert receiver.timeout_s == 2
    (rule,) = telemetry.rules(settings)
    assert (rule.purpose, rule.host, rule.port) == ("telemetry", "collector.example.com", 443)


COLLECTOR = "http://127.0.0.1:4318"


def test_what_is_said_for_traces_alone_goes_before(tmp_path: Path) -> None:
    settings = settings_with(
        tmp_path,
        otel_exporter_otlp_endpoint=COLLECTOR,
        otel_exporter_otlp_headers="api-key=all",
        otel_exporter_otlp_traces_headers="api-key=traces",
        otel_exporter_otlp_timeout=2_000,
        otel_exporter_otlp_traces_timeout=3_000,
        otel_exporter_otlp_protocol="grpc",
        otel_exporter_otlp_traces_protocol="http/protobuf",
        otel_exporter_otlp_compression="none",
        otel_exporter_otlp_traces_compression="gzip",
    )
    receiver = telemetry.receiver_of(settings)
    assert receiver is not None
    assert receiver.headers == (("api-key", "traces"),)
    assert receiver.timeout_s == 3
    assert receiver.is_packed


@pytest.mark.parametrize("name", ["otel_exporter_otlp_protocol", "otel_exporter_otlp_traces_protocol"])
def test_a_protocol_that_is_not_spoken_stops_the_start_where_traces_are_made(
    tmp_path: Path, name: str
) -> None:
    given: dict[str, Any] = {name: "grpc"}
    assert telemetry.receiver_of(settings_with(tmp_path, **given)) is None
    with pytest.raises(CannotStart, match=rf"^{name.upper()} is 'grpc': write http/protobuf"):
        telemetry.receiver_of(settings_with(tmp_path, otel_exporter_otlp_endpoint=COLLECTOR, **given))
