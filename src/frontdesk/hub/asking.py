"""Has a question answered by a language model: service after service in their order, within time and budgets.

service: resting? --no--> held in the budget --> asked --answered--> settled, done
                                                   |--quick and passing trouble, may be waited for--> asked once more
                                                   `--otherwise--> settled, next service
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import structlog

from frontdesk.core import spans
from frontdesk.core.errors import Bug, Unavailable
from frontdesk.core.ids import AssistantId, ConversationId, WorkspaceId
from frontdesk.core.meter import AI_CALLS, AI_FALLBACKS, AI_SECONDS, AI_TOKENS
from frontdesk.hub.context import Hub
from frontdesk.hub.router import Tier
from frontdesk.nlu import masking
from frontdesk.ports.chat_model import (
    ChatMessage,
    ChatRequest,
    Delta,
    Ended,
    Failed,
    Finish,
    Piece,
    Tool,
    ToolCall,
    Usage,
)
from frontdesk.store import ai_services, ai_usage
from frontdesk.store.ai_services import AiService, Rests, WorkspaceLimits
from frontdesk.store.ai_usage import Asked, Cost, Held
from frontdesk.store.secrets import reveal_secrets
from frontdesk.store.tx import Tx

log = structlog.get_logger()

BYTES_A_TOKEN = 3
"""Fewer than real texts have, so that estimates err upwards."""
TOKENS_A_MESSAGE = 8
CHARACTERS_A_TOKEN = 12
"""An answer with more than this for each token it was allowed is cut off: the service does not keep the limit."""
LEAST_S = 0.5
MOST_TOKENS = 10_000_000
"""More than any model takes or gives; a service that counts more than that has miscounted."""
_UNSEEN = dict.fromkeys(
    [
        *range(0x09), 0x0B, 0x0C, *range(0x0D, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000),
        *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE0E), *range(0xE0000, 0xE01F0), *masking.UNSEEN,
    ]
)  # fmt: skip
"""Control characters, marks that turn the direction of writing, tags, letters of no width."""
_PASSING = frozenset({"unavailable", "rate_limited"})
OF_THE_QUESTION = frozenset({"blocked", "too_long"})
"""Trouble that another question will not meet."""
_FIRST_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Whose:
    """For whom it is asked, and what for: `write`, `agent`, `test`. `hears` is told all that is written so far."""

    workspace: WorkspaceId
    purpose: str
    assistant_id: AssistantId | None = None
    conversation_id: ConversationId | None = None
    hears: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`until` is the time of `time.monotonic` at which whoever asks stops waiting."""

    messages: tuple[ChatMessage, ...]
    tier: Tier
    until: float
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    text: str
    calls: tuple[ToolCall, ...]
    finish: Finish
    service: str
    model: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No service answered; `reason` in words for the author, `budget` when a limit of the workspace is why."""

    reason: str
    budget: bool = False


@dataclass(frozen=True, slots=True)
class Spent(Failed):
    """A limit that was set here would be passed; the service itself is well."""


@dataclass(slots=True)
class _Heard:
    """What came of one request."""

    text: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    ended: Ended | None = None
    failed: Failed | None = None

    @property
    def size(self) -> int:
        return sum(map(len, self.text)) + sum(len(str(call.arguments)) for call in self.calls)

    def take(self, piece: Piece) -> None:
        match piece:
            case Delta(text):
                self.text.append(text)
            case ToolCall():
                self.calls.append(piece)
            case Ended():
                self.ended = piece
            case Failed():
                self.failed = piece


def until(hub: Hub, turn: str) -> float:
    """The moment at which all that is asked in a turn is given up; the customer waits for the turn as a whole."""
    return hub.deadlines.until(turn, hub.settings.within_s)


def seen(text: str) -> str:
    """A model's words without letters that nobody sees: they carry data, turn lines round, or cannot be stored."""
    return text.translate(_UNSEEN)


async def ask(hub: Hub, whose: Whose, question: Question) -> Answered | Unanswered:
    """The first service's answer that is one; trouble of services is an outcome, never an exception."""
    try:
        return await _ask(hub, whose, question)
    except Unavailable as error:
        return Unanswered(error.message)


async def _ask(hub: Hub, whose: Whose, question: Question) -> Answered | Unanswered:
    async with hub.store.unit_of_work(whose.workspace) as tx:
        services = await ai_services.list_services(whose.workspace, tx)
        limits = await ai_services.read_limits(whose.workspace, tx)
    reasons: list[str] = []
    failed_kind = ""
    for service in services:
        model = _model(service, question.tier)
        if not service.enabled or not model:
            continue
        if failed_kind:
            AI_FALLBACKS.add(failed_kind)
        came = await _ask_one(hub, whose, question, service, limits)
        if not isinstance(came, Failed):
            return came
        reasons.append(f"{service.name}: {came.detail or came.trouble}")
        failed_kind = service.kind
        if came.trouble == "blocked":
            break
    return Unanswered("; ".join(reasons) or "no AI service is set up")


