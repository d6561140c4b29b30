"""A former release runs beside this one while an upgrade goes on: what it writes is found in the inbox all the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.desk.people import Person, conversation_of, waiting
from tests.desk.push import looked_at
from tests.program import Desk

from frontdesk.store import behind

KEPT = """
    SELECT last_message_at, last_author, last_preview, last_shown_seq, contact_seq, subject, waiting_since, queued_at,
           closed_at, xmin::text AS written
    FROM conversations WHERE id = $1"""
LEFT_OUT = """
    UPDATE conversations SET last_message_at = created_at - interval '1 hour', last_author = '', last_preview = '',
           last_shown_seq = 0, contact_seq = 0, subject = '', waiting_since = NULL, queued_at = NULL, closed_at = NULL,
           desk_due_at = NULL
    WHERE workspace_id = $1 AND id = $2"""


async def kept(desk: Desk, conversation: str) -> dict[str, Any]:
    (row,) = await desk.program.query(KEPT, conversation)
    return row


async def caught(desk: Desk) -> int:
    since = datetime.now(UTC) - timedelta(hours=1)
    return await behind.catch_up(desk.workspace, desk.program.running.store, since=since)


async def test_what_a_former_release_left_out_is_made_up_for(desk: Desk, ann: Person) -> None:
    queued = await waiting(desk)
    await looked_at(desk, queued)
    await desk.say("mia", "hi")
    bots = await conversation_of(desk, "mia")
    await desk.say("kim", "hi")
    closed = await conversation_of(desk, "kim")
    await ann.act(closed, "close", {"outcome": "solved"})
    wanted = {one: await kept(desk, one) for one in (queued, bots, closed)}
    assert await caught(desk) == 0  # the control: nothing of this release is behind
    for conversation in wanted:
        await desk.program.execute(LEFT_OUT, desk.workspace, conversation)
    assert await caught(desk) == 3
    for conversation, before in wanted.items():
        after = await kept(desk, conversation)
        moments = {"last_message_at", "waiting_since", "queued_at", "closed_at", "written"}
        assert {k: v for k, v in after.items() if k not in moments} == {
            k: v for k, v in before.items() if k not in moments
        }
        assert {k for k in moments if after[k] is None} == {k for k in moments if before[k] is None}
    await looked_at(desk, queued)
    assert [row["id"] for row in await ann.rows(view="queue")] == [queued]
    assert await caught(desk) == 0


async def test_what_is_right_is_not_written_again(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await ann.act(conversation, "take")
    await ann.write(conversation, "Hello")
    await ann.write(conversation, "A note", note=True)
    await desk.say("jo", "Thanks")
    await looked_at(desk, conversation)
    before = await kept(desk, conversation)
    assert await caught(desk) == 0
    assert await kept(desk, conversation) == before


async def test_a_line_that_came_while_people_had_it_makes_it_wait(desk: Desk, ann: Person) -> None:
    conversation = await waiting(desk)
    await looked_at(desk, conversation)
    await ann.act(conversation, "take")
    await ann.write(conversation, "Hello")
    await desk.say("jo", "Are you there?")
    await looked_at(desk, conversation)
    shown = (await kept(desk, conversation))["last_shown_seq"]
    await desk.program.execute(
        """UPDATE conversations SET last_shown_seq = $3, last_author = 'operator', last_preview = 'Hello',
                  waiting_since = NULL, contact_seq = 1 WHERE workspace_id = $1 AND id = $2""",
        desk.workspace,
        conversation,
        shown - 1,
    )
    assert await caught(desk) == 1
    after = await kept(desk, conversation)
    assert (after["last_preview"], after["last_author"], after["contact_seq"]) == (
        "Are you there?",
        "contact",
        shown,
    )
    assert after["waiting_since"] is not None
