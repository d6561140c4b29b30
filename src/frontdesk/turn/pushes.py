"""Notices of a workspace to people's browsers: written in the caller's transaction as deliveries, one a device.

notice --write--> delivery (names what it is about, has no text) --commit--> `deliver` --> `desk.push_sending`
Called by the desk. What a person reads is made when it is sent, of what they may see then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from frontdesk.core.ids import DeliveryId, WorkspaceId
from frontdesk.jobs.queue import enqueue_all
from frontdesk.ports.pusher import Pusher, Urgency
from frontdesk.store import push_notices, push_subscriptions
from frontdesk.store.ids import derived
from frontdesk.store.push_notices import NewNotice
from frontdesk.store.push_subscriptions import Wanting
from frontdesk.store.secrets import Vault
from frontdesk.store.tx import Tx
from frontdesk.turn.targets import JOB

OWNER = "push"
"""Of the secret that is the workspace's private key."""
KEY = "private_key"
TARGET = "push."
"""What a target's name begins with; the push service's host follows, so that one that is down is left alone by itself."""

Kind = Literal["mention", "assigned", "queue", "line"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How notices of one kind are sent: the setting that they depend on, for how long they are news, how urgent."""

    wish: str
    ttl: timedelta
    urgency: Urgency


MANNERS: Final[dict[Kind, Manner]] = {
    "mention": Manner("push_mentions", timedelta(hours=24), "normal"),
    "assigned": Manner("push_assigned", timedelta(hours=8), "high"),
    "queue": Manner("push_queue", timedelta(minutes=15), "high"),
    "line": Manner("push_lines", timedelta(hours=2), "high"),
}


@dataclass(frozen=True, slots=True)
class Pushing:
    """What notices are made and sent with: built once by `app`, passed along.

    `kind`: of their deliveries. `idle`: a session that was not used for so long is over. `foresee` refuses an address
    that may certainly not be reached for a purpose. `subject`: whom push services may turn to.
    """

    kind: str
    pusher: Pusher
    vault: Vault
    idle: timedelta
    foresee: Callable[[str, str], None]
    looks: Callable[[str, str, str], bool]
    subject: str = ""


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of a delivery: who is told of what. `seq`: of the message that it is about; 0 for the customer's last."""

    device: str
    account: str
    kind: Kind
    conversation: str
    until: float
    seq: int = 0
    by: str = ""
    team: str = ""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Notice)


@dataclass(frozen=True, slots=True)
class News:
    """What people are told. `once`: names what happened, so that nobody hears of it twice."""

    kind: Kind
    conversation: str
    once: str
    seq: int = 0
    by: str = ""
    team: str = ""


async def post(
    pushing: Pushing, workspace: WorkspaceId, tx: Tx, news: News, accounts: Iterable[str], *, now: datetime
) -> int:
    """Have those of the accounts told who want it and do not see it happen, on their devices; how many notices were written.

    Who begins to look, or is seen by another process, before a notice is sent is left out then.
    """
    manner = MANNERS[news.kind]
    away = [one for one in accounts if not pushing.looks(workspace, news.conversation, one)]
    if not away:
        return 0
    devices = await push_subscriptions.wanting(
        workspace, tx, away, wish=manner.wish, now=now, seen_since=now - pushing.idle
    )
    if not devices:
        return 0
    notices, kind = [_notice(workspace, news, device, now) for device in devices], pushing.kind
    lanes = await push_notices.add(workspace, tx, notices, kind=kind, conversation_id=news.conversation)
    await enqueue_all(tx, JOB, [{"workspace": workspace, "lane": lane} for lane in lanes])
    return len(lanes)


def _notice(workspace: WorkspaceId, news: News, device: Wanting, now: datetime) -> NewNotice:
    until = (now + MANNERS[news.kind].ttl).timestamp()
    told = Notice(
        device.id, device.account_id, news.kind, news.conversation, until, news.seq, news.by, news.team
    )
    target = target_of(device.endpoint)
    name = f"{workspace}|{device.id}|{device.account_id}|{news.kind}|{news.conversation}|{news.once}"
    return NewNotice(DeliveryId(derived("dlv", name)), f"{target}:{device.id}", target, _ENCODER.encode(told))


def read(body: bytes) -> Notice:
    return _DECODER.decode(body)


def target_of(endpoint: str) -> str:
    return TARGET + urlsplit(endpoint).netloc.lower().replace(":", "_")
