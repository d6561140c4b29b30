"""The page Analytics and its API at the size of a busy workspace: 50,000 conversations of 90 days, 1,000,000 messages.

`python -m bench.analytics 0.1` takes a tenth of that. Measured are whole requests to the running program, one at a time,
of a period's and of three months' figures; and how long a workspace is counted that was never counted before.
"""

import asyncio
import json
import math
import os
import subprocess
import sys
import time

import aiohttp
import asyncpg
import numpy

from bench.running import Program, folder, program
from frontdesk.app import postgres
from frontdesk.insight import counting

CONVERSATIONS, EACH = 50_000, 20
QUESTIONS = 100_000
MOST_MS = 500.0
TIMES = 20
COUNTED_WITHIN_S = 600.0
CHANNELS, TEAMS, PEOPLE, FLOWS = 5, 4, 10, 12

_MADE = (
    """INSERT INTO channels (workspace_id, id, type, name)
       SELECT $1, 'chan_' || lpad('b' || n, 26, '0'), 'rest', 'Bench ' || n FROM generate_series(1, $2::int) n""",
    """INSERT INTO contacts (workspace_id, id, name)
       SELECT $1, 'vis_' || lpad('b' || n, 26, '0'), 'Customer ' || n FROM generate_series(1, $2::int) n""",
    # One in three is handed over, of these nine in ten are answered; three in four are closed.
    """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id, owner, team,
                                  state, state_format, last_seq, created_at, last_message_at, last_author, last_preview,
                                  contact_seq, handed_off_at, handoff, closed_at, outcome, rating, rating_max)
       SELECT $1, 'conv_' || lpad('b' || n, 26, '0'), 'chan_' || lpad('b' || (n % $3::int + 1), 26, '0'), 'task_bench',
              (SELECT id FROM assistants WHERE workspace_id = $1 ORDER BY id LIMIT 1),
              'vis_' || lpad('b' || n, 26, '0'), 'b' || n, CASE WHEN n % 4 = 0 THEN 'bot' ELSE 'closed' END,
              CASE WHEN n % 3 = 0 THEN 'Team ' || n % $4::int ELSE '' END, '{"format":1}', 1, $5::int, at,
              at + make_interval(secs => $5::int * 20), 'bot', 'the last line', $5::int,
              CASE WHEN n % 3 = 0 THEN at + interval '2 min' END,
              CASE WHEN n % 3 = 0 THEN jsonb_build_object('reason', 'flow_' || n % 9 || '/ask') END,
              CASE WHEN n % 4 > 0 THEN at + make_interval(secs => 600 + n % 5000) END,
              CASE n % 7 WHEN 0 THEN 'solved' WHEN 1 THEN 'not_solved' ELSE '' END,
              CASE WHEN n % 5 = 0 THEN 1 + n % 4 END, CASE WHEN n % 5 = 0 THEN 5 END
       FROM generate_series(1, $2::int) n, LATERAL (SELECT now() - make_interval(secs => ($2::int - n) * 7700000.0 / $2::int) AS at) begun""",
    """INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step, sender_id, created_at)
       SELECT $1, 'msg_' || lpad('b' || n * 1000 + s, 26, '0'), c.channel_id, c.id, s, said.author,
              '[{"type": "text", "text": "a line of some length, as people write them"}]',
              CASE WHEN said.author = 'bot' THEN 'flow_' || (n + s / 6) % $6::int || '/say' ELSE '' END,
              CASE WHEN said.author = 'operator' THEN 'acct_' || lpad('b' || n % $5::int, 26, '0') END,
              c.created_at + make_interval(secs => s * 20)
       FROM generate_series(1, $2::int) n JOIN conversations c
              ON c.workspace_id = $1 AND c.id = 'conv_' || lpad('b' || n, 26, '0'), generate_series(1, $4::int) s,
            LATERAL (SELECT CASE WHEN s % 2 = 1 THEN 'contact' WHEN n % 3 = 0 AND n % 10 > 0 AND s > 8 THEN 'operator'
                                 ELSE 'bot' END AS author) said
       WHERE $3::int > 0 AND $5::int > 0""",
    """INSERT INTO knowledge_questions (workspace_id, key, asked_at, assistant_id, conversation_id, question, language,
                                        outcome, how, ms)
       SELECT $1, 'b' || n, c.created_at, c.assistant_id, c.id, 'Where is it?', 'en',
              CASE WHEN n % 4 = 0 THEN 'none' ELSE 'found' END, CASE WHEN n % 4 = 0 THEN '' ELSE 'extract' END, n % 90
       FROM generate_series(1, $3::int) n
       JOIN conversations c ON c.workspace_id = $1 AND c.id = 'conv_' || lpad('b' || (n % $2::int + 1), 26, '0')""",
)
_PATHS = {
    "the page, 14 days": "/panel/analytics?days=14",
    "the page, 90 days": "/panel/analytics?days=90",
    "the page, 90 days of a channel": f"/panel/analytics?days=90&channel=chan_{'b1'.rjust(26, '0')}",
    "conversations behind a rare figure": "/panel/analytics/conversations?days=90&handed=unreached&rated=1",
    "the API, 90 days": "/api/v1/analytics/conversations?from={first}",
    "the API, questions of 90 days": "/api/v1/analytics/knowledge-base?from={first}",
}


