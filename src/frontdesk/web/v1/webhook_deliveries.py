"""`/api/v1/webhooks/{id}/deliveries`: what was sent to a webhook, every attempt at it, and sending it again."""

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WebhookId, parse
from frontdesk.store import webhook_log as stored
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.moment import Moment
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.in_bin import live
from frontdesk.web.v1.webhooks import ONE, EventName, read_one, readable

ROUTES: list[Route] = []
LOG = ONE + "/deliveries"
NEWEST = 2**62
LONGEST_AGO = timedelta(days=30)
Status = Literal["", "waiting", "sending", "sent", "failed"]


class DeliveryRow(BaseModel):
    """One event on its way to a webhook."""

    id: str = Field(description="Also its `webhook-id`, the same on each attempt.")
    event: str
    conversation_id: str | None
    status: Literal["waiting", "sending", "sent", "failed"]
    tries: int
    detail: str = Field(description="How the last try ended.")
    created_at: datetime
    due_at: datetime = Field(description="When the next try is due, while it waits.")
    finished_at: datetime | None


class AttemptView(BaseModel):
    at: datetime
    took_ms: int
    ok: bool
    status: int | None = Field(description="Of the answer; null where none came.")
    detail: str
    answer: str = Field(description="The first 20 kB of what came back.")


class DeliveryWhole(DeliveryRow):
    body: str | None = Field(description="What is posted; null for who may not read conversations.")
    attempts: list[AttemptView]


class ReplayWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: Moment = Field(description="Events from then on; at most 30 days ago.")
    until: Moment | None = Field(default=None, description="Events before then; now, when left out.")


class Replayed(BaseModel):
    count: int = Field(description="How many go out; at most 10,000 at a time, the oldest first.")


@route(
    ROUTES,
    "GET",
    LOG,
    permission="webhooks.read",
    summary="List what was sent to a webhook, the newest first.",
)
async def list_webhook_deliveries(
    ask: Asked,
    webhook_id: str,
    *,
    limit: Limit = 50,
    cursor: Cursor = "",
    status: Annotated[Status, Query(description="Only those of this status.")] = "",
    event: Annotated[EventName | Literal[""], Query(description="Only this event.")] = "",
) -> Page[DeliveryRow]:
    found = await read_one(ask, webhook_id)
    key, of = ask.program.cursor_key, f"{LOG} {ask.workspace} {found.id} {status} {event}"
    before = read_cursor(key, of, cursor)
    rows = await stored.list_deliveries(
        ask.workspace,
        ask.tx,
        found.id,
        before=int(before) if before else NEWEST,
        limit=limit + 1,
        status=status,
        event=event,
        within=ask.actor.assistant_ids,
    )
    return page(key, of, rows, limit, row_shown, position=lambda row: str(row.seq))


@route(
    ROUTES,
    "GET",
    LOG + "/{delivery_id}",
    permission="webhooks.read",
    summary="Read a delivery with its attempts.",
)
async def read_webhook_delivery(ask: Asked, webhook_id: str, delivery_id: str) -> DeliveryWhole:
    found = await read_one(ask, webhook_id)
    return await whole(ask, found.id, delivery_id)


@route(
    ROUTES,
    "POST",
    LOG + "/{delivery_id}/replay",
    permission="webhooks.write",
    summary="Send a delivery once more; one that waits for its next try has it now.",
    status=202,
)
async def replay_webhook_delivery(ask: Asked, webhook_id: str, delivery_id: str) -> DeliveryWhole:
    found = live(await read_one(ask, webhook_id, for_change=True))
    _refuse_off(enabled=found.enabled)
    wanted = parse("dlv", delivery_id)
    within = ask.actor.assistant_ids
    await stored.read_delivery(ask.workspace, ask.tx, found.id, wanted, within=within)
    if await stored.send_again(ask.workspace, ask.tx, found.id, wanted, within=within):
        await ask.record("webhook.replayed", found.id, after={"delivery": wanted})
        _wake(ask)
    return await whole(ask, found.id, wanted)


@route(
    ROUTES,
    "POST",
    ONE + "/replay",
    permission="webhooks.write",
    summary="Send what failed, and what waits for its next try, of the events since a moment at most 30 days ago.",
    status=202,
)
async def replay_webhook(ask: Asked, webhook_id: str, wanted: ReplayWanted) -> Replayed:
    found = live(await read_one(ask, webhook_id, for_change=True))
    _refuse_off(enabled=found.enabled)
    now = ask.program.clock.now()
    if not now - LONGEST_AGO <= wanted.since <= now:
        raise Refused("invalid", "Give a moment in the past, at most 30 days ago.", field="since")
    until = wanted.until or now
    count = await stored.catch_up(
        ask.workspace, ask.tx, found.id, since=wanted.since, until=until, within=ask.actor.assistant_ids
    )
    what: dict[str, object] = {"since": wanted.since.isoformat(), "until": until.isoformat(), "count": count}
    await ask.record("webhook.replayed", found.id, after=what)
    _wake(ask)
    return Replayed(count=count)


async def whole(ask: Ask, webhook_id: str, delivery_id: str) -> DeliveryWhole:
    """A delivery with its attempts, as far as the asker may see it."""
    row, attempts = await stored.read_delivery(
        ask.workspace,
        ask.tx,
        WebhookId(parse("hook", webhook_id)),
        parse("dlv", delivery_id),
        within=ask.actor.assistant_ids,
    )
    return DeliveryWhole(
        **row_shown(row).model_dump(),
        body=_body(ask.actor, row),
        attempts=[AttemptView(**{**asdict(one), "answer": readable(one.answer)}) for one in attempts],
    )


def _body(actor: Actor, row: stored.Logged) -> str | None:
    """A webhook says what a conversation says: that is for who may read conversations."""
    return row.body if actor.may("conversations.read") else None


def row_shown(row: stored.Logged) -> DeliveryRow:
    return DeliveryRow.model_validate(row, from_attributes=True)


def _wake(ask: Ask) -> None:
    """The jobs that wake the lanes are taken up at once, once they are committed."""
    if ask.program.at_work is not None:
        hints = ask.program.at_work[0].hints
        ask.after.append(partial(hints.touch, ask.workspace, jobs=True))


def _refuse_off(*, enabled: bool) -> None:
    if not enabled:
        raise Refused("invalid", "The webhook is switched off; switch it on first.")
