"""Reads the entities a bot declares: lists of words, values with synonyms, expressions. Called by `load`."""

from dataclasses import dataclass, field

from frontdesk.dialog.entities import MAX_PHRASE_WORDS, Entities, Finder, phrase_words
from frontdesk.dialog.entities_builtin import BUILTIN
from frontdesk.dialog.fields import Fields
from frontdesk.dialog.problems import Problems
from frontdesk.dialog.regexes import Regex, RegexError
from frontdesk.dialog.yaml import Node

MAX_ENTITIES = 200
MAX_PHRASES = 20_000
MAX_PHRASE = 100
MAX_SHARED = 10
"""Most entities that may have the same phrase."""
MAX_PROGRAM = 20_000
"""Most instructions of RE2 that the expressions of all entities may compile to."""
_SHOWN = 40


@dataclass(slots=True)
class _Found:
    problems: Problems
    phrases: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    expressions: dict[str, list[Regex]] = field(default_factory=dict)
    program: int = 0
    owners: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    """Words -> entity -> value."""
    builtin: dict[str, Finder] = field(default_factory=dict)
    full: bool = False


def read_entities(root: Fields) -> Entities:
    """All entities under `entities:`; mistakes are among the problems."""
    found = _Found(root.problems)
    names: list[str] = []
    for name, node in root.named("entities", "an entity"):
        if len(names) == MAX_ENTITIES:
            root.problems.error(node, f"There are more than {MAX_ENTITIES} entities.", "Merge some.")
            break
        names.append(name)
        if isinstance(node.value, dict):
            _read_mapping(name, Fields(node, root.problems, f"Entity '{name}'"), found)
        else:
            _read_words(name, Fields(Node({name: node}, node.file, node.line), root.problems, ""), found)
    return Entities(found.phrases, found.expressions, names, found.builtin)


def _read_words(name: str, fields: Fields, found: _Found) -> None:
    # A list of words; `WORD~VALUE` gives the value.
    for text, node in fields.texts(name):
        phrase, tilde, value = text.rpartition("~")
        if tilde and phrase.strip() and value.strip():
            _add(found, name, phrase.strip(), value.strip(), node)
        else:
            _add(found, name, text.strip(), text.strip(), node)


def _read_mapping(name: str, fields: Fields, found: _Found) -> None:
    fields.text("description")
    values = fields.sub("values")
    for value, node in values.entries() if values is not None else ():
        _add(found, name, value, value, node)
        for text, place in values.texts(value) if values is not None else ():
            _add(found, name, text, value, place)
    for text, node in fields.texts("regex"):
        _add_expression(found, name, text, node)
    if fields.has("builtin"):
        kind = fields.choice("builtin", tuple(BUILTIN), "")
        found.builtin |= {name: BUILTIN[kind]} if kind else {}
    elif not fields.has("values") and not fields.has("regex"):
        fields.problems.error(
            fields.node,
            f"{fields.what} has no words.",
            "Give it values: (value: [synonyms]), regex: or builtin:.",
        )
    fields.close()


def _add(found: _Found, name: str, text: str, value: str, node: Node) -> None:
    if found.full:
        return
    if len(found.phrases) == MAX_PHRASES:
        found.full = True
        found.problems.error(
            node, f"The entities have more than {MAX_PHRASES:,} words and phrases.", "Use a regex, or a call."
        )
        return
    words = phrase_words(text) if len(text) <= MAX_PHRASE else ()
    if not 0 < len(words) <= MAX_PHRASE_WORDS or len(value) > MAX_PHRASE:
        found.problems.error(
            node,
            f"'{text[:_SHOWN]}' cannot be found in a message.",
            f"Write 1 to {MAX_PHRASE_WORDS} words of at most {MAX_PHRASE} characters together.",
        )
        return
    owners = found.owners.setdefault(words, {})
    if owners.setdefault(name, value) != value:
        found.problems.error(
            node, f"'{text[:_SHOWN]}' stands for '{owners[name][:_SHOWN]}' already.", "Keep one of them."
        )
    elif len(owners) > MAX_SHARED:
        found.problems.error(
            node, f"'{text[:_SHOWN]}' is in more than {MAX_SHARED} entities.", "Merge some of them."
        )
    found.phrases.append((name, words, value))


def _add_expression(found: _Found, name: str, text: str, node: Node) -> None:
    try:
        expression = Regex(text)
    except RegexError as error:
        found.problems.error(
            node, f"The regex '{text[:_SHOWN]}' cannot be used: {error}.", "RE2's syntax applies."
        )
        return
    found.program += expression.size
    if found.program > MAX_PROGRAM:
        found.problems.error(
            node,
            f"The regexes of the entities compile to more than {MAX_PROGRAM:,} instructions.",
            "Write smaller repeats than {0,1000}, or fewer of them.",
        )
        return
    found.expressions.setdefault(name, []).append(expression)
