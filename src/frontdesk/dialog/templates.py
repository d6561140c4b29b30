"""Texts with places for values: `{{ path | filter }}` and the tutorial's `{$...}` and `{Name.field}`.

Expanded in a single pass: what comes from a customer or an API is never read as a template. Read when the bot
is loaded; a missing value leaves nothing behind, least of all its braces.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from frontdesk.dialog.filters import FILTERS, as_text
from frontdesk.dialog.paths import Getter, Names, Path, Values, is_alias, resolve, resolve_alias
from frontdesk.dialog.problems import Mistake

MAX_TEMPLATE = 10_000
MAX_PLACES = 200
MAX_TEXT = 16_000
"""Most characters a template expands to."""

_PLACE = re.compile(
    r"\\(?P<escaped>[{}\\])|\{\{(?P<path>[^{}]*)\}\}|\{(?P<alias>\$?[A-Za-z_.][^{}\s]*)\s*\}|(?P<open>\{[{$])"
)
_FILTER = re.compile(
    r"\s*\|\s*(?P<name>[a-z_]+)\s*(?:\(\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[0-9]+))?\s*\))?",
    re.ASCII,
)
_MAX_ARGUMENT = 100
_MAX_FILTERS = 10


@dataclass(frozen=True, slots=True)
class Ref:
    """One place for a value; `kind` as in `Path`, `name` the env value's or the secret's, `filters` how many it has."""

    path: str
    get: Getter
    kind: str = "value"
    name: str = ""
    filters: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """A text in pieces: literal strings and places."""

    source: str
    pieces: tuple[str | Ref, ...]

    @property
    def literal(self) -> str | None:
        """The text itself where no value goes into it."""
        if not self.pieces:
            return ""
        return self.pieces[0] if len(self.pieces) == 1 and isinstance(self.pieces[0], str) else None

    def refs(self) -> tuple[Ref, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Ref))

    def text(self, values: Values, quote: Callable[[str], str] | None = None) -> str:
        """The expanded text; `quote` is applied to every value, save the author's own (`env`)."""
        parts = []
        for piece in self.pieces:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                values.spend(1 + piece.filters)
                text = as_text(piece.get(values))
                parts.append(quote(text) if quote is not None and piece.kind != "env" else text)
        return "".join(parts)[:MAX_TEXT]

    def value(self, values: Values) -> object:
        """The value itself where the template is one place and nothing else, otherwise the text."""
        if len(self.pieces) == 1 and isinstance(piece := self.pieces[0], Ref):
            return piece.get(values)
        return self.text(values)


@dataclass(frozen=True, slots=True)
class Localised(Template):
    """A text in several languages; the conversation's is taken, else that without its region, else the first."""

    by_language: Mapping[str, Template] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, Template], languages: Sequence[str]) -> "Localised":
        """`languages` in the order in which they stand in for one that has no text."""
        first = next(texts[language] for language in languages if language in texts)
        return cls(first.source, first.pieces, texts)

    @property
    def literal(self) -> str | None:
        return None

    def refs(self) -> tuple[Ref, ...]:
        return tuple(ref for text in self.by_language.values() for ref in text.refs())

    def text(self, values: Values, quote: Callable[[str], str] | None = None) -> str:
        spoken = as_text(values.fact("language"))
        for language in (spoken, spoken.partition("-")[0]):
            if language in self.by_language:
                return self.by_language[language].text(values, quote)
        return Template(self.source, self.pieces).text(values, quote)


def compile_template(source: str, names: Names, *, secrets: bool = False) -> Template:
    """Read a template.

    Args:
        source: The author's text.
        names: What the bot declares.
        secrets: Whether `{{ secret.NAME }}` may stand here.

    Raises:
        Mistake: It is malformed, too long, or names nothing the bot declares.
    """
    if len(source) > MAX_TEMPLATE:
        raise Mistake(f"A text longer than {MAX_TEMPLATE:,} characters.", "Split it.")
    pieces: list[str | Ref] = []
    at = 0
    for found in _PLACE.finditer(source):
        ref = _ref(found, names)
        if isinstance(ref, Ref) and ref.kind == "secret" and not secrets:
            raise Mistake(
                f"'{{{{ {ref.path} }}}}' stands outside a header.", "Secrets go into headers and auth only."
            )
        pieces += [source[at : found.start()], ref]
        at = found.end()
    pieces.append(source[at:])
    if len(pieces) > 2 * MAX_PLACES:
        raise Mistake(f"A text with more than {MAX_PLACES} places for values.", "Split it.")
    return Template(source, _merge(pieces))


def _merge(pieces: list[str | Ref]) -> tuple[str | Ref, ...]:
    merged: list[str | Ref] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece:
            merged.append(piece)
    return tuple(merged)


def _ref(found: re.Match[str], names: Names) -> str | Ref:
    if found["escaped"] is not None:
        return found["escaped"]
    if found["open"] is not None:
        raise Mistake(
            f"'{found['open']}' without its end.", "Close it, or write '\\{' to mean the character."
        )
    if found["path"] is not None:
        return _filtered(found["path"], names)
    alias = found["alias"]
    if alias.startswith("$"):
        return _of(resolve_alias(alias, names))
    # Braces are ordinary text unless they hold a dotted name, as in {Balance.balance}.
    return _of(resolve(alias, names)) if is_alias(alias) else found.group()


def _of(path: Path) -> Ref:
    return Ref(path.text, path.get, path.kind, path.name)


def _filtered(inside: str, names: Names) -> Ref:
    head, bar, _ = inside.partition("|")
    text = head.strip()
    path = resolve_alias(text, names) if text.startswith("$") else resolve(text, names)
    if not bar:
        return _of(path)
    if path.kind == "secret":
        raise Mistake("A secret cannot be filtered.", f"Write {{{{ {text} }}}}.")
    get, at, count = path.get, len(head), 0
    while at < len(inside.rstrip()):
        found = _FILTER.match(inside, at)
        if found is None:
            raise Mistake(f"'{inside[at:].strip()}' is not a filter.", 'Write | name or | name("argument").')
        count += 1
        if count > _MAX_FILTERS:
            raise Mistake(f"A value with more than {_MAX_FILTERS} filters.", "Leave some out.")
        get, at = _apply(get, found), found.end()
    return Ref(text, get, filters=count)


def _apply(get: Getter, found: re.Match[str]) -> Getter:
    name = found["name"]
    known = FILTERS.get(name)
    if known is None:
        raise Mistake(f"There is no filter '{name}'.", f"Filters are: {', '.join(FILTERS)}.")
    argument = next(
        (text for text in (found["double"], found["single"], found["bare"]) if text is not None), ""
    )
    if argument and not known.takes:
        raise Mistake(f"The filter '{name}' takes no argument.", f"Write | {name}.")
    wrong = f"at most {_MAX_ARGUMENT} characters" if len(argument) > _MAX_ARGUMENT else known.check(argument)
    if wrong:
        raise Mistake(f"The filter '{name}' cannot take '{argument[:40]}'.", f"Write {wrong}.")
    apply = known.apply
    return lambda values: apply(get(values), argument, as_text(values.fact("language")))
