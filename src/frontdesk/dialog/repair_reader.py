"""Reads what a bot says about repair, under `repair:`. Called by `load`."""

from frontdesk.dialog.fields import Fields
from frontdesk.dialog.patterns import PatternError, compile_pattern
from frontdesk.dialog.repair import KINDS, MAX_PHRASES, Phrases, Repair, correction_mistake

_SHOWN = 40


def read_repair(root: Fields, phrases: Phrases) -> Repair:
    """The built-in `phrases`, each kind as the bot has it: its own patterns, `false` for none."""
    fields = root.sub("repair")
    own: dict[str, tuple[str, ...]] = {}
    if fields is not None:
        for kind in KINDS:
            node = fields.get(kind)
            if node is None or node.value is True:
                continue
            own[kind] = () if node.value is False else _read_patterns(fields, kind)
        fields.close()
    return Repair(phrases, own)


def _read_patterns(fields: Fields, kind: str) -> tuple[str, ...]:
    texts = fields.texts(kind)
    if len(texts) > MAX_PHRASES:
        fields.problems.error(
            fields.place(kind), f"'{kind}' has more than {MAX_PHRASES} patterns.", "Merge some with (a|b)."
        )
        return ()
    found: list[str] = []
    for text, node in texts:
        mistake = correction_mistake(text) if kind == "correct" else ""
        try:
            compile_pattern(text)
        except PatternError as error:
            mistake = str(error)
        if mistake:
            fields.problems.error(
                node,
                f"The pattern '{text[:_SHOWN]}' cannot be used: {mistake}.",
                "Write for example cancel(| it), or correct *.",
            )
        else:
            found.append(text)
    return tuple(found)
