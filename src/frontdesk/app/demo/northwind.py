"""The assistant of the demo's shop, which answers out of articles about what the shop sells.

Each article is that of a page, so that the page a visitor is on decides whose "it" is meant.
"""

from typing import TYPE_CHECKING

import structlog

from frontdesk.app.demo.assistants import ensure_assistant
from frontdesk.app.demo.files import articles_of
from frontdesk.app.demo.shop.products import BRAND, PRODUCTS
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.library.importing import Wanted, import_files

if TYPE_CHECKING:
    from frontdesk.app.wiring import Running

EXAMPLE = "northwind-audio"
WIDGET = {
    "title": BRAND,
    "welcome_message": "Hello! How can I assist you today?",
    "starters": "Is it waterproof?\nHow long does the battery last?\nHow do I send something back?\nTalk to a person",
    "primary_color": "#1f4d3f",
}

log = structlog.get_logger()


async def ensure_shop(running: "Running", workspace: WorkspaceId, shop_url: str) -> AssistantId:
    """The shop's assistant with this release's example."""
    return await ensure_assistant(
        workspace, running.store, EXAMPLE, BRAND, env={"SHOP": shop_url}, widget=WIDGET
    )


async def tell_shop(running: "Running", workspace: WorkspaceId, shop_url: str) -> None:
    """Its articles, with the addresses at which the shop is found now. What was changed in them is as it comes along again."""
    files = articles_of(EXAMPLE)
    pages = {f"{each.slug}.md": f"{shop_url}/products/{each.slug}" for each in PRODUCTS}
    wanted = Wanted(EXAMPLE, url=lambda path: pages.get(path, f"{shop_url}/support"))
    at = running.line.clock.now()
    for report in await import_files(workspace, running.store, files, wanted, by="demo", at=at):
        if report.problem:
            log.warning("demo.article_not_taken_in", path=report.path, reason=report.problem)