async def try_out(hub: Hub, whose: Whose, request: ChatRequest, service: AiService) -> Answered | Failed:
    """One question to this service and no other, also while it rests; it is paid for like any other."""
    settings = await revealed(hub, whose.workspace, service)
    async with hub.store.unit_of_work(whose.workspace) as tx:
        limits = await ai_services.read_limits(whose.workspace, tx)
    came = await _paid(hub, whose, request, service, (limits, settings))
    return Failed("quota", came.reason) if isinstance(came, Unanswered) else came


def _model(service: AiService, tier: Tier) -> str:
    models = service.models
    wanted = (models.complex, models.standard) if tier == "complex" else (models.standard, models.complex)
    return wanted[0] or wanted[1]


async def _ask_one(
    hub: Hub, whose: Whose, question: Question, service: AiService, limits: WorkspaceLimits
) -> Answered | Unanswered | Failed:
    kind = hub.kinds.get(service.kind)
    if kind is None:
        return Failed("misconfigured", "its plug-in is not installed")
    resting = hub.resting.refuses(service.id, service.row_version)
    if resting is not None:
        return Failed(resting, f"not asked: {resting} a moment ago")
    settings = await revealed(hub, whose.workspace, service)
    failed = Failed("unavailable", "no time was left")
    for attempt in range(hub.settings.attempts):
        left_s = question.until - time.monotonic()
        if left_s < LEAST_S:
            return failed
        request = ChatRequest(
            model=_model(service, question.tier),
            messages=question.messages,
            tools=question.tools,
            max_tokens=service.limits.answer_tokens,
            timeout_s=left_s,
            idle_s=min(hub.settings.idle_s, left_s),
        )
        asked_at = time.monotonic()
        came = await _paid(hub, whose, request, service, (limits, settings))
        if not isinstance(came, Failed):
            return came
        failed = came
        is_quick = time.monotonic() - asked_at < hub.settings.quick_s and not failed.timed_out
        pause_s = _pause_s(hub, failed, attempt) if is_quick else None
        if pause_s is None or time.monotonic() + pause_s + LEAST_S > question.until:
            break
        await hub.wait(pause_s)
    if failed.trouble not in OF_THE_QUESTION and not isinstance(failed, Spent):
        rests = hub.resting.failed(service.id, service.row_version, failed)
        if rests is not None:
            await _note(hub, whose, service, rests)
    return failed


async def _note(hub: Hub, whose: Whose, service: AiService, rests: Rests | None) -> None:
    """Have it shown to people that the service is left alone, or that it answers again."""
    try:
        async with hub.store.unit_of_work(whose.workspace) as tx:
            await ai_services.note_rest(whose.workspace, tx, service, rests)
    except Unavailable:
        log.warning("ai.rest_not_noted", service=service.id)


def _pause_s(hub: Hub, failed: Failed, attempt: int) -> float | None:
    """How long to wait before asking the same service once more; None to go on to the next one."""
    if failed.trouble not in _PASSING or attempt + 1 >= hub.settings.attempts:
        return None
    if failed.retry_after_s is not None:
        return failed.retry_after_s if failed.retry_after_s <= hub.settings.wait_s else None
    # Without a word about when, a limit will not have passed in a moment.
    return None if failed.trouble == "rate_limited" else _FIRST_PAUSE_S * (0.5 + hub.chance())


async def _paid(
    hub: Hub,
    whose: Whose,
    request: ChatRequest,
    service: AiService,
    given: tuple[WorkspaceLimits, Mapping[str, object]],
) -> Answered | Unanswered | Failed:
    limits, settings = given
    asked = Asked(
        hub.clock.now(),
        service.id,
        request.model,
        whose.purpose,
        estimate(request),
        request.max_tokens,
        whose.assistant_id,
        whose.conversation_id,
    )
    async with hub.store.unit_of_work(whose.workspace) as tx:
        held = await ai_usage.hold(whose.workspace, tx, asked, service.limits, limits)
    if not isinstance(held, Held):
        log.info("ai.limit", workspace=whose.workspace, service=service.id, limit=held)
        if held.startswith("service"):
            return Spent("quota", f"the limit {held} is reached")
        return Unanswered(f"the limit {held} is reached", budget=True)
    started = time.monotonic()
    heard = _Heard(failed=Failed("unavailable", "given up", begun=True))
    with spans.span("model", span_kind="client", kind=service.kind, service=service.id) as span:
        try:
            heard = await _listen(hub, whose, settings, request, service)
        finally:
            took_ms = round((time.monotonic() - started) * 1000)
            cost = _cost(service, request, heard, took_ms)
            _count(service.kind, cost)
            span.tell(outcome=cost.outcome, tokens_in=cost.prompt_tokens, tokens_out=cost.answer_tokens)
            await settle(hub, whose, held, cost)
    came = _judged(service, request, heard)
    rested = service.rests is not None and service.rests.until <= hub.clock.now()
    # One that rests still does so for the process that noted it, whoever else it has answered meanwhile.
    if isinstance(came, Answered) and (hub.resting.answered(service.id) or rested):
        await _note(hub, whose, service, None)
    return came


