"""What follows from a plan: what it has no room for is switched off, and on again when there is room.

plan set or given + job, one commit --> each workspace concerned: stopped, or on again, with an entry in its audit log
What is made or switched on meanwhile is held to the plan where it is made (`store.plans.hold_to`). Called by `web` and `app`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.plan import EVERYTHING, Plan
from frontdesk.jobs.queue import enqueue_all
from frontdesk.ports.clock import Clock
from frontdesk.store import audit, directory, workspaces
from frontdesk.store import plans as stored
from frontdesk.store.connect import Store
from frontdesk.store.plans import Used
from frontdesk.store.tx import Tx

JOB = "settle_plan"
BY = "plan"
"""Who did it, in the audit log of the workspace concerned."""


async def wake(tx: Tx, concerned: Collection[WorkspaceId]) -> None:
    """Have each of these brought to what its plan has, after the commit."""
    await enqueue_all(tx, JOB, [{"workspace": workspace} for workspace in concerned])


def without(plan: Plan, used: Sequence[Used], switches: Mapping[str, str]) -> list[Used]:
    """Those that the plan does not have; what no plan can be without is not among them."""
    return [one for one in used if one.switch in switches and not plan.has(one.switch, switches[one.switch])]


async def would_stop(
    store: Store, plan: Plan, concerned: Collection[WorkspaceId], switches: Mapping[str, str]
) -> dict[WorkspaceId, list[Used]]:
    """What is switched on in these workspaces that the plan does not have."""
    found = {}
    for workspace in concerned:
        async with store.unit_of_work(workspace) as tx:
            if stops := without(plan, await stored.in_use(workspace, tx), switches):
                found[workspace] = stops
    return found


def job_of(
    store: Store, clock: Clock, switches: Mapping[str, str], told: Callable[[WorkspaceId], None]
) -> Callable[[Mapping[str, str]], Awaitable[None]]:
    """The handler; `told` hears of each workspace in which something was switched."""

    async def settle(payload: Mapping[str, str]) -> None:
        workspace = WorkspaceId(payload["workspace"])
        async with store.unit_of_work(workspace) as tx:
            await workspaces.hold(workspace, tx)
            plan = await stored.plan_of(workspace, tx)
            lacks = without(plan, await stored.in_use(workspace, tx), switches)
            stops = [used for used in lacks if await stored.stop(workspace, tx, used)]
            back = [
                id_
                for id_, switch in (await stored.stopped(workspace, tx)).items()
                if plan.has(switch, switches.get(switch, "basic"))
            ]
            begun = [id_ for id_ in back if await stored.go_on(workspace, tx, id_)]
            for action, ids in (("plan.stopped", [used.id for used in stops]), ("plan.resumed", begun)):
                if ids:
                    after = {"plan": plan.name, "ids": ids}
                    entry = audit.Entry(clock.now(), BY, action, workspace, after=after)
                    await audit.append(workspace, tx, entry)
        if stops or begun:
            told(workspace)

    return settle


def sweep_of(store: Store) -> Callable[[], Awaitable[None]]:
    """The net under it: what was switched on at the moment in which a plan changed, or is still off after it did."""

    async def sweep() -> None:
        async for each in directory.each_workspace(store):
            async with store.unit_of_work(each.workspace) as tx:
                plan = await stored.plan_of(each.workspace, tx)
                if plan.name != EVERYTHING or await stored.stopped(each.workspace, tx):
                    await wake(tx, [each.workspace])

    return sweep
