"""News as events: what a stream tells of a message or a conversation is what the lists of the API show of it."""

from collections.abc import Callable, Collection, Sequence

import msgspec
from pydantic import BaseModel

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import desk_lists, desk_messages, desk_people, desk_reads
from frontdesk.store.bots import PREVIEW
from frontdesk.store.connect import Store
from frontdesk.store.news import News
from frontdesk.web.feed.frames import Event
from frontdesk.web.v1.conversation_views import shown_line, shown_row

Linking = Callable[[WorkspaceId], Callable[[str], str]]
"""From a workspace to what makes addresses of its files."""


class _Said(msgspec.Struct):
    conversation_id: str
    message: msgspec.Raw


class _Row(msgspec.Struct):
    conversation_id: str
    conversation: msgspec.Raw


async def told(
    workspace: WorkspaceId, store: Store, news: News, readers: Collection[str], linking: Linking
) -> Sequence[Event]:
    """The events of `news`, each conversation's messages before what became of it. A few queries, however many read."""
    if not news.changed:
        return ()
    assistants = {changed.conversation_id: changed.assistant_id for changed in news.changed}
    asked = [(changed.conversation_id, seq) for changed in news.changed for seq in changed.seqs]
    changed_rows = [changed.conversation_id for changed in news.changed if changed.row]
    async with store.unit_of_work(workspace) as tx:
        lines = await desk_messages.lines_at(workspace, tx, asked)
        rows = await desk_lists.rows_at(workspace, tx, [*assistants], reader="")
        unread = await desk_reads.unread_of(workspace, tx, changed_rows, readers)
        accounts = desk_messages.senders([line for found in lines.values() for line in found])
        wanted = accounts | {row.assignee_id for row in rows.values() if row.assignee_id}
        names = await desk_people.names(workspace, tx, wanted) if wanted else {}
    link, events = linking(workspace), list[Event]()
    # What no list shows (a preview) is nobody's news.
    listed = {id_: row for id_, row in rows.items() if row.channel_type != PREVIEW}
    for id_, row in listed.items():
        for line in lines.get(id_, ()):
            data = _Said(id_, _raw(shown_line(line, names, link)))
            events.append(Event("message", msgspec.json.encode(data), assistants[id_]))
        if id_ in changed_rows:
            view = shown_row(row, names).model_copy(update={"unread": -1})
            data_ = msgspec.json.encode(_Row(id_, _raw(view)))
            events.append(Event("conversation", data_, assistants[id_], unread.get(id_, {})))
    return events


def _raw(view: BaseModel) -> msgspec.Raw:
    return msgspec.Raw(view.model_dump_json().encode())
