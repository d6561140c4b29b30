"""A conversation to read elsewhere: what was said, without notes and without what happened at the desk. Called by `web/v1`.

Everything in it is text, in HTML too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

import msgspec

from frontdesk.core.ids import ConversationId, WorkspaceId
from frontdesk.core.message import Part, plain
from frontdesk.desk.phrases import phrase
from frontdesk.store import desk_messages
from frontdesk.store.desk_lists import Full
from frontdesk.store.desk_messages import Line
from frontdesk.store.tx import Tx

AT_ONCE = 500

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


async def every_line(workspace: WorkspaceId, tx: Tx, conversation: ConversationId) -> list[Line]:
    """Every message of a conversation, in order."""
    found: list[Line] = []
    after = 0
    while True:
        lines = await desk_messages.lines(
            workspace, tx, conversation, before=None, after=after, limit=AT_ONCE
        )
        found += lines
        if len(lines) < AT_ONCE:
            return found
        after = lines[-1].seq


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


def as_text(lines: Sequence[Spoken]) -> str:
    return "".join(f"[{moment(line)}] {line.who}: {line.text}\n" for line in lines)


def as_html(full: Full, lines: Sequence[Spoken]) -> str:
    title = escape(full.row.subject or full.row.id)
    rows = (
        f"<dt>{escape(line.who)} · {moment(line)}</dt><dd>{escape(line.text).replace(chr(10), '<br>')}</dd>"
        for line in lines
    )
    return _HEAD.format(language=escape(full.language), title=title) + "".join(rows) + "</dl></body></html>\n"


def as_json(full: Full, lines: Sequence[Spoken]) -> bytes:
    return msgspec.json.encode(
        {
            "conversation_id": full.row.id,
            "subject": full.row.subject,
            "messages": [
                {"who": line.who, "author": line.author, "text": line.text, "at": line.at.isoformat()}
                for line in lines
            ],
        }
    )


def moment(line: Spoken) -> str:
    return line.at.strftime("%Y-%m-%d %H:%M UTC")
