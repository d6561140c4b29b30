"""What was learnt of bots' intents. One row a version and wanted embedder; a process claims it, and beats while it trains.

A row whose beat has stopped was left by a process that is gone, and may be claimed again; one that was trained in an
older way, or without its embedder, is trained anew. Its model serves until the new one is stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, text

from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.store.connect import Store, across_workspaces, json_text
from frontdesk.store.tx import Tx

STALE_S = 30
"""Without a beat for this long, whoever trained it is gone."""
MOST_ATTEMPTS = 3
AGAIN_S = 300
"""After this long what was trained without its embedder is tried again."""
State = Literal["waiting", "training", "ready", "failed", "none"]
GIVEN_UP = f"Learning was begun {MOST_ATTEMPTS} times and never came to an end: the log may say why."
KEPT = 3
"""Newest models of an assistant that are kept, besides that of the published version."""

_STALE = f"intent_models.beat_at < now() - make_interval(secs => {STALE_S})"
# Never back to an older recipe: two releases that run side by side would undo each other's work without end.
_OLDER = "intent_models.recipe < :recipe"
_WITHOUT = (
    f"intent_models.reason <> '' AND intent_models.finished_at < now() - make_interval(secs => {AGAIN_S})"
)
_CLAIM = text(
    f"""INSERT INTO intent_models (workspace_id, bot_version_id, wanted, assistant_id, token, recipe)
        SELECT v.workspace_id, v.id, :wanted, v.assistant_id, :token, :recipe FROM bot_versions v
        WHERE v.workspace_id = :w AND v.id = :v
        ON CONFLICT (workspace_id, bot_version_id, wanted) DO UPDATE
        SET token = :token, beat_at = now(), state = 'training', done = 0, total = 0, reason = '',
            recipe = :recipe,
            attempts = CASE WHEN {_OLDER} OR intent_models.state = 'ready' THEN 1
                            ELSE intent_models.attempts + 1 END
        WHERE CASE intent_models.state
                WHEN 'training' THEN {_STALE} AND ({_OLDER} OR intent_models.attempts < {MOST_ATTEMPTS})
                WHEN 'failed' THEN {_OLDER} OR {_STALE} AND intent_models.attempts < {MOST_ATTEMPTS}
                WHEN 'ready' THEN {_OLDER} OR {_WITHOUT}
                ELSE {_OLDER} END
        RETURNING 1"""
)
_GIVE_UP = text(
    f"""UPDATE intent_models SET state = 'failed', reason = :reason, finished_at = now()
        WHERE workspace_id = :w AND bot_version_id = :v AND wanted = :wanted AND state = 'training'
          AND {_STALE} AND attempts >= {MOST_ATTEMPTS}"""
)
_BEAT = text(
    """UPDATE intent_models SET beat_at = now(), done = coalesce(:done, done), total = :total
       WHERE workspace_id = :w AND bot_version_id = :v AND wanted = :wanted AND token = :token"""
)
_END = text(
    """UPDATE intent_models SET state = :state, reason = :reason, remarks = CAST(:remarks AS jsonb),
            beat_at = now(), finished_at = now()
        WHERE workspace_id = :w AND bot_version_id = :v AND wanted = :wanted AND token = :token"""
)
_READY = text(
    """UPDATE intent_models SET state = 'ready', reason = :reason, remarks = CAST(:remarks AS jsonb),
            lesson = :lesson, fingerprint = :fingerprint, intents = :intents, examples = :examples,
            accuracy = :accuracy, model = :model, beat_at = now(), finished_at = now()
        WHERE workspace_id = :w AND bot_version_id = :v AND wanted = :wanted AND token = :token"""
)
_REUSE = text(
    """UPDATE intent_models AS mine
        SET state = 'ready', reason = '', remarks = found.remarks, lesson = found.lesson,
            fingerprint = found.fingerprint, intents = found.intents, examples = found.examples,
            accuracy = found.accuracy, model = found.model, beat_at = now(), finished_at = now()
        FROM (SELECT * FROM intent_models
              WHERE workspace_id = :w AND assistant_id = (
                    SELECT assistant_id FROM bot_versions WHERE workspace_id = :w AND id = :v)
                AND state = 'ready' AND lesson = :lesson AND fingerprint = :fingerprint
              ORDER BY finished_at DESC LIMIT 1) AS found
        WHERE mine.workspace_id = :w AND mine.bot_version_id = :v AND mine.wanted = :wanted AND mine.token = :token
        RETURNING 1"""
)
_TRIM = text(
    """DELETE FROM intent_models m USING assistants a
       WHERE m.workspace_id = :w AND m.assistant_id = (
                SELECT assistant_id FROM bot_versions WHERE workspace_id = :w AND id = :v)
         AND a.workspace_id = m.workspace_id AND a.id = m.assistant_id
         AND m.bot_version_id IS DISTINCT FROM a.published_version AND m.state <> 'training'
         AND m.finished_at < (
                SELECT n.finished_at FROM intent_models n
                WHERE n.workspace_id = :w AND n.assistant_id = m.assistant_id AND n.state = 'ready'
                ORDER BY n.finished_at DESC OFFSET :kept - 1 LIMIT 1)"""
)
_COLUMNS = """bot_version_id, wanted, state, done, total, reason, remarks, fingerprint, intents, examples, accuracy,
    octet_length(model) AS size_bytes, created_at, finished_at"""
_OF_VERSION = text(
    f"""SELECT {_COLUMNS} FROM intent_models WHERE workspace_id = :w AND bot_version_id = :v
        ORDER BY beat_at DESC LIMIT 1"""
)
_PUBLISHED = text(
    """SELECT a.published_version FROM assistants a WHERE a.workspace_id = :w AND a.published_version IS NOT NULL"""
)
_IN_SERVICE = text(
    """SELECT a.id, a.published_version FROM assistants a
       WHERE a.workspace_id = :w AND a.published_version IS NOT NULL AND a.deleted_at IS NULL AND EXISTS (
            SELECT FROM intent_models m
            WHERE m.workspace_id = a.workspace_id AND m.assistant_id = a.id AND m.model IS NOT NULL)
       ORDER BY a.is_default DESC, a.id"""
)
_STATE = text(
    """SELECT state, reason, recipe FROM intent_models
       WHERE workspace_id = :w AND bot_version_id = :v AND wanted = :wanted"""
)
_WANTED = text(
    """UPDATE intent_models SET beat_at = now()
       WHERE workspace_id = :w AND bot_version_id = :v AND wanted = :wanted AND state IN ('ready', 'none')"""
)
# A model serves on while its row is trained anew, and after that has failed.
_SERVING = """
    SELECT m.bot_version_id, m.wanted, m.fingerprint, m.finished_at,
           CASE WHEN m.model IS NULL THEN 'none' ELSE 'ready' END AS state
    FROM intent_models m
    WHERE m.workspace_id = $1 AND m.assistant_id = $2
      AND (m.model IS NOT NULL OR m.state = 'none' AND m.bot_version_id = $3)
    ORDER BY m.bot_version_id = $3 DESC, m.wanted = $4 DESC, m.finished_at DESC
    LIMIT 8"""
_MODEL = """
    SELECT model FROM intent_models
    WHERE workspace_id = $1 AND bot_version_id = $2 AND wanted = $3"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to train one version in one way; `token` is this attempt's."""

    version_id: BotVersionId
    wanted: str
    token: str
    recipe: int

    def keys(self, workspace: WorkspaceId) -> dict[str, object]:
        return {"w": workspace, "v": self.version_id, "wanted": self.wanted, "token": self.token}


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished model with what is told of it; `lesson` is the digest of what it was trained on."""

    model: bytes
    lesson: str
    fingerprint: str
    intents: int
    examples: int
    accuracy: float
    remarks: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How far a version's training is; `state` is `waiting` before it has begun."""

    version_id: BotVersionId
    state: State
    done: int
    total: int
    reason: str
    remarks: tuple[str, ...]
    fingerprint: str
    intents: int
    examples: int
    accuracy: float
    size_bytes: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Served:
    """A model there is: that of `version_id`, made of vectors with `fingerprint`; `none` has nothing to learn.

    `made_at` tells it from the one that the same version had before.
    """

    version_id: BotVersionId
    wanted: str
    fingerprint: str
    state: str
    made_at: datetime | None


