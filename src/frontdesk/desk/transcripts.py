"""A conversation to read elsewhere: what was said, without notes and without what happened at the desk. Called by `web/v1` and
`web/widget`.

Everything in it is text, in HTML too.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

import msgspec

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.message import Part, plain
from frontdesk.desk.phrases import phrase
from frontdesk.store import desk_messages, desk_people
from frontdesk.store.connect import Store
from frontdesk.store.desk_lists import Full
from frontdesk.store.desk_messages import Line
from frontdesk.store.tx import Tx

AT_ONCE = 500
"""Lines that are read at a time, and the most of a transcript that is sent by mail."""

_HEAD = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"></head><body><h1>{title}</h1><dl>'
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line: who, what, when."""

    who: str
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Layout:
    """How a transcript is written down, line by line."""

    opening: str
    between: str
    closing: str
    line: Callable[[Spoken], str]


async def written(store: Store, workspace: WorkspaceId, full: Full, layout: Layout) -> AsyncIterator[bytes]:
    """All that was said, a page at a time: nothing is held while whoever reads is slow."""
    yield layout.opening.encode()
    after, before_it = 0, ""
    while True:
        async with store.unit_of_work(workspace) as tx:
            lines = await desk_messages.lines(
                workspace, tx, full.row.id, before=None, after=after, limit=AT_ONCE
            )
            found = await _spoken(workspace, tx, full, lines)
        if found:
            yield (before_it + layout.between.join(map(layout.line, found))).encode()
            before_it = layout.between
        if len(lines) < AT_ONCE:
            break
        after = lines[-1].seq
    yield layout.closing.encode()


async def latest(workspace: WorkspaceId, tx: Tx, full: Full) -> list[Spoken]:
    """What was said in the last lines of a conversation, `AT_ONCE` of them."""
    lines = await desk_messages.lines(workspace, tx, full.row.id, before=None, after=None, limit=AT_ONCE)
    return await _spoken(workspace, tx, full, lines)


async def _spoken(workspace: WorkspaceId, tx: Tx, full: Full, lines: Sequence[Line]) -> list[Spoken]:
    senders = {line.sender_id for line in lines if line.sender_id}
    return spoken(full, lines, await desk_people.names(workspace, tx, senders))


def spoken(full: Full, lines: Sequence[Line], names: Mapping[str, str]) -> list[Spoken]:
    """What the customer and those who answered said, in order."""
    customer = full.row.contact_name or phrase("customer", (full.language,))
    found: list[Spoken] = []
    for line in lines:
        text = plain(msgspec.convert(line.parts, tuple[Part, ...]))
        if line.author == "note" or not text:
            continue
        answered = names.get(line.sender_id or "", full.row.assistant_name)
        found.append(
            Spoken(customer if line.author == "contact" else answered, line.author, text, line.created_at)
        )
    return found


def as_text(_: Full) -> Layout:
    return Layout("", "", "", lambda line: f"[{moment(line)}] {line.who}: {line.text}\n")


def as_html(full: Full) -> Layout:
    title = escape(full.row.subject or full.row.id)
    opening = _HEAD.format(language=escape(full.language), title=title)
    return Layout(opening, "", "</dl></body></html>\n", _html_line)


def _html_line(line: Spoken) -> str:
    text = escape(line.text).replace(chr(10), "<br>")
    return f"<dt>{escape(line.who)} · {moment(line)}</dt><dd>{text}</dd>"


def as_json(full: Full) -> Layout:
    head = msgspec.json.encode({"conversation_id": full.row.id, "subject": full.row.subject}).decode()
    return Layout(f'{head[:-1]},"messages":[', ",", "]}", _json_line)


def _json_line(line: Spoken) -> str:
    found = {"who": line.who, "author": line.author, "text": line.text, "at": line.at.isoformat()}
    return msgspec.json.encode(found).decode()


def moment(line: Spoken) -> str:
    return line.at.strftime("%Y-%m-%d %H:%M UTC")
