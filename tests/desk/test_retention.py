"""Closed conversations go after the days that their workspace says, whole and for good; nothing else does. S004-212."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from tests.database import Database
from tests.desk.people import CONVERSATIONS, Person, conversation_of, machine, one_person, team, waiting
from tests.program import Desk, until

from frontdesk.app.settings import Settings
from frontdesk.core.ids import ConversationId
from frontdesk.insight import counting
from frontdesk.insight.expiring import Expiring
from frontdesk.store import retention, uploads

RETENTION = "/api/v1/retention"
BESIDE = (
    "messages",
    "inbound",
    "events",
    "deliveries",
    "traces",
    "uploads",
    "search_words",
    "knowledge_questions",
)
_LOCKED = """SELECT pid FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE '%DELETE FROM events%'"""


@pytest.fixture(autouse=True)
async def no_other_round(database: Database) -> AsyncIterator[None]:
    """The program's own rounds are left out, as when another process is at it."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", zlib.crc32(b"retention"))
        yield
    finally:
        await connection.close()


@pytest.fixture
def expiring(desk: Desk) -> Expiring:
    running = desk.program.running
    return Expiring(running.store, running.line.clock, running.hints.touch)


async def keep(boss: Person, days: int | None) -> None:
    answer = await boss.send(
        "PATCH", RETENTION, json={"closed_conversations_days": days}, headers={"If-Match": "*"}
    )
    assert answer.status == 200, answer.body


async def closed(desk: Desk, ann: Person, sender: str, *, days_ago: float) -> str:
    """A conversation that ann answered and closed, so long ago."""
    found = await waiting(desk, sender)
    await ann.act(found, "take")
    await ann.write(found, f"A word for {sender}")
    await ann.act(found, "close")
    await aged(desk, found, days_ago)
    return found


async def aged(desk: Desk, conversation: str, days_ago: float) -> None:
    await desk.program.execute(
        """UPDATE conversations SET closed_at = now() - make_interval(secs => $3 * 86400)
           WHERE workspace_id = $1 AND id = $2""",
        desk.workspace,
        conversation,
        days_ago,
    )


async def there(desk: Desk) -> set[str]:
    return {row["id"] for row in await desk.rows("conversations")}


async def only_left(desk: Desk, expiring: Expiring, *left: str) -> bool:
    """Rounds until these alone are there: whatever somebody just holds is left to the next."""

    async def swept() -> bool:
        await expiring.sweep()
        return await there(desk) == set(left)

    return bool(await until(swept))


async def beside(desk: Desk, conversation: str) -> set[str]:
    """The tables with something of it."""
    found = set()
    for table in BESIDE:
        rows = await desk.program.query(
            f"SELECT FROM {table} WHERE workspace_id = $1 AND conversation_id = $2 LIMIT 1",  # names above
            desk.workspace,
            conversation,
        )
        found |= {table} if rows else set()
    return found


async def figures(desk: Desk, boss: Person) -> Any:
    await counting.count(desk.workspace, desk.program.running.store)

    async def counted() -> Any:
        # Whoever asks while it is counted is asked to come back.
        answer = await boss.send("GET", "/api/v1/analytics/conversations")
        assert answer.status in {200, 503}, answer.body
        return answer.json() if answer.status == 200 else None

    found = await until(counted)
    return _untimed({name: value for name, value in found.items() if name != "period"})


def _untimed(found: Any) -> Any:
    """Without seconds, of which the whole ones are kept."""
    if isinstance(found, dict):
        return {name: _untimed(value) for name, value in found.items() if not name.endswith("_s")}
    return [_untimed(one) for one in found] if isinstance(found, list) else found


