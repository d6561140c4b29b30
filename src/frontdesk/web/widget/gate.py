"""The way in of the site widget: which assistant it is for, from which pages it is taken, who the visitor is, and how often.

The id of an assistant is public. What protects a workspace is the list of origins, which browsers hold to, and the visitor's
token, which opens one conversation alone.
"""

import time
from collections import OrderedDict

from starlette.requests import Request

from frontdesk.access.throttling import network_of
from frontdesk.core.errors import HeldBack, Refused
from frontdesk.core.ids import ConversationId
from frontdesk.store import visitors
from frontdesk.store.directory import Entrance
from frontdesk.store.visitors import Visitor
from frontdesk.turn.line import Line
from frontdesk.web import rasa
from frontdesk.web.cross_origin import origin_of
from frontdesk.web.exchange import exchange_of
from frontdesk.web.origin import is_from_here
from frontdesk.web.session_ring import address_of
from frontdesk.web.widget.limits import Limits

TYPE = "web"
TAKEN = "Authorization, Content-Type, *"
"""Whatever else a page's own `fetch` puts in: traces, say. Nothing of it is looked at, and no cookie comes along."""
MAX_AGE_S = 7200
MOST_TOKEN = 100
MOST_REMEMBERED = 50_000
LEAST_MB = 0.5
"""What a file counts at least: to look at it costs too."""
READS, READ_EVERY_S = 5, 10.0
"""How often a browser looks where no stream comes to it: at once, and from then on. There are as many as may have streams."""
MOST_ASKS, NEXT_ASK_S = 4, 120.0
"""How often people are asked for at once, and after how long once more: everybody on duty hears of it each time."""
ASKED_OFTEN = "You asked for a person several times just now. Try again in a few minutes."
NO_VISITOR = "This chat is not known here any more. A new one begins with your next message."
NOT_SIGNED_IN = "Only visitors who are signed in can chat here."
NO_LONGER_SIGNED_IN = "It is too long ago that this page said who is signed in; it has to say so again."


