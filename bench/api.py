"""Lists of the API at the size of a busy workspace: 50,000 conversations, 1,000,000 messages, 200,000 deliveries.

`python -m bench.api 0.1` takes a tenth of that. Measured are whole requests to the running program, one at a time: every
filter alone, and page after page by cursor, as a program reads a list to its end.
"""

import asyncio
import math
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import aiohttp
import asyncpg
import numpy

from bench import analytics
from bench.running import Program, folder, program
from frontdesk.app import postgres

MOST_MS = 50.0
TIMES = 40
A_PAGE = 50
DELIVERIES = 200_000
LONG = 5_000
"""Messages of one long conversation."""


def _id(prefix: str, name: str) -> str:
    return f"{prefix}_{name.rjust(26, '0')}"


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


ME, HOOK, LONG_ONE = _id("acct", "b1"), _id("hook", "b1"), _id("conv", "b1")
_MADE = (
    # One in twenty waits for people, as many are with one; the last channel, assistant, label and contact are rare.
    """UPDATE conversations c SET
           owner = CASE n % 20 WHEN 0 THEN 'queued' WHEN 1 THEN 'human' WHEN 2 THEN 'bot' ELSE 'closed' END,
           assignee_id = CASE WHEN n % 20 = 1 OR n % 3 = 0 THEN 'acct_' || lpad('b' || n % 10, 26, '0') END,
           priority = CASE WHEN n % 1000 = 0 THEN 2 ELSE 1 END, subject = 'about ' || n,
           waiting_since = CASE WHEN n % 20 < 2 THEN c.last_message_at END,
           queued_at = CASE WHEN n % 20 = 0 THEN c.last_message_at END,
           snoozed_until = CASE WHEN n % 500 = 1 THEN now() + interval '1 day' END,
           channel_id = CASE WHEN n % 5000 = 7 THEN 'chan_' || lpad('brare', 26, '0') ELSE c.channel_id END,
           assistant_id = CASE WHEN n % 5000 = 8 THEN 'asst_' || lpad('brare', 26, '0') ELSE c.assistant_id END
       FROM (SELECT CAST(substr(external_id, 2) AS int) AS n, id FROM conversations
             WHERE workspace_id = $1 AND external_id ~ '^b[0-9]+$') numbered
       WHERE c.workspace_id = $1 AND c.id = numbered.id AND $2::int > 0""",
    """INSERT INTO labels (workspace_id, id, name)
       SELECT $1, 'lbl_' || lpad(name, 26, '0'), name FROM unnest(ARRAY['common', 'rare']) name WHERE $2::int > 0""",
    """INSERT INTO conversation_labels (workspace_id, conversation_id, label_id)
       SELECT $1, 'conv_' || lpad('b' || n, 26, '0'), 'lbl_' || lpad(name, 26, '0')
       FROM generate_series(1, $2::int) n, (VALUES ('common', 3), ('rare', 2500)) label (name, every)
       WHERE n % every = 0""",
    """INSERT INTO mentions (workspace_id, account_id, conversation_id, seq)
       SELECT $1, 'acct_' || lpad('b1', 26, '0'), 'conv_' || lpad('b' || n, 26, '0'), 3
       FROM generate_series(1, $2::int, 100) n""",
    """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
       SELECT $1, 'msg_' || lpad('l' || s, 26, '0'), c.channel_id, c.id, s,
              CASE WHEN s % 2 = 1 THEN 'contact' ELSE 'bot' END, '[{"type": "text", "text": "and another line"}]'
       FROM conversations c, generate_series(1000, 6000) s
       WHERE c.workspace_id = $1 AND c.id = 'conv_' || lpad('b1', 26, '0') AND $2::int > 0""",
    """INSERT INTO webhooks (workspace_id, id, url, events, enabled)
       SELECT $1, 'hook_' || lpad('b1', 26, '0'), 'https://example.com/hook', ARRAY['message.created'], false
       WHERE $2::int > 0""",
)
_SENT = """INSERT INTO deliveries (workspace_id, id, lane, kind, target_id, event, conversation_id, body, status, tries,
                                   finished_at)
           SELECT $1, 'dlv_' || lpad('b' || n, 26, '0'), 'hook:' || n % 1000, 'webhook', 'hook_' || lpad('b1', 26, '0'),
                  CASE WHEN n % 4000 = 0 THEN 'feedback.received' ELSE 'message.created' END,
                  'conv_' || lpad('b' || n % $3::int + 1, 26, '0'), convert_to(repeat('{"event": "x"}', 30), 'UTF8'),
                  CASE WHEN n % 3000 = 0 THEN 'failed' ELSE 'sent' END, 1, now()
           FROM generate_series(1, $2::int) n"""
