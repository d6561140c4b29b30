"""Addresses that open one uploaded file to whoever has them, until a moment: signed, so that none can be made up."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.core.errors import Refused
from frontdesk.core.ids import FileId, WorkspaceId, parse

_MAC_BYTES = 16
MOST_TOKEN = 200
CUSTOMERS_DAYS = 7
"""How long an address works that a customer was sent."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link that is in order leads to."""

    workspace: WorkspaceId
    file_id: FileId


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Makes and reads the links of an installation.

    Attributes:
        key: Known to the processes of this installation alone.
        base_url: Where the outside world reaches us, without a slash at the end.
    """

    key: bytes
    base_url: str

    def link(self, workspace: WorkspaceId, file_id: str, until: datetime) -> str:
        """Open a file to whoever gets the address.

        Args:
            workspace: Whose file it is; must be true.
            file_id: The file's id.
            until: When the address stops working.

        Returns:
            An absolute URL.
        """
        body = f"{workspace}.{file_id}.{int(until.timestamp())}".encode()
        token = urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")
        return f"{self.base_url}/files/{file_id}?token={token}"

    def of(self, workspace: WorkspaceId, now: datetime, *, for_days: int = 1) -> Callable[[str], str]:
        """Make links of a workspace's files.

        Args:
            workspace: Whose files they are; must be true.
            now: The present moment.
            for_days: How long they are good at least; the end is a whole hour, so that links that are made again
                within it are the same, and browsers know what they have already.

        Returns:
            From the id of a file to its address.
        """
        until = now + timedelta(days=for_days, hours=1)
        end = until.replace(minute=0, second=0, microsecond=0)
        return lambda file_id: self.link(workspace, file_id, end)

    def opened(self, file_id: str, token: str, now: datetime) -> Opened:
        """Read a link.

        Args:
            file_id: As the path names it.
            token: As it came.
            now: Links that ended before are over.

        Returns:
            Whose file it opens, and which.

        Raises:
            Refused: With code `not_found`: it is not one of ours, for another file, or over.
        """
        wrong = Refused("not_found", "This link is wrong, or no longer good.")
        try:
            read = urlsafe_b64decode((token if len(token) <= MOST_TOKEN else "") + "=" * (-len(token) % 4))
            mac, body = read[:_MAC_BYTES], read[_MAC_BYTES:]
            workspace, named, until = body.decode().split(".")
            ends_at = int(until)
        except ValueError:
            raise wrong from None
        if not hmac.compare_digest(mac, self._mac(body)) or named != file_id or ends_at <= now.timestamp():
            raise wrong
        return Opened(WorkspaceId(parse("ws", workspace)), FileId(parse("file", named)))

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self.key, b"file link " + body, "sha256")[:_MAC_BYTES]
