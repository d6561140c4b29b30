"""What the desk's endpoints have in common: who acts, and the conversation they may reach. Called by `web/v1`."""

from collections.abc import Mapping

from frontdesk.core.errors import Refused
from frontdesk.core.file_link import CUSTOMERS_DAYS
from frontdesk.core.ids import ConversationId, WorkspaceId, parse
from frontdesk.desk import ownership
from frontdesk.desk.doing import Doing
from frontdesk.dialog.state import load_state
from frontdesk.store import desk_lists, desk_messages, desk_people, share_links
from frontdesk.store.desk_lists import Full
from frontdesk.store.desk_messages import Line
from frontdesk.web.typed import Ask
from frontdesk.web.v1.conversation_views import (
    ConversationDetail,
    ConversationView,
    MessageView,
    ShareView,
    shown_full,
    shown_line,
    shown_row,
)


def doing(ask: Ask) -> Doing:
    """The actor at work in this request's transaction; what is foreseen happens after its commit."""
    line, lanes = ask.program.on_the_line()
    program = ask.program

    def file_link(workspace: WorkspaceId, file_id: str) -> str:
        return program.file_links.of(workspace, program.clock.now(), for_days=CUSTOMERS_DAYS)(file_id)

    found = Doing.of(line, lanes, ask.tx, ask.actor, file_link=file_link)

    def announce() -> None:
        for tell in found.after:
            tell()

    ask.after.append(announce)
    return found


async def reachable(ask: Ask, conversation_id: str, *, field: str = "") -> Full:
    """The conversation, if it is there and within the actor's reach; one named in a body is that field's fault."""
    found = conversation_given(conversation_id, field) if field else conversation(conversation_id)
    try:
        return await desk_lists.read_one(
            ask.workspace, ask.tx, found, reader=ask.actor.id, within=ask.actor.assistant_ids
        )
    except Refused as error:
        raise Refused("invalid" if field else error.code, error.message, field=field or None) from None


def conversation(text: str) -> ConversationId:
    """An id from an address."""
    return ConversationId(parse("conv", text))


def conversation_given(text: str, field: str) -> ConversationId:
    """An id from a body; one that names nothing is the body's fault."""
    try:
        return conversation(text)
    except Refused as error:
        raise Refused("invalid", error.message, field=field) from None


async def row_of(ask: Ask, conversation_id: str) -> ConversationView:
    """The row as it is now, for the answer to an act."""
    full = await reachable(ask, conversation_id)
    return shown_row(full.row, await _names(ask, [full.row.assignee_id]))


async def rows_of(ask: Ask, rows: list[desk_lists.Row]) -> Mapping[str, str]:
    """The names of those who have these conversations."""
    return await _names(ask, [row.assignee_id for row in rows])


async def detail_of(ask: Ask, full: Full) -> ConversationDetail:
    """The conversation with everything beside it."""
    names = await _names(ask, [full.row.assignee_id])
    link = await share_links.latest_link(ask.workspace, ask.tx, full.row.id)
    share = None
    if link is not None:
        share = ShareView(url=ask.program.links.share(link.id), expires_at=link.expires_at)
    return shown_full(full, names, slots=slots_of(full), flows=await _flows(ask, full), share=share)


def slots_of(full: Full) -> dict[str, object]:
    """What the bot has been told so far, the values of its slots."""
    state = load_state(full.state, full.state_format)
    slots: dict[str, object] = dict(state.session)
    for frame in state.stack:
        slots |= frame.slots
    return {name: value for name, value in slots.items() if value is not None}


async def _flows(ask: Ask, full: Full) -> Mapping[str, str]:
    version = await desk_lists.published_version(ask.workspace, ask.tx, full.row.assistant_id)
    return {} if version is None else await ownership.flow_names(doing(ask), version)


async def lines_shown(ask: Ask, lines: list[Line]) -> list[MessageView]:
    """Messages with the names of those who wrote them."""
    names = await _names(ask, list(desk_messages.senders(lines)))
    link = ask.program.file_links.of(ask.workspace, ask.program.clock.now())
    return [shown_line(line, names, link) for line in lines]


async def _names(ask: Ask, accounts: list[str | None]) -> Mapping[str, str]:
    wanted = {account for account in accounts if account}
    return await desk_people.names(ask.workspace, ask.tx, wanted) if wanted else {}
