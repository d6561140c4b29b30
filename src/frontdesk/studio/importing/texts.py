"""Texts of an export as texts of ours: HTML becomes plain, break tags make several messages, and every notation
either works here or is shown as it is and reported. Nothing is expanded."""

import html
import re
from collections.abc import Mapping

from frontdesk.dialog.paths import Names, is_alias
from frontdesk.dialog.templates import MAX_TEMPLATE, compile_template
from frontdesk.studio.importing.findings import Report
from frontdesk.studio.importing.vocabulary import Vocabulary

BLANK = "BLANK_MESSAGE"
_BREAK = re.compile(r"tag::breakWithDelay\s?=\s?[0-9]{0,6}\s?")
_PLACE = re.compile(r"\{(\$?[A-Za-z_.][^{}\s]*)\s*\}|\{(\$[^{}]*)\}", re.ASCII)
_TAG = re.compile(r"<(/?)(p|br|strong|b|i|em|u|span|div|ul|ol|li|a)\b([^<>]{0,500})>", re.IGNORECASE)
_HREF = re.compile(r"href\s{0,3}=\s{0,3}[\"'\u201c\u201d]?([^\s\"'\u201c\u201d>]{1,400})", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6}|#x[0-9a-fA-F]{1,6});")
_OPEN = re.compile(r"\{(?=[{$])")
_OPEN_BEFORE = re.compile(r"\{(?=[{$]|\Z)")
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f]")
_BREAKS = {"br": "\n", "/p": "\n\n", "/div": "\n", "li": "\n- ", "/ul": "\n", "/ol": "\n"}


class Texts:
    """Knows what the bot declares; `renamed` is old integration name -> ours."""

    def __init__(
        self, names: Names, renamed: Mapping[str, str], vocabulary: Vocabulary, report: Report
    ) -> None:
        self.names = names
        self._renamed = renamed
        self._vocabulary = vocabulary
        self._report = report

    def messages(self, text: str, where: str) -> list[str]:
        """What the customer is shown, a message each; without the ones that say nothing."""
        *before, last = _BREAK.split(self._cut(text, where))
        parts = [plain_text(part) for part in (*(part.rstrip() for part in before), last)]
        return [self.template(part, where) for part in parts if part.strip() and part.strip() != BLANK]

    def message(self, text: str, where: str) -> str:
        """As `messages`, in one."""
        return "\n\n".join(self.messages(text, where))

    def template(self, text: str, where: str) -> str:
        """A text with places for values, such as the format takes it."""
        text = self._cut(text, where)
        pieces: list[str] = []
        literal = ""
        at = 0
        for found in _PLACE.finditer(text):
            literal += text[at : found.start()]
            at = found.end()
            place = self._place(found[1] or found[2] or "", where)
            if place is not None:
                pieces += [_escape(literal, ends=False), place]
                literal = ""
            elif is_alias(found[1] or ""):
                pieces += [_escape(literal, ends=False), "\\{", _escape(found.group()[1:], ends=False)]
                literal = ""
            else:
                literal += found.group()
        result = "".join([*pieces, _escape(literal + text[at:], ends=True)])
        return result if self._works(result) else self._as_it_is(text, where)

    def notation(self, inside: str, where: str) -> str | None:
        """The inside of a notation under the names it has here; None (and a finding) when it cannot be read."""
        return None if (place := self._place(inside, where)) is None else place[1:-1]

    def _cut(self, text: str, where: str) -> str:
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) <= MAX_TEMPLATE // 2:
            return text
        self._report.add(
            where,
            f"A text of {len(text):,} characters is cut after {MAX_TEMPLATE // 2:,}.",
            "Split it into several messages.",
        )
        return text[: MAX_TEMPLATE // 2]

    def _place(self, inside: str, where: str) -> str | None:
        if inside.startswith("$"):
            head, _, rest = inside.partition(".")
            name, dot, deeper = rest.partition(".")
            if head == "$botContext" and name in self._vocabulary.moved:
                inside = f"$botContext.slot.{self._vocabulary.name(name)}{dot}{deeper}"
        elif is_alias(inside):
            head, _, rest = inside.partition(".")
            inside = f"{self._renamed.get(head, head)}.{rest}"
        else:
            return None  # braces around anything else are ordinary text
        place = f"{{{inside}}}"
        if self._works(place):
            return place
        self._report.add(
            where,
            f"The notation '{place[:80]}' has no value here; it is shown as it is.",
            "Write {{ vars.name }}, {{ slots.name }} or {{ Action.result }} instead, or take it out.",
        )
        return None

    def _works(self, template: str) -> bool:
        try:
            compile_template(template, self.names)
        except ValueError:
            return False
        return True

    def _as_it_is(self, text: str, where: str) -> str:
        self._report.add(
            where,
            "A text has too many places for values; it is shown as it is.",
            "Split it into several messages.",
        )
        return text.replace("\\", "").replace("{", "(").replace("}", ")")


def plain_text(text: str) -> str:
    """Text without the few HTML tags that the builder takes; links show their address."""
    marked = _TAG.search(text) is not None
    if not marked and _ENTITY.search(text) is None:
        return text
    shown: list[str] = []
    href, since, at = "", 0, 0
    for tag in _TAG.finditer(text):
        shown.append(text[at : tag.start()])
        at = tag.end()
        name = f"{tag[1]}{tag[2].lower()}"
        if name == "a":
            found = _HREF.search(tag[3])
            href, since = (found[1] if found else ""), len(shown)
        elif name == "/a" and href:
            label = "".join(shown[since:]).strip()
            address = href.removeprefix("tel:").removeprefix("mailto:")
            shown.append(f" ({address})" if label and label != address else "" if label else address)
            href = ""
        else:
            shown.append(_BREAKS.get(name, ""))
    shown.append(text[at:])
    plain = html.unescape("".join(shown)).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", plain).strip() if marked else plain


def _escape(literal: str, *, ends: bool) -> str:
    # Unless the text ends here, a place follows, which a brace at the end must not touch. A backslash between
    # braces reads one way inside `{word}` and another outside: with one, every brace is escaped.
    if "\\" in literal:
        return re.sub(r"\\(?=[{}\\]|\Z)|\{", r"\\\g<0>", literal)
    return (_OPEN if ends else _OPEN_BEFORE).sub(r"\\{", literal)
