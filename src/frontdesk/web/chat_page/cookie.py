"""The cookie of the chat page without scripts: a visitor's token, for one assistant, set when they write and not before."""

import re

from starlette.requests import Request

from frontdesk.web.cookies import cookie_in

MAX_AGE_S = 365 * 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}", re.ASCII)


def name_of(assistant_id: str) -> str:
    """Browsers take such a name from https and from this machine only, for this host alone and every path."""
    return f"__Host-chat-{assistant_id}"


def token_in(request: Request, assistant_id: str) -> str:
    """Empty where the browser shows none."""
    found = cookie_in(request.scope, name_of(assistant_id))
    return found if _TOKEN.fullmatch(found) else ""


def cookie_with(assistant_id: str, token: str) -> str:
    """The header's value; without a token the browser forgets the one it has. Links of other sites lead into the conversation,
    their forms do not."""
    age = MAX_AGE_S if token else 0
    return f"{name_of(assistant_id)}={token}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax"