def run(share: float = 1.0) -> None:
    asyncio.run(_run(share))


async def _run(share: float) -> None:
    with folder() as data, program(data) as running:
        known = demo(running)
        server = await postgres.start(data)
        connection = await asyncpg.connect(server.admin.url())
        try:
            await fill(connection, known["workspace_id"], share)
            await _counted(connection, known["workspace_id"])
        finally:
            await connection.close()
        await _requests(running, known["api_key"])


def demo(running: Program) -> dict[str, str]:
    command = [sys.executable, "-c", "from frontdesk.app.cli import main; main()", "demo", "--json"]
    environment = {**os.environ, "FRONTDESK_DATA": str(running.data), "PORT": str(running.port)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


async def fill(connection: asyncpg.Connection, workspace: str, share: float) -> None:
    many = math.ceil(CONVERSATIONS * share)
    channels, people, questions = CHANNELS, PEOPLE, math.ceil(QUESTIONS * share)
    made_channels, contacts, conversations, messages, asked = _MADE
    async with connection.transaction():
        # Search is measured by bench/inbox.py: here its words are not made of what was never said.
        await connection.execute(
            """INSERT INTO search_marks (workspace_id, message_id) VALUES ($1, 'msg_z')
               ON CONFLICT (workspace_id) DO UPDATE SET message_id = excluded.message_id""",
            workspace,
        )
        await connection.execute(made_channels, workspace, channels)
        await connection.execute(contacts, workspace, many)
        await connection.execute(conversations, workspace, many, channels, TEAMS, EACH)
        await connection.execute(messages, workspace, many, channels, EACH, people, FLOWS)
        await connection.execute(asked, workspace, many, questions)
    await connection.execute("ANALYZE")
    print(f"analytics: {many:,} conversations, {many * EACH:,} messages, {questions:,} questions")


async def _counted(connection: asyncpg.Connection, workspace: str) -> None:
    """Wait for the job; its time is that from the commit of everything on."""
    started = time.perf_counter()
    wanted = await connection.fetchval(
        "SELECT count(*) FROM conversations WHERE workspace_id = $1", workspace
    )
    while time.perf_counter() - started < COUNTED_WITHIN_S:
        summed = await connection.fetchval(
            "SELECT sum(conversations) FROM figure_sums WHERE workspace_id = $1 AND kind = 'all'", workspace
        )
        if (summed or 0) >= 0.99 * wanted:
            took = time.perf_counter() - started
            print(f"analytics: counted for the first time within {took:.0f} s (every {counting.EVERY_S:g} s)")
            return
        await asyncio.sleep(0.5)
    raise SystemExit("analytics: the job did not count the workspace")


async def _requests(running: Program, key: str) -> None:
    first = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 89 * 86_400))
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{running.port}", headers={"Authorization": f"Bearer {key}"}
    ) as session:
        for name, path in _PATHS.items():
            took = []
            for _ in range(TIMES):
                started = time.perf_counter()
                async with session.get(path.format(first=first)) as answer:
                    body = await answer.text()
                    if answer.status != 200:
                        raise SystemExit(f"{path}: {answer.status} {body[:500]}")
                took.append((time.perf_counter() - started) * 1000)
            p50, p95 = numpy.percentile(took, [50, 95])
            mark = "" if p95 <= MOST_MS else "  MISSED"
            print(f"analytics: {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms (at most {MOST_MS:g}){mark}")


if __name__ == "__main__":
    run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
