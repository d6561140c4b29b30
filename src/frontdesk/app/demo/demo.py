"""The demo: a workspace beside one's own with the tutorial's assistant, and the outside system that it calls.

What it is called and where it is, `noted` keeps.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from frontdesk.access.door import Door
from frontdesk.app.demo import balance, noted
from frontdesk.app.demo.assistants import ensure_assistant
from frontdesk.app.demo.northwind import ensure_shop, tell_shop
from frontdesk.app.demo.owner import ensure_owner
from frontdesk.app.demo.shop.pages import PATH as SHOP
from frontdesk.app.settings import Settings
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.egress.allow import AllowRule
from frontdesk.store import channels, tasks, workspaces
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.store.keys import Details, create_key, list_keys, revoke_key

if TYPE_CHECKING:
    from frontdesk.app.wiring import Running

NAME = "Billing helper"
KEY_NAME = "Demo"
SEND_KEY_NAME = "Demo, messages alone"
API_KEY_NAME = "Demo, everything"
PORTS_ABOVE = 100
"""How far above the program's port the balance service is."""
LAST_PORT = 65535

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OutsideSystem:
    """The demo's balance service while it runs; `allow` is the one rule that lets the bot reach it."""

    url: str
    allow: AllowRule


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
        yield OutsideSystem(service.url, noted.allow_rule(service.url))
    finally:
        await service.close()


async def ensure(running: "Running", balance_url: str) -> noted.Demo:
    """The demo workspace, made at the first start, with this release's example and this start's addresses."""
    store, settings = running.store, running.settings
    workspace = await noted.workspace_of_demo(store) or await _create(store)
    env = {"BALANCE_API": balance_url}
    assistant_id = await ensure_assistant(
        workspace, store, noted.EXAMPLE, NAME, env=env, widget={"title": NAME}, is_default=True
    )
    shop_url = f"{settings.address}{SHOP}"
    shop_assistant_id = await ensure_shop(running, workspace, shop_url)
    base = await noted.base_of(store, settings, assistant_id)
    known = noted.read(settings)
    same = known is not None and known.assistant_id == assistant_id
    if known is None or (known.shop_url, known.shop_assistant_id) != (shop_url, shop_assistant_id):
        await tell_shop(running, workspace, shop_url)
    owner = await ensure_owner(workspace, Door(store, running.vault, running.line.clock))
    demo = noted.Demo(
        url=settings.address,
        rest_webhook=f"{base}{noted.REST}",
        conversations=f"{base}{noted.CONVERSATIONS}",
        workspace_id=workspace,
        assistant_id=assistant_id,
        assistant=noted.EXAMPLE,
        balance_service=balance_url,
        rasa_token=known.rasa_token if known is not None and same else await _new_token(workspace, store),
        task_id=await _task(running, workspace, assistant_id),
        send_token=(known.send_token if known is not None and same else "")
        or await _new_token(workspace, store, "api", SEND_KEY_NAME, "send:messages"),
        api_key=(known.api_key if known is not None and same else "")
        or await _new_token(workspace, store, "api", API_KEY_NAME, "admin"),
        owner_email=owner.email,
        owner_password=owner.password,
        panel_url=f"{settings.address}/panel",
        shop_url=shop_url,
        shop_assistant_id=shop_assistant_id,
    )
    noted.write(settings, demo)
    return demo


async def _create(store: Store) -> WorkspaceId:
    """Of several processes that start at once one makes it; all of them find the same."""
    minted = WorkspaceId(mint("ws"))
    async with store.unit_of_work(minted) as tx:
        await workspaces.create(minted, tx, name="Demo", is_demo=True)
    return await noted.workspace_of_demo(store) or minted


async def _task(running: "Running", workspace: WorkspaceId, assistant_id: AssistantId) -> str:
    """The task that messages of a messenger outside name, with its channel; none where no plug-in has such a channel."""
    by_task = (each for each in running.registry.plugins if each.manifest.entry == "task")
    plugin = next(by_task, None)
    if plugin is None:
        return ""
    async with running.store.unit_of_work(workspace) as tx:
        await workspaces.hold(workspace, tx)
        for task in await tasks.list_tasks(workspace, tx, after="", limit=100, within=frozenset()):
            if (task.channel_type, task.assistant_id) == (plugin.manifest.id, assistant_id):
                return task.id
        name = plugin.manifest.name
        channel_id = await channels.create_channel(
            workspace, tx, channel_type=plugin.manifest.id, name=name, settings={}, assistant_id=None
        )
        new = tasks.NewTask(name=name, channel_id=channel_id, assistant_id=assistant_id)
        return await tasks.add_task(workspace, tx, new)


async def _new_token(
    workspace: WorkspaceId, store: Store, kind: str = "rasa", name: str = KEY_NAME, *scopes: str
) -> str:
    async with store.unit_of_work(workspace) as tx:
        for key in await list_keys(workspace, tx):
            if key.name == name and key.revoked_at is None:
                await revoke_key(workspace, tx, key.id)
        _, text = await create_key(
            workspace, tx, kind=kind, name=name, scopes=frozenset(scopes), details=Details("demo")
        )
    return text.reveal()
