"""A team has another name: its conversations are called so a few at a time, as many as an open inbox is told one by one.

new name + job, one commit --> some called so, commit --> ... --> none left: the former name is anybody's
What waits for people or is with them has the new name at once (`store.desk_teams`). Until the end a former name still
means the team, for a bot's word too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from frontdesk.core.ids import WorkspaceId
from frontdesk.jobs.queue import enqueue
from frontdesk.store import team_names
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx

JOB = "rename_team"
AT_ONCE = 2
AT_A_TIME = 250
EVERY_S = 0.5
ROUNDS = 8
"""Of one job: it holds a place that others need, and who stops the program waits for it."""
HELD_S = 5.0
"""How soon those that somebody held are asked for again."""


async def wake(workspace: WorkspaceId, tx: Tx, team_id: str) -> None:
    """Have the conversations of a team that is renamed in this transaction called so after its commit."""
    await enqueue(tx, JOB, {"workspace": workspace, "team": team_id})


async def go_on(workspace: WorkspaceId, store: Store) -> None:
    """The net under a job that was given up; one that is still at it is helped."""
    async with store.unit_of_work(workspace) as tx:
        for team_id in await team_names.renamed(workspace, tx):
            await wake(workspace, tx, team_id)


def job_of(
    store: Store, told: Callable[[WorkspaceId], None]
) -> Callable[[Mapping[str, str]], Awaitable[None]]:
    """The handler; `told` hears of each workspace in which conversations have changed."""

    async def call_all(payload: Mapping[str, str]) -> None:
        workspace, team_id = WorkspaceId(payload["workspace"]), payload["team"]
        for is_last in (*(False,) * (ROUNDS - 1), True):
            async with store.unit_of_work(workspace) as tx:
                done = await team_names.call_some(workspace, tx, team_id, most=AT_A_TIME)
                if done is not None and (is_last or not done):
                    await enqueue(tx, JOB, dict(payload), delay_s=EVERY_S if done else HELD_S)
            if not done:
                return
            told(workspace)
            await asyncio.sleep(EVERY_S)

    return call_all
