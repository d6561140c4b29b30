"""Reads what a bot declares beside its flows: settings, env, slots, intents and actions."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from frontdesk.core.action import MAX_ATTEMPTS
from frontdesk.dialog.actions import IDEMPOTENT, METHODS, HttpAction, Result
from frontdesk.dialog.auth import ReadAuth, read_auth
from frontdesk.dialog.bot import UTC, DebugCommands, Intent, Limits, Scope, Slot
from frontdesk.dialog.fields import ID_PREFIX, MAX_SHOWN, Fields, check_name, short_name
from frontdesk.dialog.hours_reader import read_zone
from frontdesk.dialog.jsonpaths import JsonPathError, Place
from frontdesk.dialog.paths import RESERVED, json_path
from frontdesk.dialog.problems import Mistake, Problems, listed
from frontdesk.dialog.reading import Book, read_template
from frontdesk.dialog.slots import SCOPES
from frontdesk.dialog.templates import Template
from frontdesk.dialog.typed import installed as answer_types
from frontdesk.dialog.urls import RegionalUrl, Url, url_mistake
from frontdesk.dialog.values import compile_value
from frontdesk.dialog.yaml import Node

FORMAT = "assistant/v1"
ENVIRONMENTS = ("dev", "staging", "live")
_DAY_S = 86_400.0
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}", re.ASCII)
_REGION = re.compile(r"[A-Z]{2}", re.ASCII)
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
    languages: tuple[str, ...]
    session_timeout_s: float
    debug_commands: DebugCommands
    limits: Limits
    zone: ZoneInfo = UTC
    region: str = ""


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
        return Settings("", "", "en", ("en",), 3600.0, "preview", Limits())
    if not fields.text("name"):
        fields.problems.error(fields.place("name"), "The assistant has no name.", "Write name: and a text.")
    language = _read_language(fields.text("language", "en"), fields.place("language"), fields.problems)
    others = tuple(_read_language(text, node, fields.problems) for text, node in fields.texts("languages"))
    settings = Settings(
        _read_id(fields),
        fields.text("name"),
        language,
        tuple(dict.fromkeys((language, *others))),
        fields.seconds("session_timeout", 3600.0, 1.0, 365 * _DAY_S),
        _DEBUG[fields.choice("debug_commands", tuple(_DEBUG), "preview")],
        _read_limits(fields.sub("limits")),
        read_zone(fields, "UTC"),
        _read_region(fields),
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


def _read_region(fields: Fields) -> str:
    region = fields.text("region")
    if region and not _REGION.fullmatch(region):
        fields.problems.error(
            fields.place("region"), f"'{region[:40]}' is not a country.", "Write its two letters, such as UZ."
        )
    return region


def _read_language(text: str, place: Node, problems: Problems) -> str:
    if not _LANGUAGE.fullmatch(text):
        problems.error(place, f"'{text[:40]}' is not a language.", "Write a code such as en or pt-BR.")
    return text


def _read_limits(fields: Fields | None) -> Limits:
    if fields is None:
        return Limits()
    limits = Limits(
        fields.integer("steps_per_turn", 50, 5, 500),
        fields.integer("reprompts", 3, 0, 20),
        fields.integer("script_ms", 250, 10, 1_000),
    )
    fields.close()
    return limits


@dataclass(frozen=True, slots=True)
class Env:
    """Values of the environment: the plain ones, and those an environment has of its own."""

    plain: dict[str, str]
    by_environment: dict[str, dict[str, str]]


def read_env(root: Fields) -> Env:
    """`env`: a text by name, or texts by environment (`dev`, `staging`, `live`)."""
    found = Env({}, {})
    env = root.sub("env")
    for name, node in () if env is None else env.all_named("an env value"):
        if not isinstance(node.value, dict):
            found.plain[name] = Fields(Node({}, node.file, node.line), root.problems, "").text_of(
                node, f"'{name}'"
            )
            continue
        fields = Fields(node, root.problems, f"'{name}'")
        texts = {key: fields.text(key) for key in ENVIRONMENTS if fields.has(key)}
        fields.close()
        # An environment without a value of its own has the live one.
        found.plain[name] = texts.get("live", next(iter(texts.values()), ""))
        for environment, text in texts.items():
            found.by_environment.setdefault(environment, {})[name] = text
    return found


def read_slots(root: Fields, entities: Collection[str]) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    for name, node in root.named("slots", "a slot"):
        fields = Fields(node, root.problems, f"Slot '{name}'")
        slots[name] = Slot(
            name,
            fields.choice("type", tuple(answer_types()), "text"),
            _SCOPES[fields.choice("scope", SCOPES, "flow")],
            fields.text("pii"),
            read_entity(fields, "entity", entities),
            fields.text("description"),
        )
        fields.close()
    return slots


def read_entity(fields: Fields, key: str, entities: Collection[str]) -> str:
    """The name of a declared entity."""
    name = fields.text(key)
    if name and name not in entities:
        known = listed(entities)
        fields.problems.error(
            fields.place(key),
            f"There is no entity '{name}'.",
            f"Declare it under 'entities:'. Known: {known}.",
        )
    return name


def read_intents(root: Fields) -> dict[str, Intent]:
    intents: dict[str, Intent] = {}
    for name, node in root.named("intents", "an intent"):
        fields = Fields(node, root.problems, f"Intent '{name}'")
        intents[name] = Intent(name, tuple(text for text, _ in fields.texts("examples")))
        fields.text("description")
        fields.close()
    return intents


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
    book.names.slots_read = set()
    variable = fields.text("response_variable", name)
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
    auth, headers = read_auth(fields.sub("auth"), book), _read_headers(request, book)
    _check_auth(fields, headers, auth)
    action = HttpAction(
        name=name,
        method=method,
        url=_read_url(request, book),
        query=_read_pairs(request, "query", book),
        headers=(*headers, *auth.headers),
        auth=auth.auth,
        json=compile_value(body, book.names, book.problems)
        if (body := request.get("json")) is not None
        else None,
        timeout_s=fields.seconds("timeout", 5.0, 0.1, 60.0),
        attempts=attempts if idempotent else 1,
        retry_on=retry_on,
        idempotent=idempotent,
        results=_read_results(fields, name, book),
        sample=None if sample is None else sample.plain(),
        variable=variable,
        transform=None if (code := fields.get("transform")) is None else book.script(code),
        description=fields.text("description"),
        irreversible=fields.flag("irreversible", default=False),
    )
    request.close()
    fields.close()
    return replace(action, inputs=tuple(sorted(book.names.slots_read)))


def _read_url(request: Fields, book: Book) -> Url | RegionalUrl:
    node, region = request.get("url"), request.get("region")
    if node is None:
        book.problems.error(request.node, "The request has no url.", "Write url: https://...")
        return Url(Template("", ()))
    if not isinstance(node.value, dict):
        if region is not None:
            book.problems.error(
                region, "There is one URL for all regions.", "Give url: by region, or remove it."
            )
        return _read_one_url(request, node, book)
    if region is None:
        book.problems.error(
            node, "Nothing says which of the URLs is taken.", 'Write region: "{{ env.REGION }}".'
        )
    names = Fields(node, book.problems, "'url'").all_named("a region")
    urls = {name: _read_one_url(request, item, book) for name, item in names}
    text = "" if region is None else request.text_of(region, "'region'")
    return RegionalUrl(read_template(text, region or node, book), urls)


def _read_one_url(request: Fields, node: Node, book: Book) -> Url:
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


def _check_auth(fields: Fields, headers: tuple[tuple[str, Template], ...], auth: ReadAuth) -> None:
    given = {name.lower() for name, _ in headers}
    taken = {name.lower() for name, _ in auth.headers} | (
        {"authorization"} if auth.auth is not None else set()
    )
    for name, _ in auth.headers:
        if not _HEADER.fullmatch(name) or name.lower() in _HOP_HEADERS:
            fields.problems.error(
                fields.place("auth"), f"'{name[:40]}' cannot be sent as a header.", "Use another header name."
            )
    if given & taken:
        fields.problems.error(
            fields.place("auth"), f"'auth' and headers both give '{min(given & taken)}'.", "Keep one."
        )


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
