"""The settings about traces: OpenTelemetry's own variables, by its specification, and one of ours. Part of `settings`."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings


class TraceSettings(BaseSettings):
    """Field names are the environment variables, in capitals; those with `traces` in them go before those without."""

    otel_exporter_otlp_endpoint: str = Field(
        default="",
        description="Where [traces](../operate/opentelemetry.md) are sent: the address of an OpenTelemetry collector for OTLP over "
        "HTTP, such as `http://127.0.0.1:4318`; `/v1/traces` is put behind it. Empty: none are made.",
    )
    otel_exporter_otlp_traces_endpoint: str = Field(
        default="", description="The whole address instead, with its path."
    )
    otel_exporter_otlp_headers: SecretStr | None = Field(
        default=None,
        description="Headers for the receiver of traces, `name=value` comma-separated and percent-encoded.",
    )
    otel_exporter_otlp_traces_headers: SecretStr | None = Field(
        default=None, description="These instead, for the receiver of traces alone."
    )
    otel_exporter_otlp_timeout: int = Field(
        default=10_000,
        ge=100,
        le=60_000,
        description="How long the receiver of traces may take, in milliseconds.",
    )
    otel_exporter_otlp_traces_timeout: int | None = Field(
        default=None, ge=100, le=60_000, description="This instead, for the receiver of traces alone."
    )
    otel_exporter_otlp_protocol: str = Field(
        default="",
        description="Empty or `http/protobuf`, which alone is spoken; another one stops the start where traces are made.",
    )
    otel_exporter_otlp_traces_protocol: str = Field(
        default="", description="This instead, for the receiver of traces alone."
    )
    otel_exporter_otlp_compression: Literal["", "none", "gzip"] = Field(
        default="", description="Whether what is sent to the receiver of traces is packed. Empty: `none`."
    )
    otel_exporter_otlp_traces_compression: Literal["", "none", "gzip"] = Field(
        default="", description="This instead, for the receiver of traces alone."
    )
    otel_bsp_schedule_delay: int = Field(
        default=5_000, ge=10, le=60_000, description="How often traces are sent, in milliseconds."
    )
    otel_service_name: str = Field(
        default="", description="Name of this program in traces. Empty: `frontdesk`."
    )
    otel_resource_attributes: str = Field(
        default="",
        description="What else each trace says of this program, `name=value` comma-separated and percent-encoded, such as "
        "`deployment.environment.name=live`.",
    )
    otel_traces_sampler: Literal[
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ] = Field(
        default="parentbased_always_on", description="Which traces are made; `..._traceidratio`: a share."
    )
    otel_traces_sampler_arg: str = Field(
        default="", description="The share of traces that are made, 0 to 1, for `..._traceidratio`. Empty: 1."
    )
    otel_traces_exporter: Literal["otlp", "none"] = Field(
        default="otlp", description="`none`: no traces are made, whatever the address."
    )
    otel_sdk_disabled: bool = Field(
        default=False, description="`true`: no traces are made, whatever the address."
    )
    frontdesk_trace_hosts: str = Field(
        default="",
        description="Hosts of your own, comma-separated, that are told which trace a request to them belongs to, by the header "
        "`traceparent`. Others are not.",
    )

    @field_validator("otel_exporter_otlp_endpoint", "otel_exporter_otlp_traces_endpoint")
    @classmethod
    def _is_receiver(cls, value: str) -> str:
        if value and not is_address(value):
            raise ValueError("write a whole address such as http://127.0.0.1:4318")
        return value

    @field_validator("otel_traces_sampler_arg")
    @classmethod
    def _is_share(cls, value: str) -> str:
        if value and not _is_number(value, 1.0):
            raise ValueError("write a number from 0 to 1")
        return value


def is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_number(text: str, most: float) -> bool:
    try:
        return 0 <= float(text) <= most
    except ValueError:
        return False
