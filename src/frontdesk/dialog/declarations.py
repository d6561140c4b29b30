"""Reads what a bot declares beside its flows: settings, env, slots, intents, entities and actions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.core.action import MAX_ATTEMPTS
from frontdesk.dialog.actions import IDEMPOTENT, METHODS, HttpAction, Result
from frontdesk.dialog.bot import DebugCommands, Intent, Limits, Scope, Slot
from frontdesk.dialog.fields import ID_PREFIX, MAX_SHOWN, Fields, check_name, short_name
from frontdesk.dialog.jsonpaths import JsonPathError, Place
from frontdesk.dialog.paths import RESERVED, json_path
from frontdesk.dialog.problems import Mistake, Problems
from frontdesk.dialog.reading import Book, read_template
from frontdesk.dialog.slots import SCOPES, TYPES
from frontdesk.dialog.templates import Template
from frontdesk.dialog.urls import Url, url_mistake
from frontdesk.dialog.values import compile_value
from frontdesk.dialog.yaml import Node

FORMAT = "assistant/v1"
_DAY_S = 86_400.0
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_HOP_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_ALIAS = re.compile(r"\{(\$\.api_.+)\}", re.ASCII | re.DOTALL)
_RETRY_WORDS = ("timeout", "connection")


@dataclass(frozen=True, slots=True)
class Settings:
    """The head of a bot."""

    id: str
    name: str
    language: str
    session_timeout_s: float
    debug_commands: DebugCommands
    limits: Limits


_DEBUG: dict[str, DebugCommands] = {"preview": "preview", "everywhere": "everywhere", "off": "off"}
_SCOPES: dict[str, Scope] = {"turn": "turn", "flow": "flow", "session": "session", "contact": "contact"}


def read_settings(root: Fields) -> Settings:
    if root.text("format") != FORMAT:
        root.problems.error(
            root.place("format"), "The format is missing or unknown.", f"Write format: {FORMAT}"
        )
    fields = root.sub("assistant")
    if fields is None:
        root.problems.error(
            root.node, "'assistant' is missing.", "Write assistant: with id, name and language under it."
        )
        return Settings("", "", "en", 3600.0, "preview", Limits())
    if not fields.text("name"):
        fields.problems.error(fields.place("name"), "The assistant has no name.", "Write name: and a text.")
    language = fields.text("language", "en")
    if not _LANGUAGE.fullmatch(language):
        fields.problems.error(
            fields.place("language"), f"'{language}' is not a language.", "Write a code such as en or pt-BR."
        )
    settings = Settings(
        _read_id(fields),
        fields.text("name"),
        language,
        fields.seconds("session_timeout", 3600.0, 1.0, 365 * _DAY_S),
        _DEBUG[fields.choice("debug_commands", tuple(_DEBUG), "preview")],
        _read_limits(fields.sub("limits")),
    )
    fields.text("description")
    fields.close()
    return settings


def _read_id(fields: Fields) -> str:
    given = fields.text("id")
    proposed = short_name(given or fields.text("name"))
    if not given:
        fields.problems.error(fields.place("id"), "The assistant has no id.", f"Write id: {proposed}")
    elif given != proposed:
        shown = given[:MAX_SHOWN]
        fields.problems.error(
            fields.place("id"),
            f"'{shown}' cannot be the short name of an assistant.",
            f"It has letters, digits, _ and -, begins with a letter, and not with {ID_PREFIX} as ids do. "
            f"Write id: {proposed}",
        )
    return given


def _read_limits(fields: Fields | None) -> Limits:
    if fields is None:
        return Limits()
    limits = Limits(
        fields.integer("steps_per_turn", 50, 5, 500),
        fields.integer("reprompts", 3, 0, 20),
        fields.integer("script_ms", 250, 10, 5_000),
    )
    fields.close()
    return limits


def read_env(root: Fields) -> dict[str, str]:
    env = root.sub("env")
    return (
        {}
        if env is None
        else {name: env.text_of(node, f"'{name}'") for name, node in env.all_named("an env value")}
    )


def read_slots(root: Fields) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    for name, node in root.named("slots", "a slot"):
        fields = Fields(node, root.problems, f"Slot '{name}'")
        slots[name] = Slot(
            name,
            fields.choice("type", tuple(TYPES), "text"),
            _SCOPES[fields.choice("scope", SCOPES, "flow")],
            fields.text("pii"),
        )
        fields.text("description")
        fields.close()
    return slots


def read_intents(root: Fields) -> dict[str, Intent]:
    intents: dict[str, Intent] = {}
    for name, node in root.named("intents", "an intent"):
        fields = Fields(node, root.problems, f"Intent '{name}'")
        intents[name] = Intent(name, tuple(text for text, _ in fields.texts("examples")))
        fields.text("description")
        fields.close()
    return intents


def read_entities(root: Fields) -> dict[str, tuple[str, ...]]:
    fields = root.sub("entities")
    if fields is None:
        return {}
    return {name: tuple(text for text, _ in fields.texts(name)) for name, _ in fields.all_named("an entity")}


def declare_actions(nodes: Mapping[str, Node], book: Book) -> None:
    """Note every action's names before any template is read."""
    declared: dict[str, frozenset[str]] = {}
    responses: dict[str, str] = {}
    for name, node in nodes.items():
        if name in RESERVED:
            book.problems.error(
                node, f"An action cannot be called '{name}'.", "Paths of values begin with that word."
            )
            continue
        fields = Fields(node, Problems(), "")
        result = fields.get("result")
        declared[name] = (
            frozenset(result.value) if result is not None and isinstance(result.value, dict) else frozenset()
        )
        variable = _response_variable(fields, name, book)
        if variable in responses:
            book.problems.error(
                fields.place("response_variable"),
                f"The actions '{responses[variable]}' and '{name}' have the same response variable '{variable}'.",
                "Write response_variable: and another name.",
            )
        responses.setdefault(variable, name)
    book.names.fields = declared
    book.names.responses = responses


