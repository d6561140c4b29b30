"""A workspace in which things happen to conversations, and what counting its rows one by one says of them."""

import json
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from frontdesk.core.ids import WorkspaceId
from frontdesk.store import insight, insight_times
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.insight_span import Span

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 12)
BEGUN = datetime(2026, 3, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
ZONES = ("UTC", "Asia/Tashkent", "America/New_York", "Asia/Kathmandu")
PROMISE_S = 600.0
_ROWS = """
    SELECT c.*, (SELECT type FROM channels h WHERE h.workspace_id = $1 AND h.id = c.channel_id) AS type,
           ARRAY(SELECT jsonb_build_object('author', m.author, 'at', extract(epoch FROM m.created_at), 'step', m.step,
                                           'sender', m.sender_id)
                 FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = c.id ORDER BY m.seq) AS said
    FROM conversations c WHERE c.workspace_id = $1"""


class Counts:
    """Everything that the figures say, counted from the rows, one after the other."""

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.days: Counter[date] = Counter()
        self.hours: Counter[tuple[int, int]] = Counter()
        self.reasons: Counter[str] = Counter()
        self.flows: Counter[str] = Counter()
        self.people: Counter[str] = Counter()
        self.teams: Counter[str] = Counter()
        self.waits: list[float] = []
        self.firsts: list[float] = []
        self.ends: list[float] = []
        self.scores: list[float] = []

    def add(self, row: Any, zone: ZoneInfo) -> None:
        said = [json.loads(one) for one in row["said"]]
        here = row["created_at"].astimezone(zone)
        if not FIRST <= here.date() <= LAST or not row["contact_seq"] or row["merged_into"]:
            return
        if row["outcome"] == "spam" or row["type"] == "preview":
            return
        people = [one for one in said if one["author"] == "operator"]
        ended = _ended(row, said)
        self.total.update(["conversations", ended])
        self.days[here.date()] += 1
        self.hours[here.weekday(), here.hour] += 1
        self.teams[row["team"]] += 1
        self.flows.update(
            {one["step"].split("/")[0] for one in said if one["author"] == "bot" and one["step"]}
        )
        self.people.update({one["sender"] for one in people})
        if row["handed_off_at"]:
            self.total["handed"] += 1
            self.reasons[json.loads(row["handoff"])["reason"]] += 1
            after = [one["at"] for one in people if one["at"] >= row["handed_off_at"].timestamp()]
            self.waits += [min(after) - row["handed_off_at"].timestamp()] if after else []
        if people:
            self.firsts.append(min(one["at"] for one in people) - said[0]["at"])
        if row["owner"] == "closed":
            self.ends.append((row["closed_at"] - row["created_at"]).total_seconds())
        if row["rating"] is not None:
            self.scores.append(row["rating"] / row["rating_max"])


def _ended(row: Any, said: list[Any]) -> str:
    if any(one["author"] == "operator" for one in said):
        return "person"
    if row["owner"] != "closed" and row["last_message_at"] > NOW - timedelta(hours=24):
        return "open"
    if row["handed_off_at"] or row["owner"] in {"queued", "human"}:
        return "nobody"
    return "bot" if any(one["author"] == "bot" for one in said) else "nobody"


@dataclass
class Happening:
    """A workspace in which things happen, drawn by `random`."""

    store: Store
    workspace: WorkspaceId
    random: Random
    zone: str = "UTC"

    async def run(self, sql: str, *given: object) -> None:
        async with self.store.turn_work(self.workspace) as connection:
            await connection.execute(sql, self.workspace, *given)

    async def open(self) -> None:
        for name, kind in (("site", "rest"), ("app", "rest"), ("tried", "preview")):
            await self.run(
                "INSERT INTO channels (workspace_id, id, type, name) VALUES ($1, $2, $3, $2)", name, kind
            )
        for n in range(4):
            await self.run("INSERT INTO contacts (workspace_id, id, name) VALUES ($1, $2, 'Jo')", f"vis_{n}")

    async def begin(self) -> None:
        at = BEGUN + timedelta(seconds=self.random.randrange(10 * 86_400))
        made = mint("conv")
        await self.run(
            """INSERT INTO conversations (workspace_id, id, channel_id, task_id, assistant_id, contact_id, external_id,
                   owner, state, state_format, contact_seq, last_seq, created_at, last_message_at)
               VALUES ($1, $2, $3, 't', $4, $5, $2, 'bot', '{}', 1, $6, 1, $7, $7)""",
            made,
            self.random.choice(["site", "site", "app", "tried"]),
            self.random.choice(["asst_1", "asst_2"]),
            f"vis_{self.random.randrange(4)}",
            self.random.choice([0, 1, 1, 1]),
            at,
        )
        await self.say(made, "contact")

    async def any(self) -> str | None:
        async with self.store.turn_work(self.workspace) as connection:
            found = [
                row["id"]
                for row in await connection.fetch(
                    "SELECT id FROM conversations WHERE workspace_id = $1 ORDER BY id", self.workspace
                )
            ]
        return self.random.choice(found) if found else None

    async def say(self, conversation: str, author: str) -> None:
        await self.run(
            """WITH lane AS (
                   UPDATE conversations SET last_seq = last_seq + 1, version = version + 1, last_author = $4,
                          last_message_at = last_message_at + make_interval(secs => $5)
                   WHERE workspace_id = $1 AND id = $2 RETURNING last_seq, last_message_at, channel_id)
               INSERT INTO messages (workspace_id, id, channel_id, conversation_id, seq, author, parts, step, sender_id,
                                     created_at)
               SELECT $1, $3, channel_id, $2, last_seq, $4, '[]', $6, $7, last_message_at FROM lane""",
            conversation,
            mint("msg"),
            author,
            float(self.random.randrange(2_000)),
            self.random.choice(["hi/a", "hi/b", "returns/a", ""]) if author == "bot" else "",
            self.random.choice(["acct_1", "acct_2"]) if author == "operator" else None,
        )

    async def change(self, conversation: str) -> None:
        """Late changes of all kinds, as the statements of the desk and of turns leave them."""
        change, *given = self.random.choice(
            [
                ("outcome = 'spam'",),
                ("outcome = $3", self.random.choice(["solved", "not_solved", ""])),
                ("rating = $3, rating_max = 5", self.random.randint(1, 5)),
                ("merged_into = 'conv_other'",),
                ("merged_into = NULL",),
                ("owner = 'closed', closed_at = last_message_at + interval '1 min'",),
                ("owner = 'bot', closed_at = NULL",),
                ("team = $3", self.random.choice(["", "Sales", "Help"])),
                (
                    "owner = 'queued', closed_at = NULL, handed_off_at = last_message_at, handoff = $3",
                    json.dumps({"reason": self.random.choice(["a/b", "c/d"])}),
                ),
            ]
        )
        await self.run(
            f"UPDATE conversations SET {change}, version = version + 1 WHERE workspace_id = $1 AND id = $2",  # noqa: S608
            conversation,
            *given,
        )

    async def act(self) -> None:
        chosen = await self.any()
        drawn = self.random.random()
        if chosen is None or drawn < 0.35:
            await self.begin()
        elif drawn < 0.6:
            await self.say(chosen, self.random.choice(["bot", "contact", "operator", "note"]))
        elif drawn < 0.92:
            await self.change(chosen)
        elif drawn < 0.96:
            await self.run("DELETE FROM conversations WHERE workspace_id = $1 AND id = $2", chosen)
        else:
            self.zone = self.random.choice(ZONES)
            await self.run("UPDATE workspaces SET time_zone = $2 WHERE workspace_id = $1", self.zone)

    async def forget_a_customer(self) -> None:
        who = f"vis_{self.random.randrange(4)}"
        await self.run("DELETE FROM contacts WHERE workspace_id = $1 AND id = $2", who)
        await self.run("INSERT INTO contacts (workspace_id, id, name) VALUES ($1, $2, 'Jo')", who)

    async def compare(self) -> None:
        async with self.store.turn_work(self.workspace) as connection:
            rows = await connection.fetch(_ROWS, self.workspace)
        counts = Counts()
        for row in rows:
            counts.add(row, ZoneInfo(self.zone))
        span = Span(FIRST, LAST, NOW, promise_s=PROMISE_S)
        # Sums of everything at once, and those of each assistant, channel and team, say the same.
        for within in ((), ("asst_1", "asst_2")):
            asked = replace(span, within=within)
            async with self.store.unit_of_work(self.workspace) as tx:
                parts = await insight.parts(self.workspace, tx, asked)
                total, of_total = await insight.total(self.workspace, tx, asked)
                times = await insight_times.times(self.workspace, tx, asked)
                listed = await insight.lists(self.workspace, tx, asked)
            assert (total, of_total) == (replace(parts.total, score=total.score), times)
            _same(parts, times, listed, counts)


def _same(parts: insight.Parts, times: insight_times.Times, listed: insight.Listed, counts: Counts) -> None:
    total = parts.total
    for name in ("conversations", "bot", "person", "nobody", "open", "handed"):
        assert getattr(total, name) == counts.total[name], name
    assert total.confirmed + total.silent + total.unsolved == total.bot
    assert {day: one.conversations for day, one in parts.days.items()} == counts.days
    assert {team: one.conversations for team, one in parts.teams.items()} == counts.teams
    assert sum(one.conversations for one in parts.channels.values()) == counts.total["conversations"]
    assert listed.hours == counts.hours
    assert listed.reasons == counts.reasons
    assert {one.flow: one.conversations for one in listed.topics} == counts.flows
    assert {one.account_id: one.conversations for one in listed.people} == counts.people
    assert sum(one.first for one in listed.people) == len(counts.firsts)
    assert (total.reached, total.closed, total.rated) == (
        len(counts.waits),
        len(counts.ends),
        len(counts.scores),
    )
    assert total.kept == sum(wait <= PROMISE_S for wait in counts.waits)
    for found, numbers in (
        (total.wait_p50_s, counts.waits),
        (times.first_p50_s, counts.firsts),
        (times.closed_p50_s, counts.ends),
    ):
        assert found == (pytest.approx(statistics.median(numbers), abs=1e-3) if numbers else None)
    assert total.score == (pytest.approx(statistics.mean(counts.scores)) if counts.scores else None)