_CONVERSATIONS: dict[str, dict[str, str]] = {
    "newest": {},
    "oldest": {"order": "oldest"},
    "waiting longest": {"order": "waiting"},
    **{
        f"view {view}": {"view": view}
        for view in ("unassigned", "queue", "bot", "human", "snoozed", "closed")
    },
    "view closed, oldest": {"view": "closed", "order": "oldest"},
    "a channel": {"channel_id": _id("chan", "b2")},
    "a rare channel": {"channel_id": _id("chan", "brare")},
    "a rare assistant": {"assistant_id": _id("asst", "brare")},
    "of three days a month ago": {"since": _ago(days=33), "until": _ago(days=30)},
    "a team": {"team": "Team 1"},
    "no team's": {"team": "Nobody"},
    "a label": {"label": "common"},
    "a rare label": {"label": "rare"},
    "an assignee": {"assignee_id": _id("acct", "b3")},
    "a contact": {"contact_id": _id("vis", "b77")},
    "a priority": {"priority": "high"},
    "unread": {"unread": "true"},
    "a common word": {"q": "about"},
    "a rare word": {"q": "about 49"},
    "no word of any": {"q": "nothing at all"},
}
_OTHERS = {
    "messages of a long conversation": f"/api/v1/conversations/{LONG_ONE}/messages?limit={A_PAGE}",
    "contacts": f"/api/v1/contacts?limit={A_PAGE}",
    "contacts, a common word": f"/api/v1/contacts?limit={A_PAGE}&q=customer",
    "contacts, a rare word": f"/api/v1/contacts?limit={A_PAGE}&q=customer+4999",
    "contacts, no word of any": f"/api/v1/contacts?limit={A_PAGE}&q=nothing",
    "a webhook's log": f"/api/v1/webhooks/{HOOK}/deliveries?limit={A_PAGE}",
    "a webhook's log, failed": f"/api/v1/webhooks/{HOOK}/deliveries?limit={A_PAGE}&status=failed",
    "a webhook's log, a rare event": f"/api/v1/webhooks/{HOOK}/deliveries?limit={A_PAGE}&event=feedback.received",
    "the activity": f"/api/v1/activity?limit={A_PAGE}",
}


def run(share: float = 1.0) -> None:
    asyncio.run(_run(share))


async def _run(share: float) -> None:
    with folder() as data, program(data) as running:
        known = analytics.demo(running)
        server = await postgres.start(data)
        connection = await asyncpg.connect(server.admin.url())
        try:
            await analytics.fill(connection, known["workspace_id"], share)
            await fill(connection, known["workspace_id"], share)
        finally:
            await connection.close()
        await requests(running, known["api_key"])


async def fill(connection: asyncpg.Connection, workspace: str, share: float) -> None:
    """What lists show besides what `analytics.fill` made."""
    many, deliveries = math.ceil(analytics.CONVERSATIONS * share), math.ceil(DELIVERIES * share)
    await connection.execute(
        "INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, $2, 'rest', 'Rare')",
        workspace,
        _id("chan", "brare"),
    )
    for sql in _MADE:
        await connection.execute(sql, workspace, many)
    await connection.execute(_SENT, workspace, deliveries, many)
    await connection.execute("ANALYZE")
    print(
        f"api: {many:,} conversations, {many * analytics.EACH + LONG:,} messages, {deliveries:,} deliveries"
    )


def _lists() -> Iterator[tuple[str, str]]:
    for name, query in _CONVERSATIONS.items():
        yield f"conversations, {name}", f"/api/v1/conversations?{urlencode({**query, 'limit': A_PAGE})}"
    yield from _OTHERS.items()


async def requests(running: Program, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{running.port}", headers=headers) as session:
        for name, path in _lists():
            took, pages = await _read(session, path)
            p50, p95 = numpy.percentile(took, [50, 95])
            mark = "" if p95 <= MOST_MS else "  MISSED"
            print(
                f"api: {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, {pages} pages (at most {MOST_MS:g}){mark}"
            )


async def _read(session: aiohttp.ClientSession, path: str) -> tuple[list[float], int]:
    """Milliseconds of each request, and how many pages the list has as far as it was read."""
    took: list[float] = []
    cursor, pages, most = "", 0, 0
    for _ in range(TIMES):
        started = time.perf_counter()
        async with session.get(f"{path}&cursor={cursor}" if cursor else path) as answer:
            body = await answer.json()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status} {body}")
        took.append((time.perf_counter() - started) * 1000)
        cursor, pages = body["next_cursor"] or "", pages + 1
        most = max(most, pages)
        if not cursor:
            pages = 0
    return took, most


if __name__ == "__main__":
    run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
