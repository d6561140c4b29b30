"""Conversations and messages as the API shows them; the feed shows the same objects. Called by `web/v1`."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.contact import Known, called
from frontdesk.core.conversation import PRIORITIES, Closing, Owner, Priority
from frontdesk.core.message import Author, Part, with_links
from frontdesk.store.desk_lists import Full, Row
from frontdesk.store.desk_messages import Line


class ShareView(BaseModel):
    url: str = Field(description="The page to read along on; whoever has the address can.")
    expires_at: datetime


class Named(BaseModel):
    id: str
    name: str


class ChannelOf(BaseModel):
    id: str
    type: str
    name: str


class Called(BaseModel):
    id: str
    name: str
    called: str = Field(
        description="The name, else one made of their id on the channel; webhooks have the same."
    )


class ContactOf(Called):
    external_id: str = Field(description="Their id on the channel.")
    email: str
    phone: str


class LabelOf(BaseModel):
    name: str
    color: str


class LastMessage(BaseModel):
    seq: int
    author: Author
    preview: str
    at: datetime


class ConversationView(BaseModel):
    """A conversation as a list shows it."""

    id: str
    subject: str
    owner: Owner
    team: str
    assignee: Named | None
    assistant: Named
    channel: ChannelOf
    task_id: str
    contact: ContactOf
    labels: list[LabelOf]
    priority: Priority
    snoozed_until: datetime | None
    outcome: Closing
    rating: int | None
    unread: int = Field(
        description="The customer's lines that the one who asks has not read; 99 is 99 or more."
    )
    last_message: LastMessage | None
    waiting_since: datetime | None = Field(description="Since when the customer waits for an answer.")
    queued_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class HandoffView(BaseModel):
    """Why the bot gave the conversation to people."""

    model_config = ConfigDict(extra="ignore")

    team: str = ""
    reason: str = ""
    last_message: str = ""
    priority: Priority = "normal"
    intent: str = ""
    person: str = ""
    share: list[str] = []
    at: datetime | None = None


class ConversationDetail(ConversationView):
    """A conversation with what stands beside its messages."""

    language: str
    page_url: str
    browser: str = Field(description="Of the customer, such as `Chrome`; empty when unknown.")
    device: str = Field(description="`desktop`, `mobile`, `tablet`, `bot` or `other`; empty when unknown.")
    referrer: str
    slots: dict[str, object]
    handoff: HandoffView | None
    merged_into: str | None
    share: ShareView | None = Field(
        description="A link to read along that works: the last that a person made, else that of the webhooks. Null when there is none."
    )
    flows: list[Named] = Field(description="Where the bot can go on when it is handed back.")


class DeliveryView(BaseModel):
    state: str = Field(description="`sending`, `sent`, `delivered`, `read` or `failed`.")
    detail: str


class MessageView(BaseModel):
    """A message, a note (`author` is `note`), or something that happened (`author` is `event`)."""

    id: str
    seq: int
    author: Author
    sender: Named | None
    parts: list[dict[str, object]]
    step: str
    created_at: datetime
    client_id: str | None
    delivery: DeliveryView | None = Field(
        description="Null on channels that fetch their answers, until this one was fetched."
    )
    source: dict[str, object] | None
    event: dict[str, object] | None


def shown_row(row: Row, names: Mapping[str, str]) -> ConversationView:
    """The row, with the name of who has it."""
    return ConversationView(
        id=row.id,
        subject=row.subject,
        owner=row.owner,
        team=row.team,
        assignee=_named(row.assignee_id, names),
        assistant=Named(id=row.assistant_id, name=row.assistant_name),
        channel=ChannelOf(id=row.channel_id, type=row.channel_type, name=row.channel_name),
        task_id=row.task_id,
        contact=ContactOf(
            id=row.contact_id,
            name=row.contact_name,
            called=called(Known(row.contact_name), row.external_id),
            external_id=row.external_id,
            email=row.email,
            phone=row.phone,
        ),
        labels=[LabelOf(name=name, color=color) for name, color in row.labels],
        priority=PRIORITIES[row.priority],
        snoozed_until=row.snoozed_until,
        outcome=row.outcome,
        rating=row.rating,
        unread=row.unread,
        last_message=_last(row),
        waiting_since=row.waiting_since,
        queued_at=row.queued_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def shown_full(
    full: Full,
    names: Mapping[str, str],
    *,
    slots: dict[str, object],
    flows: Mapping[str, str],
    share: ShareView | None,
) -> ConversationDetail:
    """The conversation with everything beside it."""
    handoff = (
        None
        if full.handoff is None
        else HandoffView.model_validate(full.handoff | {"at": full.handed_off_at})
    )
    return ConversationDetail(
        **shown_row(full.row, names).model_dump(),
        language=full.language,
        page_url=full.page_url,
        browser=full.browser,
        device=full.device,
        referrer=full.referrer,
        slots=slots,
        handoff=handoff,
        merged_into=full.merged_into,
        share=share,
        flows=[Named(id=flow, name=name) for flow, name in flows.items()],
    )


def shown_line(line: Line, names: Mapping[str, str], link: Callable[[str], str]) -> MessageView:
    """One message; events with the names of those they speak of, files with the address that `link` gives them."""
    return MessageView(
        id=line.id,
        seq=line.seq,
        author=line.author,
        sender=_named(line.sender_id, names),
        parts=_linked(line.parts, link),
        step=line.step,
        created_at=line.created_at,
        client_id=line.client_id,
        delivery=_delivery(line),
        source=_source(line),
        event=None if line.event is None else _event(line.event, names),
    )


def _linked(parts: list[dict[str, object]], link: Callable[[str], str]) -> list[dict[str, object]]:
    if not any("file_id" in part for part in parts):
        return parts
    linked: list[dict[str, object]] = msgspec.to_builtins(
        with_links(msgspec.convert(parts, tuple[Part, ...]), link)
    )
    return linked


def _named(account: str | None, names: Mapping[str, str]) -> Named | None:
    return None if account is None else Named(id=account, name=names.get(account, account))


def _last(row: Row) -> LastMessage | None:
    if not row.last_author:
        return None
    return LastMessage(
        seq=row.last_shown_seq,
        author=row.last_author,
        preview=row.last_preview,
        at=row.last_message_at,
    )


def _delivery(line: Line) -> DeliveryView | None:
    if line.fetched_at is not None:
        return DeliveryView(state="delivered", detail="")
    if not line.states:
        return None
    if "failed" in line.states:
        return DeliveryView(state="failed", detail=line.detail)
    sent = all(state == "sent" for state in line.states)
    return DeliveryView(state="sent" if sent else "sending", detail="")


def _source(line: Line) -> dict[str, object] | None:
    for part in line.parts:
        sources = part.get("sources")
        if isinstance(sources, list) and sources:
            first: dict[str, object] = sources[0]
            return first
    return None


def _event(event: dict[str, object], names: Mapping[str, str]) -> dict[str, object]:
    known: dict[str, object] = {
        f"{name}_name": names[str(event[name])] for name in ("who", "from", "to") if event.get(name) in names
    }
    if event.get("kind") == "closed":
        known["outcome"] = event.get("reason", "")
    if event.get("kind") == "rated":
        known["rating"] = int(str(event.get("to", "0")).partition("/")[0])
    return event | known
