"""Publishing: a bot's files become the version that answers, provided that they load without an error.

A version never changes and none goes away: going back to one publishes its files again, as the next number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.dialog.fields import ID_PREFIX
from frontdesk.store import assistants, audit, bots, plans, workspaces
from frontdesk.store.assistants import Assistant
from frontdesk.store.bots import BotVersion
from frontdesk.store.connect import Store
from frontdesk.store.tx import Tx
from frontdesk.studio.checking import Checked, check

PUBLISHED, ROLLED_BACK = "bot.published", "bot.rolled_back"
"""What the audit log calls them."""
MAX_COMMENT = 500


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, and when, as the audit log keeps it."""

    name: str
    at: datetime
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """`changed`: these files were not live before. `made`: the assistant was not there before."""

    assistant: Assistant
    version: BotVersion
    changed: bool
    made: bool = False


async def put_live(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    checked: Checked,
    by: Publisher,
    *,
    comment: str = "",
    again: int | None = None,
) -> Published:
    """Make the files the assistant's live version, and put that into the audit log.

    Files that are live already make no new version, and no entry. `again` is the former version whose files they
    are, which `same_as` of the new one says; conversations under way stay on theirs.

    Raises:
        Refused: There is no such assistant.
    """
    before = (await assistants.read_assistant(workspace, tx, assistant_id)).published_version
    version = await bots.publish(workspace, tx, assistant_id, files=checked.files, by=by.name, note=comment)
    after = await assistants.read_assistant(workspace, tx, assistant_id)
    if version.id != before:
        action = PUBLISHED if again is None else ROLLED_BACK
        kept: dict[str, object] = {"version": version.number, "sha256": version.sha256}
        kept |= {} if again is None else {"of": again}
        entry = audit.Entry(by.at, by.name, action, assistant_id, after=kept, ip=by.address)
        await audit.append(workspace, tx, entry)
    return Published(after, version, version.id != before)


async def publish(
    workspace: WorkspaceId, store: Store, assistant_id: AssistantId, *, files: Mapping[str, str], by: str
) -> BotVersion:
    """What the program itself publishes, of which the audit log says nothing.

    Raises:
        BotInvalid: With every problem.
        Refused: There is no such assistant.
    """
    checked = await check(files)
    async with store.unit_of_work(workspace) as tx:
        return await bots.publish(workspace, tx, assistant_id, files=checked.files, by=by)


async def publish_as(
    workspace: WorkspaceId,
    tx: Tx,
    wanted: str,
    checked: Checked,
    by: Publisher,
    *,
    comment: str = "",
) -> Published:
    """`put_live` for an assistant by its id or short name (empty: the bot's own).

    Under a short name it is made if it is not there; the first of a workspace is the one that answers by default.

    Raises:
        Refused: There is no assistant with this id.
    """
    slug = wanted or checked.bot.id
    await workspaces.hold(workspace, tx)
    assistant_id = await _existing(workspace, tx, slug)
    made = assistant_id is None
    if assistant_id is None:
        await plans.hold_to(workspace, tx, "assistants")
        first = await assistants.find_default(workspace, tx) is None
        new = await bots.create_assistant(
            workspace, tx, slug=slug, name=checked.bot.name, is_default=first, env={}
        )
        assistant_id = new.id
    done = await put_live(workspace, tx, assistant_id, checked, by, comment=comment)
    return replace(done, made=made)


async def _existing(workspace: WorkspaceId, tx: Tx, wanted: str) -> AssistantId | None:
    """The assistant with this short name, if it is there, or with this id, which has to be."""
    if not wanted.startswith(ID_PREFIX):
        return await bots.find_by_slug(workspace, tx, wanted)
    try:
        return (await assistants.read_assistant(workspace, tx, wanted)).id
    except Refused:
        raise Refused(
            "not_found",
            f"There is no assistant with the id {wanted} in this workspace. If it is in another, name that with "
            f"--workspace; to make a new one, give a short name, which does not begin with {ID_PREFIX}.",
        ) from None
