"""Whatever changes something says so in the audit log, or here why it does not.

Read from the code: from each route that can change something the functions that it calls are followed, as far as names
lead. A new route is looked at by itself; one from which no action is reached has to be told a reason below.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, get_args

from tests.program import Program

import frontdesk
from frontdesk.app.application import application
from frontdesk.insight.activity import Kind
from frontdesk.web.panel.texts import catalogue
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
WRITES = {"record", "Entry", "_Done", "_entry"}
"""What an action is handed to on its way into the log."""

DRAFT = "A draft answers nobody: it says itself who edited it last, and publishing it is an entry."
THREAD = "The conversation keeps it, with who did it and when."
TRIED = "It changes nothing: something is tried out, or shown."
OWN = "What one person sees, and nobody else."

WIRES = (
    "/webhooks/",
    "/a/{assistant}/",
    "/conversations/",
    "/model/parse",
    "/api/1.1/wf/",
    "/socket.io/",
    "/widget/",
    "/chat/",
)
"""Where customers' own traffic comes in, and systems that speak for them: conversations keep it."""

WITHOUT = {
    "/api/v1/assistants/{assistant_id}/draft": DRAFT,
    "/api/v1/assistants/{assistant_id}/draft/check": TRIED,
    "/api/v1/assistants/{assistant_id}/draft/files/{path:path}": DRAFT,
    "/api/v1/assistants/{assistant_id}/draft/preview": TRIED,
    "/api/v1/assistants/{assistant_id}/draft/preview/{preview_id}/messages": TRIED,
    "/api/v1/assistants/{assistant_id}/draft/rename": DRAFT,
    "/api/v1/assistants/{assistant_id}/draft/reopen": DRAFT,
    "/api/v1/assistants/{assistant_id}/draft/restore": DRAFT,
    "/api/v1/assistants/{assistant_id}/draft/test": TRIED,
    "/api/v1/contacts/{contact_id}/notes": "The note says who wrote it and when.",
    "/api/v1/conversations/{conversation_id}/assign": THREAD,
    "/api/v1/conversations/{conversation_id}/close": THREAD,
    "/api/v1/conversations/{conversation_id}/hand-back": THREAD,
    "/api/v1/conversations/{conversation_id}/labels": THREAD,
    "/api/v1/conversations/{conversation_id}/messages": THREAD,
    "/api/v1/conversations/{conversation_id}/presence": OWN,
    "/api/v1/conversations/{conversation_id}/priority": THREAD,
    "/api/v1/conversations/{conversation_id}/read": OWN,
    "/api/v1/conversations/{conversation_id}/reopen": THREAD,
    "/api/v1/conversations/{conversation_id}/snooze": THREAD,
    "/api/v1/conversations/{conversation_id}/take": THREAD,
    "/api/v1/conversations/{conversation_id}/unread": OWN,
    "/api/v1/conversations/{conversation_id}/unsnooze": THREAD,
    "/api/v1/files": "A file is nothing before a message has it, and goes after a day.",
    "/api/v1/me/presence": OWN,
    "/api/v1/me/push-subscriptions/{push_id}/test": TRIED,
    "/api/v1/me/totp": "Nothing is on before the first code is shown, which is an entry.",
    "/api/v1/saved-replies/{reply_id}/render": TRIED,
    "/api/v1/settings/mail/test": TRIED,
    "/panel/ai/services/{service_id}/test": TRIED,
    "/panel/ai/{assistant_id}/discard": DRAFT,
    "/panel/ai/{assistant_id}/files": DRAFT,
    "/panel/ai/{assistant_id}/files/add": DRAFT,
    "/panel/ai/{assistant_id}/files/remove": DRAFT,
    "/panel/ai/{assistant_id}/files/rename": DRAFT,
    "/panel/ai/{assistant_id}/files/rename-back": DRAFT,
    "/panel/ai/{assistant_id}/files/restore": DRAFT,
    "/panel/ai/{assistant_id}/gate": TRIED,
    "/panel/ai/{assistant_id}/reopen": DRAFT,
    "/panel/ai/{assistant_id}/try": TRIED,
    "/panel/contacts/{contact_id}/notes": "The note says who wrote it and when.",
    "/panel/knowledge/preview": TRIED,
    "/panel/settings/mail/test": TRIED,
    "/panel/settings/totp": "Nothing is on before the first code is shown, which is an entry.",
}
"""Paths of routes from which no action is reached -> why."""


