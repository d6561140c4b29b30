"""Keys and passwords that are written out in the bot's files, where everybody who reads the bot sees them."""

from collections.abc import Iterator

from frontdesk.dialog.credentials import is_literal, is_secret_name, sign_in, without_keys
from frontdesk.dialog.linting import Finding, Made, Rule, entry
from frontdesk.dialog.yaml import Node

_SIGN_INS = (
    ("bearer",),
    ("basic", "password"),
    ("api_key", "value"),
    ("oauth2", "client_secret"),
    ("hmac", "secret"),
)
_MOST_SHOWN = 80
_INSTEAD = "Write {{ secret.%s }} there, and give that secret its value; it is kept sealed."


def _find(made: Made) -> Iterator[Finding]:
    for name, value in _entries(entry(made.book.main, "env")).items():
        for _, node in _fields(value):
            if is_secret_name(name) and _is_open(node):
                yield _finding(node, f"The value '{name}'", _INSTEAD % name)
    for name, action in made.book.actions.items():
        yield from _sign_in(name, entry(action, "auth"))
        yield from _request(name, entry(action, "request"))


def _sign_in(action: str, auth: Node | None) -> Iterator[Finding]:
    for kind, *keys in _SIGN_INS:
        node = entry(auth, kind)
        for key in keys:
            node = entry(node, key)
        if node is not None and _is_open(node):
            secret = _secret(action, keys[0] if keys else kind)
            yield _finding(node, "The key of the sign-in", _INSTEAD % secret)


def _request(action: str, request: Node | None) -> Iterator[Finding]:
    for name, node in _fields(entry(request, "headers")):
        if is_secret_name(name) and _is_open(node):
            yield _finding(node, f"The header '{name}'", _INSTEAD % _secret(action, name))
    for name, node in _fields(entry(request, "query")):
        if is_secret_name(name) and _is_open(node):
            fix = "Send it by auth: {api_key: {query: ...}} with {{ secret.NAME }}."
            yield _finding(node, f"The parameter '{name}'", fix)
    for name, node in _fields(entry(request, "json")):
        if is_secret_name(name) and _is_open(node):
            yield _finding(node, f"The field '{name}'", "Send it under auth:, with {{ secret.NAME }}.")
    for _, node in _fields(entry(request, "url")):
        if isinstance(node.value, str) and (sign_in(node.value) or without_keys(node.value)[1]):
            fix = "Write it under auth:, with {{ secret.NAME }}."
            yield Finding(node, f"The address of '{action}' holds a key.", fix)


def _finding(node: Node, what: str, fix: str) -> Finding:
    return Finding(node, f"{what[:_MOST_SHOWN]} stands in the bot's files.", fix)


def _secret(action: str, key: str) -> str:
    return f"{action}_{key}".upper().replace("-", "_")


def _is_open(node: Node) -> bool:
    """Whether it is a text with nothing in it that is filled in."""
    return isinstance(node.value, str) and "{" not in node.value and is_literal(node.value)


def _entries(node: Node | None) -> dict[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _fields(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Every value in it, however deep, with the key nearest above that names it."""
    waiting = [("", node)] if node is not None else []
    while waiting:
        name, at = waiting.pop()
        if isinstance(at.value, dict):
            waiting += [(key, item) for key, item in reversed(at.value.items())]
        elif isinstance(at.value, list):
            waiting += [(name, item) for item in reversed(at.value)]
        else:
            yield name, at


RULE = Rule("open secret", "a key or password that is written out in the bot's files", _find)
