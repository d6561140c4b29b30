"""What leaves of traces while the program runs and when it ends, whatever becomes of either."""

import asyncio
import gzip
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import structlog
from tests.program import test_settings as settings_with
from tests.program import until

from frontdesk.app import otlp, telemetry
from frontdesk.app.cannot_start import CannotStart
from frontdesk.core import spans
from frontdesk.core.meter import SPANS
from frontdesk.ports.http import Http, HttpReply, HttpRequest, HttpStream


class Receives:
    """Takes what is sent once it `may`, and then answers or raises `error`."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.may, self.asked = asyncio.Event(), asyncio.Event()
        self.bodies: list[bytes] = []

    async def send(self, request: HttpRequest) -> HttpReply:
        self.asked.set()
        await self.may.wait()
        if self.error is not None:
            raise self.error
        self.bodies.append(request.body or b"")
        return HttpReply(200)

    def stream(self, request: HttpRequest) -> AbstractAsyncContextManager[HttpStream]:
        raise NotImplementedError(request.purpose)


def making(
    tmp_path: Path, http: Http, *, every_ms: int = 60_000, **more: str
) -> AbstractAsyncContextManager[None]:
    receiver: dict[str, Any] = {
        **more,
        "otel_exporter_otlp_endpoint": "http://127.0.0.1:4318",
        "otel_bsp_schedule_delay": every_ms,
    }
    return telemetry.tracing(settings_with(tmp_path, **receiver), http, "1")


def counted(outcome: str) -> float:
    return next((number for _, _, values, number in SPANS.lines() if values == (outcome,)), 0.0)


async def test_an_error_of_the_program_stays_the_same_where_traces_are_made(tmp_path: Path) -> None:
    http = Receives()
    http.may.set()

    async def fail() -> None:
        async with making(tmp_path, http):
            with spans.span("begun", parent=""):
                pass
            raise CannotStart("no database")

    with pytest.raises(CannotStart, match="no database"):
        await fail()
    assert len(http.bodies) == 1  # what was told before it is sent all the same


async def test_a_fault_in_sending_is_counted_and_ends_nothing(tmp_path: Path) -> None:
    http, before = Receives(ValueError("unforeseen")), counted("lost")
    http.may.set()
    async with making(tmp_path, http, every_ms=10):
        with spans.span("first", parent=""):
            pass

        async def lost() -> bool:
            return counted("lost") == before + 1

        await until(lost)
        http.error = None
        with spans.span("second", parent=""):
            pass

        async def sent() -> bool:
            return len(http.bodies) == 1

        await until(sent)


async def test_the_end_waits_for_the_receiver_once_and_counts_what_it_did_not_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otlp, "AT_ONCE", 2)
    monkeypatch.setattr(otlp, "LAST_S", 0.05)
    http, before = Receives(), {outcome: counted(outcome) for outcome in ("sent", "lost")}
    async with asyncio.timeout(60), making(tmp_path, http):
        for _ in range(5):
            with spans.span("begun", parent=""):
                pass
        await http.asked.wait()  # a batch is on its way when the program ends
    assert counted("sent") == before["sent"]
    assert counted("lost") == before["lost"] + 5


async def test_what_is_sent_is_packed_where_that_is_wanted(tmp_path: Path) -> None:
    http = Receives()
    http.may.set()
    async with making(tmp_path, http, otel_exporter_otlp_compression="gzip"):
        with spans.span("begun", parent=""):
            pass
    assert b"begun" in gzip.decompress(http.bodies[0])


async def test_a_variable_that_is_not_heeded_is_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10")
    (tmp_path / ".env").write_text("OTEL_METRICS_EXPORTER=otlp\n")
    with structlog.testing.capture_logs() as logged:
        async with making(tmp_path, Receives()):
            pass
    (line,) = [line for line in logged if line["event"] == "telemetry.not_read"]
    assert {"OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_METRICS_EXPORTER"} <= {*line["variables"]}
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/ca.pem")
    with pytest.raises(CannotStart, match=r"^OTEL_EXPORTER_OTLP_CERTIFICATE is not heeded here: remove it"):
        async with making(tmp_path, Receives()):
            pass
