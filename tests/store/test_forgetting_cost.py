"""Deleting what belongs to conversations does not read what belongs to others."""

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.connect import Store
from frontdesk.store.forgetting import DELIVERIES


async def test_the_deliveries_of_a_conversation_are_found_by_one_index(
    store: Store, workspace: WorkspaceId
) -> None:
    async with store.unit_of_work(workspace) as tx:
        # So that no plan is taken for the table being small.
        for way in ("seqscan", "bitmapscan"):
            await tx.execute(text(f"SET LOCAL enable_{way} = off"))
        given = {"w": workspace, "ids": ["conv_1", "conv_2"]}
        plan = "\n".join((await tx.execute(text(f"EXPLAIN {DELIVERIES}"), given)).scalars())
    assert "Index Scan using deliveries_conversation" in plan
    assert "(conversation_id = ANY" in plan.split("Index Cond: ")[1].splitlines()[0]