async def claim(workspace: WorkspaceId, tx: Tx, wanted: Claim) -> bool:
    """Begin; False when another process is at it, or it is done, or has failed too often."""
    return bool(await tx.scalar(_CLAIM, wanted.keys(workspace) | {"recipe": wanted.recipe}))


async def give_up(workspace: WorkspaceId, tx: Tx, wanted: Claim) -> None:
    """Call that a failure which was begun too often and never ended."""
    await tx.execute(_GIVE_UP, wanted.keys(workspace) | {"reason": GIVEN_UP})


async def keep_wanted(workspace: WorkspaceId, tx: Tx, wanted: Claim) -> None:
    """Of what a version was learnt as, with one embedder or another, this is what is wanted now."""
    await tx.execute(_WANTED, {"w": workspace, "v": wanted.version_id, "wanted": wanted.wanted})


async def state_of(workspace: WorkspaceId, tx: Tx, wanted: Claim) -> tuple[State, bool]:
    """How far it is for the embedder that is wanted now; and whether it was trained, in today's way, without that."""
    keys = {"w": workspace, "v": wanted.version_id, "wanted": wanted.wanted}
    row = (await tx.execute(_STATE, keys)).one_or_none()
    if row is None:
        return "waiting", False
    return row.state, row.state == "ready" and bool(row.reason) and row.recipe >= wanted.recipe


