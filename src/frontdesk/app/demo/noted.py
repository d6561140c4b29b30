"""The demo as it is noted: addresses, ids and secrets, in `demo.json` in the data folder, readable by its owner
only. Read here by the commands, which need not be able to start one.
"""

import os
from urllib.parse import urlsplit

import msgspec

from frontdesk.app import address
from frontdesk.app.settings import Settings
from frontdesk.core.ids import WorkspaceId
from frontdesk.egress.allow import AllowRule, parse_allow
from frontdesk.store import workspaces
from frontdesk.store.connect import Store
from frontdesk.store.directory import every_workspace

EXAMPLE = "billing-helper"
FILE = "demo.json"
REST = "/webhooks/rest/webhook"
CONVERSATIONS = "/conversations/"


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
    task_id: str = ""
    send_token: str = ""
    api_key: str = ""
    owner_email: str = ""
    owner_password: str = ""
    panel_url: str = ""
    shop_url: str = ""
    shop_assistant_id: str = ""


def read(settings: Settings) -> Demo | None:
    """The demo of this data folder; None when there is none."""
    try:
        return msgspec.json.decode((settings.frontdesk_data / FILE).read_bytes(), type=Demo)
    except FileNotFoundError:
        return None


def write(settings: Settings, demo: Demo) -> None:
    path = settings.frontdesk_data / FILE
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(demo)) + b"\n")
    draft.replace(path)


async def find_anew(store: Store, settings: Settings) -> Demo | None:
    """The demo with the addresses at which its assistant is found now; None when there is none."""
    known = read(settings)
    if known is None:
        return None
    base = await base_of(store, settings, known.assistant_id)
    demo = msgspec.structs.replace(
        known, rest_webhook=f"{base}{REST}", conversations=f"{base}{CONVERSATIONS}"
    )
    write(settings, demo)
    return demo


async def base_of(store: Store, settings: Settings, assistant_id: str) -> str:
    found = await address.base_of(store, settings, assistant_id=assistant_id, slug=EXAMPLE)
    # Its REST channel may have been switched off; the address is its own all the same.
    return found or f"{settings.address}/a/{assistant_id}"


async def remove(store: Store, settings: Settings) -> bool:
    """The demo workspace with everything in it; False when there is none."""
    workspace = await workspace_of_demo(store)
    if workspace is not None:
        async with store.unit_of_work(workspace) as tx:
            await workspaces.remove(workspace, tx)
    (settings.frontdesk_data / FILE).unlink(missing_ok=True)
    return workspace is not None


async def workspace_of_demo(store: Store) -> WorkspaceId | None:
    return next((row.workspace for row in await every_workspace(store) if row.is_demo), None)


def allow_rule(url: str) -> AllowRule:
    return parse_allow(f"action={urlsplit(url).netloc}")
