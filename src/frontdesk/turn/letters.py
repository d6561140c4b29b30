"""The words of mails: a catalogue's sentences around what people wrote, as text and as HTML. Called by `mails`.

Nothing that comes from outside the catalogue is ever HTML here, nor looked through for placeholders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Final

import msgspec

from frontdesk.core.catalogues import catalogues as read
from frontdesk.core.errors import Bug

ENGLISH: Final = "en"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of mail in one language; `{name}` stands for a value."""

    subject: str
    body: tuple[str, ...]
    button: str = ""
    after: tuple[str, ...] = ()


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    foot: str
    letters: dict[str, Wording]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a conversation, or of what somebody wrote."""

    who: str
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said.

    `kind`: one of the catalogue's. `values`: what stands for its placeholders, `workspace` is added. `link`: where the
    button leads. `entries`: stand between the sentences and the button.
    """

    kind: str
    values: Mapping[str, str]
    link: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str
    language: str


def write(letter: Letter, language: str, workspace_name: str) -> Written:
    """The mail in `language`, or in English where there is no catalogue for it."""
    found = catalogues()
    language = language if language in found else ENGLISH
    catalogue = found[language]
    wording = catalogue.letters[letter.kind]
    values = {name: _one_line(value) for name, value in letter.values.items()}
    values["workspace"] = _one_line(workspace_name)
    said = _Said(
        subject=wording.subject.format_map(values),
        body=tuple(line.format_map(values) for line in wording.body),
        button=wording.button.format_map(values) if letter.link else "",
        after=tuple(line.format_map(values) for line in wording.after),
        foot=catalogue.foot.format_map(values),
    )
    return Written(said.subject, _text(said, letter), _html(said, letter, language), language)


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """By language.

    Raises:
        Bug: One cannot be read.
    """
    found: dict[str, Catalogue] = {}
    for language, table in read("mail").items():
        letters = {name: letter for name, letter in table.items() if name != "foot"}
        try:
            found[language] = msgspec.convert(
                {"foot": table["foot"], "letters": letters}, Catalogue, strict=True
            )
        except (msgspec.ValidationError, KeyError) as error:
            raise Bug(f"locales/{language}/mail.toml: {error}") from None
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    subject: str
    body: tuple[str, ...]
    button: str
    after: tuple[str, ...]
    foot: str


def _text(said: _Said, letter: Letter) -> str:
    blocks = [*said.body, *(_entry_text(entry) for entry in letter.entries)]
    if said.button:
        blocks.append(f"{said.button}:\n{letter.link}")
    return "\n\n".join((*blocks, *said.after, f"-- \n{said.foot}")) + "\n"


def _entry_text(entry: Entry) -> str:
    head = f"{entry.who}, {entry.at}:" if entry.at else f"{entry.who}:"
    return "\n".join((head, *(f"  {line}" for line in entry.text.splitlines())))


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">\
<meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="font:15px/1.5 system-ui,sans-serif;margin:0;padding:24px"><div style="max-width:560px;margin:0 auto">
{blocks}
<p style="margin:32px 0 0;font-size:12px;opacity:.7">{foot}</p>
</div></body></html>
"""
_BUTTON = (
    '<p style="margin:20px 0"><a href="{link}" style="display:inline-block;padding:8px 16px;border-radius:6px;'
    'background:#5462d8;color:#ffffff;text-decoration:none">{label}</a></p>\n'
    '<p style="font-size:12px;opacity:.7;word-break:break-all">{link}</p>'
)
_ENTRY = (
    '<div style="margin:0 0 12px;padding-inline-start:12px;border-inline-start:3px solid #928d85" dir="auto">'
    '<div style="font-size:12px;opacity:.7"><bdi>{head}</bdi></div>'
    '<div style="white-space:pre-wrap" dir="auto">{text}</div></div>'
)


def _html(said: _Said, letter: Letter, language: str) -> str:
    blocks = [_paragraph(line) for line in said.body]
    for entry in letter.entries:
        head = f"{entry.who}, {entry.at}" if entry.at else entry.who
        blocks.append(_ENTRY.format(head=escape(head), text=escape(entry.text)))
    if said.button:
        blocks.append(_BUTTON.format(link=escape(letter.link), label=escape(said.button)))
    blocks += [_paragraph(line) for line in said.after]
    return _PAGE.format(
        language=escape(language),
        title=escape(said.subject),
        blocks="\n".join(blocks),
        foot=escape(said.foot),
    )


def _paragraph(line: str) -> str:
    return f'<p style="margin:0 0 12px">{escape(line)}</p>'


def _one_line(value: str) -> str:
    return " ".join(value.split())