class AskedOften(HeldBack):
    """People were asked for so often that it is no asking any more."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message, retry_after_s=retry_after_s, code="asked_often")


class Allowance:
    """How often somebody may do a thing: `burst` at once, and `a_second` more with each second. Each process counts its own:
    what is bounded is its work.
    """

    def __init__(
        self,
        burst: float,
        a_second: float,
        told: str = "You are writing faster than we can read.",
        held_back: type[HeldBack] = HeldBack,
    ) -> None:
        self._burst, self._a_second, self._told = burst, a_second, told
        self._held_back = held_back
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, cost: float = 1.0) -> None:
        """
        Raises:
            HeldBack: They have done it too often.
        """
        now = time.monotonic()
        left, at = self._left.pop(who, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._a_second)
        self._left[who] = (left - cost if left >= cost else left, now)
        if len(self._left) > MOST_REMEMBERED:
            self._left.popitem(last=False)
        if left < cost:
            wait_s = (cost - left) / self._a_second
            raise self._held_back(self._told, retry_after_s=max(1, round(wait_s + 0.5)))


class Gate:
    """One a process."""

    def __init__(self, line: Line, limits: Limits) -> None:
        self._line = line
        self._sessions = Allowance(60, 1, "Too many chats were begun at your network; try again in a moment.")
        self._refusals = Allowance(
            60,
            1,
            "Too often somebody at your network was not who they were said to be; try again in a moment.",
        )
        self._renewals = Allowance(30, 0.5, "This chat was opened too often at once.")
        self._writing = Allowance(15, 0.5)
        a_minute = limits.messages_per_address
        self._networks = Allowance(a_minute, a_minute / 60, "Too many messages come from your network.")
        browsers = limits.streams_per_address
        self._reading = Allowance(
            READS * browsers, browsers / READ_EVERY_S, "Too often somebody at your network looks."
        )
        self._asking = Allowance(MOST_ASKS, 1 / NEXT_ASK_S, ASKED_OFTEN, AskedOften)
        told = "You are sending more files than we can look at."
        self._files, self._megabytes = Allowance(12, 0.1, told), Allowance(1000, 2, told)
        self._keys = Allowance(10, 0.5)

    async def entrance(self, request: Request) -> Entrance:
        """The assistant that the path names, where the page may show its widget; the page may then read the answer.

        Raises:
            Refused: There is none with this channel switched on, or the page is not one of the channel's.
        """
        self.readable(request)
        return await self.open_entrance(request)

    async def open_entrance(self, request: Request) -> Entrance:
        """The same for a request that is being answered: asked again and again, it leaves the answer's head as it is.

        Raises:
            Refused: As `entrance` does.
        """
        origin, exchange = origin_of(request.scope), exchange_of(request)
        found = await rasa.entrance(self._line, request, TYPE)
        origins = str(found.settings.get("origins", "")).split()
        if not origins or is_from_here(request, exchange.program.public_url):
            return found
        # Browsers say where a page is whenever it asks another host, and whenever it posts.
        if origin not in origins and (origin or request.method == "POST"):
            raise Refused(
                "forbidden", "The site widget of this assistant is not open to pages of that origin."
            )
        return found

    def readable(self, request: Request) -> None:
        """The page that asks may read the answer. A refusal too: it tells its author why there is no widget."""
        origin = origin_of(request.scope)
        if origin:
            exchange_of(request).beside += [
                (b"access-control-allow-origin", origin.encode("latin-1")),
                (b"access-control-expose-headers", b"Retry-After, X-Request-Id"),
                (b"vary", b"Origin"),
            ]

    async def visitor(self, request: Request, at: Entrance) -> Visitor:
        """
        Raises:
            Refused: The token is not one that opens a conversation of this assistant, or the visitor is not signed in as
                far as that is needed.
        """
        return await self.opened(at, token_of(request))

    async def opened(self, at: Entrance, token: str) -> Visitor:
        """The visitor whose token this is.

        Raises:
            Refused: As `visitor` does.
        """
        found = await self._found(at, token)
        if found is None or not found.user_id:
            self.refuse_unsigned(at)
        if found is None:
            raise Refused("unauthenticated", NO_VISITOR)
        if found.user_id and not found.is_proved:
            raise Refused("sign_in_needed", NO_LONGER_SIGNED_IN)
        return found

    async def known(self, request: Request, at: Entrance) -> Visitor | None:
        """Whose token it is, whatever it opens at this moment."""
        return await self._found(at, token_of(request))

    async def _found(self, at: Entrance, token: str) -> Visitor | None:
        if not token:
            return None
        return await visitors.find(at.workspace, self._line.store, at.channel_id, at.assistant_id, token)

    def refuse_unsigned(self, at: Entrance) -> None:
        """
        Raises:
            Refused: Only visitors who are signed in may write here.
        """
        if at.settings.get("only_signed_in"):
            raise Refused("sign_in_needed", NOT_SIGNED_IN)

    def count_session(self, request: Request) -> None:
        """
        Raises:
            HeldBack: Too many began at this address.
        """
        self._sessions.take(network_of(address_of(request.scope)))

    def count_renewal(self, visitor: Visitor) -> None:
        """
        Raises:
            HeldBack: The visitor's pages ask for their token more often than anybody opens pages.
        """
        self._renewals.take(visitor.session_id)

    def count_refusal(self, request: Request, at: Entrance) -> None:
        """
        Raises:
            HeldBack: Too often somebody at this address was not who they were said to be.
        """
        self._refusals.take(f"{at.assistant_id} {network_of(address_of(request.scope))}")

    def count_message(self, request: Request, visitor: Visitor) -> None:
        """
        Raises:
            HeldBack: The visitor writes faster than anybody can, or all at their address faster than an office does.
        """
        self._writing.take(visitor.session_id)
        self._networks.take(network_of(address_of(request.scope)))

    def count_reading(self, request: Request) -> None:
        """
        Raises:
            HeldBack: All at this address look more often than browsers do.
        """
        self._reading.take(network_of(address_of(request.scope)))

    def count_asking(self, conversation_id: ConversationId) -> None:
        """
        Raises:
            AskedOften: They were.
        """
        self._asking.take(conversation_id)

    def count_file(self, request: Request, visitor: Visitor, size_mb: float) -> None:
        """
        Raises:
            HeldBack: The visitor, or all at their address, send more than anybody looks at.
        """
        self._files.take(visitor.session_id)
        self._megabytes.take(network_of(address_of(request.scope)), max(size_mb, LEAST_MB))

    def count_typing(self, visitor: Visitor) -> None:
        """
        Raises:
            HeldBack: It was said often enough.
        """
        self._keys.take(visitor.session_id)


def token_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token.isascii() and len(token) <= MOST_TOKEN else ""
