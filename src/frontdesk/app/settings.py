"""Every setting of the program, read from the environment (and a `.env` file beside it). Docs are made from here.

Those about traces are in `trace_settings`.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.trace_settings import TraceSettings, is_address

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_HERE = "127.0.0.1"
_MOST_SHOWN = 80


def _default_data() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "frontdesk"


class Settings(TraceSettings):
    """Field names are the environment variables, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    host: str = Field(default=_HERE, description="Address to listen on. `0.0.0.0` for all of the machine's.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default="",
        description="Address under which people and other systems reach this installation; every absolute link "
        "is made from it. Empty: `http://HOST:PORT`, with `127.0.0.1` where it listens on all addresses.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: addresses and networks, "
        "comma-separated. `*` alone: whoever connects.",
    )
    frontdesk_data: Path = Field(
        default_factory=_default_data,
        description="Folder for the embedded database, the master key and the demo's secrets.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL to use instead of the embedded one, as the program's own login.",
    )
    database_admin_url: SecretStr | None = Field(
        default=None,
        description="The same database as a login that may create roles and tables; for migrations, backup and "
        "restore. A process that only serves does not need it.",
    )
    db_pool: int = Field(default=10, ge=2, le=100, description="Database connections for turns, per process.")
    frontdesk_master_key: SecretStr | None = Field(
        default=None,
        description="Key that seals stored secrets: 32 bytes in base64 or hex. Empty: `master.key` in the data folder.",
    )
    disk_floor_mb: int = Field(
        default=256,
        ge=0,
        description="Below this much free space in the data folder new messages are answered with 503. 0: never. "
        "Of no effect with `DATABASE_URL`, whose disk is another machine's.",
    )
    answer_within_s: float = Field(
        default=30.0,
        gt=0,
        le=300,
        description="How long a synchronous caller is kept waiting for its answer.",
    )
    ai_within_s: float = Field(
        default=12.0,
        gt=0,
        le=300,
        description="How long language models may take over one message of a customer, other services in their place included; "
        "never longer than `ANSWER_WITHIN_S`. A service that is silent for half of it is given up for the next.",
    )
    ai_attempts: int = Field(
        default=2,
        ge=1,
        le=10,
        description="How often one AI service is asked for an answer before the next one is, where trying again may help.",
    )
    ai_wait_s: float = Field(
        default=3.0,
        ge=0,
        le=60,
        description="The longest an AI service is waited for when it says when to come back. 0: the next one is asked.",
    )
    ai_rest_after: int = Field(
        default=2,
        ge=1,
        le=100,
        description="After so many questions in a row without an answer an AI service is left alone for `AI_REST_S`.",
    )
    ai_rest_s: float = Field(
        default=30.0,
        gt=0,
        le=3600,
        description="How long an AI service is left alone that keeps failing; then one question tries it. What refuses a "
        "key or says itself how long is left alone for longer.",
    )
    frontdesk_environment: Literal["dev", "staging", "live"] = Field(
        default="live",
        description="Which of the values under `env` a bot has that gives them by environment. Previews have those "
        "of `dev`.",
    )
    frontdesk_embedder: str = Field(
        default="auto",
        description="What compares texts by meaning: the id of an embedder plug-in. `auto`: of those that work on "
        "this machine, the one made for the assistant's languages. `none`: by words only.",
    )
    frontdesk_embedder_url: str = Field(
        default="",
        description="For an embedder that is a service: its address, for example `https://embeddings.example.com/v1`.",
    )
    frontdesk_embedder_model: str = Field(default="", description="The service's name of the model.")
    frontdesk_embedder_key: SecretStr | None = Field(default=None, description="Key for the service.")
    frontdesk_embedder_dim: int = Field(
        default=1536, ge=2, le=8192, description="Numbers in a vector of the service's model."
    )
    frontdesk_embedder_attempts: int = Field(
        default=4,
        ge=1,
        le=10,
        description="How often the service is tried for the texts of articles and examples. Messages of customers do not wait "
        "for that.",
    )
    frontdesk_embedder_timeout_s: float = Field(
        default=20.0, gt=0, le=300, description="How long each of these attempts may take."
    )
    frontdesk_embedder_within_s: float = Field(
        default=2.0,
        gt=0,
        le=60,
        description="How long a message may wait to be compared by meaning with a bot's intents, and for such a service; "
        "then it is compared by words.",
    )
    frontdesk_intent_reject_share: float = Field(
        default=0.05,
        ge=0,
        le=0.5,
        description="How much of what belongs to a bot's intents may be turned down so that strange questions are, "
        "as a share of 1. More of it turns down more of both.",
    )
    frontdesk_intent_confirm_share: float = Field(
        default=0.10,
        ge=0,
        le=0.9,
        description="Messages that look less like a bot's intents than this share of its own examples are asked "
        "about: did you mean A or B?",
    )
    frontdesk_intent_tie: float = Field(
        default=0.7,
        gt=0,
        le=1,
        description="From this ratio of the second-best intent's score to the best one's on, the customer is asked "
        "which is meant.",
    )
    frontdesk_knowledge_least: float = Field(
        default=0.45,
        ge=0,
        le=1,
        description="How well an article has to fit a question to answer it, 0 to 1, where an embedder compares by "
        "meaning. Less answers more, also wrongly. An `answer` step's own `least` goes before.",
    )
    frontdesk_knowledge_least_by_words: float = Field(
        default=0.42, ge=0, le=1, description="The same where articles are found by words alone."
    )
    frontdesk_knowledge_same_question: float = Field(
        default=0.72,
        ge=0,
        le=1,
        description="From this likeness to its own question on a curated answer is given before all that is found.",
    )
    frontdesk_knowledge_meaning_weight: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="How much meaning counts beside words in the order of what is found. Not set: as the embedder is "
        "known to deserve.",
    )
    frontdesk_egress_allow: str = Field(
        default="",
        description="Internal addresses that may be reached, comma-separated `purpose=host[:port]` or "
        "`purpose=network[:port]`, for example `action=10.0.0.7:8080`.",
    )
    frontdesk_egress_ports: str = Field(
        default="", description="Ports that may be reached besides 80, 443, 8080 and 8443, comma-separated."
    )
    outgoing_addresses: str = Field(
        default="",
        description="Addresses or networks from which requests of this installation reach the outside, "
        "comma-separated; shown under Settings, Webhooks, for others' firewalls. Nothing is made of them here.",
    )
    keep_traces_days: int = Field(default=30, ge=1, description="Days for which traces of turns are kept.")
    keep_events_days: int = Field(
        default=90, ge=1, description="Days for which events of conversations are kept."
    )
    keep_inbound_days: int = Field(
        default=14, ge=7, description="Days for which received messages are known as repeats; at least 7."
    )
    keep_deliveries_days: int = Field(
        default=30, ge=1, description="Days for which finished deliveries are kept."
    )
    keep_ai_usage_days: int = Field(
        default=400, ge=1, description="Days for which single uses of AI services are kept; their sums stay."
    )
    rest_waits_per_address: int = Field(
        default=50,
        ge=1,
        le=2_000,
        description="Requests without a key that wait for messages at `/webhooks/rest/messages` at a time, from one network "
        "address. Raise it where all customers come from the address of a proxy that cannot be named in `TRUSTED_PROXIES`.",
    )
    widget_files_mb_a_day: int = Field(
        default=5000,
        ge=1,
        le=10_000_000,
        description="Megabytes that the files of all visitors of a workspace's site widgets may take within a day.",
    )
    widget_files_mb_per_address: int = Field(
        default=200,
        ge=1,
        le=10_000_000,
        description="Megabytes of files that visitors of a workspace's site widgets may send within an hour from one network "
        "address. Raise it where all come from the address of a proxy that cannot be named in `TRUSTED_PROXIES`.",
    )
    widget_uploads_per_address: int = Field(
        default=15,
        ge=1,
        le=50,
        description="Files of visitors of site widgets that come in at a time, in a process, from one network address.",
    )
    widget_streams_per_address: int = Field(
        default=1000,
        ge=1,
        le=10_000,
        description="Streams of site widgets that are open at a time, in a process, from one network address. Raise it where all "
        "visitors come from the address of a proxy that cannot be named in `TRUSTED_PROXIES`.",
    )
    widget_mails_per_address: int = Field(
        default=20,
        ge=1,
        le=100,
        description="Conversations that visitors of a workspace's site widgets may have sent by mail within an hour from one network "
        "address; all of a workspace have 100.",
    )
    widget_messages_per_address: int = Field(
        default=300,
        ge=1,
        le=100_000,
        description="Messages that visitors of site widgets may send within a minute, to a process, from one network address; so "
        "many at once, or spread over it. Raise it where all come from the address of a proxy that cannot be named in "
        "`TRUSTED_PROXIES`.",
    )
    rasa_key_required: bool = Field(
        default=False,
        description="Whether `/webhooks/rest/webhook` and `/webhooks/callback/webhook` ask for a key of kind `rasa`.",
    )
    metrics_from: str = Field(
        default="127.0.0.0/8,::1",
        description="Addresses and networks that may read `/metrics`, comma-separated; for others there is nothing there. "
        "What a proxy hands on is never one of them. Empty: nobody.",
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="With it `/metrics` also asks for `Authorization: Bearer` and this."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important log lines that are written."
    )

    @field_validator("public_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not is_address(value):
            raise ValueError("write a whole address such as https://desk.example.com")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        entries = _entries(value)
        if entries != ["*"]:
            for entry in entries:
                _check_proxy(entry)
        return ",".join(entries)

    @field_validator("outgoing_addresses", "metrics_from")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for entry in _entries(value):
            _check_proxy(entry)
        return value

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where requests come from, as others see it."""
        return tuple(_entries(self.outgoing_addresses))

    @property
    def metrics_networks(self) -> tuple[str, ...]:
        return tuple(_entries(self.metrics_from))

    @property
    def floor_mb(self) -> int:
        """The floor under the data folder's disk; none where the messages are not stored there."""
        return self.disk_floor_mb if self.database_url is None else 0

    @cached_property
    def address(self) -> str:
        """The public address, without a slash at the end."""
        if self.public_url:
            return self.public_url
        host = _HERE if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 - compared, not listened on
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        CannotStart: One cannot be; the line names it, what it holds and what to write.
    """
    file = Path.cwd() / ".env"
    try:
        return Settings()
    except ValidationError as error:
        raise CannotStart(_told(error.errors(include_url=False)[0])) from error
    except PermissionError as error:
        raise CannotStart(
            f"{file} cannot be read by this user: start from another folder, such as /."
        ) from error
    except UnicodeDecodeError as error:
        raise CannotStart(f"{file} is not text in UTF-8: write it anew.") from error


_WORDS: Mapping[str, str] = {
    "int_parsing": "write a whole number",
    "int_parsing_size": "write a smaller number",
    "float_parsing": "write a number",
    "finite_number": "write a number",
    "bool_parsing": "write true or false",
    "literal_error": "write {expected}",
    "greater_than": "write more than {gt:g}",
    "greater_than_equal": "write {ge:g} or more",
    "less_than_equal": "write {le:g} or less",
    "value_error": "{error}",
}
"""What to write instead, by pydantic's word for what is wrong: every one that a field above can lead to."""


def _told(problem: "ErrorDetails") -> str:
    name = str(problem["loc"][0]).upper()
    advice = _WORDS[problem["type"]].format(**problem.get("ctx", {}))
    return f"{name} is {str(problem['input'])[:_MOST_SHOWN]!r}: {advice}."


def _entries(text: str) -> list[str]:
    return [entry for entry in re.split(r"[\s,]+", text) if entry]


def _check_proxy(entry: str) -> None:
    try:
        if "/" in entry:
            ipaddress.ip_network(entry)
        else:
            ipaddress.ip_address(entry)
    except ValueError as error:
        raise ValueError(
            f"instead of {entry!r} write an address such as 10.0.0.7, or a network by its first, such as 10.0.0.0/24"
        ) from error