def actions() -> set[str]:
    """Every action that the catalogue has words for."""
    return {f"{kind}.{verb}" for kind, verbs in catalogue("en")["activity"]["done"].items() for verb in verbs}


class Walk:
    """Follows names from function to function, within the program."""

    def __init__(self, known: set[str]) -> None:
        self._known = known
        self._seen: set[FunctionType] = set()
        self.found: set[str] = set()

    def into(self, called: object) -> None:
        called = inspect.unwrap(called) if callable(called) else called
        if isinstance(called, str):
            self.found |= {called} & self._known
        elif isinstance(called, FunctionType):
            self._function(called)
        elif isinstance(called, MethodType):
            self.into(called.__func__)
            self._each(vars(called.__self__).values())
        elif isinstance(called, type):
            if called is not Ask and called.__module__.startswith("frontdesk"):
                self._each(vars(called).values())
        elif isinstance(called, tuple | list):
            self._each(called)
        elif isinstance(called, Mapping):
            self._each(called.values())
        elif is_dataclass(called) and type(called).__module__.startswith("frontdesk"):
            self._each(getattr(called, one.name) for one in fields(called))

    def _each(self, every: Any) -> None:
        for one in every:
            if isinstance(one, str | FunctionType) or is_dataclass(one):
                self.into(one)

    def _function(self, called: FunctionType) -> None:
        if called in self._seen or not called.__module__.startswith("frontdesk"):
            return
        self._seen.add(called)
        names, texts = _names(called.__code__)
        self.found |= texts & self._known
        reached = [called.__globals__[name] for name in names if name in called.__globals__]
        reached += [cell.cell_contents for cell in called.__closure__ or ()]
        for module in [one for one in reached if isinstance(one, ModuleType)]:
            if module.__name__.startswith("frontdesk"):
                reached += [vars(module)[name] for name in names if name in vars(module)]
        for one in reached:
            if not isinstance(one, ModuleType):
                self.into(one)


def _names(code: CodeType) -> tuple[set[str], set[str]]:
    names, texts = set(code.co_names), set()
    for held in code.co_consts:
        if isinstance(held, str):
            texts.add(held)
        elif isinstance(held, CodeType):
            more = _names(held)
            names |= more[0]
            texts |= more[1]
    return names, texts


def reached(route: Route, known: set[str]) -> set[str]:
    walk = Walk(known)
    walk.into(route.handler)
    return walk.found


def changing(program: Program) -> Iterator[Route]:
    for route in application(program.running).table.routes:
        if route.method in UNSAFE:
            yield route


async def test_every_route_that_changes_something_has_its_entry_or_a_reason(program: Program) -> None:
    known = actions()
    every = {route.path for route in changing(program)}
    silent = {route.path for route in changing(program) if not reached(route, known)}
    unsaid = {path for path in silent - set(WITHOUT) if not path.startswith(WIRES)}
    assert unsaid == set(), "record what is done, or say in WITHOUT why not"
    assert set(WITHOUT) <= every, "there is no such route"


def written() -> set[str]:
    """Every action that the program hands to the log: words where it is written, and constants that are named so."""
    kinds, found = set(get_args(Kind)), set()
    for file in Path(frontdesk.__path__[0]).rglob("*.py"):
        text = file.read_text("utf-8")
        tree, writes = ast.parse(text), "audit" in text
        for node in ast.walk(tree):
            held: list[ast.expr] = []
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                held = list(node.args) if name in WRITES else []
            elif writes and isinstance(node, ast.Assign) and all(_is_constant(one) for one in node.targets):
                held = list(node.value.elts) if isinstance(node.value, ast.Tuple) else [node.value]
            texts = {
                one.value for one in held if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
            found |= {text for text in texts if _is_action(text, kinds)}
    return found


def _is_constant(target: ast.expr) -> bool:
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(one, ast.Name) and one.id.isupper() for one in names)


def _is_action(text: str, kinds: set[str]) -> bool:
    kind, dot, verb = text.partition(".")
    return bool(dot) and kind in kinds and verb.replace("_", "").isalpha() and verb not in {"yaml", "toml"}


def test_every_action_is_called_something() -> None:
    assert written() - actions() == set(), "add it to panel_activity.toml of every language"
    source = "".join(file.read_text("utf-8") for file in Path(frontdesk.__path__[0]).rglob("*.py"))
    assert {action for action in actions() if f'"{action}"' not in source} == set(), "nothing writes it"
    assert {action.partition(".")[0] for action in actions()} == set(get_args(Kind))
    assert set(catalogue("en")["activity"]["kinds"]) == set(get_args(Kind))
