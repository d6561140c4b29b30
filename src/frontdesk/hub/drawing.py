"""Has a picture drawn by the first service that has a model for it. Called by commands and by the API."""

import time

from frontdesk.core.ids import WorkspaceId
from frontdesk.hub import asking
from frontdesk.hub.asking import Whose
from frontdesk.hub.context import Hub
from frontdesk.nlu.masking import Mask
from frontdesk.ports.chat_model import Failed
from frontdesk.ports.image_model import Drawn, ImageModel, ImageRequest, Size
from frontdesk.store import ai_services, ai_usage
from frontdesk.store.ai_services import AiService
from frontdesk.store.ai_usage import Asked, Cost, Held

WITHIN_S = 120.0
MAX_PROMPT = 4_000


async def draw(
    hub: Hub, whose: Whose, prompt: str, *, size: Size = "square", service: str = ""
) -> Drawn | Failed:
    """The picture, by the named service or else the first that draws; personal data in `prompt` does not leave."""
    chosen = await _chosen(hub, whose.workspace, service)
    if isinstance(chosen, Failed):
        return chosen
    found, image = chosen
    settings = await asking.revealed(hub, whose.workspace, found)
    request = ImageRequest(found.models.image, Mask().hide(prompt)[:MAX_PROMPT], size, WITHIN_S)
    asked = Asked(hub.clock.now(), found.id, request.model, "image", asking.tokens(request.prompt), 0)
    async with hub.store.unit_of_work(whose.workspace) as tx:
        limits = await ai_services.read_limits(whose.workspace, tx)
        held = await ai_usage.hold(whose.workspace, tx, asked, found.limits, limits)
    if not isinstance(held, Held):
        return Failed("quota", f"the limit {held} is reached")
    started = time.monotonic()
    came = await image.draw(settings, request)
    outcome = came.trouble if isinstance(came, Failed) else "ok"
    took_ms = round((time.monotonic() - started) * 1000)
    cost = Cost(outcome, asked.prompt_tokens, 0, is_estimate=True, cost_micros=0, took_ms=took_ms)
    async with hub.store.unit_of_work(whose.workspace) as tx:
        await ai_usage.settle(whose.workspace, tx, held, cost)
    return came


async def _chosen(hub: Hub, workspace: WorkspaceId, wanted: str) -> tuple[AiService, ImageModel] | Failed:
    async with hub.store.unit_of_work(workspace) as tx:
        if wanted:
            services = [await ai_services.read_service(workspace, tx, wanted)]
        else:
            services = await ai_services.list_services(workspace, tx)
    for service in services:
        kind = hub.kinds.get(service.kind)
        if service.enabled and service.models.image and kind is not None and kind.image is not None:
            return service, kind.image
    return Failed("misconfigured", "no AI service is set up that draws")
