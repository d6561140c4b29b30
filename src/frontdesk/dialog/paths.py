"""Where a value comes from: `slots.x`, `Balance.balance`, `env.X` ... and the tutorial's notations for them.

A path is checked against the declared names once, when the bot is loaded, and becomes a function.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from frontdesk.dialog.jsonpaths import MAX_JSONPATH, JsonPathError, Place
from frontdesk.dialog.problems import Mistake, listed

Getter = Callable[["Values"], object]


class Values(Protocol):
    """What templates and conditions read from."""

    def slot(self, name: str) -> object: ...

    def var(self, name: str) -> object: ...

    def env(self, name: str) -> str: ...

    def result(self, action: str, name: str) -> object: ...

    def raw(self, place: str) -> object: ...

    def contact(self, name: str) -> object: ...

    def item(self, name: str) -> object: ...

    def entity(self, name: str) -> object: ...

    def open_now(self, hours: str) -> bool: ...

    def fact(self, name: str) -> object: ...

    def spend(self, cost: int) -> None:
        """Add to what the turn costs; raises `Endless` when that is too much."""
        ...


@dataclass(slots=True)
class Names:
    """What a bot declares. `raw` gathers the places of API answers that texts read directly."""

    slots: frozenset[str] = frozenset()
    env: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()
    items: list[str] = field(default_factory=list)
    """The names of elements of the loops that what is read stands in, the innermost last."""
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The result fields of each action."""
    responses: Mapping[str, str] = field(default_factory=dict)
    """Response variable -> action."""
    responses_read: set[str] = field(default_factory=set)
    slots_read: set[str] = field(default_factory=set)
    """Slots that texts read."""
    raw: dict[str, dict[str, Place]] = field(default_factory=dict)
    vars: set[str] = field(default_factory=set)
    """The variables that are read."""
    unread: frozenset[str] = frozenset()
    """Actions whose files cannot be read: nothing is known of them, so nothing said of them is wrong."""


@dataclass(frozen=True, slots=True)
class Path:
    """`kind` is `env` (the author's own), `secret` (a name, never a value) or `value` (anything else)."""

    text: str
    get: Getter
    kind: str = "value"
    name: str = ""


FACTS = {
    "message.text": "the customer's message",
    "message.payload": "the hidden value of what was tapped; else the message",
    "message.intent": "the intent this message was understood as, if any",
    "conversation.id": "this conversation",
    "conversation.last_intent": "the intent last understood in this session",
    "assistant.id": "this assistant",
    "assistant.name": "its name",
    "contact.id": "this customer",
    "channel": "the kind of channel, such as `web`",
    "environment": "`dev`, `staging` or `live`",
    "language": "the conversation's language",
    "now": "date and time of this turn (UTC)",
}
"""Single values by path, and what they are."""

SYSTEM = {
    "query": "message.text",
    "userMessage": "message.text",
    "quickReplyPayload": "message.payload",
    "conversationId": "conversation.id",
    "chatBotId": "assistant.id",
    "chatBotName": "assistant.name",
    "chatBotUserId": "contact.id",
    "chatBotUserPlatformId": "contact.id",
    "firstname": "contact.firstname",
    "lastname": "contact.lastname",
    "email": "contact.email",
    "phone": "contact.phone",
    "channel": "channel",
    "language": "language",
}
"""`{$name}` -> path."""

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME}|\[[0-9]{{1,6}}\]|\.[0-9]{{1,6}})*", re.ASCII)
_PART = re.compile(rf"{_NAME}|[0-9]+", re.ASCII)
_RAW = re.compile(rf"\$\.api_({_NAME})((?:[.\[].*)?)", re.ASCII | re.DOTALL)
_BARE = re.compile(rf"({_NAME})\.({_NAME}.*)", re.ASCII | re.DOTALL)


def resolve(text: str, names: Names) -> Path:
    """The path inside `{{ }}`.

    Raises:
        Mistake: It is malformed, or names nothing the bot declares.
    """
    if not _PATH.fullmatch(text):
        raise Mistake(
            f"'{text}' is not a path.", "Write for example slots.name, Action.field or message.text."
        )
    if text in FACTS:
        return Path(text, lambda values: values.fact(text))
    root, *rest = _PART.findall(text)
    if root in names.items:
        return Path(text, _within(lambda values: values.item(root), rest))
    if root in names.fields and rest:
        return _result(text, root, rest, names)
    if root in names.unread and rest:
        return Path(text, lambda _values: None)
    if not rest or root not in _ROOTS:
        known = ", ".join([*_ROOTS, *FACTS])
        raise Mistake(
            f"There is nothing called '{text}'.",
            f"Paths begin with one of: {known}, or with an action (known: {listed(names.fields)}).",
        )
    return _ROOTS[root](text, rest, names)


def resolve_alias(text: str, names: Names) -> Path:
    """The inside of the tutorial's `{$...}`; see `resolve`."""
    if text.startswith("$."):
        return _answer(text, names)
    head, _, rest = text.removeprefix("$").partition(".")
    if head == "env" and rest:
        return resolve(f"env.{rest}", names)
    if head == "botContext" and rest:
        if rest.startswith("slot."):
            return resolve(f"slots.{rest.removeprefix('slot.')}", names)
        if rest == "convId":
            return resolve("conversation.id", names)
        return resolve(
            rest if _PART.findall(rest)[:1] and rest.partition(".")[0] in names.fields else f"vars.{rest}",
            names,
        )
    if head in SYSTEM and not rest:
        return resolve(SYSTEM[head], names)
    known = ", ".join(f"{{${name}}}" for name in SYSTEM)
    raise Mistake(
        f"There is nothing called '{{{text}}}'.",
        f"Known are {known}, {{$botContext.name}} and {{$env.NAME}}.",
    )


