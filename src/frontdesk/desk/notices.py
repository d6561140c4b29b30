"""Notices to people by mail: somebody names them in a note, or gives them a conversation. Called by `ownership`, `dispatching`
and `saying`.

A notice is written in the transaction of the act that it tells of. Who acts hears nothing of it, nor who does not want to.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from frontdesk.core import mail_address
from frontdesk.desk.doing import Act
from frontdesk.desk.phrases import phrase
from frontdesk.store import desk_people
from frontdesk.turn import mails
from frontdesk.turn.letters import Letter

Notice = Literal["mention", "assigned"]

MAIL_MENTIONS: Final = True
MAIL_ASSIGNED: Final = False
"""What holds for an account that says nothing of it."""

_WISHES: Mapping[Notice, tuple[str, bool]] = {
    "mention": ("mail_mentions", MAIL_MENTIONS),
    "assigned": ("mail_assigned", MAIL_ASSIGNED),
}
"""The setting of an account that each depends on, and what holds without it."""


async def assigned(act: Act) -> None:
    """Tell whoever has the conversation by this act, if it was given to them."""
    before, holder = act.held, act.standing.assignee_id
    if act.owner != "human" or holder is None:
        return
    if (before.conversation.owner, before.standing.assignee_id) != ("human", holder):
        await _tell(act, "assigned", [holder])


async def mentioned(act: Act, accounts: Sequence[str]) -> None:
    """Tell those whom a note names."""
    await _tell(act, "mention", accounts)


async def _tell(act: Act, notice: Notice, accounts: Sequence[str]) -> None:
    doing = act.doing
    mailing, workspace, tx = doing.line.mailing, doing.workspace, doing.tx
    others = set(accounts) - {doing.who}
    if mailing is None or not others or not await mails.can_send(workspace, tx):
        return
    wish, otherwise = _WISHES[notice]
    readers = await desk_people.readers(workspace, tx, others, wish=wish, otherwise=otherwise)
    if not readers:
        return
    # What the program gives out by itself, it gives by the rules of a team.
    by = (await desk_people.names(workspace, tx, [doing.who])).get(doing.who, "") or act.acting.team
    customer = await desk_people.customer(workspace, tx, act.held.conversation.contact_id)
    for reader in readers:
        if mail_address.read(reader.email) is None:
            continue  # an account of before addresses were read; nothing can be sent there
        values = {"by": by, "contact": customer or phrase("customer", (reader.language,))}
        await mails.post(
            mailing,
            workspace,
            tx,
            Letter(notice, values, link=doing.line.links.panel(act.id)),
            to=reader.email,
            language=reader.language,
            conversation_id=act.id,
        )
