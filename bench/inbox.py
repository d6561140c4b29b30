"""Lists of an inbox and search over what was said, at the size of a busy workspace: 50,000 conversations, 1,000,000 messages.

`python -m bench.inbox 0.1` takes a tenth of that. What is measured is the store's and the desk's part of a request.
"""

import asyncio
import math
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg
import numpy

from bench.running import folder
from frontdesk.app import database, postgres
from frontdesk.core.ids import WorkspaceId
from frontdesk.desk import searching
from frontdesk.store import desk_lists, workspaces
from frontdesk.store.connect import Store, open_store
from frontdesk.store.desk_lists import Asked
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

CONVERSATIONS, EACH = 50_000, 20
LIST_MS, SEARCH_MS = 300.0, 500.0
TIMES = 20
WORDS = 20_000
"""Different words that are said; how often each is said falls with its rank, as in languages."""
ME = "acct_" + "0" * 26

_MADE = (
    "INSERT INTO assistants (workspace_id, id, slug, name) VALUES ($1, 'asst_bench', 'bench', 'Bench')",
    "INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, 'chan_bench', 'rest', 'Bench')",
    """INSERT INTO tasks (workspace_id, id, channel_id, assistant_id, name)
       VALUES ($1, 'task_bench', 'chan_bench', 'asst_bench', 'Bench')""",
    """INSERT INTO contacts (workspace_id, id, name, email)
       SELECT $1, 'vis_' || lpad(n::text, 26, '0'), 'Customer ' || n, 'c' || n || '@example.com'
       FROM generate_series(1, $2) n""",
    # Nine of ten are closed or the bot's, as at the end of a month.
    """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id, owner,
                                  state, state_format, last_seq, last_message_at, last_author, last_preview,
                                  contact_seq, subject, assignee_id, waiting_since, queued_at)
       SELECT $1, 'conv_' || lpad(n::text, 26, '0'), 'chan_bench', 'task_bench', 'asst_bench',
              'vis_' || lpad(n::text, 26, '0'), 'c' || n,
              CASE n % 20 WHEN 0 THEN 'queued' WHEN 1 THEN 'human' WHEN 2 THEN 'bot' ELSE 'closed' END,
              '{"format":1}', 1, $3, now() - make_interval(secs => n * 7 % 2600000), 'contact', 'the last line of ' || n,
              $3, 'about ' || n, CASE WHEN n % 20 = 1 AND n % 3 = 0 THEN 'acct_' || repeat('0', 26) END,
              CASE WHEN n % 20 < 2 THEN now() - make_interval(secs => n % 5000) END,
              CASE WHEN n % 20 = 0 THEN now() - make_interval(secs => n % 5000) END
       FROM generate_series(1, $2) n""",
    """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts)
       SELECT $1, 'msg_' || lpad((n * 1000 + s)::text, 26, '0'), 'chan_bench', 'conv_' || lpad(n::text, 26, '0'), s,
              CASE WHEN s % 2 = 0 THEN 'bot' ELSE 'contact' END,
              jsonb_build_array(jsonb_build_object('type', 'text', 'text', (
                  SELECT string_agg('w' || floor(power($4::float8, random()))::int, ' ')
                  FROM generate_series(1, 12 + (n + s) * 0))))
       FROM generate_series(1, $2) n, generate_series(1, $3) s""",
    """INSERT INTO search_words (workspace_id, kind, word, conversation_id, seqs)
       SELECT $1, 'm', word, conversation_id, (array_agg(DISTINCT seq ORDER BY seq))[1:20]
       FROM messages, LATERAL regexp_split_to_table(parts -> 0 ->> 'text', ' ') AS word
       WHERE workspace_id = $1 GROUP BY word, conversation_id""",
    "INSERT INTO search_marks (workspace_id, message_id) VALUES ($1, 'msg_z')",
)
_ASKED = {
    "a common word": "w1",
    "two words": "w7 w30",
    "a rare word": f"w{WORDS - 7}",
    "a beginning": "w19",
    "a slip": "w19999x",
    "five words": "w2 w3 w4 w5 w11",
}


def run(share: float = 1.0) -> None:
    asyncio.run(_run(share))


async def _run(share: float) -> None:
    with folder() as data:
        server = await postgres.start(data)
        try:
            await database.migrate(server.admin.url(), server.program.user)
            store = await open_store(server.program.url())
            try:
                workspace = await _filled(server.admin.url(), store, share)
                await _lists(store, workspace)
                await _searches(store, workspace)
            finally:
                await store.close()
        finally:
            await server.stop()


async def _filled(url: str, store: Store, share: float) -> WorkspaceId:
    workspace, conversations = WorkspaceId(mint("ws")), math.ceil(CONVERSATIONS * share)
    async with store.unit_of_work(workspace) as tx:
        await workspaces.create(workspace, tx, name="Bench")
    given = (workspace, conversations, EACH, float(WORDS))
    connection = await asyncpg.connect(url)
    try:
        for sql in _MADE:
            used = max(number for number in range(1, 5) if f"${number}" in sql)
            await connection.execute(sql, *given[:used])
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    print(f"inbox: {conversations:,} conversations, {conversations * EACH:,} messages")
    return workspace


async def _lists(store: Store, workspace: WorkspaceId) -> None:
    for view in ("all", "queue", "mine", "bot", "closed"):
        for order in ("newest", "waiting"):

            async def listed(tx: Tx, asked: Asked = Asked(ME, view, order)) -> None:  # noqa: B008
                await desk_lists.list_rows(workspace, tx, asked, within=frozenset(), after="", limit=51)

            await _timed(store, workspace, f"list {view}, {order}", listed, LIST_MS)

    async def counted(tx: Tx) -> None:
        await desk_lists.counts(workspace, tx, reader=ME, within=frozenset())

    await _timed(store, workspace, "counts", counted, LIST_MS)


async def _searches(store: Store, workspace: WorkspaceId) -> None:
    for name, words in _ASKED.items():

        async def searched(tx: Tx, words: str = words) -> None:
            asked = searching.question(words, "en")
            await searching.conversations(workspace, tx, "m", asked, within=frozenset(), after="", limit=21)

        await _timed(store, workspace, f"search for {name}", searched, SEARCH_MS)


async def _timed(
    store: Store, workspace: WorkspaceId, name: str, work: Callable[[Tx], Awaitable[None]], most_ms: float
) -> None:
    took = []
    for _ in range(TIMES):
        async with store.unit_of_work(workspace) as tx:
            started = time.perf_counter()
            await work(tx)
            took.append((time.perf_counter() - started) * 1000)
    p50, p95 = numpy.percentile(took, [50, 95])
    mark = "" if p95 <= most_ms else "  MISSED"
    print(f"inbox: {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms (at most {most_ms:g}){mark}")


if __name__ == "__main__":
    run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
