"""Has a picture drawn by the first service that can. Called by commands and by the API.

service: resting? --no--> held in the budget --> asked --picture--> settled with its price, done
                                                   `--otherwise--> settled, next service
"""

import time

from frontdesk.core.ids import WorkspaceId
from frontdesk.hub import asking
from frontdesk.hub.asking import Spent, Whose
from frontdesk.hub.context import Hub
from frontdesk.nlu.masking import Mask
from frontdesk.ports.chat_model import Failed, Usage
from frontdesk.ports.image_model import Drawn, ImageModel, ImageRequest, Size
from frontdesk.store import ai_services, ai_usage
from frontdesk.store.ai_services import AiService
from frontdesk.store.ai_usage import Asked, Cost, Held

WITHIN_S = 120.0
MAX_PROMPT = 4_000
MICRO = 1_000_000


async def draw(
    hub: Hub, whose: Whose, prompt: str, *, size: Size = "square", service: str = ""
) -> Drawn | Failed:
    """The picture, by the named service or else by each that draws in turn; personal data in `prompt` does not leave."""
    until = time.monotonic() + WITHIN_S
    hidden = Mask().hide(prompt)[:MAX_PROMPT]
    nothing = f"{service} draws nothing" if service else "no AI service is set up that draws"
    told = "switched on, with a model for pictures (`frontdesk ai change NAME --model image=MODEL`), of a kind that draws"
    failed = Failed("misconfigured", f"{nothing}: it takes one that is {told}")
    for found, image in await _that_draw(hub, whose.workspace, service):
        left_s = until - time.monotonic()
        if left_s < asking.LEAST_S:
            break
        request = ImageRequest(found.models.image, hidden, size, left_s)
        came = await _asked(hub, whose, request, found, image)
        if isinstance(came, Drawn):
            return came
        failed = came
        if came.trouble == "blocked":
            break
    return failed


async def _that_draw(hub: Hub, workspace: WorkspaceId, wanted: str) -> list[tuple[AiService, ImageModel]]:
    async with hub.store.unit_of_work(workspace) as tx:
        if wanted:
            services = [await ai_services.read_service(workspace, tx, wanted)]
        else:
            services = await ai_services.list_services(workspace, tx)
    found: list[tuple[AiService, ImageModel]] = []
    for service in services:
        kind = hub.kinds.get(service.kind)
        if service.enabled and service.models.image and kind is not None and kind.image is not None:
            found.append((service, kind.image))
    return found


async def _asked(
    hub: Hub, whose: Whose, request: ImageRequest, service: AiService, image: ImageModel
) -> Drawn | Failed:
    # Its own rest: an image model that is not there says nothing of those that write.
    resting = f"{service.id} image"
    if (why := hub.resting.refuses(resting, service.row_version)) is not None:
        return Failed(why, f"not asked: {why} a moment ago")
    came = await _paid(hub, whose, request, service, image)
    if isinstance(came, Drawn):
        hub.resting.answered(resting)
    elif came.trouble not in asking.OF_THE_QUESTION and not isinstance(came, Spent):
        hub.resting.failed(resting, service.row_version, came)
    return came


async def _paid(
    hub: Hub, whose: Whose, request: ImageRequest, service: AiService, image: ImageModel
) -> Drawn | Failed:
    settings = await asking.revealed(hub, whose.workspace, service)
    asked = Asked(
        hub.clock.now(),
        service.id,
        request.model,
        whose.purpose,
        asking.tokens(request.prompt),
        0,
        whose.assistant_id,
        whose.conversation_id,
    )
    async with hub.store.unit_of_work(whose.workspace) as tx:
        limits = await ai_services.read_limits(whose.workspace, tx)
        held = await ai_usage.hold(whose.workspace, tx, asked, service.limits, limits)
    if not isinstance(held, Held):
        return Spent("quota", f"the limit {held} is reached")
    started = time.monotonic()
    came: Drawn | Failed = Failed("unavailable", "given up", begun=True)
    try:
        came = await image.draw(settings, request)
    finally:
        took_ms = round((time.monotonic() - started) * 1000)
        await asking.settle(hub, whose, held, _cost(service, asked, came, took_ms))
    return came


def _cost(service: AiService, asked: Asked, came: Drawn | Failed, took_ms: int) -> Cost:
    """A picture has a price of its own; its tokens are the service's own count where it gives one."""
    price = round(service.limits.price_image * MICRO)
    if isinstance(came, Failed) and not came.begun:
        return Cost(came.trouble, 0, 0, is_estimate=True, cost_micros=0, took_ms=took_ms)
    usage = came.usage if isinstance(came, Drawn) else None
    told = usage is not None and asking.can_be(usage)
    if usage is None or not told:
        usage = Usage(asked.prompt_tokens, 0)
    outcome = came.trouble if isinstance(came, Failed) else "ok"
    return Cost(
        outcome,
        usage.prompt_tokens,
        usage.answer_tokens,
        is_estimate=not told,
        cost_micros=price,
        took_ms=took_ms,
    )
