"""The floor that turns are measured against: a bare ASGI route writing a turn's rows in one hand-written statement.

Same PostgreSQL, same tables and row counts as an ordinary turn of the tutorial's bot (contact, conversation,
inbound, three messages, four events, one trace), a pool of 10, and no thinking at all. Run as
`python -m bench.floor PORT` with the database's address in FLOOR_URL.
"""

import json
import os
import sys
import time
from itertools import count

import asyncpg
import uvicorn
from starlette.types import Receive, Scope, Send

NUMBERS = count(time.time_ns())
ANSWER = json.dumps(
    [
        {"recipient_id": "jhon", "text": "I can help you with your account balance."},
        {"recipient_id": "jhon", "text": "Please enter your 6-digit account number? (eg: 123456)"},
    ]
).encode()
STATE = json.dumps({"format": 1, "stack": [{"flow": "account_balance", "at": "ask_account", "slots": {}}]})
WORKSPACE, CHANNEL = "ws_floor", "chan_floor"

STATEMENT = """
    WITH met AS (INSERT INTO contacts (workspace_id, id) VALUES ($1, $2)),
    lane AS (
        INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id,
                                   state, state_format, last_seq, inbound_seq, handled_seq)
        VALUES ($1, $3, $4, 'task', 'asst', $2, $5, $6::jsonb, 1, 3, 1, 1)
        ON CONFLICT (workspace_id, channel_id, external_id) DO UPDATE
        SET state = excluded.state, version = conversations.version + 1, updated_at = now()),
    received AS (
        INSERT INTO inbound (workspace_id, id, channel_id, conversation_id, lane_seq, heard, first_seq, last_seq)
        VALUES ($1, $7, $4, $3, 1, $8::jsonb, 1, 3)),
    said AS (
        INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, inbound_id, author, parts)
        SELECT $1, $7 || n, $4, $3, n, $7, CASE n WHEN 1 THEN 'contact' ELSE 'bot' END, $9::jsonb
        FROM generate_series(1, 3) n),
    happened AS (
        INSERT INTO events (workspace_id, id, type, conversation_id, data)
        SELECT $1, $7 || n, 'message.created', $3, $8::jsonb FROM generate_series(1, 4) n)
    INSERT INTO traces (workspace_id, inbound_id, conversation_id, trace) VALUES ($1, $7, $3, $8::jsonb)
"""


class Floor:
    pool: asyncpg.Pool

    async def start(self) -> None:
        async def enter(connection: asyncpg.Connection) -> None:
            await connection.execute("SELECT set_config('frontdesk.workspace', $1, false)", WORKSPACE)

        async def keep(_: asyncpg.Connection) -> None:
            """As the product does: no RESET between uses."""

        self.pool = await asyncpg.create_pool(
            os.environ["FLOOR_URL"],
            min_size=10,
            max_size=10,
            setup=None,
            init=enter,
            reset=keep,
            server_settings={"role": "frontdesk_app"},
        )
        await self.pool.execute(
            "INSERT INTO workspaces (workspace_id, name) VALUES ($1, 'floor') ON CONFLICT DO NOTHING",
            WORKSPACE,
        )
        await self.pool.execute(
            """INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, $2, 'rest', 'floor')
               ON CONFLICT DO NOTHING""",
            WORKSPACE,
            CHANNEL,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await self.start()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = json.loads((await receive())["body"] or b'{"sender": "probe", "message": ""}')
        number = str(next(NUMBERS))
        said = json.dumps([{"type": "text", "text": body["message"]}])
        await self.pool.execute(
            STATEMENT,
            WORKSPACE,
            "v" + number,
            "c" + number,
            CHANNEL,
            body["sender"],
            STATE,
            "i" + number,
            json.dumps({"type": "said", "text": body["message"]}),
            said,
        )
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    uvicorn.run(
        Floor(), host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning", loop="uvloop"
    )
