"""What is read often leads to few rows by an index, however many others there are."""

from dataclasses import dataclass, field

import asyncpg
import pytest
from tests.database import Database

from frontdesk.store.backlog import DELIVERIES


@dataclass
class Plans:
    """How the database would read, with the ways switched off that suit the few rows of a test alone."""

    url: str
    off: list[str] = field(default_factory=lambda: ["enable_seqscan", "enable_bitmapscan"])

    async def of(self, statement: str) -> str:
        connection = await asyncpg.connect(self.url)
        try:
            undone = connection.transaction()
            await undone.start()
            for way in self.off:
                await connection.execute(f"SET LOCAL {way} = off")
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement}"))
            await undone.rollback()
        finally:
            await connection.close()
        return plan


@pytest.fixture
def plans(database: Database) -> Plans:
    return Plans(database.admin_url)


async def test_what_waits_is_counted_from_its_index_alone(plans: Plans) -> None:
    assert "Index Only Scan using deliveries_due" in await plans.of(DELIVERIES)


async def test_the_conversations_of_an_assistant_are_read_in_the_order_of_the_list(plans: Plans) -> None:
    plan = await plans.of(
        """SELECT id FROM conversations WHERE workspace_id = 'ws' AND assistant_id = 'asst'
           ORDER BY last_message_at DESC, id DESC LIMIT 51"""
    )
    assert "conversations_assistant" in plan
    assert "Sort" not in plan