async def published(workspace: WorkspaceId, tx: Tx) -> list[BotVersionId]:
    """The versions of a workspace's assistants that answer."""
    return [BotVersionId(row.published_version) for row in await tx.execute(_PUBLISHED, {"w": workspace})]


@across_workspaces("asks once which versions answer, in whatever workspace; they are learnt inside each")
async def published_everywhere(store: Store) -> list[tuple[WorkspaceId, BotVersionId]]:
    async with store.claim_work() as connection:
        rows = await connection.fetch("SELECT * FROM published_versions()")
    return [(WorkspaceId(row["workspace_id"]), BotVersionId(row["bot_version_id"])) for row in rows]


async def in_service(workspace: WorkspaceId, tx: Tx) -> list[tuple[AssistantId, BotVersionId]]:
    """The assistants that a model answers for, the default one first, with the versions that answer."""
    rows = await tx.execute(_IN_SERVICE, {"w": workspace})
    return [(AssistantId(row.id), BotVersionId(row.published_version)) for row in rows]


async def beat(workspace: WorkspaceId, tx: Tx, mine: Claim, *, done: int | None, total: int) -> None:
    """Show that somebody is at it; `done` of `total` texts are read, None for as many as before."""
    await tx.execute(_BEAT, mine.keys(workspace) | {"done": done, "total": total})


async def reuse(workspace: WorkspaceId, tx: Tx, mine: Claim, *, lesson: str, fingerprint: str) -> bool:
    """Take over the model of another version that learnt the same."""
    keys = mine.keys(workspace) | {"lesson": lesson, "fingerprint": fingerprint}
    return bool(await tx.scalar(_REUSE, keys))


async def ready(workspace: WorkspaceId, tx: Tx, mine: Claim, trained: Trained) -> None:
    """From this commit on the model serves; models that nobody needs any more go."""
    keys = mine.keys(workspace) | {
        "reason": trained.reason,
        "remarks": json_text(trained.remarks),
        "lesson": trained.lesson,
        "fingerprint": trained.fingerprint,
        "intents": trained.intents,
        "examples": trained.examples,
        "accuracy": trained.accuracy,
        "model": trained.model,
    }
    await tx.execute(_READY, keys)
    await tx.execute(_TRIM, {"w": workspace, "v": mine.version_id, "kept": KEPT})


async def nothing_to_learn(workspace: WorkspaceId, tx: Tx, mine: Claim) -> None:
    await tx.execute(_END, mine.keys(workspace) | {"state": "none", "reason": "", "remarks": "[]"})


async def failed(
    workspace: WorkspaceId, tx: Tx, mine: Claim, reason: str, remarks: tuple[str, ...] = ()
) -> None:
    keys = {"state": "failed", "reason": reason, "remarks": json_text(remarks)}
    await tx.execute(_END, mine.keys(workspace) | keys)


async def status_of(workspace: WorkspaceId, tx: Tx, version_id: BotVersionId) -> Status:
    """How far a version is learnt in the way that was wanted last."""
    row = (await tx.execute(_OF_VERSION, {"w": workspace, "v": version_id})).one_or_none()
    if row is None:
        return Status(version_id, "waiting", 0, 0, "", (), "", 0, 0, 0.0, 0, None)
    return _status(row)


def _status(row: Row[Any]) -> Status:
    return Status(
        BotVersionId(row.bot_version_id),
        row.state,
        row.done,
        row.total,
        row.reason,
        tuple(row.remarks),
        row.fingerprint,
        row.intents,
        row.examples,
        float(row.accuracy),
        row.size_bytes or 0,
        row.finished_at,
    )


async def serving(
    workspace: WorkspaceId, store: Store, assistant_id: AssistantId, version_id: BotVersionId, wanted: str
) -> list[Served]:
    """The models that could serve a version, the best first: its own, then the assistant's others by age."""
    async with store.turn_work(workspace) as connection:
        rows = await connection.fetch(_SERVING, workspace, assistant_id, version_id, wanted)
    return [
        Served(
            BotVersionId(row["bot_version_id"]),
            row["wanted"],
            row["fingerprint"],
            row["state"],
            row["finished_at"],
        )
        for row in rows
    ]


async def model_of(workspace: WorkspaceId, store: Store, served: Served) -> bytes | None:
    async with store.turn_work(workspace) as connection:
        found: bytes | None = await connection.fetchval(_MODEL, workspace, served.version_id, served.wanted)
    return found
