"""Entities: words of a bot's lists, and what fits its expressions, found in a message.

Lists are matched on the normalised text by whole words, the longest phrase first within each entity, each
wording once. One trie holds all lists, so a message costs the same whether they have ten phrases or 10,000.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from frontdesk.core.script import Mention
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.regexes import Regex

MAX_MENTIONS = 20
"""Most mentions of one entity in a message."""
MAX_PHRASE_WORDS = 10
_TOKEN = re.compile(r"\w+(?:'\w+)*|[^\w\s]")
_TURNED = str.maketrans({"\u02bb": "'", "\u02bd": "'"})
_POSSESSIVE = "'s"


Finder = Callable[[str, Any], tuple[Mention, ...]]
"""Finds mentions in a text, read with what is around it."""


class _Node:
    __slots__ = ("ends", "following")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.ends: dict[str, str] = {}
        """Entity -> value, of the phrases that end here."""


def phrase_words(text: str) -> tuple[str, ...]:
    """The words a phrase consists of, as they are compared."""
    return tuple(_TOKEN.findall(normalise(text).translate(_TURNED)))


class Entities:
    """All entities of a bot, compiled."""

    __slots__ = ("_builtin", "_expressions", "_root", "names")

    def __init__(
        self,
        phrases: Iterable[tuple[str, Sequence[str], str]] = (),
        expressions: Mapping[str, Sequence[Regex]] | None = None,
        names: Iterable[str] = (),
        builtin: Mapping[str, Finder] | None = None,
    ) -> None:
        """`phrases` are entity, words (`phrase_words`) and value; the first of two equal ones counts.

        `builtin` are finders of what no list or expression can say, by entity.
        """
        self._builtin = dict(builtin or {})
        self._root = _Node()
        self._expressions = dict(expressions or {})
        found = dict.fromkeys([*names, *self._expressions, *self._builtin])
        for entity, words, value in phrases:
            found[entity] = None
            node = self._root
            for word in words:
                node = node.following.setdefault(word, _Node())
            if words:
                node.ends.setdefault(entity, value)
        self.names = tuple(found)

    def find(self, text: str, around: object = None) -> dict[str, tuple[Mention, ...]]:
        """What is mentioned in a message, by entity; `phrase` is in normalised words, `value` what it stands for.

        `around` is what built-in ones are read with (`answer_types.Around`); without it they are left out.
        """
        found: dict[str, list[Mention]] = {}
        if self._root.following:
            self._find_words(phrase_words(text), found)
        for entity, expressions in self._expressions.items():
            mentions = found.setdefault(entity, [])
            for expression in expressions:
                for match in expression.find_all(text, MAX_MENTIONS):
                    mention = Mention(match, match)
                    if match and mention not in mentions and len(mentions) < MAX_MENTIONS:
                        mentions.append(mention)
        for entity, finder in self._builtin.items() if around is not None else ():
            mentions = found.setdefault(entity, [])
            mentions += [each for each in finder(text, around) if each not in mentions]
        return {entity: tuple(mentions) for entity, mentions in found.items() if mentions}

    def spoken(self, text: str, mentions: Mapping[str, Sequence[Mention]]) -> str:
        """The text with what has figures in it as what it is: of `AB123456` no example of an intent has a word."""
        for entity, found in mentions.items():
            name = " ".join(entity.replace("_", " ").replace("\\", " ").split())
            for phrase in (mention.phrase for mention in found if any(map(str.isdecimal, mention.phrase))):
                text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", name, text, flags=re.IGNORECASE)
        return text

    def _find_words(self, tokens: Sequence[str], found: dict[str, list[Mention]]) -> None:
        free_at: dict[str, int] = {}
        seen: set[tuple[int, str]] = set()
        for at in range(len(tokens)):
            for node, end in reversed(self._ends(tokens, at)):
                for entity, value in node.ends.items():
                    if free_at.get(entity, 0) > at:
                        continue
                    free_at[entity] = end
                    mentions = found.setdefault(entity, [])
                    if (id(node), entity) not in seen and len(mentions) < MAX_MENTIONS:
                        seen.add((id(node), entity))
                        mentions.append(Mention(" ".join(tokens[at:end]), value))

    def _ends(self, tokens: Sequence[str], at: int) -> list[tuple[_Node, int]]:
        found: list[tuple[_Node, int]] = []
        node = self._root
        while at < len(tokens):
            word = tokens[at]
            following = node.following.get(word)
            if following is None and word.endswith(_POSSESSIVE):
                following = node.following.get(word.removesuffix(_POSSESSIVE))
            if following is None:
                break
            node, at = following, at + 1
            if node.ends:
                found.append((node, at))
        return found
