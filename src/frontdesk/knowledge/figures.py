"""Whether a question is answered by a figure: when, how many, how much. Called by whoever chooses among sentences."""

import re

from frontdesk.knowledge.words import folded, primary

# `when` begins a question; within one it is more often a condition.
_ASKED = {
    "de": r"wie ?viele?n?\b|wie (?:lange|oft|alt|weit|hoch|gro(?:ss|ß))\b|(?:^|[.!?]\s*|\b(?:und|bis|seit|ab)\s+)wann\b",
    "en": r"\bhow (?:many|much|long|old|far|often|soon|big|large|high|tall|fast|late|early)\b"
    r"|\b(?:what|which) (?:year|date|day|month|decade|century|time|percent|percentage|number|amount|price)\b"
    r"|(?:^|[.,!?;:-]\s*|\b(?:and|since|until|by)\s+)when\b",
    "es": r"\bcu[aá]nt[oa]s?\b|\bqu[eé] (?:año|fecha|d[ií]a|hora|precio)\b|(?:^|[.!?¿]\s*|\b(?:y|hasta|desde)\s+)cu[aá]ndo\b",
    "fr": r"\bcombien\b|\bquelle? (?:année|date|heure|prix|durée)\b|(?:^|[.!?]\s*|\b(?:et|depuis)\s+)quand\b",
    "pt": r"\bquant[oa]s?\b|\b(?:que|qual o?) ?(?:ano|data|dia|hora|horas|preço)\b|(?:^|[.!?]\s*|\b(?:e|até|desde)\s+)quando\b",
    "ru": r"\bсколько\b|\bкак (?:долго|часто|скоро|далеко)\b|\bкак(?:ой|ого|ом|ая|ую|ие) (?:год|числ|дат|цен|врем|срок|номер)"
    r"|(?:^|[.!?]\s*|\b(?:и|а|до|с)\s+)когда\b",
    "uz": r"\bqachon|\bqancha|\bnech(?:a|ta|i|chi)",
}
_PATTERNS = {language: re.compile(pattern) for language, pattern in _ASKED.items()}


def asks_figure(question: str, language: str) -> bool:
    """Whether a number, a time or a date is asked for; False for a language whose words of asking are not known.

    Args:
        question: As the customer put it.
        language: ISO 639-1, or a tag that begins with it.
    """
    pattern = _PATTERNS.get(primary(language))
    return pattern is not None and pattern.search(folded(question, language).strip()) is not None
