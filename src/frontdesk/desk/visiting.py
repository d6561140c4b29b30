"""What a visitor does with their own conversation besides writing: asks for a person, stays with the bot, ends it, and says
more of a rating.

bot --ask_for_person--> queued --stay--> bot
  `------- end ----------- ` ----------> closed
Called by `web/widget`.
"""

from frontdesk.core.event import FeedbackReceived, HandoffRequested
from frontdesk.core.ids import ConversationId
from frontdesk.desk import notices
from frontdesk.desk.doing import Doing, hold, refuse_merged, write
from frontdesk.desk.ownership import finish, hand_back
from frontdesk.store import desk_acts, ratings

BY_VISITOR = "visitor"
"""Why people were asked for: no step of the bot, but whoever it talks to."""


async def ask_for_person(doing: Doing, conversation_id: ConversationId) -> None:
    """People have it from here on, unless they had it before."""
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    if act.owner in {"queued", "human"}:
        return
    team = act.acting.team
    act.mark("handoff", before=act.owner, after="queued", reason=BY_VISITOR, team=team)
    act.own("queued", team)
    act.acting.event(HandoffRequested(act.id, act.acting.contact_id, team, BY_VISITOR))
    await write(act)
    await notices.queued(act, since=act.now)


async def stay(doing: Doing, conversation_id: ConversationId) -> None:
    """Whoever waits for a person goes on with the bot; a person who has it already keeps it."""
    act = await hold(doing, conversation_id)
    if act.owner == "queued":
        await hand_back(doing, conversation_id, "")


async def end(doing: Doing, conversation_id: ConversationId) -> None:
    """It is over, also what was asked and is not answered yet; what is written later opens it again."""
    act = await hold(doing, conversation_id)
    refuse_merged(act)
    await desk_acts.leave_unanswered(doing.workspace, doing.tx, act.held)
    if act.owner == "closed":
        return
    await finish(act, act.standing.outcome)
    await write(act)


async def comment(doing: Doing, conversation_id: ConversationId, text: str) -> None:
    """Goes with the rating that was given; an empty one says that there is none. Only the first one counts."""
    act = await hold(doing, conversation_id)
    found = await ratings.comment(doing.workspace, doing.tx, conversation_id, text)
    if found is None or not text:
        return
    act.mark("rated", after=f"{found.points}/{found.most}", text=text)
    event = FeedbackReceived(act.id, act.acting.contact_id, found.points, found.most, text)
    act.acting.event(event)
    await write(act)
