"""The demo: a workspace beside one's own with the tutorial's assistant, and the outside system that it calls.

Its secrets are written once to `demo.json` in the data folder, readable by its owner only.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import structlog

from frontdesk.app import address
from frontdesk.app.demo import balance
from frontdesk.app.demo.files import example
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running
from frontdesk.core.ids import WorkspaceId
from frontdesk.egress.allow import AllowRule, parse_allow
from frontdesk.store import bots, workspaces
from frontdesk.store.connect import Store
from frontdesk.store.directory import every_workspace
from frontdesk.store.ids import mint
from frontdesk.store.keys import create_key, list_keys, revoke_key
from frontdesk.studio.publish import publish

EXAMPLE = "billing-helper"
FILE = "demo.json"
KEY_NAME = "Demo"
REST = "/webhooks/rest/webhook"
CONVERSATIONS = "/conversations/"
PORTS_ABOVE = 100
"""How far above the program's port the balance service is."""
LAST_PORT = 65535

log = structlog.get_logger()


class Demo(msgspec.Struct, frozen=True):
    """What scripts need to use the running demo."""

    url: str
    rest_webhook: str
    conversations: str
    workspace_id: str
    assistant_id: str
    assistant: str
    balance_service: str
    rasa_token: str


@dataclass(frozen=True, slots=True)
class OutsideSystem:
    """The demo's balance service while it runs; `allow` is the one rule that lets the bot reach it."""

    url: str
    allow: AllowRule


def allow_rule(url: str) -> AllowRule:
    return parse_allow(f"action={urlsplit(url).netloc}")


@asynccontextmanager
async def outside(settings: Settings) -> AsyncIterator[OutsideSystem]:
    """On a port that is the same at every start, since bots of one's own may name it; another one while that is taken."""
    wanted = settings.port + PORTS_ABOVE
    try:
        service = await balance.serve(port=wanted if wanted <= LAST_PORT else 0)
    except OSError:
        service = await balance.serve()
        log.warning("demo.balance_service_moved", wanted=wanted, url=service.url)
    try:
        yield OutsideSystem(service.url, allow_rule(service.url))
    finally:
        await service.close()


def read(settings: Settings) -> Demo | None:
    """The demo of this data folder; None when there is none."""
    try:
        return msgspec.json.decode((settings.frontdesk_data / FILE).read_bytes(), type=Demo)
    except FileNotFoundError:
        return None


async def ensure(running: Running, balance_url: str) -> Demo:
    """The demo workspace, made at the first start, with this release's example and this start's addresses."""
    store, settings = running.store, running.settings
    workspace = await _workspace(store) or await _create(store)
    env = {"BALANCE_API": balance_url}
    files = example(EXAMPLE)
    async with store.unit_of_work(workspace) as tx:
        await workspaces.hold(workspace, tx)
        assistant_id = await bots.find_by_slug(workspace, tx, EXAMPLE)
        if assistant_id is None:
            made = await bots.create_assistant(
                workspace, tx, slug=EXAMPLE, name="Billing helper", is_default=True, env=env
            )
            assistant_id = made.id
        await bots.set_env(workspace, tx, assistant_id, env)
    await publish(workspace, store, assistant_id, files=files, by="demo")
    base = await _base(store, settings, assistant_id)
    known = read(settings)
    same = known is not None and known.assistant_id == assistant_id
    demo = Demo(
        url=settings.address,
        rest_webhook=f"{base}{REST}",
        conversations=f"{base}{CONVERSATIONS}",
        workspace_id=workspace,
        assistant_id=assistant_id,
        assistant=EXAMPLE,
        balance_service=balance_url,
        rasa_token=known.rasa_token if known is not None and same else await _new_token(workspace, store),
    )
    _write(settings.frontdesk_data / FILE, demo)
    return demo


async def find_anew(store: Store, settings: Settings) -> Demo | None:
    """The demo with the addresses at which its assistant is found now; None when there is none."""
    known = read(settings)
    if known is None:
        return None
    base = await _base(store, settings, known.assistant_id)
    demo = msgspec.structs.replace(
        known, rest_webhook=f"{base}{REST}", conversations=f"{base}{CONVERSATIONS}"
    )
    _write(settings.frontdesk_data / FILE, demo)
    return demo


async def _base(store: Store, settings: Settings, assistant_id: str) -> str:
    found = await address.base_of(store, settings, assistant_id=assistant_id, slug=EXAMPLE)
    # Its REST channel may have been switched off; the address is its own all the same.
    return found or f"{settings.address}/a/{assistant_id}"


async def remove(store: Store, settings: Settings) -> bool:
    """The demo workspace with everything in it; False when there is none."""
    workspace = await _workspace(store)
    if workspace is not None:
        async with store.unit_of_work(workspace) as tx:
            await workspaces.remove(workspace, tx)
    (settings.frontdesk_data / FILE).unlink(missing_ok=True)
    return workspace is not None


async def _workspace(store: Store) -> WorkspaceId | None:
    return next((row.workspace for row in await every_workspace(store) if row.is_demo), None)


async def _create(store: Store) -> WorkspaceId:
    """Of several processes that start at once one makes it; all of them find the same."""
    minted = WorkspaceId(mint("ws"))
    async with store.unit_of_work(minted) as tx:
        await workspaces.create(minted, tx, name="Demo", is_demo=True)
    return await _workspace(store) or minted


async def _new_token(workspace: WorkspaceId, store: Store) -> str:
    async with store.unit_of_work(workspace) as tx:
        for key in await list_keys(workspace, tx):
            if key.name == KEY_NAME and key.revoked_at is None:
                await revoke_key(workspace, tx, key.id)
        _, text = await create_key(workspace, tx, kind="rasa", name=KEY_NAME)
    return text.reveal()


def _write(path: Path, demo: Demo) -> None:
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(demo)) + b"\n")
    draft.replace(path)
