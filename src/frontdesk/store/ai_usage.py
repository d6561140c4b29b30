"""What answers of language models cost, and whether there may be another. Nothing of what was said is kept.

An answer is held with an estimate before it is asked for and settled with what it took, so that many at a time
cannot pass a limit together, and one that a crash cut off is counted. Called by `hub`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import text

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.ai_services import ServiceLimits, WorkspaceLimits
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

Spent = Literal["service_day", "service_month", "workspace_day", "workspace_month", "conversation"]
BATCH = 2_000

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('ai ' || :workspace, 0))")
_SUMS = text("""
    SELECT coalesce(sum(tokens) FILTER (WHERE service_id = :service AND day = :day), 0) AS service_day,
           coalesce(sum(tokens) FILTER (WHERE service_id = :service), 0) AS service_month,
           coalesce(sum(tokens) FILTER (WHERE day = :day), 0) AS workspace_day,
           coalesce(sum(tokens), 0) AS workspace_month,
           (SELECT coalesce(sum(u.prompt_tokens + u.answer_tokens), 0) FROM ai_usage u
            WHERE u.workspace_id = :workspace AND u.conversation_id = :conversation) AS conversation
    FROM (SELECT service_id, day, prompt_tokens + answer_tokens AS tokens FROM ai_days
          WHERE workspace_id = :workspace AND day >= :month) AS days""")
_HOLD = text("""
    INSERT INTO ai_usage (workspace_id, id, service_id, assistant_id, conversation_id, purpose, model,
                          prompt_tokens, answer_tokens, day, created_at)
    VALUES (:workspace, :id, :service, :assistant, :conversation, :purpose, :model,
            :prompt, :answer, :day, :at)""")
_ADD = text("""
    INSERT INTO ai_days (workspace_id, day, service_id, model, answers, failures, prompt_tokens, answer_tokens,
                         cost_micros)
    VALUES (:workspace, :day, :service, :model, :answers, :failures, :prompt, :answer, :cost)
    ON CONFLICT (workspace_id, day, service_id, model) DO UPDATE SET
        answers = ai_days.answers + EXCLUDED.answers, failures = ai_days.failures + EXCLUDED.failures,
        prompt_tokens = ai_days.prompt_tokens + EXCLUDED.prompt_tokens,
        answer_tokens = ai_days.answer_tokens + EXCLUDED.answer_tokens,
        cost_micros = ai_days.cost_micros + EXCLUDED.cost_micros""")
_SETTLE = text("""
    UPDATE ai_usage SET outcome = :outcome, prompt_tokens = :prompt, answer_tokens = :answer,
           is_estimate = :is_estimate, cost_micros = :cost, took_ms = :took_ms
    WHERE workspace_id = :workspace AND id = :id AND outcome = 'held'""")
_REPORT = text("""
    SELECT d.service_id, coalesce(s.name, '') AS name, d.model, sum(d.answers) AS answers,
           sum(d.failures) AS failures, sum(d.prompt_tokens) AS prompt_tokens,
           sum(d.answer_tokens) AS answer_tokens, sum(d.cost_micros) AS cost_micros
    FROM ai_days d LEFT JOIN ai_services s ON s.workspace_id = d.workspace_id AND s.id = d.service_id
    WHERE d.workspace_id = :workspace AND d.day >= :since
    GROUP BY d.service_id, s.name, d.model ORDER BY sum(d.prompt_tokens + d.answer_tokens) DESC, d.model""")
_FAILURES = text("""
    SELECT service_id, model, outcome, count(*) AS many FROM ai_usage
    WHERE workspace_id = :workspace AND day >= :since AND outcome NOT IN ('ok', 'held')
    GROUP BY service_id, model, outcome ORDER BY count(*) DESC, outcome""")
_TRIM = text("""
    DELETE FROM ai_usage WHERE workspace_id = :workspace AND id IN (
        SELECT id FROM ai_usage WHERE workspace_id = :workspace AND created_at < now() - make_interval(days => :days) LIMIT :most)""")


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that is about to be asked for; tokens are estimated, upwards."""

    at: datetime
    service_id: str
    model: str
    purpose: str
    prompt_tokens: int
    answer_tokens: int
    assistant_id: str | None = None
    conversation_id: str | None = None

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Held:
    id: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Cost:
    """What it came to. `outcome` is `ok` or the trouble's name."""

    outcome: str
    prompt_tokens: int
    answer_tokens: int
    is_estimate: bool
    cost_micros: int
    took_ms: int


