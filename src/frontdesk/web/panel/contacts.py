"""`/panel/contacts`: everybody who wrote: found by name, address, number or company, latest known first."""

from urllib.parse import urlencode

from starlette.responses import Response

from frontdesk.store.contact_lists import LONGEST_WORD
from frontdesk.web.cursor import Page
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import contacts as api

ROUTES: list[Route] = []
PATH = "/panel/contacts"
A_PAGE = 50


async def whole_page(ask: Ask, q: str, limit: int, cursor: str = "") -> Page[api.ContactView]:
    """As many as there are to show, however many are looked through for them: nobody wants to turn empty pages."""
    found = await api.list_contacts(ask, q, limit, cursor)
    while found.next_cursor and len(found.data) < limit:
        more = await api.list_contacts(ask, q, limit - len(found.data), found.next_cursor)
        found = Page(data=found.data + more.data, next_cursor=more.next_cursor)
    return found


@opens(ROUTES, "GET", PATH, menu="contacts", permission="contacts.read", summary="The page Contacts.")
async def contacts_page(visit: Visit) -> Response:
    query = visit.request.query_params
    q = query.get("q", "")[:LONGEST_WORD]
    async with visit.asking() as ask:
        found = await whole_page(ask, q, A_PAGE, query.get("cursor", ""))
    more = {**({"q": q} if q else {}), "cursor": found.next_cursor} if found.next_cursor else {}
    values = {"rows": found.data, "q": q, "later": f"{PATH}?{urlencode(more)}" if more else ""}
    return await visit.show("contacts.html", values)
