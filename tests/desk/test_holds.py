"""What is added beside a conversation, as the search's words are, waits for no act of people, and no act waits for that."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
from sqlalchemy import text
from tests.desk.people import Person, team, waiting
from tests.program import WITHIN_S, Desk, until

from frontdesk.core.ids import ConversationId
from frontdesk.desk.renaming import AT_A_TIME
from frontdesk.desk.searching import Searching
from frontdesk.store import desk_acts, desk_keys, desk_teams, team_names, workspaces
from frontdesk.store.ids import mint

_LINE = """
    INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step)
    SELECT workspace_id, $3, channel_id, id, 900, 'contact',
           jsonb_build_array(jsonb_build_object('type', 'text', 'text', $4::text)), ''
    FROM conversations WHERE workspace_id = $1 AND id = $2"""
_WORDS = (
    "SELECT conversation_id, word FROM search_words WHERE workspace_id = $1 AND word = ANY ($2) ORDER BY word"
)
_BESIDE = "SELECT FROM conversations WHERE id = ANY ($1) FOR KEY SHARE"
_WAITS_FOR = "SELECT count(*) > 0 AS waits FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))"
_DUE = text("SELECT desk_due_at <= now() FROM conversations WHERE id = :id")


async def _said(desk: Desk, conversation: str, words: str) -> None:
    await desk.program.execute(_LINE, desk.workspace, conversation, mint("msg"), words)


async def _kept(desk: Desk, *words: str) -> list[tuple[str, str]]:
    """Each of the words with the conversation it stands in."""
    rows = await desk.program.query(_WORDS, desk.workspace, list(words))
    return [(row["word"], row["conversation_id"]) for row in rows]


async def test_the_search_does_not_wait_for_a_conversation_that_an_act_holds(desk: Desk) -> None:
    held, other = await waiting(desk), await waiting(desk, "kim")
    await _said(desk, held, "Marmalade")
    await _said(desk, other, "Nougat")
    store = desk.program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        await desk_acts.hold(desk.workspace, tx, ConversationId(held))
        async with asyncio.timeout(WITHIN_S):
            await Searching(store).round(desk.workspace)
        assert await _kept(desk, "marmalade", "nougat") == [("marmalade", held), ("nougat", other)]


async def test_the_search_does_not_wait_for_conversations_of_a_team_or_a_key(desk: Desk) -> None:
    queued, given = await waiting(desk), await waiting(desk, "kim")
    await desk.program.execute(
        "UPDATE conversations SET owner = 'human', assignee_id = 'key_x', desk_due_at = NULL WHERE id = $1",
        given,
    )
    await _said(desk, queued, "Marmalade")
    await _said(desk, given, "Nougat")
    store = desk.program.running.store
    async with store.unit_of_work(desk.workspace) as tx:
        await desk_teams.hold_conversations(desk.workspace, tx, "Human")
        await desk_keys.look_at_held(desk.workspace, tx, "key_x")
        async with asyncio.timeout(WITHIN_S):
            await Searching(store).round(desk.workspace)
        assert await _kept(desk, "marmalade", "nougat") == [("marmalade", queued), ("nougat", given)]


async def test_no_act_waits_for_what_is_added_beside_a_conversation_nor_leaves_it_out(
    desk: Desk, ann: Person, boss: Person
) -> None:
    made = await team(boss, "Human", rule="none")
    queued, answered, closed = [await waiting(desk, sender) for sender in ("jo", "kim", "lou")]
    await boss.act(closed, "close", {"outcome": "solved"})
    async with desk.program.admin.acquire() as admin, admin.transaction(), asyncio.timeout(WITHIN_S):
        await admin.execute(_BESIDE, [queued, answered, closed])
        await ann.act(answered, "take")
        renamed = await boss.send(
            "PATCH", f"/api/v1/teams/{made['id']}", json={"name": "Refunds"}, headers={"If-Match": "*"}
        )
        assert renamed.status == 200, renamed.body
        assert [(await boss.read(one))["team"] for one in (queued, answered)] == ["Refunds", "Refunds"]

        async def is_called_so() -> bool:
            """The program's own round may hold it for a moment."""
            async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
                await team_names.call_some(desk.workspace, tx, str(made["id"]), most=AT_A_TIME)
            return bool((await boss.read(closed))["team"] == "Refunds")

        await until(is_called_so)


async def test_what_waits_is_looked_at_again_although_something_is_added_beside_it(desk: Desk) -> None:
    conversation = await waiting(desk)
    later = datetime.now(UTC) + timedelta(days=1)
    async with desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("UPDATE conversations SET desk_due_at = $2 WHERE id = $1", conversation, later)
    async with desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute(_BESIDE, [conversation])

        async def is_looked_at() -> bool:
            """Soon: the desk's own round may hold it for a moment."""
            async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
                await desk_teams.look_again(desk.workspace, tx, ["Human"])
                return bool(await tx.scalar(_DUE, {"id": conversation}))

        await until(is_looked_at)


async def test_a_workspace_whose_settings_change_takes_what_is_new(desk: Desk) -> None:
    """Almost every row that is written names its workspace."""
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        await workspaces.settings_of(desk.workspace, tx, for_change=True)
        async with asyncio.timeout(WITHIN_S):
            assert await desk.say("jo", "hi")


async def test_the_search_holds_conversations_in_the_order_of_their_ids_and_leaves_out_what_is_erased(
    desk: Desk,
) -> None:
    """As who erases several does: with the words as the order the two could wait for each other."""
    first, second = sorted([await waiting(desk), await waiting(desk, "kim")])
    await _said(desk, second, "Aniseed")
    await _said(desk, first, "Zander")
    store = desk.program.running.store
    async with asyncio.TaskGroup() as group, desk.program.admin.acquire() as admin, admin.transaction():
        await admin.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", first)
        group.create_task(Searching(store).round(desk.workspace))
        pid = admin.get_server_pid()

        async def it_waits() -> bool:
            return bool((await desk.program.query(_WAITS_FOR, pid))[0]["waits"])

        async def other_is_free() -> bool:
            """But for a moment in which the desk's own round holds it."""
            try:
                async with admin.transaction():
                    await admin.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE NOWAIT", second)
            except asyncpg.LockNotAvailableError:
                return False
            return True

        await until(it_waits)
        await until(other_is_free)
        await admin.execute("DELETE FROM conversations WHERE id = $1", first)
    assert await _kept(desk, "aniseed", "zander") == [("aniseed", second)]
