"""Somebody answers customers no more: what they had goes back to the queue, in the commit that says so of their account.

A program has what it takes for as long as its key works. A key may run out with nobody there, so what it had is found as
`dispatching` looks at it: soon after the key was revoked, or at its end.

Whoever is given a conversation, or takes one, is held as somebody who answers until that is committed, so that of the two
one sees the other. Their teams keep them, for they may come back; they are given nothing meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.desk.doing import ACCOUNT, Act, Doing, hold, write
from frontdesk.store import desk_keys, desk_people


async def release(doing: Doing, account_id: str, held: Sequence[ConversationId]) -> int:
    """What they have of `held`, found while their account was held, waits for somebody else; how many there were."""
    released = 0
    for conversation_id in held:
        act = await hold(doing, conversation_id)
        if act.owner != "human" or act.standing.assignee_id != account_id:
            continue
        _leave(act, account_id)
        await write(act)
        released += 1
    return released


async def leave_ended(act: Act) -> datetime | None:
    """What a program has whose key works no more, waits for somebody else. The end of the key, where one has it that works."""
    holder = act.standing.assignee_id
    if holder is None or not act.is_programs:
        return None
    key = await desk_keys.find(act.doing.workspace, act.doing.tx, holder)
    if key is not None and key.works(act.now):
        return key.ends_at
    _leave(act, holder)
    return None


def _leave(act: Act, holder: str) -> None:
    team = act.acting.team
    act.mark("assigned", before=holder, after="queued", team=team, reason="left")
    act.own("queued", team)


async def refuse_gone(doing: Doing) -> None:
    """Who takes a conversation may answer, and may until the commit."""
    workspace, tx, who = doing.workspace, doing.tx, doing.who
    if who.startswith(ACCOUNT):
        if not await desk_people.answering(workspace, tx, [who]):
            raise Refused("forbidden", "This account answers customers no more.")
    elif who:
        key = await desk_keys.find(workspace, tx, who, hold=True)
        if key is None or not key.works(doing.line.clock.now()):
            raise Refused("forbidden", "This key works no more.")
