"""The demo's assistants: made at the first start, each with this release's example and with the site widget switched on."""

from collections.abc import Mapping

from frontdesk.app.demo.files import example
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store import assistants_bin, bots, channels, workspaces
from frontdesk.store.connect import Store
from frontdesk.studio.publish import publish

WIDGET = "web"


async def ensure_assistant(
    workspace: WorkspaceId,
    store: Store,
    slug: str,
    name: str,
    *,
    env: Mapping[str, str],
    widget: Mapping[str, object],
    is_default: bool = False,
) -> AssistantId:
    """`widget`: the settings of its widget's channel, where there is none yet."""
    async with store.unit_of_work(workspace) as tx:
        await workspaces.hold(workspace, tx)
        assistant_id = await bots.find_by_slug(workspace, tx, slug)
        if assistant_id is None:
            made = await bots.create_assistant(
                workspace, tx, slug=slug, name=name, is_default=is_default, env=env
            )
            assistant_id = made.id
        await assistants_bin.restore(workspace, tx, assistant_id)
        await bots.set_env(workspace, tx, assistant_id, env)
        there = await channels.list_channels(workspace, tx, after="", limit=100, within=frozenset())
        if not any(
            each.type == WIDGET and any(task.assistant_id == assistant_id for task in each.tasks)
            for each in there
        ):
            await channels.create_channel(
                workspace, tx, channel_type=WIDGET, name=name, settings=widget, assistant_id=assistant_id
            )
    await publish(workspace, store, assistant_id, files=example(slug), by="demo")
    return assistant_id
