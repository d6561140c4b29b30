"""What somebody saw of a conversation when they decided to act: of two who act at once, the second is told who was first.

Called by `ownership` and `sorting`. Who says nothing of what they saw acts on the conversation as it is.
"""

from dataclasses import dataclass

from frontdesk.core.conversation import Owner
from frontdesk.core.errors import Refused
from frontdesk.desk.doing import Act
from frontdesk.store import desk_messages, desk_people

_WITH: dict[Owner, str] = {
    "bot": "the bot answers",
    "queued": "it waits in the queue",
    "human": "people have it",
    "closed": "it is closed",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Who had the conversation."""

    owner: Owner
    assignee_id: str | None = None


async def refuse_changed(act: Act, seen: Seen | None) -> None:
    """
    Raises:
        Refused: `changed_hands`, with who did it and who has it now.
    """
    holder = act.standing.assignee_id if act.owner == "human" else None
    if seen is None or (seen.owner, seen.assignee_id if seen.owner == "human" else None) == (
        act.owner,
        holder,
    ):
        return
    workspace, tx = act.doing.workspace, act.doing.tx
    by = await desk_messages.last_mover(workspace, tx, act.id)
    names = await desk_people.names(workspace, tx, {holder or "", by} - {""})
    state = f"{names.get(holder, holder)} has it" if holder else _WITH[act.owner]
    whom = f"{names.get(by, by)} was first" if by else "It has changed hands meanwhile"
    raise Refused(
        "changed_hands",
        f"{whom}: {state} now.",
        details={"owner": act.owner, "assignee": _person(holder, names), "who": _person(by, names)},
    )


def _person(account: str | None, names: dict[str, str]) -> dict[str, str] | None:
    return {"id": account, "name": names.get(account, account)} if account else None
