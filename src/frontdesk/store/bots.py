"""Assistants and the versions of their bots. A version never changes; publishing moves a pointer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import text

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, ChannelId, WorkspaceId
from frontdesk.store import plans
from frontdesk.store.connect import Store, json_text
from frontdesk.store.ids import mint
from frontdesk.store.tx import Tx

PREVIEW = "preview"
"""The channel on which an author tries a bot; debug commands work there."""


def is_no_preview(workspace: str) -> str:
    """Of a conversation `c`: it is a customer's, and not that of an author who tries their bot.

    `workspace` stands for it in the statement that this is a condition of.
    """
    channels = f"SELECT id FROM channels WHERE workspace_id = {workspace} AND type = '{PREVIEW}'"
    return f"c.channel_id <> ALL (ARRAY({channels}))"


IS_NO_PREVIEW = is_no_preview(":w")


_TRAIN = text("SELECT enqueue_job('intents', CAST(:payload AS bytea), interval '0')")
"""Has the version's intents learnt, once this commits; see `studio.intents.training`."""


KEPT_TRIED_DAYS = 7
_TRIED = text("""
    SELECT id FROM bot_versions
    WHERE workspace_id = :w AND assistant_id = :a AND sha256 = :sha256 AND number IS NULL
      AND created_at > now() - make_interval(days => :days / 2)
    ORDER BY created_at DESC LIMIT 1""")
_TRY = text("""
    INSERT INTO bot_versions (workspace_id, id, assistant_id, number, files, sha256, created_by)
    VALUES (:w, :id, :a, NULL, CAST(:files AS jsonb), :sha256, :by)""")
_FORGET_TRIED = text("""
    DELETE FROM bot_versions
    WHERE workspace_id = :w AND assistant_id = :a AND number IS NULL
      AND created_at < now() - make_interval(days => :days)""")


@dataclass(frozen=True, slots=True)
class BotVersion:
    id: BotVersionId
    number: int
    files: dict[str, str]
    sha256: str


@dataclass(frozen=True, slots=True)
class NewAssistant:
    id: AssistantId
    channel_id: ChannelId


async def files_of(workspace: WorkspaceId, store: Store, version_id: BotVersionId) -> dict[str, str] | None:
    async with store.turn_work(workspace) as connection:
        files = await connection.fetchval(
            "SELECT files FROM bot_versions WHERE workspace_id = $1 AND id = $2", workspace, version_id
        )
    return None if files is None else msgspec.json.decode(files, type=dict[str, str])


async def number_of(workspace: WorkspaceId, store: Store, version_id: BotVersionId) -> int | None:
    """Which of its assistant's versions this is, counted from 1; None for one that is gone or was only tried."""
    async with store.turn_work(workspace) as connection:
        number: int | None = await connection.fetchval(
            "SELECT number FROM bot_versions WHERE workspace_id = $1 AND id = $2", workspace, version_id
        )
    return number


async def is_version_of(
    workspace: WorkspaceId, store: Store, version_id: BotVersionId, assistant_id: AssistantId
) -> bool:
    async with store.turn_work(workspace) as connection:
        found = await connection.fetchval(
            "SELECT true FROM bot_versions WHERE workspace_id = $1 AND id = $2 AND assistant_id = $3",
            workspace,
            version_id,
            assistant_id,
        )
    return bool(found)


async def tried(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, *, files: Mapping[str, str], by: str
) -> BotVersionId:
    """A version without a number, for trying `files` in the preview; the same files are the same one.

    Its intents are learnt like those of a published one. Those that are older than a week go.
    """
    ordered = dict(sorted(files.items()))
    sha256 = hashlib.sha256(json_text(ordered).encode()).hexdigest()
    keys = {"w": workspace, "a": assistant_id}
    await tx.execute(_FORGET_TRIED, keys | {"days": KEPT_TRIED_DAYS})
    known: str | None = await tx.scalar(_TRIED, keys | {"sha256": sha256, "days": KEPT_TRIED_DAYS})
    if known is not None:
        return BotVersionId(known)
    version_id = BotVersionId(mint("bot"))
    await tx.execute(_TRY, keys | {"id": version_id, "files": json_text(ordered), "sha256": sha256, "by": by})
    await _have_learnt(workspace, tx, version_id)
    return version_id