async def _listen(
    hub: Hub, whose: Whose, settings: Mapping[str, object], request: ChatRequest, service: AiService
) -> _Heard:
    heard = _Heard()
    kind = hub.kinds[service.kind]
    try:
        # Around the whole: a plug-in may need several requests, a token first, say, each with a time of its own.
        async with (
            asyncio.timeout(request.timeout_s),
            aclosing(kind.chat.chat(settings, request)) as pieces,
        ):
            async for piece in pieces:
                heard.take(piece)
                if whose.hears is not None and isinstance(piece, Delta):
                    whose.hears(seen("".join(heard.text)))
                if heard.size > request.max_tokens * CHARACTERS_A_TOKEN:
                    heard.failed = Failed("malformed", "the answer is longer than was asked for")
                    break
    except TimeoutError:
        told = f"no complete answer within {round(request.timeout_s, 1):g} s"
        heard.failed = Failed("unavailable", told, begun=True, timed_out=True)
    if heard.ended is None and heard.failed is None:
        raise Bug(f"the plug-in {service.kind} ended an answer without saying how")
    return heard


def _judged(service: AiService, request: ChatRequest, heard: _Heard) -> Answered | Failed:
    failed, ended = heard.failed, heard.ended
    text = seen("".join(heard.text))
    if failed is None and ended is not None and not heard.calls and not text.strip():
        failed = Failed("malformed", "the answer is empty")
    if failed is not None or ended is None:
        failed = failed or Failed("unavailable")
        log.warning("ai.failed", service=service.id, trouble=failed.trouble)
        return failed
    model = ended.model or request.model
    return Answered(text, tuple(heard.calls), ended.finish, service.name, model)


def _cost(service: AiService, request: ChatRequest, heard: _Heard, took_ms: int) -> Cost:
    usage = heard.ended.usage if heard.ended is not None else None
    told = usage is not None and can_be(usage)
    if usage is None or not told:
        # What was never begun cost nothing; what was cut off cost what had come.
        begun = (
            heard.text
            or heard.calls
            or heard.ended is not None
            or (heard.failed is not None and heard.failed.begun)
        )
        answer = tokens("".join(heard.text)) + sum(tokens(str(call.arguments)) for call in heard.calls)
        usage = Usage(estimate(request) if begun else 0, answer + TOKENS_A_MESSAGE * len(heard.calls))
    limits = service.limits
    cost = usage.prompt_tokens * limits.price_in + usage.answer_tokens * limits.price_out
    outcome = "ok" if heard.failed is None else heard.failed.trouble
    return Cost(outcome, usage.prompt_tokens, usage.answer_tokens, not told, round(cost), took_ms)


def _count(kind: str, cost: Cost) -> None:
    AI_CALLS.add(kind, cost.outcome)
    AI_SECONDS.took(kind, seconds=cost.took_ms / 1000)
    AI_TOKENS.add(kind, "in", by=cost.prompt_tokens)
    AI_TOKENS.add(kind, "out", by=cost.answer_tokens)


def can_be(usage: Usage) -> bool:
    """Whether a service's own count is to be believed: none is asked or answers for nothing."""
    return 0 < usage.prompt_tokens <= MOST_TOKENS and 0 < usage.answer_tokens <= MOST_TOKENS


async def settle(hub: Hub, whose: Whose, held: Held, cost: Cost) -> None:
    try:
        async with hub.store.unit_of_work(whose.workspace) as tx:
            await ai_usage.settle(whose.workspace, tx, held, cost)
    except Unavailable:
        # The estimate stays in its place, which counts too much rather than too little.
        log.warning("ai.not_settled", use=held.id)


async def revealed(hub: Hub, workspace: WorkspaceId, service: AiService) -> dict[str, object]:
    """The service's settings with its secrets in place."""
    async with hub.store.unit_of_work(workspace) as tx:
        return await revealed_in(hub, workspace, tx, service)


async def revealed_in(hub: Hub, workspace: WorkspaceId, tx: Tx, service: AiService) -> dict[str, object]:
    """The same inside of a transaction."""
    found = await reveal_secrets(workspace, tx, hub.vault, service.id, list(service.secret_names))
    return {**service.settings, **{name: secret.reveal() for name, secret in found.items()}}


def estimate(request: ChatRequest) -> int:
    """Tokens of the prompt, rather too many."""
    texts = [message.text for message in request.messages]
    texts += [str(call.arguments) for message in request.messages for call in message.wants]
    texts += [f"{tool.name}{tool.description}{tool.parameters}" for tool in request.tools]
    return sum(tokens(text) + TOKENS_A_MESSAGE for text in texts)


def tokens(text: str) -> int:
    return -(-len(text.encode()) // BYTES_A_TOKEN)


def again(question: Question, *more: ChatMessage) -> Question:
    """The same, told more."""
    return replace(question, messages=(*question.messages, *more))
