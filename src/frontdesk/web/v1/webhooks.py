"""`/api/v1/webhooks`: list, create, read, change, remove into the bin and out of it, replace the secret, test.

The secret is in the answer that makes it and in no other. What was sent is in `webhook_deliveries`.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.core import event as events
from frontdesk.core.errors import Refused
from frontdesk.core.ids import DeliveryId, parse
from frontdesk.core.redacted import Redacted
from frontdesk.kit.plugin_faults import Wrong
from frontdesk.kit.posting import WebAddress
from frontdesk.kit.signatures import new_secret
from frontdesk.kit.webhook import PURPOSE
from frontdesk.store import webhook_log, webhook_secrets
from frontdesk.store import webhooks as stored
from frontdesk.store.ids import mint
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.unlimited import refuse_limited
from frontdesk.web.v1.in_bin import FromBin, live
from frontdesk.web.v1.in_plan import in_plan

ROUTES: list[Route] = []
PATH = "/api/v1/webhooks"
ONE = PATH + "/{webhook_id}"
EventName = Literal[
    "conversation.created",
    "conversation.updated",
    "message.created",
    "handoff.requested",
    "feedback.received",
    "knowledge_base.query_failed",
    "alert.raised",
    "alert.over",
]


def _once_each(names: list[EventName]) -> list[EventName]:
    if not names:
        raise Wrong("no_events", "choose at least one event")
    return list(dict.fromkeys(names))


Url = Annotated[WebAddress, Field(max_length=2000, description="Where events are posted to.")]
Events = Annotated[
    list[EventName],
    AfterValidator(_once_each),
    Field(description="What it is told of.", json_schema_extra={"minItems": 1}),
]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class NewWebhook(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "url": "https://example.com/hooks/frontdesk",
                    "events": ["conversation.created", "message.created"],
                    "description": "Our CRM",
                }
            ]
        },
    )

    url: Url
    events: Events
    description: Description = ""
    enabled: bool = True


class WebhookChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Events | None = None
    description: Description | None = None
    enabled: bool | None = None


class WebhookView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_because: Literal["", "by_hand", "gone", "failing", "plan"] = Field(
        description="What switched it off: somebody, an answer 410, five days of nothing but failures, or the plan."
    )
    disabled_detail: str = Field(
        description="How the last attempt ended, where that switched it off; of a plan, which one, and what lifts it."
    )
    disabled_at: datetime | None
    failing_since: datetime | None = Field(
        description="Nothing has arrived since then; null while all is well."
    )
    held: bool = Field(
        description="So much waits for it that new events go to its log as failed, to be sent again later."
    )
    name: str = Field(description="What people call it: its description, or its address.")
    created_at: datetime
    deleted_at: datetime | None


class WebhookMade(WebhookView):
    secret: str = Field(description="Signs what is posted. Given now and never again.")


class Rotated(BaseModel):
    secret: str = Field(description="The new one. Given now and never again.")
    old_signs_until: datetime | None = Field(
        description="Until then the one before signs as well; null where there was none."
    )


class TestWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    event: EventName = "conversation.created"


class TestView(BaseModel):
    """How the test went; it is in the log like any other delivery."""

    ok: bool
    delivery_id: str
    status: int | None = Field(description="Of the answer; null where none came.")
    detail: str
    answer: str = Field(description="The first 20 kB of what came back.")
    took_ms: int
    sent: str = Field(description="The body that was posted.")


class OutgoingAddresses(BaseModel):
    addresses: list[str] = Field(
        description="Where our requests come from, as the operator of this installation says; empty when they did not."
    )


@route(ROUTES, "GET", PATH, permission="webhooks.read", summary="List webhooks.")
async def list_webhooks(
    ask: Asked, *, from_bin: FromBin = False, limit: Limit = 50, cursor: Cursor = ""
) -> Page[WebhookView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {from_bin}"
    after = read_cursor(key, of, cursor)
    rows = await stored.list_webhooks(ask.workspace, ask.tx, after=after, limit=limit + 1, from_bin=from_bin)
    return page(key, of, rows, limit, WebhookView.model_validate)


@route(ROUTES, "POST", PATH, permission="webhooks.write", summary="Create a webhook.", status=201)
async def create_webhook(ask: Asked, given: NewWebhook, response: Response) -> WebhookMade:
    _for_all_assistants(ask)
    _reachable(ask, given.url)
    if given.enabled:
        await in_plan(ask, "webhooks")
    made = await stored.create_webhook(
        ask.workspace,
        ask.tx,
        url=given.url,
        events=given.events,
        description=given.description,
        enabled=given.enabled,
    )
    secret = Redacted(new_secret())
    await webhook_secrets.keep_first(ask.workspace, ask.tx, ask.program.vault, made, secret)
    response.headers["Cache-Control"] = "no-store"
    found = await read_one(ask, made)
    await ask.record("webhook.created", made, after=_noted(found))
    response.headers["Location"] = f"{PATH}/{made}"
    view = _shown(found, response)
    return WebhookMade(**view.model_dump(), secret=secret.reveal())


@route(
    ROUTES,
    "GET",
    PATH + "/outgoing-addresses",
    permission="webhooks.read",
    summary="Read where requests to webhooks come from.",
)
async def read_outgoing_addresses(ask: Asked) -> OutgoingAddresses:
    return OutgoingAddresses(addresses=list(ask.program.outgoing_addresses))


@route(ROUTES, "GET", ONE, permission="webhooks.read", summary="Read a webhook.")
async def read_webhook(ask: Asked, webhook_id: str, response: Response) -> WebhookView:
    return _shown(await read_one(ask, webhook_id), response)


@route(ROUTES, "PATCH", ONE, permission="webhooks.write", summary="Change a webhook.")
async def update_webhook(
    ask: Asked, webhook_id: str, change: WebhookChange, expected: IfMatch, response: Response
) -> WebhookView:
    _for_all_assistants(ask)
    before = live(await read_one(ask, webhook_id, for_change=True), expected.refuse_unless)
    url = before.url if change.url is None else change.url
    if url != before.url:
        _reachable(ask, url)
    if change.enabled and not before.enabled:
        await in_plan(ask, "webhooks")
    await stored.update_webhook(
        ask.workspace,
        ask.tx,
        before.id,
        url=url,
        events=before.events if change.events is None else change.events,
        description=before.description if change.description is None else change.description,
        enabled=before.enabled if change.enabled is None else change.enabled,
    )
    after = await read_one(ask, webhook_id)
    await ask.record("webhook.updated", after.id, before=_noted(before), after=_noted(after))
    return _shown(after, response)


@route(ROUTES, "DELETE", ONE, permission="webhooks.write", summary="Put a webhook into the bin.", status=204)
async def delete_webhook(ask: Asked, webhook_id: str, expected: IfMatchOptional) -> None:
    found = live(await read_one(ask, webhook_id, for_change=True), expected.refuse_unless)
    await stored.put_in_bin(ask.workspace, ask.tx, found.id)
    await ask.record("webhook.deleted", found.id, before=_noted(found))


@route(
    ROUTES, "POST", ONE + "/restore", permission="webhooks.write", summary="Take a webhook out of the bin."
)
async def restore_webhook(ask: Asked, webhook_id: str, response: Response) -> WebhookView:
    _for_all_assistants(ask)
    found = await read_one(ask, webhook_id, for_change=True)
    if found.deleted_at is not None:
        if found.enabled:
            await in_plan(ask, "webhooks")
        await stored.restore_webhook(ask.workspace, ask.tx, found.id)
        await ask.record("webhook.restored", found.id)
    return _shown(await read_one(ask, webhook_id), response)


@route(
    ROUTES,
    "POST",
    ONE + "/rotate",
    permission="webhooks.write",
    summary="Replace the secret of a webhook; for 24 hours both sign.",
)
async def rotate_webhook(ask: Asked, webhook_id: str, response: Response) -> Rotated:
    _for_all_assistants(ask)
    found = live(await read_one(ask, webhook_id, for_change=True))
    secret = Redacted(new_secret())
    until = await webhook_secrets.rotate(
        ask.workspace, ask.tx, ask.program.vault, found.id, secret=secret, now=ask.program.clock.now()
    )
    await ask.record("webhook.rotated", found.id)
    response.headers["Cache-Control"] = "no-store"
    return Rotated(secret=secret.reveal(), old_signs_until=until)


@route(ROUTES, "POST", ONE + "/test", permission="webhooks.write", summary="Send a test to a webhook.")
async def try_webhook(ask: Asked, webhook_id: str, wanted: TestWanted) -> TestView:
    """Sent at once, also while the webhook is switched off; its ids name nothing."""
    found = live(await read_one(ask, webhook_id))
    body = sample(wanted.event, ask.program.clock.now())
    delivery_id = DeliveryId(mint("dlv"))
    came = await ask.aside(ask.program.try_webhook(ask.workspace, found.id, delivery_id, body))
    found = live(await read_one(ask, webhook_id))
    took_ms = came.took_ms or 0
    test = webhook_log.TestSent(
        delivery_id, wanted.event, body, came.ok, came.detail, took_ms, came.status, came.answer
    )
    await webhook_log.note_test(ask.workspace, ask.tx, found.id, test)
    await ask.record("webhook.tested", found.id, after={"ok": came.ok})
    return TestView(
        ok=came.ok,
        delivery_id=delivery_id,
        status=came.status,
        detail=came.detail,
        answer=readable(came.answer),
        took_ms=took_ms,
        sent=body.decode(),
    )


def sample(name: EventName, at: datetime) -> bytes:
    """An event as it would be posted, about a conversation that there is not."""
    conversation, visitor = mint("conv"), mint("vis")
    data: dict[str, events.Event] = {
        "conversation.created": events.ConversationCreated(
            conversation,
            visitor,
            "https://example.com/products",
            "Chrome",
            "desktop",
            "Do you offer international shipping?",
        ),
        "conversation.updated": events.ConversationUpdated(
            conversation, visitor, "queued", "bot", mint("asst")
        ),
        "message.created": events.MessageCreated(
            conversation, visitor, mint("msg"), 1, "visitor", "This is a test."
        ),
        "handoff.requested": events.HandoffRequested(
            conversation, visitor, last_message="I want to talk to a person."
        ),
        "feedback.received": events.FeedbackReceived(conversation, visitor, 5, 5, "This is a test."),
        "knowledge_base.query_failed": events.KnowledgeBaseQueryFailed(
            conversation, visitor, "Do you ship to the moon?", "en"
        ),
        "alert.raised": events.AlertRaised(mint("alert"), "backlog", 120, 100),
        "alert.over": events.AlertOver(mint("alert"), "backlog", at.astimezone(UTC).isoformat()),
    }
    return events.envelope(name, at.astimezone(UTC), data[name])


def readable(answer: bytes) -> str:
    """What came back as text that JSON and pages can carry."""
    return answer.decode("utf-8", "replace").replace("\0", "\ufffd")


async def read_one(ask: Ask, webhook_id: str, *, for_change: bool = False) -> stored.Webhook:
    return await stored.read_webhook(ask.workspace, ask.tx, parse("hook", webhook_id), for_change=for_change)


def _for_all_assistants(ask: Ask) -> None:
    """A webhook is told of the conversations of every assistant."""
    refuse_limited(
        ask.actor, "A webhook is told of all assistants: a key that is for some of them cannot set one."
    )


def _reachable(ask: Ask, url: str) -> None:
    try:
        ask.program.foresee(url, PURPOSE)
    except Refused as error:
        raise Refused(error.code, error.message, field="url") from None


def _shown(found: stored.Webhook, response: Response) -> WebhookView:
    set_etag(response, found.row_version)
    return WebhookView.model_validate(found)


def _noted(found: stored.Webhook) -> dict[str, object]:
    return {
        "url": found.url,
        "events": found.events,
        "description": found.description,
        "enabled": found.enabled,
    }
