"""`/chat/{assistant}`: the conversation as a page without any script, for browsers and sites that run none.

Nothing is kept of who only looks. The first message brings the visitor's token into a cookie, made of the id in the form, so
that a form sent twice begins one conversation with one message, and none when that was ended meanwhile. What is said stands in a frame, which looks anew by itself
while something is awaited: what a visitor is writing below it stays.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from frontdesk.core.action import Said
from frontdesk.core.contact import UNINTRODUCED
from frontdesk.core.errors import HeldBack, Refused
from frontdesk.core.ids import ConversationId
from frontdesk.core.message import MAX_TEXT
from frontdesk.core.visit import visit_of
from frontdesk.store import page_visitors, visitors
from frontdesk.store.directory import Entrance
from frontdesk.store.visitors import Visitor
from frontdesk.turn.line import Line
from frontdesk.web.chat_page.asking import NOTHING, answered, asking, wrong_in
from frontdesk.web.chat_page.cookie import cookie_with, token_in
from frontdesk.web.chat_page.drawn import Asked, lines_page, talk_page
from frontdesk.web.chat_page.lines import tapped
from frontdesk.web.chat_page.palette import palette
from frontdesk.web.exchange import exchange_of
from frontdesk.web.origin import is_from_here, keeps_secrets
from frontdesk.web.panel.alone import language_of
from frontdesk.web.panel.form import Sent, read_sent
from frontdesk.web.panel.texts import LANGUAGES, say
from frontdesk.web.told_page import NAMES, came_from, page_of
from frontdesk.web.widget.acts import DO, Acts
from frontdesk.web.widget.gate import AskedOften, Gate
from frontdesk.web.widget.identity import joined
from frontdesk.web.widget.lines import Shown, State
from frontdesk.web.widget.talk import CLIENT_ID, Talk
from frontdesk.web.widget.wire import number

PATH = "/chat/{assistant}"
MOST_BYTES = 100_000
"""The longest message takes nine bytes a letter."""
MOST_FIELDS = 20


class Plain:
    """The endpoints, for every assistant."""

    def __init__(self, line: Line, gate: Gate, talk: Talk, acts: Acts, *, key: bytes) -> None:
        self._line, self._gate, self._talk, self._acts, self._key = line, gate, talk, acts, key

    async def page(self, request: Request) -> Response:
        """The conversation with the field below it; what it looks like before anybody has written."""
        return await self._page(request, await self._gate.entrance(request))

    async def lines(self, request: Request) -> Response:
        """What was said: the frame of the page."""
        at = await self._gate.entrance(request)
        visitor, _ = await self._visitor(request, at)
        found = None if visitor is None else await self._talk.found(at, visitor)
        if found is None:
            raise Refused("not_found", "Nothing was said yet; write first.")
        below = number(request, "before")
        shown = await self._talk.latest(at, found, 2**53 if below is None else below)
        look = await self._talk.look(at)
        form_id, now = secrets.token_urlsafe(18), self._line.clock.now()
        return lines_page(self._asked(request, at), shown, look=look, form_id=form_id, now=now)

    async def write(self, request: Request) -> Response:
        """What a form says; answered with the page, at its own address, so that loading it anew sends nothing again."""
        if not is_from_here(request, exchange_of(request).program.public_url):
            raise Refused("forbidden", say(language_of(request), "problem.foreign"))
        at = await self._gate.entrance(request)
        # Nobody can be signed in on this page.
        self._gate.refuse_unsigned(at)
        sent = await read_sent(request, MOST_BYTES, MOST_FIELDS)
        asked = self._asked(request, at)
        if sent.get("do") == "anew":
            return await self._anew(request, at, asked)
        if not CLIENT_ID.fullmatch(sent.get("id")):
            raise Refused("invalid", "A message needs the id that its form has.", field="id")
        if len(sent.get("text").strip()) > MAX_TEXT:
            return await self._page(request, at, sent=sent, trouble="long", status=422)
        try:
            return await self._taken(request, at, asked, sent)
        except HeldBack as error:
            trouble = "asked_often" if isinstance(error, AskedOften) else "slow"
            return await self._held(request, at, sent, error, trouble)
        except Refused as error:
            if not (wrong := wrong_in(error)):
                raise
            return await self._page(request, at, sent=sent, wrong=wrong, status=422)

    async def look(self, request: Request) -> Response:
        """The brand's colours, as variables."""
        told = await self._talk.look(await self._gate.entrance(request))
        brand = str(told.get("primary_color") or "#0071e3")
        light, dark = (
            ";".join(f"--{name}:{value}" for name, value in palette(brand, ground).items())
            for ground in ("light", "dark")
        )
        sheet = (
            f":root{{{light}}}:root.dark{{{dark}}}@media (prefers-color-scheme:dark){{:root.auto{{{dark}}}}}"
        )
        headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        return Response(sheet, headers=headers, media_type="text/css")

    async def transcript(self, request: Request) -> Response:
        """All that was said, as text."""
        at = await self._gate.entrance(request)
        visitor, _ = await self._visitor(request, at)
        found = None if visitor is None else await self._talk.found(at, visitor)
        if visitor is None or found is None:
            raise Refused("not_found", "Nothing was said yet; write first.")
        self._gate.count_message(request, visitor)
        made = await self._acts.written(at, found)
        made.headers["content-disposition"] = 'attachment; filename="conversation.txt"'
        return made

    async def _page(
        self,
        request: Request,
        at: Entrance,
        *,
        sent: Sent = NOTHING,
        wrong: str = "",
        trouble: str = "",
        status: int = 200,
    ) -> Response:
        """`sent`: what stands in the form, and `wrong`: which field of it was refused."""
        visitor, cookie = await self._visitor(request, at)
        found = None if visitor is None else await self._talk.found(at, visitor)
        # What is said stands in the frame, which is asked for by itself.
        shown = Shown([], State()) if found is None else await self._talk.latest(at, found, arrives=False)
        if not keeps_secrets(request, exchange_of(request).program.public_url):
            trouble = "insecure"
        elif at.settings.get("only_signed_in"):
            trouble = "unsigned"
        look = await self._talk.look(at)
        asked = self._asked(request, at)
        form: dict[str, object] = {
            "id": secrets.token_urlsafe(18),
            "text": sent.get("text"),
            "trouble": trouble,
            "referrer": _came_from(request, sent.get("referrer") or request.headers.get("referer")),
            "asking": asking(at.settings, asked.here, sent, wrong) if found is None else None,
        }
        return talk_page(asked, shown, look, form, status=status, cookie=cookie)

    async def _taken(self, request: Request, at: Entrance, asked: Asked, sent: Sent) -> Response:
        visitor, _ = await self._visitor(request, at)
        found = None if visitor is None else await self._talk.found(at, visitor)
        wanted = DO.get(sent.get("do"))
        said = await self._said(request, at, found, sent)
        if wanted is not None and visitor is not None and found is not None:
            self._gate.count_message(request, visitor)
            await self._acts.do(at, found, wanted)
        elif said is not None:
            cookie, about = "", UNINTRODUCED
            if found is None:
                about = answered(at.settings, sent, self._line.clock.now())
            if visitor is None:
                try:
                    visitor, cookie = await self._begun(request, at, sent.get("id"))
                except HeldBack as error:
                    return await self._held(request, at, sent, error, "crowded")
            if visitor is None:
                return await self._page(request, at, sent=sent, trouble="used", status=409)
            if about != UNINTRODUCED:
                visitor = replace(visitor, about=joined(visitor.about, about, vouched=False))
                await visitors.keep_about(at.workspace, self._line.store, visitor, visitor.about)
            self._gate.count_message(request, visitor)
            # Whoever goes back to a page and writes something else has written something else.
            digest = sha256("\0".join((sent.get("id"), said.text, said.payload)).encode()).digest()
            name = urlsafe_b64encode(digest).decode().rstrip("=")
            await self._talk.take(at, visitor, said, client_id=name, digest=digest)
            await visitors.note_seen(at.workspace, self._line.store, visitor)
            return _back(asked, cookie)
        return _back(asked)

    async def _held(
        self, request: Request, at: Entrance, sent: Sent, error: HeldBack, trouble: str
    ) -> Response:
        """What was not taken stands in the field."""
        page = await self._page(request, at, sent=sent, trouble=trouble, status=429)
        page.headers["retry-after"] = str(round(error.retry_after_s))
        return page

    async def _anew(self, request: Request, at: Entrance, asked: Asked) -> Response:
        """What opened the conversation ends, for whoever has seen it too; the next message begins another one."""
        visitor, _ = await self._visitor(request, at)
        if visitor is not None:
            await visitors.end(at.workspace, self._line.store, visitor)
        return _back(asked, cookie_with(at.assistant_id, ""))

    async def _said(
        self, request: Request, at: Entrance, found: ConversationId | None, sent: Sent
    ) -> Said | None:
        """What was written, or what the button stands for that was pressed; None for nothing."""
        text, payload = sent.get("text").strip(), ""
        path = sent.get("tap")
        first = path.partition(".")[0]
        if path and found is not None and first.isascii() and first.isdecimal() and len(first) <= 15:  # noqa: PLR2004  # below 2**53
            shown = await self._talk.latest(at, found, int(first) + 1, arrives=False)
            button = (
                tapped(shown.lines[-1], path) if shown.lines and shown.lines[-1].n == int(first) else None
            )
            if button is None:
                return None
            text, payload = button.title, button.payload
        elif path or not text:
            return None
        referrer = _came_from(request, sent.get("referrer"))
        visit = visit_of(request.headers.get("user-agent", ""), referrer=referrer)
        return Said(text, payload=payload, page=page_of(request.query_params), visit=visit)

    async def _visitor(self, request: Request, at: Entrance) -> tuple[Visitor | None, str]:
        """Whose cookie it is, and the cookie that takes its place, if one does. One that is known no more is nobody's."""
        token = token_in(request, at.assistant_id)
        if not token:
            return None, ""
        try:
            found = await self._gate.opened(at, token)
        except Refused:
            return None, ""
        good = await visitors.next_token(at.workspace, self._line.store, found, token, self._key)
        return found, "" if good.reveal() == token else cookie_with(at.assistant_id, good.reveal())

    async def _begun(self, request: Request, at: Entrance, form_id: str) -> tuple[Visitor | None, str]:
        """The visitor whom the form begins, or has begun, and their cookie; None where it can do so no more."""
        self._gate.refuse_unsigned(at)
        self._gate.count_session(request)
        made = hmac.digest(self._key, f"page:{at.channel_id}:{form_id}".encode(), "sha256")
        token = urlsafe_b64encode(made).decode().rstrip("=")
        found = await page_visitors.begin(
            at.workspace, self._line.store, at.channel_id, at.assistant_id, token
        )
        return found, "" if found is None else cookie_with(at.assistant_id, token)

    def _asked(self, request: Request, at: Entrance) -> Asked:
        chosen = request.query_params.get("lang", "")
        kept = [(name, value) for name, value in request.query_params.multi_items() if name in NAMES]
        if chosen in LANGUAGES:
            kept.append(("lang", chosen))
        program = exchange_of(request).program
        return Asked(
            path=f"/chat/{at.assistant_id}",
            query=urlencode(kept),
            language=language_of(request),
            here=request.headers.get("host", ""),
            public_url=program.public_url,
            after=number(request, "after"),
            turn=number(request, "again") or 0,
            is_still="still" in request.query_params or "before" in request.query_params,
        )


def _came_from(request: Request, given: object) -> str:
    """What led somebody to this page."""
    return came_from(given, exchange_of(request).program.public_url, f"//{request.headers.get('host', '')}")


def _back(asked: Asked, cookie: str = "") -> Response:
    answer = RedirectResponse(asked.address(), 303, {"cache-control": "no-store"})
    if cookie:
        answer.headers["set-cookie"] = cookie
    return answer
