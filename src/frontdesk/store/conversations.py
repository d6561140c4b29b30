"""A conversation as its turns read it: at a version that the write compares. Called by `turn` and what goes along with it."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.contact import Known
from frontdesk.core.conversation import Mark, Owner
from frontdesk.core.ids import (
    BotVersionId,
    ChannelId,
    ContactId,
    ConversationId,
    ShareId,
    TaskId,
    WorkspaceId,
)
from frontdesk.store.addresses import Elsewhere, bring_survivor, elsewhere
from frontdesk.store.connect import Store

CONVERSATION = """
    c.id, c.contact_id, c.external_id, c.channel_id, c.task_id, c.assistant_id, c.owner, c.team, c.version, c.state,
    c.state_format, c.last_seq, c.inbound_seq, c.handled_seq, c.bot_version_id, c.created_at,
    c.updated_at,
    coalesce(c.lane_until > now(), false) AS leased, p.name AS contact_name, p.attributes,
    p.email, p.phone, c.get_contact, c.interest, c.success, c.is_bot, c.share_link, c.share_until,
    c.reopens_to, c.snoozed_until IS NOT NULL AS snoozed,
    CASE WHEN c.closed_at > now() - interval '24 hours' THEN c.rating_ask END AS rating_ask, c.merged_into,
    c.reader, c.assignee_id
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as read at `version`."""

    id: ConversationId
    contact_id: ContactId
    external_id: str
    channel_id: ChannelId
    task_id: TaskId
    assistant_id: str
    owner: Owner
    team: str
    version: int
    state: str
    state_format: int
    last_seq: int
    inbound_seq: int
    handled_seq: int
    bot_version_id: BotVersionId | None
    created_at: datetime
    updated_at: datetime
    leased: bool
    contact_name: str
    attributes: str
    email: str
    phone: str
    get_contact: bool
    interest: bool
    success: bool
    is_bot: bool
    share_link: ShareId | None
    share_until: datetime | None
    reopens_to: Owner
    snoozed: bool
    rating_ask: str | None
    merged_into: ConversationId | None
    reader: str
    assignee_id: str | None

    @property
    def known(self) -> Known:
        """The customer as a person."""
        return Known(self.contact_name, self.email, self.phone)

    @property
    def marks(self) -> frozenset[Mark]:
        """What was noticed so far."""
        noticed: dict[Mark, bool] = {
            "get_contact": self.get_contact,
            "interest": self.interest,
            "success": self.success,
            "is_bot": self.is_bot,
        }
        return frozenset(mark for mark, there in noticed.items() if there)

    @property
    def busy(self) -> bool:
        """Messages wait, or somebody holds the lane."""
        return self.leased or self.inbound_seq > self.handled_seq


_LOAD = f"""
    SELECT {CONVERSATION}
    FROM conversations c JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE c.workspace_id = $1 AND c.channel_id = $2 AND c.external_id = $3
"""
_READ = f"""
    SELECT {CONVERSATION}
    FROM conversations a
    JOIN conversations c ON c.workspace_id = a.workspace_id AND c.id IN (a.id, a.merged_into)
    JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
    WHERE a.workspace_id = $1 AND a.channel_id = $2 AND a.external_id = $3
    ORDER BY c.id = a.id LIMIT 1
"""


async def load(
    workspace: WorkspaceId,
    store: Store,
    channel_id: ChannelId,
    external_id: str,
    *,
    is_proved: bool = True,
) -> Conversation | None:
    """The conversation of a customer who writes on a channel; None when they never wrote before.

    Of one that was merged into another it is that other, which is written to at this address from now on.

    Raises:
        Elsewhere: That is no longer open to who does not prove who they are.
    """
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_LOAD, workspace, channel_id, external_id)
        if row is not None and not is_proved and (leads := elsewhere(row["reader"])):
            raise Elsewhere(leads)
        while row is not None and row["merged_into"] is not None:
            async with connection.transaction():
                merged, survivor = row["id"], row["merged_into"]
                await bring_survivor(workspace, connection, merged, survivor, at=(channel_id, external_id))
                # While the rows are held, or who writes at the other address could take the survivor back.
                row = await connection.fetchrow(_LOAD, workspace, channel_id, external_id)
    return None if row is None else Conversation(*row)


async def read(
    workspace: WorkspaceId, store: Store, channel_id: ChannelId, external_id: str
) -> Conversation | None:
    """The same where the customer has not written: what was merged leads to its survivor, whose address stays."""
    async with store.turn_work(workspace) as connection:
        row = await connection.fetchrow(_READ, workspace, channel_id, external_id)
    return None if row is None else Conversation(*row)
