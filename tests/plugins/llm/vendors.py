"""What the conformance suite has to know of a vendor: how its answers look. One `vendor.py` stands beside each plug-in's tests."""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.doubles.http_server import Answer, FaultServer, Received

from frontdesk.app.registry import Plugin, load_registry
from frontdesk.ports.chat_model import ToolCall, Trouble

SECRET = "sk-canary-4f9a8b7c6d5e"


@dataclass(frozen=True)
class Vendor:
    """`text` and `calls` give whole answers with a usage of 12 and 5 tokens; `errors` what each trouble looks like.

    `fixed`: what is always answered by path, such as a token.
    """

    settings: Callable[[FaultServer], dict[str, object]]
    text: Callable[[Sequence[str]], Answer]
    calls: Callable[[Sequence[ToolCall]], Answer]
    length: Callable[[str], Answer]
    errors: Mapping[Trouble, Sequence[Answer]]
    in_stream: Sequence[tuple[Trouble, Answer]]
    models: Answer
    names: tuple[str, ...]
    texts_of: Callable[[Received], list[tuple[str, str]]]
    tools_of: Callable[[Received], list[str]]
    fixed: Mapping[str, Answer] = field(default_factory=dict)
    counts: bool = True
    judge: Callable[[Received], None] = field(default=lambda _: None)


def sse(*events: object, done: bool = True, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A stream of events; texts are sent as they are."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    body = "".join(f"data: {text}\n\n" for text in [*texts, *(["[DONE]"] if done else [])])
    return Answer(body=body.encode(), headers=(("content-type", "text/event-stream"), *headers))


def vendor_of(plugin: Plugin) -> Vendor:
    found: Vendor = importlib.import_module(f"tests.plugins.llm.{plugin.manifest.id}.vendor").VENDOR
    return found


MODELS = load_registry().of_capability("ChatModel")
