"""What visitors may take at most: those of one workspace together, and those at one network address. Settings say how much."""

import hmac
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from starlette.requests import Request

from frontdesk.access.throttling import network_of
from frontdesk.core.errors import HeldBack, Unavailable
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.visitor_bytes import Taken
from frontdesk.store.visitors import Visitor
from frontdesk.web.session_ring import address_of

MEGABYTE = 1_000_000
NEXT_DAY_S, NEXT_HOUR_S = 3600.0, 600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """`..._per_address` is of one network address; of these, megabytes of files and mails are counted within an hour,
    messages within a minute in a process, and uploads and streams are those that are open at a time in a process. An address alone fills no workspace's day.
    """

    files_mb_a_day: int = 5000
    files_mb_per_address: int = 200
    uploads_per_address: int = 15
    streams_per_address: int = 1000
    mails_per_address: int = 20
    messages_per_address: int = 300

    def check(self, taken: Taken, *, is_with_this: bool) -> None:
        """
        Raises:
            HeldBack: No more files are taken for now.
        """
        more = 0 if is_with_this else 1
        if taken.of_network + more > self.files_mb_per_address * MEGABYTE:
            raise HeldBack(
                "More files came from your network in the last hour than are taken. Try again later, or send a link.",
                retry_after_s=NEXT_HOUR_S,
            )
        if taken.of_workspace + more > self.files_mb_a_day * MEGABYTE:
            raise HeldBack(
                "More files came in today than are taken. Try again tomorrow, or send a link.",
                retry_after_s=NEXT_DAY_S,
            )


@dataclass(frozen=True, slots=True)
class Most:
    """Places that there are, and how many of them each may hold. One workspace gets a part: others' visitors find some."""

    in_all: int
    of_workspace: int
    of_visitor: int
    at_network: int


class Holder(NamedTuple):
    """Who holds a place: a visitor of a workspace, at a network address."""

    workspace: str
    session: str
    network: str


class Places:
    """Who holds how many of something at a time, in this process. `told` is said of it, such as `files are on their way`."""

    def __init__(self, most: Most, told: str, *, retry_s: float, network_retry_s: float) -> None:
        self._most, self._told = most, told
        self._retry_s, self._network_retry_s = retry_s, network_retry_s
        self._held: Counter[tuple[int, str]] = Counter()
        self.in_all = 0

    def check_network(self, network: str) -> None:
        """
        Raises:
            HeldBack: As many as may be are held there.
        """
        if self._held[2, network] >= self._most.at_network:
            raise HeldBack(
                f"Too many {self._told} from your network already; try again in a moment.",
                retry_after_s=self._network_retry_s,
            )

    def check(self, holder: Holder) -> None:
        """
        Raises:
            HeldBack: As `check_network` does.
            Unavailable: There is none left, or none for them.
        """
        most, held = self._most, self._held
        is_full = self.in_all >= most.in_all or held[0, holder.workspace] >= most.of_workspace
        if is_full or held[1, holder.session] >= most.of_visitor:
            raise Unavailable(f"Too many {self._told} already.", retry_after_s=self._retry_s)
        self.check_network(holder.network)

    @contextmanager
    def held(self, holder: Holder) -> Iterator[None]:
        """A place, whether there is one or not."""
        self._held.update(enumerate(holder))
        self.in_all += 1
        try:
            yield
        finally:
            self.in_all -= 1
            for each in enumerate(holder):
                self._held[each] -= 1
                if not self._held[each]:
                    del self._held[each]


def holder_of(request: Request, workspace: WorkspaceId, visitor: Visitor) -> Holder:
    return Holder(workspace, visitor.session_id, network(request))


def network(request: Request) -> str:
    """Where it comes from, as far as that is one of somebody's own."""
    return network_of(address_of(request.scope))


def network_sum(key: bytes, request: Request) -> bytes:
    """As it is kept."""
    return hmac.digest(key, b"network " + network(request).encode(), "sha256")
