"""Notices to people, by mail and on their devices: somebody names them in a note, gives them a conversation, or waits for
them. Called by `ownership`, `dispatching` and `saying`.

A notice is written in the transaction of the act that it tells of. Who acts hears nothing of it, nor who does not want to.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from frontdesk.core import mail_address
from frontdesk.desk.doing import Act
from frontdesk.desk.phrases import phrase
from frontdesk.store import desk_people, desk_teams, push_subscriptions
from frontdesk.turn import mails, pushes
from frontdesk.turn.letters import Letter
from frontdesk.turn.pushes import News

Notice = Literal["mention", "assigned"]

MAIL_MENTIONS: Final = True
MAIL_ASSIGNED: Final = False
"""What holds for an account that says nothing of it."""
NEW_FOR: Final = timedelta(minutes=10)
"""For how long after it came a conversation is new in the queue."""

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
        await _tell(act, "assigned", [holder], 0)


async def mentioned(act: Act, accounts: Sequence[str], seq: int) -> None:
    """Tell those whom a note names; `seq` is the note's."""
    await _tell(act, "mention", accounts, seq)


async def queued(act: Act, *, since: datetime | None) -> None:
    """Tell whom it waits for that it has come, on their devices."""
    doing, is_new = act.doing, since is not None and act.now - since < NEW_FOR
    if act.owner != "queued" or not is_new or act.is_preview or doing.line.pushing is None:
        return
    if not await push_subscriptions.is_any(doing.workspace, doing.tx):
        return
    name = act.acting.team
    team = await desk_teams.named(doing.workspace, doing.tx, name) if name else None
    if team is None:
        accounts = await desk_people.all_answering(doing.workspace, doing.tx)
    else:
        accounts = [member.account_id for member in team.members]
    await _push(
        act, News("queue", act.id, f"{act.standing.queued_at}|{name}", team=name), set(accounts) - {doing.who}
    )


async def written(act: Act) -> None:
    """Tell whoever has the conversation that its customer has written, on their devices."""
    holder = act.standing.assignee_id
    if act.owner == "human" and holder is not None:
        seq = act.held.contact_seq
        await _push(act, News("line", act.id, str(seq), seq=seq), [holder])


async def _tell(act: Act, notice: Notice, accounts: Sequence[str], seq: int) -> None:
    others = set(accounts) - {act.doing.who}
    if others:
        by = act.doing.who
        news = News(notice, act.id, str(act.acting.seq), seq=seq, by=by, team="" if by else act.acting.team)
        await _push(act, news, others)
        await _mail(act, notice, others)


async def _push(act: Act, news: News, accounts: Collection[str]) -> None:
    doing = act.doing
    if doing.line.pushing is None or not accounts:
        return
    if await pushes.post(doing.line.pushing, doing.workspace, doing.tx, news, accounts, now=act.now):
        doing.after.append(partial(doing.line.hints.touch, act.id, jobs=True))


async def _mail(act: Act, notice: Notice, others: Collection[str]) -> None:
    doing = act.doing
    mailing, workspace, tx = doing.line.mailing, doing.workspace, doing.tx
    if mailing is None or not await mails.can_send(workspace, tx):
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
