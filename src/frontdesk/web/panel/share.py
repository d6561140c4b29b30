"""`/share`: a conversation as text, for whoever has its link; nothing to answer with, no notes, no sign-in.

What is in the address is looked up by its hash. An address that is wrong, over or ended leads to one and the same page.
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.contact import called
from frontdesk.core.message import Author, written_out
from frontdesk.core.permission import PUBLIC
from frontdesk.store import messages
from frontdesk.store.messages import Message
from frontdesk.store.share_links import Shared, find_share
from frontdesk.store.threads import read_thread
from frontdesk.turn.links import SHARE, hash_of
from frontdesk.web.exchange import exchange_of
from frontdesk.web.panel.pages import page
from frontdesk.web.panel.texts import preferred
from frontdesk.web.route import Route, route

ROUTES: list[Route] = []
MOST_MESSAGES = 500
_CAPABILITY = re.compile(r"[a-z2-7]{52}", re.ASCII)
_SAID: tuple[Author, ...] = ("contact", "bot", "operator", "event")


@route(ROUTES, "GET", SHARE, permission=PUBLIC, summary="A shared conversation.", raw=True, quiet=True)
async def shared_conversation(request: Request) -> Response:
    store = exchange_of(request).program.store
    language = preferred(request.headers.get("accept-language", ""))
    given = request.query_params.get("thread", "")
    shared = await find_share(store, hash_of(given)) if _CAPABILITY.fullmatch(given) else None
    thread = None if shared is None else await read_thread(shared.workspace, store, shared.conversation_id)
    if shared is None or thread is None:
        return _kept_quiet(page("share_over.html", {}, status=404, language=language))
    said, more = await _said(request, shared)
    values = {
        "called": called(thread.known, thread.external_id),
        "until": shared.expires_at,
        "messages": [
            {"author": one.author, "text": written_out(one.parts), "at": one.created_at} for one in said
        ],
        "more": more,
    }
    return _kept_quiet(page("share.html", values, language=language))


async def _said(request: Request, shared: Shared) -> tuple[list[Message], bool]:
    """The last messages of the talk, and whether there are earlier ones."""
    store = exchange_of(request).program.store
    found = await messages.latest(
        shared.workspace, store, shared.conversation_id, MOST_MESSAGES + 1, authors=_SAID
    )
    return found[-MOST_MESSAGES:], len(found) > MOST_MESSAGES


def _kept_quiet(response: Response) -> Response:
    """The address is the key: no other site is told of it, and no search engine keeps what it shows."""
    response.headers["referrer-policy"] = "no-referrer"
    response.headers["x-robots-tag"] = "noindex, nofollow, noarchive"
    return response
