"""Reads actions (API integrations): the request, how it is tried, what is taken out of the answer. Called by `load`."""

import re
from collections.abc import Mapping
from dataclasses import replace

from frontdesk.core.action import MAX_ATTEMPTS
from frontdesk.dialog.actions import IDEMPOTENT, METHODS, HttpAction, Result
from frontdesk.dialog.auth import ReadAuth, read_auth
from frontdesk.dialog.book import Book, read_template
from frontdesk.dialog.fields import Fields, check_name
from frontdesk.dialog.headers import can_be_sent
from frontdesk.dialog.json_text import read_json
from frontdesk.dialog.jsonpaths import JsonPathError, Place
from frontdesk.dialog.paths import RESERVED, json_path
from frontdesk.dialog.problems import Mistake, Problems
from frontdesk.dialog.templates import Template
from frontdesk.dialog.urls import RegionalUrl, Url, url_mistake
from frontdesk.dialog.values import Value, compile_value
from frontdesk.dialog.yaml import Node

_ALIAS = re.compile(r"\{(\$\.api_.+)\}", re.ASCII | re.DOTALL)
_RETRY_WORDS = ("timeout", "connection")
_STATUS = re.compile(r"[1-5][0-9]{2}", re.ASCII)
_OTHER_WORDS = {
    "body": "Write json: and the body under it.",
    "data": "Write json: and the body under it.",
    "params": "Write query: and the parameters under it.",
    "parameters": "Write query: and the parameters under it.",
}
"""Keys of a request as other programs call them, and what to write here."""


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
        json=_read_json(request, book),
        timeout_s=fields.seconds("timeout", 5.0, 0.1, 60.0),
        attempts=attempts if idempotent else 1,
        retry_on=retry_on,
        idempotent=idempotent,
        results=_read_results(fields, name, book),
        sample=None if sample is None else sample.plain(),
        success=_read_success(fields),
        variable=variable,
        transform=None if (code := fields.get("transform")) is None else book.script(code),
        description=fields.text("description"),
        irreversible=fields.flag("irreversible", default=False),
    )
    request.close(_OTHER_WORDS)
    fields.close()
    return replace(action, inputs=tuple(sorted(book.names.slots_read)))


def _read_json(request: Fields, book: Book) -> Value | None:
    """The body; one that is given as text is JSON, in which values may stand outside of quotes."""
    node = request.get("json")
    if node is None:
        return None
    try:
        body = read_json(node) if isinstance(node.value, str) else node
    except Mistake as mistake:
        book.problems.mistake(node, mistake)
        return None
    return compile_value(body, book.names, book.problems)


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
        if not can_be_sent(name):
            book.problems.error(
                node, f"'{name[:40]}' cannot be sent as a header.", "Use another header name."
            )
        headers.append((name, read_template(request.text_of(node, f"'{name}'"), node, book, secrets=True)))
    return tuple(headers)


def _check_auth(fields: Fields, headers: tuple[tuple[str, Template], ...], auth: ReadAuth) -> None:
    both = auth.sets.intersection(name.lower() for name, _ in headers)
    if both:
        fields.problems.error(
            fields.place("auth"), f"'auth' and headers both give '{min(both)}'.", "Keep one."
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


def _read_success(fields: Fields) -> frozenset[int]:
    texts = fields.texts("success")
    for text, node in texts:
        if not _STATUS.fullmatch(text):
            fields.problems.error(node, f"'{text[:40]}' is no status.", "Write a status such as 404.")
    return frozenset(int(text) for text, _ in texts if _STATUS.fullmatch(text))


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