async def create_assistant(
    workspace: WorkspaceId,
    tx: Tx,
    *,
    slug: str,
    name: str,
    is_default: bool,
    env: Mapping[str, str],
) -> NewAssistant:
    """A new assistant, to be reached over the REST channel and in the preview, with the tasks that bind them.

    A plan without the REST channel has it switched off, until the plan has it.

    Raises:
        Refused: The slug is taken in this workspace.
    """
    assistant_id = AssistantId(mint("asst"))
    taken = await tx.scalar(
        text("SELECT 1 FROM assistants WHERE workspace_id = :w AND slug = :slug"),
        {"w": workspace, "slug": slug},
    )
    if taken:
        raise Refused("invalid", f"There is an assistant called {slug!r} already.", field="slug")
    await tx.execute(
        text(
            """INSERT INTO assistants (workspace_id, id, slug, name, is_default, env)
               VALUES (:w, :id, :slug, :name, :is_default, CAST(:env AS jsonb))"""
        ),
        {
            "w": workspace,
            "id": assistant_id,
            "slug": slug,
            "name": name,
            "is_default": is_default,
            "env": json_text(dict(env)),
        },
    )
    over_api = f"API Rest: {name}"
    channel_id = await _bind(workspace, tx, assistant_id, "rest", over_api)
    if not (await plans.plan_of(workspace, tx)).has("rest", "basic"):
        await plans.stop(workspace, tx, plans.Used(channel_id, "rest", over_api))
    await _bind(workspace, tx, assistant_id, PREVIEW, f"Preview: {name}")
    return NewAssistant(assistant_id, channel_id)


async def _bind(
    workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, channel_type: str, name: str
) -> ChannelId:
    channel_id = ChannelId(mint("chan"))
    await tx.execute(
        text("INSERT INTO channels (workspace_id, id, type, name) VALUES (:w, :id, :type, :name)"),
        {"w": workspace, "id": channel_id, "type": channel_type, "name": name},
    )
    await tx.execute(
        text(
            """INSERT INTO tasks (workspace_id, id, channel_id, assistant_id, name)
               VALUES (:w, :id, :channel, :assistant, :name)"""
        ),
        {"w": workspace, "id": mint("task"), "channel": channel_id, "assistant": assistant_id, "name": name},
    )
    return channel_id


async def set_env(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, env: Mapping[str, str]) -> None:
    """The values that an assistant's bot sees as `env.*` here, over those of its files."""
    await tx.execute(
        text(
            """UPDATE assistants SET env = CAST(:env AS jsonb), row_version = row_version + 1
               WHERE workspace_id = :w AND id = :a"""
        ),
        {"w": workspace, "a": assistant_id, "env": json_text(dict(env))},
    )


async def find_by_slug(workspace: WorkspaceId, tx: Tx, slug: str) -> AssistantId | None:
    found: str | None = await tx.scalar(
        text("SELECT id FROM assistants WHERE workspace_id = :w AND slug = :slug"),
        {"w": workspace, "slug": slug},
    )
    return None if found is None else AssistantId(found)


async def publish(
    workspace: WorkspaceId,
    tx: Tx,
    assistant_id: AssistantId,
    *,
    files: Mapping[str, str],
    by: str,
    note: str = "",
) -> BotVersion:
    """Store `files` as the assistant's next version and make it the live one; unchanged files make none.

    Raises:
        Refused: There is no such assistant.
    """
    ordered = dict(sorted(files.items()))
    sha256 = hashlib.sha256(json_text(ordered).encode()).hexdigest()
    keys = {"w": workspace, "a": assistant_id}
    found = (
        await tx.execute(
            text(
                """SELECT v.id, v.number, v.sha256 FROM assistants a
                   LEFT JOIN bot_versions v ON v.workspace_id = a.workspace_id AND v.id = a.published_version
                   WHERE a.workspace_id = :w AND a.id = :a FOR UPDATE OF a"""
            ),
            keys,
        )
    ).one_or_none()
    if found is None:
        raise Refused("not_found", "There is no such assistant.")
    if found.sha256 == sha256:
        return BotVersion(found.id, found.number, ordered, sha256)
    number = await tx.scalar(
        text(
            """SELECT coalesce(max(number), 0) + 1 FROM bot_versions
               WHERE workspace_id = :w AND assistant_id = :a"""
        ),
        keys,
    )
    version = BotVersion(BotVersionId(mint("bot")), int(number or 1), ordered, sha256)
    await tx.execute(
        text(
            """INSERT INTO bot_versions (workspace_id, id, assistant_id, number, files, sha256, note, created_by)
               VALUES (:w, :id, :a, :number, CAST(:files AS jsonb), :sha256, :note, :by)"""
        ),
        keys
        | {
            "id": version.id,
            "number": version.number,
            "files": json_text(ordered),
            "sha256": sha256,
            "note": note,
            "by": by,
        },
    )
    await tx.execute(
        text(
            """UPDATE assistants SET published_version = :id, row_version = row_version + 1
               WHERE workspace_id = :w AND id = :a"""
        ),
        keys | {"id": version.id},
    )
    await _have_learnt(workspace, tx, version.id)
    return version


async def _have_learnt(workspace: WorkspaceId, tx: Tx, version_id: BotVersionId) -> None:
    payload = msgspec.json.encode({"workspace": workspace, "version": version_id})
    await tx.execute(_TRAIN, {"payload": payload})