def _response_variable(fields: Fields, action: str, book: Book) -> str:
    given = fields.text("response_variable", action)
    if not check_name(given, "a response variable", fields.place("response_variable"), book.problems):
        return action
    if given != action:
        book.responses[action] = (given, fields.place("response_variable"))
    return given


def read_action(name: str, node: Node, book: Book) -> HttpAction:
    fields = Fields(node, book.problems, f"Action '{name}'")
    fields.choice("kind", ("http",), "http")
    fields.text("description")
    fields.get("response_variable")
    request = fields.sub("request")
    if request is None:
        book.problems.error(
            node, f"Action '{name}' has no request.", "Write request: with method and url under it."
        )
        request = Fields(Node({}, node.file, node.line), book.problems, "'request'")
    method = request.choice("method", METHODS, "GET")
    idempotent = fields.flag("idempotent", default=method in IDEMPOTENT)
    attempts, retry_on = _read_retry(fields.sub("retry"))
    sample = fields.get("sample")
    action = HttpAction(
        name=name,
        method=method,
        url=_read_url(request, book),
        query=_read_pairs(request, "query", book),
        headers=_read_headers(request, book),
        json=compile_value(body, book.names, book.problems)
        if (body := request.get("json")) is not None
        else None,
        timeout_s=fields.seconds("timeout", 5.0, 0.1, 60.0),
        attempts=attempts if idempotent else 1,
        retry_on=retry_on,
        idempotent=idempotent,
        results=_read_results(fields, name, book),
        sample=None if sample is None else sample.plain(),
    )
    request.close()
    fields.close()
    return action


def _read_url(request: Fields, book: Book) -> Url:
    node = request.get("url")
    if node is None:
        book.problems.error(request.node, "The request has no url.", "Write url: https://...")
        return Url(Template("", ()))
    template = read_template(request.text_of(node, "'url'"), node, book)
    mistake = url_mistake(template) if template.pieces else ""
    if mistake:
        fix = 'Write https://host/path, or begin with "{{ env.NAME }}/path".'
        book.problems.error(node, f"This URL cannot be used: {mistake}.", fix)
    return Url(template)


def _read_pairs(request: Fields, key: str, book: Book) -> tuple[tuple[str, Template], ...]:
    fields = request.sub(key)
    return tuple(
        (name, read_template(request.text_of(item, f"'{name}'"), item, book))
        for name, node in (fields.entries() if fields is not None else ())
        for item in (node.value if isinstance(node.value, list) else [node])
    )


def _read_headers(request: Fields, book: Book) -> tuple[tuple[str, Template], ...]:
    fields = request.sub("headers")
    headers = []
    for name, node in fields.entries() if fields is not None else ():
        if not _HEADER.fullmatch(name) or name.lower() in _HOP_HEADERS:
            book.problems.error(
                node, f"'{name[:40]}' cannot be sent as a header.", "Use another header name."
            )
        headers.append((name, read_template(request.text_of(node, f"'{name}'"), node, book, secrets=True)))
    return tuple(headers)


def _read_retry(fields: Fields | None) -> tuple[int, tuple[str, ...]]:
    if fields is None:
        return 1, ()
    attempts = 1 + fields.integer("attempts", 0, 0, MAX_ATTEMPTS - 1)
    retry_on = fields.texts("on")
    for text, node in retry_on:
        if text not in _RETRY_WORDS and not (
            text.isascii() and text.isdigit() and text[0] in "45" and len(text) == len("500")
        ):
            fields.problems.error(
                node,
                f"'{text[:40]}' is nothing to retry on.",
                "Write timeout, connection or a status such as 503.",
            )
    fields.close()
    return attempts, tuple(text for text, _ in retry_on)


def _read_results(fields: Fields, action: str, book: Book) -> tuple[Result, ...]:
    results = []
    for name, node in fields.named("result", "a result"):
        inner = Fields(node, book.problems, f"Result '{name}'") if isinstance(node.value, dict) else None
        text = fields.text_of(node, f"'{name}'") if inner is None else inner.text("path")
        required = inner is None or inner.flag("required", default=True)
        if inner is not None:
            inner.close()
        place = _read_place(text, node, action, book)
        if place is not None:
            results.append(Result(name, place, required))
    return tuple(results)


def _read_place(text: str, node: Node, action: str, book: Book) -> Place | None:
    alias = _ALIAS.fullmatch(text.strip())
    try:
        if alias is not None:
            owner, text = json_path(alias[1], book.names)
            if owner != action:
                book.problems.error(node, f"'{alias[0]}' belongs to the action '{owner}'.", "Read it there.")
        return Place(text.strip())
    except Mistake as mistake:
        book.problems.mistake(node, mistake)
    except JsonPathError as error:
        book.problems.error(
            node,
            f"The JSONPath '{text[:60]}' cannot be used: {error}.",
            "Write for example $.accountBalance.",
        )
    return None
