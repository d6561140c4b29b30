"""What the database has, held against what clients were told: nothing lost, nothing twice, nothing out of order."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import asyncpg
import msgspec
from tests.drills.load import Acknowledged

MESSAGES = """
    SELECT c.external_id AS sender, m.seq, m.author, m.parts, m.inbound_id
    FROM messages m JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
    WHERE c.external_id LIKE $1 ORDER BY c.external_id, m.seq
"""
CONVERSATIONS = """
    SELECT c.external_id AS sender, c.last_seq, c.inbound_seq, c.handled_seq, c.lane_token,
           (SELECT array_agg(i.lane_seq ORDER BY i.lane_seq) FROM inbound i
            WHERE i.workspace_id = c.workspace_id AND i.conversation_id = c.id) AS lane,
           (SELECT count(*) FROM inbound i WHERE i.workspace_id = c.workspace_id AND i.conversation_id = c.id
               AND i.status <> 'done') AS undone,
           (SELECT count(*) FROM traces t
            WHERE t.workspace_id = c.workspace_id AND t.conversation_id = c.id) AS traces
    FROM conversations c WHERE c.external_id LIKE $1
"""
INBOUND_TWICE = """
    SELECT provider_id FROM inbound WHERE provider_id LIKE $1 GROUP BY channel_id, provider_id HAVING count(*) > 1
"""


@dataclass
class Verdict:
    """`broken` says in words what else does not fit."""

    acknowledged: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    inversions: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"acknowledged {self.acknowledged}, lost {len(self.lost)}, doubled {len(self.doubled)}, "
            f"inversions {len(self.inversions)}"
        )

    def assert_clean(self) -> None:
        assert self.acknowledged > 0
        found = (self.lost, self.doubled, self.inversions, self.broken)
        assert found == ([], [], [], []), [some[:5] for some in found]


async def judge(
    connection: asyncpg.Connection, told: Iterable[Acknowledged], *, name: str = "load"
) -> Verdict:
    """Read everything of the senders called `name`-... once they have stopped."""
    told = list(told)
    verdict = Verdict(len(told))
    said: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in await connection.fetch(MESSAGES, f"{name}-%"):
        said[row["sender"]].append({**row, "text": _text(row["parts"])})
    by_sender: defaultdict[str, list[Acknowledged]] = defaultdict(list)
    for one in told:
        by_sender[one.sender].append(one)
    for sender, messages in by_sender.items():
        _compare(verdict, messages, said[sender])
    for row in await connection.fetch(CONVERSATIONS, f"{name}-%"):
        _consistent(verdict, row, [message["seq"] for message in said[row["sender"]]])
    twice = await connection.fetch(INBOUND_TWICE, f"id:{name}-%")
    verdict.doubled += [row["provider_id"] for row in twice]
    return verdict


def _text(parts: str) -> str:
    return "\n".join(part.get("text", "") for part in msgspec.json.decode(parts))


def _compare(verdict: Verdict, told: list[Acknowledged], stored: list[dict[str, Any]]) -> None:
    heard = Counter(row["text"] for row in stored if row["author"] == "contact")
    answers: defaultdict[str, list[str]] = defaultdict(list)
    question = {row["inbound_id"]: row["text"] for row in stored if row["author"] == "contact"}
    for row in stored:
        if row["author"] == "bot":
            answers[question.get(row["inbound_id"], "")].append(row["text"])
    for one in told:
        if heard[one.text] == 0 or not answers[one.text]:
            verdict.lost.append(one.text)
        elif heard[one.text] > 1 or len(answers[one.text]) > 1:
            verdict.doubled.append(one.text)
        elif list(one.answers) != answers[one.text]:
            verdict.broken.append(f"{one.text} was told {one.answers}, stored is {answers[one.text]}")
    place = {row["text"]: row["seq"] for row in stored if row["author"] == "contact"}
    for writer in {one.writer for one in told}:
        order = [(place[one.text], one.text) for one in told if one.writer == writer and one.text in place]
        verdict.inversions += [here[1] for here, next_ in pairwise(order) if here[0] > next_[0]]


def _consistent(verdict: Verdict, row: asyncpg.Record, seqs: list[int]) -> None:
    whole = list(range(1, row["inbound_seq"] + 1))
    facts = {
        "messages are numbered densely": seqs == list(range(1, row["last_seq"] + 1)),
        "what came in is numbered densely": row["lane"] == whole,
        "everything was handled": row["handled_seq"] == row["inbound_seq"] and row["undone"] == 0,
        "nobody holds the lane": row["lane_token"] is None,
        "each turn has its trace": row["traces"] == len(whole),
    }
    verdict.broken += [f"{row['sender']}: not so: {fact}" for fact, holds in facts.items() if not holds]
