"""Somebody answers customers no more: what they had goes back to the queue, in the commit that says so of their account.

Whoever is given a conversation, or takes one, is held as somebody who answers until that is committed, so that of the two
one sees the other. Their teams keep them, for they may come back; they are given nothing meanwhile.
"""

from collections.abc import Sequence

from frontdesk.core.errors import Refused
from frontdesk.core.ids import ConversationId
from frontdesk.desk.doing import Doing, hold, write
from frontdesk.store import desk_people

ACCOUNT = "acct_"


async def release(doing: Doing, account_id: str, held: Sequence[ConversationId]) -> int:
    """What they have of `held`, found while their account was held, waits for somebody else; how many there were."""
    released = 0
    for conversation_id in held:
        act = await hold(doing, conversation_id)
        if act.owner != "human" or act.standing.assignee_id != account_id:
            continue
        team = act.acting.team
        act.mark("assigned", before=account_id, after="queued", team=team, reason="left")
        act.own("queued", team)
        await write(act)
        released += 1
    return released


async def refuse_gone(doing: Doing) -> None:
    """Who takes a conversation may answer, and may until the commit; a key is asked at the door alone."""
    if not doing.who.startswith(ACCOUNT):
        return
    if not await desk_people.answering(doing.workspace, doing.tx, [doing.who]):
        raise Refused("forbidden", "This account answers customers no more.")
