"""A round goes where something was said, and misses nothing that is committed late."""

from tests.desk.people import waiting
from tests.program import Desk, until

from frontdesk.core.ids import WorkspaceId
from frontdesk.desk.searching import SETTLED_S, Searching
from frontdesk.store.ids import mint

LATE = """
    INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step)
    SELECT workspace_id, $3, channel_id, id, 900, 'contact', '[{"type": "text", "text": "Marmalade"}]', ''
    FROM conversations WHERE workspace_id = $1 AND id = $2"""


async def said(desk: Desk, conversation: str, message: str) -> None:
    await desk.program.execute(LATE, desk.workspace, conversation, message)


class Visits(Searching):
    """Notes how often it goes to one workspace, and breaks there when told."""

    def __init__(self, desk: Desk, settled_s: float = SETTLED_S) -> None:
        super().__init__(desk.program.running.store, settled_s=settled_s)
        self._workspace = desk.workspace
        self._count = 0
        self.breaks = False

    async def round(self, workspace: WorkspaceId) -> None:
        if workspace == self._workspace:
            self._count += 1
            if self.breaks:
                raise ValueError("a word like no other")
        await super().round(workspace)

    async def next(self) -> int:
        """How often a sweep went to the workspace."""
        before = self._count
        await self.sweep()
        return self._count - before

    async def are_over(self) -> bool:
        return await self.next() == 0


async def test_a_round_goes_where_something_was_said_until_it_is_settled(desk: Desk) -> None:
    conversation = await waiting(desk)
    visits = Visits(desk, settled_s=1)
    assert await visits.next() == 1
    await until(visits.are_over)
    last = mint("msg")
    await said(desk, conversation, last)
    assert await visits.next() == 1

    async def is_settled() -> bool:
        await visits.next()
        marks = await desk.program.query(
            "SELECT message_id FROM search_marks WHERE workspace_id = $1", desk.workspace
        )
        return bool(marks and marks[0]["message_id"] >= last)

    await until(is_settled)
    await until(visits.are_over)


async def test_what_is_committed_late_is_found(desk: Desk) -> None:
    conversation = await waiting(desk)
    early, visits = mint("msg"), Visits(desk)
    await until(visits.are_over)
    async with desk.program.admin.acquire() as admin:
        slow = admin.transaction()
        await slow.start()
        await admin.execute(LATE, desk.workspace, conversation, early)
        await desk.say("jo", "And one that is faster")
        assert await visits.next() == 1
        await slow.commit()
    assert await visits.next() == 1
    words = "SELECT word FROM search_words WHERE workspace_id = $1 AND conversation_id = $2 AND word = 'marmalade'"
    assert await desk.program.query(words, desk.workspace, conversation)


async def test_where_it_broke_is_gone_to_again(desk: Desk) -> None:
    await waiting(desk)
    visits = Visits(desk)
    visits.breaks = True
    assert await visits.next() == 1
    assert await visits.next() == 1
    visits.breaks = False
    assert await visits.next() == 1
    await until(visits.are_over)