def is_alias(text: str) -> bool:
    """Whether braces around `text` can be meant as a place for a value at all (`{Name.field}`)."""
    return _BARE.fullmatch(text) is not None and _PATH.fullmatch(text) is not None


def json_path(text: str, names: Names) -> tuple[str, str]:
    """`{$.api_Name.a[i].b}`'s action and JSONPath (`$.a[*].b`)."""
    found = _RAW.fullmatch(text)
    if found is None or len(text) > MAX_JSONPATH:
        raise Mistake(f"'{{{text}}}' is not a place in an API answer.", "Write {$.api_Name.field}.")
    variable, rest = found.groups()
    action = names.responses.get(variable) or (variable if variable in names.unread else None)
    if action is None:
        known = listed(names.responses, "none")
        raise Mistake(f"No action has the response variable '{variable}'.", f"Known: {known}.")
    names.responses_read.add(variable)
    return action, "$" + rest.replace("[i]", "[*]")


def raw_place(action: str, path: str) -> str:
    """The name under which an answer's value is remembered for the rest of the turn."""
    return f"{action} {path}"


def _answer(text: str, names: Names) -> Path:
    action, path = json_path(text, names)
    try:
        names.raw.setdefault(action, {})[path] = Place(path)
    except JsonPathError as error:
        raise Mistake(f"'{{{text}}}' cannot be used: {error}.", "Write {$.api_Name.field}.") from None
    place = raw_place(action, path)
    return Path(text, lambda values: values.raw(place))


def _slot(text: str, rest: list[str], names: Names) -> Path:
    name = rest[0]
    if name not in names.slots:
        known = listed(names.slots)
        raise Mistake(
            f"There is no slot '{name}'.", f"Declare it under 'slots:' in bot.yaml. Known: {known}."
        )
    names.slots_read.add(name)
    return Path(text, _within(lambda values: values.slot(name), rest[1:]))


def _var(text: str, rest: list[str], names: Names) -> Path:
    names.vars.add(rest[0])
    return Path(text, _within(lambda values: values.var(rest[0]), rest[1:]))


def _env(text: str, rest: list[str], names: Names) -> Path:
    name = rest[0]
    if name not in names.env or rest[1:]:
        known = listed(names.env)
        raise Mistake(
            f"There is no env value '{'.'.join(rest)}'.", f"Add it under 'env:' in bot.yaml. Known: {known}."
        )
    return Path(text, lambda values: values.env(name), "env", name)


def _entity(text: str, rest: list[str], names: Names) -> Path:
    name = rest[0]
    if name not in names.entities or rest[1:]:
        known = listed(names.entities)
        raise Mistake(
            f"There is no entity '{'.'.join(rest)}'.", f"Declare it under 'entities:'. Known: {known}."
        )
    return Path(text, lambda values: values.entity(name))


def _hours(text: str, rest: list[str], names: Names) -> Path:
    name = rest[0]
    if name not in names.hours or rest[1:]:
        known = listed(names.hours)
        raise Mistake(
            f"There are no hours '{'.'.join(rest)}'.", f"Declare them under 'hours:'. Known: {known}."
        )
    return Path(text, lambda values: values.open_now(name))


def _contact(text: str, rest: list[str], _names: Names) -> Path:
    name = ".".join(rest)
    return Path(text, lambda values: values.contact(name))


def _secret(text: str, rest: list[str], _names: Names) -> Path:
    return Path(text, lambda _values: None, "secret", ".".join(rest))


def _result(text: str, action: str, rest: list[str], names: Names) -> Path:
    name = rest[0]
    if name not in names.fields[action]:
        known = listed(names.fields[action])
        raise Mistake(
            f"Action '{action}' has no result '{name}'.", f"Add it under its 'result:'. Known: {known}."
        )
    return Path(text, _within(lambda values: values.result(action, name), rest[1:]))


def _within(get: Getter, rest: list[str]) -> Getter:
    return get if not rest else lambda values: _dig(get(values), rest)


def _dig(value: object, rest: list[str]) -> object:
    for index, part in enumerate(rest):
        match value:
            case dict():
                value = value.get(part)
            case list() if part.isdigit():
                value = value[int(part)] if int(part) < len(value) else None
            case list() if part == "count":
                value = len(value)
            case list():
                # {Name.items.title}: the same field of every element.
                return [_dig(item, rest[index:]) for item in value]
            case None if part == "count":
                value = 0
            case _:
                return 1 if part == "count" else None
    return value


_ROOTS: dict[str, Callable[[str, list[str], Names], Path]] = {
    "slots": _slot,
    "vars": _var,
    "env": _env,
    "contact": _contact,
    "entity": _entity,
    "hours": _hours,
    "secret": _secret,
}

RESERVED = frozenset(
    {*_ROOTS, "message", "conversation", "assistant", "channel", "environment", "language", "now"}
)
"""Names an action cannot have, since paths begin with them."""
