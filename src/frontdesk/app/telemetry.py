"""Traces for OpenTelemetry, where an address is set for them and the extra `otel` is installed; else nothing is loaded.

The variables are OpenTelemetry's own. What knows its libraries is `otlp` beside this, and no other file.
"""

import importlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import structlog
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.settings import Settings
from frontdesk.core import spans
from frontdesk.egress.allow import AllowRule, parse_allow
from frontdesk.ports.http import Http

PURPOSE = "telemetry"
_PATH = "/v1/traces"
_PORTS = {"http": 80, "https": 443}
_SPOKEN = "http/protobuf"
_CERTIFICATES = frozenset(
    f"otel_exporter_otlp_{of}{what}"
    for of in ("", "traces_")
    for what in ("certificate", "client_certificate", "client_key")
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where spans are sent, and what is said of this program."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    timeout_s: float
    every_s: float
    facts: dict[str, str]
    sampler: str
    sampler_arg: str
    is_packed: bool


def receiver_of(settings: Settings) -> Receiver | None:
    """None where no traces are wanted.

    Raises:
        CannotStart: They are, in a protocol that is not spoken.
    """
    base = settings.otel_exporter_otlp_endpoint.rstrip("/")
    url = settings.otel_exporter_otlp_traces_endpoint or (base + _PATH if base else "")
    if not url or settings.otel_sdk_disabled or settings.otel_traces_exporter == "none":
        return None
    _check_protocol(settings)
    secret = settings.otel_exporter_otlp_traces_headers or settings.otel_exporter_otlp_headers
    timeout_ms = settings.otel_exporter_otlp_traces_timeout or settings.otel_exporter_otlp_timeout
    packing = settings.otel_exporter_otlp_traces_compression or settings.otel_exporter_otlp_compression
    facts = dict(_pairs(settings.otel_resource_attributes))
    name = settings.otel_service_name or facts.get("service.name") or "frontdesk"
    return Receiver(
        url,
        tuple(_pairs(secret.get_secret_value() if secret else "")),
        timeout_ms / 1000,
        settings.otel_bsp_schedule_delay / 1000,
        {**facts, "service.name": name},
        settings.otel_traces_sampler,
        settings.otel_traces_sampler_arg,
        is_packed=packing == "gzip",
    )


def _check_protocol(settings: Settings) -> None:
    name, protocol = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", settings.otel_exporter_otlp_traces_protocol
    if not protocol:
        name, protocol = "OTEL_EXPORTER_OTLP_PROTOCOL", settings.otel_exporter_otlp_protocol
    if protocol not in {"", _SPOKEN}:
        raise CannotStart(
            f"{name} is {protocol[:80]!r}: write {_SPOKEN}, which alone is spoken here, and give the collector's address for "
            "that (mostly port 4318), or set OTEL_SDK_DISABLED=true."
        )


def _unread() -> list[str]:
    """OpenTelemetry's variables that are set and that nothing here heeds.

    Raises:
        CannotStart: One of them says whom to trust, or who we are.
    """
    given = {**DotEnvSettingsSource(Settings).env_vars, **EnvSettingsSource(Settings).env_vars}
    set_ = {name for name, value in given.items() if value and name.startswith("otel_")}
    names = sorted(set_ - Settings.model_fields.keys())
    for name in names:
        if name in _CERTIFICATES:
            raise CannotStart(
                f"{name.upper()} is not heeded here: remove it, and send traces to a collector whose certificate this "
                "machine trusts, or to one on this machine that hands them on."
            )
    return [name.upper() for name in names]


def rules(settings: Settings) -> tuple[AllowRule, ...]:
    """What the guard opens for spans alone: whoever sets the address means it, also inside a network of their own."""
    receiver = receiver_of(settings)
    if receiver is None:
        return ()
    parts = urlsplit(receiver.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return (parse_allow(f"{PURPOSE}={host}:{parts.port or _PORTS[parts.scheme]}"),)


def told_hosts(settings: Settings) -> frozenset[str]:
    """Hosts that are told which span a request to them belongs to."""
    return frozenset(re.split(r"[\s,]+", settings.frontdesk_trace_hosts.lower())) - {""}


@asynccontextmanager
async def tracing(settings: Settings, http: Http, version: str) -> AsyncIterator[None]:
    """Traces are made and sent until this ends."""
    receiver = receiver_of(settings)
    if receiver is None:
        yield
        return
    try:
        # Its libraries are an extra, and cost a start that does without them nothing.
        otlp = importlib.import_module("frontdesk.app.otlp")
    except ImportError:
        log.warning("telemetry.extra_missing", install="frontdesk[otel]")
        yield
        return
    if unread := _unread():
        log.warning("telemetry.not_read", variables=unread)
    async with otlp.Traces(receiver, http, version).running() as traces:
        spans.listen(traces)
        try:
            yield
        finally:
            spans.unlisten(traces)


def _pairs(text: str) -> list[tuple[str, str]]:
    """`a=b,c=d`, each percent-encoded, as the variables of OpenTelemetry have it."""
    split = (entry.partition("=") for entry in text.split(",") if "=" in entry)
    return [(unquote(name.strip()), unquote(value.strip())) for name, _, value in split]
