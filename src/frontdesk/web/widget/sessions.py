"""How a browser comes to the token of a visitor: as somebody new, as the one it was, or as somebody its page vouches for.

Of who only looks nothing is kept: a session begins with the first message, or when somebody who is signed in opens the
window, since what they said on another device is theirs here too. One who signs in is never taken for the visitor who wrote
before in the same browser: nobody can tell that they are one person.
"""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.store import visitors
from frontdesk.store.directory import Entrance
from frontdesk.store.secrets import Vault
from frontdesk.turn.line import Line
from frontdesk.web.body import decode, read_body
from frontdesk.web.widget.gate import Gate, token_of
from frontdesk.web.widget.identity import Identities, SignedIn, joined
from frontdesk.web.widget.talk import json_of

MOST_BYTES = 16_000
PROVED_FOR = timedelta(days=1)
"""How long a visitor stays signed in without their page saying so again."""


class Sessions:
    """The endpoint, for every assistant. `key`: of visitors' tokens."""

    def __init__(self, line: Line, gate: Gate, vault: Vault, *, key: bytes) -> None:
        self._line, self._gate, self._key = line, gate, key
        self._identities = Identities(line, vault)

    async def session(self, request: Request) -> Response:
        """A new visitor's token; to one who has one, that or the one that takes its place."""
        at = await self._gate.entrance(request)
        given = await _given(request)
        if "user" not in given:
            return await self._unsigned(request, at)
        if given["user"] is None:
            return await self._left(request, at)
        try:
            said = await self._identities.proved(at, given["user"])
        except Refused:
            # Who guesses is held back.
            self._gate.count_refusal(request, at)
            raise
        return await self._signed_in(request, at, said)

    async def _unsigned(self, request: Request, at: Entrance) -> Response:
        token, store = token_of(request), self._line.store
        if token:
            found = await self._gate.visitor(request, at)
            good = await visitors.next_token(at.workspace, store, found, token, self._key)
            await visitors.note_seen(at.workspace, store, found)
            return json_of({"token": good.reveal(), "visitor": found.external_id})
        self._gate.refuse_unsigned(at)
        self._gate.count_session(request)
        made, secret = await visitors.make(at.workspace, store, at.channel_id, at.assistant_id)
        return json_of({"token": secret.reveal(), "visitor": made.external_id}, status=201)

    async def _signed_in(self, request: Request, at: Entrance, said: SignedIn) -> Response:
        store, token = self._line.store, token_of(request)
        found = await self._gate.known(request, at)
        if found is not None and found.user_id == said.user_id:
            about = joined(found.about, said.about, vouched=said.vouched)
            good = await visitors.next_token(at.workspace, store, found, token, self._key)
            await visitors.note_seen(at.workspace, store, found)
        else:
            self._gate.count_session(request)
            about = said.about
            found, good = await visitors.make(
                at.workspace,
                store,
                at.channel_id,
                at.assistant_id,
                about=about,
                user_id=said.user_id,
                proved_for=PROVED_FOR,
            )
        await visitors.introduce(
            at.workspace,
            store,
            at.channel_id,
            found,
            about,
            is_proved=said.vouched,
            proved_for=PROVED_FOR,
        )
        return json_of({"token": good.reveal(), "visitor": found.external_id})

    async def _left(self, request: Request, at: Entrance) -> Response:
        """Who was signed in is so no more; the token of one who was not is left as it is."""
        found = await self._gate.known(request, at)
        if found is not None and found.user_id:
            await visitors.end(at.workspace, self._line.store, found)
        return json_of({})


async def _given(request: Request) -> dict[str, object]:
    body = await read_body(request, MOST_BYTES)
    given = await decode(body) if body.strip() else {}
    if not isinstance(given, dict):
        raise Refused("bad_request", "The body has to be a JSON object.")
    return given
