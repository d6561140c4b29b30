"""Settings: what follows from them taken together, and the one line that a wrong one ends the start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.program import test_settings as settings_in

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.settings import Settings, read_settings
from frontdesk.app.wiring import wired

NOT_ONE = {
    "port": ("eighty", "", "1.5", "0", "70000", "9" * 30, "9" * 5000),
    "public_url": ("desk.example.com", "ftp://desk.example.com", "http://[", "https://desk.example.com:x"),
    "trusted_proxies": ("proxy", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1,*", "127.0.0.1;10.0.0.1"),
    "db_pool": ("many", "1", "101"),
    "disk_floor_mb": ("-1", "half"),
    "answer_within_s": ("soon", "0", "301", "inf", "-inf", "nan"),
    "ai_within_s": ("soon", "0", "301", "inf", "-inf", "nan"),
    "keep_traces_days": ("0", "1d"),
    "keep_inbound_days": ("6", ""),
    "keep_deliveries_days": ("0", "ever"),
    "keep_events_days": ("0", "ever"),
    "keep_ai_usage_days": ("0", "ever"),
    "ai_attempts": ("0", "11", "twice"),
    "ai_wait_s": ("-1", "61", "nan"),
    "ai_rest_after": ("0", "101", "1.5"),
    "ai_rest_s": ("0", "3601", "nan"),
    "frontdesk_embedder_attempts": ("0", "11", "1.5"),
    "frontdesk_embedder_timeout_s": ("0", "301", "inf"),
    "frontdesk_embedder_within_s": ("0", "61", "soon"),
    "rasa_key_required": ("perhaps", ""),
    "rest_waits_per_address": ("many", "0", "2001"),
    "widget_files_mb_a_day": ("many", "0", "1.5"),
    "widget_files_mb_per_address": ("many", "0", "-1"),
    "widget_mails_per_address": ("many", "0", "101"),
    "widget_messages_per_address": ("many", "0", "100001"),
    "widget_uploads_per_address": ("many", "0", "51"),
    "widget_streams_per_address": ("many", "0", "10001"),
    "metrics_from": ("here", "10.0.0.0/33"),
    "outgoing_addresses": ("here", "10.0.0.0/33"),
    "log_level": ("loud", "DEBUG"),
    "frontdesk_environment": ("production", ""),
    "frontdesk_embedder_dim": ("1", "9000", "many"),
    "frontdesk_intent_reject_share": ("-0.1", "0.6", "some"),
    "frontdesk_intent_confirm_share": ("-0.1", "0.95", ""),
    "frontdesk_knowledge_least": ("-0.1", "1.1", "some"),
    "frontdesk_knowledge_least_by_words": ("-0.1", "1.1", ""),
    "frontdesk_knowledge_same_question": ("-0.1", "1.1", "nan"),
    "frontdesk_knowledge_meaning_weight": ("-0.1", "1.1", ""),
    "otel_bsp_schedule_delay": ("9", "60001", "1.5"),
    "otel_exporter_otlp_endpoint": ("collector:4318", "ftp://a", "http://"),
    "otel_exporter_otlp_traces_endpoint": ("collector:4318", "/v1/traces"),
    "otel_exporter_otlp_timeout": ("99", "60001", "soon"),
    "otel_exporter_otlp_traces_timeout": ("99", "60001", "soon"),
    "otel_exporter_otlp_compression": ("zip",),
    "otel_exporter_otlp_traces_compression": ("zip",),
    "otel_sdk_disabled": ("perhaps",),
    "otel_traces_exporter": ("zipkin", ""),
    "otel_traces_sampler": ("often", ""),
    "otel_traces_sampler_arg": ("1.1", "-0.1", "half", "nan"),
    "frontdesk_intent_tie": ("0", "1.1", "nan"),
}
"""Values that a setting cannot have."""
TAKEN_AS_THEY_ARE = {
    *("host", "frontdesk_data", "database_url", "database_admin_url", "frontdesk_master_key"),
    *("frontdesk_embedder_model", "frontdesk_embedder_key", "metrics_token"),
    *("frontdesk_trace_hosts", "otel_exporter_otlp_headers", "otel_exporter_otlp_traces_headers"),
    *("otel_resource_attributes", "otel_service_name"),
}
"""Text that whatever uses it judges."""
JUDGED_WHERE_TRACES_ARE_MADE = {"otel_exporter_otlp_protocol", "otel_exporter_otlp_traces_protocol"}
JUDGED_WITH_THE_PLUGINS = {
    *("frontdesk_egress_allow", "frontdesk_egress_ports"),
    *("frontdesk_embedder", "frontdesk_embedder_url"),
}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no file of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_no_floor_holds_where_the_database_is_on_another_disk(tmp_path: Path) -> None:
    assert settings_in(tmp_path, disk_floor_mb=256).floor_mb == 256
    assert (
        settings_in(tmp_path, disk_floor_mb=256, database_url="postgresql://a@db.example.com/x").floor_mb == 0
    )


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - said, not listened on
        ("::", "http://127.0.0.1:8000"),
        ("10.0.0.7", "http://10.0.0.7:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_without_a_public_address_links_lead_to_where_it_listens(
    tmp_path: Path, host: str, address: str
) -> None:
    assert settings_in(tmp_path, host=host, public_url="").address == address


def test_every_setting_that_can_be_wrong_is_tried_here() -> None:
    judged_later = JUDGED_WITH_THE_PLUGINS | JUDGED_WHERE_TRACES_ARE_MADE
    assert {*NOT_ONE} | TAKEN_AS_THEY_ARE | judged_later == {*Settings.model_fields}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, found in NOT_ONE.items() for value in found]
)
def test_a_wrong_value_is_told_in_one_plain_line(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name.upper(), value)
    with pytest.raises(CannotStart) as caught:
        read_settings()
    told = caught.value.message
    assert told.startswith(f"{name.upper()} is ")
    assert " write " in told
    assert told.endswith(".")
    assert "\n" not in told
    assert len(told) < 300
    for raw in ("Input should", "Value error", "pydantic", "unable to parse"):
        assert raw not in told


def test_the_line_names_the_entry_that_is_wrong_and_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, proxy.internal")
    with pytest.raises(
        CannotStart, match=r"instead of 'proxy\.internal' write an address such as 10\.0\.0\.7"
    ):
        read_settings()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("*", "*"),
        ("127.0.0.1, ::1", "127.0.0.1,::1"),
        ("10.0.0.0/8 fd00::/8", "10.0.0.0/8,fd00::/8"),
    ],
)
def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch, given: str, kept: str) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", given)
    assert read_settings().trusted_proxies == kept


def test_a_file_of_settings_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe\n")
    with pytest.raises(CannotStart, match=r"\.env is not text in UTF-8"):
        read_settings()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"frontdesk_egress_allow": "actoin=10.0.0.7:8080"},
            r"^FRONTDESK_EGRESS_ALLOW: 'actoin=10\.0\.0\.7:8080': nothing asks .*; write one of action, ai, callback, embedding, mail, push, telemetry, webhook, or \*",
        ),
        ({"frontdesk_egress_allow": "10.0.0.7"}, r"^FRONTDESK_EGRESS_ALLOW: '10\.0\.0\.7': .*write purpose="),
        (
            {"frontdesk_embedder": "bert"},
            r"^FRONTDESK_EMBEDDER is 'bert': write auto, none or e5, minilm, openai\.$",
        ),
        (
            {"frontdesk_embedder": "openai", "frontdesk_embedder_url": "api.example.com"},
            r"^FRONTDESK_EMBEDDER_URL: .*write a whole address",
        ),
        ({"frontdesk_egress_ports": "9000,http"}, r"^FRONTDESK_EGRESS_PORTS: 'http' is not a port between"),
    ],
)
async def test_a_rule_that_would_open_nothing_stops_the_start(
    tmp_path: Path, wrong: dict[str, str], told: str
) -> None:
    # There is no database at that address: the rule is judged before it would be missed.
    nowhere = "postgresql://nobody@127.0.0.1:9/none"
    with pytest.raises(CannotStart, match=told):
        async with wired(settings_in(tmp_path, **wrong), nowhere):
            pass


def test_the_command_line_ends_with_code_2_and_that_line(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from frontdesk.app.cli import main; main()", "up"],
        env={**os.environ, "FRONTDESK_DATA": str(tmp_path / "data"), "TRUSTED_PROXIES": "proxy"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("TRUSTED_PROXIES is 'proxy': ")
    assert len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()
