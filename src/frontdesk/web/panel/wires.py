"""Where an assistant's wires can be reached from outside: what the pages of API Rest and 4biz show to copy.

Nothing here is typed by people: it follows from the public address, the assistant and its host names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from frontdesk.store.assistants import Assistant

MESSAGES = "/webhooks/rest/webhook"
FETCHED = "/webhooks/rest/messages"
CONVERSATIONS = "/conversations/"
_ADDRESS = re.compile(r"[0-9.]+|.*:.*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the other system's set-up: its number, its name there, and what to paste."""

    number: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The three parameters for one language.

    Attributes:
        host: The host name with the language in it; empty where the installation has no name to make it of.
        is_known: Whether the assistant answers at that host name.
    """

    parameters: tuple[Parameter, ...]
    host: str
    is_known: bool


def endpoint(public_url: str, assistant: Assistant) -> str:
    """Where messages for `assistant` are posted: at its own host name, else below the installation's address."""
    return base(public_url, assistant) + MESSAGES


def base(public_url: str, assistant: Assistant) -> str:
    if assistant.hosts:
        return f"{urlsplit(public_url).scheme}://{_with_port(assistant.hosts[0], public_url)}"
    return f"{public_url}/a/{assistant.id}"


def sheet(public_url: str, assistant: Assistant, language: str) -> Sheet:
    """Parameters 402, 441 and 442 (source document 000): the host part of the last two carries the language."""
    server = _server(public_url, assistant)
    if server is None:
        below = f"{public_url}/a/{assistant.id}"
        return Sheet(_parameters(below, below), "", is_known=True)
    name, _, domain = server.partition(".")
    spoken = f"{name}{language}.{domain}"
    scheme = urlsplit(public_url).scheme
    values = _parameters(
        f"{scheme}://{_with_port(server, public_url)}", f"{scheme}://{_with_port(spoken, public_url)}"
    )
    return Sheet(values, spoken, is_known=spoken in assistant.hosts)


def _parameters(outside: str, spoken: str) -> tuple[Parameter, ...]:
    return (
        Parameter("402", "Helper Assistant - External URL", outside),
        Parameter("441", "Helper Assistant - Conversation API", spoken + MESSAGES),
        Parameter("442", "Helper Assistant - Parameters API", spoken + CONVERSATIONS),
    )


def _server(public_url: str, assistant: Assistant) -> str | None:
    """The host name without a language: the assistant's shortest, else the installation's; None where it has no name."""
    own = _shortest(assistant.hosts)
    if own is not None:
        return own
    front = urlsplit(public_url).hostname or ""
    return front if "." in front and not _ADDRESS.fullmatch(front) else None


def _shortest(hosts: Sequence[str]) -> str | None:
    return min(hosts, key=lambda host: (len(host), host), default=None)


def _with_port(host: str, public_url: str) -> str:
    port = urlsplit(public_url).port
    return f"{host}:{port}" if port else host
