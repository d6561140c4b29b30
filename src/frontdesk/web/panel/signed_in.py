"""Who looks at a page of the panel: their name, what they may do, and how they want pages to look."""

from dataclasses import dataclass

from starlette.requests import Request

from frontdesk.store.accounts import read_account
from frontdesk.web.exchange import exchange_of
from frontdesk.web.panel.texts import preferred


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person in front of the page.

    Attributes:
        theme: `system`, `light` or `dark`.
        csrf: Goes along with every unsafe request of their session; empty when no session is needed.
    """

    account_id: str
    name: str
    role: str
    language: str
    theme: str
    csrf: str
    time_zone: str = "UTC"


async def viewer(request: Request) -> Viewer:
    """Whoever asked for the page; the registrar has admitted them."""
    exchange = exchange_of(request)
    actor, session = exchange.actor, exchange.session
    language = preferred(request.headers.get("accept-language", ""))
    if session is None:
        return Viewer(actor.id, actor.name, "admin", language, "system", "")
    # Read anew: what the session remembers may be a second old, and a page shows what was just saved.
    async with exchange.program.store.unit_of_work(actor.workspace) as tx:
        account = await read_account(actor.workspace, tx, actor.id)
    return Viewer(
        actor.id,
        account.name,
        account.role,
        account.language or language,
        account.theme,
        session.csrf,
        account.time_zone or "UTC",
    )
