"""Idempotency-Key: the same request twice has one effect and one answer. Honoured on every typed POST.

The scope of a key is workspace, actor and route. Kept are the answers of work that was done; a request that
was refused or failed had no effect and leaves its key free, so that it can be mended and sent again. An answer with a
secret in it says `Cache-Control: no-store`; it is kept sealed.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store.connect import Store
from frontdesk.store.idempotency import WAIT_S, AskedOnce, KeptAnswer, claim, in_progress, keep, kept_answer
from frontdesk.store.secrets import Vault

HEADER = "idempotency-key"
_SHAPE = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
# Of another answer than the one that is kept:
_NOT_KEPT = frozenset({"content-length"})


def key_of(request: Request) -> str | None:
    """The request's key; None when it has none."""
    key = request.headers.get(HEADER)
    if key is not None and _SHAPE.fullmatch(key) is None:
        raise Refused("invalid", "A key is 1 to 200 visible ASCII characters.", field="Idempotency-Key")
    return key


def asked_once(request: Request, actor: Actor, route: str, body: bytes) -> AskedOnce | None:
    """The request's key in its scope; None when it has none."""
    key = key_of(request) if request.method == "POST" else None
    if key is None:
        return None
    target = f"{request.url.path}?{request.url.query}\n"
    return AskedOnce(actor.name, route, key, hashlib.sha256(target.encode() + body).digest())


def answer_to_keep(response: Response, vault: Vault, workspace: WorkspaceId, asked: AskedOnce) -> KeptAnswer:
    headers = tuple((name, value) for name, value in response.headers.items() if name not in _NOT_KEPT)
    body = bytes(response.body)
    if _is_secret(headers):
        body = vault.seal(Redacted(body.decode()), _place(workspace, asked))
    return KeptAnswer(response.status_code, headers, body)


def answer_again(kept: KeptAnswer, vault: Vault, workspace: WorkspaceId, asked: AskedOnce) -> Response:
    body = kept.body
    if _is_secret(kept.headers):
        body = vault.open(body, _place(workspace, asked)).reveal().encode()
    return Response(body, kept.status, {**dict(kept.headers), "idempotent-replayed": "true"})


async def once_over(
    store: Store,
    vault: Vault,
    workspace: WorkspaceId,
    asked: AskedOnce | None,
    work: Callable[[], Awaitable[Response]],
) -> Response:
    """The kept answer, else that of `work`, which is then kept.

    For work that commits by itself and changes nothing when it is done twice: two at once may both do it,
    and have the answer of whoever was there first.
    """
    if asked is None:
        return await work()
    async with store.unit_of_work(workspace) as tx:
        kept = await kept_answer(workspace, tx, asked)
    if kept is None:
        response = await work()
        async with store.unit_of_work(workspace) as tx:
            kept = await claim(workspace, tx, asked)
            if kept is None:
                await keep(workspace, tx, asked, answer_to_keep(response, vault, workspace, asked))
                return response
    return answer_again(kept, vault, workspace, asked)


def _is_secret(headers: Iterable[tuple[str, str]]) -> bool:
    return ("cache-control", "no-store") in headers


def _place(workspace: WorkspaceId, asked: AskedOnce) -> str:
    return f"{workspace}|idempotency_keys|{asked.actor}|{asked.route}|{asked.key}"


class Lanes:
    """Lets requests of one process with the same key wait for each other without holding a connection each."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, asked: AskedOnce | None) -> AsyncIterator[None]:
        if asked is None:
            yield
            return
        lock = self._locks.setdefault((asked.actor, asked.key), asyncio.Lock())
        try:
            async with asyncio.timeout(WAIT_S):
                await lock.acquire()
        except TimeoutError:
            raise in_progress() from None
        try:
            yield
        finally:
            lock.release()
