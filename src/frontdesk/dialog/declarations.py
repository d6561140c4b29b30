"""Reads what a bot declares beside its flows: settings, env, slots and intents. Called by `load`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from frontdesk.core.message import TextLimits
from frontdesk.dialog.bot import UTC, DebugCommands
from frontdesk.dialog.bot_parts import Intent, Limits, Scope, Slot
from frontdesk.dialog.fields import ID_PREFIX, MAX_SHOWN, Fields, short_name
from frontdesk.dialog.hours_reader import read_zone
from frontdesk.dialog.problems import Problems, listed
from frontdesk.dialog.slots import SCOPES
from frontdesk.dialog.typed import installed as answer_types
from frontdesk.dialog.yaml import MAX_SCALAR, Node

FORMAT = "assistant/v1"
NO_LIMITS = TextLimits()
ENVIRONMENTS = ("dev", "staging", "live")
_DAY_S = 86_400.0
_REGION = re.compile(r"[A-Z]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)


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
    teams: tuple[str, ...] = ()
    """Those that can take over, where the author says so."""
    text_limits: TextLimits = NO_LIMITS
    """What the assistant's channels show at most, where the author says so."""


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
    limits = fields.sub("limits")
    settings = Settings(
        _read_id(fields),
        fields.text("name"),
        language,
        tuple(dict.fromkeys((language, *others))),
        fields.seconds("session_timeout", 3600.0, 1.0, 365 * _DAY_S),
        _DEBUG[fields.choice("debug_commands", tuple(_DEBUG), "preview")],
        _read_limits(limits),
        read_zone(fields, "UTC"),
        _read_region(fields),
        tuple(dict.fromkeys(text for text, _ in fields.texts("teams"))),
        _read_text_limits(limits),
    )
    fields.text("description")
    if limits is not None:
        limits.close()
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
    return Limits(
        fields.integer("steps_per_turn", 50, 5, 500),
        fields.integer("reprompts", 3, 0, 20),
        fields.integer("script_ms", 250, 10, 1_000),
    )


def _read_text_limits(fields: Fields | None) -> TextLimits:
    if fields is None:
        return NO_LIMITS
    return TextLimits(
        text=fields.integer("text", 0, 1, MAX_SCALAR),
        button=fields.integer("button", 0, 1, MAX_SCALAR),
        card_title=fields.integer("card_title", 0, 1, MAX_SCALAR),
        card_subtitle=fields.integer("card_subtitle", 0, 1, MAX_SCALAR),
    )


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