@dataclass(frozen=True, slots=True)
class UsedModel:
    """A line of the report; `name` is empty for a service that is gone."""

    service_id: str
    name: str
    model: str
    answers: int
    failures: int
    prompt_tokens: int
    answer_tokens: int
    cost_micros: int


async def hold(
    workspace: WorkspaceId, tx: Tx, asked: Asked, service: ServiceLimits, whole: WorkspaceLimits
) -> Held | Spent:
    """Make room for one more answer, or say which limit it would pass. Others of the workspace wait meanwhile."""
    await tx.execute(_LOCK, {"workspace": workspace})
    spent = await _spent(workspace, tx, asked, service, whole)
    if spent is not None:
        return spent
    held = Held(mint("use"), asked)
    await tx.execute(
        _HOLD,
        {
            "workspace": workspace,
            "id": held.id,
            "service": asked.service_id,
            "assistant": asked.assistant_id,
            "conversation": asked.conversation_id,
            "purpose": asked.purpose,
            "model": asked.model,
            "prompt": asked.prompt_tokens,
            "answer": asked.answer_tokens,
            "day": asked.day,
            "at": asked.at,
        },
    )
    await _add(workspace, tx, asked, prompt=asked.prompt_tokens, answer=asked.answer_tokens)
    return held


async def _spent(
    workspace: WorkspaceId, tx: Tx, asked: Asked, service: ServiceLimits, whole: WorkspaceLimits
) -> Spent | None:
    row = (
        await tx.execute(
            _SUMS,
            {
                "workspace": workspace,
                "service": asked.service_id,
                "day": asked.day,
                "month": asked.day.replace(day=1),
                "conversation": asked.conversation_id,
            },
        )
    ).one()
    more = asked.prompt_tokens + asked.answer_tokens
    limits: tuple[tuple[Spent, int, int], ...] = (
        ("conversation", row.conversation, whole.tokens_a_conversation),
        ("workspace_day", row.workspace_day, whole.tokens_a_day),
        ("workspace_month", row.workspace_month, whole.tokens_a_month),
        ("service_day", row.service_day, service.tokens_a_day),
        ("service_month", row.service_month, service.tokens_a_month),
    )
    return next((name for name, used, most in limits if most and used + more > most), None)


async def settle(workspace: WorkspaceId, tx: Tx, held: Held, cost: Cost) -> None:
    """Put what it took in the place of the estimate; once, whoever asks again."""
    settled = await tx.execute(
        _SETTLE,
        {
            "workspace": workspace,
            "id": held.id,
            "outcome": cost.outcome,
            "prompt": cost.prompt_tokens,
            "answer": cost.answer_tokens,
            "is_estimate": cost.is_estimate,
            "cost": cost.cost_micros,
            "took_ms": cost.took_ms,
        },
    )
    if settled.rowcount:
        await _add(
            workspace,
            tx,
            held.asked,
            prompt=cost.prompt_tokens - held.asked.prompt_tokens,
            answer=cost.answer_tokens - held.asked.answer_tokens,
            cost=cost,
        )


async def _add(
    workspace: WorkspaceId, tx: Tx, asked: Asked, *, prompt: int, answer: int, cost: Cost | None = None
) -> None:
    await tx.execute(
        _ADD,
        {
            "workspace": workspace,
            "day": asked.day,
            "service": asked.service_id,
            "model": asked.model,
            "answers": int(cost is not None and cost.outcome == "ok"),
            "failures": int(cost is not None and cost.outcome != "ok"),
            "prompt": prompt,
            "answer": answer,
            "cost": 0 if cost is None else cost.cost_micros,
        },
    )


async def report(workspace: WorkspaceId, tx: Tx, since: date) -> list[UsedModel]:
    """What was used since a day, the most used first."""
    rows = await tx.execute(_REPORT, {"workspace": workspace, "since": since})
    return [
        UsedModel(row.service_id, row.name, row.model, *(int(number) for number in row[3:])) for row in rows
    ]


async def failures(
    workspace: WorkspaceId, tx: Tx, since: date
) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Why answers failed since a day, the most frequent trouble first, by service and model; of single uses, while kept."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in await tx.execute(_FAILURES, {"workspace": workspace, "since": since}):
        found.setdefault((row.service_id, row.model), []).append((row.outcome, row.many))
    return found


async def trim_old(workspace: WorkspaceId, store: Store, *, days: int) -> int:
    """Let single answers of so many days ago go, in small batches; the sums by day stay. How many went."""
    gone, count = 0, BATCH
    while count == BATCH:
        async with store.unit_of_work(workspace) as tx:
            done = await tx.execute(_TRIM, {"workspace": workspace, "days": days, "most": BATCH})
        count = done.rowcount
        gone += count
    return gone