async def test_what_is_closed_for_longer_is_gone_everywhere_and_still_counts(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    old = await closed(desk, ann, "jo", days_ago=31)
    young = await closed(desk, ann, "mia", days_ago=29)
    opened = await waiting(desk, "kim")
    again = await closed(desk, ann, "lee", days_ago=40)
    await ann.act(again, "reopen")
    program = await machine(desk)
    sent = await desk.program.client.send(
        "POST",
        "/api/v1/files?name=a.txt",
        key=program.key,
        body=b"for jo alone",
        headers={"Content-Type": "text/plain"},
    )
    assert sent.status == 201, sent.body
    async with desk.program.running.store.unit_of_work(desk.workspace) as tx:
        await uploads.attach(desk.workspace, tx, [sent.json()["id"]], ConversationId(old))
    before = await figures(desk, boss)
    assert await beside(desk, old) >= {"messages", "inbound", "events", "traces", "uploads"}

    await expiring.sweep()
    assert await there(desk) == {old, young, opened, again}, "nothing is deleted before somebody says so"
    await keep(boss, 30)

    assert await only_left(desk, expiring, young, opened, again)
    assert await beside(desk, old) == set()
    assert (await desk.rows("uploads"), await desk.rows("files")) == ([], [])
    link = urlsplit(sent.json()["url"])._replace(scheme="", netloc="").geturl()
    assert (await program.send("GET", link)).status == 404
    for path in (f"{CONVERSATIONS}/{old}", f"{CONVERSATIONS}/{old}/messages"):
        await ann.get(path, 404)
    assert old not in {row["id"] for row in await ann.rows(limit="50")}
    found = await ann.get("/api/v1/search?q=jo")
    assert old not in str(found)
    assert await beside(desk, young) >= {"messages", "inbound", "events", "traces"}
    assert await figures(desk, boss) == before, "what it counted for stays"
    rows = await desk.program.query("SELECT * FROM kept_figures WHERE workspace_id = $1", desk.workspace)
    assert len(rows) == 1
    assert old not in str(rows)
    assert "jo" not in [str(value) for value in rows[0].values()]
    times = [rows[0][name] for name in ("wait_s", "first_s", "closed_s")]
    assert times == [float(round(seconds)) for seconds in times], "no moment is told by them"
    entries = (await boss.get("/api/v1/activity?kind=retention"))["data"]
    assert [(one["action"], one["after"]) for one in entries] == [
        ("retention.applied", {"days": 30, "conversations": 1, "files": 1}),
        ("retention.changed", {"closed_conversations_days": 30}),
    ]


async def test_the_customer_of_a_deleted_conversation_begins_another(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    old = await closed(desk, ann, "jo", days_ago=15)
    await keep(boss, 14)
    assert await only_left(desk, expiring)
    assert await desk.say("jo", "hi")
    assert await conversation_of(desk, "jo") != old


async def test_a_round_that_breaks_off_has_deleted_whole_batches_and_the_next_goes_on(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    every = [await closed(desk, ann, f"c{n}", days_ago=40 - n) for n in range(5)]
    before = await figures(desk, boss)
    await keep(boss, 14)
    job = replace(expiring, batch=2)

    async def stuck() -> Any:
        return await desk.program.query(_LOCKED)

    async with desk.program.admin.acquire() as other, other.transaction():
        await other.execute(
            "SELECT FROM events WHERE workspace_id = $1 AND conversation_id = $2 FOR UPDATE",
            desk.workspace,
            every[2],
        )
        round_ = asyncio.create_task(job.sweep())
        [blocked] = await until(stuck)
        assert await there(desk) == set(every[2:]), "the first two are gone, the next two are under way"
        await desk.program.execute("SELECT pg_terminate_backend($1)", blocked["pid"])
        await round_
    assert await there(desk) == set(every[2:])
    for one in every[2:]:
        assert await beside(desk, one) >= {"messages", "inbound", "events", "traces"}, "all of it or nothing"
    assert await figures(desk, boss) == before
    await job.sweep()
    assert await there(desk) == set()
    assert await figures(desk, boss) == before
    entries = (await boss.get("/api/v1/activity?kind=retention"))["data"]
    counts = [one["after"]["conversations"] for one in entries if one["action"] == "retention.applied"]
    assert counts == [1, 2, 2]


async def test_one_workspace_has_its_share_of_a_round_and_no_more(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    every = [await closed(desk, ann, f"c{n}", days_ago=40 - n) for n in range(5)]
    await keep(boss, 14)
    job = replace(expiring, batch=1, batches=2)
    await job.sweep()
    assert await there(desk) == set(every[2:])
    await keep(boss, None)
    await job.sweep()
    assert await there(desk) == set(every[2:])


async def test_one_that_is_written_to_just_now_stays(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    old = await closed(desk, ann, "jo", days_ago=40)
    await keep(boss, 14)
    async with desk.program.admin.acquire() as other, other.transaction():
        await other.execute(
            "SELECT FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE", desk.workspace, old
        )
        await expiring.sweep()
        assert old in await there(desk), "whoever holds it is not waited for"
    await desk.program.execute(
        "UPDATE conversations SET inbound_seq = inbound_seq + 1 WHERE workspace_id = $1 AND id = $2",
        desk.workspace,
        old,
    )
    await expiring.sweep()
    assert old in await there(desk), "a line of the customer waits"


async def test_the_figures_of_what_is_gone_go_with_the_name_of_its_team(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    made = await team(boss, "Returns")
    for sender in ("jo", "mia"):
        old = await closed(desk, ann, sender, days_ago=40)
        await desk.program.execute(
            """UPDATE conversations SET team = 'returns', version = version + 1
               WHERE workspace_id = $1 AND id = $2""",
            desk.workspace,
            old,
        )
    await figures(desk, boss)
    await keep(boss, 14)
    await expiring.sweep()
    renamed = await boss.send(
        "PATCH", f"/api/v1/teams/{made['id']}", json={"name": "Refunds"}, headers={"If-Match": "*"}
    )
    assert renamed.status == 200, renamed.body

    async def teams() -> bool:
        found = (await figures(desk, boss))["teams"]
        return [(one["team"], one["conversations"]) for one in found] == [("Refunds", 2)]

    await until(teams)


@pytest.mark.parametrize("status", ["waiting", "sending"])
async def test_one_with_something_on_its_way_out_stays_until_that_arrived(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring, status: str
) -> None:
    old = await closed(desk, ann, "jo", days_ago=40)
    await keep(boss, 14)
    await desk.program.execute(
        """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, conversation_id, body, status, due_at,
                                   claim_token, claimed_until)
           VALUES ($1, $2, 'later:' || $2, 'callback', 'later', $3, 'x', $4, now() + interval '1 hour', 'theirs',
                   now() + interval '1 hour')""",
        desk.workspace,
        f"dlv_{status}",
        old,
        status,
    )
    await expiring.sweep()
    assert old in await there(desk)
    assert "deliveries" in await beside(desk, old)
    await desk.program.execute(
        "UPDATE deliveries SET status = 'sent', finished_at = now() WHERE workspace_id = $1 AND id = $2",
        desk.workspace,
        f"dlv_{status}",
    )
    assert await only_left(desk, expiring)
    assert await beside(desk, old) == set()


async def test_no_limit_is_shorter_than_repeats_are_told_apart() -> None:
    assert Settings.model_fields["keep_inbound_days"].default <= retention.LEAST_DAYS


async def test_what_was_merged_goes_with_the_one_it_was_merged_into(
    desk: Desk, ann: Person, boss: Person, expiring: Expiring
) -> None:
    survivor, merged = await waiting(desk, "jo"), await waiting(desk, "jo-2")
    await one_person(ann, survivor, merged)
    await ann.act(survivor, "take")
    await ann.act(merged, "merge", {"into": survivor})
    await aged(desk, merged, 40)
    await keep(boss, 14)
    await expiring.sweep()
    assert await there(desk) == {survivor, merged}, "the survivor is open"
    await ann.act(survivor, "close")
    await aged(desk, survivor, 40)
    await aged(desk, merged, 1)
    await expiring.sweep()
    assert await there(desk) == {survivor, merged}, "the merged one is young"
    assert (await boss.get(f"{RETENTION}/preview?days=14"))["conversations"] == 1
    await aged(desk, merged, 39)
    assert (await boss.get(f"{RETENTION}/preview?days=14"))["conversations"] == 2
    assert await only_left(desk, expiring)


async def test_the_limit_is_read_and_changed_by_its_version(desk: Desk, ann: Person, boss: Person) -> None:
    first = await boss.send("GET", RETENTION)
    assert (first.json(), first.headers["ETag"]) == ({"closed_conversations_days": None}, '"1"')
    for days in (0, -1, 13, 36_501, "soon", 1.5, True):
        body = {"closed_conversations_days": days}
        refused = await boss.send("PATCH", RETENTION, json=body, headers={"If-Match": "*"})
        assert (refused.status, refused.json()["code"]) == (422, "invalid"), days
        assert refused.json()["errors"][0]["field"] == "closed_conversations_days"
    body = {"closed_conversations_days": 90}
    assert (await boss.send("PATCH", RETENTION, json={}, headers={"If-Match": "*"})).status == 422
    assert (await boss.send("PATCH", RETENTION, json=body)).status == 428
    changed = await boss.send("PATCH", RETENTION, json=body, headers={"If-Match": '"1"'})
    assert (changed.json(), changed.headers["ETag"]) == (body, '"2"')
    assert (await boss.send("PATCH", RETENTION, json=body, headers={"If-Match": '"1"'})).status == 412
    assert await ann.get(RETENTION) == body
    assert (await ann.send("PATCH", RETENTION, json=body, headers={"If-Match": "*"})).status == 403
    for wrong in ("", "?days=0", "?days=13", "?days=x", "?days=99999"):
        assert (await boss.send("GET", f"{RETENTION}/preview{wrong}")).status == 422


async def test_a_key_for_one_assistant_neither_deletes_nor_counts_what_is_of_all(desk: Desk) -> None:
    limited = await machine(desk, assistant_ids=frozenset({desk.assistant_id}))
    body, headers = {"closed_conversations_days": 30}, {"If-Match": "*"}
    assert (await limited.send("PATCH", RETENTION, json=body, headers=headers)).status == 403
    assert (await limited.send("GET", f"{RETENTION}/preview?days=30")).status == 403
    assert (await limited.get(RETENTION))["closed_conversations_days"] is None


async def test_the_page_says_what_a_shorter_time_deletes_before_it_is_saved(
    desk: Desk, ann: Person, boss: Person
) -> None:
    page, kept = "/panel/settings/privacy", "closed_conversations_days"
    for n in range(3):
        await closed(desk, ann, f"c{n}", days_ago=100)
    shown = await boss.browser.get(page)
    assert shown.status == 200
    assert "Closed more than 90 days ago</div><b>3<" in shown.body.decode()
    assert "At least 14 days" in shown.body.decode()
    for wrong in ("nonsense", "13"):
        assert (await boss.browser.form(page, version="1", closed_conversations_days=wrong)).status == 422
    asked = await boss.browser.form(page, version="1", closed_conversations_days="60")
    assert "Now these are: 3." in asked.body.decode()
    assert re.findall(r"<(\w+) [^>]*autofocus data-focus>([^<]+)<", asked.body.decode()) == [("a", "Cancel")]
    assert (await boss.get(RETENTION))[kept] is None
    other = await boss.browser.form(page, version="1", sure="90", closed_conversations_days="60")
    assert "Now these are: 3." in other.body.decode()
    done = await boss.browser.form(page, version="1", sure="60", closed_conversations_days="60")
    assert (done.status, (await boss.get(RETENTION))[kept]) == (303, 60)
    longer = await boss.browser.form(page, version="2", closed_conversations_days="70")
    assert (longer.status, (await boss.get(RETENTION))[kept]) == (303, 70)
    emptied = await boss.browser.form(page, version="3", closed_conversations_days="")
    assert (emptied.status, (await boss.get(RETENTION))[kept]) == (303, None)
    assert (await ann.browser.get(page)).status == 200
    assert (await ann.browser.form(page, version="4", closed_conversations_days="1")).status == 403
