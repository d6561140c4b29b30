"""Reads what a bot says about repair, under `repair:`. Called by `load`."""

from collections.abc import Sequence

from frontdesk.dialog.fields import Fields
from frontdesk.dialog.patterns import PatternError, compile_pattern
from frontdesk.dialog.problems import listed
from frontdesk.dialog.repair import KINDS, MAX_PHRASES, Phrases, Repair, base, correction_mistake

_SHOWN = 40


def read_repair(root: Fields, phrases: Phrases, languages: Sequence[str]) -> Repair:
    """The built-in `phrases`, each kind as the bot has it, which is of the first of its `languages` or by language."""
    fields = root.sub("repair")
    own: dict[str, dict[str, tuple[str, ...]]] = {}
    if fields is not None:
        known = tuple(dict.fromkeys((*map(base, languages), *phrases, "en")))
        for kind in KINDS:
            for language, patterns in _by_language(fields, kind, known).items():
                own.setdefault(language, {})[kind] = patterns
        fields.close()
    return Repair(phrases, own)


def _by_language(fields: Fields, kind: str, known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Language -> the author's own patterns; a list is of the assistant's language, `false` of all."""
    node = fields.get(kind)
    if node is None or node.value is True:
        return {}
    if node.value is False:
        return dict.fromkeys(known, ())
    if not isinstance(node.value, dict):
        return {known[0]: _read_patterns(fields, kind, kind)}
    inner = Fields(node, fields.problems, f"'{kind}'")
    found: dict[str, tuple[str, ...]] = {}
    for language, item in inner.entries():
        if base(language) not in known:
            inner.problems.error(
                item,
                f"'{language[:_SHOWN]}' is no language of this assistant.",
                f"Known: {listed(known)}. Others stand under 'languages' of the assistant.",
            )
        elif item.value is not True and item.value is not None:
            found[base(language)] = () if item.value is False else _read_patterns(inner, language, kind)
    return found


def _read_patterns(fields: Fields, key: str, kind: str) -> tuple[str, ...]:
    texts = fields.texts(key)
    if len(texts) > MAX_PHRASES:
        fields.problems.error(
            fields.place(key), f"'{kind}' has more than {MAX_PHRASES} patterns.", "Merge some with (a|b)."
        )
        return ()
    found: list[str] = []
    for text, node in texts:
        if mistake := _mistake(text, kind):
            fields.problems.error(
                node,
                f"The pattern '{text[:_SHOWN]}' cannot be used: {mistake}.",
                "Write for example cancel(| it), or correct *.",
            )
        else:
            found.append(text)
    return tuple(found)


def _mistake(text: str, kind: str) -> str:
    try:
        pattern = compile_pattern(text)
    except PatternError as error:
        return str(error)
    if not pattern.literals:
        return "every message fits it, so that no question could be answered"
    return correction_mistake(text) if kind == "correct" else ""
