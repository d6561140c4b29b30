"""How a browser comes to the token of a visitor: as somebody new, as the one it was, or as somebody its page vouches for.

Of who only looks nothing is kept: a session begins with the first message, or when somebody who is signed in opens the
window, since what they said on another device is theirs here too. One who signs in is never taken for the visitor who wrote
before in the same browser: nobody can tell that they are one person.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.contact import UNINTRODUCED, Introduced
from frontdesk.core.errors import Refused
from frontdesk.core.redacted import Redacted
from frontdesk.store import visitors
from frontdesk.store.directory import Entrance
from frontdesk.store.secrets import Vault
from frontdesk.store.visitors import Visitor
from frontdesk.turn.line import Line
from frontdesk.web.body import decode, read_body
from frontdesk.web.widget import forms
from frontdesk.web.widget.gate import Gate, token_of
from frontdesk.web.widget.identity import Identities, SignedIn, joined
from frontdesk.web.widget.wire import json_of

MOST_BYTES = 16_000
PROVED_FOR = timedelta(days=1)
"""How long a visitor stays signed in without their page saying so again."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a browser has from now on."""

    visitor: Visitor
    token: Redacted
    is_new: bool = False


class Sessions:
    """The endpoint, for every assistant. `key`: of visitors' tokens."""

    def __init__(self, line: Line, gate: Gate, vault: Vault, *, key: bytes) -> None:
        self._line, self._gate, self._key = line, gate, key
        self._identities = Identities(line, vault)

    async def session(self, request: Request) -> Response:
        """A new visitor's token; to one who has one, that or the one that takes its place."""
        at = await self._gate.entrance(request)
        given = await _given(request)
        if "user" in given and given["user"] is None:
            return await self._left(request, at)
        filled = forms.filled(at.settings, given.get("about"), self._line.clock.now())
        if "user" in given:
            held = await self._signed_in(request, at, await self._proved(request, at, given["user"]))
        else:
            held = await self._unsigned(request, at)
        if filled != UNINTRODUCED:
            # Nobody vouches for it: it fills what is not known.
            await self._introduced(at, held.visitor, filled, vouched=False)
        told = {"token": held.token.reveal(), "visitor": held.visitor.external_id}
        return json_of(told, status=201 if held.is_new else 200)

    async def _proved(self, request: Request, at: Entrance, user: object) -> SignedIn:
        try:
            return await self._identities.proved(at, user)
        except Refused:
            # Who guesses is held back.
            self._gate.count_refusal(request, at)
            raise

    async def _unsigned(self, request: Request, at: Entrance) -> Held:
        if token_of(request):
            return await self._renewed(request, at, await self._gate.visitor(request, at))
        self._gate.refuse_unsigned(at)
        self._gate.count_session(request)
        made, token = await visitors.make(at.workspace, self._line.store, at.channel_id, at.assistant_id)
        return Held(made, token, is_new=True)

    async def _signed_in(self, request: Request, at: Entrance, said: SignedIn) -> Held:
        store, known = self._line.store, await self._gate.known(request, at)
        if known is not None and known.user_id == said.user_id:
            held = await self._renewed(request, at, known)
        else:
            self._gate.count_session(request)
            made, token = await visitors.make(
                at.workspace, store, at.channel_id, at.assistant_id, user_id=said.user_id
            )
            held = Held(made, token, is_new=True)
        await visitors.note_proved(at.workspace, store, held.visitor, PROVED_FOR)
        return replace(
            held, visitor=await self._introduced(at, held.visitor, said.about, vouched=said.vouched)
        )

    async def _renewed(self, request: Request, at: Entrance, known: Visitor) -> Held:
        self._gate.count_renewal(known)
        store = self._line.store
        token = await visitors.next_token(at.workspace, store, known, token_of(request), self._key)
        await visitors.note_seen(at.workspace, store, known)
        return Held(known, token)

    async def _introduced(
        self, at: Entrance, visitor: Visitor, said: Introduced, *, vouched: bool
    ) -> Visitor:
        about, store = joined(visitor.about, said, vouched=vouched), self._line.store
        await visitors.keep_about(at.workspace, store, visitor, about)
        await visitors.introduce(
            at.workspace, store, at.channel_id, visitor.external_id, said, is_proved=vouched
        )
        return replace(visitor, about=about)

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
